"""People who press again when they are told to, before a bot that is killed while they work.

Each act ends with a press. Where a kill is due, the bot is killed as soon as the press is on its
way, or as soon as the page has its answer, and started again; then everyone sees what came of it.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from playwright.async_api import Locator, Request, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.chaos import report
from tests.e2e.people import PERSON_WAITS_MS, Person
from tests.hanging import HANG_S
from tests.story.conftest import Child

LOOK_MS = 1_000
"""Milliseconds between two looks at whether one is told to press again."""
PRESSES = 5
"""How often somebody presses the same at most."""
TOLD = ("Try again in a moment", "did not open")
"""What the bot says in private to one whose press it took and could not carry out."""
TOLD_IN_THREAD = "There is no post-mortem of"
"""What it says in the thread to one whose post-mortem could not be written."""
UNHEARD = 8
"""After so many looks one asks once more who has not been answered at all."""
SENT = ("/workspace/actions", "/submit", "/workspace/commands", "/messages", "/workspace/home")
"""How the addresses end to which the page sends what people press and type."""

Press = Callable[[], Awaitable[None]]
Given = Mapping[str, str | Sequence[str] | Path]


@dataclass
class Teammate(Person):
    """A person at the page who presses again when told to."""

    run: str = "RR-1"
    """The run whose board is looked at."""
    again: Press | None = None
    asks: bool = False
    """Whether the last press is one that may get lost unsaid, as a message to the bot may."""
    sent: list[Request] = field(default_factory=list)
    """What the page sent since the last press."""
    is_sent: asyncio.Event = field(default_factory=asyncio.Event)
    repeats: int = 0
    """How often something was pressed again."""
    without: int = 0
    """How often the thread has said that no post-mortem came."""

    def __post_init__(self) -> None:
        self.page.on("request", self._notes)

    def _notes(self, request: Request) -> None:
        if request.method == "POST" and request.url.endswith(SENT):
            self.sent.append(request)
            self.is_sent.set()

    @property
    def board(self) -> Locator:
        """The board of the run, known by its foot."""
        foot = re.compile(rf"\b{self.run} · \d+ entr")
        return self.feed.locator("article.board").filter(has_text=foot)

    @property
    def home(self) -> Locator:
        return self.page.get_by_role("region", name="App home")

    # Doing. -------------------------------------------------------------------------------------

    async def presses(self, name: str, place: Locator | None = None) -> None:
        """Press a button of the board, or of another *place*, as soon as it is there."""

        async def press() -> None:
            button = (place or self.board).get_by_role("button", name=name, exact=True).last
            await button.click()

        await self._presses(press)

    async def approves(self, step: str) -> None:
        """Approve a step on the board, which has not all that is approved, and so asks first."""

        async def press() -> None:
            name = f"Approve step {step}"
            await self.board.get_by_role("button", name=name, exact=True).last.click()
            await self.form.get_by_role("button", name="Approve", exact=True).click()

        await self._presses(press)

    async def chooses_to(
        self, entry: str, beside: str = "Verify now", *, asks: bool = False
    ) -> None:
        """Choose from the ⋯ menu that stands beside a button; *asks* is for what may get lost."""

        async def press() -> None:
            await self.chooses(self.row_of(beside), entry)

        await self._presses(press, asks=asks)

    async def starts(self, line: str, *, asks: bool = False) -> None:
        """Type a command; *asks* is for one that only opens a form, which may get lost."""
        await self._presses(lambda: self.types(line), asks=asks)

    async def opens(self, words: str, name: str, beside: str | None = None) -> None:
        """Press what opens a form, and have it on the screen: the one that has these *words*.

        *beside* is the button whose ⋯ menu it stands in, if it does.
        """
        await (self.chooses_to(name, beside) if beside else self.presses(name))
        await self.sees(words, place=self.form.last)

    async def wants(self, name: str, words: str) -> None:
        """Open *More…*, press what is called so there, and have its form on the screen."""
        await self.opens("Show all steps", "More…", beside="Verify now")
        await self.presses(name, self.form.last)
        await self.sees(words, place=self.form.last)

    async def writes(self, given: Given) -> None:
        """Fill the fields of the form on top, each as its kind wants it."""
        form = self.form.last
        for label, value in given.items():
            if isinstance(value, str):
                entry = form.get_by_label(label).first
                is_choice = await entry.evaluate("node => node.tagName") == "SELECT"
                await (entry.select_option(value) if is_choice else entry.fill(value))
            elif isinstance(value, Path):
                await form.get_by_label(label).set_input_files(value)
                await expect(form.get_by_text(f"{value.name} (")).to_be_visible()
            else:
                for one in value:
                    await form.get_by_label(one, exact=True).check()

    async def option(self, label: str, begins: str) -> str:
        """The choice of a field of the form on top that begins so."""
        entry = self.form.last.get_by_label(label).first
        found = entry.locator("option").filter(has_text=re.compile(rf"^{re.escape(begins)}\b"))
        return await found.first.inner_text()

    async def closes_forms(self) -> None:
        """Leave all forms, the one on top first."""
        while await self.form.count():
            view = await self.form.last.get_attribute("data-view-id")
            await self.form.last.get_by_role("button", name="Close", exact=True).first.click()
            await expect(self.page.locator(f'dialog[data-view-id="{view}"]')).to_have_count(0)

    async def sends(self, submit: str, given: Given | None = None) -> None:
        """Fill the form on top, and press its button."""
        await self.writes(given or {})
        await self.presses(submit, self.form.last)

    async def asks_alone(self, text: str) -> None:
        """Write to the bot in the conversation with it, and write it again if nothing comes."""
        await self.goes("Runbook", "Message Runbook")

        async def press() -> None:
            box = self.page.get_by_label("Message Runbook")
            await box.fill(text)
            await box.press("Enter")

        await self._presses(press, asks=True)

    async def asks_in_thread(self, text: str) -> None:
        """Write to the bot in the thread of the board, and write it again if nothing comes."""
        await self.opens_thread()
        await self._presses(lambda: self.answers(text), asks=True)

    # Going. -------------------------------------------------------------------------------------

    async def goes(self, name: str, box: str) -> None:
        """Go to a conversation by its link, which stands in a drawer on a phone."""
        await self._follows(re.compile(rf"^{re.escape(name)}(, (private|\d+ unread))*$"))
        await expect(self.page.get_by_label(box)).to_be_visible()

    async def comes_back(self) -> None:
        """Go to the channel of the run."""
        await self.goes("incidents", "Message #incidents")

    async def opens_home(self) -> None:
        """Open the Home of the bot, and once more if it does not come."""

        async def press() -> None:
            if await self.home.is_visible():
                await self.comes_back()
            await self._follows(re.compile(r"^Runbook, (not )?connected$"))
            await expect(self.home).to_be_visible()

        await self._presses(press, asks=True)

    async def _follows(self, name: re.Pattern[str]) -> None:
        drawer = self.page.get_by_role("button", name="Channels and apps")
        if await drawer.is_visible():
            await drawer.click()
        around = self.page.get_by_role("navigation", name="Workspace")
        await around.get_by_role("link", name=name).click()

    async def _presses(self, press: Press, *, asks: bool = False) -> None:
        self.sent.clear()
        self.is_sent.clear()
        self.again, self.asks = press, asks
        await press()

    async def answered(self) -> None:
        """Wait until the page has been told what became of the last press."""
        async with asyncio.timeout(HANG_S):
            await self.is_sent.wait()
        await asyncio.gather(*(one.response() for one in self.sent))

    # Seeing. ------------------------------------------------------------------------------------

    async def sees(self, *words: str | re.Pattern[str], place: Locator | None = None) -> None:
        """Wait until all of this stands there, and press again meanwhile when told to."""
        where = place or self.board
        for each in words:
            await self._patiently(partial(expect(where).to_contain_text, each, timeout=LOOK_MS))

    async def has_sent(self) -> None:
        """Wait until no form is open, and send it again meanwhile when told to."""
        await self._patiently(lambda: expect(self.form).to_have_count(0, timeout=LOOK_MS))

    async def downloads(self) -> str:
        """The text of the post-mortem in the thread, as it comes out of the page."""
        file = self.thread.locator(".file").filter(has_text="-post-mortem-").last
        async with self.page.expect_download() as waiting:
            await file.get_by_role("link", name="Download").click()
        download = await waiting.value
        return (await download.path()).read_text("utf-8")

    async def whole(self, name: str, place: Locator | None = None) -> None:
        """Keep a picture of the board from its top to its foot, or of another long *place*."""
        size = self.page.viewport_size
        assert size is not None
        shown = (place or self.board).last
        height = await shown.evaluate("node => Math.max(node.scrollHeight, node.clientHeight)")
        await self.page.set_viewport_size({"width": size["width"], "height": int(height) + 300})
        await shown.evaluate("node => node.scrollIntoView()")
        await self.page.mouse.move(0, 0)
        await self.picture(name)
        await self.page.set_viewport_size(size)

    async def _patiently(self, look: Press) -> None:
        again = self.again
        end, pressed, looks = time.monotonic() + HANG_S, 1, 0
        while True:
            looks += 1
            try:
                await look()
            except AssertionError:
                if time.monotonic() > end:
                    raise
            else:
                return
            unheard = self.asks and looks % UNHEARD == 0
            if again is not None and pressed < PRESSES and (unheard or await self._is_told_to()):
                pressed, self.repeats = pressed + 1, self.repeats + 1
                end = time.monotonic() + HANG_S
                # What was pressed may be gone by now, since it was recorded after all.
                with contextlib.suppress(PlaywrightTimeout):
                    self.page.set_default_timeout(5 * LOOK_MS)
                    await self._presses(again, asks=self.asks)
                self.page.set_default_timeout(PERSON_WAITS_MS)

    async def _is_told_to(self) -> bool:
        """Whether the last press did not get to the bot, or the bot asks to press again."""
        for request in self.sent:
            response = await request.response()
            if response is None or not (await response.json()).get("ok"):
                return True
        for private in await self.page.locator("article.ephemeral").all():
            said = await private.inner_text()
            if any(words in said for words in TOLD):
                await private.get_by_role("button", name="Dismiss").click()
                return True
        without, self.without = self.without, await self.thread.get_by_text(TOLD_IN_THREAD).count()
        return self.without > without


@dataclass
class Play:
    """The bot that people work with, and the acts after which it is killed."""

    bot: Child
    due: Callable[[int], bool]
    """Whether the bot is killed at the act of this number."""
    rested: Callable[[], None]
    """Has Slack's limits as they are after a quiet minute.

    Slack lets an app connect about once a minute, and ten times at once: a bot that is killed at
    every act would spend a minute of each before the door, and people with it.
    """
    acts: list[str] = field(default_factory=list)
    kills: int = 0

    def act(self, name: str, *people: Teammate) -> "Act":
        """What is pressed inside is an act; *people* are those who press last."""
        return Act(self, name, people)

    async def over(self, name: str, people: Sequence[Teammate]) -> None:
        """An act is over: where a kill is due, the bot dies and is started again."""
        self.acts.append(name)
        print(f"{len(self.acts)} {name}", flush=True)  # noqa: T201 - where it failed, if it does
        if self.due(len(self.acts)):
            await self._dies(people)

    async def _dies(self, people: Sequence[Teammate]) -> None:
        self.kills += 1
        if self.kills % 2:
            await asyncio.gather(*(one.answered() for one in people))
        await self.bot.end("kill")
        self.rested()
        await self.bot.start()


@dataclass
class Act:
    """What some people press, until the bot may die."""

    play: Play
    name: str
    people: Sequence[Teammate]

    async def __aenter__(self) -> None:
        """Begin."""

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self.play.over(self.name, self.people)


@dataclass
class Team:
    """The people, the bot that they work with, and where their files are."""

    play: Play
    people: Sequence[Teammate]
    folder: Path

    def tells(self, name: str) -> None:
        """Say how it went, in a line and in the table of `make chaos`."""
        happened = {"acts": len(self.play.acts), "kills": self.play.kills}
        again = sum(one.repeats for one in self.people)
        report.row(f"{name} and a bot that is killed", "sqlite", 1, happened, again=again)

    async def see(self, *words: str) -> None:
        """Each of them sees this on the board."""
        await asyncio.gather(*(one.sees(*words) for one in self.people))


def at_each(number: int) -> bool:
    """Kill at each act."""
    return True


def at_some(which: int, of: int) -> Callable[[int], bool]:
    """Kill at those acts whose numbers leave this remainder."""
    return lambda number: number % of == which
