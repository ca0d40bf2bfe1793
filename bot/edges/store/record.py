"""What is written, in SQL: a run begun, facts appended, and the wishes that they raise.

Each function runs inside a transaction that it neither begins nor ends, and takes no clock. The
statements of a click are made once, below: making them anew costs more than running them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.events import GENESIS, Event, Fact, RunClosed, RunReopened, RunStarted, chain, stamp
from bot.core.events import dump as write
from bot.core.template import fill
from bot.edges.store.schema import deliveries, facts, messages, runs
from bot.ports import AlreadyOpen, Duplicate, Stale

_NOW = select(func.max(facts.c.position)).scalar_subquery()
"""Where the log ends: the order in which messages wait."""
_DELIVER = insert(deliveries)
_APPEND = insert(facts)
# Locks the row where rows have locks; SQLite has the whole file to itself already.
_HEAD = (
    select(runs.c.channel, runs.c.facts, runs.c.head)
    .where(runs.c.run_id == bindparam("of"))
    .with_for_update()
)
_EXTEND = update(runs).where(runs.c.run_id == bindparam("of"))
_GROWN = _EXTEND.values(facts=bindparam("seq"), head=bindparam("hash"))
_OPENED = _EXTEND.values(open=bindparam("is_open"))
_WANT = (
    update(messages)
    .where(messages.c.key == bindparam("of"), messages.c.wanted < bindparam("seq"))
    .values(
        wanted=bindparam("seq"),
        # Who waits already keeps the place in the queue.
        wanted_since=case(
            (messages.c.wanted > messages.c.shown, messages.c.wanted_since), else_=_NOW
        ),
    )
)
_KNOWN = select(messages.c.key).where(messages.c.key == bindparam("of"))


class Head(NamedTuple):
    """Where a run's log ends: its channel, its last fact's number and hash."""

    run_id: str
    channel: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one decision appends: events with their time, the wishes, and the delivery."""

    events: Sequence[Event]
    at: datetime
    touched: Mapping[str, int]


def deliver(connection: Connection, delivery: str | None, at: datetime) -> None:
    """Remember Slack's id of a click; raises Duplicate when it is known."""
    if delivery is None:
        return
    try:
        connection.execute(_DELIVER, {"id": delivery, "at": stamp(at)})
    except IntegrityError:
        raise Duplicate(delivery) from None


def next_number(connection: Connection, prefix: str) -> int:
    """The number of the next run whose id begins with *prefix*."""
    last = select(func.max(runs.c.number)).where(runs.c.prefix == prefix)
    return (connection.execute(last).scalar() or 0) + 1


def refuse_second(connection: Connection, started: RunStarted) -> None:
    """Raise AlreadyOpen when the channel has an open run of the procedure."""
    same = (
        select(runs.c.run_id)
        .where(runs.c.channel == started.channel, runs.c.open)
        .where(runs.c.procedure_id == started.procedure.id)
        .order_by(runs.c.first.desc())
        .limit(1)
    )
    found = connection.execute(same).scalar()
    if found is not None:
        raise AlreadyOpen(found)


def start(
    connection: Connection, run_id: str, place: tuple[str, int], started: RunStarted, at: datetime
) -> Head:
    """Make the row of a run that begins; its *place* is its prefix and number."""
    prefix, number = place
    connection.execute(
        insert(runs).values(
            run_id=run_id,
            prefix=prefix,
            number=number,
            procedure_id=started.procedure.id,
            title=fill(started.procedure.title, started.inputs),
            channel=started.channel,
            started_by=started.by.id,
            started_at=stamp(at),
            open=True,
            facts=0,
            head=GENESIS,
            first=func.coalesce(_NOW, 0) + 1,
        )
    )
    return Head(run_id, started.channel, 0, GENESIS)


def head_of(connection: Connection, run_id: str, after: int) -> Head:
    """Where the run's log ends, held against *after*; raises Stale, or KeyError for no run."""
    row = connection.execute(_HEAD, {"of": run_id}).one_or_none()
    if row is None:
        raise KeyError(run_id)
    if row.facts != after:
        raise Stale(f"{run_id} has {row.facts} facts by now, not {after}")
    return Head(run_id, row.channel, row.facts, row.head)


def extend(connection: Connection, head: Head, batch: Batch) -> list[Fact]:
    """Append the events after *head* and raise the wishes that they touch."""
    made: list[Fact] = []
    rows: list[dict[str, object]] = []
    previous, at = head.hash, batch.at.astimezone(UTC)
    for seq, event in enumerate(batch.events, start=head.seq + 1):
        body = write(event)
        previous = chain(previous, head.run_id, seq, at, body)
        made.append(Fact(head.run_id, seq, at, event, previous))
        rows.append(
            {
                "run_id": head.run_id,
                "seq": seq,
                "at": stamp(at),
                "kind": event.kind,
                "body": body,
                "hash": previous,
            }
        )
    connection.execute(_APPEND, rows)
    connection.execute(_GROWN, {"of": head.run_id, "seq": made[-1].seq, "hash": previous})
    for event in batch.events:
        if isinstance(event, RunClosed | RunReopened):
            still = isinstance(event, RunReopened)
            connection.execute(_OPENED, {"of": head.run_id, "is_open": still})
    for name, wanted in batch.touched.items():
        _want(connection, head, name, wanted)
    return made


def _want(connection: Connection, head: Head, name: str, wanted: int) -> None:
    """Raise the wish for one message."""
    key = f"{head.run_id}/{name}"
    if connection.execute(_WANT, {"of": key, "seq": wanted}).rowcount:
        return
    if connection.execute(_KNOWN, {"of": key}).first() is None:
        row = {"key": key, "run_id": head.run_id, "channel": head.channel, "wanted": wanted}
        rest = {"ts": None, "shown": 0, "unsure": False, "wanted_since": _NOW, "generation": 0}
        connection.execute(insert(messages).values(**row, **rest))


def mark(connection: Connection, key: str, **changes: object) -> None:
    """Change what is known of a message in Slack; raises KeyError for one never wanted."""
    changed = update(messages).where(messages.c.key == key).values(**changes)
    if not connection.execute(changed).rowcount:
        raise KeyError(key)


def requeue(connection: Connection, key: str, **changes: object) -> None:
    """`mark`, and put the message behind those that wait already."""
    mark(connection, key, **changes, wanted_since=_NOW)


def forget(connection: Connection, key: str) -> None:
    """Want the message as a new post, under a generation of its own; raises KeyError."""
    again = {"generation": messages.c.generation + 1, "ts": None, "shown": 0, "unsure": False}
    requeue(connection, key, **again)
