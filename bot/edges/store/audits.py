"""The stored record, read as it is for an audit: runs, their rows, and the numbers they have.

It judges nothing; `bot.core.sealing.record` does.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.core.sealing.record import Checked, Followed, Row, Stored, check, follow, gaps
from bot.core.sealing.record import sealed as check_sealed
from bot.edges.store.rows import stored_of, text_of
from bot.edges.store.schema import facts, numbers, runs
from bot.edges.store.teams import FIRST

TRIES = 5
"""How often a run is read once more, since entries came in between its row and its facts."""


def audit(connection: Connection, run_id: str) -> Checked:
    """Audit one run; one that nobody began has no entries and no fault."""
    checked = _look(connection, run_id)
    for _ in range(TRIES):
        # The row is read first, so that what comes in meanwhile only makes the chain longer.
        if checked.follows:
            break
        again = _look(connection, run_id)
        if again == checked:
            break
        checked = again
    return checked


def _look(connection: Connection, run_id: str) -> Checked:
    known = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
    entries = entries_of(connection, run_id)
    if known is None and not entries:
        return Checked(run_id, ())
    row = None
    if known is not None:
        row = Row(
            known.facts if isinstance(known.facts, int) else -1,
            text_of(known.head),
            text_of(known.channel),
            text_of(known.title),
            bool(known.open),
            text_of(known.procedure_id),
            text_of(known.started_by),
            text_of(known.started_at),
            text_of(known.people or ""),
            f"{known.prefix}-{known.number}",
            # Programs before 0006 write none: it is the first one, if one was served yet.
            known.team if known.team is not None else connection.execute(FIRST).scalar(),
            known.private,
            bool(known.drill),
            _placed(connection, run_id, known.first),
        )
    return check(run_id, entries, row)


def _placed(connection: Connection, run_id: str, first: object) -> bool:
    """Whether a run stands in the list where its first entry stands in the log.

    Its place was taken just before that entry was written: no other run begins in between.
    """
    begins = select(facts.c.position).where(facts.c.run_id == run_id, facts.c.seq == 1)
    at = connection.execute(begins).scalar()
    if at is None:
        return True  # That the entry is missing is told of.
    if not isinstance(first, int) or first > at:
        return False
    between = select(facts.c.run_id).where(facts.c.position >= first, facts.c.position < at)
    return connection.execute(between.where(facts.c.seq == 1).limit(1)).first() is None


def sealed(connection: Connection, run_id: str) -> Sequence[str]:
    """What is wrong with the words and the people of a run, which are not hashed."""
    people = connection.execute(select(runs.c.people).where(runs.c.run_id == run_id)).scalar()
    return check_sealed(entries_of(connection, run_id), text_of(people or ""))[2]


def entries_of(
    connection: Connection, run_id: str, since: int = 0, limit: int | None = None
) -> list[Stored]:
    """A run's entries as they are stored, from one number on."""
    query = (
        select(facts).where(facts.c.run_id == run_id, facts.c.seq >= since).order_by(facts.c.seq)
    )
    return list(map(stored_of, connection.execute(query.limit(limit))))


def followed(connection: Connection, run_id: str, since: int) -> Followed:
    """Follow a run's entries from one number on."""
    return follow(run_id, entries_of(connection, run_id, since))


def ids(connection: Connection) -> Sequence[str]:
    """Every run that has a row or an entry, the oldest first."""
    rows = connection.execute(select(runs.c.run_id).order_by(runs.c.first)).scalars().all()
    known = set(rows)
    orphans = connection.execute(select(facts.c.run_id).distinct()).scalars()
    return [*rows, *sorted(one for one in orphans if one not in known)]


def missing(connection: Connection) -> Sequence[str]:
    """The runs that have no row any more, by the numbers that were given."""
    # The numbers are read first: a run that is started meanwhile is none that is missing.
    given = {row.prefix: row.last for row in connection.execute(select(numbers))}
    there = connection.execute(select(runs.c.prefix, runs.c.number))
    return gaps([(row.prefix, row.number) for row in there], given)
