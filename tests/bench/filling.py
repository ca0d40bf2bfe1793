"""Databases with a long past, written in bulk through the store."""

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.engine.effects import Effects
from bot.core.run.events import Event, Person, RunClosed, StepGivenBack, StepTaken
from bot.edges.store import SqlLog
from tests.bench.payloads import PREFIX, STEP, opening
from tests.edges.store.making import opening as row_of

ANA = Person(id="U0ANA", name="ana")
OPEN = 50
"""How many runs, the newest, are still open."""
AT_ONCE = 50


async def runs(url: str, count: int, *, facts: int = 1, open_all: bool = False) -> None:
    """Put *count* runs into the SQLite database at *url*; the last one has so many *facts*.

    Their boards count as shown: a bot that starts on it has nothing to catch up with.
    """
    now, closed = datetime.now(UTC), 0 if open_all else count - OPEN
    row = row_of(opening())
    async with await SqlLog.open(url) as log:
        for first in range(0, count, AT_ONCE):
            await asyncio.gather(
                *(
                    log.begin(
                        PREFIX,
                        lambda _, closed=number < closed: _story(closed),  # type: ignore[misc]
                        opening=row,
                        at=now,
                        effects=Effects({"board": 1}, open=False if number < closed else None),
                        delivery=f"fill.{number}",
                        unless_open=False,
                    )
                    for number in range(first, min(count, first + AT_ONCE))
                )
            )
        run, turn = f"{PREFIX}-{count}", _turn()
        for seq in range(1, facts, len(turn)):
            await log.append(run, seq, turn, at=now, effects=Effects({"board": seq}), delivery=None)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE messages SET shown = wanted, ts = '1790000000.' || rowid")


def _story(closed: bool) -> Sequence[Event]:  # noqa: FBT001 - one of two stories
    return [opening(), RunClosed(by=ANA)] if closed else [opening()]


def _turn() -> list[Event]:
    """A hundred facts after which nobody is on the step."""
    pair: list[Event] = [StepTaken(step=STEP, by=ANA), StepGivenBack(step=STEP, by=ANA)]
    return pair * 50
