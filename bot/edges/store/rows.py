"""Rows of the tables as the values that the ports speak of."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.core.run.events import Fact
from bot.core.sealing.body import Gone, is_sealed
from bot.core.sealing.people import People
from bot.core.sealing.reading import event_of, gone_from, time_of
from bot.core.sealing.record import Stored
from bot.core.sealing.written import Written, written
from bot.edges.store.trouble import UnknownFact
from bot.ports.log import RunRow
from bot.ports.messages import MessageRow


def facts_of(rows: Sequence[Any], people: Callable[[], str]) -> list[Fact]:
    """Facts with their events; raises UnknownFact for one that this version does not know.

    *people* is asked for who appears in the run if any of them is sealed.
    """
    entries = list(map(stored_of, rows))
    try:
        known = People(people() if any(is_sealed(one.body) for one in entries) else "")
        gone = gone_from(entries, known)
    except ValueError as error:
        raise UnknownFact(
            f"{rows[0].run_id}: an entry or the people of the run are damaged; audit the run"
        ) from error
    run_ids = (row.run_id for row in rows)
    return [_fact(run_id, one, known, gone) for run_id, one in zip(run_ids, entries, strict=True)]


def stored_of(row: Any) -> Stored:
    """A row of the log as it is stored.

    A file takes any value in any column: what is of another kind is shown as what it is, so that it
    is an entry that cannot be read, and an audit tells of it.
    """
    seq = row.seq if isinstance(row.seq, int) else 0
    beside = None if row.beside is None else text_of(row.beside)
    at, kind, body, head = map(text_of, (row.at, row.kind, row.body, row.hash))
    return Stored(seq, at, kind, body, head, beside)


def text_of(value: object) -> str:
    """What stands in a column of texts; of something else, how it is written."""
    return value if isinstance(value, str) else repr(value)


def written_in(rows: Sequence[Any], people: Callable[[], str]) -> list[Written]:
    """What somebody wrote in facts; raises UnknownFact for one that cannot be read."""
    try:
        return [one for entry in map(stored_of, rows) for one in written(entry, People(people()))]
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise UnknownFact(
            f"{rows[0].run_id}: an entry or the people of the run are damaged; audit the run"
        ) from error


def _fact(run_id: str, entry: Stored, people: People, gone: Gone) -> Fact:
    try:
        event = event_of(entry, people, gone)
        return Fact(run_id, entry.seq, time_of(entry), event, entry.hash)
    except ValueError as error:
        raise UnknownFact(
            f"{run_id}: fact {entry.seq} ({entry.kind}) cannot be read; upgrade the bot, or audit "
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
        private=row.private,
        drill=bool(row.drill),
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
