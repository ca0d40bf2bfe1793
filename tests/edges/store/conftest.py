"""The log under test: the fake, SQLite in a real file, a real PostgreSQL. One suite for all."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bot.edges.store import SqlLog, sqlite
from bot.edges.store.lane import Lane
from tests.edges.store.lanes import Open
from tests.fakes import FakeLog


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runbook.db'}"


@pytest.fixture
async def store(file_ready: str) -> AsyncIterator[SqlLog]:
    async with await SqlLog.open(file_ready) as log:
        yield log


KINDS = ("fake", "sqlite", "postgres")
Tested = FakeLog | SqlLog
Advance = Callable[[float], Awaitable[None]]


@pytest.fixture(params=KINDS)
async def log(request: pytest.FixtureRequest) -> AsyncIterator[Tested]:
    if request.param == "fake":
        yield FakeLog()
        return
    ready = "postgres_ready" if request.param == "postgres" else "file_ready"
    url: str = request.getfixturevalue(ready)
    async with await SqlLog.open(url) as real:
        yield real


real = pytest.mark.parametrize("log", KINDS[1:], indirect=True)
"""For what only a database does."""


@pytest.fixture
def advance(log: Tested) -> Advance:
    """Moves the time by which leases end and things become due, and stops it in between."""
    return mover(log)


def mover(log: Tested) -> Advance:
    """What `advance` gives."""
    if isinstance(log, FakeLog):
        return log.clock.advance
    moved = [1_800_000_000.0]
    log._database.now = log._database.dated = lambda _: moved[0]

    async def move(seconds: float) -> None:
        moved[0] += seconds

    return move


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


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = sqlite.writing(tmp_path / "words.db")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE said (word TEXT UNIQUE)"))
    return made


@pytest.fixture
async def opened(engine: Engine) -> AsyncIterator[Open]:
    """Opens lanes on one database, and closes them in the end."""
    made: list[Lane] = []

    def open_one(**more: Any) -> Lane:
        made.append(Lane(engine, **more))
        return made[-1]

    yield open_one
    for one in made:
        await one.close()
