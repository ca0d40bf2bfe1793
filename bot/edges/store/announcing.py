"""The messages of alerts: who shows which, and how it ended.

They are no run's, and runs go first: nothing is posted into a channel while a run's message waits
for it, half of the updates that may come at once are left to runs, and half of all of them.
"""

import json
from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.core.alerts import crowd as crowds
from bot.core.alerts.crowd import Count, Crowd
from bot.core.alerts.episodes import REMEMBERED
from bot.core.alerts.model import Alert, Episode
from bot.core.run.sendings import ALERT, APART_S
from bot.edges.store import episodes as kept
from bot.edges.store.allowed import POSTING, UPDATES, UPDATING, Free
from bot.edges.store.database import Database
from bot.edges.store.episodes import CROWD, NEW, PREFIX, Taking, episode_of, last_number
from bot.edges.store.outbox import spend
from bot.edges.store.schema import episodes, messages
from bot.edges.store.teams import Teams
from bot.ports.alerts import Heard, Shown, Told, Waiting
from bot.ports.messages import MessageRow

PACE = APART_S
"""Seconds between two calls for one message."""
SAME_CROWD_S = 600.0
"""Seconds in which what is too much for a channel once more is counted by the same message."""
DAY = 86_400.0
"""Seconds of a day."""

_LEASE = ALERT.lease_s or 0.0
_DIRTY = episodes.c.wanted > episodes.c.shown
_FREE = and_(episodes.c.due_at <= bindparam("now"), episodes.c.lease_until <= bindparam("now"))
_OWN = episodes.c.crowd.is_(None)
_UNPOSTED = and_(_DIRTY, _OWN, episodes.c.ts.is_(None), episodes.c.unsure.is_(False))
_IN_FRONT = (
    select(messages.c.key)
    .where(messages.c.wanted > messages.c.shown, messages.c.channel == episodes.c.channel)
    .where(messages.c.ts.is_(None), messages.c.due_at <= bindparam("now"))
    .exists()
)
"""A message of a run that is to be posted into the same channel now."""
_CANDIDATES = (
    select(episodes)
    .where(_DIRTY, _OWN, _FREE)
    .where(or_(episodes.c.ts.is_not(None), ~_IN_FRONT))
    # What is new is told before what changed, and of that, what waits for longest.
    .order_by(episodes.c.ts.is_not(None), episodes.c.waiting_since, episodes.c.number)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TOO_MANY = (
    select(episodes.c.team, episodes.c.channel)
    .where(_UNPOSTED, episodes.c.door != CROWD)
    .group_by(episodes.c.team, episodes.c.channel)
    .having(func.count() > bindparam("many"))
    .order_by(episodes.c.channel)
)
_PLACE = select(episodes.c.channel, episodes.c.ts, episodes.c.crowd).where(
    episodes.c.id == bindparam("of")
)
_DUE = case(
    (episodes.c.due_at > episodes.c.lease_until, episodes.c.due_at), else_=episodes.c.lease_until
)
_NEXT = select(func.min(_DUE)).where(_DIRTY, _OWN, bindparam("now") < _DUE)
_GROUP = select(episodes.c.of_group).where(
    episodes.c.id == bindparam("of"), episodes.c.door != CROWD
)
_LATEST = (
    select(episodes)
    .where(episodes.c.of_group == bindparam("group"))
    .order_by(episodes.c.number.desc())
    .limit(REMEMBERED + 1)
)
"""The last episodes of a group: what is older is of no news, and nobody looks at its message."""
_ONE = update(episodes).where(episodes.c.id == bindparam("of"))
_FENCED = _ONE.where(episodes.c.lease == bindparam("token"))
# Whoever shows it just now may be disturbed too, and is fenced off: it is shown once more.
_DISTURBED = _ONE.values(shown=episodes.c.wanted - 1, lease=episodes.c.lease + 1, lease_until=0.0)


class SqlEpisodes:
    """Keeps `bot.ports.alerts.Episodes` with one database."""

    def __init__(self, database: Database, teams: Teams) -> None:
        self._database, self._teams = database, teams

    async def take(self, heard: Sequence[Heard]) -> Sequence[Sequence[Episode]]:
        return await self._database.write(Taking(self._database, self._teams, heard))

    async def claim(self, limit: int) -> tuple[Sequence[Shown], float]:
        claims, pause = await self._database.write(partial(self._claim, limit=limit))
        return [await self._whole(one) for one in claims], pause

    async def _whole(self, claim: Shown) -> Shown:
        """A claim with what it is to show; a crowd is counted while nobody waits to write."""
        if not isinstance(claim.shows, Crowd):
            return claim
        shows = await self._database.read(partial(self._counted, crowd=claim.shows))
        return replace(claim, shows=shows)

    def _claim(self, connection: Connection, limit: int) -> tuple[Sequence[Shown], float]:
        now = self._database.now(connection)
        for team, channel in connection.execute(_TOO_MANY, {"many": crowds.MOST}).all():
            self._gather(connection, team, channel, now)
        query = _CANDIDATES
        if served := self._teams.served:
            query = query.where(self._teams.of(episodes.c.team, *served))
        rows = connection.execute(query, {"now": now, "most": 4 * limit}).all()
        free = Free(connection, self._database, self._teams, rows, now)
        claims: list[Shown] = []
        for row in rows:
            if len(claims) < limit and free.take(row):
                claims.append(self._lease(connection, row, now))
        free.write()
        return claims, self._pause(connection, now, free.pause)

    def _lease(self, connection: Connection, row: Any, now: float) -> Shown:
        token = row.lease + 1
        # Whoever ends a claim says so there.
        failures = row.failures + (row.lease_until > 0.0)
        changes = {
            "lease": token,
            "lease_until": now + _LEASE,
            "due_at": now + PACE,
            "unsure": row.unsure or row.ts is None,
            "failures": failures,
        }
        connection.execute(_ONE, {"of": row.id, **changes})
        message = MessageRow(
            key=f"{row.id}/alert",
            run_id=row.id,
            channel=row.channel,
            ts=row.ts,
            wanted=row.wanted,
            shown=row.shown,
            unsure=row.unsure,
            generation=row.generation,
            team=self._teams.named(row.team),
            place=row.channel,
        )
        shows = self._crowd(row) if row.door == CROWD else self._read(row)
        since = datetime.fromtimestamp(row.created_at, UTC)
        return Shown(message, token, failures, since, shows, self._before(connection, row))

    def _before(self, connection: Connection, row: Any) -> tuple[str, str] | None:
        """Where the message of the episode before this one stands, or of the crowd that had it."""
        return None if row.previous is None else self._stands(connection, row.previous)

    def _stands(self, connection: Connection, which: str) -> tuple[str, str] | None:
        """Where the message of an episode stands, or of the crowd that has it."""
        one = connection.execute(_PLACE, {"of": which}).first()
        if one is not None and one.crowd is not None:
            one = connection.execute(_PLACE, {"of": one.crowd}).first()
        return None if one is None or one.ts is None else (one.channel, one.ts)

    def _read(self, row: Any) -> Episode:
        return episode_of(row, self._teams)

    def _crowd(self, row: Any) -> Crowd:
        began = datetime.fromisoformat(row.began)
        return Crowd(row.id, self._teams.named(row.team), row.channel, began, ())

    def _counted(self, connection: Connection, crowd: Crowd) -> Crowd:
        """A crowd, with what it consists of, by name."""
        fires = func.sum(case((episodes.c.ended.is_(None), 1), else_=0))
        asked = (
            select(episodes.c.name, func.count().label("groups"), fires.label("firing"))
            .where(episodes.c.crowd == crowd.id)
            .group_by(episodes.c.name)
        )
        found = [
            Count(json.loads(one.name), one.groups, int(one.firing))
            for one in connection.execute(asked).all()
        ]
        found.sort(key=lambda one: (-one.firing, -one.groups, one.name))
        return replace(crowd, counts=tuple(found))

    def _gather(self, connection: Connection, team: str | None, channel: str, now: float) -> None:
        """Have all that waits for a channel be one message: the last crowd's, or a new one's."""
        # One process at a time, or there would be two such messages.
        last = last_number(self._database, connection)
        here = and_(episodes.c.channel == channel, _same(team))
        waits = (
            select(episodes.c.id, episodes.c.began)
            .where(_UNPOSTED, here, episodes.c.door != CROWD, _FREE)
            .order_by(episodes.c.id)
            .with_for_update(skip_locked=True)
        )
        found = connection.execute(waits, {"now": now}).all()
        if len(found) <= crowds.MOST:
            return
        recent = (
            select(episodes.c.id)
            .where(here, episodes.c.door == CROWD, episodes.c.created_at > now - SAME_CROWD_S)
            .order_by(episodes.c.number.desc())
            .limit(1)
        )
        name = connection.execute(recent).scalar()
        is_new = name is None
        if name is None:
            name = f"{PREFIX}-{last + 1}"
            values = {
                "id": name, "number": last + 1, "team": team, "door": CROWD, "of_group": name,
                "name": json.dumps(""), "said": "{}", "alerts": "[]", "runs": "[]",
                "began": min(row.began for row in found), "ended": None, "previous": None,
                "joined": None, "heard_at": now, "created_at": now, "waiting_since": now,
                "channel": channel,
            }  # fmt: skip
            connection.execute(insert(episodes).values(**NEW | values))
        counted = _ONE.values(crowd=name, shown=episodes.c.wanted)
        connection.execute(counted, [{"of": row.id} for row in found])
        if not is_new:
            kept.want(connection, name, now)

    def _pause(self, connection: Connection, now: float, paced: float) -> float:
        at = connection.execute(_NEXT, {"now": now}).scalar()
        pauses = [self._database.poll, paced]
        if at is not None:
            pauses.append(at - now)
        return max(0.0, min(pauses))

    async def shown(self, claim: Shown, ts: str, *, whole: bool = True) -> None:
        changes: dict[str, Any] = {"ts": ts, "unsure": False, "failures": 0, "lease_until": 0.0}
        if whole:
            changes["shown"] = claim.message.wanted
        await self._database.write(partial(self._settle, claim=claim, changes=changes))

    async def again(
        self, claim: Shown, seconds: float, *, unsure: bool, failed: bool = True
    ) -> None:
        failures = claim.failures + failed

        def work(connection: Connection) -> None:
            due = self._database.now(connection) + seconds
            changes = {"unsure": unsure, "failures": failures, "due_at": due, "lease_until": 0.0}
            self._settle(connection, claim, changes)

        await self._database.write(work)

    async def hold(self, claim: Shown, seconds: float) -> None:
        row = claim.message
        method = f"{POSTING}{row.channel}" if row.ts is None else UPDATING
        ahead = 0.0 if row.ts is None else UPDATES.ahead_s

        def work(connection: Connection) -> None:
            due = self._database.now(connection) + seconds
            name = self._teams.key(row.team, method)
            spend(connection, self._database, name, due + ahead)
            changes = {"unsure": row.unsure, "due_at": due, "lease_until": 0.0}
            self._settle(connection, claim, changes)

        await self._database.write(work)

    async def give_up(self, claim: Shown) -> None:
        row = claim.message
        changes = {"shown": row.wanted, "unsure": row.unsure, "failures": 0, "lease_until": 0.0}
        await self._database.write(partial(self._settle, claim=claim, changes=changes))

    async def lost(self, claim: Shown) -> None:
        gone = case((episodes.c.ended.is_(None), 0), else_=episodes.c.wanted)
        changes = {
            "shown": gone, "ts": None, "unsure": False, "failures": 0, "lease_until": 0.0,
            "due_at": 0.0, "generation": episodes.c.generation + 1,
        }  # fmt: skip
        await self._database.write(partial(self._settle, claim=claim, changes=changes))

    def _settle(self, connection: Connection, claim: Shown, changes: dict[str, Any]) -> None:
        """Say how it ended; one who was fenced off may have disturbed the message."""
        name = claim.message.run_id
        place = {"of": name, "token": claim.token}
        if not connection.execute(_FENCED.values(**changes), place).rowcount:
            connection.execute(_DISTURBED, {"of": name})

    async def episode(self, episode_id: str) -> Episode | None:
        asked = select(episodes).where(episodes.c.id == episode_id, episodes.c.door != CROWD)
        row = await self._database.read(lambda c: c.execute(asked).first())
        return None if row is None else self._read(row)

    async def told(self, episode_id: str) -> Told | None:
        asked = select(episodes).where(episodes.c.id == episode_id, episodes.c.door != CROWD)

        def ask(connection: Connection) -> Told | None:
            row = connection.execute(asked).first()
            if row is None:
                return None
            return Told(self._read(row), self._stands(connection, episode_id))

        return await self._database.read(ask)

    async def counted(self, crowd_id: str, most: int) -> Sequence[Sequence[Alert]]:
        asked = (
            select(episodes)
            .where(episodes.c.crowd == crowd_id, episodes.c.ended.is_(None))
            .order_by(episodes.c.id)
            .limit(most)
        )
        rows = await self._database.read(lambda c: c.execute(asked).all())
        # Neither who writes nor who clicks waits until so many are read.
        every = await to_thread(lambda: [self._read(row).alerts for row in rows])
        return [one for one in every if one]

    async def stands(self, episode_id: str, run_id: str) -> None:
        def work(connection: Connection) -> None:
            group = connection.execute(_GROUP, {"of": episode_id}).scalar()
            if group is None:
                return
            kept.alone(self._database, connection, [group])
            is_open = kept.open_runs(connection, [run_id])
            now = self._database.now(connection)
            for row in reversed(connection.execute(_LATEST, {"group": group}).all()):
                known = json.loads(row.runs)
                if run_id not in known:
                    # One that began before this was known goes to the run as well.
                    began = row.id == episode_id or row.number > _number(episode_id)
                    if not began or not (is_open or row.id == episode_id):
                        continue
                    changes = {"runs": json.dumps([*known, run_id])}
                    connection.execute(_ONE.values(**changes), {"of": row.id})
                if row.crowd is None and row.joined is None:
                    kept.want(connection, row.id, now)
            kept.hear(self._database, connection, is_open)

        await self._database.write(work)

    async def of_run(self, episode_id: str, run_id: str) -> Sequence[Told]:
        def ask(connection: Connection) -> Sequence[Told]:
            group = connection.execute(_GROUP, {"of": episode_id}).scalar()
            rows = connection.execute(_LATEST, {"group": group}).all() if group else ()
            now = self._database.now(connection)
            return [
                Told(self._read(row), self._stands(connection, row.id), waits=_waits(row, now))
                for row in reversed(rows)
                if run_id in json.loads(row.runs)
            ]

        return await self._database.read(ask)

    async def waiting(self) -> Waiting:
        asked = select(func.count(), func.min(episodes.c.waiting_since)).where(_DIRTY, _OWN)

        def ask(connection: Connection) -> Waiting:
            many, oldest = connection.execute(asked).one()
            now = self._database.now(connection)
            return Waiting(many, max(0.0, now - oldest) if many else 0.0)

        return await self._database.read(ask)

    async def forget(self, days: int) -> None:
        def work(connection: Connection) -> None:
            kept.forget(connection, self._database.now(connection) - days * DAY)

        await self._database.write(work)


def _number(episode_id: str) -> int:
    return int(episode_id.rpartition("-")[2])


def _waits(row: Any, now: float) -> float | None:
    """For how long the message of an episode is yet to be posted; None where it is not."""
    if row.ts is not None or row.crowd is not None or row.joined is not None:
        return None
    return max(0.0, now - float(row.created_at))


def _same(team: str | None) -> ColumnElement[bool]:
    return episodes.c.team.is_(None) if team is None else episodes.c.team == team
