"""A run in a channel of its own: made once, whatever fails; else where it was typed, or nowhere."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.core.run.rooms import ChannelFurnished, ChannelMade, ChannelNotMade
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import PROCEDURES, Bot, Child
from tests.story.driver import INCIDENTS, RANDOM, Json, Someone, words

VALVE = """\
schema: procedure/v1
id: valve
title: Shut the valve
owner: { team: trust-platform, slack: "#trust-oncall" }
symptoms: [Water where none should be]
inputs: { which: { description: Which valve, required: true } }
roles:
  plumber: { description: turns it, people: [U0BEN, U0GIL] }
steps:
  - { id: turn, title: "Turn valve {{ which }}", role: plumber, do: Turn it. }
"""


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, folder)
    (folder / "valve.yaml").write_text(VALVE, "utf-8")
    return environ | {"RUNBOOK_PROCEDURES": str(folder)}


async def channels(people: PersonClient) -> list[Json]:
    """The channels that runs have of their own."""
    found: list[Json] = (await people.state())["channels"]
    return [one for one in found if one["name"].startswith("inc-")]


async def made(people: PersonClient) -> Json:
    """The one channel that was made, once it is there."""

    async def there() -> Json | None:
        found = await channels(people)
        assert len(found) <= 1
        return found[0] if found else None

    found = await people.until(there)
    assert found is not None
    return found


async def direct(who: Someone, having: str) -> Json:
    """The newest message that the bot wrote to someone alone, with these words."""

    async def there() -> Json | None:
        for one in (await who.people.state())["channels"]:
            if one["is_im"] and who.id in one["members"]:
                found = await who.people.messages(one["id"], who.id)
                shown = [m | {"place": one["id"]} for m in found if having in words(m)]
                return shown[-1] if shown else None
        return None

    return await who.eventually(there, f"{having!r}, written to {who.name}")


async def of(bot: Bot, run: str, kind: type[Any]) -> Any:
    """The first entry of a kind."""
    return next(f.event for f in await bot.facts(run) if isinstance(f.event, kind))


async def test_a_run_gets_a_channel_with_its_people_and_is_linked_where_it_was_typed(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    answer = await ana.types("/runbook valve new which=7")
    assert "*VA-1* has started. Its channel is being made" in answer
    room = await made(people)
    assert room["name"].endswith("-va-1")
    assert not room["is_private"]
    there = ana.in_(room["id"])
    board = await there.board("VA-1", "Turn valve 7")
    (told,) = [m for m in await back(ana) if "The board of VA-1" in words(m)]
    assert f"<#{room['id']}>" in words(told)
    assert board["ts"].replace(".", "") in words(told)
    assert not await ana.boards()

    async def invited() -> bool:
        return {ana.id, ben.id} <= set((await made(people))["members"])

    await people.until(invited)
    (left,) = await there.thread("did not let me invite <@U0GIL>", run="VA-1")
    assert "user_not_found" in words(left)
    furnished = await of(bot, "VA-1", ChannelFurnished)
    assert (furnished.invited, furnished.lacking) == (2, ())
    assert (await made(people))["topic"] == "VA-1 · valve"
    await there.does("Take", row="step 1")
    await there.board("VA-1", "since")
    await there.types("/runbook done")
    await there.board("VA-1", "by <@U0ANA>")
    assert [f.event.kind for f in await bot.facts("VA-1")][:2] == ["run_started", "channel_made"]


async def back(who: Someone) -> list[Json]:
    """What stands where it was typed, once there is something."""

    async def there() -> list[Json] | None:
        shown = await who.people.messages(who.channel)
        return [m for m in shown if m.get("bot_id")] or None

    return await who.eventually(there, "the link where it was typed")


async def test_two_in_a_day_have_two_channels_and_a_name_that_others_have_is_passed_over(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook valve new which=7")
    first = await made(people)
    taken = first["name"].replace("-va-1", "-va-2")
    await people.use("ana", "random", name=taken)
    await ana.types("/runbook new valve which=8")
    await ana.does("Start another", await ana.told("You asked for `8`"))

    async def both() -> list[Json] | None:
        found = [one for one in await channels(people) if one["id"] != RANDOM]
        return found if len(found) == 2 else None

    names = sorted(one["name"] for one in await people.until(both) or ())
    assert names == [first["name"], f"{taken}-2"]


async def test_who_asks_for_a_channel_as_well_is_told_that_one_is_open(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    # Both before there is a channel; of one that is another's alone, nobody hears.
    slow = {"method": "conversations.create", "fault": "drop_before"}
    await people.faults(rules=[slow])
    await ana.types("/runbook valve new private which=7")
    assert "*VA-1*" in await ana.types("/runbook valve new private which=7")
    await asyncio.gather(
        *(who.types("/runbook valve new which=8") for who in (ben, Someone(people, "dee")))
    )
    async with bot.log() as log:
        begun = await log.runs(procedure="valve")
    assert len(begun) == BOTH
    second = begun[0].run_id
    said = await ben.types("/runbook valve new which=8")
    assert f"{second}* (its board is on its way) is already open" in said
    assert "its channel is being made" in said
    assert "VA-1" not in said
    await people.faults()

    async def there() -> list[Json] | None:
        found = await channels(people)
        return found if len(found) == BOTH else None

    await people.until(there)
    (own,) = [one for one in await people.until(there) or () if not one["is_private"]]
    await ana.in_(own["id"]).board(second)
    inside = await ben.in_(own["id"]).types("/runbook valve new which=8")
    assert "is already open in this channel" in inside
    # Later as well, and whoever does not ask for a channel; elsewhere it is another matter.
    for line in ("/runbook valve new which=8", "/runbook valve which=8"):
        assert f"is already open in <#{own['id']}>" in await ben.types(line)
    assert "has started" in await ben.in_(RANDOM).types("/runbook valve new which=8")


BOTH = 2


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "5xx"])
async def test_a_lost_answer_makes_no_second_channel(
    bot: Bot, ana: Someone, people: PersonClient, fault: str
) -> None:
    await people.faults(rules=[{"method": "conversations.create", "times": 2, "fault": fault}])
    await ana.types("/runbook valve new which=7")
    there = ana.in_((await made(people))["id"])
    await there.board("VA-1", "Turn valve 7")
    assert len(await channels(people)) == 1


async def test_without_the_scope_the_board_comes_where_it_was_typed_and_says_why(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await lacking(people)
    await ana.types("/runbook valve new which=7")
    await ana.board("VA-1", "Turn valve 7")
    (told,) = await ana.thread("has no channel of its own", run="VA-1")
    assert "reinstall the app" in words(told)
    event = await of(bot, "VA-1", ChannelNotMade)
    assert (event.error, event.channel) == ("missing_scope", INCIDENTS)
    await ana.does("Take", row="step 1")
    await ana.board("VA-1", "since")


async def lacking(people: PersonClient) -> None:
    await people.faults(rules=[{"method": "conversations.create", "error": "missing_scope"}])


async def test_a_private_one_is_seen_by_its_people_alone(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook valve new private which=7")
    room = await made(people)
    assert room["is_private"]
    told = await direct(ana, "It is in")
    assert f"<#{room['id']}>" in words(told)
    assert not await ana.boards()
    for line in ("/runbook status", "/runbook status VA-1", "/runbook"):
        assert "VA-1" not in (said := await Someone(people, "eli").types(line)) or "no run" in said
    shown = await people.messages(INCIDENTS)
    assert not [m for m in shown if "VA-1" in words(m) or "valve" in words(m)]
    assert (await of(bot, "VA-1", ChannelMade)).private


async def test_a_private_one_that_cannot_be_made_is_nowhere_until_a_channel_is_chosen(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await lacking(people)
    await ana.types("/runbook valve new private which=7")
    told = await direct(ana, "its board is nowhere yet")
    assert "Make a private channel yourself" in words(told)
    assert not await ana.boards()
    # Of others, nobody knows of it, wherever they ask.
    assert "There is no run `VA-1` here" in await ben.types("/runbook status VA-1")
    place = ana.in_(told["place"])
    await place.does("Choose a channel…", told)
    await place.fills({"In which channel?": INCIDENTS})
    await ana.board("VA-1", "Turn valve 7")
    await ana.thread("VA-1 goes on here, says ana", run="VA-1")
    assert f"It is in <#{INCIDENTS}> now." in words(await direct(ana, "its board is nowhere yet"))
    await ben.does("Take", row="step 1")
    await ben.board("VA-1", "since")


@pytest.mark.timeout(300)  # it starts the bot several times
@pytest.mark.parametrize(
    "method", ["conversations.create", "chat.postMessage", "conversations.invite"]
)
async def test_a_bot_that_is_killed_while_it_makes_a_channel_has_made_one(
    child: Child, ana: Someone, people: PersonClient, method: str
) -> None:
    lost = {"method": method, "fault": "drop_after", "seconds": 1}
    await people.faults(limits=False, rules=[lost])
    await child.start()
    await ana.types("/runbook valve new which=7")

    async def called() -> bool:
        return bool(await people.calls(method))

    await people.until(called)
    await child.end("kill")
    await people.faults(limits=False)
    await child.start()
    room = await made(people)
    there = ana.in_(room["id"])
    await there.does("Take", await there.board("VA-1"), row="step 1")
    await there.board("VA-1", "since")

    async def settled() -> bool:
        return {"U0ANA", "U0BEN"} <= set((await made(people))["members"]) and len(
            [m for m in await people.messages(INCIDENTS) if "The board of VA-1" in words(m)]
        ) == 1

    await people.until(settled)
    assert len(await there.boards()) == 1
