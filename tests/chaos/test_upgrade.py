"""The upgrade that brings the sealed record, with the version before as Git has it.

Where that version cannot be had, nothing is played: the table says so, and no scenario counts as
one that went well.
"""

import asyncio
import random
import re
import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.core.sealing.body import is_sealed
from bot.edges.store import SqlLog
from tests.chaos import report
from tests.chaos.before import Before, NotHere, install
from tests.chaos.conftest import Play, within
from tests.chaos.crowd import Crowd
from tests.chaos.judge import keep
from tests.chaos.plan import lasts
from tests.chaos.site import ROOT, Replica, Site
from tests.hanging import HANG_S

LONG = lasts(weight=2)
_FAULT = re.compile(r"(a fault|none of mine), reference|Traceback")
REFUSED = "was written by a newer version; upgrade the bot"


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Before | str:
    try:
        return install(tmp_path_factory.mktemp("version") / "before")
    except NotHere as why:
        return str(why)


@pytest.fixture
def before(_installed: Before | str, request: pytest.FixtureRequest) -> Before:
    """The version before, installed; says that it could not be played where there is none."""
    if isinstance(_installed, str):
        report.absent(request.node.name, _installed)
        pytest.skip(f"could not run here: {_installed}")
    return _installed


def newer(place: Site, name: str) -> Replica:
    """A process of today's version, with a log of its own."""
    return Replica(name, place.replicas[0].environ, place.folder / f"{name}.log")


async def becomes_new(replica: Replica) -> None:
    """Stop one of the version before in good order, and start it as today's."""
    assert await replica.end(signal.SIGTERM) == 0, replica.said()
    replica.cwd, replica.python = ROOT, newer_python()
    await replica.start()


def newer_python() -> str:
    return Replica("", {}, Path()).python


async def migrated(place: Site, command: str = "migrate") -> None:
    once = newer(place, "migrating")
    assert await once.run(command) == 0, once.said()


def all_serve(place: Site) -> None:
    """None ended by itself."""
    for replica in place.replicas:
        assert replica.alive, f"{replica.name} ended by itself:\n{replica.said()}"


def nothing_went_wrong(place: Site) -> None:
    """Nobody was told that something went wrong, and no log has the trace of a fault."""
    for log in place.folder.glob("*.log"):
        found = _FAULT.search(log.read_text("utf-8", "replace"))
        assert found is None, f"{log.name}: {found}"


async def stored(url: str) -> Counter[bool]:
    """How many entries are sealed, and how many are not."""
    counted: Counter[bool] = Counter()
    async with await SqlLog.open(url, read_only=True) as log:
        for run_id in await log.every():
            run = await log.kept(run_id)
            assert run is not None
            counted.update(is_sealed(entry.body) for entry in run.entries)
    return counted


async def comes_back(place: Site, before: Before) -> None:
    """One of the version before that is started again is refused, in words."""
    back = before.replica("back", place.replicas[0].environ, place.folder / "back.log")
    async with asyncio.timeout(HANG_S):
        assert await back.run("serve") == 1
    assert REFUSED in back.said()


@pytest.mark.parametrize("times", [pytest.param(25, marks=LONG)])
async def test_both_versions_beside_each_other_and_then_sealed(
    times: int, before: Before, postgres_url: str, play: Play, dice: random.Random
) -> None:
    async def upgrades(place: Site, people: Crowd) -> dict[str, int]:
        await people.more(6)
        await migrated(place)
        all_serve(place)
        await people.more(4)
        await becomes_new(place.replicas[1])
        killed = 0
        for _ in within(times):
            await people.more(3)
            all_serve(place)
            victim = dice.choice(place.replicas)
            await asyncio.sleep(dice.uniform(0.0, 0.4))
            await victim.end()
            killed += 1
            await victim.start()
        await people.more(6)
        plain = await stored(postgres_url)
        assert not plain[True], "the version before could not read it"
        await becomes_new(place.replicas[0])
        await keep(place)
        await migrated(place, "migrate --seal")
        await people.more(10)
        all_serve(place)
        await comes_back(place, before)
        after = await stored(postgres_url)
        assert after[True] >= 10
        nothing_went_wrong(place)
        return {"kills": killed, "plain entries": after[False], "sealed entries": after[True]}

    name = "an upgrade, both versions beside each other"
    await play(name, postgres_url, upgrades, replicas=2, make=before.replica)


@pytest.mark.parametrize("times", [pytest.param(3, marks=lasts(counted=60))])
async def test_one_of_before_that_slept_while_it_was_sealed(
    times: int, before: Before, postgres_url: str, play: Play
) -> None:
    """What it cannot read it leaves to the other, and says so; started again, it is refused."""

    async def upgrades(place: Site, people: Crowd) -> dict[str, int]:
        old, new = place.replicas
        await people.more(6)
        await migrated(place)
        await becomes_new(new)
        await people.more(6)
        old.send(signal.SIGSTOP)
        await migrated(place, "migrate --seal")
        await people.more(4)
        for _ in range(times):
            old.send(signal.SIGCONT)
            await people.more(4)
            all_serve(place)
            old.send(signal.SIGSTOP)
            await people.more(4)
        old.send(signal.SIGCONT)
        assert "are left to other replicas" in old.log.read_text("utf-8")
        await becomes_new(old)
        await keep(place)
        await people.more(6)
        await comes_back(place, before)
        nothing_went_wrong(place)
        return {"times awake": times, "sealed entries": (await stored(postgres_url))[True]}

    name = "an upgrade, one of before slept while it was sealed"
    await play(name, postgres_url, upgrades, replicas=2, make=before.replica)


@pytest.mark.parametrize("times", [pytest.param(12, marks=LONG)])
async def test_a_file_is_upgraded_in_place(
    times: int, before: Before, sqlite: str, play: Play, dice: random.Random
) -> None:
    """The version before is killed over its work, and today's over its first starts."""

    async def upgrades(place: Site, people: Crowd) -> dict[str, int]:
        (one,) = place.replicas
        await people.more(8)
        all_serve(place)
        await one.end()
        one.cwd, one.python = ROOT, newer_python()
        killed = 0
        for _ in within(times):
            await one.begin()
            # At any moment of a start, as long as one takes here.
            await asyncio.sleep(dice.uniform(0.0, max(one.starts)))
            await one.end()
            killed += 1
        await one.start()
        await keep(place)
        await people.more(10)
        all_serve(place)
        assert await one.end(signal.SIGTERM) == 0
        await comes_back(place, before)
        await one.start()
        await people.more(4)
        counted = await stored(sqlite)
        nothing_went_wrong(place)
        return {"kills": killed, "plain entries": counted[False], "sealed entries": counted[True]}

    await play("an upgrade in place", sqlite, upgrades, make=before.replica)


def test_where_the_version_before_is_not_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotHere, match="Git does not have the commit 1234567 here"):
        install(tmp_path / "before", "1234567" + "0" * 33)
    table = tmp_path / "chaos.md"
    monkeypatch.setenv("CHAOS_REPORT", str(table))
    report.absent("an upgrade", "Git does not have it")
    assert table.read_text("utf-8").splitlines()[-1] == (
        "| an upgrade | - | - | could not run here: Git does not have it | - | - | - | - | - | - |"
    )
