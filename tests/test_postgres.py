"""The tests' own PostgreSQL: it crashes and recovers as a real one, and it never outlives them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from tests import postgres as servers
from tests.postgres import ROOT, Cluster


def _eventually(look: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not look():
        assert time.monotonic() < until
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    """Whether there is such a process that has not ended; an orphan may wait to be reaped."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_each_test_has_an_empty_database_of_its_own(postgres: Cluster, postgres_url: str) -> None:
    other = postgres.create_database()
    assert other != postgres_url
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    with psycopg.connect(other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT count(*) FROM kept")
    postgres.drop_database(other)


@pytest.mark.parametrize("how", ["fast", "immediate", "kill"])
def test_what_was_committed_is_there_after_it_was_ended_and_started(how: str) -> None:
    with Cluster(durable=True) as cluster:
        url = cluster.create_database()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            if how == "kill":
                cluster.kill()
            else:
                cluster.stop(how)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=2)
        cluster.start()
        assert _count(url) == 1
        folder = cluster.folder
    assert not folder.exists()


def test_binaries_that_the_servant_cannot_read_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Cluster._run

    def refused(self: Cluster, program: str, *rest: str) -> subprocess.CompletedProcess[bytes]:
        if program == "postgres" and self.folder not in self._binaries.parents:
            raise PermissionError
        return run(self, program, *rest)

    monkeypatch.setattr(servers.Cluster, "_run", refused)
    with Cluster() as cluster:
        assert cluster.folder in cluster._binaries.parents
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_ends_and_leaves_nothing_when_the_tests_are_killed() -> None:
    program = (
        "import time; from tests.postgres import Cluster; c = Cluster();"
        "print(c.folder, c._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        folder, pid = owner.stdout.readline().split()
        assert _runs(int(pid))
        os.kill(owner.pid, signal.SIGKILL)
    _eventually(lambda: not Path(folder).exists())
    _eventually(lambda: not _runs(int(pid)))
