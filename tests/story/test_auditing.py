"""What is outside of the database tells of it: a file that was uploaded, the boards in Slack."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import audit as audit_command
from bot.cli.main import main
from bot.core.run.events import FileUploaded
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import Someone
from tests.story.test_exporting import _files, _text
from tests.story.test_witness import rewrite

Audit = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def audit(bot: Bot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Audit:
    """Runs `runbook audit` as an operator does, beside the bot: its status, and what it says."""
    for name, value in bot.environ.items():
        monkeypatch.setenv(name, value)

    async def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        status = await asyncio.to_thread(main, ["audit", *words])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


async def under_way(ana: Someone) -> str:
    """A run with two entries that its board shows; the board's ts."""
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    return str((await ana.board("MI-1", "since"))["ts"])


def copied(bot: Bot, name: str) -> Path:
    """A copy of the stopped bot's database, with what stands in its journal only."""
    made = bot.database.with_name(name)
    with closing(sqlite3.connect(bot.database)) as here, closing(sqlite3.connect(made)) as there:
        here.backup(there)
    return made


def put_back(bot: Bot, older: Path) -> None:
    for end in ("", "-wal", "-shm"):
        bot.database.with_name(bot.database.name + end).unlink(missing_ok=True)
    shutil.copy(older, bot.database)


async def test_a_file_is_known_as_the_one_that_was_uploaded_and_a_changed_one_is_not(
    bot: Bot, ana: Someone, audit: Audit, tmp_path: Path
) -> None:
    await under_way(ana)
    await ana.does("Post-mortem")

    async def recorded() -> bool | None:
        return "file_uploaded" in await bot.kinds("MI-1") or None

    await ana.eventually(recorded, "the entry of the file")
    (uploaded,) = await _files(ana)
    file = tmp_path / "kept.md"
    file.write_text(await _text(uploaded), "utf-8")
    facts = await bot.facts("MI-1")
    status, said = await audit(str(file))
    assert status == 0
    assert f"{file}: the post-mortem of MI-1, uploaded by the bot at " in said
    assert f"(entry 4, in Slack {uploaded['id']})" in said
    assert f"It tells MI-1 up to entry 3; the log hash was {facts[2].hash}" in said
    assert "MI-1: 4 entries, each follows from the one before it" in said
    assert "cannot be checked without the record" in said
    event = facts[3].event
    assert isinstance(event, FileUploaded)
    _, said = await audit("mi-1")
    assert f"entry 4: the post-mortem was uploaded, SHA-256 {event.sha256}" in said
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    status, said = await audit(str(file))
    assert status == 1
    assert f"{file}: no entry of this record says that the bot uploaded it" in said
    status, said = await audit(str(tmp_path / "none.md"))
    assert status == 1
    assert "there is no file" in said
    assert (await audit(str(file), "--slack"))[0] == 2


async def test_boards_of_a_running_bot_agree_with_the_record(
    bot: Bot,
    ana: Someone,
    audit: Audit,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await under_way(ana)
    status, said = await audit("MI-1", "--slack")
    assert status == 0, said
    assert "MI-1: its board shows entry 2, with a log hash that is in the record" in said
    monkeypatch.setattr(audit_command, "SILENT_S", 0.0)
    status, said = await audit("--slack")
    first, *progress = said.splitlines()
    assert (status, first) == (0, "1 board compared: 1 in order")
    read, compared = progress
    assert re.fullmatch(r"C0INCIDENTS: read back to 20[0-9: -]+ UTC, 1 board so far", read)
    assert compared == "C0INCIDENTS: comparing 1 of 1 run"
    async with bot.painting_nothing(people):
        await ana.does("Done", row="step 1")
        await audit("--all", "--slack")
        status, said = await audit("MI-1", "--slack")
    assert status == 0, "the painter is only behind"
    assert "later entr" in said
    await people.faults(
        rules=[{"method": "conversations.history", "fault": "429", "seconds": 1, "times": 2}]
    )
    assert (await audit("--slack"))[0] == 0, "it waits as long as Slack asks"


async def test_a_chain_that_was_calculated_again_is_betrayed_by_its_board(
    bot: Bot, ana: Someone, audit: Audit
) -> None:
    await under_way(ana)
    await bot.stop()
    rewrite(bot)
    assert (await audit("MI-1"))[0] == 0, "the database agrees with itself"
    for words in (["MI-1", "--slack"], ["--slack"]):
        status, said = await audit(*words)
        assert status == 1
        assert "MI-1: its board shows another log hash of entry 2 than the record" in said


async def test_an_older_copy_and_a_run_that_it_has_not_are_betrayed_by_the_boards(
    bot: Bot, ana: Someone, audit: Audit
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await bot.stop()
    older = copied(bot, "older.db")
    await bot.start()
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")
    await ana.types("/runbook long-haul")
    await ana.board("LH-1")
    await bot.stop()
    put_back(bot, older)
    assert (await audit("--all"))[0] == 0, "the database agrees with itself"
    status, said = await audit("--slack")
    assert status == 1
    assert "MI-1: its board shows entry 2, and the record ends with 1: entries were cut off" in said
    assert "LH-1: a board in Slack shows entry 1 of it, and the record has no such run" in said
    assert "2 boards compared: 0 in order, 2 not" in said


async def test_entries_that_were_cut_off_at_the_end_are_betrayed_by_the_board(
    bot: Bot, ana: Someone, audit: Audit
) -> None:
    await under_way(ana)
    await bot.stop()
    with sqlite3.connect(bot.database) as connection:
        connection.execute("DELETE FROM facts WHERE seq = 2")
        connection.execute("UPDATE runs SET facts = 1, head = (SELECT hash FROM facts)")
    connection.close()
    assert (await audit("MI-1"))[0] == 0, "the database agrees with itself"
    status, said = await audit("MI-1", "--slack")
    assert status == 1
    assert "its board shows entry 2, and the record ends with 1" in said


async def test_what_cannot_be_compared_is_said_and_is_no_change(
    bot: Bot, ana: Someone, audit: Audit, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ts = await under_way(ana)
    await bot.stop()
    await people.faults(
        rules=[{"method": "conversations.history", "fault": "error", "error": "not_in_channel"}]
    )
    status, said = await audit("MI-1", "--slack")
    assert status == 1
    assert "MI-1: its board cannot be read (not_in_channel)" in said
    status, said = await audit("--slack")
    assert status == 1
    assert "cannot be read (not_in_channel), so 1 board there could not be compared" in said
    await people.faults()
    await people.delete("U0ANA", "C0INCIDENTS", ts)
    for words in (["MI-1", "--slack"], ["--slack"]):
        status, said = await audit(*words)
        assert status == 1
        assert "MI-1: its board is not in Slack any more: deleted there (" in said
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    status, said = await audit("--slack")
    assert status == 1
    assert "set SLACK_BOT_TOKEN" in said
