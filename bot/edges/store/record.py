"""What is written, in SQL: a run begun, facts appended, and what they put into the outbox.

Each function runs inside a transaction that it neither begins nor ends. The statements of a click
are run once for all the clicks of a batch. Runs are locked first, in order, so that replicas never
wait in a ring: a run's lock stands for all that hangs on the run.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from bot.core.engine.effects import REPLACES, SEARCH, Effects
from bot.core.run.chain import GENESIS, chain, stamp
from bot.core.run.events import Event, Fact, dump
from bot.core.run.sendings import kind_of
from bot.core.sealing.body import Sealed, seal
from bot.core.sealing.people import People
from bot.edges.store import sealing
from bot.edges.store import statements as sql
from bot.edges.store.database import Database
from bot.edges.store.erasing import erase, salt
from bot.edges.store.lane import Outcome
from bot.edges.store.schema import facts, numbers, runs, timers
from bot.edges.store.teams import Teams
from bot.ports.log import AlreadyOpen, Duplicate, Opening, Stale
from bot.ports.work import Due

Row = dict[str, Any]

_LAST = select(func.coalesce(func.max(facts.c.position), 0)).scalar_subquery()


@dataclass(slots=True)
class Head:
    """Where a run's log ends: its channel and team, its last fact's number and hash.

    `people` is who appears in it, as stored; `sealed` says whether what is appended is sealed.
    """

    run_id: str
    channel: str
    team: str | None
    seq: int
    hash: str
    people: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Append:
    """What one decision appends: events after a fact, with their time and all that they change."""

    database: Database
    run_id: str
    after: int
    events: Sequence[Event]
    at: datetime
    effects: Effects
    delivery: str | None
    fires: Due | None = None
    trace: str | None = None

    @classmethod
    def together(cls, connection: Connection, works: Sequence["Append"]) -> Sequence[Outcome]:
        """Decide who of them may append, then write for all of them at once."""
        heads = _heads(connection, (work.run_id for work in works))
        known = _known(connection, (work.delivery for work in works))
        armed = _armed(connection, works)
        page = Page(works[0].database)
        outcomes: list[Outcome] = []
        for work in works:
            try:
                outcomes.append((True, _admit(work, heads, known, armed, page)))
            except (Duplicate, Stale, KeyError, ValueError) as refusal:
                outcomes.append((False, refusal))
        page.write(connection)
        for work, (admitted, _) in zip(works, outcomes, strict=True):
            if admitted and work.effects.erase is not None:
                told = work.effects.messages.keys()
                erase(work.database, connection, work.run_id, work.effects.erase, told)
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
    page.note(head, work.effects, work.trace)
    return made


class Page:
    """What a batch writes, gathered row by row and written table by table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._deliveries: list[Row] = []
        self._facts: list[Row] = []
        self._heads: dict[str, Head] = {}
        self._met: dict[str, str] = {}
        self._opened: dict[str, bool] = {}
        self._moved: dict[str, str] = {}
        self._renumbered: dict[str, tuple[str, str]] = {}
        self._looks: list[Row] = []
        self._ended: list[Row] = []
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
        people = People(head.people)
        for seq, event in enumerate(events, start=head.seq + 1):
            stored = seal(event, people, salt) if head.sealed else Sealed(dump(event), None)
            previous = chain(previous, head.run_id, seq, at, stored.body)
            made.append(Fact(head.run_id, seq, at, event, previous))
            place: Row = {"run_id": head.run_id, "seq": seq, "at": stamp(at)}
            kept: Row = {"body": stored.body, "beside": stored.beside, "hash": previous}
            rows.append({**place, "kind": event.kind, **kept})
        self._facts += rows
        if people.is_changed:
            self._met[head.run_id] = head.people = str(people)
        if made:
            head.seq, head.hash = made[-1].seq, previous
            self._heads[head.run_id] = head
        return made

    def note(self, head: Head, effects: Effects, trace: str | None) -> None:
        """Note all that the facts of a run set off."""
        run_id = head.run_id
        due: Row = {"due_at": 0.0, "lease_until": 0.0, "lease": 0}
        self._looks += ({"run_id": run_id, "request": one, **due} for one in effects.looks)
        self._ended += ({"of": run_id, "asked": one} for one in effects.ended)
        if effects.open is not None:
            self._opened[run_id] = effects.open
        if effects.place is not None and effects.is_same:
            self._renumbered[run_id] = head.channel, effects.place
            head.channel = effects.place
        elif effects.place is not None:
            self._moved[run_id] = head.channel = effects.place
        for name, at in effects.timers.items():
            self.timers[run_id, name] = None if at is None else at.timestamp()
        if head.sealed:
            # Programs of before do not know what this is for, nor what comes of it.
            found = {(run_id, f"{SEARCH}{n}"): at for n, at in effects.search.items()}
            self.timers |= {place: at.timestamp() for place, at in found.items()}
        self._want(head, effects.messages, trace)

    def _want(self, head: Head, touched: Mapping[str, int], trace: str | None) -> None:
        """Put messages into the outbox; what is wanted there never sinks."""
        for name, wanted in touched.items():
            key = f"{head.run_id}/{name}"
            if key not in self._wanted or self._wanted[key]["wanted"] < wanted:
                rank = kind_of(name).priority
                place: Row = {"run_id": head.run_id, "channel": head.channel, "team": head.team}
                wish: Row = {"key": key, "wanted": wanted, "rank": rank, "trace": trace}
                self._wanted[key] = place | wish

    def write(self, connection: Connection) -> None:
        """Write all of it."""
        now = self._database.now(connection) if self._wanted else 0.0
        with self._database.at_once(connection):
            self._write(connection, now)

    def _write(self, connection: Connection, now: float) -> None:
        kind = connection.dialect.name
        for statement, rows in (
            (sql.DELIVER, self._deliveries),
            (sql.APPEND, self._facts),
            (sql.GROWN, [_grown(head) for head in self._heads.values()]),
            (sql.LOOK, self._looks),
            (sql.WANT, [{**row, "now": now} for _, row in sorted(self._wanted.items())]),
        ):
            if rows:
                statement[kind].run(connection, rows)
        for row in self._ended:
            sql.LOOKED.run(connection, row)
        for run_id, whom in self._met.items():
            sql.MET.run(connection, {"of": run_id, "whom": whom})
        for run_id, still in self._opened.items():
            sql.OPENED.run(connection, {"of": run_id, "is_open": still})
        self._write_places(connection)
        for (run_id, name), due in self.timers.items():
            if due is None:
                sql.DISARM.run(connection, {"of": run_id, "n": name})
            else:
                row = {"run_id": run_id, "name": name, "due_at": due}
                sql.ARM[kind].run(connection, row)
        if self._heads:
            self._database.notify(connection, list(self._heads))

    def _write_places(self, connection: Connection) -> None:
        for run_id, place in self._moved.items():
            run, its = sql.MOVED
            run.run(connection, {"of": run_id, "place": place})
            its.run(connection, {"of": run_id, "place": place, "board": f"{run_id}/board"})
        for run_id, (was, place) in self._renumbered.items():
            for one in sql.RENUMBERED:
                one.run(connection, {"of": run_id, "was": was, "place": place})


def _grown(head: Head) -> Row:
    return {"of": head.run_id, "seq": head.seq, "hash": head.hash}


def _known(connection: Connection, ids: Iterable[str | None]) -> set[str]:
    """Those of these deliveries that were recorded before."""
    asked = sorted({one for one in ids if one is not None})
    if not asked:
        return set()
    found = sql.DELIVERED[connection.dialect.name].run(connection, {"ids": json.dumps(asked)})
    return set(found.scalars())


def _heads(connection: Connection, ids: Iterable[str]) -> dict[str, Head]:
    asked = json.dumps(sorted(set(ids)))
    rows = sql.HEADS[connection.dialect.name].run(connection, {"ids": asked})
    return {
        row.run_id: Head(
            row.run_id,
            row.channel,
            row.team,
            row.facts,
            row.head,
            row.people or "",
            bool(row.sealed),
        )
        for row in rows
    }


def _armed(connection: Connection, works: Sequence[Append]) -> dict[tuple[str, str], float]:
    asked = [(w.fires.run_id, w.fires.name) for w in works if w.fires is not None]
    if not asked:
        return {}
    rows = connection.execute(sql.ARMED, {"ids": asked})
    return {(row.run_id, row.name): row.due_at for row in rows}


@dataclass(frozen=True, slots=True)
class Begin:
    """A run that begins: its id's prefix, what makes its events, and when."""

    database: Database
    prefix: str
    make: Callable[[str], Sequence[Event]]
    opening: Opening
    at: datetime
    effects: Effects
    delivery: str | None
    unless_open: bool
    teams: Teams
    trace: str | None = None

    def __call__(self, connection: Connection) -> list[Fact]:
        """Begin it, one process at a time; raises Duplicate, AlreadyOpen or Stale."""
        self.database.take_turn(connection)
        if self.delivery and _known(connection, [self.delivery]):
            raise Duplicate(self.delivery)
        number = _last_number(connection, self.prefix) + 1
        run_id = f"{self.prefix}-{number}"
        events = self.make(run_id)
        if self.unless_open:
            refuse_second(connection, self.opening, self.teams)
        if self.opening.instead_of is not None:
            refuse_second_instead(connection, self.opening.instead_of)
        start(connection, run_id, (self.prefix, number), self.opening, self.at)
        given = self.database.insert(numbers).values(prefix=self.prefix, last=number)
        given = given.on_conflict_do_update(
            index_elements=[numbers.c.prefix], set_={"last": given.excluded.last}
        )
        connection.execute(given)
        page = Page(self.database)
        place = (run_id, self.opening.channel, self.opening.team)
        head = Head(*place, 0, GENESIS, "", sealing.is_on(connection))
        made = page.extend(head, events, self.at)
        if self.delivery is not None:
            page.deliver(self.delivery, self.at)
        page.note(head, self.effects, self.trace)
        page.write(connection)
        return made


def _last_number(connection: Connection, prefix: str) -> int:
    """The highest number that a run of *prefix* was given; 0 for none.

    A program of the version before keeps no such number, so the runs themselves are asked as well.
    """
    there = select(func.max(runs.c.number)).where(runs.c.prefix == prefix)
    given = select(numbers.c.last).where(numbers.c.prefix == prefix)
    return max(connection.execute(query).scalar() or 0 for query in (there, given))


def is_drill(drill: bool) -> ColumnElement[bool]:  # noqa: FBT001 - the one thing that is asked
    """That a run is an exercise, or that it is none."""
    return runs.c.drill.is_(True) if drill else runs.c.drill.is_not(True)


def refuse_second(connection: Connection, opening: Opening, teams: Teams) -> None:
    """Raise AlreadyOpen when the channel has an open run of the procedure that is not known of.

    A drill is in nobody's way who has an incident, nor the other way round.
    """
    same = (
        select(runs.c.run_id)
        .where(runs.c.channel == opening.channel, runs.c.open)
        .where(teams.of(runs.c.team, opening.team))
        .where(runs.c.procedure_id == opening.procedure_id, is_drill(opening.drill))
        .order_by(runs.c.first.desc())
        .limit(1)
    )
    found = connection.execute(same).scalar()
    if found not in (None, opening.beside):
        raise AlreadyOpen(found)


def refuse_second_instead(connection: Connection, old: str) -> None:
    """Raise AlreadyOpen when a run was started in place of the *old* one, Stale when that is over.

    Its timer stands from its first entry until the old one is closed; so one or the other is so.
    """
    first = select(timers.c.run_id).where(timers.c.name == f"{REPLACES}{old}").limit(1)
    if (found := connection.execute(first).scalar()) is not None:
        raise AlreadyOpen(found)
    if not connection.execute(select(runs.c.open).where(runs.c.run_id == old)).scalar():
        raise Stale(f"{old} is not open any more")


def start(
    connection: Connection, run_id: str, place: tuple[str, int], opening: Opening, at: datetime
) -> None:
    """Make the row of a run that begins; its *place* is its prefix and number."""
    prefix, number = place
    connection.execute(
        insert(runs).values(
            run_id=run_id,
            prefix=prefix,
            number=number,
            procedure_id=opening.procedure_id,
            title=opening.title,
            channel=opening.channel,
            team=opening.team,
            drill=opening.drill,
            started_by=opening.started_by,
            private=opening.private,
            started_at=stamp(at),
            open=True,
            facts=0,
            head=GENESIS,
            first=_LAST + 1,
        )
    )
