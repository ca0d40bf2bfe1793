"""The texts of procedures that were good. It knows no folder, and judges no text."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, select

from bot.app.shelf import KeptText
from bot.edges.store.database import Database
from bot.edges.store.schema import procedure_texts as table

AT_ONCE = 50
"""How many texts are written in one transaction, so that no click waits long for it."""
PROGRAMS = 3
"""How many programs' texts are kept under one path; those taken up longest ago go first."""


class SqlTexts:
    """Keeps `bot.app.shelf.Texts` with one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, texts: Sequence[tuple[str, str, str]], program: str) -> datetime:
        # In one order, so that replicas which start together never wait in a ring.
        ordered, at = sorted(texts), 0.0
        for start in range(0, len(ordered), AT_ONCE):
            some = ordered[start : start + AT_ONCE]

            def work(connection: Connection, some: Sequence[tuple[str, str, str]] = some) -> float:
                now = self._database.now(connection)
                rows = [
                    {"path": path, "program": program, "sha256": sha256, "source": text, "at": now}
                    for path, sha256, text in some
                ]
                fresh = self._database.insert(table)
                put = {name: fresh.excluded[name] for name in ("sha256", "source", "at")}
                connection.execute(
                    fresh.on_conflict_do_update(
                        index_elements=[table.c.path, table.c.program], set_=put
                    ),
                    rows,
                )
                _prune(connection, [path for path, _, _ in some])
                return now

            at = await self._database.write(work)
        return datetime.fromtimestamp(at, UTC)

    async def known(self, program: str) -> Mapping[str, tuple[str, datetime]]:
        newest = select(table.c.path, func.max(table.c.at).label("at")).group_by(table.c.path)
        last = newest.subquery()
        query = (
            select(table.c.path, table.c.sha256, table.c.at)
            .join(last, (last.c.path == table.c.path) & (last.c.at == table.c.at))
            .where(table.c.program == program)
        )
        return await self._database.read(
            lambda connection: {
                row.path: (row.sha256, datetime.fromtimestamp(row.at, UTC))
                for row in connection.execute(query)
            }
        )

    async def last(self, path: str) -> Sequence[KeptText]:
        query = select(table).where(table.c.path == path)
        ordered = query.order_by(table.c.at.desc(), table.c.program).limit(PROGRAMS)

        def ask(connection: Connection) -> Sequence[KeptText]:
            return [
                KeptText(
                    row.path,
                    row.program,
                    row.sha256,
                    row.source,
                    datetime.fromtimestamp(row.at, UTC),
                )
                for row in connection.execute(ordered)
            ]

        return await self._database.read(ask)

    async def forget(self, paths: Sequence[str], program: str | None = None) -> None:
        def work(connection: Connection) -> None:
            for path in sorted(paths):
                query = delete(table).where(table.c.path == path)
                mine = query if program is None else query.where(table.c.program == program)
                connection.execute(mine)

        await self._database.write(work)


def _prune(connection: Connection, paths: Sequence[str]) -> None:
    """Leave the newest programs' texts under each path."""
    query = select(table.c.path, table.c.program).where(table.c.path.in_(paths))
    seen: dict[str, int] = {}
    for row in connection.execute(query.order_by(table.c.at.desc(), table.c.program)).all():
        seen[row.path] = seen.get(row.path, 0) + 1
        if seen[row.path] > PROGRAMS:
            this = (table.c.path == row.path, table.c.program == row.program)
            connection.execute(delete(table).where(*this))
