"""A change of shift, as a team lives it: who leads, and all that one has, to another."""

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, RANDOM, Json, Someone, find, has, words
from tests.story.test_alone import alone, answers, known

START = "/runbook mend-it thing=lamp"


async def asks(ana: Someone) -> None:
    """Ana has a step and leads, and asks Ben to take over."""
    await ana.types(START)
    await ana.does("Take", await ana.board("MI-1"), row="step 1")
    await ana.board("MI-1", "since")
    await ana.does("More…", await ana.board("MI-1"))
    await ana.does("Roles…", await ana.form())

    async def roles() -> bool | None:
        return "Who has it" in words(await ana.form()) or None

    await ana.eventually(roles, "the form of roles")
    await ana.fills({"Role": "commander", "Who has it": "U0ANA"})
    await ana.board("MI-1", "commander <@U0ANA>")
    await hands_off(ana)


async def hands_off(ana: Someone) -> None:
    await ana.does("More…", await ana.board("MI-1"))
    await ana.does("Hand off…", await ana.form())

    async def who() -> bool | None:
        return "Who takes over from you?" in words(await ana.form()) or None

    await ana.eventually(who, "the form of the hand-off")
    await ana.fills({"Who takes over": "U0BEN"})


async def test_all_that_one_has_goes_to_who_accepts_it_and_not_before(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await asks(ana)
    (asked,) = await ben.thread("asks you to take over", run="MI-1")
    said = words(asked)
    assert "<@U0BEN>, ana asks you to take over: step 1 and the role commander." in said
    assert "Catch-up" in said
    assert "is not fixed yet" in said
    assert "<@U0BEN>" not in words(await ana.board("MI-1", "commander <@U0ANA>"))
    # Who is not asked cannot take it so; and it dies in between.
    await ana.does("Accept", asked)
    assert "asked <@U0BEN>" in words(await ana.told("Nothing was recorded"))
    await bot.stop()
    await bot.start()
    (asked,) = await ben.thread("asks you to take over", run="MI-1")
    await ben.does("Accept", asked)
    (told,) = await ana.thread("has step 1 and the role commander now", run="MI-1")
    assert words(told).startswith("🤝 MI-1: <@U0ANA>, ben has")
    await ana.board("MI-1", "commander <@U0BEN>")
    assert "Accept" not in words((await ben.thread("to take over: ben accepted"))[0])
    kinds = await bot.kinds("MI-1")
    assert kinds[-3:] == ["handoff_accepted", "step_handed_over", "role_assigned"]
    # One message tells of all of it.
    board = await ana.board("MI-1")
    assert not [m for m in await ana.messages(board["ts"]) if "step *1*" in words(m)]


async def test_who_declines_says_why_and_who_asked_hears_of_it(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await asks(ana)
    (asked,) = await ben.thread("asks you to take over", run="MI-1")
    await ben.does("Decline…", asked)
    await ben.fills({"Why not": "I am on a train."})
    (told,) = await ana.thread("does not take over: I am on a train.", run="MI-1")
    assert words(told).startswith("🤝 MI-1: <@U0ANA>, ben does not")
    await ana.board("MI-1", "commander <@U0ANA>")


async def on_a_step(who: Someone, run: str, thing: str) -> None:
    """They start a run where they are, and are on its first step."""
    if who.channel != INCIDENTS:
        await who.types("/invite @runbook")
    await who.types(f"/runbook mend-it thing={thing}")
    await who.does("Take", await who.board(run), row="step 1")
    await who.board(run, "since")


async def test_all_that_one_has_in_several_runs_is_asked_for_by_one_message(
    bot: Bot, workspace: Workspace, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await on_a_step(ana, "MI-1", "lamp")
    elsewhere, room = ana.in_(RANDOM), ana.in_("C0KEYROOM")
    await on_a_step(elsewhere, "MI-2", "desk")
    await on_a_step(room, "MI-3", "safe")
    # Both are known where they are.
    await known(alone(workspace, ana), "status", "MI-3")
    await known(alone(workspace, ben), "status", "MI-2")
    said = await ana.types("/runbook handoff @ben all")
    assert "<@U0BEN> is asked to take over from you." in said
    assert "MI-3: not asked: that person is not in this channel." in said
    there = alone(workspace, ben)
    (asked,) = await answers(there, "asks you to take over in 2 runs")
    # Read in a notification, it says which runs and what; nothing of the third is anywhere in it.
    assert "MI-2: step 1; MI-1: step 1" in asked["text"]
    assert "is not fixed yet" in words(asked)
    assert "MI-3" not in str(asked)
    assert "safe" not in str(asked)
    # He is called there, and in no thread.
    for where, run in ((ana, "MI-1"), (elsewhere, "MI-2")):
        (told,) = await where.thread("asks ben to take over", run=run)
        assert "<@U0BEN>" not in words(told)
    # Typed again, nothing is asked twice.
    await ana.types("/runbook handoff @ben all")
    assert (await bot.kinds("MI-1")).count("handoff_offered") == 1
    await people.click(there.id, asked, channel=there.channel, **find(asked, "Accept all"))
    await ana.thread("has step 1 now", run="MI-1")
    await elsewhere.thread("has step 1 now", run="MI-2")
    await answers(there, "MI-2: ben accepted.\nMI-1: ben accepted.")
    assert not has((await answers(there, "asked you to take over"))[0], "Accept all")
    await ana.board("MI-1", "<@U0BEN> since")
    assert "handoff_offered" not in await bot.kinds("MI-3")


async def test_of_several_runs_each_is_answered_by_itself_as_well(
    bot: Bot, workspace: Workspace, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await on_a_step(ana, "MI-1", "lamp")
    elsewhere = ana.in_(RANDOM)
    await on_a_step(elsewhere, "MI-2", "desk")
    await known(alone(workspace, ben), "status", "MI-2")
    await ana.types("/runbook handoff @ben all")
    there = alone(workspace, ben)
    (asked,) = await answers(there, "asks you to take over in 2 runs")
    accept = find_in(asked, "handoff:MI-1", "Accept")
    await people.click(there.id, asked, channel=there.channel, **accept)
    (asked,) = await answers(there, "MI-1>* Mend it: ben accepted.")
    assert "take over in 1 run" in words(asked)
    decline = find_in(asked, "handoff:MI-2", "Decline…")
    await people.click(there.id, asked, channel=there.channel, **decline)
    await there.fills({"Why not": "One is enough."})
    await elsewhere.thread("does not take over: One is enough.", run="MI-2")
    await answers(there, "MI-2: ben declined.\nMI-1: ben accepted.")


def find_in(shown: Json, block: str, label: str) -> Json:
    """A button by its block and what it says."""
    (found,) = (one for one in shown["blocks"] if one["block_id"] == block)
    return find({"blocks": [found]}, label)
