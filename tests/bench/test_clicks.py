"""How many durable clicks a second, beside a Bolt app that acknowledges and writes nothing.

Both answer the same signed requests over HTTP, in turn and from the same process, so that the
ratio stands however noisy the machine is. Nothing is asserted about time: run `make bench`.
"""

import asyncio
import contextlib
import itertools
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.conversation import Conversation
from bot.core.events import Person
from bot.core.starting import started
from bot.desk import Desk
from bot.edges.clock import SystemClock
from bot.edges.library import Library
from bot.edges.slack import connection
from bot.edges.slack.reception import Reception
from bot.edges.slack.signed_http import SignedHttp
from bot.edges.store import SqlLog

pytestmark = pytest.mark.bench

ROOT = Path(__file__).resolve().parents[2]
CLICKS, ROUNDS = 600, 3
SECRET = "bench-signing-secret"
ME = connection.Identity("U0BOT", "B0BOT", "runbook", "T0", "http://127.0.0.1:9/")

_numbers = itertools.count()
Dispatch = Callable[[dict[str, Any]], Awaitable[None]]


def note(run_id: str) -> dict[str, Any]:
    """A submitted note, as Slack sends it: each is another delivery and another fact."""
    number = next(_numbers)
    return {
        "type": "view_submission",
        "team": {"id": "T0", "domain": "bench"},
        "user": {"id": f"U{number % 10}", "name": "someone", "username": "someone"},
        "trigger_id": f"t{number}",
        "view": {
            "id": f"V{number}",
            "type": "modal",
            "hash": "h",
            "callback_id": "note",
            "private_metadata": json.dumps({"run": run_id, "step": None}),
            "blocks": [{"type": "input", "block_id": "text"}],
            "state": {"values": {"text": {"value": {"value": f"note {number} " + "x" * 200}}}},
        },
    }


@contextlib.asynccontextmanager
async def listening(app: AsyncApp) -> AsyncIterator[Dispatch]:
    """Serve *app* by signed HTTP and give a way to send it a payload."""
    port = free_port()
    server = SignedHttp(app, SECRET, "127.0.0.1", port)
    await server.open()
    signer = SignatureVerifier(SECRET)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def dispatch(payload: dict[str, Any]) -> None:
            body = urlencode({"payload": json.dumps(payload)})
            stamp = str(int(time.time()))
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signer.generate_signature(timestamp=stamp, body=body) or "",
            }
            url = f"http://127.0.0.1:{port}/slack/events"
            async with session.post(url, data=body, headers=headers) as response:
                assert response.status == 200
                await response.read()

        yield dispatch
    await server.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def rate(dispatch: Dispatch, runs: list[str], connections: int) -> float:
    """Clicks a second with so many at once."""
    waiting = iter([note(runs[n % len(runs)]) for n in range(CLICKS)])

    async def one() -> None:
        for payload in waiting:
            await dispatch(payload)

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return CLICKS / (time.perf_counter() - begun)


async def test_durable_clicks_beside_an_echo(tmp_path: Path) -> None:
    """Prints clicks a second of both, and their ratio, at 1, 16 and 64 connections."""
    async with (
        await SqlLog.open(f"sqlite:///{tmp_path / 'bench.db'}") as log,
        aiohttp.ClientSession() as session,
    ):
        slack = connection.client("xoxb-bench", "http://127.0.0.1:9/api/", session)
        desk = Desk(log, SystemClock())
        library = Library(ROOT / "procedures")
        library.refresh()
        reception = Reception(
            slack,
            desk=desk,
            conversation=Conversation(desk, log, library, ME.link),
            bot_user=ME.user_id,
            bot_name=ME.name,
        )

        async def acknowledge(body: dict[str, Any], received: float) -> BoltResponse:
            return BoltResponse(status=200)

        durable = connection.app(slack, ME, reception.take)
        echo = connection.app(slack, ME, acknowledge)
        loaded = library.get("crash-recovery")
        assert loaded is not None
        event = started(
            loaded, {"node": "node-1"}, channel="C0", team=None, by=Person(id="U0", name="ana")
        )
        async with listening(echo) as to_echo, listening(durable) as to_durable:
            for connections in (1, 16, 64):
                begun = [await desk.start(event, delivery=None, another=True) for _ in range(20)]
                runs = [run.id for run in begun if run is not None]
                for attempt in range(ROUNDS):
                    plain = await rate(to_echo, runs, connections)
                    kept = await rate(to_durable, runs, connections)
                    print(
                        f"{connections:3} connections, round {attempt + 1}: durable {kept:5.0f}/s, "
                        f"echo {plain:5.0f}/s, ratio {kept / plain:.2f}"
                    )
