"""Socket Mode frame by frame, with a server that says what it is told and keeps what it hears."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from slack_bolt.response import BoltResponse

from bot.edges.slack import connection
from bot.edges.slack.connection import RETRY
from bot.edges.slack.inbound import socket_mode
from bot.edges.slack.inbound.socket_mode import SocketMode
from tests.edges.slack.conftest import ME
from tests.edges.slack.sockets import PING, Taker, until
from tests.hanging import HANG_S


@dataclass(slots=True)
class Slack:
    """Slack's side: the answers of `apps.connections.open`, and what goes over the sockets."""

    port: int = 0
    answers: list[web.Response] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    greets: list[bool] = field(default_factory=list)
    ponging: bool = True
    hanging: bool = False
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    pings: list[list[bytes]] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    said: list[Any] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, request: web.Request) -> web.Response:
        """Answer with what was prepared, or with an address."""
        self.asked.append(time.monotonic())
        if self.answers:
            return self.answers.pop(0)
        url = f"ws://127.0.0.1:{self.port}/link?ticket=secret"
        return web.json_response({"ok": True, "url": url})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """Greet, unless it is not to be; then keep each frame until the other side hangs up."""
        socket = web.WebSocketResponse(autoping=False, autoclose=not self.hanging)
        await socket.prepare(request)
        self.sockets.append(socket)
        pings: list[bytes] = []
        self.pings.append(pings)
        if self.greets and not self.greets.pop(0):
            await socket.close()
            return socket
        await socket.send_json({"type": "hello"})
        async for message in socket:
            if message.type is WSMsgType.PING:
                pings.append(bytes(message.data))
                if self.ponging:
                    await socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                self.pongs.append(bytes(message.data))
            elif message.type is WSMsgType.TEXT:
                self.said.append(json.loads(message.data))
        if self.hanging:
            await self.over.wait()
        return socket

    async def sends(self, frame: Any) -> None:
        await self.sockets[-1].send_json(frame)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    made = Slack()
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", made.open)
    app.router.add_get("/link", made.link)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    made.over.set()
    await runner.cleanup()


@pytest.fixture
def taker() -> Taker:
    made = Taker()
    made.free.set()
    return made


@pytest.fixture
async def link(slack: Slack, taker: Taker) -> AsyncIterator[SocketMode]:
    async with aiohttp.ClientSession() as session:
        client = connection.client("xoxb-none", f"http://127.0.0.1:{slack.port}/api/", session)
        made = SocketMode(connection.app(client, ME, taker.take), "xapp-1", ping=PING)
        yield made
        await made.close()


def envelope(text: str, **more: Any) -> dict[str, Any]:
    payload = {"command": "/runbook", "text": text}
    return {"envelope_id": f"e-{text}", "type": "slash_commands", "payload": payload} | more


async def test_before_and_after_it_is_open_a_link_has_nothing(
    slack: Slack, link: SocketMode
) -> None:
    assert (link.alive(), link.tasks) == (False, [])
    await link.open()
    [kept] = link.tasks
    assert (link.alive(), kept.get_name()) == (True, "socket")
    await link.close()
    assert not link.alive()
    await until(lambda: slack.sockets[0].closed)


async def test_a_ping_of_slacks_is_answered_with_what_it_said(
    slack: Slack, link: SocketMode
) -> None:
    await link.open()
    await slack.sockets[0].ping(b"are you there")
    await until(lambda: slack.pongs == [b"are you there"])


async def test_a_connection_is_given_up_after_so_many_pings_and_not_before(
    slack: Slack, link: SocketMode, caplog: pytest.LogCaptureFixture
) -> None:
    slack.ponging = False
    await link.open()
    await until(lambda: len(slack.sockets) == 2)
    slack.ponging = True
    await until(link.alive)
    assert len(slack.pings[0]) == socket_mode.LOST
    assert set(slack.pings[0]) == {b"runbook"}
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING][:1] == [
        "the socket answers no pings any more; opening another"
    ]
    await until(lambda: len(slack.pings[-1]) > socket_mode.LOST * 2)
    assert link.alive(), "each answer counts for all pings before it"


async def test_a_link_that_is_not_greeted_is_not_used_and_another_is_asked_for_after_a_while(
    slack: Slack,
    link: SocketMode,
    taker: Taker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(socket_mode, "RETRY", 0.2)
    slack.greets = [False, False, True]
    await link.open()
    assert link.alive()
    assert [r.getMessage() for r in caplog.records] == [
        "Slack cannot be reached yet (ConnectionRefusedError); trying again"
    ] * 2
    first, second, third = slack.asked
    assert second - first >= 0.2
    assert third - second >= 0.2
    assert RETRY >= 1, "whoever waits for the real one waits longer"
    await slack.sends(envelope("one"))
    await until(lambda: taker.taken == ["one"])


async def test_slack_is_asked_again_only_when_it_said_that_it_may_be(
    slack: Slack, link: SocketMode, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"ok": False, "error": "ratelimited"}
    slack.answers = [web.json_response(body, status=429, headers={"Retry-After": "1"})]
    await link.open()
    first, second = slack.asked
    assert second - first >= 1
    [logged] = caplog.records
    assert logged.getMessage().startswith("Slack cannot be reached yet (")
    assert "trying again" not in logged.getMessage(), "it said itself when"


async def test_an_acknowledgment_says_which_delivery_and_nothing_that_was_not_answered(
    slack: Slack, link: SocketMode, taker: Taker
) -> None:
    await link.open()
    await slack.sends(envelope("one"))
    await slack.sends({"envelope_id": "e-2", "type": "events_api", "payload": {"event": {}}})
    await slack.sends({"envelope_id": "e-3", "type": "interactive", "payload": "no object"})
    await until(lambda: len(slack.said) == 3)
    assert sorted(slack.said, key=lambda one: str(one["envelope_id"])) == [
        {"envelope_id": "e-2"},
        {"envelope_id": "e-3"},
        {"envelope_id": "e-one", "payload": {"text": "it took one"}},
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"envelope_id": ["e"], "payload": {}},
        {"envelope_id": "e\n" * 500, "payload": {}},
        {"envelope_id": None, "payload": {}},
        {"type": "slash_commands", "payload": {"command": "/runbook", "text": "no id"}},
        {"type": "warning", "envelopes": 7},
        {"type": "hello"},
    ],
    ids=["list", "long", "none", "no id", "warning", "hello"],
)
async def test_what_cannot_be_acknowledged_is_not_and_ends_nothing(
    slack: Slack, link: SocketMode, taker: Taker, odd: dict[str, Any]
) -> None:
    await link.open()
    await slack.sends(odd)
    await slack.sends(envelope("after"))
    await until(lambda: bool(slack.said))
    assert [one["envelope_id"] for one in slack.said] == ["e-after"]
    assert taker.taken == ["after"]
    assert len(slack.sockets) == 1


async def test_whoever_is_told_to_go_takes_on_until_another_is_there(
    slack: Slack, link: SocketMode, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "LINGER", 2 * HANG_S)
    await link.open()
    first = slack.sockets[0]
    await slack.sends({"type": "disconnect", "reason": "warning"})
    await until(lambda: len(slack.sockets) == 2 and link.alive())
    assert not first.closed
    await first.send_json(envelope("late"))
    await until(lambda: taker.taken == ["late"])
    await until(lambda: [one["envelope_id"] for one in slack.said] == ["e-late"])
    begun = time.monotonic()
    await link.close()
    assert time.monotonic() - begun < HANG_S
    await until(lambda: first.closed)


async def test_a_stop_says_how_many_deliveries_it_leaves(
    slack: Slack,
    link: SocketMode,
    taker: Taker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(socket_mode, "FAREWELL", 0.1)
    taker.free.clear()
    await link.open()
    for text in ("one", "two"):
        await slack.sends(envelope(text))
    await until(lambda: len(taker.taken) == 2)
    await link.close()
    assert [r.getMessage() for r in caplog.records] == ["stopping with 2 deliveries unacknowledged"]
    assert slack.said == []


async def test_a_slack_that_does_not_hang_up_holds_no_stop_up(
    slack: Slack, link: SocketMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "GOODBYE", 0.2)
    slack.hanging = True
    await link.open()
    async with asyncio.timeout(HANG_S):
        await link.close()
    assert not link.alive()


async def test_what_is_not_recorded_is_left_for_slack_to_send_again(
    slack: Slack, link: SocketMode, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"away": 503, "kept": 200}

    async def take(body: dict[str, Any], received: float) -> BoltResponse:
        assert 0 <= time.perf_counter() - received < HANG_S
        return BoltResponse(status=answers[body["text"]], body="words")

    monkeypatch.setattr(connection, "dispatch", _dispatching(take))
    await link.open()
    for text in answers:
        await slack.sends(envelope(text))
    await until(lambda: bool(slack.said))
    await until(lambda: not link._taken)
    assert slack.said == [{"envelope_id": "e-kept", "payload": {"text": "words"}}]


def _dispatching(take: Any) -> Any:
    async def dispatch(app: Any, body: dict[str, Any], received: float) -> BoltResponse:
        answer: BoltResponse = await take(body, received)
        return answer

    return dispatch
