"""Long work in slices: between two of them, whatever else waits in the event loop has its turn.

A thread would not do: it shares the interpreter's lock, so every click would wait for it a little.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

T = TypeVar("T")


async def slices(items: Sequence[T], size: int) -> AsyncIterator[Sequence[T]]:
    """*items* in order, *size* at a time: so few that none takes long."""
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]
