"""`runbook erase`: it counts, asks, erases; beside a running bot that one does it."""

import asyncio
import json
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.app.erasing import Erasing, forget_old
from bot.app.erasure_list import listed
from bot.cli.main import main
from bot.edges.hatch import Hatch, ask, beside
from bot.edges.store import SqlLog, note_into
from tests.edges.store.making import AT, append, begin, note
from tests.edges.store.test_erasing import EVE, closed_run
from tests.fakes import FakeClock
from tests.hanging import HANG_S

Out = pytest.CaptureFixture[str]
GONE = "KC-1: the words of 5 entries and 2 people"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """KC-1, which is closed, and KC-2, which is open."""
    path = tmp_path / "runbook.db"

    async def make() -> None:
        async with await SqlLog.open(f"sqlite:///{path}") as log:
            await closed_run(Desk(log, FakeClock(AT)))
            run_id = await begin(log, channel="C2")
            await append(log, run_id, 1, [note("a word")])

    asyncio.run(make())
    for name in ("SLACK_BOT_TOKEN", "RUNBOOK_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", f"sqlite:///{path}")
    return path


def audited(capsys: Out) -> str:
    assert main(["audit", "KC-1"]) == 0
    return capsys.readouterr().out


def test_it_counts_and_changes_nothing(database: Path, capsys: Out) -> None:
    assert main(["erase", "kc-1", "--dry-run"]) == 0
    assert capsys.readouterr().out == f"{GONE}\n"
    assert "erased" not in audited(capsys)
    assert not listed(database).exists()


def test_where_nobody_can_be_asked_it_needs_yes(database: Path, capsys: Out) -> None:
    assert main(["erase", "KC-1"]) == 2
    assert "nothing was done; --yes does it without asking" in capsys.readouterr().err
    assert main(["erase", "KC-1", "--yes"]) == 0
    assert capsys.readouterr().out == f"{GONE}\nErased.\n"
    said = audited(capsys)
    assert "erased on" in said
    assert "by an operator: the words of entries 1, 3 to 4, 6 to 7 and people 1 to 2" in said
    assert main(["erase", "KC-1", "--yes"]) == 0
    assert capsys.readouterr().out == "Nothing to erase.\n"
    assert stat.S_IMODE(listed(database).stat().st_mode) == 0o600
    begun, ended = map(json.loads, listed(database).read_text().splitlines())
    assert ended == {"done": begun["id"]}


def test_what_a_reader_keeps_in_the_file_is_said(database: Path, capsys: Out) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM facts").fetchone()
        assert main(["erase", "KC-1", "--yes"]) == 1
        said = capsys.readouterr().out
        assert said.startswith(f"{GONE}\nErased.\nSome of it is still in the write-ahead log")
        assert main(["erase", "KC-1", "--yes"]) == 1
        assert "Run the same command again." in capsys.readouterr().err
    assert main(["erase", "KC-1", "--yes"]) == 0
    assert capsys.readouterr().out == "Nothing to erase.\n"


@pytest.mark.parametrize(("typed", "status"), [("yes", 0), ("no", 2), ("", 2)])
def test_on_a_terminal_it_asks(
    database: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("bot.cli.erase._typed", lambda _: typed)
    assert main(["erase", "KC-1"]) == status
    assert ("erased on" in audited(capsys)) is (status == 0)


def test_a_list_is_done_again_on_a_backup(database: Path, capsys: Out) -> None:
    backup = database.read_bytes()
    assert main(["erase", "KC-1", "--yes"]) == 0
    for path in database.parent.glob("runbook.db-*"):
        path.unlink()
    database.write_bytes(backup)
    assert "erased" not in audited(capsys)
    assert main(["erase", "--again", str(listed(database)), "--yes"]) == 0
    assert "by an operator: the words of entries 1, 3 to 4, 6 to 7 and people" in audited(capsys)


def test_a_line_that_was_never_finished_stops_no_other(database: Path, capsys: Out) -> None:
    assert main(["erase", "KC-1", "--yes"]) == 0
    with listed(database).open("a") as torn:
        torn.write('{"run":"KC-2","ent')
    capsys.readouterr()
    assert main(["erase", "--again", str(listed(database)), "--dry-run"]) == 0
    assert capsys.readouterr().out == "Nothing to erase.\n"
    # Who is killed over the first line of a list has erased nothing.
    listed(database).write_text('{"id":"0123456789abcdef","run":"KC-1","ent')
    assert main(["erase", "--again", str(listed(database)), "--dry-run"]) == 0
    assert capsys.readouterr().out == "Nothing to erase.\n"
    listed(database).write_text('{"run"\n' * 2)
    assert main(["erase", "--again", str(listed(database)), "--dry-run"]) == 1
    assert "no erasure list" in capsys.readouterr().err


def test_what_could_not_be_erased_is_in_the_exit_status(database: Path, capsys: Out) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE runs SET people = '{' WHERE run_id = 'KC-2'")
        connection.commit()
    assert main(["erase", "--person", EVE.id, "--yes"]) == 1
    assert "not erased: KC-2 is damaged" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what to erase"),
        (["KC-1", "--person", "U1"], "not allowed with"),
        (["--older-than", "400"], "an age is a number of days, such as 400d"),
        (["--fact", "KC-1"], "an entry is a run and a number, such as KC-7/12"),
    ],
)
def test_what_is_no_request_is_wrong_usage(
    database: Path, capsys: Out, words: Sequence[str], said: str
) -> None:
    try:
        status = main(["erase", *words])
    except SystemExit as left:
        status = int(str(left.code))
    assert status == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["KC-9"], "There is no run KC-9 here"),
        (["--fact", "KC-2/9"], "KC-2 has no entry 9: its last is 2"),
        (["--again", "/nowhere/list"], "No such file"),
        (["--rewrite", "--yes"], "An SQLite file needs no rewriting"),
    ],
)
def test_what_cannot_be_done_is_said(
    database: Path, capsys: Out, words: Sequence[str], said: str
) -> None:
    assert main(["erase", *words]) == 1
    assert said in capsys.readouterr().err


@contextmanager
def serving(database: Path) -> Iterator[list[str]]:
    """A bot that has the database, and answers beside it; what its desk was woken for."""
    woken: list[str] = []
    ready, end = threading.Event(), threading.Event()

    async def serve() -> None:
        async with await SqlLog.open(f"sqlite:///{database}") as log:
            desk = Desk(log, FakeClock(AT), woken=[woken.append])
            erasing = Erasing(desk, log, lambda line: note_into(listed(database), line))
            hatch = Hatch(beside(database), erasing.answer)
            await hatch.open()
            ready.set()
            await asyncio.to_thread(end.wait)
            await hatch.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(20)
        yield woken
    finally:
        end.set()
        thread.join()


def test_beside_a_running_bot_that_one_does_it(database: Path, capsys: Out) -> None:
    with serving(database) as woken:
        assert stat.S_IMODE(beside(database).stat().st_mode) == 0o600
        assert main(["erase", "KC-1", "--yes"]) == 0
        assert capsys.readouterr().out == f"{GONE}\nErased.\n"
        assert woken == ["KC-1"]
        assert main(["erase", "KC-9"]) == 1
        assert "There is no run KC-9" in capsys.readouterr().err
    assert not beside(database).exists()
    assert "erased on" in audited(capsys)


async def test_whoever_asks_nonsense_gets_no_answer_and_disturbs_nobody(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"

    async def handle(asked: dict[str, object]) -> dict[str, object]:
        return {"lines": [str(len(asked))]}

    hatch = Hatch(path, handle)
    await hatch.open()
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"nonsense\n")
    assert await reader.read() == b""
    writer.close()
    assert await ask(path, {"a": 1}) == {"lines": ["1"]}
    await hatch.close()
    assert await ask(path, {"a": 1}) is None
    path.touch()
    again = Hatch(path, handle)
    await again.open()
    assert await ask(path, {}) == {"lines": ["0"]}
    await again.close()


async def test_a_path_that_is_too_long_is_said_and_nothing_else_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(asked: dict[str, object]) -> dict[str, object]:
        raise AssertionError

    hatch = Hatch(tmp_path / ("x" * 120), handle)
    await hatch.open()
    assert "is too long for a socket" in caplog.text
    assert await ask(tmp_path / ("x" * 120), {}) is None
    await hatch.close()


async def test_where_no_socket_can_be_the_bot_serves_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(asked: dict[str, object]) -> dict[str, object]:
        raise AssertionError

    path = tmp_path / "x.sock"
    path.mkdir()
    hatch = Hatch(path, handle)
    await hatch.open()
    assert f"no socket at {path}" in caplog.text
    await hatch.close()


async def test_whoever_says_nothing_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def handle(asked: dict[str, object]) -> dict[str, object]:
        return {"lines": []}

    path = tmp_path / "x.sock"
    hatch = Hatch(path, handle)
    await hatch.open()
    _, writer = await asyncio.open_unix_connection(path)
    assert await ask(path, {}) == {"lines": []}
    monkeypatch.setattr("bot.edges.hatch.SAY_S", 0.05)
    late, silent = await asyncio.open_unix_connection(path)
    assert await late.read() == b""
    for one in (writer, silent):
        one.close()
    await hatch.close()


async def test_a_bot_that_ends_hangs_up_on_the_silent_and_answers_whom_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def handle(asked: dict[str, object]) -> dict[str, object]:
        begun.set()
        await (gate.wait() if asked else asyncio.Event().wait())
        return {"lines": []}

    path = tmp_path / "x.sock"
    hatch = Hatch(path, handle)
    async with asyncio.timeout(HANG_S):
        await hatch.open()
        silent, writer = await asyncio.open_unix_connection(path)
        asking = asyncio.create_task(ask(path, {"run": "KC-1"}))
        await begun.wait()
        closing = asyncio.create_task(hatch.close())
        assert await silent.read() == b""
        assert not asking.done()
        gate.set()
        assert await asking == {"lines": []}
        await closing
        writer.close()
        monkeypatch.setattr("bot.edges.hatch.END_S", 0.05)
        await hatch.open()
        begun.clear()
        endless = asyncio.create_task(ask(path, {}))
        await begun.wait()
        await hatch.close()
        with pytest.raises(OSError, match="ended without an answer"):
            await endless


async def test_an_answer_that_takes_too_long_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def handle(asked: dict[str, object]) -> dict[str, object]:
        begun.set()
        await gate.wait()
        return {"lines": []}

    hatch = Hatch(tmp_path / "x.sock", handle)
    await hatch.open()
    monkeypatch.setattr("bot.edges.hatch.WAIT_S", 0.3)
    with pytest.raises(OSError, match="did not answer within"):
        await ask(tmp_path / "x.sock", {})
    gate.set()
    await hatch.close()


async def test_another_version_of_the_command_is_refused(tmp_path: Path) -> None:
    async with await SqlLog.open(f"sqlite:///{tmp_path / 'r.db'}") as log:
        job = Erasing(Desk(log, FakeClock(AT)), log, lambda _: None)
        answer = await job.answer({"run": "KC-1", "and": "more"})
    assert answer == {"refused": "The bot is of another version than this command."}


async def test_what_is_old_goes_by_itself_and_once(tmp_path: Path) -> None:
    async with await SqlLog.open(f"sqlite:///{tmp_path / 'r.db'}") as log:
        await closed_run(Desk(log, FakeClock(AT)))
        clock = FakeClock(AT.replace(year=2028))
        erased = asyncio.Event()
        desks = [Desk(log, clock, woken=[lambda _: erased.set()]) for _ in range(2)]
        jobs = [Erasing(desk, log, lambda _: None) for desk in desks]
        tasks = [asyncio.create_task(forget_old(job, 400)) for job in jobs]
        async with asyncio.timeout(HANG_S):
            await erased.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        checked = await log.checked("KC-1")
    assert checked.faults == ()
    (said,) = checked.erased
    assert said.startswith("erased on 2028-11-01 by the bot, for its age: ")


def test_what_an_open_run_needs_is_noted_and_said(database: Path, capsys: Out) -> None:
    later = "its people, inputs and what was seen are erased when it is closed"
    assert main(["erase", "KC-2", "--yes"]) == 0
    said = f"KC-2: the words of 1 entry; {later}\nErased.\n"
    assert capsys.readouterr().out == said
    assert main(["erase", "KC-2", "--yes"]) == 0
    assert capsys.readouterr().out == f"KC-2: nothing yet; {later}\nNoted.\n"


def test_a_line_that_a_full_disk_cut_off_spoils_no_other(database: Path, capsys: Out) -> None:
    with listed(database).open("a") as torn:
        torn.write('{"id":"a1","run":"KC-2","ent')
    assert main(["erase", "KC-1", "--yes"]) == 0
    capsys.readouterr()
    assert len(listed(database).read_text().splitlines()) == 3
    assert main(["erase", "--again", str(listed(database)), "--dry-run"]) == 1
    assert "line 1 of the list cannot be read" in capsys.readouterr().err
