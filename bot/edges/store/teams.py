"""The workspaces of a database: which one its oldest rows are of, and which this process serves.

A key cannot be changed while a program of the version before works with it. So what is of the
first workspace has the keys that it always had, and what is of another one has its team's id in
front: `T0OTHER/chat.update`. A row without a team is the first workspace's.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, or_, select

from bot.edges.store.database import Database
from bot.edges.store.schema import workspaces

FIRST = select(workspaces.c.team).where(workspaces.c.first)
"""Asks for the first workspace; there is none before one was served."""


class Teams:
    """What a process knows of the workspaces; all parts of its log share it."""

    def __init__(self) -> None:
        self.first: str | None = None
        self.served: frozenset[str] = frozenset()

    async def serve(self, database: Database, team: str, enterprise: str | None) -> None:
        """Serve a workspace from now on; it is the first one if the database has none yet."""

        def work(connection: Connection) -> str:
            database.take_turn(connection)
            first = connection.execute(FIRST).scalar() or team
            fresh = database.insert(workspaces).values(
                team=team, enterprise=enterprise, first=first == team
            )
            connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[workspaces.c.team],
                    set_={"enterprise": fresh.excluded.enterprise},
                )
            )
            return first

        self.first = await database.write(work)
        self.served |= {team}

    def named(self, team: str | None) -> str | None:
        """The team of a row, which is the first one's where the row has none."""
        return self.first if team is None else team

    def key(self, team: str | None, name: str) -> str:
        """The key of something that is of a workspace."""
        return name if team in (None, self.first) else f"{team}/{name}"

    def of(self, column: ColumnElement[Any], *teams: str | None) -> ColumnElement[bool]:
        """Whether a row is of one of these workspaces, by its column with the team."""
        known = {self.named(team) for team in teams}
        mine = column.in_(sorted(team for team in known if team is not None))
        return or_(mine, column.is_(None)) if self.first in known else mine


def keyed(column: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[Any]:
    """As `Teams.key`, in SQL; the statement is given the `first` team."""
    bare = or_(column.is_(None), column == bindparam("first"))
    return case((bare, name), else_=column + "/" + name)


def name_of(key: str) -> str:
    """What a key names, whichever workspace it is of."""
    return key.rpartition("/")[2]
