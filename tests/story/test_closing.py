"""How a run ends in the channel: looked at once more, whatever happens while that is being done."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from bot.core.run import events as e
from bot.demo.workspace.client import PersonClient
from tests.facts import event
from tests.hanging import HANG_S
from tests.story.conftest import Bot, Child, System
from tests.story.driver import Someone, has, words

START = "/runbook mend-it thing=lamp"


async def _ready(ana: Someone, system: System) -> None:
    """A run of which everything can be seen to be well, and its last line is confirmed."""
    system.works()
    system.agrees()
    await ana.types(START)
    await ana.does("Confirm…", row="have been told")
    assert (await ana.fills({"Who was told": "all <three>, by phone"}))["ok"]
    await ana.board("MI-1", "1 of 1 confirmed")


async def _closes(who: Someone, reasons: dict[str, str] | None = None) -> None:
    await who.does("Close…")
    assert (await who.fills(reasons or {}))["ok"]


@dataclass(slots=True)
class Held:
    """A question that the system was asked, and answers once it may."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> web.StreamResponse:
        self.asked.set()
        await self.free.wait()
        return web.json_response({"works": True})


def _holds(system: System) -> Held:
    """Have the system leave the question whether the lamp works hanging."""
    held = Held()
    system.answers["/works"] = held.answer
    return held


async def test_what_was_never_looked_at_is_looked_at_and_the_run_closes_as_recovered(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    await _ready(ana, system)
    await ben.does("Close…")
    assert "closes as *recovered*" in words(await ben.form())
    assert (await ben.fills())["ok"]
    assert "· recovered <!date^" in words(await ana.board("MI-1", "· recovered"))
    await ana.thread("recovered, verification passed")
    assert await bot.kinds("MI-1") == [
        "run_started",
        "recovery_confirmed",
        "closing_requested",
        "check_requested",
        "check_requested",
        "check_observed",
        "check_observed",
        "run_closed",
    ]
    assert event((await bot.facts("MI-1"))[1], e.RecoveryConfirmed).words == "all <three>, by phone"


async def test_what_broke_since_it_was_green_keeps_the_run_open_and_who_asked_is_told(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    await _ready(ana, system)
    await ana.does("Verify now")
    await ana.board("MI-1", "2 of 2 checks passed")
    system.works(well=False)
    await _closes(ben)
    told = (await ana.thread("it stays open"))[-1]
    assert f"<@{ben.id}>" in words(told)
    assert "lamp works: expected `works` to be `true`, found `false`" in words(told)
    assert "run_closed" not in await bot.kinds("MI-1")
    board = await ana.board("MI-1", "🔴 lamp works")
    assert has(board, "Close…")
    await ben.does("Close without proof…", told)
    assert not (await ben.fills({}))["ok"]
    assert (await ben.fills({"lamp works": "it is replaced tomorrow"}))["ok"]
    shown = words(await ana.board("MI-1", "closed, not verified"))
    assert "it is replaced tomorrow" in shown
    assert "by mail" not in shown


async def test_a_message_that_is_over_loses_its_button_and_who_was_faster_is_told_in_the_thread(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient, system: System
) -> None:
    await _ready(ana, system)
    system.works(well=False)
    await _closes(ana)
    told = (await ana.thread("it stays open"))[-1]
    async with bot.painting_nothing(people):
        await ana.does("More…")
        await ana.does("Started by mistake…", await ana.form())
        await ana.eventually(lambda: _asks(ana, "What was the mistake?"), "the form")
        assert (await ana.fills({"What was the mistake?": "wrong lamp"}))["ok"]
        await ben.does("Close without proof…", told)
        refused = await ben.told("MI-1 is closed. Reopen it first")
        assert refused["thread_ts"] == told["thread_ts"]

    async def plain() -> bool | None:
        shown = await ana.messages(told["thread_ts"])
        [same] = [m for m in shown if m["ts"] == told["ts"]]
        return (not has(same, "Close without proof…") and "it stays open" in words(same)) or None

    await ana.eventually(plain, "the message without its button")


async def _asks(who: Someone, field: str) -> bool | None:
    return field in words(await who.form()) or None


async def test_a_reason_for_each_line_closes_at_once_and_the_board_keeps_them(
    bot: Bot, ana: Someone, system: System
) -> None:
    system.works(well=False)
    await ana.types(START)
    await ana.does("Verify now")
    await ana.board("MI-1", "🔴 All nodes agree")
    await ana.does("Close…")
    refused = await ana.fills({"lamp works": "it is replaced"})
    assert len(refused["errors"]) == 1
    reasons = {"lamp works": "it is replaced", "agree": "later", "been told": "by mail"}
    assert (await ana.fills(reasons))["ok"]
    board = words(await ana.board("MI-1", "closed, not verified"))
    for reason in reasons.values():
        assert reason in board
    await ana.thread("not verified")


async def test_a_reopened_run_says_so_and_what_was_seen_does_not_count(
    bot: Bot, ana: Someone, system: System
) -> None:
    await _ready(ana, system)
    await _closes(ana)
    await ana.does("Reopen…", await ana.board("MI-1", "· recovered"))
    assert (await ana.fills({"Why are you reopening": "it came back"}))["ok"]
    board = words(await ana.board("MI-1", "0 of 2 checks passed, 0 of 1 confirmed"))
    assert f"↩️ Reopened by <@{ana.id}>" in board
    assert ": it came back" in board
    assert "not checked yet" in board
    await ana.thread("it came back")


async def test_a_target_that_hangs_holds_a_closing_up_for_no_longer_than_is_said(
    bot: Bot, ana: Someone, system: System
) -> None:
    await _ready(ana, system)
    gate = _holds(system).free
    await _closes(ana)
    closing = await ana.board("MI-1", "closing: checking once more")
    assert f"<@{ana.id}> is closing this run" in words(closing)
    assert not has(closing, "Close…")
    assert "is closing MI-1" in await ana.types("/runbook close")
    assert "no answer within" in words((await ana.thread("it stays open"))[-1])
    first, last = [
        f.at
        for f in await bot.facts("MI-1")
        if f.event.kind in ("closing_requested", "run_kept_open")
    ]
    assert (last - first).total_seconds() <= 15
    gate.set()


async def test_what_is_done_while_a_run_is_being_closed_keeps_it_open(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    await _ready(ana, system)
    gate = _holds(system).free
    await _closes(ana)
    await ana.board("MI-1", "closing: checking once more")
    await ben.does("Take", row="step 1")
    told = words((await ana.thread("it stays open"))[-1])
    assert "ben took step *1* Look at it while" in told
    gate.set()
    await ana.board("MI-1", f"<@{ben.id}> since")
    assert "run_closed" not in await bot.kinds("MI-1")


async def test_of_two_who_close_at_once_one_closes_and_the_other_is_told(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    await _ready(ana, system)
    gate = _holds(system).free
    await ben.does("Close…")
    await ben.form()
    await _closes(ana)
    await ana.board("MI-1", "closing: checking once more")
    await ben.fills()

    async def refused() -> bool | None:
        return "is closing MI-1" in words((await ben.people.views(ben.id))[-1]) or None

    await ben.eventually(refused, "the refusal")
    gate.set()
    await ana.board("MI-1", "· recovered")
    assert (await bot.kinds("MI-1")).count("run_closed") == 1


async def test_a_closing_goes_on_after_the_process_was_killed_in_the_middle(
    child: Child, ana: Someone, people: PersonClient, system: System
) -> None:
    await child.start()
    await _ready(ana, system)
    held = _holds(system)
    await _closes(ana)
    async with asyncio.timeout(HANG_S):
        await held.asked.wait()
    await child.end("kill")
    system.works()
    await child.start()
    await ana.board("MI-1", "· recovered")


async def test_a_confirmation_is_taken_back_in_the_form_that_undoes(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    await _ready(ana, system)
    await ben.does("Undo…")
    assert (await ben.fills({"Undo which one?": "have been told"}))["ok"]
    assert "not confirmed yet" in words(await ana.board("MI-1", "0 of 1 confirmed"))
    assert (await bot.kinds("MI-1"))[-1] == "confirmation_withdrawn"


async def test_a_wait_that_gave_up_names_who_is_on_it_and_promises_nothing(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    system.answers["/slowness"] = {"at": 5, "behind": 5}
    await ben.types("/runbook wait-in-vain")
    await ben.does("Take", row="step 1")
    told = await ana.thread("The bot has stopped checking")
    assert f"<@{ben.id}>, step *1*" in words(told[-1])
    board = await ana.board("WIV-1", "Stopped checking at")
    assert "Done by itself" not in words(board).split("step 2")[0]
    assert has(board, "Look again")
    system.answers["/slowness"] = {"at": 10, "behind": 0}
    await ben.does("Look again", told[-1])
    done = await ana.thread("finished. Next: step *2*")
    assert f"<@{ben.id}>" in words(done[-1])
