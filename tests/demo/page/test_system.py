"""The panel of a system beside the workspace: what it shows, its buttons, and its terminal."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.demo.page.scene import BOARD, Scene, command, section
from tests.demo.page.test_access import faults
from tests.demo.workspace.beside import Pretended

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


async def beside(scene: Scene) -> Pretended:
    """A system beside the workspace, for the length of the scene."""
    system = Pretended()
    await scene.closing.enter_async_context(scene.workspace.beside(system))
    return system


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Trust")


async def opened(page: Page) -> Locator:
    await page.get_by_role("button", name=re.compile("^Trust: ")).click()
    await expect(panel(page)).to_be_visible()
    return panel(page)


async def test_without_a_system_nothing_of_it_is_on_the_page(scene: Scene) -> None:
    await scene.post("Run it", [command("./trust status")])
    page = await scene.look()
    await expect(page.get_by_text("./trust status")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("Trust|terminal"))).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True])
async def test_it_is_broken_seen_and_mended_in_one_window(scene: Scene, phone: bool) -> None:  # noqa: FBT001  # a parameter of the table above
    await beside(scene)
    page = await scene.look(phone=phone)
    trust = await opened(page)
    await expect(trust.get_by_role("status")).to_have_text("Well.")
    await expect(trust.get_by_role("listitem")).to_have_text(re.compile("node-1.*alive.*LSN 1"))
    await trust.get_by_role("button", name="Break it").click()
    await expect(trust.get_by_text("./trust break: done")).to_be_visible()
    await expect(trust.get_by_text("exit status 1")).to_be_visible()
    await trust.get_by_role("button", name="Close Trust").click()
    await expect(panel(page)).to_be_hidden()
    # Who closes it is where they opened it, and can open it again by the keyboard.
    await expect(page.get_by_role("button", name=re.compile("^Trust: "))).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(panel(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(panel(page)).to_be_hidden()


async def test_what_another_breaks_is_seen_at_once(scene: Scene) -> None:
    system = await beside(scene)
    page = await scene.look()
    trust = await opened(page)
    system.good, system.words = False, "Broken: node-1 is down."
    await scene.do("system/presses", {"user": "ben", "press": "break"})
    await expect(trust.get_by_text("./trust break", exact=True)).to_be_visible()
    await expect(trust.get_by_text("Ben Okafor").first).to_be_visible()
    await expect(trust.get_by_text("./trust status: done")).to_be_visible()
    await expect(page.get_by_role("button", name="Trust: healthy")).to_be_visible()


async def test_a_command_of_the_board_is_put_into_the_line_by_one_press_and_run_by_the_next(
    scene: Scene,
) -> None:
    system = await beside(scene)
    ts = await scene.post("Board", [section("▶ *2 Restart it*"), command("./trust restart n-1")])
    await scene.post("Elsewhere", [command("kubectl get pods")])
    page = await scene.look()
    trust = await opened(page)
    offered = trust.get_by_role("group", name="Commands on the board").get_by_role("button")
    await expect(offered).to_have_text(["./trust restart n-1"])
    await offered.click()
    line = trust.get_by_label("Command", exact=True)
    await expect(line).to_have_value("./trust restart n-1")
    assert system.ran == []
    await page.keyboard.press("Enter")  # the focus is on Run
    await expect(trust.get_by_text("./trust restart n-1: done")).to_be_visible()
    await expect(line).to_have_value("")
    await line.press("ArrowUp")
    await expect(line).to_have_value("./trust restart n-1")

    # Only what belongs to it can be put there; and the step that is over is no longer offered.
    put = page.get_by_role("button", name="Put it into the terminal")
    await expect(put).to_have_count(1)
    await line.fill("")
    await put.click()
    await expect(line).to_have_value("./trust restart n-1")
    await scene.client.chat_update(
        channel="C0INCIDENTS", ts=ts, text="Board", blocks=[section("✅ *2 Restart it*")]
    )
    await expect(offered).to_have_count(0)


async def test_the_terminal_opens_with_the_command_on_a_phone(scene: Scene) -> None:
    system = await beside(scene)
    await scene.post("Board", [command("./trust restart n-1")])
    page = await scene.look(phone=True)
    await page.get_by_role("button", name="Put it into the terminal").click()
    run = panel(page).get_by_role("button", name="Run", exact=True)
    await expect(run).to_be_in_viewport(ratio=1)
    await run.click()
    await expect(panel(page).get_by_text("./trust restart n-1: done")).to_be_in_viewport()
    assert system.ran == ["./trust restart n-1"]


async def test_what_is_refused_stays_in_the_line_with_the_reason(scene: Scene) -> None:
    system = await beside(scene)
    page = await scene.look()
    trust = await opened(page)
    line = trust.get_by_label("Command", exact=True)
    await expect(line).to_be_focused()
    await line.fill("ls -l")
    await line.press("Enter")
    await expect(trust.get_by_role("alert")).to_have_text("This runs ./trust only.")
    await expect(line).to_have_value("ls -l")
    await expect(line).to_be_focused()
    assert system.ran == []


async def test_what_a_system_prints_is_text_and_nothing_else(scene: Scene) -> None:
    system = await beside(scene)
    system.output, system.words, system.facts = HOSTILE, HOSTILE, [HOSTILE]
    await scene.post("Board", [command(f"./trust {HOSTILE}")])
    page = await scene.look()
    trust = await opened(page)
    await expect(trust.get_by_role("status")).to_have_text(HOSTILE)
    await trust.get_by_role("group", name="Commands on the board").get_by_role("button").click()
    await page.keyboard.press("Enter")
    await expect(trust.locator("pre")).to_contain_text(HOSTILE)
    assert await trust.locator("img, script").count() == 0
    assert await page.evaluate("window.hit") is None


async def test_a_thread_that_is_opened_is_in_front_of_it_and_it_of_the_calls(scene: Scene) -> None:
    await beside(scene)
    ts = await scene.post("Board", BOARD)
    await scene.say("look", thread=ts)
    page = await scene.look()
    await opened(page)
    await page.get_by_role("link", name=re.compile("1 reply")).click()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    await opened(page)
    await page.get_by_role("button", name="Web API calls").click()
    await expect(page.get_by_role("complementary", name="Web API calls")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()


@pytest.mark.parametrize(("phone", "scheme"), [(False, "dark"), (True, "light")])
async def test_axe_finds_no_serious_fault_in_it(scene: Scene, phone: bool, scheme: str) -> None:  # noqa: FBT001  # parameters of the table above
    system = await beside(scene)
    system.output = "one\n" * 80
    await scene.post("Board", [command("./trust restart n-1")])
    page = await scene.look(phone=phone, scheme=scheme)
    trust = await opened(page)
    await trust.get_by_role("button", name="Break it").click()
    await expect(trust.get_by_text("exit status 1")).to_be_attached()
    line = trust.get_by_label("Command", exact=True)
    await line.fill("ls")
    await line.press("Enter")
    await expect(trust.get_by_role("alert")).to_be_visible()
    assert await faults(page) == []
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert await page.evaluate(wide) <= 0


async def test_what_was_printed_last_is_in_sight_also_when_it_is_opened_again(
    scene: Scene,
) -> None:
    system = await beside(scene)
    system.output = "\n".join(f"line {number}" for number in range(60))
    page = await scene.look()
    trust = await opened(page)
    line = trust.get_by_label("Command", exact=True)
    await line.fill("./trust first")
    await line.press("Enter")
    await expect(trust.get_by_text("line 59")).to_be_in_viewport()
    # A command at hand takes room below it, and what comes then is followed all the same.
    await scene.post("Board", [command("./trust second")])
    await expect(trust.get_by_role("button", name="./trust second")).to_be_visible()
    system.output = "the end"
    await scene.do("system/lines", {"user": "ben", "line": "./trust second"})
    await expect(trust.get_by_text("the end")).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(panel(page)).to_be_hidden()
    await opened(page)
    await expect(trust.get_by_text("the end")).to_be_in_viewport()
