"""Whoever is outside of a private channel tries all that leads to a run, and hears of none."""

import json
import re

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


# All that a run has, tried from outside. --------------------------------------------------------

SECRET = "crown"
TRIED = (
    *(
        "{}",
        "status {}",
        "catch up {}",
        "show {}",
        "about {}",
        "steps {}",
        "{} evidence",
        "pins {}",
    ),
    *("export {}", "postmortem {}", "write {}", "timeline {}", "update {}", "inputs {}", "more {}"),
    *("handoff <@U0ANA> {}", "take over {}", "take 1 {}", "verify {}", "actions {}", "reopen {}"),
    *("action {} buy a lock", "{} keep the channel", "erase {}", "roles {}", "tell the owner {}"),
)
"""What is typed about it, by its id or by a link to something of it."""
FOUND = ("search crown", "review", "review show-it", "status", "list", "crown", "where are we", "")
"""What is typed without it."""


async def lived(ana: Someone, people: PersonClient) -> list[str]:
    """A run in the private channel with all that one can have; links to what stands there."""
    room = ana.in_(ROOM)
    await room.types("/invite @runbook")
    await room.types("/runbook show-it")
    await room.does("Take", await room.board("SI-1"), row="step 1")
    await room.does("Done…", await room.board("SI-1", "since"), row="step 1")
    file = await people.upload(ana.id, f"{SECRET}.txt", content=f"the {SECRET}")
    given = {"What the panel says": f"the {SECRET}", "A screenshot of the panel": file}
    assert (await room.fills(given))["ok"]
    await room.board("SI-1", f"{SECRET}.txt")
    await room.types(f"/runbook note The {SECRET} is gone.")
    await room.types(f"/runbook action find the {SECRET} @ana")
    await room.types("/runbook export")
    await room.told("The post-mortem of SI-1 is <")
    board = await room.board("SI-1")
    replies = await room.messages(board["ts"])
    written = [one["permalink"] for message in replies for one in message.get("files", [])]
    links = re.findall(r"<(http[^|>]+)\|", f"{words(board)}{words(replies)}")
    assert any(f"/{file}" in link for link in links), "the evidence"
    assert written
    at = f"{links[0].split('/workspace/')[0]}/archives/{ROOM}/p{board['ts'].replace('.', '')}"
    return list(dict.fromkeys([at, *written, *(one for one in links if file in one)]))


async def answer(who: Someone, line: str) -> str:
    """All that someone is told for a line, in words, and the form that opens."""
    before = len(await who.whispers())
    await who.types(f"/runbook {line}")

    async def more() -> str | None:
        whispers = await who.whispers()
        return words(whispers[before:]) if len(whispers) > before else None

    said = await who.eventually(more, f"an answer to {line!r}")
    assert not await who.people.views(who.id), line
    return said


def without(said: str, named: str) -> str:
    """What is said, but for what was named, which is repeated in small letters at times."""
    return said.casefold().replace(named.casefold(), "…")


@pytest.mark.parametrize("name", ["ben", "gil"])
async def test_a_run_with_all_that_one_can_have_is_none_to_people_outside(
    bot: Bot, ana: Someone, people: PersonClient, name: str
) -> None:
    who = Someone(people, name)
    if name == "gil":
        assert await people.stand("gil", guest="multi") == who.id
        await ana.types("/invite @gil")
    links = await lived(ana, people)
    await settled(bot, who)
    before = await bot.kinds("SI-1")
    for line in TRIED:
        found, other = [await answer(who, line.format(run)) for run in ("SI-1", "SI-99")]
        assert without(found, "SI-1") == without(other, "SI-99"), line
        assert SECRET not in found
    for link in links:
        none = link[:-3] + "999"
        for line in TRIED[:10]:
            found, other = [await answer(who, line.format(one)) for one in (link, none)]
            assert without(found, link) == without(other, none), line
    for line in FOUND:
        found = await answer(who, line)
        assert "SI-1" not in found
        assert SECRET not in found.replace(SECRET, "", 2 * line.count(SECRET)), line
    await people.open_home(name)
    assert "SI-1" not in json.dumps(await shown(who, "Procedures"))
    assert await bot.kinds("SI-1") == before
    # Nothing that the bot ever sent anywhere else has a word of it.
    for call in await people.calls():
        sent = json.dumps(call, ensure_ascii=False)
        assert who.id not in sent or SECRET not in sent.replace(f"“{SECRET}”", ""), call["method"]
