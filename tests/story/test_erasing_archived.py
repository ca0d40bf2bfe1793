"""What is erased of a run in an archived channel still stands there: whoever erases is told where.

The bot is put out of such a channel. Once it is back, it does what it could not.
"""

import json

from bot.app.erasing import Asked
from bot.app.erasure_list import listed
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.hatch import ask, beside
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, ONCALL, Json, Someone, words
from tests.story.test_again import opened
from tests.story.test_erasing_something import SECRET, SURE, begun, closed, shown
from tests.story.test_home import presses
from tests.story.test_home import shown as home_of


async def archived(bot: Bot, ana: Someone, people: PersonClient) -> Json:
    """A closed run with a word in it that should not be there, whose channel is archived: where."""
    await begun(ana)
    await closed(ana)
    (there,) = await ana.thread(SECRET)
    await people.use("ana", "incidents", archived=True)

    async def known() -> bool | None:
        return "posting_refused" in await bot.kinds("MI-1") or None

    await ana.eventually(known, "that the channel is archived")
    return there


def address(channel: str, message: Json) -> str:
    return f"/archives/{channel}/p{message['ts'].replace('.', '')}"


def done(bot: Bot) -> list[str]:
    """What the erasure list says is left to people."""
    lines = [json.loads(line) for line in listed(bot.database).read_text().splitlines()]
    found: list[str] = lines[-1]["by_hand"]
    assert "done" in lines[-1]
    return found


async def test_at_a_terminal_each_message_is_told_by_link_and_is_done_once_the_bot_is_back(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    there = await archived(bot, ana, people)
    would = await ask(beside(bot.database), Asked(run="MI-1", entry=3, dry_run=True).to_json())
    assert would is not None
    answer = await ask(beside(bot.database), Asked(run="MI-1", entry=3).to_json())
    assert answer is not None
    (line,) = answer["lines"]
    assert line.startswith("MI-1: the words of 1 entry; ")
    assert "where I can change nothing (is_archived), and must go by hand" in line
    assert address(INCIDENTS, there) in line
    left = done(bot)
    assert any(one.endswith(address(INCIDENTS, there)) for one in left)
    # What did not have the words is not named.
    assert all(one.startswith("http") for one in left)
    assert len(left) < len(await ana.messages(there["thread_ts"]))
    assert SECRET in await shown(ana)
    await people.use("ana", "incidents", archived=False)
    await ana.types("/invite @runbook")

    async def gone() -> bool | None:
        return SECRET not in await shown(ana) or None

    await ana.eventually(gone, "that the bot has erased it there")


async def test_in_slack_who_erases_their_words_reads_where_they_still_stand(
    bot: Bot, ana: Someone, people: PersonClient, workspace: Workspace
) -> None:
    there = await archived(bot, ana, people)
    # Nothing is left of where they were, so nothing can be said in that channel.
    await bot.stop()
    await bot.start()
    alone = ana.in_(workspace.world.state.direct(ana.id, workspace.world.app.bot_user).id)

    async def asks() -> bool | None:
        # Until Slack has told where they are, there is no such run for them.
        return "There is no run" not in await alone.types("/runbook erase MI-1") or None

    await alone.eventually(asks, "a form to erase something of MI-1")
    await opened(alone, "Erase from MI-1")
    await alone.fills({"Entries": f"I used {SECRET}", **SURE})

    async def told() -> str | None:
        said = [words(one) for one in await alone.messages()]
        return next((one for one in said if "must go by hand" in one), None)

    said = await alone.eventually(told, "where it still stands")
    assert address(INCIDENTS, there) in said
    assert "the message of entry 3" in said
    assert len(done(bot)) >= 1


async def test_a_board_in_a_channel_that_the_run_has_left_is_told_as_well(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await archived(bot, ana, people)
    old = (await ana.boards())[0]
    await people.open_home("ana")
    await presses(ana, await home_of(ana, "Closed, in a channel that is shut"), "Reopen…", "MI-1")
    await ana.fills({"In which channel?": ONCALL, "Why are you reopening this run?": "again"})
    await ana.in_(ONCALL).board("MI-1", "Reopened by")
    answer = await ask(beside(bot.database), Asked(run="MI-1", entry=3).to_json())
    assert answer is not None
    assert address(INCIDENTS, old) in answer["lines"][0]
    assert "an earlier board" in answer["lines"][0]
