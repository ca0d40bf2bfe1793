"""People erase their own words in Slack, from *More…*; who may, anyone's; and hear the end."""

import asyncio
import json
from typing import Any

import pytest

from bot.app.erasing import Asked, Erasing
from bot.app.erasure_list import listed, read
from bot.core.acts.erase import ON_A_PAGE
from bot.core.run import events as e
from bot.core.sealing.erasing import Wanted
from bot.edges.hatch import ask, beside
from bot.edges.store import SqlLog
from bot.ports.log import Unavailable
from tests.story.conftest import Bot
from tests.story.driver import Someone, has, words
from tests.story.test_again import opened

SECRET = "hunter-two"
SURE = {"Are you sure?": "cannot be undone"}


async def begun(ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": f"I used {SECRET}"})
    await ana.thread(SECRET)


async def closed(ana: Someone) -> None:
    await ana.does("More…")
    await ana.does("Started by mistake…", await ana.form())
    await opened(ana, "as started by mistake")
    await ana.fills({"What was the mistake?": "a false alarm"})
    await ana.board("MI-1", "started by mistake")


async def asks(who: Someone, having: str = "Erase from MI-1") -> str:
    """Open the form in which it is chosen what to erase, once it says this; what it says."""
    await who.does("More…", await who.board("MI-1"))
    await opened(who, "More for MI-1")
    await who.does("Erase something…", await who.form())
    return await opened(who, having)


async def shown(who: Someone) -> str:
    board = await who.board("MI-1")
    return " ".join(words(one) for one in [*await who.messages(), *await who.messages(board["ts"])])


async def test_ones_own_words_go_and_everybody_sees_by_whom(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await begun(ana)
    form = await asks(ana)
    assert "what failed, step 1" in form
    assert f"I used {SECRET}" in form
    assert "what Slack keeps of edited messages" in form
    await ana.fills({"Entries": f"I used {SECRET}", **SURE})
    told = words(await ana.told("Erased: the words of entry 3 of MI-1"))
    assert "The board and the thread show it" in told
    await ana.board("MI-1", "by ana")
    await ben.thread("ana erased the words of entry 3")
    await ben.thread("(erased on ")
    assert SECRET not in await shown(ben)
    last = (await bot.facts("MI-1"))[-1].event
    assert isinstance(last, e.Erased)
    assert (last.entries, last.via) == ((3,), "slack")
    lines = [json.loads(line) for line in listed(bot.database).read_text().splitlines()]
    assert [line.get("entries") for line in lines] == [[3], None]
    assert lines[1] == {"done": lines[0]["id"]}


async def test_on_a_closed_board_too_and_what_is_erased_already_is_said(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await begun(ana)
    await closed(ana)
    form = await asks(ana)
    assert "is noted now" not in form, "a closed run needs nothing any more"
    assert "A run without its inputs cannot be reopened." in form
    await asks(ben, "nothing that you wrote to erase")
    what = {"Entries": f"I used {SECRET}", **SURE}
    # Somebody at a terminal is faster than the form that stands open.
    answer = await ask(beside(bot.database), Asked(run="MI-1", entry=3).to_json())
    assert answer == {"lines": ["MI-1: the words of 1 entry"]}
    refused = await ana.fills(what)
    assert "Nothing was erased. Entry 3 was erased on " in str(refused["errors"])
    assert "by an operator" in str(refused["errors"])
    # Beneath it is the form that it was opened from, which must not be taken for a new one.
    while await ana.people.views(ana.id):
        await ana.dismisses()
    assert SECRET not in await asks(ana, "Erase from MI-1")
    assert (await bot.kinds("MI-1")).count("erased") == 1


async def test_what_an_open_run_needs_goes_when_it_is_closed_and_all_hear_of_it(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await begun(ana)
    await asks(ana)
    await ana.fills({"Entries": "thing = lamp", **SURE})
    told = words(await ana.told("MI-1 still needs the words of entry 1"))
    assert "erased when it is closed" in told
    await ben.board("MI-1", "asked to erase the words of entry 1: done when MI-1 is closed")
    await ben.thread("MI-1 still needs that: it is erased when the run is closed")
    assert "lamp" in await shown(ben)
    await closed(ana)
    await ben.thread("so what <@U0ANA> asked to erase is gone: the words of entry 1")
    board = await ben.board("MI-1", "(erased on ")
    assert not has(board, "Reopen…")

    async def gone() -> bool | None:
        return "lamp" not in await shown(ben) or None

    assert await ben.eventually(gone, "no message has the value")


async def test_whom_the_settings_name_erases_anyones_words_and_nobody_else_does(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await bot.stop()
    bot.environ["RUNBOOK_ERASERS"] = "U0BEN"
    await bot.start()
    await begun(ana)
    form = await asks(ben)
    assert "what failed, step 1 · ana" in form
    await ben.fills({"Entries": f"I used {SECRET}", **SURE})
    await ben.told("Erased: the words of entry 3 of MI-1")
    await ana.thread("ben erased the words of entry 3")
    await ana.board("MI-1", "by ben")
    await asks(ana)
    assert f"I used {SECRET}" not in words(await ana.form())


async def finds(who: Someone, text: str) -> None:
    """Type into the form's search, and press Enter."""
    place = {"action_id": "erase_find", "block_id": "erase_find"}
    assert (await who.people.click(who.id, await who.form(), **place, value=text or None))["ok"]


async def test_a_long_run_is_turned_page_by_page_in_the_same_form(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    async with bot.log() as log:
        assert len(await log.read("MI-1")) == 1
    for number in range(ON_A_PAGE + 2):
        await ana.does("Add a note…", await ana.board("MI-1"))
        await opened(ana, "About *MI-1*")
        await ana.fills({"Note": f"note number {number}"})
    first = await asks(ana)
    assert "note number 31" in first
    assert "note number 1\n" not in first
    await ana.does("Older entries", await ana.form())
    second = await opened(ana, "thing = lamp")
    assert "note number 1\n" in second
    assert "note number 31" not in second
    await ana.does("Newer entries", await ana.form())
    assert "thing = lamp" not in await opened(ana, "note number 31")
    # What is looked for is found on whatever page it stands, and the words stay while one turns.
    await finds(ana, "NUMBER 1")
    found = await opened(ana, "note number 1\n")
    assert "note number 19" in found
    assert "note number 20" not in found
    await finds(ana, "nothing of the sort")
    assert "with “nothing of the sort” to erase" in await opened(ana, "There is nothing that you")
    await ana.does("All entries", await ana.form())
    await opened(ana, "note number 31")
    views = await ana.people.views(ana.id)
    assert len(views) == 2, "turned in its place"
    await ana.dismisses()
    await opened(ana, "More for MI-1")


async def test_a_form_without_anything_ticked_says_so(bot: Bot, ana: Someone) -> None:
    await begun(ana)
    await asks(ana)
    refused = await ana.fills(SURE)
    assert "tick the entries that are to lose their words" in str(refused["errors"])
    assert "erased" not in await bot.kinds("MI-1")


async def test_a_bot_that_dies_between_list_and_record_leaves_it_to_be_pressed_again(
    bot: Bot, ana: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(ana)
    await asks(ana)
    append, died = SqlLog.append, asyncio.Event()

    async def dies(self: SqlLog, *arguments: Any, **more: Any) -> Any:
        if not died.is_set() and isinstance(arguments[2][0], e.Erased):
            died.set()
            raise Unavailable("the process is gone", in_doubt=True)
        return await append(self, *arguments, **more)

    monkeypatch.setattr(SqlLog, "append", dies)
    refused = await ana.fills({"Entries": f"I used {SECRET}", **SURE})
    assert "I do not know whether that was recorded" in str(refused["errors"])
    lines = listed(bot.database).read_text().splitlines()
    (open_line,) = read(lines).wanted
    assert open_line == ("MI-1", Wanted(entries=(3,)))
    await bot.stop()
    await bot.start()
    # What lies below it would be taken for the one that is asked for now.
    for _ in await ana.people.views(ana.id):
        await ana.dismisses()
    await asks(ana)
    await ana.fills({"Entries": f"I used {SECRET}", **SURE})
    await ana.told("Erased: the words of entry 3 of MI-1")
    assert SECRET not in str(await bot.facts("MI-1"))


async def test_what_was_noted_survives_a_bot_that_dies_after_the_closing(
    bot: Bot, ana: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.stop()
    fire = Erasing.fire

    async def never(self: Erasing, due: object) -> None:
        raise Unavailable("the process is gone")

    monkeypatch.setattr(Erasing, "fire", never)
    await bot.start()
    await begun(ana)
    await asks(ana)
    await ana.fills({"Entries": "thing = lamp", **SURE})
    await ana.told("MI-1 still needs the words of entry 1")
    await closed(ana)
    board = await ana.board("MI-1", "started by mistake")
    assert not has(board, "Reopen…")
    assert "lamp" in str(await bot.facts("MI-1"))
    await bot.stop()
    monkeypatch.setattr(Erasing, "fire", fire)
    await bot.start()
    await ana.thread("so what <@U0ANA> asked to erase is gone: the words of entry 1")
    assert "lamp" not in str(await bot.facts("MI-1"))
    assert (await bot.kinds("MI-1")).count("erased") == 1
