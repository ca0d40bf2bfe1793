"""What signed HTTP does with bodies that do not come whole, and with requests that do not end."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.edges.slack.inbound import signed_http
from bot.edges.slack.inbound.signed_http import SignedHttp
from tests.edges.slack.conftest import SECRET, Listener, Sender, command, signed
from tests.edges.slack.sockets import until
from tests.hanging import HANG_S

GOOD = command("list")


async def answer(port: int, said: bytes) -> tuple[str, dict[str, str], str]:
    """What is answered to raw bytes until the bot hangs up: the first line, headers, the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    async with asyncio.timeout(HANG_S):
        heard = await reader.read()
    writer.transport.abort()
    head, _, body = heard.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def head(**fields: str) -> bytes:
    """The beginning of a request that Slack signed, up to its body."""
    given = {"Host": "x", **signed(SECRET, GOOD)} | fields
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    return "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""]).encode()


async def test_a_body_in_chunks_is_held_to_the_same_limit(
    link: SignedHttp, slack: Sender, listener: Listener, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing says beforehand how long it is."""
    monkeypatch.setattr(signed_http, "BODY_LIMIT", len(GOOD))

    async def piece_by_piece(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for body, status, said, ends in (
            (GOOD, 200, "taken", None),
            (GOOD + b"&", 413, f"more than {len(GOOD)} bytes\n", "close"),
        ):
            headers = signed(SECRET, body) | {"Content-Type": "application/x-www-form-urlencoded"}
            async with session.post(
                "/slack/events", data=piece_by_piece(body), headers=headers
            ) as heard:
                assert (heard.status, await heard.text()) == (status, said)
                assert heard.headers.get("Connection") == ends
    assert len(listener.heard) == 1


async def test_a_body_that_takes_too_long_is_told_so_and_hung_up_on(
    link: SignedHttp, port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(signed_http, "BODY", 0.1)
    first, headers, body = await answer(port, head(Content_Length="10") + b"abc")
    assert " 408 " in first
    assert (headers["Connection"], body) == ("close", "too slow\n")
    [logged] = caplog.records
    assert logged.getMessage() == "a request was refused: its body took over 0.1 s"


async def test_whoever_hangs_up_in_the_middle_of_a_body_is_one_line_and_nothing_is_taken(
    link: SignedHttp, port: int, slack: Sender, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    callers = link._callers
    assert callers is not None
    for said in (head(Content_Length="10") + b"abc", head(Transfer_Encoding="chunked") + b"5\r\na"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        # Once its beginning was taken for a request.
        await until(lambda: bool(callers.connections) and not callers._timers)
        writer.close()
        await until(lambda: not callers.connections)
    assert await slack.ask(GOOD, signed(SECRET, GOOD)) == (200, "taken")
    assert len(listener.heard) == 1
    [logged] = caplog.records
    told, _, why = logged.getMessage().partition(": ")
    assert (told, why.endswith("Error")) == ("a request broke off", True), "it is named"
    assert logged.levelname == "WARNING"


async def test_a_body_that_stops_being_http_is_not_waited_for_longer_than_any_other(
    link: SignedHttp, port: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of it up to there is what Slack signed."""
    monkeypatch.setattr(signed_http, "BODY", 0.3)
    callers = link._callers
    assert callers is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head(Transfer_Encoding="chunked") + f"{len(GOOD):x}\r\n".encode() + GOOD)
    await until(lambda: bool(callers.connections) and not callers._timers)
    writer.write(b"\r\nzz\r\n")
    async with asyncio.timeout(HANG_S):
        heard = await reader.read()
    writer.transport.abort()
    assert b" 408 " in heard or b" 400 " in heard
    assert listener.heard == []


async def test_a_stop_waits_so_long_for_what_is_under_way_and_no_longer(
    link: SignedHttp, listener: Listener, slack: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_http, "FAREWELL", 0.3)
    listener.free.clear()
    stuck = asyncio.create_task(slack.ask(GOOD, signed(SECRET, GOOD)))
    async with asyncio.timeout(HANG_S):
        await listener.begun.wait()
        begun = time.monotonic()
        await link.close()
    assert time.monotonic() - begun >= 0.3
    with pytest.raises(aiohttp.ClientError):
        await stuck
    assert not link.alive()
