"""Rows of the tables as the values that the ports speak of."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.core.events import Fact, load
from bot.core.sealing.body import is_sealed, unseal
from bot.core.sealing.people import People
from bot.edges.store.trouble import UnknownFact
from bot.ports.log import RunRow
from bot.ports.messages import MessageRow


def facts_of(rows: Sequence[Any], people: Callable[[], str]) -> list[Fact]:
    """Facts with their events; raises UnknownFact for one that this version does not know.

    *people* is asked for who appears in the run if any of them is sealed.
    """
    bodies = [_text(row.body) for row in rows]
    sealed = [is_sealed(body) for body in bodies]
    known = People(people() if any(sealed) else "")
    return [
        _fact(row, body, known if is_so else None)
        for row, body, is_so in zip(rows, bodies, sealed, strict=True)
    ]


def _text(body: str | bytes) -> str:
    """A body that someone stored as bytes is read as it was, and an audit tells of it."""
    return body if isinstance(body, str) else body.decode("utf-8", "replace")


def _fact(row: Any, body: str, people: People | None) -> Fact:
    try:
        event = load(body) if people is None else unseal(body, row.beside, people)
        return Fact(row.run_id, row.seq, datetime.fromisoformat(row.at), event, row.hash)
    except ValueError as error:
        raise UnknownFact(
            f"{row.run_id}: fact {row.seq} ({row.kind}) cannot be read; upgrade the bot, or audit "
            "the run"
        ) from error


def run_of(row: Any, team: str | None) -> RunRow:
    """What a list of runs shows of one, which is of *team*."""
    return RunRow(
        run_id=row.run_id,
        procedure_id=row.procedure_id,
        title=row.title,
        channel=row.channel,
        started_by=row.started_by,
        at=datetime.fromisoformat(row.started_at),
        open=row.open,
        team=team,
        place=row.first,
    )


def message_of(row: Any, team: str | None) -> MessageRow:
    """A message as its painter sees it; it is of *team*."""
    return MessageRow(
        row.key,
        row.run_id,
        row.channel,
        row.ts,
        row.wanted,
        row.shown,
        row.unsure,
        row.generation,
        team,
    )
