"""Whether a click costs more in run number 10,000, or in a run with 5,000 facts, than in the first.

Prints, and asserts no time: run `make bench`.
"""

import contextlib

import pytest

from tests.bench import filling, report
from tests.bench.databases import database
from tests.bench.processes import bot, workspace
from tests.bench.turns import alternate, tag

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

RUNS, FACTS = 10_000, 5_000


async def test_the_ack_as_the_record_grows() -> None:
    """One connection; the median ack of each against the first run's in an empty database."""
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(workspace())
        empty, many, long = [await stack.enter_async_context(database("sqlite")) for _ in range(3)]
        await filling.runs(many, RUNS)
        await filling.runs(long, 1, facts=FACTS)
        servers = {
            name: await stack.enter_async_context(bot(slack, url))
            for name, url in (("first", empty), ("many", many), ("long", long))
        }
        await servers["first"].load(kind="start", each=1, tag=tag())
        found = await alternate(servers, {"many": {"run": RUNS}}, each=200)
        first = found["first"]["p50"]
        names = {
            "first": "the first run",
            "many": f"run number {RUNS:,}",
            "long": f"a run with {FACTS:,} facts",
        }
        report.table(
            "A click as the record grows (SQLite, one connection)",
            ("click in", "ack / first", "p50", "p99"),
            [
                (names[name], f"{one['p50'] / first:.2f}", f"{one['p50']:.1f}", f"{one['p99']:.1f}")
                for name, one in found.items()
            ],
        )
