"""How signed HTTP listens, what bounds it, and what it logs of those who are not Slack."""

import asyncio
import logging
import socket
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from bot.edges.slack.inbound import signed_http
from bot.edges.slack.inbound.signed_http import SignedHttp
from tests.edges.slack.conftest import SECRET, Listener, Sender, command, signed
from tests.edges.slack.sockets import until
from tests.edges.slack.test_http_refusals import answer, head

GOOD = command("list")
FORM = "application/x-www-form-urlencoded"
_MOST_WAITING = struct.Struct("28xI")
"""Where Linux says of a socket that listens how many connections may wait to be taken."""
_ALLOWED = int(Path("/proc/sys/net/core/somaxconn").read_text("ascii"))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is idle, or is refused in the middle of a body, is soon hung up on."""
    monkeypatch.setattr(signed_http, "IDLE", 0.2)
    monkeypatch.setattr(signed_http, "LINGER", 0.2)


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


async def test_it_listens_on_the_address_that_is_set_and_on_no_other(
    link: SignedHttp, port: int
) -> None:
    assert link._listener is not None
    [one] = link._listener.sockets
    assert one.getsockname() == ("127.0.0.1", port)
    told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    assert _MOST_WAITING.unpack_from(told) == (min(signed_http.WAITING, _ALLOWED),)


async def test_a_connection_that_is_not_used_any_more_is_closed(
    short: None, link: SignedHttp, port: int
) -> None:
    whole = head(Content_Length=str(len(GOOD)), Content_Type=FORM) + GOOD
    begun = time.monotonic()
    first, headers, body = await answer(port, whole)
    assert (first.endswith("200 OK"), body) == (True, "taken")
    assert "Connection" not in headers, "until then it was open"
    assert time.monotonic() - begun >= 0.2


async def test_whoever_is_refused_in_the_middle_of_a_body_hears_it_and_is_hung_up_on(
    short: None, link: SignedHttp, port: int, listener: Listener
) -> None:
    unsigned = {"X-Slack-Signature": "v0=ü", "Content_Length": "1000000"}
    first, headers, body = await answer(port, head(**unsigned) + b"abc")
    assert (first.endswith("401 Unauthorized"), body) == (True, "not signed by Slack\n")
    assert headers["Connection"] == "close"
    assert listener.heard == []


async def test_a_body_that_is_said_to_be_too_large_is_not_waited_for(
    short: None, link: SignedHttp, port: int
) -> None:
    large = signed_http.BODY_LIMIT + 1
    first, headers, body = await answer(port, head(Content_Length=str(large)))
    assert " 413 " in first
    assert (headers["Connection"], body) == ("close", f"more than {large - 1} bytes\n")


async def test_what_is_no_utf_8_is_judged_as_any_other(link: SignedHttp, slack: Sender) -> None:
    odd = b"text=\xff\xfe"
    assert await slack.ask(odd, signed(SECRET, odd)) == (401, "not signed by Slack\n")


async def test_a_signed_request_may_say_nothing_of_its_kind(
    short: None, link: SignedHttp, port: int
) -> None:
    first, _, body = await answer(port, head(Content_Length=str(len(GOOD))) + GOOD)
    assert (first.endswith("200 OK"), body) == (True, "taken")


async def test_an_ordinary_request_leaves_no_line_in_the_log(
    link: SignedHttp, slack: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert await slack.send(GOOD, signed(SECRET, GOOD)) == 200
    assert await slack.send(GOOD, signed("another", GOOD)) == 401
    assert [r for r in caplog.records if not r.name.startswith("slack_bolt")] == []


async def test_what_slack_signed_and_nobody_can_read_is_told_of(
    link: SignedHttp, slack: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    for odd in (b"{", b"[1]"):
        await slack.send(odd, signed(SECRET, odd) | {"Content-Type": "application/json"})
    [said] = warned(caplog)
    assert said.startswith("a request of Slack's was refused: it is no JSON: ")


async def test_what_is_no_http_is_told_of_without_a_word_of_it(
    link: SignedHttp, port: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"ZEBRA CROSSING\r\n\r\n")
    await until(lambda: bool(warned(caplog)))
    writer.close()
    [said] = warned(caplog)
    assert said.startswith("a request was refused: BadHttp"), "it is named, without its words"
    assert "ZEBRA" not in caplog.text
    assert "ZEBRA" not in capfd.readouterr().err, "nor is it written beside the log"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(24, "Too many open files"), "Too many open files"),
        (OSError("no number"), "OSError"),
        (None, "no resources"),
    ],
)
async def test_why_no_connection_can_be_taken_is_said_in_words(
    link: SignedHttp, caplog: pytest.LogCaptureFixture, error: OSError | None, why: str
) -> None:
    about: dict[str, Any] = {"message": "socket.accept() out of system resource"}
    if error is not None:
        about["exception"] = error
    asyncio.get_running_loop().call_exception_handler(about)
    assert warned(caplog) == [f"no connection can be taken: {why}"]


async def test_what_is_said_of_strangers_goes_into_our_log_once_and_nowhere_else(
    link: SignedHttp, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        link._hushed.logger.error("ZEBRA CROSSING")
    assert warned(caplog) == ["a request was refused: it is no HTTP"]
    assert "ZEBRA" not in capfd.readouterr().err
