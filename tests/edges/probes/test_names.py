"""Names of targets that hang: they keep nobody else's names from being looked up."""

import asyncio
import contextlib
import socket
import threading
from typing import Any

import pytest
from aiohttp import web

from bot.edges.probes import HttpProber, Target
from bot.edges.probes.names import THREADS
from tests.edges.probes.asking import ask, look, serving
from tests.hanging import HANG_S


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Names in `hang.invalid` are not answered until the test is over."""
    over = threading.Event()
    known = socket.getaddrinfo

    def asked(host: Any, *arguments: Any, **options: Any) -> Any:
        if str(host).endswith("hang.invalid"):
            over.wait(60)
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return known(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    yield over
    over.set()


@pytest.mark.usefixtures("hanging")
async def test_hanging_names_hold_no_thread_of_the_pool() -> None:
    targets = {f"t{n}": Target(url=f"http://n{n}.hang.invalid") for n in range(2 * THREADS)}
    async with HttpProber(targets, timeout=0.5) as prober:
        looks = [asyncio.create_task(prober.look(look("/", target=name))) for name in targets]
        # What Slack's names and exports need: the pool that all share, and its look-ups.
        async with asyncio.timeout(HANG_S):
            loop = asyncio.get_running_loop()
            for _ in range(20):
                assert await loop.getaddrinfo("127.0.0.1", 80)
        for (answer,) in await asyncio.gather(*looks):
            assert answer.error == "no answer within 0.5 s"


async def test_a_name_is_looked_up() -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(text=request.headers["Host"])

    async with serving(answer) as url:
        found = await ask(url.replace("127.0.0.1", "localhost"))
    assert found.status == 200, found.error
    assert (found.body or b"").startswith(b"localhost:")


async def test_a_name_that_nobody_knows_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert (await ask("http://nobody.invalid")).error == "no answer: its name is not known"


async def test_a_target_that_sends_our_token_back_shows_none() -> None:
    async def echo(request: web.BaseRequest) -> web.Response:
        said = request.headers["Authorization"]
        return web.json_response({"you": said}, headers={"X-Echo": said})

    async with serving(echo) as url:
        answer = await ask(url, token="EVILTOKENSECRET77")
    assert answer.body == b'{"you": "Bearer [hidden]"}'
    assert answer.headers["x-echo"] == "Bearer [hidden]"
    assert "EVILTOKEN" not in repr(answer)


async def test_head_with_a_body_spoils_no_later_answer() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsurprise!")
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with HttpProber({"system": Target(url=url)}) as prober:
        for method in ("HEAD", "GET", "HEAD", "GET"):
            (answer,) = await prober.look(look("/", method=method))
            if method == "GET":
                assert (answer.status, answer.error) == (200, None)
    server.close()
    await server.wait_closed()
