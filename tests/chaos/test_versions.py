"""Two versions of the bot serve side by side, as they do while one is replaced by the next."""

import asyncio
import shutil
import signal
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.core.engine.commands import Fire
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog
from bot.edges.store.schema import REVISION
from bot.ports.log import Unavailable
from tests.chaos.conftest import Play, within
from tests.chaos.crowd import Crowd
from tests.chaos.plan import lasts
from tests.chaos.site import ROOT, Replica, Site

LONG = lasts(weight=2)
NEXT = f"{int(REVISION) + 1:04d}"
MIGRATION = f'''"""What the next version wants: a column that the one before does not know."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{REVISION}"
OLDEST = "{REVISION}"


def upgrade() -> None:
    """Only add."""
    op.add_column("messages", sa.Column("flavour", sa.String(20), server_default="plain"))
'''


def _copy(folder: Path) -> Path:
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _next_version(folder: Path) -> Path:
    """A copy of the bot that has one more migration; the folder to run it in."""
    _copy(folder)
    store = folder / "bot" / "edges" / "store"
    schema = store / "schema.py"
    text = schema.read_text("utf-8")
    assert f'REVISION = "{REVISION}"' in text
    schema.write_text(text.replace(f'REVISION = "{REVISION}"', f'REVISION = "{NEXT}"'), "utf-8")
    (store / "migrations" / "versions" / f"{NEXT}_next.py").write_text(MIGRATION, "utf-8")
    return folder


def _version_before(folder: Path) -> Path:
    """A copy of the bot that does not know a kind of fact which this one writes."""
    events = _copy(folder) / "bot" / "core" / "run" / "events.py"
    text = events.read_text("utf-8")
    known = 'kind: Literal["timer_fired"] = "timer_fired"'
    assert known in text
    events.write_text(text.replace(known, known.replace("timer_fired", "timer_rang")), "utf-8")
    return folder


async def _becomes(replica: Replica, version: Path) -> None:
    """Stop a replica in good order, and start it as another version."""
    assert await replica.end(signal.SIGTERM) == 0
    replica.cwd = version
    await replica.start()


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=LONG)])
async def test_an_upgrade_and_the_way_back_while_people_work(
    times: int, tmp_path: Path, postgres_url: str, play: Play
) -> None:
    newer = _next_version(tmp_path / "next")

    async def upgrades(place: Site, people: Crowd) -> dict[str, int]:
        environ = place.replicas[0].environ
        preparing = Replica("migrate", environ, place.folder / "next.log", cwd=newer)
        assert await preparing.run("migrate") == 0, preparing.said()
        assert NEXT not in (ROOT / "bot" / "edges" / "store" / "schema.py").read_text("utf-8")
        done = 0
        for number in within(times):
            done = number + 1
            await _becomes(place.replicas[number % 2], newer)
            await people.more(4)
            await _becomes(place.replicas[number % 2], ROOT)
        return {"times there and back": done}

    await play("two versions side by side", postgres_url, upgrades, replicas=2)


async def _newer_entries(url: str) -> int:
    """Add to each open run an entry that only the newer version knows; how many were added."""
    while True:
        try:
            async with await SqlLog.open(url) as log:
                desk = Desk(log, SystemClock())
                rows = await log.runs(open_only=True)
                for row in rows:
                    await desk.act(row.run_id, Fire("nag", await log.now()), delivery=None)
                return len(rows)
        except Unavailable:
            # The harm of others reaches this as well. One entry more is one to leave alone.
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=LONG)])
async def test_a_replica_that_cannot_read_a_run_leaves_it_to_the_newer_one(
    times: int, tmp_path: Path, postgres_url: str, play: Play
) -> None:
    before = _version_before(tmp_path / "before")

    async def mixes(place: Site, people: Crowd) -> dict[str, int]:
        await _becomes(place.replicas[0], before)
        newer = 0
        for _ in within(times):
            newer += await _newer_entries(postgres_url)
            await people.more(8)
        said = place.replicas[0].said()
        assert "are left to other replicas" in said
        assert "Traceback" not in said
        return {"runs with an entry of the newer version": newer}

    await play("one replica cannot read what the other writes", postgres_url, mixes, replicas=2)
