"""The page as a whole: on a phone, by keyboard, without a server, under faults."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from tests.demo.page.scene import BOARD, CHANNEL, Scene, field_of, modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def overflow(page: Page) -> int:
    """By how many pixels something sticks out of the screen sideways."""
    width: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    lists: int = await page.evaluate(
        """Math.max(0, ...[...document.querySelectorAll(".feed-scroll, .sidebar, dialog")]
          .map((node) => node.scrollWidth - node.clientWidth))"""
    )
    return max(width, lists)


async def test_on_a_phone_nothing_scrolls_sideways(scene: Scene) -> None:
    ts = await scene.post("Board", BOARD)
    await scene.say("https://a.example/" + "long" * 60, thread=ts)
    page = await scene.look(who="ben", phone=True)
    await expect(page.get_by_role("button", name="Done")).to_be_visible()
    assert await overflow(page) == 0
    rights = (
        await page.get_by_role("article")
        .locator("button, pre")
        .evaluate_all("all => all.map((node) => node.getBoundingClientRect().right)")
    )
    assert max(rights) <= 390
    await page.get_by_role("link", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    assert await thread.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert await overflow(page) == 0
    await thread.get_by_role("button", name="Close thread").click()
    await page.get_by_role("button", name="Channels and apps").click()
    await page.get_by_role("link", name="random").click()
    await expect(page.get_by_role("heading", name="random", exact=True)).to_be_visible()
    await expect(page.get_by_role("navigation")).to_be_hidden()


async def tab_to(page: Page, target: Locator, key: str = "Shift+Tab") -> None:
    """Press the key until the focus is there; it fails where no key press leads."""
    await target.wait_for(state="attached")
    for _ in range(40):
        await page.keyboard.press(key)
        if await target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail(f"{key} never reaches {target}")


async def test_the_keyboard_alone_is_enough(scene: Scene) -> None:
    sent: asyncio.Queue[str] = asyncio.Queue()

    @scene.app.command("/runbook")
    async def start(ack: AsyncAck, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postMessage(channel=CHANNEL, text="Board", blocks=BOARD)

    @scene.app.action("failed")
    async def failed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field_of("why", "Why?")))

    @scene.app.view("note")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        await ack()
        sent.put_nowait(view["state"]["values"]["why"]["text"]["value"])

    await scene.connect()
    page = await scene.look()
    await page.keyboard.type("/ru")
    await page.keyboard.press("Tab")
    await page.keyboard.type("start")
    await page.keyboard.press("Enter")

    target = page.get_by_role("button", name="Failed…")
    await tab_to(page, target)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Why?")).to_be_focused()
    await page.keyboard.type("no answer")
    await page.keyboard.press("Enter")
    assert await sent.get() == "no answer"
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(target).to_be_focused()

    await tab_to(page, page.get_by_role("button", name="Reply in thread"), "Tab")
    await page.keyboard.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_label("Reply in thread")).to_be_focused()
    await page.keyboard.type("looking")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_role("article", name="Ana Ferreira")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()

    await page.keyboard.press("Control+k")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("button", name="You are: Ana Ferreira")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="You are: Ben Okafor")).to_be_visible()
    await expect(page.get_by_label("Message #incidents")).to_be_focused()


async def test_a_lost_connection_is_told_and_healed(scene: Scene) -> None:
    scene.expected += ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING"]
    async with Workspace.serve() as first:
        port = int(first.url.rpartition(":")[2])
        scene.workspace = first
        page = await scene.look()
    await expect(page.get_by_text("Connection lost, trying again…")).to_be_visible()
    async with Workspace.serve(port) as second:
        scene.workspace = second
        await scene.say("back again")
        await expect(page.get_by_text("back again")).to_be_visible()
        await expect(page.get_by_text("Connection lost")).to_be_hidden()
        await page.close()


async def test_calls_are_listed_with_what_became_of_them(scene: Scene) -> None:
    page = await scene.look()
    ts = await scene.post("Board")
    await page.get_by_role("button", name="Web API calls").click()
    table = page.get_by_role("complementary", name="Web API calls").get_by_role("table")
    await expect(table.get_by_role("row", name="chat.postMessage")).to_contain_text("200")
    rule = {"method": "chat.update", "fault": "429", "times": 1, "seconds": 7}
    await scene.put_faults(rules=[rule])
    call = f"{scene.workspace.api_url}chat.update"
    bearer = {"Authorization": f"Bearer {scene.workspace.bot_token}"}
    await scene.http.post(call, headers=bearer, json={"channel": CHANNEL, "ts": ts, "text": "x"})
    row = table.get_by_role("row", name="chat.update")
    await expect(row.get_by_role("cell").nth(2)).to_have_text("429ratelimitedfault: 429")
    await page.keyboard.press("Escape")
    await expect(table).to_be_hidden()


LIMITS: dict[str, dict[str, Any]] = {
    "Tier 3 · 50/min · 49 left": {"tier": "tier3", "limit": 50, "left": 49},
    "Tier 2": {"tier": 2, "left": None},
    "Posting in a channel · 60/min · 0 left": {"tier": "posting", "limit": 60, "left": 0},
    "a limit of its own": {"limit": "a limit of its own"},
    '{"burst":4}': {"limit": {"burst": 4}},
    "": {},
}


async def test_a_call_tells_what_it_counts_against(scene: Scene) -> None:
    call = {"method": "chat.update", "time": 1790000000, "status": 200, "seconds": 0.01}
    calls = [call | told for told in LIMITS.values()]
    page = await scene.look()
    await page.route("**/workspace/calls", lambda route: route.fulfill(json={"calls": calls}))
    await page.get_by_role("button", name="Web API calls").click()
    cells = page.get_by_role("table").get_by_role("row").locator("td:nth-child(2)")
    await expect(cells).to_have_text([f"chat.update{words}" for words in reversed(LIMITS)])
    await page.unroute_all()


async def test_a_badge_says_which_faults_are_on(scene: Scene) -> None:
    page = await scene.look(phone=True)
    await scene.put_faults(
        limits=False,
        rules=[
            {"method": "chat.update", "fault": "429", "times": 1, "seconds": 7},
            {"method": "*", "fault": "latency", "rate": 0.25, "seconds": 2},
        ],
        deliveries={"repeat": 0.5, "reorder": True},
    )
    badge = page.get_by_role("button", name="5 faults on")
    await badge.click()
    told = page.get_by_role("dialog", name="5 faults on").get_by_role("listitem")
    await expect(told).to_have_text(
        [
            "The next call of chat.update: rate limited, to wait 7 s",
            "25 % of calls: slower by 2 s",
            "Deliveries: 50 % come twice",
            "Deliveries: out of order",
            "Rate limits are off",
        ]
    )
    await page.keyboard.press("Escape")
    await expect(badge).to_be_focused()
    await scene.put_faults()
    await expect(badge).to_be_hidden()


async def test_the_page_has_its_landmarks(scene: Scene) -> None:
    ts = await scene.post("Board", BOARD)
    page = await scene.look(f"#/incidents/{ts}")
    for role in ("navigation", "main", "complementary"):
        await expect(page.get_by_role(role)).to_have_count(1)
    await expect(page.get_by_role("heading", level=1)).to_have_text("incidents")


async def test_every_module_is_fetched_at_once(scene: Scene) -> None:
    """The list in the page is complete, so that no import waits for another."""
    page = await scene.look()
    preloads = page.locator("link[rel=modulepreload]")
    listed = await preloads.evaluate_all("links => links.map((link) => link.href)")
    asked = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    used = {name for name in await page.evaluate(asked) if name.endswith(".js")}
    assert {*listed, f"{scene.workspace.url}/page/app.js"} == used
