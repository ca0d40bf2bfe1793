"""An unmodified Bolt app and the people of a workspace talk over Socket Mode."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.demo.workspace import Workspace, sharing
from bot.demo.workspace.client import PersonClient
from tests.demo.workspace.samples import (
    BUTTON,
    INCIDENTS,
    Connect,
    present,
)


async def test_a_command_is_answered_in_its_acknowledgement(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    seen: dict[str, Any] = {}

    @app.command("/runbook")
    async def start(ack: Any, command: dict[str, Any]) -> None:
        seen.update(command)
        await ack(f"Started {command['text']}")

    async with connect(app):
        shown = await people.command(
            "ana", "#incidents", "/runbook", "key for @ben & #random <now>"
        )
    assert shown["ok"]
    assert shown["response"]["text"].startswith("Started key")
    assert seen["text"] == "key for <@U0BEN|ben> &amp; <#C0RANDOM|random> &lt;now&gt;"
    assert (seen["user_id"], seen["channel_id"]) == ("U0ANA", INCIDENTS)
    assert seen["is_enterprise_install"] == "false"
    mine = await people.messages(INCIDENTS, "ana")
    assert [m["text"] for m in mine] == [shown["response"]["text"]]
    assert await people.messages(INCIDENTS, "ben") == []


async def test_an_answer_to_all_is_a_message_and_no_answer_shows_nothing(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    @app.command("/loud")
    async def loud(ack: Any) -> None:
        await ack(text="All hear this", response_type="in_channel")

    @app.command("/quiet")
    async def quiet(ack: Any) -> None:
        await ack()

    async with connect(app):
        await people.command("ana", INCIDENTS, "/loud")
        assert await people.command("ana", INCIDENTS, "/quiet") == {"ok": True}
    assert [m["text"] for m in await people.messages(INCIDENTS, "ben")] == ["All hear this"]


async def test_a_click_carries_all_that_slack_sends(
    app: AsyncApp, connect: Connect, people: PersonClient, slack: AsyncWebClient
) -> None:
    bodies: list[dict[str, Any]] = []
    for action in ("done", "more", "hand-over"):

        @app.action(action)
        async def clicked(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            bodies.append(body)

    posted = await slack.chat_postMessage(channel=INCIDENTS, text="Step 1", blocks=[BUTTON])
    async with connect(app):
        message = (await people.messages(INCIDENTS))[0]
        click = {"channel": INCIDENTS}
        assert await people.click("ben", message, "done", **click) == {"ok": True}
        await people.click("ben", message, "hand-over", selected_user="U0DEE", **click)
        await people.click("ben", message, "more", selected_option="show", **click)
        gone = await people.click("ben", message, "nothing", **click)
        await people.until(lambda: present(len(bodies) == 3))
    button, select, overflow = bodies
    assert gone["error"] == "no_such_action"
    assert button["user"] == {
        "id": "U0BEN",
        "username": "ben",
        "name": "ben",
        "team_id": "T0WORKSPACE",
    }
    assert button["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": INCIDENTS,
        "is_ephemeral": False,
    }
    assert button["message"]["blocks"][0]["block_id"] == "row"
    assert button["actions"][0]["value"] == "step-1"
    assert button["actions"][0]["block_id"] == "row"
    assert button["state"]["values"]["row"]["hand-over"]["selected_user"] is None
    assert select["actions"][0]["selected_user"] == "U0DEE"
    assert select["state"]["values"]["row"]["hand-over"]["selected_user"] == "U0DEE"
    assert overflow["actions"][0]["selected_option"]["value"] == "show"
    assert len({body["actions"][0]["action_ts"] for body in bodies}) == 3


async def test_a_response_url_answers_replaces_and_deletes(
    app: AsyncApp, connect: Connect, people: PersonClient, slack: AsyncWebClient
) -> None:
    @app.action("done")
    async def clicked(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Only you see this")
        await respond(text="Step 1 is done", replace_original=True)

    @app.action("more")
    async def removed(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    await slack.chat_postMessage(channel=INCIDENTS, text="Step 1", blocks=[BUTTON])
    async with connect(app):
        message = (await people.messages(INCIDENTS))[0]
        await people.click("ben", message, "more", channel=INCIDENTS, selected_option="undo")
        await people.until(lambda: _gone(people))
        await slack.chat_postMessage(channel=INCIDENTS, text="Step 1", blocks=[BUTTON])
        message = (await people.messages(INCIDENTS))[0]
        await people.click("ben", message, "done", channel=INCIDENTS)

        async def both() -> bool:
            texts = [m["text"] for m in await people.messages(INCIDENTS, "ben")]
            return texts == ["Step 1 is done", "Only you see this"]

        await people.until(both)
    assert "blocks" not in (await people.messages(INCIDENTS))[0]


async def _gone(people: PersonClient) -> bool:
    return not await people.messages(INCIDENTS)


async def test_a_response_url_works_five_times_in_half_an_hour(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    urls: list[str] = []

    @app.command("/runbook")
    async def start(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        urls.append(command["response_url"])

    async with connect(app):
        await people.command("ana", INCIDENTS, "/runbook")
        await people.command("ana", INCIDENTS, "/runbook")
        await people.until(lambda: present(len(urls) == 2))
    webhook = AsyncWebhookClient(urls[0])
    answers = [await webhook.send(text=f"Answer {n}") for n in range(6)]
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 200, 404]
    assert "used_url" in answers[5].body
    await people.advance(30 * 60 + 1)
    late = await AsyncWebhookClient(urls[1]).send(text="Too late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


async def test_an_app_that_does_not_answer_in_three_seconds_has_failed(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    heard = asyncio.Event()

    @app.command("/slow")
    async def slow() -> None:
        heard.set()
        await asyncio.Event().wait()

    async with connect(app):
        asked = asyncio.create_task(people.command("ana", INCIDENTS, "/slow"))
        await heard.wait()
        await people.advance(2.5)
        assert not asked.done()
        await people.advance(0.6)
        assert await asked == {"ok": False, "error": "operation_timeout"}
    absent = await people.command("ana", INCIDENTS, "/slow")
    assert absent == {"ok": False, "error": "dispatch_failed"}


async def test_a_mention_in_a_thread_reaches_the_app_with_its_thread(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        await say(text=f"Heard in {event['thread_ts']}", thread_ts=event["thread_ts"])

    async with connect(app):
        parent = await people.say("ben", "incidents", "Something is wrong")
        # In capitals, as the sidebar writes the name.
        await people.say("ana", "incidents", "@Runbook status?", parent)

        async def three() -> list[dict[str, Any]]:
            thread = await people.messages(INCIDENTS, thread_ts=parent)
            return thread if len(thread) == 3 else []

        thread = await people.until(three)
    assert thread[1]["text"] == "<@U0RUNBOOK> status?"
    assert thread[2]["text"] == f"Heard in {parent}"
    (shown,) = await people.messages(INCIDENTS)
    assert (shown["reply_count"], shown["reply_users"]) == (2, ["U0ANA", "U0RUNBOOK"])


async def test_the_app_hears_of_members_reactions_and_deletions(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    heard: list[str] = []

    @app.middleware
    async def note(body: dict[str, Any], next_: Any) -> None:
        event = body.get("event", {})
        heard.append(f"{event.get('type')}/{event.get('subtype', '')}")
        await next_()

    async with connect(app):
        await people.say("ana", "random", "Nobody of the bot's is here")
        await people.command("ana", "random", "/invite", "@runbook")
        ts = await people.say("ana", "random", "Now it is")
        await people.react("ben", "random", ts, "eyes")
        await people.delete("ana", "C0RANDOM", ts)
        await people.until(lambda: present("message/message_deleted" in heard))
        await people.command("ana", "random", "/kick", "@runbook")
        await people.until(lambda: present("channel_left/" in heard))
        await people.say("ana", "random", "Alone again")
    assert sorted(heard) == sorted(
        [
            "member_joined_channel/",
            "message/",
            "reaction_added/",
            "message/message_deleted",
            "channel_left/",
        ]
    )


async def test_an_upload_becomes_a_message_with_files(
    people: PersonClient, slack: AsyncWebClient, workspace: Workspace
) -> None:
    parent = await people.say("ana", "incidents", "Where is the post-mortem?")
    answer = await slack.files_upload_v2(
        channel=INCIDENTS,
        thread_ts=parent,
        initial_comment="Here",
        filename="post mortem.md",
        title="Post-mortem",
        content="# KC-7\n",
    )
    _, reply = await people.messages(INCIDENTS, thread_ts=parent)
    (file,) = reply["files"]
    assert (reply["text"], file["title"], file["size"]) == ("Here", "Post-mortem", 7)
    assert answer["files"][0]["id"] == file["id"]
    assert (await slack.files_info(file=file["id"]))["file"]["channels"] == [INCIDENTS]
    async with aiohttp.ClientSession() as session, session.get(file["url"]) as response:
        assert await response.text() == "# KC-7\n"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"] == 'inline; filename="post_mortem.md"'


async def test_a_message_shortcut_brings_its_message(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    texts: list[str] = []

    @app.shortcut("add-to-run")
    async def add(ack: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        texts.append(shortcut["message"]["text"])

    async with connect(app):
        ts = await people.say("ana", "incidents", "Disk is full")
        done = await people.shortcut("ben", "add-to-run", channel=INCIDENTS, message_ts=ts)
        await people.until(lambda: present(texts))
    assert done == {"ok": True}
    assert texts == ["Disk is full"]


async def test_each_person_has_choices_of_their_own(
    app: AsyncApp, connect: Connect, people: PersonClient, slack: AsyncWebClient
) -> None:
    seen: dict[str, Any] = {}

    @app.action("hand-over")
    async def chosen(ack: Any) -> None:
        await ack()

    @app.action("done")
    async def done(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen[body["user"]["name"]] = body["state"]["values"]["row"]["hand-over"]["selected_user"]

    await slack.chat_postMessage(channel=INCIDENTS, text="Step 1", blocks=[BUTTON])
    (message,) = await people.messages(INCIDENTS)
    async with connect(app):
        where = {"channel": INCIDENTS}
        await people.click("ana", message, "hand-over", selected_user="U0DEE", **where)
        await people.click("ana", message, "done", **where)
        await people.click("ben", message, "done", **where)
        await people.until(lambda: present(len(seen) == 2))
    assert seen == {"ana": "U0DEE", "ben": None}


async def test_an_ephemeral_is_clicked_replaced_and_deleted(
    app: AsyncApp, connect: Connect, people: PersonClient, slack: AsyncWebClient
) -> None:
    @app.action("done")
    async def clicked(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        await respond(text="Sure?", blocks=[BUTTON], replace_original=True)

    @app.action("more")
    async def gone(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    await slack.chat_postEphemeral(channel=INCIDENTS, user="U0BEN", text="Do it?", blocks=[BUTTON])
    (shown,) = await people.messages(INCIDENTS, "ben")
    async with connect(app):
        assert (await people.click("ben", shown, "done", channel=INCIDENTS))["ok"]

        async def replaced() -> bool:
            return [m["text"] for m in await people.messages(INCIDENTS, "ben")] == ["Sure?"]

        await people.until(replaced)
        await people.click("ben", shown, "more", channel=INCIDENTS, selected_option="undo")

        async def deleted() -> bool:
            return await people.messages(INCIDENTS, "ben") == []

        await people.until(deleted)


async def test_an_answer_with_bad_blocks_is_shown_as_a_failure(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    @app.command("/broken")
    async def broken(ack: Any) -> None:
        await ack(blocks=[{"type": "actions", "elements": []}])

    async with connect(app):
        shown = await people.command("ana", INCIDENTS, "/broken")
    assert (shown["ok"], shown["error"]) == (False, "invalid_command_response")


async def test_what_the_person_did_not_choose_from_is_refused(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    await slack.chat_postMessage(channel=INCIDENTS, text="Step 1", blocks=[BUTTON])
    (message,) = await people.messages(INCIDENTS)
    shown = await people.click("ben", message, "more", channel=INCIDENTS, selected_option="none")
    assert (shown["ok"], shown["error"]) == (False, "no_such_option")
    ts = await people.say("ana", "incidents", "no blocks here")
    shown = await people.click("ben", {"type": "message", "ts": ts}, "x", channel=INCIDENTS)
    assert shown["error"] == "no_such_action"


async def test_people_upload_text_and_pictures_and_each_is_known_for_what_it_is(
    people: PersonClient, workspace: Workspace
) -> None:
    for name, body, kind, content in (
        ("node-2.log", {"content": "panic: café"}, "text/plain", "panic: café".encode()),
        ("graph.PNG", {"base64": "iVBORw0KGgo="}, "image/png", b"\x89PNG\r\n\x1a\n"),
        ("C:\\tmp\\core", {"base64": "AAECAw=="}, "application/octet-stream", bytes(range(4))),
    ):
        ts = await people.share("ana", INCIDENTS, name, **body)
        (shown,) = [m for m in await people.messages(INCIDENTS) if m["ts"] == ts]
        (file,) = shown["files"]
        assert (file["mimetype"], file["size"]) == (kind, len(content))
        assert file["name"] == name.rpartition("\\")[2]
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{workspace.url}/workspace/files/{file['id']}") as answer,
        ):
            assert await answer.read() == content


async def test_an_upload_that_is_no_base64_or_finds_no_room_is_refused(
    people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"user": "ana", "channel": INCIDENTS, "name": "x.bin"}
    refused = await people.request("POST", "files", body | {"base64": "no, it is not"})
    assert refused["error"] == "invalid_body"
    monkeypatch.setattr(sharing, "ALL_FILES_BYTES", 3)
    refused = await people.request("POST", "files", body | {"content": "four"})
    assert refused["error"] == "storage_limit_reached"
