"""Talk: messages, threads, people, live updates, the slash."""

import asyncio

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck

from bot.demo.workspace import limits
from tests.demo.page.scene import CHANNEL, Scene, button, section

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_message_reaches_the_other_person_without_a_reload(scene: Scene) -> None:
    ana, ben = await scene.look(who="ana"), await scene.look(who="ben")
    box = ana.get_by_role("combobox", name="Message #incidents")
    await box.fill("node-3 is *slow*, @ben")
    await box.press("Enter")
    message = ben.get_by_role("article", name="Ana Ferreira")
    await expect(message.locator("strong", has_text="slow")).to_be_visible()
    await expect(message.get_by_text("@ben")).to_have_class("mention mine")
    await expect(ben.locator("#announcer")).to_contain_text("Ana Ferreira: node-3")
    await expect(box).to_have_value("")


async def test_shift_and_enter_is_a_new_line(scene: Scene) -> None:
    page = await scene.look()
    box = page.get_by_role("combobox", name="Message #incidents")
    await box.press_sequentially("one")
    await box.press("Shift+Enter")
    await box.press_sequentially("two")
    await box.press("Enter")
    await expect(page.get_by_role("article").locator(".text")).to_have_text("one\ntwo")


async def test_replies_stand_in_the_thread_and_are_counted_in_the_channel(scene: Scene) -> None:
    parent = await scene.say("Which key is it?")
    page = await scene.look()
    article = page.get_by_role("main").get_by_role("article")
    await article.hover()
    await article.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("combobox", name="Reply in thread").fill("key-a")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_role("article")).to_have_count(2)
    await expect(article).to_have_count(1)
    await scene.say("Thanks", thread=parent)
    await expect(page.get_by_role("main").get_by_role("link", name="2 replies")).to_be_visible()
    await expect(thread.get_by_text("Thanks")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()


async def test_two_tabs_are_two_people_and_one_can_become_another(scene: Scene) -> None:
    await scene.client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="For Ana only")
    await scene.say("For all")
    page = await scene.look(who="ana")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await page.get_by_role("button", name="You are: Ana Ferreira").click()
    await page.get_by_role("menuitemradio", name="Ben Okafor").click()
    await expect(page.get_by_role("button", name="You are: Ben Okafor")).to_be_visible()
    await expect(page.get_by_text("For all")).to_be_visible()
    await expect(page.get_by_text("For Ana only")).to_be_hidden()
    assert page.url.endswith("?as=U0BEN")
    await expect(page.get_by_role("link", name="key-room")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("button", name="You are: Ben Okafor")).to_be_visible()


async def test_an_ephemeral_message_can_be_dismissed(scene: Scene) -> None:
    page = await scene.look(who="ana")
    await scene.client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="For Ana only")
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_role("article")).to_have_count(0)


async def test_a_slash_command_is_completed_and_its_answer_shown(scene: Scene) -> None:
    @scene.app.command("/runbook")
    async def answer(ack: AsyncAck, command: dict[str, str]) -> None:
        await ack(f"You typed `{command['text']}`")

    await scene.connect()
    page = await scene.look()
    box = page.get_by_role("combobox", name="Message #incidents")
    await box.press_sequentially("/ru")
    await expect(page.get_by_role("option", name="/runbook start | list")).to_be_visible()
    await box.press("Tab")
    await box.press_sequentially("list")
    await box.press("Enter")
    await expect(page.get_by_role("article", name="Runbook").get_by_text("list")).to_be_visible()
    await expect(page.get_by_text("Only visible to you")).to_be_visible()


async def test_a_command_that_fails_says_so_in_place_and_gives_the_text_back(scene: Scene) -> None:
    page = await scene.look()
    box = page.get_by_role("combobox", name="Message #incidents")
    await box.fill("/runbook start")
    await box.press("Enter")
    await expect(page.get_by_text("“dispatch_failed”")).to_be_visible()
    await expect(box).to_have_value("/runbook start")
    await box.fill("/rumbook")
    await box.press("Enter")
    await expect(page.get_by_text("/rumbook is not a command here")).to_be_visible()


async def test_a_slow_app_is_told_of_as_slack_does(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ACK_SECONDS", 3.0)
    asked = asyncio.Event()

    @scene.app.command("/runbook")
    async def never(ack: AsyncAck) -> None:  # it does not acknowledge, that is the point
        asked.set()

    await scene.connect()
    page = await scene.look()
    await page.get_by_role("combobox", name="Message #incidents").fill("/runbook list")
    await page.keyboard.press("Enter")
    await asked.wait()
    await scene.do("clock", {"advance": 3})
    await expect(page.get_by_text("“operation_timeout”")).to_be_visible()


async def test_slash_commands_do_not_work_in_a_thread(scene: Scene) -> None:
    parent = await scene.say("A parent")
    page = await scene.look(f"#/incidents/{parent}")
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("combobox").fill("/runbook list")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("/runbook does not work in a thread")).to_be_visible()


async def test_an_update_keeps_the_focus_and_the_readers_place(scene: Scene) -> None:
    for number in range(30):
        await scene.say(f"line {number}", user="ben" if number % 2 else "dee")
    actions = {"type": "actions", "elements": [button("Done", "done"), button("Skip…", "skip")]}
    ts = await scene.post("Board", [section("Step 1"), actions])
    page = await scene.look()
    await page.get_by_role("button", name="Skip…").focus()
    await scene.client.chat_update(
        channel=CHANNEL, ts=ts, text="Board", blocks=[section("Step 2"), section("more"), actions]
    )
    await expect(page.get_by_text("Step 2")).to_be_visible()
    await expect(page.get_by_role("button", name="Skip…")).to_be_focused()

    line = page.get_by_role("article").filter(has_text="line 12")
    await line.evaluate("node => node.scrollIntoView({block: 'start'})")
    before = await line.bounding_box()
    await scene.say("something new")
    await expect(page.get_by_role("button", name="1 new message")).to_be_visible()
    assert await line.bounding_box() == before
    await page.get_by_role("button", name="1 new message").click()
    await expect(page.get_by_role("article").get_by_text("something new")).to_be_in_viewport()


TOP = "node => node.getBoundingClientRect().top"


async def test_what_is_read_in_a_long_message_stays_in_its_place_when_that_is_edited(
    scene: Scene,
) -> None:
    rows = [{**section(f"row {number}"), "block_id": f"r{number}"} for number in range(40)]
    ts = await scene.post("Board", rows)
    page = await scene.look()
    line = page.get_by_text("row 20", exact=True)
    await line.evaluate("node => node.scrollIntoView({block: 'start'})")
    before = await line.evaluate(TOP)
    more = [section("one more"), section("and another"), *rows[1:]]
    await scene.client.chat_update(channel=CHANNEL, ts=ts, text="Board", blocks=more)
    await expect(page.get_by_text("and another")).to_have_count(1)
    assert abs(await line.evaluate(TOP) - before) <= 1, "no more than what a screen rounds"


async def test_other_channels_are_marked_when_somebody_writes_there(scene: Scene) -> None:
    page = await scene.look()
    await scene.do("messages", {"user": "ben", "channel": "C0RANDOM", "text": "lunch?"})
    await page.get_by_role("link", name="random, 1 unread").click()
    await expect(page.get_by_text("lunch?")).to_be_visible()
    await expect(page.get_by_role("link", name="random", exact=True)).to_be_visible()


async def test_an_edited_message_says_so_beside_its_time(scene: Scene) -> None:
    ts = await scene.post("Board", [section("Step 1")])
    page = await scene.look()
    await scene.client.chat_update(channel=CHANNEL, ts=ts, text="Other", blocks=[section("Step 2")])
    head = page.get_by_role("article").locator(".message-head")
    await expect(head).to_contain_text("(edited)")


async def test_reactions_are_added_and_joined(scene: Scene) -> None:
    await scene.say("Recovered")
    ana, ben = await scene.look(who="ana"), await scene.look(who="ben")
    await ana.get_by_role("article").hover()
    await ana.get_by_role("button", name="Add reaction").click()
    await ana.get_by_role("button", name="tada").click()
    await ben.get_by_role("button", name="1 reacted with tada").click()
    await expect(ana.get_by_role("button", name="2 reacted with tada")).to_be_visible()


async def test_a_reaction_is_given_and_taken_back_by_keyboard(scene: Scene) -> None:
    await scene.say("Recovered")
    page = await scene.look()
    await page.get_by_role("button", name="Add reaction").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("searchbox", name="Find an emoji")).to_be_focused()
    await page.keyboard.type("tada")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    mine = page.get_by_role("button", name="1 reacted with tada", pressed=True)
    await mine.focus()
    await page.keyboard.press("Enter")
    await expect(mine).to_be_hidden()
    assert await page.evaluate("document.activeElement.tagName") == "ARTICLE"


async def test_a_person_can_delete_their_own_message_only(scene: Scene) -> None:
    await scene.say("mine", user="ana")
    await scene.say("theirs", user="ben")
    page = await scene.look(who="ana")
    for text, offered in (("theirs", 0), ("mine", 1)):
        message = page.get_by_role("article").filter(has_text=text)
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        delete = page.get_by_role("menuitem", name="Delete message")
        await expect(delete).to_have_count(offered)
        await (delete.click() if offered else page.keyboard.press("Escape"))
    # It asks, and whoever keeps the message has it.
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_role("article")).to_have_count(2)
    await page.get_by_role("article").filter(has_text="mine").hover()
    mine = page.get_by_role("article").filter(has_text="mine")
    await mine.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_role("article")).to_have_count(1)


async def test_a_copied_link_leads_to_the_message(scene: Scene) -> None:
    ts = await scene.say("look here")
    page = await scene.look(permissions=["clipboard-read", "clipboard-write"])
    await page.get_by_role("article").hover()
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Copy link").click()
    await expect(page.get_by_text("Link copied")).to_be_visible()
    await page.goto(await page.evaluate("navigator.clipboard.readText()"))
    await expect(page.locator(f'[data-ts="{ts}"]')).to_be_focused()
