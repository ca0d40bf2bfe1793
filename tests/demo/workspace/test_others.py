"""What people do beside the app: other apps, files, edits, channels, pins, shortcuts anywhere."""

import asyncio
import base64
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.demo.workspace.samples import INCIDENTS, Connect, Json
from tests.hanging import HANG_S

Heard = asyncio.Queue[Json]


@pytest.fixture
def ears(workspace: Workspace, slack: AsyncWebClient) -> tuple[AsyncApp, Heard]:
    """An app that hears all that a test asks for, its own doings too."""
    app = AsyncApp(
        client=slack,
        signing_secret=workspace.signing_secret,
        ignoring_self_events_enabled=False,
    )
    return app, asyncio.Queue()


def listen(app: AsyncApp, heard: Heard, *kinds: str) -> None:
    async def keep(event: Json) -> None:
        await heard.put(event)

    for kind in kinds:
        app.event(kind)(keep)


async def following(heard: Heard) -> Json:
    return await asyncio.wait_for(heard.get(), HANG_S)


async def test_another_app_posts_as_its_bot_by_a_webhook_and_on_behalf_of_a_person(
    ears: tuple[AsyncApp, Heard], slack: AsyncWebClient, people: PersonClient, connect: Connect
) -> None:
    app, heard = ears
    listen(app, heard, "message")
    async with connect(app):
        for by in ("bot", "webhook", "person"):
            await people.through("Deploy Bot", "ana", "incidents", f"by {by}", by=by)
        told = {one["text"]: one for one in [await following(heard) for _ in range(3)]}
    bot, hook, person = (told[f"by {by}"] for by in ("bot", "webhook", "person"))
    assert (bot["user"], bot["bot_id"], "subtype" in bot) == (
        "U0APPDEPLOYBOT",
        "B0APPDEPLOYBOT",
        False,
    )
    assert bot["bot_profile"]["name"] == "Deploy Bot"
    assert (hook["subtype"], hook["username"], "user" in hook) == (
        "bot_message",
        "Deploy Bot",
        False,
    )
    assert (person["user"], person["bot_profile"]["name"]) == ("U0ANA", "Deploy Bot")
    info: Any = (await slack.bots_info(bot=bot["bot_id"]))["bot"]
    assert (info["name"], info["user_id"]) == ("Deploy Bot", "U0APPDEPLOYBOT")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await slack.chat_update(channel=INCIDENTS, ts=bot["ts"], text="mine")
    refused = await people.edit("ana", INCIDENTS, person["ts"], "other words")
    assert refused["error"] == "cant_edit_message"


async def test_a_reaction_to_a_webhook_is_to_nobodys_message(
    ears: tuple[AsyncApp, Heard], people: PersonClient, connect: Connect
) -> None:
    app, heard = ears
    listen(app, heard, "reaction_added")
    listen(app, asyncio.Queue(), "message")
    ts = await people.through("Alerts", "ana", "incidents", "disk full", by="webhook")
    reply = await people.through("Alerts", "ana", "incidents", "more", by="webhook", thread_ts=ts)
    async with connect(app):
        await people.react("ben", "incidents", ts, "eyes")
        assert "item_user" not in await following(heard)
    parent, answer = await people.messages(INCIDENTS, thread_ts=ts)
    assert (parent["reply_users"], answer["ts"]) == (["B0APPALERTS"], reply)
    assert "parent_user_id" not in answer


async def test_another_app_mentions_the_app_and_posts_blocks(
    ears: tuple[AsyncApp, Heard], people: PersonClient, connect: Connect
) -> None:
    app, heard = ears
    listen(app, heard, "app_mention")
    listen(app, asyncio.Queue(), "message")
    async with connect(app):
        await people.through("Alerts", "ana", "incidents", "@runbook disk full")
        assert (await following(heard))["bot_id"] == "B0APPALERTS"
    blocks = [{"type": "divider"}]
    ts = await people.through("Alerts", "ana", "incidents", "x", blocks=blocks)
    shown = next(m for m in await people.messages(INCIDENTS) if m["ts"] == ts)
    assert shown["blocks"][0]["type"] == "divider"
    wrong = {"user": "ana", "channel": "incidents", "text": "x", "app": "Alerts"}
    refused = await people.request("POST", "messages", {**wrong, "blocks": [{"type": "no"}]})
    assert refused["error"] == "invalid_blocks"


async def test_an_edit_and_a_deletion_are_told_with_what_was_before(
    ears: tuple[AsyncApp, Heard], people: PersonClient, connect: Connect
) -> None:
    app, heard = ears
    ts = await people.say("ana", "incidents", "frist")
    listen(app, heard, "message")
    async with connect(app):
        await people.edit("ana", INCIDENTS, ts, "first")
        changed = await following(heard)
        assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "first")
        assert (changed["previous_message"]["text"], changed["hidden"]) == ("frist", True)
        assert changed["message"]["edited"]["user"] == "U0ANA"
        await people.delete("ana", INCIDENTS, ts)
        gone = await following(heard)
        assert (gone["subtype"], gone["deleted_ts"]) == ("message_deleted", ts)
        assert gone["previous_message"]["text"] == "first"


async def test_a_channel_is_made_shared_and_renamed_by_people(
    ears: tuple[AsyncApp, Heard], slack: AsyncWebClient, people: PersonClient, connect: Connect
) -> None:
    app, heard = ears
    listen(app, heard, "channel_created", "channel_shared", "channel_unshared", "channel_rename")
    listen(app, asyncio.Queue(), "message", "member_joined_channel")
    async with connect(app):
        made = await people.open_channel("ana", "war-room", users=["ben", "runbook"])
        assert (await following(heard))["channel"]["creator"] == "U0ANA"
        await people.use("ana", made, shared="T0OTHER")
        assert (await following(heard))["connected_team_id"] == "T0OTHER"
        info: Any = (await slack.conversations_info(channel=made))["channel"]
        assert (info["is_ext_shared"], info["is_shared"]) == (True, True)
        olga = await people.stand("olga", team="T0OTHER")
        await slack.conversations_invite(channel=made, users=olga)
        await people.use("ana", made, shared="")
        assert (await following(heard))["previously_connected_team_id"] == "T0OTHER"
        await people.use("ana", made, name="war-room-2", topic="Here", purpose="To meet")
        assert (await following(heard))["channel"]["name"] == "war-room-2"
    shown: Any = (await slack.conversations_info(channel=made))["channel"]
    assert (shown["topic"]["value"], shown["purpose"]["value"]) == ("Here", "To meet")
    assert (await slack.conversations_members(channel=made))["members"][:3] == [
        "U0ANA",
        "U0BEN",
        "U0RUNBOOK",
    ]
    hidden = await people.open_channel("ana", "war-room-3", private=True)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await slack.conversations_info(channel=hidden)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "random"}, "name_taken"),
        ({"name": "Two Words"}, "invalid_body"),
        ({"name": "x", "users": ["nobody"]}, "no_such_user"),
    ],
)
async def test_a_channel_that_people_cannot_make(
    people: PersonClient, body: Json, error: str
) -> None:
    refused = await people.request("POST", "channels", {"user": "ana", **body})
    assert refused["error"] == error


async def test_people_pin_messages(slack: AsyncWebClient, people: PersonClient) -> None:
    ts = await people.say("ana", "incidents", "keep this")
    assert (await people.pin("ben", "incidents", ts))["ok"]
    assert (await people.pin("ana", "incidents", ts))["error"] == "already_pinned"
    (item,) = (await slack.pins_list(channel=INCIDENTS))["items"]
    assert item["created_by"] == "U0BEN"
    assert (await people.unpin("ana", "incidents", ts))["ok"]
    assert (await people.unpin("ana", "incidents", ts))["error"] == "no_pin"


async def test_a_shortcut_hands_over_the_whole_message_wherever_it_is(
    ears: tuple[AsyncApp, Heard], slack: AsyncWebClient, people: PersonClient, connect: Connect
) -> None:
    app, heard = ears

    @app.shortcut("keep")
    async def keep(ack: Any, shortcut: Json) -> None:
        await ack()
        await heard.put(shortcut)

    parent = await people.say("ana", "key-room", "who rotates the key?")
    reply = await people.share(
        "dee",
        "key-room",
        "key.png",
        base64=base64.b64encode(b"\x89PNG").decode(),
        text="Here",
        thread_ts=parent,
    )
    hook = await people.through("Alerts", "ana", "random", "disk full", by="webhook")
    listen(app, asyncio.Queue(), "message")
    direct = (await slack.conversations_open(users="U0ANA"))["channel"]["id"]
    alone = await people.say("ana", direct, "between us")
    async with connect(app):
        assert (await people.shortcut("ana", "keep", channel="key-room", message_ts=reply))["ok"]
        whole = await following(heard)
        assert whole["channel"] == {"id": "C0KEYROOM", "name": "privategroup"}
        message = whole["message"]
        assert (message["thread_ts"], message["text"], message["user"]) == (parent, "Here", "U0DEE")
        assert (message["files"][0]["name"], message["files"][0]["size"]) == ("key.png", 4)
        assert whole["response_url"]
        await people.shortcut("ben", "keep", channel="random", message_ts=hook)
        other = await following(heard)
        assert (other["channel"]["name"], other["message"]["username"]) == ("random", "Alerts")
        await people.shortcut("ana", "keep", channel=direct, message_ts=alone)
        assert (await following(heard))["channel"]["name"] == "directmessage"


async def test_people_live_in_zones_of_their_own(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    await people.stand("ben", tz="Asia/Tokyo")
    user: Any = (await slack.users_info(user="U0BEN"))["user"]
    assert (user["tz"], user["tz_offset"]) == ("Asia/Tokyo", 9 * 3600)
    refused = await people.request("POST", "people", {"user": "ben", "tz": "Moon/Base"})
    assert refused["error"] == "invalid_body"
    await people.stand("ben")
    assert (await slack.users_info(user="U0BEN"))["user"]["tz"] == "Asia/Tokyo"


async def test_any_error_of_slacks_comes_by_a_fault(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    ts = (await slack.chat_postMessage(channel=INCIDENTS, text="x"))["ts"]
    rule = {"method": "chat.update", "fault": "error", "error": "is_archived", "times": 1}
    await people.faults(rules=[rule])
    with pytest.raises(SlackApiError, match="is_archived"):
        await slack.chat_update(channel=INCIDENTS, ts=str(ts), text="y")
    assert (await slack.chat_update(channel=INCIDENTS, ts=str(ts), text="y"))["ok"]
