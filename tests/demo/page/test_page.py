"""The page as a whole: on a phone, by keyboard, without a server, and in all colours."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from tests.demo.page.scene import CHANNEL, Scene, button, command, field_of, modal, plain, section

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BOARD: list[dict[str, Any]] = [
    {"type": "header", "text": plain("🔴 Key compromise recovery · SEV1")},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "▓▓▓░░░░░░░ 2 of 6 steps"}]},
    {"type": "divider"},
    section("▶ *3 Register the new key* · <@U0BEN>"),
    command("./civictrust keys register key-b --nodes node-1,node-2,node-3 --out " + "x" * 90),
    {
        "type": "actions",
        "elements": [
            button("Done", "done", style="primary"),
            button("Failed…", "failed"),
            button("Skip…", "skip"),
            button("Note…", "note"),
        ],
    },
    section("○ *4* Find documents", accessory=button("Take", "take", accessibility_label="Take 4")),
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": f"column {column} {'wide ' * 8}"} for column in range(6)]
            for _ in range(2)
        ],
    },
]


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


async def test_the_keyboard_alone_is_enough(scene: Scene) -> None:
    sent: asyncio.Queue[str] = asyncio.Queue()

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
    await page.keyboard.type("starting")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article")).to_have_count(1)
    await scene.post("Board", BOARD)
    target = page.get_by_role("button", name="Failed…")
    await expect(target).to_be_visible()
    for _ in range(20):
        await page.keyboard.press("Shift+Tab")
        if await target.evaluate("node => node === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Why?")).to_be_focused()
    await page.keyboard.type("no answer")
    await page.keyboard.press("Enter")
    assert await sent.get() == "no answer"
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(target).to_be_focused()


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
        await expect(page.get_by_text("back again")).to_be_visible(timeout=10_000)
        await expect(page.get_by_text("Connection lost")).to_be_hidden()
        await page.close()


async def test_faults_and_calls_can_be_seen(scene: Scene) -> None:
    page = await scene.look()
    rule = {"method": "chat.update", "fault": "429", "times": 1, "seconds": 7}
    ts = await scene.post("Board")
    await page.get_by_role("button", name="Web API calls").click()
    table = page.get_by_role("complementary", name="Web API calls").get_by_role("table")
    await expect(table.get_by_role("row", name="chat.postMessage 200")).to_be_visible()
    await scene.http.put(f"{scene.workspace.url}/workspace/faults", json={"rules": [rule]})
    await expect(page.get_by_text("chat.update: 429 × 1 (7 s)")).to_be_visible()
    await expect(page.get_by_text("Faults on", exact=True)).to_be_visible()
    call = f"{scene.workspace.api_url}chat.update"
    bearer = {"Authorization": f"Bearer {scene.workspace.bot_token}"}
    await scene.http.post(call, headers=bearer, json={"channel": CHANNEL, "ts": ts, "text": "x"})
    await expect(table.get_by_role("row", name="chat.update 429")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(table).to_be_hidden()


CONTRAST = """() => {
  const channel = (value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const pixel = (colors) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const colors = [];
    for (let at = node; at; at = at.parentElement) colors.unshift(getComputedStyle(at));
    return colors.map((style) => style.backgroundColor);
  };
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const seen = node.checkVisibility({opacityProperty: true}) && !node.closest(".meter");
    if (!own || !seen) continue;
    const under = behind(node);
    const [a, b] = [light(pixel(under)), light(pixel([...under, getComputedStyle(node).color]))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${node.className} "${node.textContent}" ${ratio.toFixed(2)}`);
  }
  return weak;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_has_the_contrast_of_level_aa(scene: Scene, scheme: str) -> None:
    await scene.client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="`code` for <@U0ANA>")
    ts = await scene.post("Board", [*BOARD, section("by <@U0ANA> &amp; <@U0DEE> ~not~")])
    await scene.say("<@U0DEE> see `this` https://a.example", thread=ts)
    await scene.do("reactions", {"user": "ana", "channel": CHANNEL, "ts": ts, "name": "eyes"})
    page = await scene.look(f"#/incidents/{ts}", color_scheme=scheme)
    await expect(page.get_by_role("link", name="1 reply")).to_be_visible()
    assert await page.evaluate(CONTRAST) == []


async def test_the_page_has_landmarks_and_every_control_a_name(scene: Scene) -> None:
    ts = await scene.post("Board", BOARD)
    page = await scene.look(f"#/incidents/{ts}")
    for role in ("navigation", "main", "complementary"):
        await expect(page.get_by_role(role)).to_have_count(1)
    await expect(page.get_by_role("heading", level=1)).to_have_text("incidents")
    nameless = await page.locator("button, a, input, textarea, select").evaluate_all(
        """all => all.filter((node) => node.checkVisibility())
          .filter((node) => !(node.ariaLabel || node.textContent.trim() || node.labels?.length))
          .map((node) => node.outerHTML)"""
    )
    assert nameless == []


async def test_every_module_is_fetched_at_once(scene: Scene) -> None:
    """The list in the page is complete, so that no import waits for another."""
    page = await scene.look()
    preloads = page.locator("link[rel=modulepreload]")
    listed = await preloads.evaluate_all("links => links.map((link) => link.href)")
    asked = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    used = {name for name in await page.evaluate(asked) if name.endswith(".js")}
    assert {*listed, f"{scene.workspace.url}/page/app.js"} == used
