"""`runbook export --format json`, and `runbook audit FILE` of it: with the record, and without."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.edges.store import SqlLog
from tests.edges.store.making import append, begin, note

Out = pytest.CaptureFixture[str]


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """KC-1 as data; its record is there."""
    path = tmp_path / "runbook.db"

    async def make() -> None:
        async with await SqlLog.open(f"sqlite:///{path}") as log:
            run_id = await begin(log)
            await append(log, run_id, 1, [note("one"), note("two"), note("three")])

    asyncio.run(make())
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", f"sqlite:///{path}")
    file = tmp_path / "KC-1.json"
    assert main(["export", "KC-1", "--format", "json", "--output", str(file)]) == 0
    return file


def test_a_file_is_followed_and_its_log_hash_is_asked_of_the_record(
    exported: Path, capsys: Out
) -> None:
    assert json.loads(exported.read_text())["schema"] == "run/v1"
    assert main(["audit", str(exported)]) == 0
    said = capsys.readouterr().out
    assert "KC-1: 4 entries, each follows from the one before it; log hash " in said
    assert "What it says of the run is what its entries say" in said
    assert "KC-1: that log hash is entry 4's" in said


def test_without_the_record_it_says_that_nobody_was_asked(
    exported: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.db'}")
    assert main(["audit", str(exported)]) == 0
    said = capsys.readouterr().out
    assert "There is no record here to ask for its log hash" in said
    assert "only the record and the board in Slack know its log hash" in said


def test_a_word_that_was_changed_is_told_of(exported: Path, capsys: Out) -> None:
    exported.write_text(exported.read_text().replace("three", "threw"))
    assert main(["audit", str(exported)]) == 1
    assert "KC-1: changed: the words of entry 4 are not those that were recorded" in (
        capsys.readouterr().out
    )


def test_a_run_of_another_record_is_none_of_this_one(
    exported: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"

    async def make() -> None:
        async with await SqlLog.open(other) as log:
            await begin(log)

    asyncio.run(make())
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", other)
    assert main(["audit", str(exported)]) == 1
    assert "that log hash is not in the record" in capsys.readouterr().out


def test_what_is_cut_off_is_no_such_file_and_what_lacks_a_part_says_which(
    exported: Path, capsys: Out
) -> None:
    data = json.loads(exported.read_text())
    del data["steps"]
    exported.write_text(json.dumps(data))
    assert main(["audit", str(exported)]) == 1
    assert "it is no run/v1: steps: Field required" in capsys.readouterr().err
