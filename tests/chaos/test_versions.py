"""Two versions of the bot serve side by side, as they do while one is replaced by the next."""

import shutil
import signal
from pathlib import Path

import pytest

from bot.edges.store.schema import REVISION
from tests.chaos.conftest import Play, within
from tests.chaos.crowd import Crowd
from tests.chaos.site import ROOT, Replica, Site

LONG = (pytest.mark.chaos, pytest.mark.timeout(7200))
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


def _next_version(folder: Path) -> Path:
    """A copy of the bot that has one more migration; the folder to run it in."""
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    store = folder / "bot" / "edges" / "store"
    schema = store / "schema.py"
    text = schema.read_text("utf-8")
    assert f'REVISION = "{REVISION}"' in text
    schema.write_text(text.replace(f'REVISION = "{REVISION}"', f'REVISION = "{NEXT}"'), "utf-8")
    (store / "migrations" / "versions" / f"{NEXT}_next.py").write_text(MIGRATION, "utf-8")
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
