"""Fifty clicks in five seconds on one run: what they cost in Slack, and how soon they show.

Against the local workspace with Slack's limits. Prints, and asserts no time: run `make bench`.
"""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import Mapping
from statistics import median
from urllib.parse import urlsplit

import pytest

from bot.core.text import short_hash
from bot.demo.workspace.client import PersonClient
from tests.bench import report
from tests.bench.databases import database
from tests.bench.payloads import CHANNEL, PREFIX, Sender
from tests.bench.processes import Server, bot, workspace
from tests.bench.turns import tag

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

CLICKS, SECONDS = 50, 5.0
QUIET = 3.0
"""Seconds before the first click, in which what the start of the run wanted was shown."""
RUN = f"{PREFIX}-1"


async def clicked(server: Server) -> list[float]:
    """Send the clicks evenly, and return when each was sent."""
    at = urlsplit(server.url)
    sender = Sender(at.path, at.netloc, server.secret, tag())
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    begun, sent = time.perf_counter(), []
    for number, request in enumerate(sender.turns(RUN, "U0ANA", 0, CLICKS)):
        await asyncio.sleep(begun + number * SECONDS / CLICKS - time.perf_counter())
        sent.append(time.perf_counter())
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()
    return sent


async def board(people: PersonClient) -> str:
    """The run's board, as the channel shows it."""
    shown = [json.dumps(m, ensure_ascii=False) for m in await people.messages(CHANNEL)]
    return next((text for text in shown if RUN in text), "")


async def watched(people: PersonClient, seen: list[tuple[float, str]]) -> None:
    """Note each change of the board, and when."""
    while True:
        if (text := await board(people)) and (not seen or seen[-1][1] != text):
            seen.append((time.perf_counter(), text))
        await asyncio.sleep(0.02)


def hashes(url: str) -> Mapping[int, str]:
    """What the board shows of each fact's hash."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("SELECT seq, hash FROM facts WHERE run_id = ?", (RUN,))
        return {seq: short_hash(head) for seq, head in rows}


async def test_fifty_clicks_in_five_seconds() -> None:
    """Slack calls, and for each click the time until the board shows its fact or a later one."""
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(workspace())
        url = await stack.enter_async_context(database("sqlite"))
        server = await stack.enter_async_context(bot(slack, url))
        people = await stack.enter_async_context(PersonClient(slack["url"]))
        await server.load(kind="start", each=1, tag=tag())
        await people.until(lambda: board(people))
        await asyncio.sleep(QUIET)
        before, seen = len(await people.calls()), list[tuple[float, str]]()
        watching = asyncio.create_task(watched(people, seen))
        sent = await clicked(server)
        known = hashes(url)
        assert len(known) == CLICKS + 1

        async def caught_up() -> bool:
            return known[CLICKS + 1] in seen[-1][1]

        await people.until(caught_up, 30)
        watching.cancel()
        calls = (await people.calls())[before:]
        shown = [(at, max(n for n, head in known.items() if head in text)) for at, text in seen]
        waits = [
            next(at for at, number in shown if number >= fact) - sent[fact - 2]
            for fact in range(2, CLICKS + 2)
        ]
        report.table(
            f"{CLICKS} clicks in {SECONDS:g} s on one run, Slack's limits in force",
            ("Slack calls", "until shown: median", "slowest"),
            [(len(calls), f"{median(waits):.2f} s", f"{max(waits):.2f} s")],
        )
