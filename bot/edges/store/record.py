"""What is written, in SQL: a run begun, facts appended, and the wishes that they raise.

Each function runs inside a transaction that it neither begins nor ends. The statements of a click
are made once, since making them anew costs more than running them, and each is run once for all
the clicks of a batch. Runs are locked first, in order, so that replicas never wait in a ring: a
run's lock stands for all that hangs on the run.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from bot.core.events import (
    GENESIS,
    CheckRequested,
    Event,
    Fact,
    RunClosed,
    RunReopened,
    RunStarted,
    chain,
    stamp,
)
from bot.core.events import dump as write
from bot.core.template import fill
from bot.edges.store.database import Database
from bot.edges.store.lane import Outcome
from bot.edges.store.schema import deliveries, facts, looks, messages, runs, timers
from bot.ports import NO_TIMERS, AlreadyOpen, Due, Duplicate, Stale

Row = dict[str, Any]

_LAST = select(func.coalesce(func.max(facts.c.position), 0)).scalar_subquery()
# Locks rows where rows have locks; SQLite has the whole file to itself already.
_HEADS = (
    select(runs.c.run_id, runs.c.channel, runs.c.facts, runs.c.head)
    .where(runs.c.run_id.in_(bindparam("ids", expanding=True)))
    .order_by(runs.c.run_id)
    # Not against those who only point to the run: a painter's row is checked to do so.
    .with_for_update(key_share=True)
)
_DELIVERED = select(deliveries.c.id).where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
_DELIVER = insert(deliveries)
_APPEND = insert(facts)
_EXTEND = update(runs).where(runs.c.run_id == bindparam("of"))
_GROWN = _EXTEND.values(facts=bindparam("seq"), head=bindparam("hash"))
_OPENED = _EXTEND.values(open=bindparam("is_open"))
_ARMED = select(timers.c.run_id, timers.c.name, timers.c.due_at).where(
    tuple_(timers.c.run_id, timers.c.name).in_(bindparam("ids", expanding=True))
)
_DISARM = delete(timers).where(timers.c.run_id == bindparam("of"), timers.c.name == bindparam("n"))

RANKS: Mapping[str, int] = {"board": 0, "export": 2}
"""How much people are interested in a message, by the first word of its key; the rest is 1."""


@dataclass(slots=True)
class Head:
    """Where a run's log ends: its channel, its last fact's number and hash."""

    run_id: str
    channel: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Append:
    """What one decision appends: events after a fact, with their time and all that they change."""

    database: Database
    run_id: str
    after: int
    events: Sequence[Event]
    at: datetime
    touched: Mapping[str, int]
    delivery: str | None
    timers: Mapping[str, datetime | None] = field(default_factory=lambda: NO_TIMERS)
    fires: Due | None = None
    trace: str | None = None

    @classmethod
    def together(cls, connection: Connection, works: Sequence["Append"]) -> Sequence[Outcome]:
        """Decide who of them may append, then write for all of them at once."""
        heads = _heads(connection, (work.run_id for work in works))
        known = _ids(connection, _DELIVERED, (work.delivery for work in works))
        armed = _armed(connection, works)
        page = Page(works[0].database)
        outcomes: list[Outcome] = []
        for work in works:
            try:
                outcomes.append((True, _admit(work, heads, known, armed, page)))
            except (Duplicate, Stale, KeyError, ValueError) as refusal:
                outcomes.append((False, refusal))
        page.write(connection)
        return outcomes


def _admit(
    work: Append,
    heads: Mapping[str, Head],
    known: set[str],
    armed: dict[tuple[str, str], float],
    page: "Page",
) -> list[Fact]:
    """Note what one of them appends, or raise why it may not; then nothing of it is noted."""
    if work.delivery is not None and work.delivery in known:
        raise Duplicate(work.delivery)
    head = heads.get(work.run_id)
    if head is None:
        raise KeyError(work.run_id)
    if work.fires is not None:
        place = (work.fires.run_id, work.fires.name)
        if armed.get(place) != work.fires.at.timestamp():
            raise Duplicate(work.fires.name)
    if head.seq != work.after:
        raise Stale(f"{work.run_id} has {head.seq} facts by now, not {work.after}")
    made = page.extend(head, work.events, work.at)
    if work.delivery is not None:
        known.add(work.delivery)
        page.deliver(work.delivery, work.at)
    if work.fires is not None:
        del armed[work.fires.run_id, work.fires.name]
        page.timers[work.fires.run_id, work.fires.name] = None
    for name, due in work.timers.items():
        page.timers[work.run_id, name] = None if due is None else due.timestamp()
    page.want(head, work.touched, work.trace)
    return made


class Page:
    """What a batch writes, gathered row by row and written table by table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._deliveries: list[Row] = []
        self._facts: list[Row] = []
        self._heads: dict[str, Head] = {}
        self._opened: dict[str, bool] = {}
        self._looks: list[Row] = []
        self._wanted: dict[str, Row] = {}
        self.timers: dict[tuple[str, str], float | None] = {}

    def deliver(self, delivery: str, at: datetime) -> None:
        """Remember Slack's id of a click."""
        self._deliveries.append({"id": delivery, "at": stamp(at)})

    def extend(self, head: Head, events: Sequence[Event], at: datetime) -> list[Fact]:
        """Append the events after *head*, which moves on; raises ValueError, changing nothing."""
        made: list[Fact] = []
        rows: list[Row] = []
        previous, at = head.hash, at.astimezone(UTC)
        for seq, event in enumerate(events, start=head.seq + 1):
            body = write(event)
            previous = chain(previous, head.run_id, seq, at, body)
            made.append(Fact(head.run_id, seq, at, event, previous))
            place: Row = {"run_id": head.run_id, "seq": seq, "at": stamp(at)}
            rows.append({**place, "kind": event.kind, "body": body, "hash": previous})
        self._facts += rows
        for event in events:
            if isinstance(event, RunClosed | RunReopened):
                self._opened[head.run_id] = isinstance(event, RunReopened)
            if isinstance(event, CheckRequested):
                due: Row = {"due_at": 0.0, "lease_until": 0.0, "lease": 0}
                self._looks.append({"run_id": head.run_id, "request": event.request, **due})
        head.seq, head.hash = made[-1].seq, previous
        self._heads[head.run_id] = head
        return made

    def want(self, head: Head, touched: Mapping[str, int], trace: str | None) -> None:
        """Raise the wishes for messages; a wish never sinks."""
        for name, wanted in touched.items():
            key = f"{head.run_id}/{name}"
            if key not in self._wanted or self._wanted[key]["wanted"] < wanted:
                rank = RANKS.get(name.partition("/")[0], 1)
                place: Row = {"key": key, "run_id": head.run_id, "channel": head.channel}
                self._wanted[key] = {**place, "wanted": wanted, "rank": rank, "trace": trace}

    def write(self, connection: Connection) -> None:
        """Write all of it."""
        for statement, rows in (
            (_DELIVER, self._deliveries),
            (_APPEND, self._facts),
            (_GROWN, [_grown(head) for head in self._heads.values()]),
            (_OPENED, [{"of": run, "is_open": still} for run, still in self._opened.items()]),
            (insert(looks), self._looks),
        ):
            if rows:
                connection.execute(statement, rows)
        if self._wanted:
            now = self._database.now(connection)
            rows = [{**row, "now": now} for _, row in sorted(self._wanted.items())]
            connection.execute(_want(self._database.insert), rows)
        for (run_id, name), due in self.timers.items():
            if due is None:
                connection.execute(_DISARM, {"of": run_id, "n": name})
            else:
                row = {"run_id": run_id, "name": name, "due_at": due}
                connection.execute(_arm(self._database.insert), row)
        if self._heads:
            self._database.notify(connection, list(self._heads))


def _grown(head: Head) -> Row:
    return {"of": head.run_id, "seq": head.seq, "hash": head.hash}


_MADE: dict[tuple[str, Any], Any] = {}


def _once(name: str, kind: Callable[[Table], Any], make: Callable[[], Any]) -> Any:
    """A statement of one database's own kind, made at its first use."""
    if (name, kind) not in _MADE:
        _MADE[name, kind] = make()
    return _MADE[name, kind]


def _want(kind: Callable[[Table], Any]) -> Any:
    """Raise a wish; who waits already keeps the time since when."""

    def make() -> Any:
        now: Any = bindparam("now")
        fresh = kind(messages).values(
            ts=None, shown=0, unsure=False, generation=0, wanted_at=now, waiting_since=now,
            painted_at=0.0, due_at=0.0, lease_until=0.0, lease=0, failures=0,
            **{n: bindparam(n) for n in ("key", "run_id", "channel", "wanted", "rank", "trace")},
        )  # fmt: skip
        waits = messages.c.wanted > messages.c.shown
        return fresh.on_conflict_do_update(
            index_elements=[messages.c.key],
            set_={
                "wanted": fresh.excluded.wanted,
                "wanted_at": now,
                "waiting_since": case((waits, messages.c.waiting_since), else_=now),
                "trace": fresh.excluded.trace,
            },
            where=messages.c.wanted < fresh.excluded.wanted,
        )

    return _once("want", kind, make)


def _arm(kind: Callable[[Table], Any]) -> Any:
    """Set a timer, or move it."""

    def make() -> Any:
        fresh = kind(timers)
        return fresh.on_conflict_do_update(
            index_elements=[timers.c.run_id, timers.c.name],
            set_={"due_at": fresh.excluded.due_at},
        )

    return _once("arm", kind, make)


def _padded(ids: Iterable[Any]) -> list[Any]:
    """Ids for an IN; few lengths make few statements, which the drivers keep prepared."""
    found = sorted(set(ids))
    size = 1 << max(len(found) - 1, 0).bit_length()
    return found + found[-1:] * (size - len(found))


def _ids(connection: Connection, query: Select[Any], ids: Iterable[str | None]) -> set[str]:
    asked = _padded(i for i in ids if i is not None)
    return set(connection.execute(query, {"ids": asked}).scalars()) if asked else set()


def _heads(connection: Connection, ids: Iterable[str]) -> dict[str, Head]:
    rows = connection.execute(_HEADS, {"ids": _padded(ids)})
    return {row.run_id: Head(row.run_id, row.channel, row.facts, row.head) for row in rows}


def _armed(connection: Connection, works: Sequence[Append]) -> dict[tuple[str, str], float]:
    asked = _padded((w.fires.run_id, w.fires.name) for w in works if w.fires is not None)
    if not asked:
        return {}
    rows = connection.execute(_ARMED, {"ids": asked})
    return {(row.run_id, row.name): row.due_at for row in rows}


@dataclass(frozen=True, slots=True)
class Begin:
    """A run that begins: its id's prefix, what makes its events, and when."""

    database: Database
    prefix: str
    make: Callable[[str], Sequence[Event]]
    at: datetime
    touched: Mapping[str, int]
    delivery: str | None
    unless_open: bool
    trace: str | None = None

    def __call__(self, connection: Connection) -> list[Fact]:
        """Begin it, one process at a time; raises Duplicate or AlreadyOpen."""
        self.database.take_turn(connection)
        if self.delivery and _ids(connection, _DELIVERED, [self.delivery]):
            raise Duplicate(self.delivery)
        last = select(func.max(runs.c.number)).where(runs.c.prefix == self.prefix)
        number = (connection.execute(last).scalar() or 0) + 1
        run_id = f"{self.prefix}-{number}"
        events = self.make(run_id)
        started = events[0] if events else None
        if not isinstance(started, RunStarted):
            raise TypeError(f"{run_id} must begin with run_started")
        if self.unless_open:
            refuse_second(connection, started)
        start(connection, run_id, (self.prefix, number), started, self.at)
        page = Page(self.database)
        head = Head(run_id, started.channel, 0, GENESIS)
        made = page.extend(head, events, self.at)
        if self.delivery is not None:
            page.deliver(self.delivery, self.at)
        page.want(head, self.touched, self.trace)
        page.write(connection)
        return made


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
) -> None:
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
            first=_LAST + 1,
        )
    )
