"""The post-mortem: in the thread once, with names, and at the terminal beside a running bot."""

import asyncio
import os
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot import config, ground
from bot.app import courier, hindrances
from bot.cli import log as log_commands
from bot.cli import main as cli
from bot.core.engine.decide import Refused
from bot.demo.workspace.client import PersonClient
from bot.edges import press
from tests.hanging import HANG_S
from tests.story.conftest import Bot
from tests.story.driver import Json, Someone, words

START = "/runbook mend-it thing=lamp"


async def _files(ana: Someone, run: str = "MI-1") -> list[Json]:
    board = await ana.board(run)
    return [f for m in await ana.messages(board["ts"]) for f in m.get("files", [])]


async def _text(file: Json) -> str:
    def read() -> bytes:
        with urllib.request.urlopen(file["permalink"]) as answer:  # noqa: S310 - the workspace
            body: bytes = answer.read()
            return body

    return (await asyncio.to_thread(read)).decode()


async def _story(ana: Someone, ben: Someone) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")
    await ana.does("Take", board, row="step 1")
    await ben.says("I saw the lamp fall", board["ts"])
    await ben.does("Done", await ben.board("MI-1", "since"))
    await ana.board("MI-1", "1 of 5")


@pytest.fixture
def in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Post-mortems are written where the bot writes them."""
    monkeypatch.setattr(ground, "Press", partial(press.Press, longest=HANG_S))


async def test_the_file_is_in_the_thread_once_with_names_talk_and_both_people(
    in_a_process: None, bot: Bot, ana: Someone, ben: Someone
) -> None:
    await _story(ana, ben)
    await ana.does("Post-mortem")
    await ana.thread("Post-mortem of MI-1")
    (file,) = await _files(ana)
    text = await _text(file)
    assert "I saw the lamp fall" in text
    assert "Ana Ferreira" in text
    assert "Ben Okafor" in text
    assert "U0ANA" not in text
    assert "U0BEN" not in text


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "5xx"])
@pytest.mark.parametrize("method", ["files.completeUploadExternal", "files.getUploadURLExternal"])
async def test_the_file_is_in_the_thread_once_through_every_trouble(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient, fault: str, method: str
) -> None:
    await _story(ana, ben)
    await people.faults(rules=[{"method": method, "fault": fault, "times": 1}])
    await ana.types("/runbook export MI-1")
    await ana.thread("Post-mortem of MI-1")
    await ana.types("/runbook export MI-1")

    async def two() -> bool | None:
        return len({f["name"] for f in await _files(ana)}) == 2 or None

    await ana.eventually(two, "the second file")
    assert len(await _files(ana)) == 2


async def test_a_run_is_exported_at_the_terminal_while_the_bot_runs(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await _story(ana, ben)
    content, wrong = await log_commands.export(config.read(bot.environ), "MI-1")
    text = content.decode()
    assert wrong == ""
    assert "I saw the lamp fall" in text
    assert "U0BEN" not in text
    with pytest.raises(Refused, match="no run MI-9 in the database"):
        await log_commands.export(config.read(bot.environ), "MI-9")
    await ana.does("Take", row="step 2")
    await ana.board("MI-1", "since")


def test_an_unknown_run_or_no_database_is_one_line_and_status_1(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["export", "MI-1"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "there is no database" in said.err


# What does not come is told of, once. -----------------------------------------------------------

HANGS = "import time\ntime.sleep(60)\n"
KILLED = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Has each process that writes a post-mortem do what is said; a file with a line for each."""

    def made(what: str) -> Path:
        counted, first = tmp_path / "attempts", tmp_path / "first"
        first.mkdir()
        (first / "sitecustomize.py").write_text(
            f"with open({str(counted)!r}, 'a') as file:\n    print('one', file=file)\n{what}",
            "utf-8",
        )
        monkeypatch.setattr(press, "_ROOT", f"{first}{os.pathsep}{press._ROOT}")
        monkeypatch.setattr(ground, "Press", partial(press.Press, longest=1.0))
        monkeypatch.setattr(courier, "PAUSE", 0.1)
        return counted

    return made


async def _told(ana: Someone, board: Json) -> list[str]:
    return [words(m) for m in await ana.messages(board["ts"]) if "no post-mortem" in words(m)]


@pytest.mark.parametrize(
    ("what", "why"), [(HANGS, "takes longer than 1 s"), (KILLED, "ended with SIGKILL")]
)
async def test_a_post_mortem_that_is_never_written_ends_across_a_restart_and_is_told_once(
    bot: Bot, ana: Someone, attempts: Callable[[str], Path], what: str, why: str
) -> None:
    counted = attempts(what)
    await bot.stop()
    await bot.start()
    await ana.types(START)
    board = await ana.board("MI-1")
    await ana.types("/runbook export MI-1")

    async def tried() -> bool | None:
        return (counted.exists() and counted.read_text().count("\n") >= 2) or None

    await ana.eventually(tried, "two attempts")
    await bot.stop()
    await bot.start()
    await ana.thread("There is no post-mortem of MI-1 here")
    (told,) = await _told(ana, board)
    assert "<@U0ANA>" in told
    assert f"{why}. The bot's log says more." in told
    assert "/runbook export MI-1" in told
    assert counted.read_text().count("\n") == courier.GIVEN_UP
    await bot.stop()
    await bot.start()
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")
    assert len(await _told(ana, board)) == 1
    async with bot.log() as log:

        async def nothing_waits() -> bool | None:
            return (await log.outbox.backlog(0)).waiting == 0 or None

        await ana.eventually(nothing_waits, "everything shown")


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("files.getUploadURLExternal", "file_upload_size_restricted"),
        ("files.getUploadURLExternal", "file_uploads_disabled"),
        ("files.completeUploadExternal", "file_not_found"),
        ("files.completeUploadExternal", "snippet_too_large"),
        ("files.completeUploadExternal", "missing_scope"),
        ("files.completeUploadExternal", "something_new"),
    ],
)
async def test_a_file_that_slack_does_not_take_is_told_of_once(
    bot: Bot,
    ana: Someone,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    error: str,
) -> None:
    monkeypatch.setattr(courier, "PAUSE", 0.1)
    await ana.types(START)
    board = await ana.board("MI-1")
    await people.faults(rules=[{"method": method, "fault": "error", "error": error}])
    await ana.types("/runbook export MI-1")
    await ana.thread("There is no post-mortem of MI-1 here")
    assert "<@U0ANA>" in (await _told(ana, board))[0]
    await people.faults()
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")
    assert len(await _told(ana, board)) == 1
    await ana.types("/runbook export MI-1")
    await ana.thread("Post-mortem of MI-1")


async def test_whoever_asked_for_a_file_that_was_refused_for_a_while_is_told_that_it_is_there(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the file nor the word that there is none could be brought into the thread."""
    monkeypatch.setattr(hindrances, "REFUSED_PAUSE", 0.3)
    await ana.types(START)
    board = await ana.board("MI-1")
    posts = {"method": "chat.postMessage", "fault": "error", "error": "restricted_action"}
    files = {"method": "files.getUploadURLExternal", "fault": "error"}
    await people.faults(rules=[posts, files | {"error": "file_uploads_disabled"}])
    await ben.types("/runbook export MI-1")

    async def refused() -> bool | None:
        return any(not c["ok"] for c in await people.calls("chat.postMessage")) or None

    async def is_said() -> bool | None:
        return "(`restricted_action`)" in await ben.types("/runbook status MI-1") or None

    await ben.eventually(refused, "the refusal")
    # It is said once it is in the record, which is a moment later.
    await ben.eventually(is_said, "the refusal in the answer")
    await people.faults()
    await ben.thread("Post-mortem of MI-1")
    told = words(await ben.told("The post-mortem of MI-1 is"))
    assert "|in its thread>" in told
    said = [words(m) for m in await ben.messages(board["ts"])]
    assert sum("Post-mortem of MI-1" in one for one in said) == 1
    assert not any("no post-mortem" in one for one in said)
