"""What is known of people, and who is to be asked about: shared out among those who ask.

All of it is of one workspace: the same id may be someone else's in another.

It asks nobody itself. Every write is of one person's rows, in one order, so that two who write
cannot wait for each other in a ring.
"""

import math
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.app.acquaintances import Asking
from bot.core.acting.admission import EVERYONE, FRESH, GUEST, Known, Standing
from bot.edges.store.database import Database
from bot.edges.store.schema import memberships, paces, people
from bot.edges.store.teams import Teams, name_of

LEASE = 60.0
"""Seconds that a claim lasts: over twice what the questions about one person may take."""
REFRESH = FRESH - 600.0
"""Seconds after which someone is asked about again, so that what is known stays fresh."""
ACTIVE = 24 * 3_600.0
"""Seconds for which someone who appeared is asked about again and again."""
KEPT = 30 * ACTIVE
"""Seconds for which someone is known who does not appear any more."""
NEVER = 1e12
"""A time that does not come."""
A_MINUTE = 20
"""Slack's allowance for users.conversations (tier 2)."""
BURST = 10
"""How many may be asked about at once after a quiet time."""

_STEP = 60 / A_MINUTE
_AHEAD = (BURST - 1) * _STEP
_PACE = "users.conversations"
_DUE = case((people.c.due_at > people.c.lease_until, people.c.due_at), else_=people.c.lease_until)
_READY = (
    select(people)
    .where(people.c.due_at <= bindparam("now"), people.c.lease_until <= bindparam("now"))
    .order_by(people.c.awaited.desc(), people.c.due_at, people.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT = select(func.min(_DUE)).where(bindparam("now") < _DUE)
_ONE = update(people).where(people.c.id == bindparam("of"))
_MINE = _ONE.where(people.c.lease == bindparam("token"))
_THERE = select(memberships).where(
    memberships.c.person == bindparam("of"), memberships.c.channel == bindparam("place")
)

_LEFT = delete(memberships).where(
    memberships.c.inside,
    memberships.c.channel.in_(bindparam("places", expanding=True)),
    memberships.c.at
    < select(people.c.asked_at)
    .where(people.c.id == memberships.c.person, people.c.asked_at <= bindparam("now"))
    .scalar_subquery(),
)
"""Who was asked about while the bot was in these channels, and was in them no more."""


class SqlAcquaintances:
    """Keeps `bot.app.acquaintances.Acquaintances` with one database, for the workspace *team*."""

    def __init__(self, database: Database, teams: Teams, team: str | None = None) -> None:
        self._database, self._teams, self._team = database, teams, team

    def _key(self, name: str) -> str:
        """The key of a person, or of an allowance, of the workspace."""
        return self._teams.key(self._team, name)

    @property
    def _here(self) -> ColumnElement[bool]:
        """Whether someone is of the workspace."""
        return self._teams.of(people.c.workspace, self._team)

    async def met(self, persons: Sequence[str]) -> None:
        await self._appeared(sorted(set(persons)), awaited=False)

    async def awaited(self, person: str) -> None:
        await self._appeared([person], awaited=True)

    async def _appeared(self, persons: Sequence[str], *, awaited: bool) -> None:
        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            since = now if awaited else 0.0
            fresh = self._database.insert(people)
            due = func.coalesce(people.c.asked_at + REFRESH, people.c.due_at)
            sooner = case((due < people.c.due_at, due), else_=people.c.due_at)
            put: dict[str, Any] = {"seen_at": now, "due_at": sooner}
            if awaited:
                put |= {"due_at": now, "awaited": now}
            rows = [
                {**_nobody(self._key(person), self._team), **_new(now), "awaited": since}
                for person in persons
            ]
            connection.execute(
                fresh.on_conflict_do_update(index_elements=[people.c.id], set_=put), rows
            )

        if persons:
            await self._database.write(work)

    async def joined(self, person: str, channel: str) -> None:
        await self._moved(person, channel, inside=True)

    async def left(self, person: str, channel: str) -> None:
        await self._moved(person, channel, inside=False)

    async def _moved(self, person: str, channel: str, *, inside: bool) -> None:
        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            met = connection.execute(_ONE.values(due_at=now), {"of": self._key(person)}).rowcount
            # Who never appeared can have opened no form, or is just about to be known.
            if met or not inside:
                self._put(connection, person, {channel: inside}, now)

        await self._database.write(work)

    def _put(
        self, connection: Connection, person: str, channels: dict[str, bool], at: float
    ) -> None:
        """Write who is where, unless something newer is known."""
        if not channels:
            return
        fresh = self._database.insert(memberships)
        put = {name: fresh.excluded[name] for name in ("inside", "at")}
        rows = [
            {"person": self._key(person), "channel": channel, "inside": inside, "at": at}
            for channel, inside in sorted(channels.items())
        ]
        connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[memberships.c.person, memberships.c.channel],
                set_=put,
                where=memberships.c.at <= fresh.excluded.at,
            ),
            rows,
        )

    async def shared(self, bot: str) -> None:
        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            active = or_(people.c.seen_at > now - ACTIVE, people.c.id == self._key(bot))
            due = case((active, now), else_=people.c.due_at)
            every = select(people.c.id).where(self._here).order_by(people.c.id).with_for_update()
            connection.execute(every).all()
            connection.execute(update(people).where(self._here).values(asked_at=None, due_at=due))

        await self._database.write(work)

    async def known(self, person: str, channel: str, bot: str) -> Known:
        person, bot = self._key(person), self._key(bot)
        who = select(people).where(people.c.id.in_([person, bot]))

        def ask(connection: Connection) -> Known:
            now = self._database.now(connection)
            rows = {row.id: row for row in connection.execute(who)}
            place = {"place": channel}
            there = connection.execute(_THERE, {"of": person, **place}).first()
            mine = connection.execute(_THERE, {"of": bot, **place}).first()
            mark = connection.execute(_THERE, {"of": person, "place": GUEST}).first()
            everyones = connection.execute(_THERE, {"of": self._key(EVERYONE), **place}).first()
            known, own = rows.get(person), rows.get(bot)
            private, was = None, False
            if own is not None and own.asked_at is not None and abs(now - own.asked_at) <= FRESH:
                if _holds(mine, own):
                    private = True
                elif everyones is not None and everyones.inside:
                    private = False
                was = not private and there is not None and not _holds(there, known)
            return Known(
                now=now,
                asked=known.asked_at if known else None,
                inside=there.inside if there is not None and _holds(there, known) else None,
                since=there.at if there else 0.0,
                private=private,
                kind=known.kind if known else "",
                team=known.team if known else None,
                enterprise=known.enterprise if known else None,
                told=known is not None and bool(known.team or known.kind or known.asked_at),
                guest=mark is not None and mark.inside and _holds(mark, known),
                was=was,
            )

        return await self._database.read(ask)

    async def claim(self, limit: int) -> tuple[Sequence[Asking], float]:
        return await self._database.write(lambda c: self._claim(c, limit))

    def _claim(self, connection: Connection, limit: int) -> tuple[Sequence[Asking], float]:
        now = self._database.now(connection)
        self._spend(connection, 0.0, now)
        pace = select(paces.c.free_at).where(paces.c.name == self._key(_PACE))
        free_at = max(connection.execute(pace).scalar_one(), now)
        allowed = max(0, math.floor((now + _AHEAD - free_at) / _STEP) + 1)
        most = min(limit, allowed)
        ready = _READY.where(self._here)
        rows = connection.execute(ready, {"now": now, "most": most}).all() if most else []
        taken = []
        for row in sorted(rows, key=lambda one: str(one.id)):
            lease = {"lease": row.lease + 1, "lease_until": now + LEASE}
            connection.execute(_ONE, {"of": row.id, **lease})
            person = name_of(row.id)
            taken.append(Asking(person, row.lease + 1, now, row.awaited, row.failures))
        if taken:
            self._spend(connection, free_at + len(taken) * _STEP, now)
        at = connection.execute(_NEXT, {"now": now}).scalar()
        pauses = [self._database.poll]
        if at is not None:
            pauses.append(at - now)
        if len(rows) == allowed or not most:
            pauses.append(_STEP)
        return sorted(taken, key=lambda one: -one.awaited), max(0.0, min(pauses))

    def _spend(self, connection: Connection, free_at: float, now: float) -> None:
        """Move the allowance on; whoever does has it to itself until the end."""
        fresh = self._database.insert(paces).values(
            name=self._key(_PACE), free_at=max(free_at, now)
        )
        later = case(
            (fresh.excluded.free_at > paces.c.free_at, fresh.excluded.free_at),
            else_=paces.c.free_at,
        )
        connection.execute(
            fresh.on_conflict_do_update(index_elements=[paces.c.name], set_={"free_at": later})
        )

    async def learned(self, asking: Asking, standing: Standing) -> None:
        channels = standing.channels

        def work(connection: Connection) -> None:
            token = {"of": self._key(asking.person), "token": asking.token}
            values = {
                "kind": standing.kind,
                "team": standing.team,
                "enterprise": standing.enterprise,
                "failures": 0,
                **({} if channels is None else {"asked_at": asking.at}),
            }
            if not connection.execute(_MINE.values(**values), token).rowcount:
                return
            if channels is not None:
                # Where they were is kept: whether they left, or the bot did, is to be told yet.
                self._put(connection, asking.person, dict.fromkeys(channels, True), asking.at)
            if standing.public is not None:
                kinds = dict.fromkeys(channels or (), False) | dict.fromkeys(standing.public, True)
                self._put(connection, EVERYONE, kinds, asking.at)
                connection.execute(_LEFT, {"places": sorted(kinds), "now": asking.at})

        await self._database.write(work)

    async def done(self, asking: Asking) -> None:
        def work(connection: Connection) -> None:
            active = people.c.seen_at > self._database.now(connection) - ACTIVE
            later = case((active, asking.at + REFRESH), else_=NEVER)
            # What came after the question, an event or a step handed over, asks for another answer.
            due = case((people.c.due_at > asking.at, people.c.due_at), else_=later)
            over = case((people.c.awaited == asking.awaited, 0.0), else_=people.c.awaited)
            values = _MINE.values(awaited=over, due_at=due, lease_until=0.0)
            connection.execute(values, {"of": self._key(asking.person), "token": asking.token})

        await self._database.write(work)

    async def again(self, asking: Asking, seconds: float) -> None:
        await self._settle(asking, seconds, lease_until=0.0, failures=asking.failures + 1)

    async def hold(self, asking: Asking, seconds: float) -> None:
        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            self._spend(connection, now + seconds + _AHEAD, now)

        await self._settle(asking, seconds, lease_until=0.0)
        await self._database.write(work)

    async def _settle(self, asking: Asking, seconds: float | None = None, **values: Any) -> None:
        def work(connection: Connection) -> None:
            if seconds is not None:
                values["due_at"] = self._database.now(connection) + seconds
            mine = {"of": self._key(asking.person), "token": asking.token}
            connection.execute(_MINE.values(**values), mine)

        await self._database.write(work)

    async def forget(self) -> None:
        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            gone = people.c.seen_at < now - KEPT
            old = [row.id for row in connection.execute(select(people.c.id).where(gone).limit(500))]
            if old:
                connection.execute(delete(memberships).where(memberships.c.person.in_(old)))
                connection.execute(delete(people).where(people.c.id.in_(old), gone))
            left = and_(~memberships.c.inside, memberships.c.at < now - ACTIVE)
            connection.execute(delete(memberships).where(left))

        await self._database.write(work)


def _holds(there: Any, person: Any) -> bool:
    """Whether it is so still that someone is, or is not, somewhere: the last answer is no newer."""
    if there is None:
        return False
    asked = person.asked_at if person is not None else None
    return not there.inside or asked is None or there.at >= asked


def _nobody(key: str, workspace: str | None) -> dict[str, Any]:
    """Someone of a workspace of whom nothing is known."""
    nothing = {"kind": "", "team": None, "enterprise": None, "asked_at": None}
    return {"id": key, "workspace": workspace, **nothing}


def _new(now: float) -> dict[str, Any]:
    """To be asked about at once."""
    return {"seen_at": now, "due_at": now, "lease_until": 0.0, "lease": 0, "failures": 0}
