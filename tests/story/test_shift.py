"""A change of shift, as a team lives it: who leads, and all that one has, to another."""

from tests.story.conftest import Bot
from tests.story.driver import Someone, words

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
    assert "<@U0BEN>, <@U0ANA> asks you to take over: step 1 and the role commander." in said
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
    assert words(told).startswith("🤝 MI-1: <@U0ANA>, <@U0BEN> has")
    await ana.board("MI-1", "commander <@U0BEN>")
    assert "Accept" not in words((await ben.thread("to take over: <@U0BEN> accepted"))[0])
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
    assert words(told).startswith("🤝 MI-1: <@U0ANA>, <@U0BEN> does not")
    await ana.board("MI-1", "commander <@U0ANA>")
