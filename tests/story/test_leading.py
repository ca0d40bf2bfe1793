"""A step that leads to another procedure, as people live it."""

import pytest

from bot.app.timers import TimerRunner
from bot.demo.workspace.client import PersonClient
from bot.ports.work import Due
from tests.story.conftest import Bot
from tests.story.driver import Someone, words

START = "/runbook leads-on"


async def leads(ana: Someone) -> None:
    await ana.types(START)
    await ana.does("The belt", await ana.board("LO-1", "./look at-the-belt"), row="step 1")
    await ana.does("Take", await ana.board("LO-1", "1a.1 Find out"), row="step 1a.1")
    await ana.does("Start which-way", await ana.board("LO-1", "since"), row="step 1a.1")


async def is_a_mistake(one: Someone, run: str) -> None:
    """Close a run as started by mistake."""

    async def asked() -> bool | None:
        return "What was the mistake?" in words(await one.form()) or None

    await one.does("More…", await one.board(run))
    await one.does("Started by mistake…", await one.form())
    await one.eventually(asked, "the form")
    assert (await one.fills({"What was the mistake?": "It was the wind."}))["ok"]


async def test_a_step_starts_another_procedure_and_hears_of_its_end(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await leads(ana)
    shown = words(await ben.board("WW-1", "Which way"))
    assert "mode `fast`" in shown
    assert "from <http" in shown
    assert "|LO-1>" in shown
    here = words(await ana.board("LO-1", "↪️"))
    assert "|WW-1>, started by <@U0ANA>" in here
    # One is enough: its button is back when that run is over.
    assert "Start which-way" not in str(await ana.board("LO-1", "↪️"))
    await is_a_mistake(ben, "WW-1")
    (told,) = await ana.thread("↩️", run="LO-1")
    said = words(told)
    assert "LO-1: <@U0ANA>, " in said
    assert "led to, was closed: it was started by mistake." in said
    assert "press *Done*" in said
    await ana.board("LO-1", "closed: it was started by mistake")
    assert (await bot.kinds("LO-1"))[-2:] == ["other_started", "other_closed"]


async def _not_yet(runner: TimerRunner, due: Due) -> bool:
    return False


async def test_whatever_dies_a_run_is_told_what_it_led_to_and_how_that_ended(
    bot: Bot, ana: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(TimerRunner, "_told", _not_yet)
        await leads(ana)
        await ana.board("WW-1", "Which way")
        await bot.stop()
    assert "other_started" not in await bot.kinds("LO-1")
    await bot.start()
    await ana.board("LO-1", "↪️")
    with monkeypatch.context() as patch:
        patch.setattr(TimerRunner, "_told", _not_yet)
        await is_a_mistake(ana, "WW-1")
        await ana.board("WW-1", "tarted by mistake")
        await bot.stop()
    assert "other_closed" not in await bot.kinds("LO-1")
    await bot.start()
    await ana.board("LO-1", "closed: it was started by mistake")


async def test_from_a_closed_run_nothing_is_started(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.does("The belt", await ana.board("LO-1", "1 Is it"), row="step 1")
    await ana.board("LO-1", "1a.1 Find out")
    async with bot.painting_nothing(people):
        await is_a_mistake(ana, "LO-1")
        await ben.does("Start which-way", row="step 1a.1")
        said = words(await ben.told("LO-1 is closed"))
    assert "so nothing was started from it: `/runbook which-way` starts a run by itself." in said


async def test_an_old_button_and_an_old_form_start_nothing_once_the_step_is_over(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.does("The belt", await ana.board("LO-1", "1 Is it"), row="step 1")
    await ana.does("Take", await ana.board("LO-1", "1a.1 Find out"), row="step 1a.1")
    old = await ana.board("LO-1", "since")
    async with bot.painting_nothing(people):
        await ana.does("Skip…", old, row="step 1a.1")
        assert (await ana.fills({"Why": "It is not that."}))["ok"]
        await ben.clicks("Start which-way", old, row="step 1a.1")
        said = words(await ben.told("Nothing was started."))
    assert "<@U0ANA> marked step 1a.1 skipped at" in said
    assert "WW-1" not in str(await bot.kinds("LO-1"))
    async with bot.log() as log:
        assert [row.run_id for row in await log.runs()] == ["LO-1"]
