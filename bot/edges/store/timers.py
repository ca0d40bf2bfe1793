"""The due times that runs have set, read; they are set, stopped and fired by appends alone."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select

from bot.edges.store.database import Database
from bot.edges.store.schema import timers
from bot.ports.work import Due

_FIRST = select(timers).order_by(timers.c.due_at, timers.c.run_id).limit(bindparam("most"))


class SqlTimers:
    """Keeps `bot.ports.work.Timers` with one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit: int) -> tuple[Sequence[Due], float]:
        def ask(connection: Connection) -> tuple[Sequence[Due], float]:
            now = self._database.now(connection)
            rows = connection.execute(_FIRST, {"most": limit + 1}).all()
            ready = [
                Due(row.run_id, row.name, datetime.fromtimestamp(row.due_at, UTC))
                for row in rows[:limit]
                if row.due_at <= now
            ]
            ahead = [row.due_at - now for row in rows[len(ready) :]]
            return ready, max(0.0, min([self._database.poll, *ahead]))

        return await self._database.read(ask)
