"""The checks that were asked for, shared out among those who look. It looks at nothing itself."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, case, delete, func, select, update

from bot.core.run.proof import LAST_LOOK
from bot.edges.store.database import Database
from bot.edges.store.schema import looks
from bot.ports.work import Wanted

LEASE = 12.0
"""Seconds that a claim lasts: over twice the time that one look may take."""

_DUE = case((looks.c.due_at > looks.c.lease_until, looks.c.due_at), else_=looks.c.lease_until)
_LAST = case((looks.c.request.like(f"{LAST_LOOK}%"), 1), else_=0)
_READY = (
    select(looks)
    .where(looks.c.due_at <= bindparam("now"), looks.c.lease_until <= bindparam("now"))
    .order_by(_LAST.desc(), looks.c.due_at, looks.c.run_id, looks.c.request)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT = select(func.min(_DUE)).where(bindparam("now") < _DUE)
_THIS = (looks.c.run_id == bindparam("of"), looks.c.request == bindparam("asked"))
_TAKE = update(looks).where(*_THIS)
_AGAIN = update(looks).where(*_THIS, looks.c.lease == bindparam("token"))
_DONE = delete(looks).where(*_THIS)


class SqlLooks:
    """Keeps `bot.ports.work.Looks` with one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, limit: int, but: Collection[str] = (), *, last: int = 0
    ) -> tuple[Sequence[Wanted], float]:
        query = _READY.where(looks.c.run_id.not_in(but)) if but else _READY

        def work(connection: Connection) -> tuple[Sequence[Wanted], float]:
            now = self._database.now(connection)
            taken: list[Wanted] = []
            left = {True: last, False: limit}
            for row in connection.execute(query, {"now": now, "most": limit + last}).all():
                # Where there is no room for all closings, they have the other hands as well.
                kind = row.request.startswith(LAST_LOOK) and left[True] > 0
                if not left[kind]:
                    continue
                left[kind] -= 1
                lease = {"lease": row.lease + 1, "lease_until": now + LEASE}
                connection.execute(_TAKE, {"of": row.run_id, "asked": row.request, **lease})
                taken.append(Wanted(row.run_id, row.request, row.lease + 1))
            at = connection.execute(_NEXT, {"now": now}).scalar()
            pause = self._database.poll
            return taken, max(0.0, min(pause, at - now)) if at is not None else pause

        return await self._database.write(work)

    async def again(self, wanted: Wanted, seconds: float) -> None:
        def work(connection: Connection) -> None:
            due = self._database.now(connection) + seconds
            place = {"of": wanted.run_id, "asked": wanted.request, "token": wanted.token}
            connection.execute(_AGAIN, {**place, "due_at": due, "lease_until": 0.0})

        await self._database.write(work)

    async def done(self, wanted: Wanted) -> None:
        place = {"of": wanted.run_id, "asked": wanted.request}

        def work(connection: Connection) -> None:
            connection.execute(_DONE, place)

        await self._database.write(work)
