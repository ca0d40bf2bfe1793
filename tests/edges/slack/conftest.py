"""Signed HTTP with a listener of the test's, and replicas of the bot's way in over one log."""

import asyncio
import contextlib
import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.response import BoltResponse

from bot.app.admission import Admission
from bot.app.chosen import Chosen
from bot.app.conversation import Conversation
from bot.app.desk import Desk
from bot.app.erasing import Erasing
from bot.core.acting.admission import key_of
from bot.core.run.events import Person
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.clock import SystemClock
from bot.edges.library import Library
from bot.edges.slack import connection, replies
from bot.edges.slack.inbound.reception import Reception
from bot.edges.slack.inbound.signed_http import SignedHttp
from bot.edges.slack.inbound.socket_mode import SocketMode
from bot.edges.store import SqlLog
from bot.ports.log import Log
from tests.edges.slack.sockets import PING, Linked, Taker, Wire
from tests.fakes import FakeLog
from tests.hanging import HANG_S
from tests.story.conftest import PROCEDURES
from tests.story.driver import INCIDENTS


@pytest.fixture(autouse=True)
def _waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows an acknowledgement is waited for, also where a busy machine is slow with it."""
    monkeypatch.setattr(replies, "DRAIN", HANG_S)


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
ME = connection.Identity("U0BOT", "B0BOT", "runbook", "T0", "https://example.slack.com/")


class Listener:
    """Keeps what it is given, and answers once it may."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.begun, self.free = asyncio.Event(), asyncio.Event()
        self.free.set()

    async def take(self, body: dict[str, Any], received: float) -> BoltResponse | None:
        if not {"command", "actions"} & set(body):
            return None
        assert 0 <= time.perf_counter() - received < HANG_S
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


# A replica, over a log that others share. --------------------------------------------------------

CHANNEL = "C0INCIDENTS"


@dataclass(slots=True)
class Told:
    """What was said to someone at a response URL."""

    url: str = ""
    said: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def hear(self, request: web.Request) -> web.Response:
        self.said.put_nowait((await request.json())["text"])
        return web.Response(text="ok")

    async def next(self) -> str:
        async with asyncio.timeout(HANG_S):
            return await self.said.get()


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    made = Told()
    app = web.Application()
    app.router.add_post("/", made.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield made
    await runner.cleanup()


class Replica:
    """A bot's way in over a log that others share; it keeps what was measured."""

    def __init__(
        self, log: Log, session: aiohttp.ClientSession, told: Told, me: connection.Identity = ME
    ) -> None:
        library = Library(PROCEDURES)
        library.refresh()
        slack = connection.client("xoxb-none", told.url, session)
        desk = Desk(log, SystemClock())
        # The port has no such part; each that keeps it does.
        acquaintances: Any = (
            log.acquainted(me.team_id)
            if isinstance(log, SqlLog)
            else (log if isinstance(log, FakeLog) else FakeLog()).acquaintances
        )
        vault: Any = log
        self.admission = Admission(
            desk,
            log,
            acquaintances,
            desk.clock,
            me.user_id,
            me.home,
            key_of("xoxb-none"),
            team=me.team_id,
        )
        self.seen: list[tuple[str, str]] = []
        self.seconds: list[float] = []
        self._told, self.log = told, log
        self.reception = Reception(
            slack,
            desk=desk,
            conversation=Conversation(
                desk,
                log,
                library,
                me.link,
                enterprise=me.enterprise_id,
                inside=self.admission.inside,
            ),
            admission=self.admission,
            chosen=Chosen(Erasing(desk, vault, lambda _: None), frozenset()),
            me=me,
            observe=self._observe,
        )

    def _observe(self, kind: str, outcome: str, seconds: float) -> None:
        self.seen.append((kind, outcome))
        self.seconds.append(seconds)

    async def take(self, body: dict[str, Any]) -> Any:
        """The acknowledgement's body, as an object when it is one; its status when it is none."""
        answer = await self.reception.take(body, time.perf_counter())
        assert answer is not None
        if answer.status != 200:
            return answer.status
        return json.loads(answer.body) if answer.body.startswith("{") else answer.body

    async def types(self, text: str, trigger: str, who: str = "ana", **more: str) -> str:
        body = {"command": "/runbook", "text": text, "channel_id": CHANNEL, "trigger_id": trigger}
        user = {"user_id": f"U0{who.upper()}", "user_name": who, "team_id": "T0"}
        answer = await self.take(body | user | more)
        return str(answer["text"] if isinstance(answer, dict) else answer)

    async def clicks(
        self, verb: str, value: str, trigger: str, who: str = "ana", **more: Any
    ) -> Any:
        return await self.take(
            {
                "type": "block_actions",
                "user": {"id": f"U0{who.upper()}", "name": who},
                "channel": {"id": CHANNEL},
                "trigger_id": trigger,
                "response_url": self._told.url,
                "actions": [{"action_id": verb, "value": value}],
            }
            | more
        )

    def opened(self, about: str) -> str:
        """What a form carries that was opened from a message of the channel just now."""
        proof = self.admission.seen(CHANNEL)
        view = self.admission.sealed({"private_metadata": about}, Person(id="U0ANA"), proof)
        return str(view["private_metadata"])

    async def notes(self, run: str, text: str, trigger: str, view: str = "V1") -> Any:
        about = self.opened(json.dumps({"run": run, "step": None}))
        return await self.take(
            {
                "type": "view_submission",
                "user": {"id": "U0ANA", "name": "ana"},
                "trigger_id": trigger,
                "view": {
                    "id": view,
                    "hash": "h",
                    "callback_id": "note",
                    "private_metadata": about,
                    "blocks": [{"type": "input", "block_id": "text"}],
                    "state": {"values": {"text": {"value": {"value": text}}}},
                },
            }
        )

    async def sends(self, form: str, about: str, values: dict[str, str], trigger: str) -> Any:
        view = {
            "id": f"V{trigger}",
            "hash": "h",
            "callback_id": form,
            "private_metadata": self.opened(about),
            "blocks": [{"type": "input", "block_id": name} for name in values],
            "state": {"values": {k: {"value": {"value": v}} for k, v in values.items()}},
        }
        user = {"id": "U0ANA", "name": "ana"}
        return await self.take(
            {"type": "view_submission", "user": user, "trigger_id": trigger, "view": view}
        )

    async def mentions(self, text: str, event_id: str, **more: Any) -> Any:
        said = {"type": "app_mention", "user": "U0ANA", "channel": CHANNEL, "text": text}
        return await self.hears(said | {"ts": "1.1"} | more, event_id)

    async def hears(self, event: dict[str, Any], event_id: str = "Ev1") -> Any:
        return await self.take({"type": "event_callback", "event": event, "event_id": event_id})


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqlLog]:
    async with await SqlLog.open(f"sqlite:///{tmp_path / 'runbook.db'}") as made:
        yield made


# Socket Mode. -----------------------------------------------------------------------------------


@pytest.fixture
async def wire(workspace: Workspace, people: PersonClient) -> AsyncIterator[Wire]:
    """Slack's address as the bot is told it; people have their own way there."""
    made = Wire()
    to = int(workspace.url.rsplit(":", 1)[1].strip("/"))
    tasks: set[asyncio.Task[None]] = set()

    def connected(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(made.carry(near, back, to))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    workspace.world.base_url = f"http://127.0.0.1:{made.port}"
    yield made
    server.close()
    await made.end()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.wait_closed()


@pytest.fixture
def desk() -> Taker:
    made = Taker()
    made.free.set()
    return made


@pytest.fixture
async def linked(workspace: Workspace) -> AsyncIterator[Linked]:
    """Makes links, as replicas of a bot would; they go through *port*, if one is given."""
    async with aiohttp.ClientSession() as session:

        @contextlib.asynccontextmanager
        async def make(desk: Taker, port: int | None = None) -> AsyncIterator[SocketMode]:
            url = f"http://127.0.0.1:{port}/api/" if port else workspace.api_url
            slack = connection.client(workspace.bot_token, url, session)
            app = connection.app(slack, ME, desk.take)
            link = SocketMode(app, workspace.app_token, ping=PING)
            try:
                await link.open()
                yield link
            finally:
                await link.close()

        yield make
