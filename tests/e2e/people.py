"""People at the page of a running demo: they read what is drawn, and type and click there."""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, ElementHandle, Locator, Page, expect

from tests.hanging import HANG_S

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PERSON_WAITS_MS = HANG_S * 1000
"""Milliseconds that a person waits for what has to come; all of it is needed only in trouble."""

STICKS_OUT = """Math.max(document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll(".feed-scroll, .sidebar, dialog")]
    .map((node) => node.scrollWidth - node.clientWidth))"""


@dataclass
class Demo:
    """A running demo: its page, and the folder in which an operator types."""

    url: str
    folder: Path
    browser: Browser
    pictures: Path
    complaints: list[str] = field(default_factory=list)
    closing: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def shell(self, line: str) -> tuple[int | None, str]:
        """Type a line where the launcher is: the exit status, and all that was printed."""
        process = await asyncio.create_subprocess_shell(
            line,
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    async def breaks(self, how: str) -> str:
        """Break CivicTrust; what the command says of it."""
        status, printed = await self.shell(f"./civictrust chaos {how}")
        assert status == 0, printed
        return printed

    async def person(self, name: str, *, phone: bool = False) -> "Person":
        """Someone with a browser of their own; what their page complains of is held against it."""
        return Person(name, await self.page(name, phone=phone), self)

    async def page(self, name: str, *, phone: bool = False) -> Page:
        """The page, as it is open before somebody."""
        context = await self.browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]  # a TypedDict of these keys
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
        )
        self.closing.push_async_callback(context.close)
        page = await context.new_page()
        page.set_default_timeout(PERSON_WAITS_MS)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(f"{self.url}/#/incidents?as={name}")
        await page.wait_for_selector("html[data-ready]")
        # Whoever reloads the page loses this mark: updates have to come by themselves.
        await page.evaluate("window.notReloaded = true")
        return page


@dataclass
class Person:
    """One person before one screen."""

    name: str
    page: Page
    demo: Demo
    shots: int = 0

    @property
    def feed(self) -> Locator:
        return self.page.get_by_role("log", name="Messages", exact=True)

    @property
    def board(self) -> Locator:
        return self.feed.locator("article.board")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("dialog")

    # Seeing. ------------------------------------------------------------------------------------

    async def sees(self, *words: str | re.Pattern[str], place: Locator | None = None) -> None:
        """Wait until all of this stands on the board, or in another *place*."""
        for each in words:
            await expect(place or self.board).to_contain_text(each, timeout=PERSON_WAITS_MS)

    async def has_not_reloaded(self) -> bool:
        return bool(await self.page.evaluate("window.notReloaded === true"))

    async def picture(self, name: str) -> None:
        """Keep a screenshot for people to look at; nothing may stick out of the screen."""
        self.shots += 1
        path = self.demo.pictures / f"{self.name}-{self.shots:02}-{name}.png"
        await self.page.screenshot(path=path)
        assert await self.page.evaluate(STICKS_OUT) <= 0, f"{path.name} scrolls sideways"

    def commands(self, step: int, button: str = "") -> Locator:
        """The commands of a step that someone is on, as they can be copied from the page.

        They stand over this *button*, which of a step that someone is on marks it done.
        """
        of = self.button(button or f"Mark step {step} done")
        buttons = of.locator("xpath=ancestor::*[@data-block-id]")
        return buttons.locator("xpath=preceding-sibling::*[.//pre][1]").locator("pre code")

    def button(self, name: str) -> Locator:
        return self.board.get_by_role("button", name=name, exact=True)

    # Doing. -------------------------------------------------------------------------------------

    async def types(self, line: str) -> None:
        box = self.page.get_by_label("Message #incidents")
        await box.fill(line)
        await box.press("Enter")

    async def answers(self, text: str) -> None:
        """Write into the thread of the board."""
        await self.opens_thread()
        box = self.thread.get_by_label("Reply in thread")
        await box.fill(text)
        await box.press("Enter")
        await self.sees(text, place=self.thread)

    async def opens_thread(self) -> None:
        if not await self.thread.is_visible():
            await self.board.locator(".thread-line").click()
        await expect(self.thread).to_be_visible()

    async def leaves_thread(self) -> None:
        await self.thread.get_by_role("button", name="Close thread").click()

    async def clicks(self, name: str) -> None:
        await self.button(name).click()

    async def clicks_what_begins(self, words: str) -> None:
        """Click a button whose name is too long to be told in full."""
        await self.board.get_by_role("button", name=re.compile(f"^{re.escape(words)}")).click()

    async def stale(self, name: str) -> ElementHandle:
        """A button as it is on the screen now, to be clicked although it may be gone by then."""
        found = await self.button(name).element_handle()
        assert found is not None
        return found

    async def chooses(self, row: Locator, entry: str) -> None:
        """Open a ⋯ menu and choose from it."""
        await row.get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=entry).click()

    def row_of(self, button: str) -> Locator:
        """The row of buttons in which this one stands."""
        return self.button(button).locator("xpath=ancestor::*[@data-block-id][1]")

    async def fills(self, values: Mapping[str, str], submit: str) -> None:
        """Fill the form's fields by their labels, and submit it."""
        for label, value in values.items():
            entry = self.form.get_by_label(label)
            if await entry.evaluate("node => node.tagName") == "SELECT":
                await entry.select_option(value)
            else:
                await entry.fill(value)
        await self.form.get_by_role("button", name=submit, exact=True).click()

    async def form_is_gone(self) -> None:
        await expect(self.form).to_have_count(0, timeout=PERSON_WAITS_MS)

    async def takes(self, step: int) -> None:
        """Take a step, and have it on the screen."""
        await self.clicks(f"Take step {step}")
        await expect(self.button(f"Mark step {step} done")).to_be_visible(timeout=PERSON_WAITS_MS)

    async def runs(self, step: int, *, statuses: tuple[int, ...] = (0,), over: str = "") -> str:
        """Copy each command of the step into the shell; all that they printed."""
        shown = self.commands(step, over)
        await shown.first.wait_for()
        lines = await shown.all_inner_texts()
        printed = []
        for line in lines:
            status, words = await self.demo.shell(line)
            assert status in statuses, f"{line}: {words}"
            printed.append(words)
        return "\n".join(printed)

    async def has_approved(self, step: int, other: "Person") -> None:
        """Ask for the approval of a step, and have another give it."""
        await self.clicks(f"Ask for approval of step {step}")
        await other.clicks(f"Approve step {step}")
        await expect(self.button(f"Approve step {step}")).to_have_count(0, timeout=PERSON_WAITS_MS)

    async def marks_done(
        self, step: int, words: str, found: Mapping[str, str] | None = None
    ) -> None:
        """Mark a step done, and see it behind them, with these words about it.

        *found* is what its form asks for, by its fields' labels.
        """
        await self.clicks(f"Mark step {step} done")
        if found is not None:
            await self.fills(found, "Done")
            await self.form_is_gone()
        await expect(self.button(f"Mark step {step} done")).to_have_count(
            0, timeout=PERSON_WAITS_MS
        )
        await self.sees(f"✅ {step} ", words)

    async def exports(self) -> str:
        """Ask for the post-mortem, open it on the page, and download it: its text."""
        await self.clicks("Post-mortem")
        await self.opens_thread()
        file = self.thread.locator(".file")
        await expect(file).to_have_count(1, timeout=PERSON_WAITS_MS)
        await file.locator("summary").click()
        await expect(file.get_by_role("heading").first).to_contain_text("Post-mortem")
        # What is wide in it scrolls inside the preview, and begins where its text does.
        assert await file.evaluate(
            """file => [...file.querySelectorAll(".table-scroll, .pre")].every(
                 wide => wide.getBoundingClientRect().left >= file.getBoundingClientRect().left)"""
        )
        async with self.page.expect_download() as waiting:
            await file.get_by_role("link", name="Download").click()
        download = await waiting.value
        return (await download.path()).read_text("utf-8")
