"""How long a look at many nodes takes, against what its bound alone would let it take."""

import asyncio
import time

import pytest
from aiohttp import web

from bot.core.checks.asking import Look, Question
from bot.edges.probes import HttpProber, Target
from bot.edges.probes.prober import OF_ONE
from tests.bench.report import table
from tests.edges.probes.asking import serving

NODES, TAKES, TIMES = 200, 0.05, 5

pytestmark = pytest.mark.bench


async def test_two_hundred_nodes_of_fifty_milliseconds() -> None:
    """The bound lets so many be asked at once; the look takes at most twice what that takes."""

    async def answer(_: web.BaseRequest) -> web.Response:
        await asyncio.sleep(TAKES)
        return web.json_response({"healthy": True})

    look = Look("nodes", "GET", tuple(Question(f"n{n}", f"/{n}") for n in range(NODES)))
    took = []
    async with serving(answer) as url, HttpProber({"nodes": Target(url=url)}) as prober:
        for _ in range(TIMES):
            began = time.perf_counter()
            answers = await prober.look(look)
            took.append(time.perf_counter() - began)
            assert {one.status for one in answers} == {200}
    least = TAKES * -(-NODES // OF_ONE)
    ratio = sorted(took)[TIMES // 2] / least
    head = ["nodes", "each takes", "bound alone", "median look", "ratio"]
    row = [NODES, f"{TAKES:g} s", f"{least:.2f} s", f"{least * ratio:.2f} s", f"{ratio:.2f}"]
    table("A look at many nodes", head, [row])
    assert ratio <= 2
