"""A run that branches, goes back and changes its mind, as people live it."""

from tests.story.conftest import Bot
from tests.story.driver import Someone, words

START = "/runbook which-way"


async def _asks(one: Someone, what: str) -> bool | None:
    return what in words(await one.form()) or None


async def looks(ana: Someone, step: str = "step 1") -> None:
    await ana.does("Take", row=step)
    await ana.does("Done", await ana.board("WW-1", "since"), row=step)


async def test_a_question_is_answered_by_its_buttons_and_leads_on(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await looks(ana)
    shown = words(await ana.board("WW-1", "The belt: adds 2 steps"))
    assert "Nothing: goes to step 5, and asks why" in shown
    assert "Mend the belt" not in shown
    await ben.does("The belt", row="step 2")
    shown = words(await ana.board("WW-1", "“The belt” · <@U0BEN>"))
    assert "2a.1 Mend the belt" in shown
    # Whoever answers second, from the board as it was, is told who was first.
    assert await bot.kinds("WW-1") == ["run_started", "step_taken", "step_done", "decided"]


async def test_an_answer_that_asks_why_leads_past_what_is_between(bot: Bot, ana: Someone) -> None:
    await ana.types(START)
    await looks(ana)
    await ana.does("Nothing…", row="step 2")
    assert not (await ana.fills({"Why?": ""}))["ok"]
    assert (await ana.fills({"Why?": "It was a false alarm."}))["ok"]
    shown = words(await ana.board("WW-1", "left out by the answer to step 2"))
    assert "➖ *2a* If “The belt” · not taken, 2 steps" in shown
    await looks(ana, "step 5")
    await ana.board("WW-1", "3 of 3 steps done")


async def test_going_back_is_told_and_an_old_button_says_that_it_is_old(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await looks(ana)
    await ana.does("The belt", row="step 2")
    await ben.does("Take", row="step 2a.1")
    await ben.board("WW-1", "2a.1 Mend the belt* · <@U0BEN>")
    await ben.does("Failed…", row="step 2a.1")
    await ben.form()
    await ana.does("Answer…", row="step 2a.2")
    assert (await ana.fills({"The answer": "It stands still"}))["ok"]
    (told,) = await ben.thread("open again", run="WW-1")
    assert "🔁 WW-1: steps 1 to 2a.2 open again: ana answered step 2a.2." in words(told)
    assert "<@U0BEN>, step *2a.1* Mend the belt (round 2) is not yours any more." in words(told)
    assert "1 Look at it (round 2)" in words(await ana.board("WW-1", "round 2"))
    # The form on his screen is of the first round.
    answer = await ben.fills({"What happened?": "It tore."})
    said = str(answer) + words(await ben.form())
    assert "Step 2a.1 was opened again by @ana" in said
    assert (await bot.kinds("WW-1"))[-3:] == ["decided", "step_given_back", "steps_reopened"]


async def test_an_answer_is_changed_from_more(bot: Bot, ana: Someone, ben: Someone) -> None:
    await ana.types(START)
    await looks(ana)
    await ana.does("The belt", row="step 2")
    await ana.board("WW-1", "2a.1")
    await ben.does("More…")
    await ben.does("Change an answer…", await ben.form())
    await ben.eventually(lambda: _asks(ben, "The answer as it should be"), "the form")
    given = {
        "The answer as it should be": "2 What is broken? → Something else",
        "Why?": "The belt is fine.",
    }
    assert (await ben.fills(given))["ok"]
    shown = words(await ana.board("WW-1", "“Something else” · <@U0BEN>"))
    assert "Page the owner" in shown
    told = words((await ana.thread("changed the answer"))[-1])
    assert "The belt is fine." in told
    assert await bot.kinds("WW-1") == [
        "run_started",
        "step_taken",
        "step_done",
        "decided",
        "steps_reopened",
        "decided",
    ]
