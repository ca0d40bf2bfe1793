"""An unmodified Bolt app and the people of a workspace talk over Socket Mode."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient

Connect = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncSocketModeHandler]]

INCIDENTS = "C0INCIDENTS"
BUTTON: dict[str, Any] = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {
            "type": "button",
            "action_id": "done",
            "value": "step-1",
            "text": {"type": "plain_text", "text": "Done"},
        },
        {
            "type": "overflow",
            "action_id": "more",
            "options": [
                {"text": {"type": "plain_text", "text": "Undo"}, "value": "undo"},
                {"text": {"type": "plain_text", "text": "Show"}, "value": "show"},
            ],
        },
        {"type": "users_select", "action_id": "hand-over"},
    ],
}
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "note",
    "private_metadata": "run-1",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "What happened?"},
            "element": {"type": "plain_text_input", "action_id": "text", "min_length": 3},
        }
    ],
}


def typed(text: str) -> dict[str, Any]:
    return {"note": {"text": {"type": "plain_text_input", "value": text}}}


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
        await people.until(lambda: _present(len(bodies) == 3))
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


async def _present(value: object) -> bool:
    return bool(value)


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
        await people.until(lambda: _present(len(urls) == 2))
    webhook = AsyncWebhookClient(urls[0])
    answers = [await webhook.send(text=f"Answer {n}") for n in range(6)]
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 200, 404]
    assert "used_url" in answers[5].body
    await people.advance(30 * 60 + 1)
    late = await AsyncWebhookClient(urls[1]).send(text="Too late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


async def test_a_modal_is_refused_twice_and_then_closes(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    notes: list[str] = []

    @app.command("/note")
    async def ask(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    @app.view("note")
    async def save(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["note"]["text"]["value"]
        if "!" in text:
            await ack(response_action="errors", errors={"note": "Stay calm."})
            return
        await ack()
        notes.append(f"{view['private_metadata']}: {text}")

    async with connect(app):
        await people.command("ana", INCIDENTS, "/note")
        view = (await people.until(lambda: people.views("ana")))[0]
        assert "note" in (await people.submit("ana", view, typed("no")))["errors"]
        assert "note" in (await people.submit("ana", view, typed("  ")))["errors"]
        shouted = await people.submit("ana", view, typed("argh!"))
        assert shouted == {"ok": False, "errors": {"note": "Stay calm."}}
        assert await people.submit("ana", view, typed("calm")) == {"ok": True}
        await people.until(lambda: _present(notes))
    assert notes == ["run-1: calm"]
    assert await people.views("ana") == []


async def test_a_modal_is_updated_pushed_and_cleared_by_its_acknowledgement(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    closed: list[str] = []

    @app.shortcut("note")
    async def ask(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=MODAL)

    @app.view("note")
    async def answer(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["note"]["text"]["value"]
        if text in ("update", "push"):
            fresh = {**MODAL, "private_metadata": text, "notify_on_close": True}
            await ack(response_action=text, view=fresh)
        else:
            await ack(response_action="clear")

    @app.view_closed("note")
    async def gone(ack: Any, view: dict[str, Any]) -> None:
        await ack()
        closed.append(view["id"])

    async with connect(app):
        await people.shortcut("ana", "note")
        (view,) = await people.until(lambda: people.views("ana"))
        await people.submit("ana", view, typed("update"))
        (updated,) = await people.views("ana")
        assert (updated["id"], updated["private_metadata"]) == (view["id"], "update")
        assert updated["state"]["values"] == typed("update")
        await people.submit("ana", updated, typed("push"))
        _, pushed = await people.views("ana")
        assert pushed["previous_view_id"] == view["id"]
        await people.close("ana", pushed)
        assert len(await people.views("ana")) == 1
        await people.until(lambda: _present(closed))
        await people.submit("ana", updated, typed("clear"))
    assert closed == [pushed["id"]]
    assert await people.views("ana") == []


async def test_a_trigger_opens_one_view_and_lives_three_seconds(
    app: AsyncApp, connect: Connect, people: PersonClient, slack: AsyncWebClient
) -> None:
    triggers: list[str] = []

    @app.command("/note")
    async def keep(ack: Any, command: dict[str, Any]) -> None:
        triggers.append(command["trigger_id"])
        await ack()

    async with connect(app):
        await people.command("ana", INCIDENTS, "/note")
        await people.command("ana", INCIDENTS, "/note")
    await slack.views_open(trigger_id=triggers[0], view=MODAL)
    await people.advance(3.1)
    for trigger, error in (
        (triggers[0], "exchanged_trigger_id"),
        (triggers[1], "expired_trigger_id"),
        ("1.2.3", "invalid_trigger_id"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await slack.views_open(trigger_id=trigger, view=MODAL)


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
        await people.say("ana", "incidents", "@runbook status?", parent)

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
        await people.until(lambda: _present("message/message_deleted" in heard))
        await people.command("ana", "random", "/kick", "@runbook")
        await people.until(lambda: _present("channel_left/" in heard))
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


async def test_the_home_is_published_when_someone_looks(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id=event["user"], view=view)

    async with connect(app):
        assert await people.home("ana") is None
        await people.open_home("ana")
        view = await people.until(lambda: people.home("ana"))
    assert view is not None
    assert view["blocks"][0]["type"] == "divider"
    assert await people.home("ben") is None


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
        await people.until(lambda: _present(texts))
    assert done == {"ok": True}
    assert texts == ["Disk is full"]


async def test_elements_inside_a_modal_act_and_update_it(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    """A choice is kept through an update of the view by its hash, and is in its submission."""
    submitted: list[dict[str, Any]] = []
    blocks: list[dict[str, Any]] = [{**BUTTON, "block_id": "row"}, *MODAL["blocks"]]
    view = {**MODAL, "blocks": blocks}

    @app.command("/note")
    async def ask(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=view)

    @app.action("hand-over")
    async def chosen(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
        more = [*blocks, {"type": "section", "text": {"type": "mrkdwn", "text": "Chosen"}}]
        fresh = {**view, "blocks": more}
        shown = body["view"]
        await client.views_update(view_id=shown["id"], hash=shown["hash"], view=fresh)

    @app.view("note")
    async def save(ack: Any, view: dict[str, Any]) -> None:
        await ack()
        submitted.append(view["state"]["values"])

    async with connect(app):
        await people.command("ana", INCIDENTS, "/note")
        (opened,) = await people.until(lambda: people.views("ana"))
        await people.click("ana", opened, "hand-over", selected_user="U0DEE")

        async def updated() -> list[dict[str, Any]]:
            return [v for v in await people.views("ana") if len(v["blocks"]) == 3]

        (shown,) = await people.until(updated)
        assert shown["hash"] != opened["hash"]
        assert (await people.submit("ana", shown, typed("fine")))["ok"]
        await people.until(lambda: _present(submitted))
    assert submitted[0]["row"]["hand-over"]["selected_user"] == "U0DEE"
    assert submitted[0]["note"]["text"]["value"] == "fine"


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
        await people.until(lambda: _present(len(seen) == 2))
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
