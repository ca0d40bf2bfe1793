"""Requests that are made in turn, against a real server: order, paths, and an end in time."""

import asyncio

from aiohttp import web

from bot.core.checks.asking import Answer, Before, Look, Question
from bot.edges.probes import HttpProber, Target
from tests.edges.probes.asking import Handler, serving

FIRST = Before("/copies", {"copy": "/0/id"})


async def in_turn(handler: Handler, *before: Before, within: float = 5) -> Answer:
    """The answer to a look that asks for a copy when those before it were asked."""
    question = Question(None, "/copies/{{ copy }}", before or (FIRST,))
    async with (
        serving(handler) as url,
        HttpProber({"s": Target(url=url)}, timeout=within) as prober,
    ):
        (answer,) = await prober.look(Look("s", "GET", (question,)))
    return answer


def listing(copy: object, asked: list[str]) -> Handler:
    """A system that has one copy, and notes what it is asked for."""

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(f"{request.method} {request.raw_path}")
        return web.json_response([{"id": copy}] if request.path == "/copies" else {"ok": True})

    return answer


async def test_the_next_is_asked_with_what_the_one_before_said() -> None:
    asked: list[str] = []
    answer = await in_turn(listing("c 7/8", asked))
    assert asked == ["GET /copies", "GET /copies/c%207%2F8"]
    assert (answer.member, answer.status, answer.body) == (None, 200, b'{"ok": true}')


async def test_what_leads_out_of_the_path_is_not_asked() -> None:
    for copy in ("..", "../../secret", "a\\b"):
        asked: list[str] = []
        answer = await in_turn(listing(copy, asked))
        assert asked == ["GET /copies"]
        assert answer.member == "request 2 of 2"
        assert (answer.error or "").startswith("not asked, for what was kept: it holds a ")


async def test_one_that_fails_ends_it_and_is_named() -> None:
    asked: list[str] = []

    async def away(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(status=503)

    answer = await in_turn(away, Before("/login"), FIRST)
    assert asked == ["/login"]
    assert (answer.member, answer.error) == (
        "request 1 of 3",
        "HTTP 503: the target cannot answer this now",
    )


async def test_all_of_them_take_no_longer_than_one_may() -> None:
    hung = asyncio.Event()

    async def hangs(request: web.BaseRequest) -> web.Response:
        if request.path != "/copies":
            await hung.wait()
        return web.json_response([{"id": "c-7"}])

    answer = await in_turn(hangs, within=0.3)
    hung.set()
    assert (answer.member, answer.error) == (
        "request 2 of 2",
        "no answer within 0.3 s, those before it counted",
    )
    assert answer.took < 2
