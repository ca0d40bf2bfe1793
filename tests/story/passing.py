"""Time that passes for a run: what it set for later comes now, as the tables have it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.edges.store import postgres
from bot.edges.store.address import parse
from tests.story.driver import Someone


async def comes(url: str, who: Someone, run_id: str, timer: str) -> None:
    """Have a timer of a run come now, once it is set."""

    async def moved() -> bool | None:
        return await asyncio.to_thread(_moved, url, run_id, timer) or None

    await who.eventually(moved, f"the timer {timer!r} of {run_id}")


async def hours_pass(url: str, hours: int) -> None:
    """What Slack said of people and channels is so many hours old."""
    for query in (
        "UPDATE memberships SET at = at - :seconds",
        "UPDATE people SET asked_at = asked_at - :seconds, due_at = due_at - :seconds",
    ):
        await asyncio.to_thread(_said, url, f"{query} RETURNING 1", {"seconds": hours * 3_600})


async def waiting(url: str, run_id: str) -> dict[str, float]:
    """The timers of a run that are set: when each is due, in seconds since 1970."""
    query = "SELECT name, due_at FROM timers WHERE run_id = :run"
    rows = await asyncio.to_thread(_said, url, query, {"run": run_id})
    return {row.name: row.due_at for row in rows}


def _moved(url: str, run_id: str, timer: str) -> bool:
    query = "UPDATE timers SET due_at = 1 WHERE run_id = :run AND name = :name RETURNING name"
    return bool(_said(url, query, {"run": run_id, "name": timer}))


def _said(url: str, query: str, values: dict[str, Any]) -> Sequence[Any]:
    at = parse(url)
    server = at.get_backend_name() == "postgresql"
    engine = sa.create_engine(postgres.url_of(at) if server else at)
    try:
        with engine.begin() as connection:
            return connection.execute(sa.text(query), values).all()
    finally:
        engine.dispose()
