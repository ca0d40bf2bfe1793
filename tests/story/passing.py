"""Time that passes for a run: what it set for later comes now, as the tables have it."""

import asyncio

import sqlalchemy as sa

from bot.edges.store import postgres
from bot.edges.store.address import parse
from tests.story.driver import Someone


async def comes(url: str, who: Someone, run_id: str, timer: str) -> None:
    """Have a timer of a run come now, once it is set."""

    async def moved() -> bool | None:
        return bool(await asyncio.to_thread(_moved, url, run_id, timer)) or None

    await who.eventually(moved, f"the timer {timer!r} of {run_id}")


def _moved(url: str, run_id: str, timer: str) -> int:
    at = parse(url)
    server = at.get_backend_name() == "postgresql"
    engine = sa.create_engine(postgres.url_of(at) if server else at)
    try:
        with engine.begin() as connection:
            found = connection.execute(
                sa.text("UPDATE timers SET due_at = 1 WHERE run_id = :run AND name = :name"),
                {"run": run_id, "name": timer},
            )
            return found.rowcount
    finally:
        engine.dispose()
