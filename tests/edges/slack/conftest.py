"""Signed HTTP by itself, with a listener of the test's, and someone who sends to it."""

import asyncio
import hashlib
import hmac
import io
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.response import BoltResponse

from bot.edges.slack import connection
from bot.edges.slack.signed_http import SignedHttp
from tests.story.driver import INCIDENTS


@pytest.fixture
def port(unused_tcp_port: int) -> int:
    return unused_tcp_port


@pytest.fixture
async def slack(port: int) -> AsyncIterator["Sender"]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield Sender(session)


class Sender:
    """Sends what Slack, or someone else, would send."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, body: bytes, headers: dict[str, str]) -> int:
        return (await self.ask(body, headers))[0]

    async def ask(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        data = io.BytesIO(body)
        async with self._session.post("/slack/events", data=data, headers=kind | headers) as answer:
            return answer.status, await answer.text()


def signed(secret: str, body: bytes, stamp: str | None = None) -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def command(text: str, trigger: str = "1.2.3") -> bytes:
    return urlencode(
        {
            "command": "/runbook",
            "text": text,
            "team_id": "T0WORKSPACE",
            "channel_id": INCIDENTS,
            "user_id": "U0ANA",
            "user_name": "ana",
            "api_app_id": "A0WORKSPACE",
            "trigger_id": trigger,
        }
    ).encode()


SECRET = "a secret of the test"
ME = connection.Identity("U0BOT", "B0BOT", "runbook", "T0", "http://127.0.0.1:9/")


class Listener:
    """Keeps what it is given, and answers once it may."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.begun, self.free = asyncio.Event(), asyncio.Event()
        self.free.set()

    async def take(self, body: dict[str, Any], received: float) -> BoltResponse | None:
        if not {"command", "actions"} & set(body):
            return None
        assert 0 <= time.perf_counter() - received < 5
        self.heard.append(body)
        self.begun.set()
        if body.get("text") == "break":
            raise ZeroDivisionError
        await self.free.wait()
        return BoltResponse(status=200, body="taken")


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def clock() -> list[float]:
    """How far the machine that judges is off, in seconds."""
    return [0.0]


@pytest.fixture
async def link(port: int, listener: Listener, clock: list[float]) -> AsyncIterator[SignedHttp]:
    async with aiohttp.ClientSession() as session:
        web_client = connection.client("xoxb-none", "http://127.0.0.1:9/api/", session)
        app = connection.app(web_client, ME, listener.take)
        made = SignedHttp(app, SECRET, "127.0.0.1", port, clock=lambda: time.time() + clock[0])
        await made.open()
        yield made
        await made.close()
