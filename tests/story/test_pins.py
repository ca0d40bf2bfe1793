"""What people add to a run's timeline: by a shortcut, by an emoji, many at once, and out again."""

import asyncio
from itertools import cycle

import pytest

from bot.core.run.events import Fact, MessagePinned, PinCorrected
from bot.core.run.secrets import MASK
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.edges.detector.planted import PLANTED
from tests.story.conftest import AGAIN_S, Bot
from tests.story.driver import INCIDENTS, ONCALL, RANDOM, Json, Someone, has, words
from tests.story.test_secrets import alone

SHORTCUT = "add_to_timeline"
KEYROOM = "C0KEYROOM"
START = "/runbook mend-it thing=lamp"


async def adds(who: Someone, ts: str) -> None:
    """Use the shortcut on a message of the channel that someone looks at; again, if asked to."""

    async def used() -> Json:
        return await who.people.shortcut(who.id, SHORTCUT, channel=who.channel, message_ts=ts)

    answer = await used()
    assert answer["ok"], answer
    who.memory.again = used


async def offered(who: Someone, ts: str) -> Json:
    """The form that asks for the run; who is new to the bot asks until it knows what they see."""

    async def there() -> Json | None:
        await adds(who, ts)
        await asyncio.sleep(AGAIN_S)
        views = await who.people.views(who.id)
        return views[-1] if views else None

    return await who.eventually(there, "the form that asks for the run")


async def reacts(who: Someone, ts: str, name: str = "pushpin") -> None:
    assert (await who.people.react(who.id, who.channel, ts, name))["ok"]


def pins(facts: list[Fact]) -> list[MessagePinned]:
    return [f.event for f in facts if isinstance(f.event, MessagePinned)]


async def kinds(bot: Bot, who: Someone, count: int, run: str = "MI-1") -> list[str]:
    """The kinds of what was recorded of pins, once there are so many."""

    async def there() -> list[str] | None:
        found = [k for k in await bot.kinds(run) if "pin" in k and k != "picture_shown"]
        return found if len(found) >= count else None

    return await who.eventually(there, f"{count} entries about pins")


async def shown(who: Someone, having: str) -> Json:
    """The form on top, once it has these words."""

    async def there() -> Json | None:
        form = await who.form()
        return form if having in words(form) else None

    return await who.eventually(there, f"a form with {having!r}")


async def timeline(who: Someone) -> Json:
    await who.does("More…", await who.board("MI-1"))
    await who.does("Timeline…", await who.form())
    return await shown(who, "in the timeline of MI-1")


async def begun(ana: Someone) -> str:
    await ana.types(START)
    return str((await ana.board("MI-1"))["ts"])


async def test_the_shortcut_puts_a_message_into_the_run_of_its_thread_and_says_so(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    board = await begun(ana)
    ts = await ben.says("The lamp *fell* & broke", board)
    await adds(ana, ts)
    assert "It is in the timeline of *MI-1*." in words(await ana.told("timeline of"))
    await adds(ben, ts)
    assert "already: <@U0ANA> added it." in words(await ben.told("timeline of"))
    (pin,) = pins(await bot.facts("MI-1"))
    assert pin.author is not None
    assert (pin.by.id, pin.author.id, pin.channel, pin.ts) == ("U0ANA", "U0BEN", INCIDENTS, ts)
    assert pin.text == "The lamp *fell* &amp; broke"
    assert f"/archives/{INCIDENTS}/p{ts.replace('.', '')}?thread_ts={board}" in pin.link
    # Nobody else hears of it.
    said = [m for m in await ana.messages(board) if not m.get("is_ephemeral")]
    assert not [m for m in said if "timeline" in words(m)]


async def at_once(ana: Someone, people: PersonClient) -> str:
    """Twenty people add one message, by turns with the emoji and the shortcut; its ts."""
    await people.faults(limits=False)
    await begun(ana)
    crowd = [Someone(people, f"p{n}") for n in range(18)]
    for one in crowd:
        await people.stand(one.name)
        await people.command(one.id, INCIDENTS, "/join", "incidents")
    team = [ana, Someone(people, "ben"), *crowd]
    ts = await ana.says("Both nodes are down")
    hows = cycle((reacts, adds))
    await asyncio.gather(*(how(who, ts) for who, how in zip(team, hows, strict=False)))
    # Each of them hears of it.
    await asyncio.gather(*(who.told("timeline of") for who in team))
    return ts


async def test_twenty_reactions_and_shortcuts_at_once_make_one_pin(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    ts = await at_once(ana, people)
    (pin,) = pins(await bot.facts("MI-1"))
    assert (pin.ts, pin.text) == (ts, "Both nodes are down")


async def test_twenty_at_once_make_one_pin_over_two_replicas(
    replicas: tuple[Bot, Bot], ana: Someone, people: PersonClient
) -> None:
    ts = await at_once(ana, people)
    for replica in replicas:
        (pin,) = pins(await replica.facts("MI-1"))
        assert (pin.ts, pin.text) == (ts, "Both nodes are down")


async def test_several_are_in_the_post_mortem_at_their_own_times_and_once(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    before = await ben.says("The lamp flickers")
    board = await begun(ana)
    said = await ben.says("I saw the lamp fall", board)
    file = await people.share("U0BEN", INCIDENTS, "lamp.png", content="x", text="Look")
    for ts in (before, said, file):
        await adds(ana, ts)
    await kinds(bot, ana, 3)
    await ana.does("Post-mortem")
    await ana.thread("Post-mortem of MI-1")
    async with bot.log() as log:
        assert await log.audit("MI-1") is not None
    text = await post_mortem(ana)
    rows = [line for line in text.splitlines() if "| 📌 |" in line]
    assert len(rows) == 3
    assert "The lamp flickers" in rows[0]
    assert "Ben Okafor" in rows[0]
    assert "entry" in rows[0]
    assert any("lamp.png" in row for row in rows)
    assert text.count("I saw the lamp fall") == 1
    assert text.index(rows[0]) < text.index("| 1 | Ana Ferreira |")
    assert "U0BEN" not in text


async def post_mortem(who: Someone) -> str:
    from tests.story.test_exporting import _files, _text  # noqa: PLC0415 - as that reads it

    (file,) = await _files(who)
    return await _text(file)


async def test_an_emoji_pins_and_who_pinned_takes_it_back_with_it(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await begun(ana)
    ts = await ben.says("The disk is full")
    await reacts(ana, ts, "eyes")
    await reacts(ana, ts)
    await ana.told("It is in the timeline of *MI-1*.")
    await reacts(ben, ts)
    await ben.told("already: <@U0ANA> added it.")
    # Ben's was a sign; Ana's was the pin.
    await ben.people.unreact(ben.id, ben.channel, ts, "pushpin")
    await ana.people.unreact(ana.id, ana.channel, ts, "pushpin")
    await ana.told("out of the timeline of *MI-1* again")
    assert await kinds(bot, ana, 2) == ["message_pinned", "pin_taken_back"]


async def test_a_message_that_could_not_be_read_is_added_when_slack_tells_again(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await begun(ana)
    ts = await ben.says("The disk is full")
    await people.faults(rules=[{"method": "conversations.replies", "fault": "5xx", "times": 1}])
    await reacts(ana, ts)
    await ana.told("your reaction has changed no timeline yet")
    await ana.told("It is in the timeline of *MI-1*.")
    assert await kinds(bot, ana, 1) == ["message_pinned"]


async def test_a_secret_in_a_message_is_masked_and_who_wrote_it_is_told_and_erases_it(
    bot: Bot, ana: Someone, ben: Someone, workspace: Workspace
) -> None:
    await begun(ana)
    line, secret = PLANTED["Slack token"]
    await adds(ana, await ben.says(f"I used {line} for it"))
    told = await alone(workspace, ben, "You pasted a secret (Slack token)")
    (pin,) = pins(await bot.facts("MI-1"))
    assert MASK in (pin.text or "")
    assert secret not in (pin.text or "")
    place = workspace.world.state.direct(ben.id, workspace.world.app.bot_user)
    await ben.in_(place.id).does("Erase it", told)
    await alone(workspace, ben, "Erased:")
    (pin,) = pins(await bot.facts("MI-1"))
    assert (pin.text or "").startswith("(erased on ")
    assert (pin.author and pin.author.id, pin.by.id) == (ben.id, ana.id)


async def test_nobody_outside_is_offered_a_run_of_a_private_channel(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await begun(ana)
    room = ana.in_(KEYROOM)
    await people.command(ana.id, KEYROOM, "/invite", "@runbook")
    await room.types("/runbook mend-it thing=vault")
    await room.board("MI-2")
    there = ben.in_(RANDOM)
    form = words(await offered(there, await there.says("It began here")))
    assert "MI-1" in form
    assert "MI-2" not in form
    assert "vault" not in form


async def test_it_asks_where_the_run_is_not_clear(bot: Bot, ana: Someone, ben: Someone) -> None:
    await begun(ana)
    await ana.types("/runbook which-way")
    await ana.board("WW-1")
    ts = await ben.says("Which of the two is it?")
    await reacts(ana, ts)
    await ana.does("Choose the run…", await ana.told("Into whose timeline?"))
    form = await ana.form()
    assert "Which of the two is it?" in words(form)
    assert "Everyone who sees the run may read it" not in words(form)
    answer = await ana.fills({"Into the timeline of which run?": "WW-1"})
    assert answer["ok"], answer
    assert "It is in the timeline of *WW-1*." in words(await ana.form())
    (pin,) = pins(await bot.facts("WW-1"))
    assert (pin.text, pin.author and pin.author.id) == ("Which of the two is it?", "U0BEN")
    assert pins(await bot.facts("MI-1")) == []


async def test_where_no_run_is_an_emoji_was_for_something_else(bot: Bot, ana: Someone) -> None:
    ts = await ana.says("Lunch?")
    await reacts(ana, ts)
    await adds(ana, ts)
    assert "I know of no run that you can see" in words(await ana.told("Nothing was added"))
    assert len([m for m in await ana.whispers() if "timeline" in words(m)]) == 1


@pytest.mark.parametrize("channel", [RANDOM, KEYROOM])
async def test_from_a_channel_where_the_bot_is_not_it_asks_and_others_may_read_it_only_then(
    bot: Bot, ana: Someone, channel: str
) -> None:
    await begun(ana)
    there = ana.in_(channel)
    ts = await there.says("The key is in the vault: <@U0DEE> has it")
    await offered(there, ts)
    assert not (await ana.fills({"Into the timeline": "MI-1"}))["ok"], "the tick is asked for"
    assert pins(await bot.facts("MI-1")) == []
    assert (await ana.fills({"Into the timeline": "MI-1", "Who will read it": "Everyone"}))["ok"]
    assert "It is in the timeline of *MI-1*." in words(await ana.form())
    (pin,) = pins(await bot.facts("MI-1"))
    assert (pin.channel, pin.text) == (channel, "The key is in the vault: <@U0DEE> has it")


async def test_what_is_said_to_the_bot_and_what_it_says_is_not_for_the_timeline(
    bot: Bot, ana: Someone
) -> None:
    board = await begun(ana)
    await adds(ana, await ana.says(f"<@{await bot_user(ana)}> status", board))
    await ana.told("that was said to me")
    await adds(ana, board)
    await ana.told("that message is mine")
    assert pins(await bot.facts("MI-1")) == []


async def test_what_is_said_to_the_bot_alone_is_not_for_the_timeline(
    bot: Bot, ana: Someone, workspace: Workspace
) -> None:
    await begun(ana)
    place = workspace.world.state.direct(ana.id, workspace.world.app.bot_user)
    there = ana.in_(place.id)
    await adds(there, await there.says("what is going on?"))
    await there.told("that was said to me")
    assert await ana.people.views(ana.id) == []


async def bot_user(who: Someone) -> str:
    state = await who.people.state()
    return next(str(u["id"]) for u in state["users"] if u.get("is_bot"))


async def test_its_time_and_words_are_corrected_and_the_first_version_stays(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    board = await begun(ana)
    ts = await ben.says("Fell at 3, tell <@U0ANA>", board)
    await adds(ben, ts)
    await kinds(bot, ana, 1)
    assert not has(await timeline(ana), "Take back")
    await ana.does("Correct…", await ana.form())
    await shown(ana, "The record keeps the first version")
    moment = str(int(float(ts)) - 3600)
    values = {"When": moment, "Words": "Fell at 2 & broke, tell <@U0ANA>"}
    assert (await ana.fills(values))["ok"]
    await kinds(bot, ana, 2)
    facts = await bot.facts("MI-1")
    (pinned,), corrected = pins(facts), facts[-1].event
    assert pinned.text == "Fell at 3, tell <@U0ANA>"
    assert isinstance(corrected, PinCorrected)
    assert corrected.when is not None
    assert corrected.text == "Fell at 2 &amp; broke, tell <@U0ANA>"
    assert int(corrected.when.timestamp()) == int(moment)
    await ben.does("Take back", await timeline(ben))
    await shown(ben, "No message in the timeline")
    assert (await bot.kinds("MI-1"))[-1] == "pin_taken_back"


async def test_a_message_of_another_channel_is_offered_the_runs_that_one_may_see(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await begun(ana)
    there = ben.in_(ONCALL)
    form = await offered(there, await there.says("It began here"))
    assert "MI-1" in words(form)
    assert (await ben.fills({"Into the timeline": "MI-1", "Who will read": "Everyone"}))["ok"]
    (pin,) = pins(await bot.facts("MI-1"))
    assert pin.channel == ONCALL
