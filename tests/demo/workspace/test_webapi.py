"""The Web API: arguments however they come, errors as Slack words them, methods one by one."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.demo.workspace.methods import TABLE

Json = dict[str, Any]
INCIDENTS = "C0INCIDENTS"
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "x"},
    "blocks": [{"type": "divider"}],
}


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(workspace.url) as session:
        yield session


async def ask(http: aiohttp.ClientSession, verb: str, method: str, **sent: Any) -> Json:
    sent.setdefault("headers", {"Authorization": "Bearer xoxb-local-workspace-bot"})
    async with http.request(verb, f"/api/{method}", **sent) as response:
        answer: Json = await response.json()
        return answer


async def test_arguments_come_by_query_form_or_json(http: aiohttp.ClientSession) -> None:
    post = {"channel": INCIDENTS, "text": "x"}
    form = aiohttp.FormData({**post, "blocks": json.dumps([{"type": "divider"}])})
    multipart = aiohttp.FormData(post, default_to_multipart=True)
    for sent in ({"params": post}, {"json": post}, {"data": form}, {"data": multipart}):
        assert (await ask(http, "POST", "chat.postMessage", **sent))["ok"]
    assert (await ask(http, "GET", "users.info", params={"user": "U0ANA"}))["ok"]
    by_field = await ask(
        http, "POST", "auth.test", headers={}, data={"token": "xoxb-local-workspace-bot"}
    )
    assert by_field["bot_id"] == "B0RUNBOOK"


@pytest.mark.parametrize(
    ("method", "sent", "error"),
    [
        ("no.such", {}, "unknown_method"),
        ("auth.test", {"headers": {}}, "not_authed"),
        ("auth.test", {"headers": {"Authorization": "Bearer xoxb-wrong"}}, "invalid_auth"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("chat.postMessage", {"json": {"text": "x"}}, "invalid_arguments"),
        ("chat.postMessage", {"json": {"channel": "C404", "text": "x"}}, "channel_not_found"),
        ("chat.postMessage", {"json": {"channel": "C0RANDOM", "text": "x"}}, "not_in_channel"),
        ("chat.postMessage", {"json": {"channel": "C0KEYROOM", "text": "x"}}, "channel_not_found"),
        ("chat.postMessage", {"json": {"channel": INCIDENTS}}, "no_text"),
        (
            "chat.postMessage",
            {"json": {"channel": INCIDENTS, "text": "x", "thread_ts": "1.2"}},
            "thread_not_found",
        ),
        (
            "chat.postMessage",
            {"json": {"channel": INCIDENTS, "blocks": "["}},
            "invalid_blocks_format",
        ),
        (
            "chat.postMessage",
            {"json": {"channel": INCIDENTS, "blocks": {"blocks": []}}},
            "invalid_blocks_format",
        ),
        (
            "chat.postMessage",
            {"json": {"channel": INCIDENTS, "text": "x", "metadata": {"a": 1}}},
            "invalid_metadata_format",
        ),
        (
            "chat.update",
            {"json": {"channel": INCIDENTS, "ts": "1.2", "text": "x"}},
            "message_not_found",
        ),
        ("chat.delete", {"json": {"channel": INCIDENTS, "ts": "1.2"}}, "message_not_found"),
        (
            "chat.postEphemeral",
            {"json": {"channel": INCIDENTS, "user": "U404", "text": "x"}},
            "user_not_in_channel",
        ),
        (
            "conversations.replies",
            {"params": {"channel": INCIDENTS, "ts": "1.2"}},
            "thread_not_found",
        ),
        (
            "conversations.history",
            {"params": {"channel": INCIDENTS, "cursor": "?"}},
            "invalid_cursor",
        ),
        (
            "conversations.history",
            {"params": {"channel": INCIDENTS, "limit": "many"}},
            "invalid_arguments",
        ),
        ("conversations.list", {"params": {"types": "secret"}}, "invalid_types"),
        ("users.info", {"params": {"user": "U404"}}, "user_not_found"),
        ("usergroups.users.list", {"params": {"usergroup": "S404"}}, "no_such_subteam"),
        ("reactions.add", {"params": {"name": "eyes"}}, "no_item_specified"),
        ("files.info", {"params": {"file": "F404"}}, "file_not_found"),
        (
            "files.getUploadURLExternal",
            {"params": {"filename": "x", "length": 21 << 20}},
            "file_upload_size_restricted",
        ),
        (
            "files.completeUploadExternal",
            {"params": {"files": '[{"id": "F404"}]'}},
            "file_not_found",
        ),
        ("views.update", {"json": {"view_id": "V404", "view": MODAL}}, "not_found"),
        ("views.publish", {"json": {"user_id": "U0ANA", "view": MODAL}}, "invalid_arguments"),
        (
            "auth.test",
            {"data": b"{", "headers": {"Content-Type": "application/json"}},
            "invalid_json",
        ),
        ("auth.test", {"json": [1]}, "json_not_object"),
        (
            "auth.test",
            {"data": b'{"a": 1e999}', "headers": {"Content-Type": "application/json"}},
            "invalid_json",
        ),
        (
            "auth.test",
            {"data": b'{"a": "\\ud800"}', "headers": {"Content-Type": "application/json"}},
            "invalid_json",
        ),
        (
            "auth.test",
            {"data": b"[" * 100_000, "headers": {"Content-Type": "application/json"}},
            "invalid_json",
        ),
        ("auth.test", {"data": io.BytesIO(b"x" * (2 << 20))}, "request_too_large"),
    ],
)
async def test_slack_says_no(
    http: aiohttp.ClientSession, method: str, sent: Json, error: str
) -> None:
    assert (await ask(http, "POST", method, **sent))["error"] == error


async def test_an_update_keeps_what_it_was_not_given(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    posted = await slack.chat_postMessage(
        channel=INCIDENTS,
        text="one",
        blocks=[{"type": "divider"}],
        metadata={"event_type": "run", "event_payload": {"run": 1}},
    )
    where: Json = {"channel": INCIDENTS, "ts": posted["ts"]}
    two = [{"type": "divider"}, {"type": "divider"}]
    await slack.api_call("chat.update", json={**where, "blocks": two})
    (message,) = await people.messages(INCIDENTS)
    assert (message["text"], len(message["blocks"]), "edited" in message) == ("one", 2, False)
    await slack.chat_update(**where, text="two")
    (message,) = await people.messages(INCIDENTS)
    assert (message["text"], len(message["blocks"])) == ("two", 2)
    assert message["edited"]["user"] == "U0RUNBOOK"
    assert message["metadata"]["event_payload"] == {"run": 1}
    await slack.api_call("chat.update", json={**where, "blocks": []})
    assert "blocks" not in (await people.messages(INCIDENTS))[0]
    with pytest.raises(SlackApiError, match="no_text"):
        await slack.api_call("chat.update", json={**where, "text": ""})
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await slack.chat_update(**where, text="x" * 4001)


async def test_only_ones_own_messages_can_be_changed_or_deleted(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    theirs = await people.say("ana", "incidents", "mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await slack.chat_update(channel=INCIDENTS, ts=theirs, text="yours")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await slack.chat_delete(channel=INCIDENTS, ts=theirs)


async def test_a_deleted_parent_leaves_a_tombstone_while_it_has_replies(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    parent = (await slack.chat_postMessage(channel=INCIDENTS, text="run"))["ts"]
    reply = await people.say("ana", "incidents", "a reply", parent)
    await slack.chat_delete(channel=INCIDENTS, ts=parent)
    (stone,) = await people.messages(INCIDENTS)
    assert (stone["subtype"], stone["reply_count"]) == ("tombstone", 1)
    with pytest.raises(SlackApiError, match="message_not_found"):
        await slack.chat_update(channel=INCIDENTS, ts=parent, text="back")
    await people.delete("ana", INCIDENTS, reply)
    assert "reply_count" not in (await people.messages(INCIDENTS))[0]


async def test_threads_and_history_are_read_by_pages(slack: AsyncWebClient) -> None:
    await slack.api_call("auth.test")
    parent = (
        await slack.chat_postMessage(
            channel=INCIDENTS,
            text="run",
            metadata={"event_type": "run", "event_payload": {"id": "KC-7"}},
        )
    )["ts"]
    for n in range(3):
        await slack.chat_postMessage(channel=INCIDENTS, text=f"reply {n}", thread_ts=parent)
    first = await slack.conversations_replies(channel=INCIDENTS, ts=parent, limit=2)
    assert [m["text"] for m in first["messages"]] == ["run", "reply 0"]
    assert first["has_more"]
    assert "metadata" not in first["messages"][0]
    second = await slack.conversations_replies(
        channel=INCIDENTS,
        ts=parent,
        limit=2,
        cursor=first["response_metadata"]["next_cursor"],
        include_all_metadata=True,
    )
    assert [m["text"] for m in second["messages"]] == ["reply 1", "reply 2"]
    assert not second["has_more"]
    history = await slack.conversations_history(channel=INCIDENTS, include_all_metadata=True)
    assert [m["text"] for m in history["messages"]] == ["run"]
    assert history["messages"][0]["metadata"]["event_payload"] == {"id": "KC-7"}
    later = await slack.conversations_history(channel=INCIDENTS, oldest=parent)
    assert later["messages"] == []
    same = await slack.conversations_history(channel=INCIDENTS, oldest=parent, inclusive=True)
    assert len(same["messages"]) == 1


async def test_who_is_where(slack: AsyncWebClient) -> None:
    assert (await slack.users_info(user="U0DEE"))["user"]["name"] == "dee"
    assert (await slack.team_info())["team"]["id"] == (await slack.auth_test())["team_id"]
    group = await slack.usergroups_users_list(usergroup="S0KEYCUSTODIANS")
    assert group["users"] == ["U0DEE"]
    mine = await slack.users_conversations()
    assert [c["name"] for c in mine["channels"]] == ["incidents", "trust-oncall", "trust-status"]
    assert not (await slack.conversations_info(channel="C0RANDOM"))["channel"]["is_member"]
    joined = await slack.conversations_join(channel="C0RANDOM")
    assert joined["channel"]["is_member"]
    assert (await slack.conversations_join(channel="C0RANDOM"))["warning"] == "already_in_channel"
    members = await slack.conversations_members(channel="C0RANDOM", limit=4)
    assert len(members["members"]) == 4
    assert members["response_metadata"]["next_cursor"]
    assert len((await slack.users_list())["members"]) == 6


async def test_a_direct_message_and_an_ephemeral_reach_one_person(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    direct = await slack.chat_postMessage(channel="U0ANA", text="between us")
    assert direct["channel"].startswith("D")
    assert [m["text"] for m in await people.messages(direct["channel"])] == ["between us"]
    shown = await slack.chat_postEphemeral(channel=INCIDENTS, user="U0BEN", text="for ben")
    (message,) = await people.messages(INCIDENTS, "ben")
    assert (message["ts"], message["ephemeral"]) == (shown["message_ts"], True)
    assert await people.messages(INCIDENTS, "ana") == []


async def test_a_permalink_leads_to_the_page(
    slack: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    parent = (await slack.chat_postMessage(channel=INCIDENTS, text="run"))["ts"]
    reply = await slack.chat_postMessage(channel=INCIDENTS, text="reply", thread_ts=parent)
    link = await slack.chat_getPermalink(channel=INCIDENTS, message_ts=reply["ts"])
    assert f"/archives/{INCIDENTS}/p{reply['ts'].replace('.', '')}" in link["permalink"]
    async with http.get(link["permalink"], allow_redirects=False) as response:
        assert response.status == 302
        assert response.headers["Location"] == f"/#/{INCIDENTS}/{parent}"


async def test_an_upload_is_held_to_its_announced_length(
    slack: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    announced = await slack.files_getUploadURLExternal(filename="../../a.txt", length=5)
    files: list[Json] = [{"id": announced["file_id"]}]
    async with http.post(announced["upload_url"], data=b"too long") as response:
        assert response.status == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await slack.files_completeUploadExternal(files=files)
    async with http.post(announced["upload_url"], data=b"fits!") as response:
        assert await response.text() == "OK - 5"
    done = await slack.files_completeUploadExternal(files=files)
    assert done["files"][0]["name"] == "a.txt"
    async with http.post(announced["upload_url"], data=b"again") as response:
        assert response.status == 404


async def test_a_file_of_ones_own_is_deleted_and_its_message_says_so(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    ids = []
    for comment in ("Here it is", ""):
        made = await slack.files_getUploadURLExternal(filename="a.txt", length=5)
        async with aiohttp.ClientSession() as session:
            assert (await session.post(made["upload_url"], data=b"hello")).status == 200
        await slack.files_completeUploadExternal(
            files=[{"id": made["file_id"]}], channel_id=INCIDENTS, initial_comment=comment
        )
        ids.append(made["file_id"])
    for file in ids:
        assert (await slack.files_delete(file=file))["ok"]
    shown = (await slack.conversations_history(channel=INCIDENTS))["messages"]
    (left,) = [one for one in shown if one.get("files")]
    assert left["text"] == "Here it is"
    assert left["files"] == [{"id": ids[0], "mode": "tombstone"}]
    theirs = await people.share("U0ANA", INCIDENTS, "b.txt", content="x")
    shared = (await slack.conversations_history(channel=INCIDENTS, latest=theirs, inclusive=True))[
        "messages"
    ][0]["files"][0]["id"]
    for file, error in (
        (ids[0], "file_deleted"),
        ("F404", "file_not_found"),
        (shared, "cant_delete_file"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await slack.files_delete(file=file)


async def test_a_reaction_is_added_once(slack: AsyncWebClient, people: PersonClient) -> None:
    ts = await people.say("ana", "incidents", "look")
    where: Json = {"channel": INCIDENTS, "timestamp": ts}
    await slack.reactions_add(name="eyes", **where)
    with pytest.raises(SlackApiError, match="already_reacted"):
        await slack.reactions_add(name="eyes", **where)
    with pytest.raises(SlackApiError, match="invalid_name"):
        await slack.reactions_add(name="Eyes!", **where)
    (message,) = await people.messages(INCIDENTS)
    assert message["reactions"] == [{"name": "eyes", "users": ["U0RUNBOOK"], "count": 1}]


async def test_a_stale_view_is_not_overwritten(slack: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await slack.views_publish(user_id="U0ANA", view=home))["view"]
    await slack.views_publish(user_id="U0ANA", view=home, hash=first["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await slack.views_publish(user_id="U0ANA", view=home, hash=first["hash"])


async def test_nothing_sent_makes_a_method_crash(http: aiohttp.ClientSession) -> None:
    odd: list[Any] = [None, "", 0, -1, 1.5, True, [], [[]], {}, {"a": []}, "x" * 300, "\x00", "{"]
    names = sorted({name for row in TABLE.values() for name in row.needs} | {"limit", "blocks"})
    await ask(http, "POST", "auth.test")
    async with http.put("/workspace/faults", json={"limits": False}) as response:
        assert response.ok

    async def attack(method: str, value: Any) -> None:
        sent = dict.fromkeys(names, value) | {"channel": INCIDENTS, "timestamp": "1.2"}
        for body in (sent, dict.fromkeys(names, value)):
            answer = await ask(http, "POST", method, json=body)
            assert isinstance(answer["ok"], bool)

    await asyncio.gather(
        *(
            attack(method, value)
            for method in TABLE
            if method != "apps.connections.open"
            for value in odd
        )
    )


@pytest.mark.parametrize(
    ("channel", "leads"),
    [("%0d%0aX:1", "%0D%0AX%3A1"), ("a%0ab", "a%0Ab"), (INCIDENTS, INCIDENTS)],
)
async def test_a_permalink_with_a_line_break_in_it_ends_no_header(
    workspace: Workspace, channel: str, leads: str
) -> None:
    address = URL(f"{workspace.url}/archives/{channel}/p1", encoded=True)
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, allow_redirects=False) as answer,
    ):
        assert (answer.status, answer.headers["Location"]) == (302, f"/#/{leads}")
        assert "X" not in answer.headers
