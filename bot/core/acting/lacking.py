"""What of a post-mortem only people can write, and nobody has written."""

from collections.abc import Iterator, Sequence

from bot.core.run.model import Run
from bot.core.run.narrative import parts

WRITE = ("Write the post-mortem…", "write")
ITEMS = ("Action items…", "items")
"""The buttons, by label and verb, that open what it is written in."""


def lacking(run: Run) -> Sequence[str]:
    """It, in the order of the document; nothing of a run that should not have been started."""
    if run.closed is not None and run.closed.mistake is not None:
        return ()
    return [*_parts(run), *_items(run)]


def _parts(run: Run) -> Iterator[str]:
    for name, part in parts(drill=run.drill).items():
        if name not in run.narrative:
            yield part.title


def _items(run: Run) -> Iterator[str]:
    if not run.items:
        yield "Action items"
    for name, none in (
        ("an owner", [item for item in run.items.values() if item.is_open and not item.owner]),
        ("a day", [item for item in run.items.values() if item.is_open and not item.due]),
    ):
        if none:
            many = "1 action item" if len(none) == 1 else f"{len(none)} action items"
            yield f"{name} for {many}"
