"""A step that fails: steps open by it, and the owner is told, as people live it."""

from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import ONCALL, Someone, words

START = "/runbook work-around"


async def fails(ana: Someone) -> None:
    await ana.does("Take", row="step 1")
    await ana.does("Failed…", await ana.board("WA-1", "since"), row="step 1")
    assert "Then steps 1f.1 to 1f.2 open." in words(await ana.form())
    assert (await ana.fills({"What happened?": "It is stuck."}))["ok"]


async def test_steps_open_when_one_fails_and_are_over_when_it_is_done(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    shown = words(await ana.board("WA-1", "0 of 2 steps done"))
    assert "If not: mark it failed; steps 1f.1 to 1f.2 open then." in shown
    assert "1f.1 Oil the part" not in shown
    await fails(ana)
    assert "Steps 1f.1 to 1f.2 open by that." in words(await ana.thread("failed · ana"))
    shown = words(await ben.board("WA-1", "0 of 4 steps done"))
    assert "1f If step 1 fails" in shown.replace("*", "")
    await ben.does("Take", row="step 1f.1")
    await ben.does("Done", await ben.board("WA-1", "since"), row="step 1f.1")
    await ana.does("Try again", await ana.board("WA-1", "1 of 4 steps done"), row="step 1")
    await ana.does("Done", await ana.board("WA-1", "since"), row="step 1")
    shown = words(await ana.board("WA-1", "2 of 3 steps done"))
    assert "1f.2 Knock on the part" not in shown
    assert "The part* · 0 of 2" in shown


async def test_the_owner_is_told_once_in_their_channel(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await fails(ana)
    await ben.does("Call the owner", await ben.board("WA-1", "failed, <@U0ANA>"), row="step 1")
    board = await ana.board("WA-1", "The owner was called in")
    assert "by <@U0BEN>" in words(board)
    there = await ana.in_(ONCALL).messages()
    asked = [said for one in there if "asks the owner for help" in (said := words(one))]
    assert len(asked) == 1
    assert "WA-1 (work-around): step 1 failed, and ben asks" in asked[0]
    assert board["ts"].replace(".", "") in str(there)
    kinds = await bot.kinds("WA-1")
    assert kinds[-2:] == ["owner_called", "owner_reached"]


async def test_an_owners_channel_that_has_another_id_by_now_is_found_by_its_name(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await fails(ana)
    await ben.does("Call the owner", await ben.board("WA-1", "failed, <@U0ANA>"), row="step 1")
    await ana.board("WA-1", "The owner was called in")
    await people.use("ana", "trust-oncall", shared="T0OTHER", renumbered=True)
    state = (await people.state())["channels"]
    (now,) = [one["id"] for one in state if one["name"] == "trust-oncall"]
    assert now != ONCALL
    await ana.does("Try again", await ana.board("WA-1", "failed, <@U0ANA>"), row="step 1")
    await ana.does("Done", await ana.board("WA-1", "since"), row="step 1")

    async def over() -> bool | None:
        shown = [words(one) for one in await ana.in_(now).messages()]
        return any("nobody need come" in one for one in shown) or None

    await ana.eventually(over, "the post that says that nobody need come")
    posts = [one for one in await ana.in_(now).messages() if "WA-1" in words(one)]
    assert len(posts) == 1
