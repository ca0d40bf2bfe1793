"""What is promised when something breaks: the log, Slack, our own code; and what is never told."""

import asyncio
import copy
import logging
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.core.engine.decide import decide
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import Someone, words

START = "/runbook mend-it thing=lamp"


class Locked:
    """Someone holds the database, as a careless backup would: nothing can be recorded."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


async def test_every_click_is_acknowledged_while_slack_answers_no_call_in_time(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")
    await people.faults(rules=[{"method": "*", "fault": "latency", "seconds": 6}])
    # Had one of these waited for a call, three seconds would be over before its acknowledgement.
    for label, row in (("Take", "step 1"), ("Note…", "step 1"), ("Verify now", "")):
        assert (await ana.clicks(label, board, row=row))["ok"]
    assert await ana.types("/runbook status")
    kinds = await bot.kinds("MI-1")
    assert "step_taken" in kinds
    assert "verification_requested" in kinds
    await people.faults()


async def test_a_log_that_cannot_be_written_is_said_so_and_nothing_is_ticked(
    bot: Bot, ana: Someone, people: PersonClient, caplog: pytest.LogCaptureFixture
) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")
    with Locked(bot.database):
        assert (await ana.clicks("Take", board, row="step 1"))["ok"]
        told = words(await ana.told("I could not record that"))
    reference = re.search(r"Reference ([0-9A-F]{4})", told)
    assert reference is not None
    assert [reference[1] in r.getMessage() for r in caplog.records].count(True) == 1
    assert "since" not in words(await ana.board("MI-1"))
    assert len(await bot.facts("MI-1")) == 1
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")


async def test_a_form_keeps_what_was_written_while_the_log_cannot_be_written(
    bot: Bot, ana: Someone
) -> None:
    await ana.types(START)
    await ana.does("Skip…", row="step 1")
    with Locked(bot.database):
        refused = await ana.fills({"Why": "no need"})
    assert "could not record" in refused["errors"]["reason"]
    assert (await ana.fills({}))["ok"]
    await ana.board("MI-1", "no need")


async def test_a_command_is_answered_while_the_log_cannot_be_written(
    bot: Bot, ana: Someone
) -> None:
    with Locked(bot.database):
        assert "could not record" in await ana.types(START)
    assert await ana.boards() == []
    await ana.types(START)
    await ana.board("MI-1")


async def test_a_board_that_is_deleted_while_the_log_cannot_be_written_comes_back(
    bot: Bot, ana: Someone, people: PersonClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack tells of it again, since it was not acknowledged."""
    await ana.types(START)
    first = await ana.board("MI-1")

    async def refused() -> bool:
        # Or the painter was about the board just then, and looks after it itself.
        said = ("a lost message could not be recorded", "MI-1/board: the log cannot be used")
        return any(words in caplog.text for words in said)

    with Locked(bot.database):
        await ana.deletes(first)
        await people.until(refused)

    async def another() -> bool:
        await people.advance(2)
        return any(m["ts"] != first["ts"] for m in await ana.boards())

    await people.until(another)


async def test_a_fault_of_ours_is_told_with_a_reference_and_logged_once(
    bot: Bot, ana: Someone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr("bot.app.desk.decide", broken)
    await ana.clicks("Take", board, row="step 1")
    told = words(await ana.told("Something went wrong on my side"))
    reference = re.search(r"Reference ([0-9A-F]{4})", told)
    assert reference is not None
    logged = [r for r in caplog.records if r.exc_info and r.exc_info[0] is ZeroDivisionError]
    assert len(logged) == 1
    assert reference[1] in logged[0].getMessage()
    assert "ZeroDivision" not in told
    assert "went wrong" in await ana.types("/runbook export MI-1")
    monkeypatch.setattr("bot.app.desk.decide", decide)
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")


async def test_a_click_on_what_the_bot_never_showed_is_told_and_changes_nothing(
    bot: Bot, ana: Someone, workspace: Workspace
) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")
    message = workspace.world.state.channels[ana.channel].messages[board["ts"]]
    # The workspace may share what two messages hold alike, so the change is made in a copy.
    message.blocks = copy.deepcopy(message.blocks or [])
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == "verify":
                element["action_id"] = "explode"
    await ana.clicks("Verify now", await ana.board("MI-1"))
    await ana.told("went wrong")
    assert len(await bot.facts("MI-1")) == 1


async def test_no_token_and_no_secret_reaches_the_log(
    bot: Bot, ana: Someone, people: PersonClient, workspace: Workspace, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)
    await ana.types(START)
    await ana.does("Take", row="step 1")
    rules = [
        {"method": "chat.update", "fault": "drop_before", "times": 1},
        {"method": "apps.connections.open", "fault": "5xx", "times": 1},
    ]
    await ana.does("Take", await ana.board("MI-1"), row="step 5")
    await ana.types("/runbook export MI-1")
    await ana.thread("Post-mortem of MI-1")
    await people.faults(rules=rules, socket="cut")

    async def reconnected() -> bool:
        opened = await people.calls("apps.connections.open")
        return [call["ok"] for call in opened].count(True) > 1

    await people.until(reconnected)
    await bot.stop()
    seen = caplog.text
    assert seen
    for secret in (workspace.bot_token, workspace.app_token, workspace.signing_secret):
        assert secret not in seen
    assert "ticket=" not in seen.replace("ticket=…", "")
    assert workspace.world.app.verification_token not in seen
    await bot.start()


async def test_a_socket_that_is_refreshed_loses_no_click(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook long-haul")
    board = await ana.board("LH-1")
    await ana.does("Show all steps", board)
    page = await ana.form()
    clicks = [ana.clicks("Take", page, row=f"step 1.{n}") for n in range(1, 4)]
    answers = asyncio.gather(*clicks)
    await people.faults(socket="refresh")
    taken = [answer["ok"] for answer in await answers].count(True)
    assert (await bot.kinds("LH-1")).count("step_taken") >= taken


async def test_a_socket_that_is_cut_is_opened_again(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    rules = [{"method": "apps.connections.open", "fault": "5xx", "times": 1}]
    await people.faults(socket="cut", rules=rules)

    async def answered() -> bool:
        said = await people.command(ana.id, ana.channel, "/runbook", "status")
        return bool(said["ok"])

    await people.until(answered)
    await people.faults()
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")


async def test_a_form_that_does_not_open_is_told_and_the_person_presses_again(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    await people.faults(rules=[{"method": "views.open", "times": 1, "fault": "5xx"}])
    await ana.does("Skip…", row="step 1")
    assert words(await ana.form())
    assert any("did not open" in words(told) for told in await ana.whispers())
