"""Alerts: how soon a webhook is answered durably, and a click beside 5,000 groups a minute.

Prints, and asserts no time: run `make bench`. A click is measured with and without alerts in turns,
so that a noisy machine is noisy for both.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest

from tests.bench import report
from tests.bench.databases import KINDS, database
from tests.bench.payloads import CHANNEL
from tests.bench.processes import Server, bot, free_port, workspace
from tests.bench.turns import tag
from tests.chaos.paged import LISTEN, TOKEN, group, share

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

GROUPS, SECONDS = 5_000, 60.0
TURNS = 4
EACH, TOGETHER = 300, 1
"""How many clicks are timed in a turn, and over how many connections."""
ALONE = 100
"""How many webhooks are timed one after the other."""

_names = (f"Group{number:05}x" for number in itertools.count())


class Alerts:
    """A door, and what is said to it."""

    def __init__(self, place: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = f"http://{place}/alerts", session

    async def fires(self) -> float:
        """Say that a group fires that nobody has heard of; the seconds until it is answered."""
        head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        said, begun = group(next(_names), ("a", 0, None)), time.perf_counter()
        async with self._session.post(self._url, data=said, headers=head) as answer:
            assert answer.status == 200, answer.status
        return time.perf_counter() - begun

    @contextlib.asynccontextmanager
    async def coming(self) -> AsyncIterator[None]:
        """5,000 groups a minute, for as long as the block lasts."""
        saying = asyncio.create_task(self._go_on())
        try:
            await asyncio.sleep(1.0)
            yield
        finally:
            saying.cancel()
            await asyncio.gather(saying, return_exceptions=True)

    async def _go_on(self) -> None:
        begun, hands = time.perf_counter(), asyncio.Semaphore(24)
        async with asyncio.TaskGroup() as each:
            for number in itertools.count():
                await asyncio.sleep(begun + number * SECONDS / GROUPS - time.perf_counter())
                each.create_task(self._one(hands))

    async def _one(self, hands: asyncio.Semaphore) -> None:
        async with hands:
            await self.fires()


async def clicks(server: Server) -> dict[str, float]:
    """How long clicks take."""
    found = await server.load(kind="turns", each=EACH, connections=TOGETHER, tag=tag())
    return {name: float(found[name]) for name in ("p50", "p90")}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_webhook_and_a_click_beside_a_crowd(kind: str) -> None:
    place = f"127.0.0.1:{free_port()}"
    more = {
        LISTEN: place,
        "RUNBOOK_ALERTS_ALERTMANAGER_TOKEN": TOKEN,
        "RUNBOOK_ALERTS_CHANNEL": CHANNEL,
    }
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(workspace())
        url = await stack.enter_async_context(database(kind))
        server = await stack.enter_async_context(bot(slack, url, more=more))
        alerts = Alerts(place, await stack.enter_async_context(aiohttp.ClientSession()))
        answered = []
        for _ in range(ALONE):
            answered.append(await alerts.fires())
            # Each comes alone.
            await asyncio.sleep(0.1)
        await server.load(kind="start", each=1, tag=tag())
        await clicks(server)
        without: list[dict[str, float]] = []
        beside: list[dict[str, float]] = []
        for _ in range(TURNS):
            without.append(await clicks(server))
            async with alerts.coming():
                beside.append(await clicks(server))
    report.table(
        f"alerts, {kind}: a webhook answered durably; a click beside 5,000 groups a minute",
        ("webhook: median", "95 %", "click: median, beside ÷ without", "90 %"),
        [
            (
                f"{1000 * share(answered, 0.5):.1f} ms",
                f"{1000 * share(answered, 0.95):.1f} ms",
                *(f"{_ratio(beside, without, part):.2f}" for part in ("p50", "p90")),
            )
        ],
    )


def _ratio(one: Sequence[dict[str, float]], other: Sequence[dict[str, float]], part: str) -> float:
    """By how much the quietest turn of one is slower than that of the other: noise only adds."""
    return min(turn[part] for turn in one) / min(turn[part] for turn in other)
