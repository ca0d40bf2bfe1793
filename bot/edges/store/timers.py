"""The due times that runs have set: set, stopped and fired by appends alone, or put off.

They are reckoned from entries, so they come by the clock that dates these. A clock that nobody
sets stands still while the machine sleeps, and would have everything come late by that.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.edges.store.database import Database
from bot.edges.store.schema import timers
from bot.ports.work import Due

_FIRST = select(timers).order_by(timers.c.due_at, timers.c.run_id).limit(bindparam("most"))

_LATER = update(timers).where(
    timers.c.run_id == bindparam("of"),
    timers.c.name == bindparam("n"),
    timers.c.due_at == bindparam("was"),
)


class SqlTimers:
    """Keeps `bot.ports.work.Timers` with one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit: int, but: Collection[str] = ()) -> tuple[Sequence[Due], float]:
        query = _FIRST.where(timers.c.run_id.not_in(but)) if but else _FIRST

        def ask(connection: Connection) -> tuple[Sequence[Due], float]:
            now = self._database.dated(connection)
            rows = connection.execute(query, {"most": limit + 1}).all()
            ready = [
                Due(row.run_id, row.name, datetime.fromtimestamp(row.due_at, UTC))
                for row in rows[:limit]
                if row.due_at <= now
            ]
            ahead = [row.due_at - now for row in rows[len(ready) :]]
            return ready, max(0.0, min([self._database.poll, *ahead]))

        return await self._database.read(ask)

    async def later(self, due: Due, seconds: float) -> None:
        place = {"of": due.run_id, "n": due.name, "was": due.at.timestamp()}

        def work(connection: Connection) -> None:
            # To the microsecond, as it is read: whoever fires it says for which time it was set.
            due_at = round(self._database.dated(connection) + seconds, 6)
            moved = datetime.fromtimestamp(due_at, UTC).timestamp()
            connection.execute(_LATER, {**place, "due_at": moved})

        await self._database.write(work)
