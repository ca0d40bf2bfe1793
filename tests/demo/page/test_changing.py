"""What people do to their own messages and with files, by keyboard too; who is a guest."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.demo.page.scene import CHANNEL, Scene
from tests.demo.page.test_access import faults

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
"""A picture of one pixel."""


async def stored(scene: Scene, ts: str) -> dict[str, Any]:
    url = f"{scene.workspace.url}/workspace/channels/{CHANNEL}/messages?as=ana"
    async with scene.http.get(url) as answer:
        found = (await answer.json())["messages"]
    return next(message for message in found if message["ts"] == ts)


async def open_editor(page: Page, words: str) -> None:
    article = page.get_by_role("article").filter(has_text=words)
    await article.hover()
    await article.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Edit message").click()


async def test_ones_own_message_is_changed_in_its_place_and_says_so_to_all(scene: Scene) -> None:
    ts = await scene.say("node-2 is *down* since 09:10, @ben & <tags>", user="ana")
    ana, ben = await scene.look(who="ana"), await scene.look(who="ben")
    await open_editor(ana, "node-2")
    field = ana.get_by_role("combobox", name="Edit message")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("node-2 is *down* since 09:10, @ben & <tags>")
    await field.fill("node-3 is *down* since 09:10, @ben & <tags>")
    await ana.get_by_role("button", name="Save").click()
    await expect(field).to_be_hidden()
    for page in (ana, ben):
        article = page.get_by_role("article", name="Ana Ferreira")
        await expect(article.locator(".text")).to_have_text(
            "node-3 is down since 09:10, @ben & <tags>"
        )
        await expect(article.get_by_text("(edited)")).to_be_visible()
    text = (await stored(scene, ts))["text"]
    assert text == "node-3 is *down* since 09:10, <@U0BEN> &amp; &lt;tags&gt;"


async def test_nobody_changes_what_someone_else_or_the_app_wrote(scene: Scene) -> None:
    await scene.say("from ben", user="ben")
    await scene.post("from the app")
    page = await scene.look(who="ana")
    for words in ("from ben", "from the app"):
        article = page.get_by_role("article").filter(has_text=words)
        await article.hover()
        await article.get_by_role("button", name="More actions").click()
        await expect(page.get_by_role("menuitem", name="Copy link")).to_be_visible()
        await expect(page.get_by_role("menuitem", name="Edit message")).to_have_count(0)
        await page.keyboard.press("Escape")


async def test_editing_with_the_keyboard_alone(scene: Scene) -> None:
    await scene.say("first", user="ana")
    await scene.say("second", user="ana")
    await scene.say("not mine", user="ben")
    page = await scene.look(who="ana")
    box = page.get_by_role("combobox", name="Message #incidents")
    await expect(page.get_by_text("not mine")).to_be_visible()
    await box.press("ArrowUp")
    field = page.get_by_role("combobox", name="Edit message")
    await expect(field).to_have_value("second")
    await page.keyboard.type(" thought")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("of it")
    await page.keyboard.press("Enter")
    await expect(field).to_be_hidden()
    await expect(page.get_by_text("second thought")).to_be_visible()
    await expect(box).to_be_focused()
    # Nothing changed, so there is nothing to ask.
    await box.press("ArrowUp")
    await page.keyboard.press("Escape")
    await expect(field).to_be_hidden()
    await expect(box).to_be_focused()


async def test_typed_changes_are_not_lost_unless_that_is_meant(scene: Scene) -> None:
    ts = await scene.say("as it was", user="ana")
    page = await scene.look(who="ana")
    await open_editor(page, "as it was")
    field = page.get_by_role("combobox", name="Edit message")
    await field.fill("as it will be")
    # What others do meanwhile, and a look elsewhere, take nothing away.
    await scene.do("reactions", {"user": "ben", "channel": CHANNEL, "ts": ts, "name": "eyes"})
    await expect(page.get_by_role("button", name="1 reacted with eyes")).to_be_visible()
    await expect(field).to_be_focused()
    await page.get_by_role("link", name="random").click()
    await page.get_by_role("link", name="incidents", exact=True).click()
    await expect(field).to_have_value("as it will be")
    await field.press("Escape")
    question = page.get_by_role("dialog", name="Discard your changes?")
    await question.get_by_role("button", name="Keep editing").click()
    await expect(field).to_be_focused()
    await field.press("Escape")
    await question.get_by_role("button", name="Discard").click()
    await expect(field).to_be_hidden()
    await expect(page.get_by_text("as it was")).to_be_visible()
    assert "edited" not in await stored(scene, ts)


async def test_a_change_that_is_refused_says_so_and_keeps_the_words(scene: Scene) -> None:
    scene.expected.append("404")
    ts = await scene.say("soon gone", user="ana")
    page = await scene.look(who="ana")
    await open_editor(page, "soon gone")
    field = page.get_by_role("combobox", name="Edit message")
    await field.fill("changed")
    call = f"**/workspace/channels/*/messages/{ts}"
    refused = {"ok": False, "error": "no_such_message", "message": "There is no such message."}
    await page.route(call, lambda route: route.fulfill(status=404, json=refused))
    await field.press("Enter")
    await expect(page.get_by_text("Editing failed with the error")).to_be_visible()
    await expect(field).to_have_value("changed")
    await page.unroute_all()
    await field.press("Enter")
    await expect(field).to_be_hidden()


async def test_a_file_goes_with_the_message_or_alone(scene: Scene, tmp_path: Path) -> None:
    picture, log = tmp_path / "latency.png", tmp_path / "node-2.log"
    picture.write_bytes(DOT)
    log.write_text("panic: out of memory\n")
    page, ben = await scene.look(who="ana"), await scene.look(who="ben")
    box = page.get_by_role("combobox", name="Message #incidents")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Attach a file").click()
    await (await chooser.value).set_files(picture)
    await expect(page.get_by_text("latency.png")).to_be_visible()
    await expect(box).to_be_focused()
    await box.fill("since *noon*")
    await box.press("Enter")
    message = ben.get_by_role("article", name="Ana Ferreira").first
    await expect(message.locator(".text")).to_have_text("since noon")
    await expect(message.get_by_role("img", name="latency.png")).to_have_js_property(
        "naturalWidth", 1
    )
    await expect(page.get_by_role("button", name="Remove latency.png")).to_have_count(0)

    await page.locator(".composer input[type=file]").set_input_files(log)
    await page.get_by_role("button", name="Send").click()
    second = ben.get_by_role("article", name="Ana Ferreira").nth(1)
    await second.get_by_text("Preview").click()
    await expect(second.get_by_text("panic: out of memory")).to_be_visible()


async def test_a_file_is_taken_back_kept_for_its_place_and_refused_when_too_large(
    scene: Scene, tmp_path: Path
) -> None:
    small, large = tmp_path / "small.txt", tmp_path / "core.dump"
    small.write_text("x")
    large.write_bytes(b"\0" * 800_000)
    parent = await scene.say("Which one?")
    page = await scene.look(f"#/incidents/{parent}", who="ana")
    main, thread = page.get_by_role("main"), page.get_by_role("complementary", name="Thread")
    await thread.locator("input[type=file]").set_input_files(small)
    remove = thread.get_by_role("button", name="Remove small.txt")
    await expect(remove).to_be_visible()
    await expect(main.get_by_role("button", name="Remove small.txt")).to_have_count(0)
    await expect(main.get_by_role("button", name="Send")).to_be_disabled()
    await page.keyboard.press("Enter")
    await expect(thread.get_by_role("article").nth(1)).to_contain_text("small.txt")

    await main.locator("input[type=file]").set_input_files(large)
    await expect(page.get_by_text("core.dump is larger than 700.0 kB")).to_be_visible()
    await expect(main.get_by_role("button", name="Send")).to_be_disabled()
    await main.locator("input[type=file]").set_input_files(small)
    await main.get_by_role("button", name="Remove small.txt").click()
    await expect(main.get_by_role("button", name="Send")).to_be_disabled()


async def test_a_file_is_pasted_and_dropped(scene: Scene) -> None:
    page = await scene.look(who="ana")
    box = page.get_by_role("combobox", name="Message #incidents")
    put = """(field, [type, name]) => {
        const carried = new DataTransfer();
        carried.items.add(new File(["words"], name, {type: "text/plain"}));
        const told = {bubbles: true, cancelable: true};
        field.dispatchEvent(type === "paste"
            ? new ClipboardEvent(type, {...told, clipboardData: carried})
            : new DragEvent(type, {...told, dataTransfer: carried}));
    }"""
    for way in ("paste", "drop"):
        await box.evaluate(put, [way, f"{way}.txt"])
        await expect(page.get_by_role("button", name=f"Remove {way}.txt")).to_be_visible()
        await box.press("Enter")
        last = page.get_by_role("article").last
        await expect(last).to_contain_text(f"{way}.txt")


async def test_an_upload_that_fails_gives_file_and_words_back(scene: Scene, tmp_path: Path) -> None:
    scene.expected.append("403")
    log = tmp_path / "node-2.log"
    log.write_text("x")
    page = await scene.look(who="ana")
    refused = {"ok": False, "error": "storage_limit_reached", "message": "No more files."}
    await page.route("**/workspace/files", lambda route: route.fulfill(status=403, json=refused))
    await page.locator(".composer input[type=file]").set_input_files(log)
    box = page.get_by_role("combobox", name="Message #incidents")
    await box.fill("look")
    await box.press("Enter")
    await expect(page.get_by_text("Sending failed with the error")).to_be_visible()
    await expect(box).to_have_value("look")
    await expect(page.get_by_role("button", name="Remove node-2.log")).to_be_visible()
    await page.unroute_all()


async def test_guests_outsiders_and_the_deactivated_are_marked_at_once(scene: Scene) -> None:
    await scene.do("people", {"user": "gil", "guest": "single"})
    await scene.do("people", {"user": "olga", "team": "T0OTHER"})
    for name in ("gil", "olga"):
        await scene.do("commands", {"user": "ana", "channel": CHANNEL} | invited(name))
        await scene.say(f"hello from {name}", user=name)
    await scene.say("hello from eli", user="eli")
    page = await scene.look(who="ana")
    for name, sign in (("Gil", "GUEST"), ("Olga", "EXTERNAL")):
        article = page.get_by_role("article", name=name).first
        await expect(article.get_by_text(sign, exact=True)).to_be_visible()
    await scene.do("people", {"user": "eli", "deleted": True})
    gone = page.get_by_role("article", name="Eli Novak").filter(has_text="hello")
    await expect(gone.get_by_text("DEACTIVATED")).to_be_visible()

    await page.get_by_role("button", name="You are: Ana Ferreira").click()
    await expect(page.get_by_role("menuitemradio", name="Eli Novak")).to_have_count(0)
    await page.get_by_role("menuitemradio", name="Gil @gil · guest").click()
    await expect(page.get_by_text("You are · guest")).to_be_visible()
    await expect(page.get_by_role("link", name="incidents", exact=True)).to_be_visible()
    await expect(page.get_by_role("link", name="random")).to_have_count(0)


def invited(name: str) -> dict[str, str]:
    return {"command": "/invite", "text": f"@{name}"}


@pytest.mark.parametrize(("phone", "scheme"), [(False, "light"), (True, "dark")])
async def test_axe_finds_no_serious_fault_while_something_is_changed(
    scene: Scene,
    phone: bool,  # noqa: FBT001  # parameters of the table above
    scheme: str,
    tmp_path: Path,
) -> None:
    await scene.do("people", {"user": "ana", "guest": "multi"})
    await scene.say("node-2 is down", user="ana")
    page = await scene.look(who="ana", phone=phone, scheme=scheme)
    await open_editor(page, "node-2")
    small = tmp_path / "small.txt"
    small.write_text("x")
    await page.locator(".composer input[type=file]").set_input_files(small)
    await expect(page.get_by_role("button", name="Remove small.txt")).to_be_visible()
    assert await faults(page) == []
