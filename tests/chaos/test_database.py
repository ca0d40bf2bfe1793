"""The database goes wrong: restarted, unreachable, or without room on its disk."""

import asyncio
import contextlib
import errno
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.chaos.conftest import Play, within
from tests.chaos.crowd import Crowd
from tests.chaos.plan import lasts
from tests.chaos.site import Site
from tests.postgres import Cluster

LONG = lasts(weight=2)
MEBIBYTE = 2**20


@pytest.mark.parametrize("times", [1, pytest.param(50, marks=LONG)])
async def test_postgresql_restarted_at_once(times: int, play: Play, dice: random.Random) -> None:
    """Whatever was not committed is gone, and every connection with it."""
    with Cluster(durable=True) as server:

        async def restarts(place: Site, people: Crowd) -> dict[str, int]:
            done = 0
            for number in within(times):
                done = number + 1
                await people.more(3)
                await asyncio.to_thread(server.stop, "immediate")
                await asyncio.sleep(dice.uniform(0.0, 3.0))
                await asyncio.to_thread(server.start)
            return {"restarts": done}

        await play("PostgreSQL restarted, immediate", server.create_database(), restarts)


@pytest.mark.parametrize(
    ("seconds", "times"),
    [
        (8, 1),
        pytest.param(8, 10, marks=lasts(counted=90)),
        pytest.param(40, 4, marks=lasts(counted=170)),
    ],
)
async def test_the_way_to_the_database_swallows_everything(
    seconds: int, times: int, postgres_url: str, play: Play, dice: random.Random
) -> None:
    """One of two replicas cannot reach the database, and no connection says so."""

    async def partitions(place: Site, people: Crowd) -> dict[str, int]:
        for _ in range(times):
            await people.more(2)
            way = dice.choice(place.between)
            way.hold()
            await asyncio.sleep(seconds)
            way.release()
        return {"partitions": times}

    await play(
        f"database black-holed for {seconds} s",
        postgres_url,
        partitions,
        replicas=2,
        proxied=True,
    )


@contextlib.contextmanager
def disk(mebibytes: int) -> Iterator[Path]:
    """A file system of its own that everybody may reach, where the tests may make one."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None:
        pytest.skip("there is no mount command")
    place = Path(tempfile.mkdtemp(prefix="disk-"))
    command = [mount, "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=755", "tmpfs", str(place)]
    try:
        if subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603 - ours
            pytest.skip("only root may mount a small disk")
        try:
            yield place
        finally:
            subprocess.run([umount, str(place)], check=True)  # noqa: S603 - ours
    finally:
        place.rmdir()


def _fill(ballast: Path) -> None:
    """Take all the room that is left."""
    with ballast.open("ab", buffering=0) as file:
        for size in (MEBIBYTE, 4096, 1):
            try:
                while True:
                    file.write(b"." * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


async def _fills(small: Path, people: Crowd, more: Callable[[], None] | None = None) -> None:
    """Leave no room for a while, until people met with it, and then give it back."""
    await people.more(4)
    _fill(small / "ballast")
    try:
        if more is not None:
            await asyncio.to_thread(more)
        enough = people.told + people.again + 2
        # A database may have room of its own; and nobody presses who waits for a board, which is
        # not painted while a claim on it cannot be written down.
        with contextlib.suppress(TimeoutError):
            await people.until(lambda: people.told + people.again >= enough, 8)
    finally:
        (small / "ballast").unlink()


def _use_up(server: Cluster) -> None:
    """Have the server want a new piece of its log, until it does not get one."""
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(server.url(), autocommit=True) as connection,
    ):
        for _ in range(50):
            connection.execute("SELECT pg_logical_emit_message(false, '', 'x')")
            connection.execute("SELECT pg_switch_wal()")


@pytest.mark.parametrize("times", [1, pytest.param(30, marks=LONG)])
async def test_a_full_disk_under_sqlite(times: int, play: Play) -> None:
    with disk(64) as small:

        async def fills(place: Site, people: Crowd) -> dict[str, int]:
            done = 0
            for number in within(times):
                done = number + 1
                await _fills(small, people)
            return {"times": done, "told": people.told}

        await play("full disk", f"sqlite:///{small / 'runbook.db'}", fills)


@pytest.mark.parametrize("times", [pytest.param(20, marks=LONG)])
async def test_a_full_disk_under_postgresql(times: int, play: Play) -> None:
    """A server that cannot write its log ends itself; whoever keeps it starts it again."""
    room = {"min_wal_size": "2MB", "max_wal_size": "8MB", "wal_recycle": "off"}
    with (
        disk(128) as small,
        Cluster(durable=True, parent=small, options=room, initdb=("--wal-segsize=1",)) as server,
    ):

        async def fills(place: Site, people: Crowd) -> dict[str, int]:
            done = 0
            for number in within(times):
                done = number + 1
                await _fills(small, people, partial(_use_up, server))
                if not server.alive:
                    await asyncio.to_thread(server.start)
            return {"times": done, "told": people.told}

        await play("full disk", server.create_database(), fills)
