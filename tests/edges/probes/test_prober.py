"""The prober against real servers on loopback: kind ones, broken ones, hostile ones."""

import asyncio
import gzip
import json
import logging

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.core.checks.asking import Answer, Look, Question
from bot.edges.probes import HttpProber, Target
from tests.edges.probes.asking import ask, echo, look, serving, speaking


async def test_an_answer_has_status_headers_and_body() -> None:
    async with serving(echo) as url:
        answer = await ask(url, "/nodes/n1/state?deep=1")
    assert (answer.status, answer.error, answer.member) == (200, None, None)
    assert answer.headers["x-seen"] == "yes"
    assert answer.took > 0
    told = json.loads(answer.body or b"")
    assert (told["method"], told["path"]) == ("GET", "/nodes/n1/state?deep=1")
    assert told["headers"]["Accept-Encoding"] == "identity"
    assert "Authorization" not in told["headers"]
    assert "Cookie" not in told["headers"]


async def test_answers_come_in_the_questions_order_with_their_members() -> None:
    async def slow_first(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.05 if request.path == "/1" else 0)
        return web.Response(text=request.path)

    async with serving(slow_first) as url, HttpProber({"s": Target(url=url)}) as prober:
        questions = tuple(Question(f"node-{n}", f"/{n}") for n in range(1, 4))
        answers = await prober.look(Look("s", "GET", questions))
    assert [(a.member, a.body) for a in answers] == [
        ("node-1", b"/1"),
        ("node-2", b"/2"),
        ("node-3", b"/3"),
    ]


async def test_head_has_no_body() -> None:
    async with serving(echo) as url:
        answer = await ask(url, method="HEAD")
    assert (answer.status, answer.body, answer.error) == (200, None, None)
    assert answer.headers["x-seen"] == "yes"


@pytest.mark.parametrize("status", [204, 404, 500, 503])
async def test_any_status_is_an_answer(status: int) -> None:
    async def says(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status)

    async with serving(says) as url:
        answer = await ask(url)
    assert (answer.status, answer.body, answer.error) == (status, b"", None)


async def test_a_redirect_is_shown_and_not_followed() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/secret"})

    async with serving(elsewhere) as url:
        answer = await ask(url)
    assert (answer.status, answer.headers["location"]) == (302, "/secret")
    assert asked == ["/"]


async def test_a_body_that_is_not_json_is_brought_as_it_is() -> None:
    async def binary(request: web.BaseRequest) -> web.Response:
        return web.Response(body=b"\x00\xff<html>")

    async with serving(binary) as url:
        answer = await ask(url)
    assert (answer.body, answer.error) == (b"\x00\xff<html>", None)


@pytest.mark.parametrize(("size", "error"), [(65_536, None), (65_537, "larger than 64 KiB")])
async def test_a_body_of_64_kib_fits_and_one_byte_more_does_not(
    size: int, error: str | None
) -> None:
    async def sized(request: web.BaseRequest) -> web.Response:
        return web.Response(body=b"x" * size)

    async with serving(sized) as url:
        answer = await ask(url)
    assert answer.error == error
    assert answer.body == (None if error else b"x" * size)


async def test_an_endless_body_is_left_early() -> None:
    sent = 0
    gone = asyncio.Event()

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536)
                sent += 65_536
                await asyncio.sleep(0)
        except ConnectionError:
            gone.set()
        return response

    async with serving(endless) as url:
        answer = await ask(url)
        await gone.wait()
    assert answer.error == "larger than 64 KiB"
    assert sent < 64 * 1024 * 1024


async def test_a_gzip_bomb_is_not_unpacked() -> None:
    async def bomb(request: web.BaseRequest) -> web.Response:
        packed = gzip.compress(b"0" * 10_000_000)
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with serving(bomb) as url:
        answer = await ask(url)
    assert answer.body is None
    assert answer.error == "packed as gzip, which was not asked for"


async def test_a_server_that_is_silent_is_given_up() -> None:
    async def silent(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    async with serving(silent) as url:
        answer = await ask(url, within=0.05)
    assert (answer.status, answer.error) == (None, "no answer within 0.05 s")


async def test_a_body_that_drips_is_given_up_too() -> None:
    async def drips(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.01)

    async with serving(drips) as url:
        answer = await ask(url, within=0.1)
    assert (answer.status, answer.body, answer.error) == (200, None, "no answer within 0.1 s")


async def test_a_port_where_nobody_listens_refuses() -> None:
    async with serving(echo) as url:
        pass
    assert (await ask(url)).error == "no answer: connection refused"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", "no answer: connection reset"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no answer: it does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "no answer: the body broke off"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000, "no answer: it does not speak HTTP"),
    ],
)
async def test_a_broken_answer_is_told_in_words(said: bytes, error: str) -> None:
    async with speaking(said) as url:
        assert (await ask(url)).error == error


async def test_a_header_that_is_no_text_is_still_text_afterwards() -> None:
    head = b"HTTP/1.1 200 OK\r\nX: \xff\r\nX: two\r\nContent-Length: 0\r\n\r\n"
    async with speaking(head) as url:
        answer = await ask(url)
    assert answer.headers["x"] == "\ufffd, two"


async def test_an_unknown_target_a_write_and_an_unknown_set_are_refused_in_words() -> None:
    target = Target(url="http://127.0.0.1:1", sets={"nodes": ("n1", "n2")})
    async with HttpProber({"system": target}) as prober:
        (unknown,) = await prober.look(look("/", target="x"))
        (write,) = await prober.look(look("/", method="DELETE"))
        assert await prober.look(look()) == []
        assert prober.members("system", "nodes") == ("n1", "n2")
        assert prober.members("system", "peers") is None
        assert prober.members("x", "nodes") is None
    assert unknown.error == "target `x` is not configured"
    assert write.error == "`DELETE` is not asked: only GET and HEAD are"


async def test_a_token_goes_to_its_own_target_and_into_no_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    heard: dict[str, str | None] = {}

    async def listen(request: web.BaseRequest) -> web.Response:
        heard[request.path] = request.headers.get("Authorization")
        there = {"Location": f"{other}/redirected"}
        return web.Response(status=307, headers=there if request.path == "/mine" else {})

    async with serving(listen) as url, serving(listen) as other:
        targets = {
            "mine": Target(url=url, token=SecretStr("t0ken-value")),
            "other": Target(url=other),
        }
        async with HttpProber(targets) as prober:
            answers = await prober.look(look("/mine", "//bad", target="mine"))
            answers += await prober.look(look("/other", target="other"))
    assert heard == {"/mine": "Bearer t0ken-value", "/other": None}
    (refused,) = await dead(targets["mine"])
    told = f"{answers} {refused} {targets} {targets['mine'].model_dump()} {caplog.text}"
    assert "t0ken-value" not in told


async def dead(target: Target) -> list[Answer]:
    async with HttpProber({"system": target}) as prober:
        return await prober.look(look("/"))


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with serving(echo) as url:
        assert (await ask(url)).status == 200


async def test_no_cookie_is_kept() -> None:
    heard: list[str | None] = []

    async def sweet(request: web.BaseRequest) -> web.Response:
        heard.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "a=b"})

    async with serving(sweet) as url:
        target = Target(url=url.replace("127.0.0.1", "localhost"))
        async with HttpProber({"system": target}) as prober:
            for _ in range(2):
                await prober.look(look("/"))
    assert heard == [None, None]


async def test_a_hundred_questions_are_under_way_at_once() -> None:
    under_way = asyncio.Semaphore(0)
    all_here = asyncio.Event()
    count = 0

    async def wait_for_all(request: web.BaseRequest) -> web.Response:
        nonlocal count
        count += 1
        if count == 100:
            all_here.set()
        await all_here.wait()
        under_way.release()
        return web.Response(text=request.path)

    async with serving(wait_for_all) as url, HttpProber({"system": Target(url=url)}) as prober:
        answers = await prober.look(look(*(f"/{n}" for n in range(100))))
    assert [a.body for a in answers] == [f"/{n}".encode() for n in range(100)]


async def test_a_look_can_be_cancelled() -> None:
    begun = asyncio.Event()

    async def silent(request: web.BaseRequest) -> web.Response:
        begun.set()
        await asyncio.sleep(60)
        return web.Response()

    async with serving(silent) as url, HttpProber({"system": Target(url=url)}) as prober:
        looking = asyncio.create_task(prober.look(look("/1", "/2")))
        await begun.wait()
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
