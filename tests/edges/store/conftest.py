"""The log under test: the fake, and SQLite in a real file. Both must pass the same suite."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.edges.store import SqlLog
from bot.ports import Log
from tests.fakes import FakeLog


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runbook.db'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlLog]:
    async with await SqlLog.open(url) as log:
        yield log


@pytest.fixture(params=["fake", "sqlite"])
async def log(request: pytest.FixtureRequest, url: str) -> AsyncIterator[Log]:
    if request.param == "fake":
        yield FakeLog()
        return
    async with await SqlLog.open(url) as real:
        yield real


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB, where the tests may make one."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    place = tmp_path / "disk"
    place.mkdir()
    if mount is None or umount is None:
        pytest.skip("there is no mount command")
    command = [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603 - ours
        pytest.skip("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run([umount, str(place)], check=True)  # noqa: S603 - ours
