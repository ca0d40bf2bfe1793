"""One connection of Socket Mode by itself, over a socket that the test holds both ends of."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import ClientWebSocketResponse

from bot.edges.slack.inbound.socket_mode import LOST, SocketMode, _Line
from tests.hanging import HANG_S


@dataclass(slots=True)
class Deaf:
    """A socket that is open, and over which nothing comes, not even the answer to a ping.

    `told` has whether the line called itself alive, as each ping was sent.
    """

    closed: bool = False
    line: _Line | None = None
    told: list[bool] = field(default_factory=list)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._nothing()

    async def _nothing(self) -> AsyncIterator[Any]:
        await asyncio.Event().wait()
        yield None

    async def ping(self, _: bytes) -> None:
        assert self.line is not None
        self.told.append(self.line.alive)


def line(deaf: Deaf, every: float) -> _Line:
    """A line over *deaf* that was greeted; nothing comes, so nobody takes anything."""
    made = _Line(cast("SocketMode", None), cast("ClientWebSocketResponse", deaf), every)
    made.greeted.set()
    deaf.line = made
    return made


async def test_a_line_is_given_up_after_four_pings_and_doubted_from_the_third() -> None:
    deaf = Deaf()
    one = line(deaf, 0.001)
    assert one.alive
    async with asyncio.timeout(HANG_S):
        await one.over.wait()
    assert deaf.told == [True, True, False, False]
    assert len(deaf.told) == LOST
    await one.leave()


async def test_a_line_that_was_left_has_ended_all_that_it_did() -> None:
    """Whoever hangs up, or stops the bot, must not be read behind their back."""
    one = line(Deaf(), HANG_S)
    await asyncio.sleep(0)
    await one.leave()
    assert [task.done() for task in one._tasks] == [True, True]
    assert one.over.is_set()
