"""What people do to a channel on the page, and how other apps and pins are shown there."""

import pytest
from playwright.async_api import Page, expect

from tests.demo.page.scene import CHANNEL, Scene
from tests.demo.page.test_access import faults

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("button", name="Channel actions").click()
    await page.get_by_role("menuitem", name=name).click()


@pytest.mark.parametrize("phone", [False, True])
async def test_a_channel_is_renamed_described_archived_and_taken_back(
    scene: Scene, *, phone: bool
) -> None:
    page = await scene.look(phone=phone)
    await choose(page, "Rename channel…")
    dialog = page.get_by_role("dialog", name="Rename #incidents")
    await expect(dialog.get_by_role("textbox")).to_have_value("incidents")
    await dialog.get_by_role("textbox").fill("incidents-2026")
    await dialog.get_by_role("button", name="Rename").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("incidents-2026")
    await choose(page, "Change topic…")
    dialog = page.get_by_role("dialog", name="Topic of #incidents-2026")
    await dialog.get_by_role("textbox").fill("KC-7 · SEV1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".topic")).to_have_text("KC-7 · SEV1")
    await choose(page, "Archive channel…")
    assert await faults(page) == []
    await page.get_by_role("button", name="Archive", exact=True).click()
    await expect(page.get_by_text("#incidents-2026 is archived.")).to_be_visible()
    box = page.get_by_role("combobox", name="Message #incidents-2026")
    await expect(box).to_be_hidden()
    assert await faults(page) == []
    await choose(page, "Unarchive channel")
    await expect(page.get_by_text("is archived.")).to_be_hidden()
    await expect(page.get_by_text("unarchived the channel", exact=True)).to_be_visible()


async def test_a_name_that_cannot_be_had_is_refused_in_words(scene: Scene) -> None:
    scene.expected.append("400")
    page = await scene.look()
    await choose(page, "Rename channel…")
    await page.get_by_role("dialog").get_by_role("textbox").fill("random")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("There is a #random already")).to_be_visible()
    await choose(page, "Rename channel…")
    await page.get_by_role("dialog").get_by_role("textbox").fill("never")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", level=1)).to_have_text("incidents")


@pytest.mark.parametrize("phone", [False, True])
async def test_a_channel_is_made(scene: Scene, *, phone: bool) -> None:
    page = await scene.look(phone=phone)
    if phone:
        await page.get_by_role("button", name="Channels and apps").click()
    await page.get_by_role("button", name="New channel…").click()
    assert await faults(page) == []
    await page.get_by_role("dialog", name="New channel").get_by_role("textbox").fill("war-room")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("war-room")
    made = [c for c in scene.workspace.world.state.channels.values() if c.name == "war-room"]
    assert [channel.members for channel in made] == [["U0ANA"]]


async def test_a_message_is_pinned_and_says_so(scene: Scene) -> None:
    ts = await scene.say("keep this", user="ben")
    page = await scene.look()
    for item in ("Pin to channel", "Unpin from channel"):
        article = page.get_by_role("article").filter(has_text="keep this")
        await article.hover()
        await article.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name=item).click()
        pinned = item.startswith("Pin")
        await expect(article.get_by_text("📌 Pinned")).to_have_count(1 if pinned else 0)
        assert (ts in scene.workspace.world.state.channels[CHANNEL].pins) is pinned


@pytest.mark.parametrize("phone", [False, True])
async def test_other_apps_are_shown_under_their_names_and_bookmarks_at_the_top(
    scene: Scene, *, phone: bool
) -> None:
    for app, by in (("Alerts", "webhook"), ("Pager", "webhook"), ("Deploys", "bot")):
        body = {"user": "ana", "channel": CHANNEL, "text": f"from {app}", "app": app, "by": by}
        await scene.do("messages", body)
    mine = {"user": "ana", "channel": CHANNEL, "text": "in my name", "app": "Mailer"}
    await scene.do("messages", mine | {"by": "person"})
    channel: dict[str, str] = {"channel_id": CHANNEL, "type": "link"}
    await scene.client.bookmarks_add(
        title="Board of KC-7", link="https://x.example/kc-7", emoji=":eyes:", **channel
    )
    page = await scene.look(phone=phone)
    for name in ("Alerts", "Pager", "Deploys"):
        article = page.get_by_role("article", name=f"{name} at")
        await expect(article.locator(".badge")).to_have_text("APP")
    article = page.get_by_role("article", name="Ana Ferreira at")
    await expect(article.locator(".badge")).to_have_text("VIA MAILER")
    await article.hover()
    await article.get_by_role("button", name="More actions").click()
    await expect(page.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    await page.keyboard.press("Escape")
    marks = page.get_by_role("navigation", name="Bookmarks")
    link = marks.get_by_role("link", name="Board of KC-7")
    await expect(link).to_have_attribute("href", "https://x.example/kc-7")
    assert await faults(page) == []
