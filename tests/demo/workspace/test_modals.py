"""Modals and the App Home, opened and answered by an unmodified Bolt app."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace, limits
from bot.demo.workspace.client import PersonClient
from tests.demo.workspace.samples import BUTTON, INCIDENTS, NOTE, Connect, present, typed


async def test_a_modal_is_refused_twice_and_then_closes(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    notes: list[str] = []

    @app.command("/note")
    async def ask(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=NOTE)

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
        await people.until(lambda: present(notes))
    assert notes == ["run-1: calm"]
    assert await people.views("ana") == []


async def test_a_modal_is_updated_pushed_and_cleared_by_its_acknowledgement(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    closed: list[str] = []

    @app.shortcut("note")
    async def ask(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=NOTE)

    @app.view("note")
    async def answer(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["note"]["text"]["value"]
        if text in ("update", "push"):
            fresh = {**NOTE, "private_metadata": text, "notify_on_close": True}
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
        await people.until(lambda: present(closed))
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
    await slack.views_open(trigger_id=triggers[0], view=NOTE)
    await people.advance(3.1)
    for trigger, error in (
        (triggers[0], "exchanged_trigger_id"),
        (triggers[1], "expired_trigger_id"),
        ("1.2.3", "invalid_trigger_id"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await slack.views_open(trigger_id=trigger, view=NOTE)


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


async def test_elements_inside_a_modal_act_and_update_it(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    """A choice is kept through an update of the view by its hash, and is in its submission."""
    submitted: list[dict[str, Any]] = []
    blocks: list[dict[str, Any]] = [{**BUTTON, "block_id": "row"}, *NOTE["blocks"]]
    view = {**NOTE, "blocks": blocks}

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
        await people.until(lambda: present(submitted))
    assert submitted[0]["row"]["hand-over"]["selected_user"] == "U0DEE"
    assert submitted[0]["note"]["text"]["value"] == "fine"


FILES = {
    "type": "modal",
    "callback_id": "note",
    "title": {"type": "plain_text", "text": "Files"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "A file"},
            "element": {
                "type": "file_input",
                "action_id": "f",
                "max_files": 1,
                "filetypes": ["txt"],
            },
        }
    ],
}


def chosen(*files: str) -> dict[str, Any]:
    return {"note": {"f": {"type": "file_input", "files": [{"id": file} for file in files]}}}


async def test_a_form_takes_files_and_the_app_is_sent_what_they_are(
    app: AsyncApp, connect: Connect, people: PersonClient, workspace: Workspace
) -> None:
    given: list[dict[str, Any]] = []

    @app.command("/note")
    async def ask(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=FILES)

    @app.view("note")
    async def save(ack: Any, view: dict[str, Any]) -> None:
        await ack()
        given.extend(view["state"]["values"]["note"]["f"]["files"])

    file = await people.upload("ana", "out.txt", content="well")
    large = await people.upload("ana", "large.txt", content="x")
    workspace.world.state.files[large].content = b"x" * (limits.FORM_FILE_BYTES + 1)
    picture = await people.upload("ana", "panel.png", base64="iVBORw0KGgo=")
    async with connect(app):
        await people.command("ana", INCIDENTS, "/note")
        view = (await people.until(lambda: people.views("ana")))[0]
        for files, why in (
            ((), "Please complete"),
            ((file, large), "1 file at most"),
            ((large,), "10 MB at most"),
            ((picture,), "of these types: txt"),
        ):
            refused = await people.submit("ana", view, chosen(*files))
            assert why in refused["errors"]["note"]
        theirs = await people.upload("ben", "theirs.txt", content="no")
        refused = await people.submit("ana", view, chosen(theirs))
        assert refused["error"] == "no_such_file"
        assert await people.submit("ana", view, chosen(file)) == {"ok": True}
        await people.until(lambda: present(given))
    (one,) = given
    assert (one["id"], one["name"], one["size"]) == (file, "out.txt", 4)
    assert one["url_private"].startswith(f"{workspace.url}/files-pri/{file}/")
    async with aiohttp.ClientSession() as http:
        bare = await http.get(one["url_private"], allow_redirects=False)
        assert (bare.status, bare.headers["Location"][: len(workspace.url)]) == (302, workspace.url)
        signed = {"Authorization": f"Bearer {workspace.bot_token}"}
        assert await (await http.get(one["url_private"], headers=signed)).text() == "well"


async def test_a_form_for_files_needs_the_scope_to_read_them(
    slack: AsyncWebClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace.world.app, "_scopes", frozenset({"chat:write"}))
    trigger = workspace.world.handles.trigger("U0ANA")
    with pytest.raises(SlackApiError, match="missing_scope"):
        await slack.views_open(trigger_id=trigger, view=FILES)
    opened = await slack.views_open(trigger_id=trigger, view=NOTE)
    assert opened["ok"]
