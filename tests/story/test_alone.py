"""Someone and the bot alone: they ask, and it answers, once, of what they may see."""

import time

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import RANDOM, Json, Someone, find, words


def alone(workspace: Workspace, who: Someone) -> Someone:
    """The same person, in their conversation with the bot."""
    app = workspace.world.app.bot_user
    return who.in_(workspace.world.state.direct(who.id, app).id)


async def answers(who: Someone, having: str, count: int = 1) -> list[Json]:
    """What the bot said to them there, once so much of it has these words."""

    async def said() -> list[Json] | None:
        found = [m for m in await who.messages() if m.get("bot_id") and having in words(m)]
        return found if len(found) >= count else None

    return await who.eventually(said, f"{count} × {having!r}")


async def known(who: Someone, text: str, having: str) -> Json:
    """Ask again and again until it is known where they are; the bot asks Slack after the first."""

    await who.says(text)
    asked = time.monotonic()

    async def said() -> Json | None:
        nonlocal asked
        if time.monotonic() - asked > 2.0:
            asked = time.monotonic()
            await who.says(text)
        found = [m for m in await who.messages() if m.get("bot_id") and having in words(m)]
        return found[-1] if found else None

    return await who.eventually(said, having)


async def test_alone_with_the_bot_one_asks_and_starts(
    bot: Bot, workspace: Workspace, ana: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    there = alone(workspace, ana)
    told = words(await known(there, "status", "MI-1"))
    assert "is not fixed yet" in told
    assert not any(m.get("is_ephemeral") for m in await there.messages())
    ts = await there.says("help")
    await answers(there, "walks you through")
    # An edit does nothing, and is said once.
    await people.edit("ana", there.channel, ts, "list")
    await answers(there, "You edited a message to me.")
    # In a thread it answers in the thread.
    await there.says("status MI-1", ts)
    (reply,) = [m for m in await answered(there, ts) if "MI-1" in words(m)]
    assert reply["thread_ts"] == ts
    await ana.in_(RANDOM).types("/invite @runbook")
    # A run needs a channel, which a form asks for.
    await there.says("mend-it thing=desk how=glue")
    (asked,) = await answers(there, "Choose a channel…")
    await people.click(there.id, asked, channel=there.channel, **find(asked, "Choose a channel…"))
    view = await there.form()
    shown = await people.submit(there.id, view, filled(view, RANDOM, thing="desk", how="glue"))
    assert shown["ok"], shown
    assert "Its board comes in <#C0RANDOM>" in words(await there.form())
    await ana.in_(RANDOM).board("MI-2")


async def test_alone_nobody_hears_of_a_private_channel_or_starts_something_there(
    bot: Bot, workspace: Workspace, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    room = ana.in_("C0KEYROOM")
    await room.types("/invite @runbook")
    await room.types("/runbook mend-it thing=lamp")
    await room.board("MI-1")
    assert "MI-1" in words(await known(alone(workspace, ana), "status", "is not fixed yet"))
    there = alone(workspace, ben)
    await there.says("status")
    await answers(there, "I know of no open run that you can see.")
    for line in ("status MI-1", "export MI-1", "close MI-1"):
        await there.says(line)
    await answers(there, "There is no run `MI-1` here", 3)
    await there.says("mend-it thing=desk how=glue")
    (asked,) = await answers(there, "Choose a channel…")
    await people.click(there.id, asked, channel=there.channel, **find(asked, "Choose a channel…"))
    view = await there.form()
    values = filled(view, "C0KEYROOM", thing="desk", how="glue")
    refused = await people.submit(there.id, view, values)
    assert "it is not known here that you are in that channel" in str(refused)
    assert len(await room.boards()) == 1


async def test_alone_a_form_is_opened_by_a_command_and_by_words_on_the_board(
    bot: Bot, workspace: Workspace, ana: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    there = alone(workspace, ana)
    await known(there, "status", "is not fixed yet")
    # Words can open no form, and a button there would be of no board.
    await there.says("close MI-1")
    (told,) = await answers(there, "Press the button on its board.")
    assert "/archives/C0INCIDENTS/p" in words(told)
    assert not any(block["type"] == "actions" for block in told["blocks"])
    # A command opens it where it is typed, and it is taken.
    await there.types("/runbook close MI-1")
    assert (await there.fills({"Why close anyway": "Nobody needs it."}))["ok"]
    assert "closing_requested" in await bot.kinds("MI-1")


async def answered(who: Someone, thread: str) -> list[Json]:
    async def said() -> list[Json] | None:
        found = [m for m in await who.messages(thread) if m.get("bot_id")]
        return found or None

    return await who.eventually(said, "an answer in the thread")


def filled(view: Json, channel: str, **values: str) -> Json:
    """The form with a channel chosen and these values written."""
    given: Json = {}
    for block in (one for one in view["blocks"] if one["type"] == "input"):
        kind, name = block["element"]["type"], block["block_id"]
        entry: Json = {"type": kind, "value": values.get(name)}
        if kind == "conversations_select":
            entry = {"type": kind, "selected_conversation": channel}
        elif kind == "static_select":
            options = block["element"]["options"]
            entry = {"type": kind}
            entry["selected_option"] = next(o for o in options if o["value"] == values[name])
        given[name] = {block["element"]["action_id"]: entry}
    return given
