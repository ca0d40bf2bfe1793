"""How much memory the bot has after 1,000 clicks and after 100,000.

Prints, and asserts nothing about memory: run `make bench`.
"""

import contextlib

import psutil
import pytest

from tests.bench import filling, report
from tests.bench.databases import database, facts
from tests.bench.processes import bot, workspace
from tests.bench.turns import tag

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1_200)]

AT_ONCE, EACH = 50, 100
"""Runs that are clicked in at once, and clicks in each: then it is the next runs' turn."""
CLICKS = 100_000


async def test_memory_after_many_clicks() -> None:
    """Resident memory; the clicks go to a thousand runs, a hundred to each, as in earnest."""
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(workspace())
        url = await stack.enter_async_context(database("sqlite"))
        await filling.runs(url, CLICKS // EACH, open_all=True)
        server = await stack.enter_async_context(bot(slack, url))
        process = psutil.Process(server.pid)
        rows: list[tuple[str, str, str]] = []
        sent, first = 0, 0
        marks = iter((1_000, 10_000, 50_000, CLICKS))
        mark = next(marks)
        while sent < CLICKS:
            at_once = min(AT_ONCE, (mark - sent) // EACH)
            await server.load(connections=at_once, each=EACH, run=1 + sent // EACH, tag=tag())
            sent += at_once * EACH
            if sent == mark:
                size = process.memory_info().rss
                first = first or size
                rows.append((f"{sent:,}", f"{size / first:.2f}", f"{size / 2**20:.0f} MiB"))
                mark = next(marks, 0)
        assert facts(url, "step_taken", "step_given_back") == CLICKS
        report.table(
            "Memory (SQLite)", ("clicks", "resident / after the first 1,000", "resident"), rows
        )
