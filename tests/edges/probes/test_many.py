"""Many questions at once: as many as are let are under way, and who hangs holds up only its own."""

import asyncio

from aiohttp import web

from bot.core.checks.asking import Look, Question
from bot.edges.probes import HttpProber, Target
from bot.edges.probes.prober import OF_ONE
from tests.edges.probes.asking import serving


def looking(target: str, many: int) -> Look:
    return Look(target, "GET", tuple(Question(f"n{n}", f"/{n}") for n in range(many)))


async def test_of_two_hundred_nodes_as_many_as_are_let_are_asked_at_once() -> None:
    under_way, most, full = 0, 0, asyncio.Event()

    async def answer(_: web.BaseRequest) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == OF_ONE:
            full.set()
        await full.wait()
        under_way -= 1
        return web.Response()

    async with (
        serving(answer) as url,
        HttpProber({"nodes": Target(url=url)}, timeout=60) as prober,
        asyncio.timeout(60),
    ):
        answers = await prober.look(looking("nodes", 2 * OF_ONE))
    assert [one.status for one in answers] == [200] * 2 * OF_ONE
    assert [one.member for one in answers] == [f"n{n}" for n in range(2 * OF_ONE)]
    assert most == OF_ONE


async def test_a_target_that_hangs_delays_its_own_looks_alone() -> None:
    asked, end = asyncio.Semaphore(0), asyncio.Event()

    async def hang(_: web.BaseRequest) -> web.Response:
        asked.release()
        await end.wait()
        return web.Response()

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response()

    async with (
        serving(hang) as slow,
        serving(answer) as quick,
        HttpProber({"slow": Target(url=slow), "quick": Target(url=quick)}, timeout=60) as prober,
        asyncio.timeout(60),
    ):
        hanging = [asyncio.ensure_future(prober.look(looking("slow", 500))) for _ in range(3)]
        for _ in range(OF_ONE):
            await asked.acquire()
        answers = await prober.look(looking("quick", 2 * OF_ONE))
        assert [one.status for one in answers] == [200] * 2 * OF_ONE
        assert not any(one.done() for one in hanging)
        end.set()
        for one in await asyncio.gather(*hanging):
            assert {answer.status for answer in one} == {200}


async def test_one_node_that_hangs_delays_the_answers_of_no_other_look() -> None:
    end = asyncio.Event()

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/0":
            await end.wait()
        return web.Response()

    async with (
        serving(answer) as url,
        HttpProber({"nodes": Target(url=url)}, timeout=60) as prober,
        asyncio.timeout(60),
    ):
        slow = asyncio.ensure_future(prober.look(looking("nodes", 3)))
        others = Look("nodes", "GET", tuple(Question(f"n{n}", f"/{n}") for n in range(1, 201)))
        assert {one.status for one in await prober.look(others)} == {200}
        assert not slow.done()
        end.set()
        assert {one.status for one in await slow} == {200}
