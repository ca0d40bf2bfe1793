"""What a process held that is gone: let go of by whoever has the database next, alone."""

from sqlalchemy import Connection, case, delete, update

from bot.edges.store.schema import episodes, looks, messages, paces, people


def release(connection: Connection) -> None:
    """Let go of all that was claimed, and of times that another clock may have set."""
    for table in (messages, episodes):
        held = table.c.lease_until > 0.0
        # Whoever had them is gone, and did not say how it ended.
        failed = case((held, table.c.failures + 1), else_=table.c.failures)
        connection.execute(update(table).values(failures=failed))
    for table in (messages, looks, people, episodes):
        connection.execute(update(table).values(lease_until=0.0, due_at=0.0))
    connection.execute(delete(paces))
