"""Work for a lane to do: words that are written down, and a gate that holds it."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.edges.store.lane import Lane

Open = Callable[..., Lane]


def says(word: str, *, then: Exception | None = None) -> Callable[[Connection], str]:
    """Work that writes a word down, and perhaps fails after that."""

    def work(connection: Connection) -> str:
        connection.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})
        if then is not None:
            raise then
        return word

    return work


async def said(lane: Lane) -> list[str]:
    asked = text("SELECT word FROM said ORDER BY word")
    return await lane.do(lambda connection: list(connection.execute(asked).scalars()))


class Gate:
    """Work that holds the lane until it is opened; `begun` says that it does."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def __call__(self, connection: Connection) -> None:
        self.begun.set()
        assert self.open.wait(20)


async def held(one: Lane) -> tuple[Gate, asyncio.Task[None]]:
    gate = Gate()
    task = asyncio.create_task(one.do(gate))
    await asyncio.to_thread(gate.begun.wait, 20)
    return gate, task


async def ended(tasks: Sequence[asyncio.Task[Any]]) -> list[Any]:
    """What came of them: a result, or what was raised and not returned."""
    await asyncio.wait(tasks)
    raised = [task.exception() for task in tasks]
    assert not [task for task in tasks if not task.exception() and is_error(task.result())]
    return [error or task.result() for task, error in zip(tasks, raised, strict=True)]


def is_error(result: object) -> bool:
    return isinstance(result, Exception)


async def at_once(one: Lane, *works: Any) -> list[Any]:
    """What comes of works that all wait when the lane turns to them."""
    gate, first = await held(one)
    tasks = [asyncio.create_task(one.do(work)) for work in works]
    await asyncio.sleep(0)
    gate.open.set()
    await first
    return await ended(tasks)


def lost() -> OperationalError:
    """What a driver raises whose server is gone."""
    gone = Exception("server closed the connection\nand more that nobody needs")
    return OperationalError("INSERT", {}, gone, connection_invalidated=True)
