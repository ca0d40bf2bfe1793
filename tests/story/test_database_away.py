"""A database that is not there: at the start, in the middle, and while the bot is asked to stop."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo.workspace.client import PersonClient
from bot.edges.store import upgrade
from tests.hanging import HANG_S
from tests.postgres import Cluster
from tests.story.conftest import Child, System
from tests.story.driver import Someone, words


@pytest.fixture
async def away(
    environ: dict[str, str], postgres: Cluster, postgres_url: str, tmp_path: Path
) -> AsyncIterator[Child]:
    """A bot on the tests' PostgreSQL, which the test may stop."""
    await asyncio.to_thread(upgrade, postgres_url)
    made = Child({**environ, "RUNBOOK_DATABASE_URL": postgres_url}, tmp_path / "bot.log")
    yield made
    if made.process is not None:
        await made.end("kill")
    if not postgres.alive:
        postgres.start()


async def test_a_bot_that_starts_before_its_database_waits_and_goes_on(
    away: Child, postgres: Cluster, people: PersonClient, ana: Someone, unused_tcp_port: int
) -> None:
    await asyncio.to_thread(postgres.stop)
    away.environ["RUNBOOK_OPS_PORT"] = str(unused_tcp_port)
    process = await away.run("serve")

    async def waiting() -> bool:
        return "cannot be reached" in away.log.read_text()

    await people.until(waiting)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as operator:
        assert (await operator.get("/healthz")).status == 200
        ready = await operator.get("/readyz")
        assert ready.status == 503
        assert (await ready.json())["database"]["ok"] is False
        await asyncio.to_thread(postgres.start)
        assert (await process.stdout.readline()).startswith(b"Ready")
        await ana.types("/runbook mend-it thing=lamp")
        await ana.board("MI-1")

        async def well() -> bool:
            return (await operator.get("/readyz")).status == 200

        await people.until(well)


async def test_who_clicks_while_it_is_away_is_told_and_finds_everything_as_it_was(
    away: Child, postgres: Cluster, ana: Someone, system: System
) -> None:
    await away.start()
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    await ana.does("Add a note…")
    await ana.form()
    await asyncio.to_thread(postgres.stop, "immediate")
    assert (await ana.clicks("Take", board, row="step 1"))["ok"]
    told = await ana.told("I could not record that")
    assert "Nothing has changed" in words(told)
    refused = await ana.fills({"Note": "written meanwhile"})
    assert not refused["ok"]
    await asyncio.to_thread(postgres.start)
    assert (await ana.fills({"Note": "written meanwhile"}))["ok"]
    board = await ana.board("MI-1", "2 entries")
    assert "since" not in words(board), "no false tick"
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")


async def test_sigterm_ends_a_bot_in_time_though_slack_hangs(
    child: Child, ana: Someone, people: PersonClient
) -> None:
    await child.start()
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await people.faults(rules=[{"method": "*", "fault": "latency", "seconds": 60}])
    await ana.clicks("Take", row="step 1")
    async with asyncio.timeout(HANG_S):
        assert await child.end() == 0
    await people.faults()
    await child.start()
    await ana.board("MI-1", "since")
    assert len(await ana.boards()) == 1
