"""A database that cannot be used is refused when it is opened, in one line that says what to do."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.edges.store import SqlLog, StoreError, sqlite
from bot.edges.store.migrate import _config
from bot.edges.store.schema import REVISION, metadata
from tests.edges.store.making import append, begin, note


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


async def refusal(path: Path | str) -> str:
    url = path if isinstance(path, str) else f"sqlite:///{path}"
    with pytest.raises(StoreError) as refused:
        await SqlLog.open(url)
    message = str(refused.value)
    assert "\n" not in message
    return message


def remount(place: Path) -> None:
    command = ["mount", "-o", "remount,ro", str(place)]
    subprocess.run(command, check=True)  # noqa: S603 - ours


async def filled(path: Path, notes: int = 1) -> None:
    async with await SqlLog.open(f"sqlite:///{path}") as log:
        run_id = await begin(log)
        await append(log, run_id, 1, [note("x" * 1000)] * notes)


async def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "a folder, 100% odd" / "run book.db"
    path.parent.mkdir()
    await filled(path)
    async with await SqlLog.open(f"sqlite:///{path}") as log:
        (run,) = await log.runs()
        assert run.run_id == "KC-1"
        assert await log.audit("KC-1") == (await log.read("KC-1"))[-1].hash


async def test_commits_are_durable_and_readers_cannot_write(store: SqlLog) -> None:
    with store._database.clicks._engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 500,
    }
    with store._database.reading._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA query_only").scalar() == 1


async def test_the_migrations_build_exactly_the_schema(tmp_path: Path) -> None:
    await filled(tmp_path / "r.db")
    engine = sqlite.reading(tmp_path / "r.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    assert ScriptDirectory.from_config(_config()).get_heads() == [REVISION]


def test_a_current_database_is_opened_without_loading_alembic(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from bot.edges.store import SqlLog\n"
        "async def main():\n"
        f"    async with await SqlLog.open('sqlite:///{tmp_path}/r.db'): pass\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    loaded = [
        subprocess.run(  # noqa: S603 - this Python, our text
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert loaded == ["True", "False"]


async def test_a_second_process_is_told_whom_to_stop(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    async with await SqlLog.open(f"sqlite:///{path}"):
        message = await refusal(path)
        assert f"in use by process {os.getpid()} on " in message
        link = tmp_path / "link.db"
        link.symlink_to(path)
        assert "in use by" in await refusal(link)
    await filled(path)


SHUT_OUT = ("UPDATE compatibility SET oldest = '9999'",)


async def test_a_newer_version_that_this_one_can_live_with_is_used(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    await filled(path)
    execute(path, "UPDATE alembic_version SET version_num = '9999'")
    async with await SqlLog.open(f"sqlite:///{path}") as log:
        await append(log, "KC-1", 2, [note("by the older one")])


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    await filled(path)
    execute(path, "UPDATE alembic_version SET version_num = '9999'", *SHUT_OUT)
    before = path.read_bytes()
    assert await refusal(path) == f"{path} was written by a newer version; upgrade the bot"
    assert path.read_bytes() == before


async def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    execute(path, "CREATE TABLE theirs (x)")
    assert "another program; name another one" in await refusal(path)
    execute(path, "INSERT INTO theirs VALUES (1)")


async def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    await filled(path, notes=50)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8192] = b"\xa5" * 8192
    path.write_bytes(content)
    assert "restore the last backup" in await refusal(path)


async def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    await filled(path, notes=50)
    path.write_bytes(path.read_bytes()[:9000])
    assert "restore the last backup" in await refusal(path)


async def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, today the keys leaked again.")
    assert "is not an SQLite database; name another file" in await refusal(path)
    assert path.read_text().startswith("Dear diary")


async def test_a_path_without_its_folder_is_refused(tmp_path: Path) -> None:
    assert f"mkdir -p {tmp_path}/no/such" in await refusal(tmp_path / "no" / "such" / "r.db")
    assert "is a folder" in await refusal(tmp_path)


async def test_a_folder_that_cannot_be_written_is_refused(small_disk: Path) -> None:
    await filled(small_disk / "r.db")
    remount(small_disk)
    assert "cannot write in" in await refusal(small_disk / "r.db")
    assert "cannot write in" in await refusal(small_disk / "new.db")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "runbook.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///r.db?mode=ro",
        "mysql://bot:hush@db/runbook",
        "nonsense://x",
        "sqlite:///\0.db",
    ],
)
async def test_a_url_that_names_no_file_is_refused_with_one_that_does(url: str) -> None:
    message = await refusal(url)
    assert "write" in message
    assert "sqlite:///runbook.db" in message
    assert "hush" not in message
