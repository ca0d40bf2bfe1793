"""Everyone can use the page: axe finds no serious fault in it, in any place and any colours."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # it publishes none
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from tests.demo.page.scene import (
    BOARD,
    CHANNEL,
    Scene,
    button,
    field_of,
    modal,
    option,
    plain,
    section,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ALL_FIELDS = [
    field_of("why", "Why?", multiline=True),
    field_of("pick", "Pick", type="static_select", options=[option("One")]),
    field_of("radio", "Radio", type="radio_buttons", options=[option("One"), option("Two")]),
    field_of("checks", "Checks", type="checkboxes", options=[option("One")]),
    field_of("day", "Day", type="datepicker"),
    field_of("who", "Who?", type="users_select"),
]


async def faults(page: Page) -> list[str]:
    """What axe finds, with the element, but for what it calls minor."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] != "minor"
        for node in rule["nodes"]
    ]


async def furnished(scene: Scene) -> str:
    """A channel that holds all that can be drawn; answers the `ts` of its board."""

    @scene.app.action("failed")
    async def failed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*ALL_FIELDS))

    @scene.app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [
            {"type": "header", "text": plain("Running now")},
            section("*KC-7* at step 3", accessory=button("Open", "open")),
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "Nothing else"}]},
        ]
        view = {"type": "home", "blocks": blocks}
        await client.views_publish(user_id=event["user"], view=view)

    await scene.connect()
    await scene.say("<@U0ANA> see `this` at https://a.example, @ben")
    ts = await scene.post("Board", [*BOARD, section("by <@U0ANA> &amp; <@U0DEE> ~not~")])
    await scene.client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="`code` for <@U0ANA>")
    await scene.say("<@U0DEE> look", thread=ts)
    await scene.client.files_upload_v2(
        channel=CHANNEL, thread_ts=ts, filename="kc-7.md", title="KC-7", content="# Post-mortem"
    )
    await scene.do("reactions", {"user": "ana", "channel": CHANNEL, "ts": ts, "name": "eyes"})
    await scene.do("messages", {"user": "ben", "channel": "C0RANDOM", "text": "lunch?"})
    rule = {"method": "chat.update", "fault": "429", "times": 1, "seconds": 7}
    await scene.put_faults(rules=[rule])
    return ts


@pytest.mark.parametrize(("phone", "scheme"), [(False, "light"), (True, "dark")])
async def test_axe_finds_no_serious_fault(scene: Scene, phone: bool, scheme: str) -> None:  # noqa: FBT001  # parameters of the table above
    ts = await furnished(scene)
    page = await scene.look(phone=phone, scheme=scheme)
    await expect(page.get_by_role("link", name="2 replies")).to_be_visible()
    assert await faults(page) == [], "the channel"

    await page.get_by_role("button", name="Failed…").click()
    await expect(page.get_by_role("dialog", name="Note")).to_be_visible()
    assert await faults(page) == [], "the modal"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Note")).to_be_hidden()

    await page.goto(f"{scene.workspace.url}/#/incidents/{ts}?as=ana")
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_text("Preview").click()
    await expect(thread.get_by_role("heading", name="Post-mortem")).to_be_visible()
    assert await faults(page) == [], "the thread"
    await thread.get_by_role("button", name="Close thread").click()

    if phone:
        await page.get_by_role("button", name="Channels and apps").click()
        assert await faults(page) == [], "the drawer"
    await page.get_by_role("button", name="Web API calls").click()
    await expect(page.get_by_role("row", name="chat.postMessage")).not_to_have_count(0)
    assert await faults(page) == [], "the calls"
    await page.keyboard.press("Escape")

    await page.goto(f"{scene.workspace.url}/#/app/{scene.app_id}?as=ana")
    await expect(page.get_by_role("heading", name="Running now")).to_be_visible()
    assert await faults(page) == [], "the app's home"
