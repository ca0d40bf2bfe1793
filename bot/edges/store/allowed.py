"""What Slack still allows for the messages of alerts, in one claim, and what that spends.

Alerts take at most half of the updates, and of those that may come at once ten are left to runs.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from bot.core.run.sendings import ALERT_UPDATE, POST, UPDATE, paced
from bot.edges.store.database import Database
from bot.edges.store.outbox import spend
from bot.edges.store.schema import paces
from bot.edges.store.teams import Teams

POSTS, UPDATES, MINE = paced(POST), paced(UPDATE), paced(ALERT_UPDATE)
(UPDATING,), POSTING, ALERTS = UPDATE.methods, "post:", "alerts"
_ROUNDING = 1e-6


class Free:
    """What Slack still allows, as it stands in one claim, and what the claim spends of it."""

    def __init__(
        self,
        connection: Connection,
        database: Database,
        teams: Teams,
        rows: Sequence[Any],
        now: float,
    ) -> None:
        self._connection, self._database, self._now = connection, database, now
        self._teams, self.pause = teams, float("inf")
        names = sorted({name for row in rows for name, _ in self._asked(row)})
        asked = select(paces.c.name, paces.c.free_at).where(paces.c.name.in_(names))
        there = {row.name for row in connection.execute(asked).all()}
        mine = connection.execute(asked.with_for_update(skip_locked=True)).all()
        self._free = dict.fromkeys(names, 0.0) | {row.name: row.free_at for row in mine}
        # What another process is just spending is not there for this one.
        for name in there - {row.name for row in mine}:
            self._free[name] = float("inf")
            self.pause = 0.05
        self._spent: set[str] = set()

    def _asked(self, row: Any) -> Sequence[tuple[str, tuple[float, float]]]:
        """The allowances that a message takes from: how far each may be ahead, and one's share."""
        if row.ts is None:
            name = self._teams.key(row.team, f"{POSTING}{row.channel}")
            return [(name, (POSTS.ahead_s, POSTS.every_s))]
        return [
            (self._teams.key(row.team, ALERTS), (MINE.ahead_s, MINE.every_s)),
            # What is left of those that may come at once is the runs'.
            (self._teams.key(row.team, UPDATING), (UPDATES.ahead_s / 2, UPDATES.every_s)),
        ]

    def take(self, row: Any) -> bool:
        """Spend one call for the message, if it is there to be spent."""
        asked = self._asked(row)
        for name, (ahead, _) in asked:
            wait = self._free[name] - ahead - self._now
            if wait > _ROUNDING:
                self.pause = min(self.pause, wait)
                return False
        for name, (_, every) in asked:
            self._free[name] = max(self._free[name], self._now) + every
            self._spent.add(name)
        return True

    def write(self) -> None:
        """Say what was spent."""
        for name in sorted(self._spent):
            spend(self._connection, self._database, name, self._free[name])
