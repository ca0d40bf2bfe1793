"""Channels that the app makes, names, fills, empties and archives, and what is heard of it."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.demo.workspace.samples import INCIDENTS, Connect, Json
from tests.hanging import HANG_S


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    found: str = caught.value.response["error"]
    return found


async def made(slack: AsyncWebClient, name: str = "inc-1", **more: Any) -> str:
    found: str = (await slack.conversations_create(name=name, **more))["channel"]["id"]
    return found


async def test_a_channel_is_made_with_the_app_in_it(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    answer: Any = (await slack.conversations_create(name="inc-20261127-pr-12"))["channel"]
    assert (answer["name"], answer["creator"]) == ("inc-20261127-pr-12", "U0RUNBOOK")
    assert (answer["is_member"], answer["num_members"], answer["is_private"]) == (True, 1, False)
    assert (await slack.chat_postMessage(channel=answer["id"], text="begun"))["ok"]
    assert (await people.command("ana", "random", "/join", "#inc-20261127-pr-12"))["ok"]
    hidden = await made(slack, "inc-secret", is_private=True)
    listed = await slack.users_conversations(types="private_channel")
    assert [c["id"] for c in listed["channels"]] == [hidden]
    refused = await people.command("ana", "random", "/join", "#inc-secret")
    assert refused["error"] == "channel_not_found"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("--_", "invalid_name_punctuation"),
        ("Incident", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("a.b", "invalid_name_specials"),
        ("#a", "invalid_name_specials"),
        ("random", "name_taken"),
        ("key-room", "name_taken"),
    ],
)
async def test_a_name_that_no_channel_can_have(
    slack: AsyncWebClient, name: str, error: str
) -> None:
    assert await error_of(slack.conversations_create(name=name)) == error
    channel = await made(slack)
    assert await error_of(slack.conversations_rename(channel=channel, name=name)) == error


async def test_letters_of_all_scripts_are_taken_and_an_archived_channel_keeps_its_name(
    slack: AsyncWebClient,
) -> None:
    channel = await made(slack, "störung-日本-7")
    await slack.conversations_archive(channel=channel)
    assert await error_of(slack.conversations_create(name="störung-日本-7")) == "name_taken"


async def test_people_are_invited_and_the_first_wrong_one_stops_it(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    channel = await made(slack)
    gil = await people.stand("gil", guest="multi")
    olga = await people.stand("olga", team="T0OTHER")
    left = await people.stand("eli", deleted=True)
    one = await people.stand("sol", guest="single")
    await people.command("ana", "random", "/invite", "@sol")
    assert (await slack.conversations_invite(channel=channel, users=["U0ANA", "U0BEN"]))["ok"]
    for user, error in (
        ("U0ANA", "already_in_channel"),
        ("U0RUNBOOK", "cant_invite_self"),
        ("U404", "user_not_found"),
        (gil, "user_is_restricted"),
        (olga, "no_external_invite_permission"),
        (left, "cant_invite"),
        (one, "ura_max_channels"),
        ("", "no_user"),
    ):
        assert await error_of(slack.conversations_invite(channel=channel, users=user)) == error
    many = [f"U{number}" for number in range(101)]
    call = slack.conversations_invite(channel=channel, users=many)
    assert await error_of(call) == "too_many_users"
    with pytest.raises(SlackApiError) as caught:
        await slack.conversations_invite(channel=channel, users=["U0CHLOE", "U404", "U0ANA"])
    assert caught.value.response["error"] == "user_not_found"
    assert caught.value.response["errors"] == [
        {"user": "U404", "ok": False, "error": "user_not_found"},
        {"user": "U0ANA", "ok": False, "error": "already_in_channel"},
    ]
    members = (await slack.conversations_members(channel=channel))["members"]
    assert members == ["U0RUNBOOK", "U0ANA", "U0BEN"]


async def test_with_force_those_who_can_be_invited_are(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    forced: dict[str, Any] = {"channel": channel, "force": True}
    answer = await slack.conversations_invite(users=["U404", "U0ANA"], **forced)
    assert [one["error"] for one in answer["errors"]] == ["user_not_found"]
    members = (await slack.conversations_members(channel=channel))["members"]
    assert members == ["U0RUNBOOK", "U0ANA"]
    again = slack.conversations_invite(users=["U404", "U0ANA"], **forced)
    assert await error_of(again) == "user_not_found"


async def test_who_is_put_out_is_out(slack: AsyncWebClient, people: PersonClient) -> None:
    channel = await made(slack, is_private=True)
    await slack.conversations_invite(channel=channel, users="U0ANA")
    for user, error in (
        ("U0RUNBOOK", "cant_kick_self"),
        ("U404", "user_not_found"),
        ("U0BEN", "not_in_channel"),
    ):
        assert await error_of(slack.conversations_kick(channel=channel, user=user)) == error
    await slack.conversations_kick(channel=channel, user="U0ANA")
    assert (await slack.conversations_members(channel=channel))["members"] == ["U0RUNBOOK"]
    refused = await people.request(
        "POST", "messages", {"user": "ana", "channel": channel, "text": "hello"}
    )
    assert refused["error"] == "no_such_channel"


async def test_the_last_one_cannot_leave_and_who_is_out_is_told_so(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    assert await error_of(slack.conversations_leave(channel=channel)) == "last_member"
    await slack.conversations_invite(channel=channel, users="U0ANA")
    assert (await slack.conversations_leave(channel=channel))["ok"]
    with pytest.raises(SlackApiError) as caught:
        await slack.conversations_leave(channel=channel)
    assert caught.value.response["not_in_channel"] is True
    post = slack.chat_postMessage(channel=channel, text="x")
    assert await error_of(post) == "not_in_channel"


async def test_a_channel_is_renamed_by_the_app_that_made_it(slack: AsyncWebClient) -> None:
    channel = await made(slack)
    renamed: Any = (await slack.conversations_rename(channel=channel, name="inc-2"))["channel"]
    assert (renamed["name"], renamed["previous_names"]) == ("inc-2", ["inc-1"])
    assert (await slack.conversations_rename(channel=channel, name="inc-2"))["ok"]
    other = slack.conversations_rename(channel=INCIDENTS, name="inc-3")
    assert await error_of(other) == "not_authorized"


async def test_an_archived_channel_puts_the_app_out_and_keeps_it_out(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    channel = await made(slack)
    await slack.conversations_invite(channel=channel, users="U0ANA")
    assert await error_of(slack.conversations_unarchive(channel=channel)) == "not_archived"
    assert (await slack.conversations_archive(channel=channel))["ok"]
    for call, error in (
        (slack.conversations_archive(channel=channel), "already_archived"),
        (slack.conversations_unarchive(channel=channel), "not_in_channel"),
        (slack.conversations_rename(channel=channel, name="inc-2"), "is_archived"),
        (slack.conversations_invite(channel=channel, users="U0BEN"), "is_archived"),
        (slack.conversations_setTopic(channel=channel, topic="x"), "is_archived"),
        (slack.conversations_leave(channel=channel), "is_archived"),
        (slack.chat_postMessage(channel=channel, text="x"), "is_archived"),
    ):
        assert await error_of(call) == error
    await people.use("ana", channel, archived=False)
    post = slack.chat_postMessage(channel=channel, text="x")
    assert await error_of(post) == "not_in_channel"


async def test_topic_and_purpose_are_set_and_said(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    channel = await made(slack)
    answer: Any = await slack.conversations_setTopic(channel=channel, topic="KC-7 · SEV1")
    assert answer["channel"]["topic"]["value"] == "KC-7 · SEV1"
    assert answer["channel"]["topic"]["creator"] == "U0RUNBOOK"
    await slack.conversations_setPurpose(channel=channel, purpose="Where KC-7 is worked on")
    await slack.conversations_setTopic(channel=channel, topic="")
    shown: Any = (await slack.conversations_info(channel=channel))["channel"]
    assert shown["topic"]["value"] == ""
    assert shown["purpose"]["value"] == "Where KC-7 is worked on"
    said = [(m["subtype"], m["text"]) for m in await people.messages(channel)]
    assert said == [
        ("channel_topic", "set the channel topic: KC-7 · SEV1"),
        ("channel_purpose", "set the channel description: Where KC-7 is worked on"),
        ("channel_topic", "cleared the channel topic"),
    ]
    for call in (
        slack.conversations_setTopic(channel=channel, topic="x" * 251),
        slack.conversations_setPurpose(channel=channel, purpose="x" * 251),
    ):
        assert await error_of(call) == "too_long"


async def test_what_is_for_channels_is_refused_in_a_direct_conversation(
    slack: AsyncWebClient,
) -> None:
    direct = (await slack.conversations_open(users="U0ANA"))["channel"]["id"]
    for call in (
        slack.conversations_invite(channel=direct, users="U0BEN"),
        slack.conversations_kick(channel=direct, user="U0ANA"),
        slack.conversations_leave(channel=direct),
        slack.conversations_rename(channel=direct, name="x"),
        slack.conversations_archive(channel=direct),
        slack.conversations_unarchive(channel=direct),
        slack.conversations_setTopic(channel=direct, topic="x"),
        slack.conversations_close(channel=INCIDENTS),
        slack.conversations_open(channel=INCIDENTS),
    ):
        assert await error_of(call) == "method_not_supported_for_channel_type"


async def test_a_direct_conversation_is_closed_and_opened_again(slack: AsyncWebClient) -> None:
    direct = (await slack.conversations_open(users="U0ANA"))["channel"]["id"]
    assert "no_op" not in await slack.api_call("conversations.close", json={"channel": direct})
    again = await slack.conversations_close(channel=direct)
    assert (again["no_op"], again["already_closed"]) == (True, True)
    opened: Any = (await slack.conversations_open(channel=direct, return_im=True))["channel"]
    assert (opened["user"], opened["is_open"]) == ("U0ANA", True)
    assert await error_of(slack.api_call("conversations.open")) == "users_list_not_supplied"


async def test_the_app_says_up_to_where_it_has_read(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    ts = await people.say("ana", "incidents", "hello")
    await slack.conversations_mark(channel=INCIDENTS, ts=ts)
    assert (await slack.conversations_info(channel=INCIDENTS))["channel"]["last_read"] == ts
    wrong = slack.conversations_mark(channel=INCIDENTS, ts="yesterday")
    assert await error_of(wrong) == "invalid_timestamp"
    away = slack.conversations_mark(channel="C0RANDOM", ts=ts)
    assert await error_of(away) == "not_in_channel"


async def test_the_app_hears_of_channels_as_slack_tells_of_them(
    workspace: Workspace, slack: AsyncWebClient, people: PersonClient, connect: Connect
) -> None:
    app = AsyncApp(
        client=slack,
        signing_secret=workspace.signing_secret,
        ignoring_self_events_enabled=False,
    )
    heard: asyncio.Queue[Json] = asyncio.Queue()
    app.event("message")(_into(asyncio.Queue()))
    for kind in (
        "channel_created",
        "channel_rename",
        "channel_archive",
        "channel_unarchive",
        "group_left",
        "member_joined_channel",
        "app_mention",
    ):
        app.event(kind)(_into(heard))
    async with connect(app):
        channel = await made(slack)
        await slack.conversations_invite(channel=channel, users="U0ANA")
        await slack.conversations_rename(channel=channel, name="inc-2")
        await slack.conversations_archive(channel=channel)
        await people.use("ana", channel, archived=False)
        seen = [await asyncio.wait_for(heard.get(), HANG_S) for _ in range(6)]
        events = {one["type"]: one for one in seen}
        joined = [one for one in seen if one["type"] == "member_joined_channel"]
        assert {one["user"]: one.get("inviter") for one in joined} == {
            "U0RUNBOOK": None,
            "U0ANA": "U0RUNBOOK",
        }
        assert events["channel_created"]["channel"]["creator"] == "U0RUNBOOK"
        assert events["channel_rename"]["channel"]["name"] == "inc-2"
        assert (events["channel_archive"]["user"], events["channel_unarchive"]["user"]) == (
            "U0RUNBOOK",
            "U0ANA",
        )
        hidden = await made(slack, "inc-secret", is_private=True)
        await slack.conversations_invite(channel=hidden, users="U0ANA")
        await people.command("ana", "inc-secret", "/kick", "@runbook")
        seen = [await asyncio.wait_for(heard.get(), HANG_S) for _ in range(3)]
        assert [one["type"] for one in seen].count("member_joined_channel") == 2
        (gone,) = [one for one in seen if one["type"] == "group_left"]
        assert (gone["channel"], gone["actor_id"]) == (hidden, "U0ANA")


def _into(heard: asyncio.Queue[Json]) -> Any:
    async def keep(event: Json) -> None:
        await heard.put(event)

    return keep


async def test_who_is_invited_is_not_mentioned_and_nor_is_who_is_spoken_to_alone(
    slack: AsyncWebClient, people: PersonClient, app: AsyncApp, connect: Connect
) -> None:
    heard: asyncio.Queue[Json] = asyncio.Queue()
    app.event("app_mention")(_into(heard))
    direct = (await slack.conversations_open(users="U0ANA"))["channel"]["id"]
    async with connect(app):
        await people.command("ana", "random", "/invite", "@runbook")
        await people.say("ana", direct, "@runbook alone")
        await people.say("ana", "random", "@runbook at last")
        event = await asyncio.wait_for(heard.get(), HANG_S)
        assert event["text"] == "<@U0RUNBOOK> at last"
        assert heard.empty()


LACKING: dict[str, Any] = {
    "display_information": {"name": "Reader"},
    "features": {"bot_user": {"display_name": "reader"}},
    "oauth_config": {"scopes": {"bot": ["channels:manage", "channels:read"]}},
}


async def test_private_channels_have_scopes_of_their_own(no_proxy: None) -> None:
    async with Workspace.serve(manifest=LACKING) as workspace:
        slack = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        channel = await made(slack)
        assert (await slack.conversations_setTopic(channel=channel, topic="x"))["ok"]
        with pytest.raises(SlackApiError) as caught:
            await slack.conversations_create(name="inc-secret", is_private=True)
        assert caught.value.response["error"] == "missing_scope"
        assert caught.value.response["needed"] == "groups:write"


async def test_gos_client_is_let_in_to_the_socket_and_its_origin_nowhere_else(
    workspace: Workspace,
) -> None:
    client = AsyncWebClient(base_url=workspace.api_url)
    async with aiohttp.ClientSession() as session:
        for origin in ("https://api.slack.com", workspace.url):
            opened = await client.apps_connections_open(app_token=workspace.app_token)
            async with session.ws_connect(opened["url"], headers={"Origin": origin}) as socket:
                assert (await socket.receive_json())["type"] == "hello"
        opened = await client.apps_connections_open(app_token=workspace.app_token)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(opened["url"], headers={"Origin": "https://evil.example"})
        for path in ("/workspace/state", "/api/auth.test", "/"):
            foreign = {"Origin": "https://api.slack.com"}
            async with session.get(f"{workspace.url}{path}", headers=foreign) as answer:
                assert answer.status == 403
        wrong = opened["url"].replace("ticket=", "ticket=x")
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(wrong, headers={"Origin": "https://api.slack.com"})


async def test_a_file_is_shown_in_each_channel_that_is_named(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    answer: Any = await slack.files_upload_v2(
        channels=[INCIDENTS, "C0TRUSTONCALL", "U0ANA"],
        filename="a.txt",
        content="hello",
        initial_comment="Look",
    )
    direct = (await slack.conversations_open(users="U0ANA"))["channel"]["id"]
    for channel in (INCIDENTS, "C0TRUSTONCALL", direct):
        (message,) = await people.messages(channel)
        assert (message["text"], message["files"][0]["name"]) == ("Look", "a.txt")
    file = await slack.files_info(file=answer["files"][0]["id"])
    assert set(file["file"]["channels"]) == {INCIDENTS, "C0TRUSTONCALL", direct}


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ({"channels": [INCIDENTS, "C404"]}, "channel_not_found"),
        ({"channels": [INCIDENTS, "C0RANDOM"]}, "not_in_channel"),
        ({"channels": [f"C{n}" for n in range(101)]}, "channels_limit_exceeded"),
        ({"channels": [INCIDENTS, "C0TRUSTONCALL"], "thread_ts": "1.2"}, "invalid_arguments"),
    ],
)
async def test_a_file_is_shown_nowhere_if_a_channel_is_wrong(
    slack: AsyncWebClient, people: PersonClient, where: Json, error: str
) -> None:
    announced = await slack.files_getUploadURLExternal(filename="a.txt", length=5)
    async with aiohttp.ClientSession() as session:
        assert (await session.post(announced["upload_url"], data=b"hello")).status == 200
    files: list[Json] = [{"id": announced["file_id"]}]
    shown: Any = slack.files_completeUploadExternal(files=files, **where)
    assert await error_of(shown) == error
    assert await people.messages(INCIDENTS) == []
    assert (await slack.files_completeUploadExternal(files=files, channel_id=INCIDENTS))["ok"]
