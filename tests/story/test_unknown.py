"""A run that a newer version of the bot went on with: this one says so, and serves all others."""

import asyncio
from pathlib import Path

import pytest

from bot.core.run import events as e
from bot.edges.store import SqlLog, upgrade
from tests.edges.store.unknown import KINDS, adds
from tests.story.conftest import Bot
from tests.story.driver import ONCALL, Someone, words


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_people_are_told_so_and_every_other_run_goes_on(
    kind: str,
    environ: dict[str, str],
    request: pytest.FixtureRequest,
    ana: Someone,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        await asyncio.to_thread(upgrade, url)
    bot = Bot({**environ, "RUNBOOK_DATABASE_URL": url})
    await bot.start()
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    await bot.stop()
    async with await SqlLog.open(url) as log:
        await adds(log, "MI-1", KINDS["a kind that is not known"])
    await bot.start()
    assert (await ana.clicks("Take", board, row="step 1"))["ok"]
    said = words(await ana.told("cannot read"))
    assert "MI-1 has entries that this version of the bot cannot read" in said
    assert "nothing was recorded" in said
    assert "cannot read" in await ana.types("/runbook status")
    assert "cannot read" in await ana.types("/runbook mend-it thing=door")
    await ana.types("/runbook wait-in-vain")
    status = await ana.types("/runbook status")
    assert "MI-1 · Mend it: this version of the bot cannot read it" in status
    assert "WIV-1" in status
    elsewhere = ana.in_(ONCALL)
    await elsewhere.types("/runbook mend-it thing=desk")
    await elsewhere.does("Take", row="step 1")
    await elsewhere.board("MI-2", "since")
    async with bot.log() as log:
        (*_, last) = await log.read("MI-2")
        assert isinstance(last.event, e.StepTaken)
        checked = await log.checked("MI-1")
        assert (checked.faults, checked.unknown) == ((), 2)
    await bot.stop()
    told = [r for r in caplog.records if r.levelname == "ERROR" and "MI-1" in r.getMessage()]
    assert len(told) == 1
