"""People who type the words on the buttons, and a bot that does what the buttons do."""

from tests.story.conftest import Bot
from tests.story.driver import RANDOM, Someone, words

BOT = "<@U0RUNBOOK>"


async def test_a_run_is_worked_through_in_words(bot: Bot, ana: Someone, ben: Someone) -> None:
    await ana.types("/runbook mend-it lamp")
    board = await ana.board("MI-1", having="thing `lamp`")
    assert "is yours" in await ana.types("/runbook take")
    await ana.board("MI-1", having="<@U0ANA>")
    assert "is done" in await ana.types("/runbook done")
    await ben.says(f"{BOT} note the registrar called back", board["ts"])
    assert "Noted." in words(await ben.told("Noted."))
    await ben.says(f"{BOT} undo 1", board["ts"])
    assert "is open again" in words(await ben.told("is open again"))
    assert "is skipped" in await ben.types("/runbook skip 1 because it is fine")
    assert "Every check is run now" in await ana.types("/runbook verify now")
    await ana.thread("verification requested")
    kinds = await bot.kinds("MI-1")
    done = ["step_taken", "step_done", "note_added", "step_undone", "step_skipped"]
    assert [kind for kind in kinds if kind in done] == done
    assert "verification_requested" in kinds


async def test_a_form_opens_after_a_command_and_a_button_stands_after_a_mention(
    bot: Bot, ana: Someone
) -> None:
    await ana.types("/runbook mend-it lamp")
    board = await ana.board("MI-1")
    await ana.types("/runbook skip 1")
    assert (await ana.fills({"Why are you skipping this step?": "It is fine."}))["ok"]
    await ana.says(f"{BOT} skip 2", board["ts"])
    asked = await ana.told("a form asks for more")
    assert "@runbook skip 2 because REASON" in words(asked)
    await ana.does("Skip…", asked)
    assert (await ana.fills({"Why are you skipping this step?": "So is this."}))["ok"]
    await ana.board("MI-1", having="So is this.")
    assert (await bot.kinds("MI-1")).count("step_skipped") == 2


async def test_where_it_is_not_sure_what_is_meant_nothing_is_done(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it lamp")
    await ana.board("MI-1")
    await ana.types("/runbook which-way")
    await ana.board("WW-1")
    before = await bot.kinds("MI-1")
    said = await ana.types("/runbook take 1")
    assert "`/runbook MI-1 take 1`" in said
    assert "`/runbook WW-1 take 1`" in said
    assert "note step 1: of them" in await ana.types("/runbook done 1 of them in mi-1")
    assert "no run `MI-1`" in await ana.in_(RANDOM).types("/runbook take 1 in MI-1")
    assert await bot.kinds("MI-1") == before
    assert "is yours" in await ana.types("/runbook mi-1 take 1")
