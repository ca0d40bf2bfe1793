"""Whoever is outside of a private channel tries all that leads to a run, and hears of none."""

import pytest

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.store.database import Database
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, Someone, words
from tests.story.passing import hours_pass
from tests.story.test_alone import alone, answers
from tests.story.test_home import presses, shown

ROOM = "C0KEYROOM"
CHOOSE = "Choose a channel…"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "poll", 0.3)


async def settled(bot: Bot, ben: Someone) -> None:
    """Slack has told who ben is, and where the bot is now, in answers to new questions."""
    await ben.people.open_home(ben.name)

    async def told() -> bool | None:
        async with bot.log() as log:
            known = await log.acquaintances.known(ben.id, ROOM, "U0RUNBOOK")
            own = await log.acquaintances.known("U0RUNBOOK", ROOM, "U0RUNBOOK")
        return (known.fresh and own.fresh) or None

    await ben.eventually(told, "that it is known who is where")


@pytest.mark.parametrize("how", ["never in", "removed", "archived"])
async def test_where_the_bot_is_no_more_a_private_channel_does_not_pass_as_a_public_one(
    bot: Bot, workspace: Workspace, ana: Someone, ben: Someone, people: PersonClient, how: str
) -> None:
    room = ana.in_(ROOM)
    if how != "never in":
        await room.types("/invite @runbook")
    await room.types("/runbook mend-it thing=lamp")
    if how == "never in":
        await ana.in_(ROOM).told("MI-1")
    else:
        await room.board("MI-1")
        await settled(bot, ben)
    if how == "removed":
        await room.types("/kick @runbook")
    if how == "archived":
        await people.use("ana", "key-room", archived=True)
    await hours_pass(bot.environ["RUNBOOK_DATABASE_URL"], 3)
    await settled(bot, ben)
    there = alone(workspace, ben)
    for line in ("status MI-1", "export MI-1", "MI-1"):
        await there.says(line)
    await answers(there, "There is no run `MI-1` here", 3)
    await people.open_home("ben")
    assert "MI-1" not in words(await shown(ben, "Procedures"))
    if how != "never in":
        # Who was in there goes on, and brings it into another channel.
        await people.open_home("ana")
        await presses(ana, await shown(ana, "its board can be shown nowhere"), CHOOSE, "MI-1")
        await ana.fills({"In which channel?": INCIDENTS})
        await ana.board("MI-1")
