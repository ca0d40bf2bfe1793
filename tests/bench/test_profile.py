"""Where the bot's processor time goes under clicks at 16 connections.

Profiling slows the bot several times over, so shares count here and rates do not.
"""

import contextlib
import json
from pathlib import Path

import pytest

from tests.bench import report
from tests.bench.databases import KINDS, database
from tests.bench.processes import bot, workspace
from tests.bench.turns import tag

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

CONNECTIONS, EACH = 16, 100
LEAST = 0.02
"""The smallest share that gets a line of its own."""


@pytest.mark.parametrize("kind", KINDS)
async def test_where_the_time_goes(kind: str, tmp_path: Path) -> None:
    """Milliseconds of processor time a click, by thread and part."""
    found = tmp_path / "profile.json"
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(workspace())
        url = await stack.enter_async_context(database(kind))
        async with bot(slack, url, profile=found) as server:
            await server.load(kind="start", each=CONNECTIONS, tag=tag())
            await server.load(connections=CONNECTIONS, each=EACH, tag=tag())
    parts: dict[str, float] = json.loads(found.read_text("utf-8"))
    total = sum(parts.values())
    clicks = CONNECTIONS * EACH
    rows = [
        (part, f"{spent / total:.0%}", f"{spent / clicks * 1_000:.2f} ms")
        for part, spent in sorted(parts.items(), key=lambda one: -one[1])
        if spent > LEAST * total
    ]
    report.table(
        f"Where the time of a click goes on {kind}, {CONNECTIONS} connections, profiled",
        ("thread: part", "share", "a click"),
        rows,
    )
