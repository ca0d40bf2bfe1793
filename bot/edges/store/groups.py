"""Who is in which user group, and which is to be asked about: shared out among those who ask.

All of it is of one workspace, and it asks nobody itself.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, select, update

from bot.app.groups import GroupAsking, Told
from bot.core.run.holding import FRESH, NEVER, Members
from bot.edges.store.database import Database
from bot.edges.store.schema import user_groups
from bot.edges.store.teams import Teams, name_of

LEASE = 120.0
"""Seconds that a claim lasts: over twice what the questions of one round may take."""
REFRESH = FRESH / 12
"""Seconds after which a group is asked about again, so that who left it is soon known."""
KEPT = 7 * 24 * 3_600.0
"""Seconds for which a group is kept that no role names."""
TROUBLE = 200
"""How much of what Slack says is in the way is kept, in characters."""

_DUE = case(
    (user_groups.c.due_at > user_groups.c.lease_until, user_groups.c.due_at),
    else_=user_groups.c.lease_until,
)
_READY = (
    select(user_groups)
    .where(user_groups.c.due_at <= bindparam("now"), user_groups.c.lease_until <= bindparam("now"))
    .order_by(user_groups.c.due_at, user_groups.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT = select(func.min(_DUE)).where(bindparam("now") < _DUE)
_ONE = update(user_groups).where(user_groups.c.id == bindparam("of"))
_MINE = _ONE.where(user_groups.c.lease == bindparam("token"))


class SqlGroups:
    """Keeps `bot.app.groups.Groups` with one database, for the workspace *team*."""

    def __init__(self, database: Database, teams: Teams, team: str | None = None) -> None:
        self._database, self._teams, self._team = database, teams, team

    def _key(self, name: str) -> str:
        return self._teams.key(self._team, name)

    @property
    def _here(self) -> ColumnElement[bool]:
        return self._teams.of(user_groups.c.workspace, self._team)

    async def wanted(self, names: Sequence[str]) -> None:
        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            fresh = self._database.insert(user_groups)
            rows = [
                {"id": self._key(name), "workspace": self._team, **_UNKNOWN}
                | {"wanted_at": now, "due_at": now}
                for name in sorted(set(names))
            ]
            connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[user_groups.c.id], set_={"wanted_at": now}
                ),
                rows,
            )

        if names:
            await self._database.write(work)

    async def told(self, names: Sequence[str]) -> Mapping[str, Members]:
        keys = [self._key(name) for name in names]

        def ask(connection: Connection) -> Mapping[str, Members]:
            now = self._database.now(connection)
            rows = connection.execute(select(user_groups).where(user_groups.c.id.in_(keys)))
            return {name_of(row.id): _members(row, now) for row in rows}

        return await self._database.read(ask) if keys else {}

    async def claim(self, limit: int) -> tuple[Sequence[GroupAsking], float]:
        def work(connection: Connection) -> tuple[Sequence[GroupAsking], float]:
            now = self._database.now(connection)
            ready = _READY.where(self._here, user_groups.c.wanted_at > now - KEPT)
            taken = []
            for row in connection.execute(ready, {"now": now, "most": limit}).all():
                lease = {"lease": row.lease + 1, "lease_until": now + LEASE}
                connection.execute(_ONE, {"of": row.id, **lease})
                taken.append(GroupAsking(name_of(row.id), row.lease + 1, now, row.failures))
            at = connection.execute(_NEXT, {"now": now}).scalar()
            pauses = [self._database.poll, *([at - now] if at is not None else [])]
            return taken, max(0.0, min(pauses))

        return await self._database.write(work)

    async def learned(self, asking: GroupAsking, told: Told) -> None:
        values = {
            "group_id": told.id,
            "members": json.dumps(sorted(told.people)),
            "trouble": "",
            "asked_at": asking.at,
            "due_at": asking.at + REFRESH,
            "failures": 0,
        }
        await self._settle(asking, values)

    async def again(self, asking: GroupAsking, seconds: float, trouble: str) -> None:
        failed = {"trouble": trouble[:TROUBLE], "failures": asking.failures + 1}
        await self._settle(asking, failed, seconds)

    async def _settle(
        self, asking: GroupAsking, values: dict[str, Any], seconds: float | None = None
    ) -> None:
        mine = {"of": self._key(asking.name), "token": asking.token}

        def work(connection: Connection) -> None:
            due = {}
            if seconds is not None:
                due = {"due_at": self._database.now(connection) + seconds}
            connection.execute(_MINE.values(**values, **due, lease_until=0.0), mine)

        await self._database.write(work)

    async def forget(self) -> None:
        def work(connection: Connection) -> None:
            old = user_groups.c.wanted_at < self._database.now(connection) - KEPT
            connection.execute(delete(user_groups).where(old))

        await self._database.write(work)


_UNKNOWN = {
    "group_id": None,
    "members": "[]",
    "trouble": "",
    "asked_at": None,
    "lease_until": 0.0,
    "lease": 0,
    "failures": 0,
}
"""A group of which nothing is known."""


def _members(row: Any, now: float) -> Members:
    """A group as of now; a time ahead of that is some other clock's."""
    age = NEVER if row.asked_at is None else int(abs(now - row.asked_at))
    return Members(frozenset(json.loads(row.members)), age, row.group_id, row.trouble)
