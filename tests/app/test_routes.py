"""Where alerts are told is looked at while the bot runs: a change is taken up, a faulty one not."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.app.routes import RouteKeeper
from bot.app.shelf import CONFIRM, LOOK
from bot.core.alerts.routing import destination
from bot.edges.library.routes import RoutesFile

ROUTES = """schema: alert-routes/v1
default: "#incidents"
routes:
  - matches: [{{ team: storage }}]
    channel: "{channel}"
"""
STORAGE = {"team": "storage"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "routes.yaml"
    made.write_text(ROUTES.format(channel="#storage"))
    return made


def writes(path: Path, text: str) -> None:
    path.write_text(text)


def told(file: RoutesFile) -> str:
    """Where alerts of storage are told."""
    assert file.routes is not None
    return destination(file.routes, STORAGE).channel


async def test_a_change_is_taken_up_and_a_faulty_one_is_said_once(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    file = RoutesFile(path)
    file.refresh()
    keeper = RouteKeeper(file)
    assert told(file) == "#storage"
    writes(path, ROUTES.format(channel="#disks"))
    await keeper.look()
    assert told(file) == "#storage", "it may be still being written"
    await keeper.look()
    assert told(file) == "#disks"
    assert caplog.messages == ["the routes of alerts are those of the file now"]
    caplog.clear()
    writes(path, ROUTES.format(channel="#disks").replace("matches", "match"))
    for _ in range(5):
        await keeper.look()
    assert told(file) == "#disks"
    assert caplog.messages[-1] == "the routes of alerts stay as they were: their file has errors"
    assert sum("has errors" in one for one in caplog.messages) == 1
    assert any(str(path) in one for one in caplog.messages)
    caplog.clear()
    writes(path, ROUTES.format(channel="#mended"))
    for _ in range(3):
        await keeper.look()
    assert told(file) == "#mended"
    assert caplog.messages == ["the routes of alerts are those of the file now"]


async def test_it_looks_again_soon_where_a_change_waits(path: Path) -> None:
    file = RoutesFile(path)
    file.refresh()
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == 1:
            writes(path, ROUTES.format(channel="#disks"))
        if len(paused) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await RouteKeeper(file, sleep).run()
    assert paused == [LOOK, CONFIRM, LOOK]
    assert told(file) == "#disks"
