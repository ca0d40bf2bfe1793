"""Signed HTTP against those who are not Slack: whatever they hold open or send, Slack is heard."""

import asyncio
import errno
import gzip
import logging
import os
from collections.abc import AsyncIterator, Callable

import pytest

from bot.edges.slack.inbound import signed_http
from bot.edges.slack.inbound.signed_http import SignedHttp
from bot.wire import callers
from tests.edges.slack.conftest import SECRET, Listener, Sender, command, signed
from tests.hanging import HANG_S

GOOD = command("list")


@pytest.fixture
async def connect(port: int) -> AsyncIterator[Callable[..., "asyncio.Future[Line]"]]:
    """Opens connections to the bot, each with something said over it; all are closed at the end."""
    lines: list[Line] = []

    async def made(said: bytes = b"") -> Line:
        line = await asyncio.open_connection("127.0.0.1", port)
        lines.append(line)
        line[1].write(said)
        return line

    yield lambda said=b"": asyncio.ensure_future(made(said))
    for _, writer in lines:
        writer.transport.abort()


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[..., "asyncio.Future[Line]"]


async def rest(line: Line) -> bytes:
    """What is still said over a connection until it is closed by the bot."""
    async with asyncio.timeout(HANG_S):
        try:
            return await line[0].read()
        except ConnectionError:
            return b""


def head(**fields: str) -> bytes:
    """The beginning of a request, up to its body."""
    given = {"Host": "x", "X_Slack_Request_Timestamp": "1", "X_Slack_Signature": "v0=0"}
    lines = [f"{k.replace('_', '-')}: {v}" for k, v in (given | fields).items()]
    return "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""]).encode()


def memory() -> int:
    """The bytes of this process that are in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no file
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def test_nothing_is_unpacked_for_anybody(
    link: SignedHttp, slack: Sender, listener: Listener
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    before = memory()
    for packed in ("gzip", "deflate", "br", "identity", "GZIP, gzip"):
        for body in (bomb, GOOD):
            headers = signed(SECRET, body) | {"Content-Encoding": packed}
            assert await slack.send(body, headers) == 415, packed
    assert memory() - before < 20_000_000
    assert listener.heard == []
    assert await slack.ask(GOOD, signed(SECRET, GOOD)) == (200, "taken")


async def test_who_sends_no_whole_request_is_hung_up_on(
    link: SignedHttp, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "HEADERS", 0.2)
    monkeypatch.setattr(signed_http, "BODY", 0.2)
    for said in (b"", b"POST", head()[:-2]):
        assert await rest(await connect(said)) == b""
    for said in (head(Content_Length="10") + b"abc", head(Transfer_Encoding="chunked") + b"5\r\na"):
        assert b" 408 " in (await rest(await connect(said))).splitlines()[0]


async def test_a_byte_at_a_time_gains_nobody_time(
    link: SignedHttp, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "HEADERS", 0.3)
    line = await connect(b"POST /slack/events HTTP/1.1\r\n")
    closed = asyncio.create_task(rest(line))
    async with asyncio.timeout(HANG_S):
        while not closed.done():
            line[1].write(b"X")
            await asyncio.sleep(0.02)


async def test_slack_is_heard_while_others_hold_what_they_can(
    link: SignedHttp,
    slack: Sender,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert link._callers is not None
    monkeypatch.setattr(link._callers, "_most", 10)
    # This connection has shown that it is Slack's, and stays.
    assert await slack.send(GOOD, signed(SECRET, GOOD)) == 200
    held = [await connect(b"POST /slack") for _ in range(100)]
    async with asyncio.timeout(HANG_S):
        await asyncio.gather(*(rest(line) for line in held[:90]))
    assert len(link._callers.connections) <= 11
    assert await slack.send(GOOD, signed(SECRET, GOOD)) == 200
    # And so is one that comes now.
    fresh = await connect(_whole(GOOD))
    assert b" 200 " in (await fresh[0].readline())
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert "10 connections have sent no signed request" in caplog.text


def _whole(body: bytes) -> bytes:
    sign = {name.replace("-", "_"): value for name, value in signed(SECRET, body).items()}
    kind = "application/x-www-form-urlencoded"
    return head(**sign, Content_Length=str(len(body)), Content_Type=kind) + body


async def test_a_refusal_ends_the_connection_and_an_answer_does_not(
    link: SignedHttp, connect: Connect
) -> None:
    for said in (head(Content_Length="0"), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
        assert (await rest(await connect(said))).startswith(b"HTTP/1.1 40")
    line = await connect(_whole(GOOD))
    assert b" 200 " in await line[0].readline()
    await line[0].readuntil(b"taken")
    line[1].write(_whole(GOOD))
    assert b" 200 " in await line[0].readline()


async def test_strangers_fill_no_log(
    link: SignedHttp, slack: Sender, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    odd = [b"\x16\x03\x01\x02", b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n"]
    odd += [b"A" * 9000 + b"\r\n\r\n", head(Content_Length="x")]
    odd += [head(Transfer_Encoding="chunked") + b"zz\r\n"]
    for said in odd * 5:
        await rest(await connect(said))
    for _ in range(20):
        _, writer = await connect(head(Content_Length="10") + b"abc")
        await writer.drain()
        writer.close()
    assert await slack.send(GOOD, signed(SECRET, GOOD)) == 200
    assert all(record.exc_info is None for record in caplog.records)
    kinds = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert len(kinds) == len(set(kinds))
    assert all("\n" not in record.getMessage() for record in caplog.records)


async def test_no_files_left_is_one_line(
    link: SignedHttp, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    error = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    for _ in range(100):
        loop.call_exception_handler(
            {"message": "socket.accept() out of system resource", "exception": error}
        )
    assert [r.getMessage() for r in caplog.records] == [
        "no connection can be taken: Too many open files"
    ]
    loop.call_exception_handler({"message": "another fault", "exception": error})
    assert "another fault" in caplog.text
