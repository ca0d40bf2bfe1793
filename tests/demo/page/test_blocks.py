"""Blocks, modals and Home: what is clicked reaches the app, what the app answers is seen."""

import asyncio
import base64
from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from tests.demo.page.scene import CHANNEL, Scene, button, field_of, modal, option, plain, section

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_buttons_menus_and_selects_reach_the_app(scene: Scene) -> None:
    clicked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def note(ack: AsyncAck, action: dict[str, Any]) -> None:
        await ack()
        clicked.put_nowait(action)

    for name in ("done", "close", "more", "pick", "who"):
        scene.app.action(name)(note)
    await scene.connect()
    sure = {"title": plain("Close it?"), "text": plain("For good.")}
    sure |= {"confirm": plain("Close"), "deny": plain("No")}
    done = button("Done", "done", style="primary", accessibility_label="Mark step 3 done")
    close = button("Close…", "close", style="danger", confirm=sure)
    two = [option("Undo"), option("Export")]
    more = {"type": "overflow", "action_id": "more", "options": two}
    pick: dict[str, Any] = {"type": "static_select", "placeholder": plain("Severity")}
    pick |= {"action_id": "pick", "options": [option("SEV1"), option("SEV2")]}
    who = {"type": "users_select", "action_id": "who", "placeholder": plain("Hand to")}
    elements = [done, close, more, pick, who]
    await scene.post("Board", [{"type": "actions", "elements": elements}])
    page = await scene.look()

    await page.get_by_role("button", name="Mark step 3 done", exact=True).click()
    assert (await clicked.get())["value"] == "done"
    await page.get_by_role("button", name="Close…").click()
    await page.get_by_role("dialog", name="Close it?").get_by_role("button", name="No").click()
    await page.get_by_role("button", name="Close…").click()
    await page.get_by_role("dialog", name="Close it?").get_by_role("button", name="Close").click()
    assert (await clicked.get())["action_id"] == "close"
    await (
        page.get_by_role("article")
        .locator(".block")
        .get_by_role("button", name="More actions")
        .click()
    )
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert (await clicked.get())["selected_option"]["value"] == "export"
    await page.get_by_label("Severity").select_option("SEV2")
    assert (await clicked.get())["selected_option"]["value"] == "sev2"
    await page.get_by_label("Hand to").select_option("Dee Marchetti")
    assert (await clicked.get())["selected_user"] == "U0DEE"
    assert clicked.empty()


async def test_a_click_that_nobody_answers_says_so_beside_the_button(scene: Scene) -> None:
    await scene.post("Board", [{"type": "actions", "elements": [button("Done", "done")]}])
    page = await scene.look()
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("alert").get_by_text("dispatch_failed")).to_be_visible()


async def open_modal(scene: Scene, view: dict[str, Any]) -> None:
    """A button that opens a modal."""

    @scene.app.action("ask")
    async def ask(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    await scene.connect()
    await scene.post("Board", [{"type": "actions", "elements": [button("Ask…", "ask")]}])


async def test_a_modal_shows_its_errors_beside_the_field_and_then_goes(scene: Scene) -> None:
    @scene.app.view("note")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["why"]["text"]["value"]
        short = {"why": "Say a little more."}
        await (ack(response_action="errors", errors=short) if text == "no" else ack())

    await open_modal(scene, modal(field_of("why", "Why?")))
    ana, ben = await scene.look(who="ana"), await scene.look(who="ben")
    await ana.get_by_role("button", name="Ask…").click()
    dialog = ana.get_by_role("dialog", name="Note")
    why = dialog.get_by_label("Why?")
    await expect(why).to_be_focused()
    await why.fill("no")
    await dialog.get_by_role("button", name="Record").click()
    await expect(dialog.get_by_text("Say a little more.")).to_be_visible()
    await expect(why).to_have_accessible_description("Say a little more.")
    await expect(why).to_have_value("no")
    assert await ben.get_by_role("dialog").count() == 0
    await why.fill("node-3 did not answer")
    await dialog.get_by_role("button", name="Record").click()
    await expect(dialog).to_be_hidden()


async def test_escape_asks_before_it_throws_away_what_was_typed(scene: Scene) -> None:
    await open_modal(scene, modal(field_of("why", "Why?")))
    page = await scene.look(who="ana")
    await page.get_by_role("button", name="Ask…").click()
    dialog = page.get_by_role("dialog", name="Note")
    await dialog.get_by_label("Why?").fill("node-3 did not answer")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Keep editing").click()
    await expect(dialog.get_by_label("Why?")).to_have_value("node-3 did not answer")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Discard", exact=True).click()
    await expect(dialog).to_be_hidden()


async def test_every_input_arrives_as_slack_sends_it(scene: Scene) -> None:
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @scene.app.view("note")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        await ack()
        sent.put_nowait(view["state"]["values"])

    options = [option("One"), option("Two")]
    fields = [
        field_of("a", "Text", multiline=True),
        field_of("b", "Pick", type="static_select", options=options),
        field_of("c", "Several", type="multi_static_select", options=options),
        field_of("d", "Person", type="users_select"),
        field_of("e", "Radio", type="radio_buttons", options=options),
        field_of("f", "Checks", type="checkboxes", options=options, initial_options=[options[1]]),
        field_of("g", "Day", type="datepicker"),
        field_of("h", "Time", type="timepicker"),
        field_of("i", "Number", type="number_input", is_decimal_allowed=False),
        field_of("j", "Mail", type="email_text_input"),
        field_of("k", "Address", type="url_text_input"),
    ]
    await open_modal(scene, modal(*fields))
    page = await scene.look()
    await page.get_by_role("button", name="Ask…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Text").fill("a\nb")
    await dialog.get_by_label("Pick").select_option("Two")
    await dialog.get_by_role("group", name="Several").get_by_label("One").check()
    await dialog.get_by_label("Person").select_option("Ben Okafor")
    await dialog.get_by_role("radiogroup", name="Radio").get_by_label("Two").check()
    await dialog.get_by_role("group", name="Checks").get_by_label("One").check()
    await dialog.get_by_label("Day").fill("2026-11-22")
    await dialog.get_by_label("Time").fill("03:14")
    await dialog.get_by_label("Number").fill("7")
    await dialog.get_by_label("Mail").fill("a@b.example")
    await dialog.get_by_label("Address").fill("https://a.example/")
    await dialog.get_by_role("button", name="Record").click()
    await expect(dialog).to_be_hidden()
    values = {block: next(iter(state.values())) for block, state in (await sent.get()).items()}
    assert values["a"]["value"] == "a\nb"
    assert values["b"]["selected_option"]["value"] == "two"
    assert [o["value"] for o in values["c"]["selected_options"]] == ["one"]
    assert values["d"]["selected_user"] == "U0BEN"
    assert values["e"]["selected_option"]["value"] == "two"
    assert [o["value"] for o in values["f"]["selected_options"]] == ["one", "two"]
    assert values["g"]["selected_date"] == "2026-11-22"
    assert values["h"]["selected_time"] == "03:14"
    assert [values[key]["value"] for key in "ijk"] == ["7", "a@b.example", "https://a.example/"]


async def test_an_updated_view_keeps_what_was_typed(scene: Scene) -> None:
    why, more = field_of("why", "Why?"), {"type": "actions", "elements": [button("More", "more")]}
    told: asyncio.Queue[Any] = asyncio.Queue()

    @scene.app.action("more")
    async def widen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        told.put_nowait(body["view"]["state"]["values"]["why"]["text"]["value"])
        view = modal(section("Now with a second field"), why, field_of("who", "Who?"))
        await client.views_update(view_id=body["view"]["id"], view=view)

    await open_modal(scene, modal(why, more))
    page = await scene.look()
    await page.get_by_role("button", name="Ask…").click()
    await page.get_by_label("Why?").fill("half a sen")
    await page.get_by_role("button", name="More", exact=True).click()
    await expect(page.get_by_label("Who?")).to_be_visible()
    await expect(page.get_by_label("Why?")).to_have_value("half a sen")
    assert await told.get() == "half a sen"


async def test_escape_closes_the_upper_of_two_modals(scene: Scene) -> None:
    @scene.app.action("push")
    async def push(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_push(
            trigger_id=body["trigger_id"], view=modal(section("y"), title="Upper")
        )

    lower = modal(
        field_of("why", "Why?"), {"type": "actions", "elements": [button("Push", "push")]}
    )
    await open_modal(scene, lower)
    page = await scene.look()
    await page.get_by_role("button", name="Ask…").click()
    await page.get_by_label("Why?").fill("typed below")
    await page.get_by_role("button", name="Push").click()
    await expect(page.get_by_role("dialog", name="Upper")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Upper")).to_be_hidden()
    await expect(page.get_by_label("Why?")).to_have_value("typed below")


async def test_the_home_of_an_app_is_asked_for_and_drawn(scene: Scene) -> None:
    @scene.app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [section(f"Hello <@{event['user']}>")]}
        await client.views_publish(user_id=event["user"], view=view)

    await scene.connect()
    page = await scene.look(who="ben")
    await page.get_by_role("link", name="Runbook, connected").click()
    await expect(page.get_by_role("region", name="App home").get_by_text("@ben")).to_be_visible()


async def test_a_message_shortcut_carries_the_message(scene: Scene) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()

    @scene.app.message_shortcut("add")
    async def add(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        told.put_nowait(body["message"]["text"])

    await scene.connect()
    await scene.say("worth keeping")
    page = await scene.look()
    await page.get_by_role("article").hover()
    await page.get_by_role("article").get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Add to record").click()
    assert await told.get() == "worth keeping"


async def test_a_global_shortcut_opens_a_modal(scene: Scene) -> None:
    @scene.app.global_shortcut("start")
    async def start(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field_of("why", "Why?")))

    await scene.connect()
    page = await scene.look()
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Start a run").click()
    await expect(page.get_by_role("dialog", name="Note").get_by_label("Why?")).to_be_focused()


async def test_a_file_is_offered_and_its_markdown_drawn_in_place(scene: Scene) -> None:
    text = "# Post-mortem\n\n| Step | Who |\n|---|---|\n| 1 | <b>ana</b> |\n"
    await scene.client.files_upload_v2(
        channel=CHANNEL, filename="kc-7.md", title="KC-7", content=text
    )
    page = await scene.look()
    article = page.get_by_role("article")
    async with page.expect_download() as download:
        await article.get_by_role("link", name="Download kc-7.md").click()
    assert (await (await download.value).path()).read_text() == text
    await article.get_by_text("Preview").click()
    await expect(article.get_by_role("heading", name="Post-mortem")).to_be_visible()
    await expect(article.get_by_role("cell", name="<b>ana</b>")).to_be_visible()


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)


async def test_html_is_shown_as_its_source_and_a_picture_as_a_picture(scene: Scene) -> None:
    source = "<!doctype html><h1>Report</h1><script>window.hacked=1</script>"
    await scene.client.files_upload_v2(channel=CHANNEL, filename="report.html", content=source)
    await scene.client.files_upload_v2(
        channel=CHANNEL, filename="graph.png", content=PIXEL, title="Graph", alt_txt="load"
    )
    page = await scene.look()
    report, graph = page.get_by_role("article").first, page.get_by_role("article").last
    await report.get_by_text("Preview").click()
    await expect(report.locator("pre")).to_have_text(source)
    await expect(report.locator("iframe, h1, script")).to_have_count(0)
    assert await page.evaluate("window.hacked") is None
    await expect(graph.get_by_role("img")).to_have_js_property("naturalWidth", 1)
