"""A list of procedures as a document, each with the address of its page."""

from collections.abc import Sequence

from bot.core.markup.model import Code, Document, Heading, Inline, Link, Paragraph, Table, Words
from bot.core.procedure import Procedure


def listed(procedures: Sequence[Procedure], address: str) -> Document:
    """All by id, with how bad each is and which alerts it is for; *address* ends in `/`."""
    if not procedures:
        return Document((Heading(1, "Procedures"), Paragraph("There are none here.")))
    rows: list[tuple[Inline, ...]] = [
        (
            Link(Words(one.title), f"{address}{one.id}"),
            Code(one.id, bare=True),
            one.severity or "",
            Words(", ".join(one.alerts)),
        )
        for one in sorted(procedures, key=lambda one: one.id)
    ]
    return Document((Heading(1, "Procedures"), Table(("Procedure", "", "", "Alerts"), tuple(rows))))
