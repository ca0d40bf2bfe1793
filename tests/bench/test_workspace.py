"""How many `chat.update` a second the local workspace answers, with its limits off.

The load comes from a process of its own, as an app's does: one core for either side. Prints, and
asserts no time: run `make bench`.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace.client import PersonClient

pytestmark = pytest.mark.bench

SECONDS, CONNECTIONS = 3.0, 16
STEPS = 12


def board(number: int) -> dict[str, Any]:
    """A message as a bot keeps it up to date: a header, steps with buttons, and a changing line."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Recover the ledger"}}
    ]
    for step in range(STEPS):
        blocks += [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": f"*Step {step}* check that it is so"},
            },
            {
                "type": "actions",
                "block_id": f"step-{step}",
                "elements": [
                    {
                        "type": "button",
                        "action_id": action,
                        "value": str(step),
                        "text": {"type": "plain_text", "text": action.title()},
                    }
                    for action in ("done", "skip", "note")
                ],
            },
        ]
    changing = {"type": "mrkdwn", "text": f"update {number}"}
    return {
        "text": f"update {number}",
        "blocks": [*blocks, {"type": "context", "elements": [changing]}],
    }


def load(port: int, token: str, channel: str, ts: str, *, small: bool) -> int:
    """How many updates were answered in `SECONDS`, over keep-alive connections by hand.

    A client library would take more of a core than the server does, and be what is measured.
    """
    requests = []
    for number in range(64):
        sent = {"channel": channel, "ts": ts}
        sent |= {"text": f"update {number}"} if small else board(number)
        body = json.dumps(sent).encode()
        head = (
            f"POST /api/chat.update HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json;charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)

    async def one(until: float) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answered = 0
        while time.perf_counter() < until:
            writer.write(requests[answered % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            assert body.startswith(b'{"ok"'), body
            answered += 1
        writer.close()
        return answered

    async def all_of_them() -> int:
        until = time.perf_counter() + SECONDS
        return sum(await asyncio.gather(*(one(until) for _ in range(CONNECTIONS))))

    return asyncio.run(all_of_them())


@contextlib.asynccontextmanager
async def server() -> AsyncIterator[dict[str, Any]]:
    """A workspace in a process of its own, and the line that it prints."""
    command = [sys.executable, "-m", "bot.demo.workspace", "--json"]
    program = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert program.stdout is not None
    try:
        yield json.loads(await program.stdout.readline())
    finally:
        program.terminate()
        await program.communicate()


@pytest.mark.parametrize("small", [True, False], ids=["a line of text", "a board of 26 blocks"])
async def test_updates_a_second(small: bool) -> None:  # noqa: FBT001  # pytest's way
    """Prints updates a second with nobody looking, and with three pages that follow the stream."""
    async with server() as shown, PersonClient(shown["url"]) as people:
        await people.faults(limits=False)
        slack = AsyncWebClient(token=shown["bot_token"], base_url=f"{shown['url']}/api/")
        posted = await slack.chat_postMessage(channel="C0INCIDENTS", text="x")
        port = int(shown["url"].rpartition(":")[2])
        for pages in (0, 3):
            async with contextlib.AsyncExitStack() as open_pages:
                for _ in range(pages):
                    await open_pages.enter_async_context(page(port))
                answered = await asyncio.to_thread(
                    load, port, shown["bot_token"], "C0INCIDENTS", posted["ts"], small=small
                )
            print(f"{answered / SECONDS:6.0f} chat.update a second, {pages} pages open")


@contextlib.asynccontextmanager
async def page(port: int) -> AsyncIterator[None]:
    """A page that reads the stream of changes as fast as they come, at little cost."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    writer.write(f"GET /workspace/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())

    async def follow() -> None:
        while await reader.read(1 << 20):
            pass

    task = asyncio.create_task(follow())
    try:
        yield
    finally:
        task.cancel()
        writer.close()
