"""Where are we: what the bot says to nothing but its name, and how one catches up."""

from tests.story.conftest import Bot
from tests.story.driver import RANDOM, Someone, words

LINK = "/archives/C0INCIDENTS/p"


async def test_the_command_alone_shows_what_is_open_and_what_fits(bot: Bot, ana: Someone) -> None:
    said = await ana.types("/runbook")
    assert "No run is open here." in said
    assert "`/runbook help` lists the rest" in said
    (shown,) = await ana.whispers()
    offered = [b["block_id"] for b in shown["blocks"] if b.get("accessory")]
    assert 1 <= len(offered) <= 5
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    said = await ana.types("/runbook")
    assert "Open runs here" in said
    assert f"{LINK}" in said
    assert "|MI-1>" in said
    shown = (await ana.whispers())[-1]
    first = next(b["block_id"] for b in shown["blocks"] if b.get("accessory"))
    assert first == "procedure:mend-it", "what was started here comes first"
    assert "MI-1" not in await ana.in_(RANDOM).types("/runbook")


async def test_what_it_offers_can_be_started_from_there(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook")
    shown = await ana.told("Start one")
    # None was started here yet, so they are there by name.
    await ana.does("Start", shown, row="ask-first")
    await ana.board("AF-1")


async def test_named_and_nothing_else_it_answers_where_people_are(bot: Bot, ana: Someone) -> None:
    await ana.says("<@U0RUNBOOK>")
    assert "No run is open here" in words(await ana.told("No run is open here."))
    await ana.says("I like <@U0RUNBOOK>!")
    await ana.says("<@U0RUNBOOK> help")
    await ana.told("walks you through")
    assert len(await ana.whispers()) == 2


async def test_whoever_comes_late_is_caught_up(bot: Bot, ana: Someone, ben: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    await ana.does("Take")
    await ana.board("MI-1", having="since")
    await ben.says("<@U0RUNBOOK> status", board["ts"])
    told = words(await ben.told("1 step is in hand"))
    assert "<@U0ANA> since <!date" in told
    assert "is not fixed yet" in told
    assert told.splitlines()[0].startswith("🔴 *<")
    # The same, pressed for.
    await ben.does("More…")
    await ben.does("Catch me up", await ben.form())

    async def opened() -> str | None:
        view = words(await ben.form())
        return view if "Catch-up on MI-1" in view else None

    view = await ben.eventually(opened, "the catch-up")
    assert "1 step is in hand: *1*" in view
    assert "No step is marked failed, and none is stuck." in view
