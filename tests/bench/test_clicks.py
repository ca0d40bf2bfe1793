"""Durable clicks a second, beside Bolt apps that acknowledge and write nothing.

Each server is a process of its own, and so is the load; they take turns, so that the ratio stands
however noisy the machine is. Nothing is asserted about time: run `make bench`.
"""

import contextlib

import pytest

from tests.bench import report
from tests.bench.databases import KINDS, database, facts
from tests.bench.processes import bot, echo, workspace
from tests.bench.turns import ROUNDS, alternate, tag

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

EACH = {1: 100, 16: 64, 64: 24}
"""How many connections, and how many clicks each of them sends in a round."""
NOTES = 64


@pytest.mark.parametrize("kind", KINDS)
async def test_durable_clicks_beside_an_echo(kind: str) -> None:
    """Clicks a second, their ratio to the echo, and how long one waits; all clicks are facts."""
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(database(kind))
        slack = await stack.enter_async_context(workspace())
        default = await stack.enter_async_context(echo(slack, before_response=False))
        plain = await stack.enter_async_context(echo(slack, before_response=True))
        ours = await stack.enter_async_context(bot(slack, url))
        await ours.load(kind="start", each=max(EACH), tag=tag())
        servers = {"echo": plain, "bot": ours}
        alone = await alternate({**servers, "default": default}, connections=1, each=EACH[1])
        rows, size = [row("1", alone)], alone["bot"]["bytes"]
        for connections in (16, 64):
            found = await alternate(servers, connections=connections, each=EACH[connections])
            rows.append(row(f"{connections}", found))
        found = await alternate(servers, kind="notes", connections=16, each=NOTES)
        rows.append(row("16, one run", found))
        sent = sum(connections * each for connections, each in EACH.items())
        assert facts(url, "step_taken", "step_given_back") == (ROUNDS + 1) * sent
        assert facts(url, "note_added") == (ROUNDS + 1) * 16 * NOTES
        waited = alone["default"]["p50"]
        report.table(
            f"Durable clicks on {kind}, requests of {size:,.0f} bytes; alone, the bot's ack takes "
            f"{alone['bot']['p50'] / waited:.2f} of Bolt's default ({waited:.1f} ms)",
            ("connections", "bot / echo", "bot /s", "echo /s", "bot p50, p99", "echo p50, p99"),
            rows,
        )


def row(name: str, found: dict[str, dict[str, float]]) -> tuple[str, ...]:
    ours, plain = found["bot"], found["echo"]
    waits = (f"{one['p50']:.1f}, {one['p99']:.1f} ms" for one in (ours, plain))
    return (
        name,
        f"{ours['rate'] / plain['rate']:.2f}",
        f"{ours['rate']:,.0f}",
        f"{plain['rate']:,.0f}",
        *waits,
    )
