"""Whether entries are written sealed: a switch in the database, turned once and never back.

Programs of before cannot read a sealed entry. So turning it also raises the oldest version that
may work with the database: one that is older is refused when it starts, and says so.
"""

from sqlalchemy import Connection, select, update

from bot.edges.store.schema import compatibility

SINCE = "0007"
"""The oldest schema whose programs can read what is sealed."""


def is_on(connection: Connection) -> bool:
    """Whether entries are written sealed."""
    return bool(connection.execute(select(compatibility.c.sealed)).scalar())


def turn_on(connection: Connection) -> bool:
    """Write entries sealed from now on; whether they were not until now."""
    if is_on(connection):
        return False
    oldest = connection.execute(select(compatibility.c.oldest)).scalar_one()
    connection.execute(update(compatibility).values(oldest=max(oldest, SINCE), sealed=True))
    return True
