"""`runbook audit` of all runs and with a log hash, and runs that are missing."""

import asyncio
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.core.run import events as e
from bot.edges.store import SqlLog
from tests.edges.store.making import append, begin, note

Out = pytest.CaptureFixture[str]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """KC-1 with four entries, KC-2 and KC-3 with one."""
    path = tmp_path / "runbook.db"

    async def make() -> None:
        async with await SqlLog.open(f"sqlite:///{path}") as log:
            run_id = await begin(log)
            await begin(log, channel="C2")
            await begin(log, channel="C3")
            await append(log, run_id, 1, [note("one"), note("two"), note("three")])

    asyncio.run(make())
    for name in ("SLACK_BOT_TOKEN", "RUNBOOK_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", f"sqlite:///{path}")
    return path


def change(path: Path, *deeds: str) -> None:
    with sqlite3.connect(path) as connection:
        for deed in deeds:
            connection.execute(deed)
    connection.close()


def calculate_again(path: Path) -> None:
    """What who can write the file can do: every hash of KC-1 made to fit, the run's row too."""
    with sqlite3.connect(path) as connection:
        head = e.GENESIS
        rows = connection.execute(
            "SELECT seq, at, body FROM facts WHERE run_id = 'KC-1' ORDER BY seq"
        ).fetchall()
        for seq, at, body in rows:
            head = e.chain(head, "KC-1", seq, datetime.fromisoformat(at), body)
            connection.execute(
                "UPDATE facts SET hash = ? WHERE run_id = 'KC-1' AND seq = ?", (head, seq)
            )
        connection.execute("UPDATE runs SET head = ? WHERE run_id = 'KC-1'", (head,))
    connection.close()


def test_a_record_that_is_in_order_says_so_in_its_post_mortem(database: Path, capsys: Out) -> None:
    assert main(["export", "KC-1"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# Post-mortem")
    assert "The record was checked: 4 entries, and each follows from the one before it." in text
    assert main(["audit", "--all"]) == 0
    assert capsys.readouterr().out == "3 runs checked: 3 in order, 0 changed\n"


def test_what_only_people_can_write_is_asked_for_by_its_exit_status(
    database: Path, capsys: Out
) -> None:
    assert main(["export", "kc-1", "--check"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("KC-1: missing\n- Summary\n- Impact\n")
    assert "- Action items\n" in said
    assert main(["export", "KC-77", "--check"]) == 1
    assert "there is no run KC-77" in capsys.readouterr().err


def test_a_deleted_run_leaves_a_gap_that_is_counted(database: Path, capsys: Out) -> None:
    change(database, "DELETE FROM facts WHERE run_id = 'KC-2'", "DELETE FROM runs WHERE number = 2")
    assert main(["audit", "--all"]) == 1
    assert "KC-2: missing, though it was started" in capsys.readouterr().out


def test_the_last_run_is_missed_as_well_and_its_number_is_not_given_again(
    database: Path, capsys: Out
) -> None:
    change(database, "DELETE FROM facts WHERE run_id = 'KC-3'", "DELETE FROM runs WHERE number = 3")
    assert main(["audit", "--all"]) == 1
    assert "KC-3: missing, though it was started" in capsys.readouterr().out

    async def next_one() -> str:
        async with await SqlLog.open(f"sqlite:///{database}") as log:
            return await begin(log, channel="C3")

    assert asyncio.run(next_one()) == "KC-4"
    assert main(["audit", "--all"]) == 1
    assert "KC-3: missing, though it was started" in capsys.readouterr().out


def test_runs_that_an_older_program_started_are_counted_by_their_rows(
    database: Path, capsys: Out
) -> None:
    change(database, "UPDATE numbers SET last = 1")
    assert main(["audit", "--all"]) == 0

    async def next_one() -> str:
        async with await SqlLog.open(f"sqlite:///{database}") as log:
            return await begin(log, channel="C4")

    assert asyncio.run(next_one()) == "KC-4"
    assert main(["audit", "--all"]) == 0
    assert "4 runs checked" in capsys.readouterr().out


def test_a_first_run_is_missed_where_only_an_older_program_gave_numbers(
    database: Path, capsys: Out
) -> None:
    change(
        database,
        "DELETE FROM numbers",
        "DELETE FROM facts WHERE run_id = 'KC-1'",
        "DELETE FROM runs WHERE number = 1",
    )
    assert main(["audit", "--all"]) == 1
    assert "KC-1: missing, though it was started" in capsys.readouterr().out


def test_a_log_hash_from_outside_is_looked_for_in_the_record(database: Path, capsys: Out) -> None:
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT hash FROM facts WHERE run_id = 'KC-1' AND seq = 3")
        ((head,),) = found.fetchall()
    connection.close()
    assert main(["audit", "KC-1", "--head", head.upper()]) == 0
    assert "that log hash is entry 3's" in capsys.readouterr().out
    change(database, "UPDATE facts SET body = replace(body, ':1}', ': 1}') WHERE seq = 3")
    calculate_again(database)
    assert main(["audit", "KC-1"]) == 0, "who can write the file can make a record that follows"
    assert main(["audit", "KC-1", "--head", head]) == 1
    assert "that log hash is not in the record" in capsys.readouterr().out


def test_a_log_hash_goes_with_one_run_and_has_64_digits(database: Path, capsys: Out) -> None:
    assert main(["audit", "--all", "--head", "0" * 64]) == 2
    with pytest.raises(SystemExit) as ended:
        main(["audit", "KC-1", "--head", "5005…5817"])
    assert ended.value.code == 2
    assert "64 digits" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["audit", "export"])
def test_a_run_that_there_is_not_is_told_with_the_database(
    database: Path, command: str, capsys: Out
) -> None:
    """It may be in another one; nothing of Slack's helps at a terminal."""
    assert main([command, "kc-99"]) == 1
    said = f"runbook: there is no run KC-99 in the database {database}\n"
    assert capsys.readouterr().err == said
