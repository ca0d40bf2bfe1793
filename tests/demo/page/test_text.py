"""Text: mrkdwn read as Slack reads it, and hostile text that stays text."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.demo.workspace import Workspace
from tests.demo.page.scene import CHANNEL, Scene, button, command, plain, section

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
PARSED = {
    "*bold* and 2*3*4": ["bold:bold", "text: and 2*3*4"],
    "_it_ snake_case_name": ["italic:it", "text: snake_case_name"],
    "~gone~": ["strike:gone"],
    "`a *b* &lt;c&gt;`": ["code:a *b* <c>"],
    "<https://a.example/?x=1&amp;y=2|here>": ["link:https://a.example/?x=1&y=2"],
    "<javascript:alert(1)|here>": ["text:<javascript:alert(1)|here>"],
    "see https://a.example/x.": ["text:see ", "link:https://a.example/x", "text:."],
    "<@U0ANA> <#C0X|x> <!subteam^S1|@ops>": ["user", "text: ", "channel", "text: ", "usergroup"],
    "<!here>": ["broadcast"],
    "&lt;!here&gt;": ["text:<!here>"],
    "<!date^0^{date_num}|then>": ["date"],
    "<!date^x^{date_num}|then>": ["text:then"],
    ":fire: :no_such_thing:": ["emoji", "text: :no_such_thing:"],
    "* not bold *": ["text:* not bold *"],
    "*never closed": ["text:*never closed"],
    "<b>&lt;b&gt;": ["text:<b><b>"],
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def modules(browser: Browser) -> AsyncIterator[Page]:
    """A page whose modules can be imported and called."""
    async with Workspace.serve() as workspace, await browser.new_context() as context:
        page = await context.new_page()
        await page.goto(workspace.url)
        yield page


async def test_mrkdwn_is_read_as_slack_reads_it(modules: Page) -> None:
    read = await modules.evaluate(
        """async (sources) => {
          const {parseInline} = await import("/page/mrkdwn.js");
          const said = (node) => node.text ?? node.url ?? node.children?.map(said).join("");
          const short = (node) => [node.type, said(node)].filter(Boolean).join(":");
          return sources.map((source) => parseInline(source).map(short));
        }""",
        list(PARSED),
    )
    assert dict(zip(PARSED, read, strict=True)) == PARSED


async def test_fences_and_quotes_are_blocks_of_their_own(modules: Page) -> None:
    chunks = await modules.evaluate(
        """async () => {
          const {parseMrkdwn} = await import("/page/mrkdwn.js");
          const text = "before\\n```\\nls *x*\\n```\\n&gt; said\\n> so\\nafter\\n>>> the\\nrest";
          return parseMrkdwn(text).map((c) => [c.type, c.children.map((n) => n.text).join("")]);
        }"""
    )
    assert chunks == [
        ["paragraph", "before"],
        ["pre", "ls *x*"],
        ["quote", "said\nso"],
        ["paragraph", "after"],
        ["quote", "the\nrest"],
    ]


async def test_a_long_line_of_open_marks_is_read_at_once(modules: Page) -> None:
    """Each kind of mark that never closes, at the length that Slack allows."""
    lengths = await modules.evaluate(
        """async () => {
          const {parseInline} = await import("/page/mrkdwn.js");
          return ["*a ", "_a ", "<", "`a", "<@", "*_~`"].map((piece) => {
            const source = piece.repeat(40000 / piece.length);
            return parseInline(source).reduce((sum, node) => sum + (node.text ?? "").length, 0);
          });
        }"""
    )
    assert all(length > 0 for length in lengths)


DATES = {
    "{date_num}": "2014-02-18",
    "{date}": "February 18th, 2014",
    "{date_short}": "Feb 18, 2014",
    "{date_long}": "Tuesday, February 18th, 2014",
    "{date_slash}": "2/18/2014",
    "{date_pretty}": "Yesterday",
    "on {date_short_pretty}": "on yesterday",
    "{time}": "09:39",
    "{time_secs}": "09:39:42",
    "{ago}": "1 day ago",
    "{no_such}": "{no_such}",
}


async def test_dates_take_the_zone_of_the_reader(modules: Page) -> None:
    shown = await modules.evaluate(
        """async (formats) => {
          const {formatDate} = await import("/page/dates.js");
          const clock = {timeZone: "America/New_York", now: 1392734382 + 86400};
          return formats.map((format) => formatDate(1392734382, format, clock));
        }""",
        list(DATES),
    )
    assert dict(zip(DATES, shown, strict=True)) == DATES


def hostile_blocks() -> list[dict[str, Any]]:
    link = {"type": "link", "url": "javascript:window.hacked=1", "text": "click me"}
    rich = {"type": "rich_text_section", "elements": [link, {"type": "text", "text": HOSTILE}]}
    return [
        {"type": "header", "text": plain(HOSTILE)},
        section(HOSTILE, fields=[{"type": "mrkdwn", "text": HOSTILE}]),
        section("<javascript:window.hacked=1|click me> <data:text/html,x|or me>"),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": HOSTILE}]},
        {"type": "rich_text", "elements": [rich]},
        {
            "type": "markdown",
            "text": f"# {HOSTILE}\n\n[click](javascript:window.hacked=1) {HOSTILE}",
        },
        command(HOSTILE),
        {"type": "actions", "elements": [button(HOSTILE[:75], "hostile")]},
        {
            "type": "image",
            "image_url": "https://elsewhere.example/pixel.png",
            "alt_text": HOSTILE,
        },
    ]


async def test_what_people_and_apps_write_never_becomes_markup(scene: Scene) -> None:
    await scene.say(HOSTILE)
    await scene.post(HOSTILE, hostile_blocks())
    await scene.client.chat_postMessage(
        channel=CHANNEL,
        text="x",
        attachments=[{"title": HOSTILE, "text": HOSTILE, "color": HOSTILE}],
    )
    page = await scene.look()
    messages = page.get_by_role("log", name="Messages")
    await messages.get_by_text("<script>window.hacked=1</script>").first.wait_for()
    assert (
        await messages.locator("script, iframe, img, style, [onerror], [style*=hacked]").count()
        == 0
    )
    assert await messages.get_by_text(HOSTILE).count() >= 9
    hrefs = await messages.locator("a").evaluate_all("all => all.map((a) => a.protocol)")
    assert set(hrefs) <= {"http:", "https:"}
    assert await page.evaluate("window.hacked") is None


async def test_a_person_cannot_type_markup(scene: Scene) -> None:
    page = await scene.look()
    box = page.get_by_role("combobox", name="Message #incidents")
    await box.fill(HOSTILE)
    await box.press("Enter")
    await page.get_by_role("article").get_by_text(HOSTILE).wait_for()
    assert await page.evaluate("window.hacked") is None


async def test_a_typed_broadcast_is_text_and_a_chosen_one_a_broadcast(scene: Scene) -> None:
    page = await scene.look()
    box = page.get_by_role("combobox", name="Message #incidents")
    await box.fill("<!channel> & <@U0BEN|x>")
    await box.press("Enter")
    shown = page.get_by_role("article")
    await expect(shown.get_by_text("<!channel> &")).to_be_visible()
    await expect(shown.locator(".mention.mine")).to_have_count(0)
    await box.press_sequentially("@cha")
    await box.press("Tab")
    await box.press("Enter")
    await expect(shown.locator(".mention.mine")).to_have_text("@channel")


async def test_a_block_that_nobody_knows_is_shown_as_its_json(scene: Scene) -> None:
    video = {
        "type": "video",
        "title": plain("A talk"),
        "video_url": "https://videos.example/1",
        "thumbnail_url": "https://videos.example/1.png",
        "alt_text": "a talk",
    }
    await scene.post("A video", [video])
    page = await scene.look()
    shown = page.get_by_role("article").locator("pre")
    await shown.wait_for()
    assert '"video_url": "https://videos.example/1"' in await shown.inner_text()


async def test_links_open_outside_and_take_nothing_along(scene: Scene) -> None:
    await scene.say("see https://a.example/x?a=1&b=2")
    page = await scene.look()
    link = page.get_by_role("article").get_by_role("link")
    assert await link.get_attribute("href") == "https://a.example/x?a=1&b=2"
    assert await link.get_attribute("target") == "_blank"
    assert "noopener" in (await link.get_attribute("rel") or "")


@pytest.mark.parametrize("phone", [False, True])
async def test_a_command_is_copied_exactly(scene: Scene, phone: bool) -> None:  # noqa: FBT001  # a parameter of the table above
    typed = "./civictrust keys register key-b  --nodes node-1,node-2\n\t--quorum 3 && echo '<ok>'"
    await scene.post("Run this", [command(typed)])
    page = await scene.look(phone=phone, permissions=["clipboard-read", "clipboard-write"])
    copy = page.get_by_role("button", name="Copy", exact=True)
    if phone:
        box = await copy.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 36
        await copy.tap()
    else:
        await copy.click()
    await page.get_by_text("Copied").wait_for()
    assert await page.evaluate("navigator.clipboard.readText()") == typed
