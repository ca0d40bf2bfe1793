"""People erase their own words in Slack, from *More…*; who may, anyone's; and hear the end."""

import json

from bot.app.erasure_list import listed
from bot.core.run import events as e
from tests.story.conftest import Bot
from tests.story.driver import Someone, words
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


async def asks(who: Someone) -> str:
    """Open the form in which it is chosen what to erase; what it says."""
    await who.does("More…")
    await opened(who, "More for MI-1")
    await who.does("Erase something…", await who.form())
    return await opened(who, "Erase from MI-1")


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
    await ben.thread("<@U0ANA> erased the words of entry 3")
    await ben.thread("(erased on ")
    assert SECRET not in await shown(ben)
    last = (await bot.facts("MI-1"))[-1].event
    assert isinstance(last, e.Erased)
    assert (last.entries, last.via) == ((3,), "slack")
    lines = [json.loads(line) for line in listed(bot.database).read_text().splitlines()]
    assert [line.get("entries") for line in lines] == [[3], None]
    assert lines[1] == {"done": lines[0]["id"]}
