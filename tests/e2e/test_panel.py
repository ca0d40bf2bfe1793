"""Three incidents in one browser window: broken on the page, told by an alert, mended there.

Nothing is typed in a shell, and no command of the bot is typed either. Ana sits at a desk, Ben has
a phone; a second person is needed where a key is revoked.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.people import PERSON_WAITS_MS, Demo, Person
from tests.e2e.test_stories import TO_REISSUE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PUT = "Put it into the terminal"


@dataclass
class Operator(Person):
    """Someone who breaks and mends CivicTrust beside the board."""

    phone: bool = False

    @property
    def board(self) -> Locator:
        """The newest, since one incident comes after another."""
        return self.feed.locator("article.board").last

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("complementary", name="CivicTrust")

    def alert(self, name: str) -> Locator:
        return self.feed.locator("article:not(.board)").filter(has_text=name)

    async def opens_panel(self) -> None:
        if not await self.panel.is_visible():
            await self.page.get_by_role("button", name=re.compile("^CivicTrust: ")).click()
        await expect(self.panel).to_be_visible()

    async def leaves_panel(self) -> None:
        """A panel covers the board of a phone."""
        if self.phone:
            await self.panel.get_by_role("button", name="Close CivicTrust").click()

    async def presses(self, label: str, trouble: str) -> None:
        """Break it, and see what is wrong."""
        await self.opens_panel()
        await self.panel.get_by_role("button", name=label).click()
        await self.sees(f"Not healthy: {trouble}", place=self.panel)
        await self.picture(label.lower().replace(" ", "-"))
        await self.leaves_panel()

    async def starts(self, alert: str, title: str, values: Mapping[str, str] | None = None) -> None:
        """Start what the alert offers: one click, and a form for what no alert says."""
        start = self.alert(alert).get_by_role("button", name=f"Start {title}", exact=True)
        await start.click()
        if values:
            await self.fills(values, "Start")
            await self.form_is_gone()
        await self.sees(title, "From alert", place=self.board)

    async def runs(self, step: int, *, statuses: tuple[int, ...] = (0,), over: str = "") -> str:
        """Put each command of the step into the terminal and run it there; all that was printed."""
        shown = self.commands(step, over)
        await shown.first.wait_for()
        printed = []
        for line in await shown.all():
            command = await line.inner_text()
            before = await self.entries(command).count()
            await self.puts(command, line)
            await expect(self.panel.get_by_label("Command", exact=True)).to_have_value(command)
            await self.panel.get_by_role("button", name="Run", exact=True).click()
            entry = self.entries(command).nth(before)
            await expect(entry.locator("pre")).to_be_visible(timeout=PERSON_WAITS_MS)
            ended = await entry.locator(".terminal-end").all_inner_texts()
            status = int(ended[0].removeprefix("exit status ")) if ended else 0
            printed.append(await entry.locator("pre").inner_text())
            assert status in statuses, f"{command}: {printed[-1]}"
        await self.leaves_panel()
        return "\n".join(printed)

    async def puts(self, command: str, shown: Locator) -> None:
        """Press it where it is in sight: on the board, or in the panel that covers the board."""
        if self.phone and await self.panel.is_visible():
            await self.panel.get_by_role("button", name=command, exact=True).click()
        else:
            block = shown.locator("xpath=ancestor::div[contains(@class, 'pre')][1]")
            await block.get_by_role("button", name=PUT).click()

    def entries(self, command: str) -> Locator:
        typed = self.page.locator(".terminal-typed code").get_by_text(command, exact=True)
        return self.panel.locator(".terminal-entry").filter(has=typed)

    async def is_red(self, *lines: str) -> None:
        await self.clicks("Verify now")
        await self.sees(*(f"🔴 {line}" for line in lines))
        await self.picture("red")

    async def closes(self, confirmed: str = "") -> None:
        """All is green, and so the run closes as recovered."""
        await self.clicks("Verify now")
        if confirmed:
            await self.clicks_what_begins(f"Confirm: {confirmed[:40]}")
            await self.fills({"Who was told, and how?": "by phone"}, "Confirm")
            await self.form_is_gone()
        await expect(self.board.get_by_text("checking")).to_have_count(0, timeout=PERSON_WAITS_MS)
        await expect(self.button("Close…")).to_have_class(
            re.compile("primary"), timeout=PERSON_WAITS_MS
        )
        await self.picture("green")
        await self.clicks("Close…")
        await self.fills({}, "Close it")
        await self.form_is_gone()
        await self.sees("recovered")

    async def is_resolved(self, alert: str) -> None:
        await self.sees(re.compile("(is|are) resolved"), place=self.alert(alert).last)
        await self.opens_panel()
        await self.sees("Healthy. 3 of 3 nodes answer", place=self.panel)
        await self.picture("resolved")
        await self.leaves_panel()


async def operator(demo: Demo, name: str, *, phone: bool = False) -> Operator:
    return Operator(name, await demo.page(name, phone=phone), demo, phone=phone)


async def test_three_incidents_are_played_in_one_window_each(demo: Demo) -> None:
    ana, ben = await asyncio.gather(operator(demo, "ana"), operator(demo, "ben", phone=True))
    await crash(ana)
    await partition(ben)
    await key_compromise(ana, ben)
    assert await ana.has_not_reloaded()
    assert await ben.has_not_reloaded()


async def crash(ana: Operator) -> None:
    await ana.presses("Crash a node", "node-1 is down")
    await ana.starts("CivicTrustNodeDown", "Crash recovery")
    await ana.is_red("node-1 is up", "The transparency log is consistent")
    for step, words in (
        (1, "node-1  down"),
        (2, "node-1 restarted"),
        (3, "can be completed"),
        (4, "1 completed, 0 rolled back, 0 left"),
        (5, "consistent on 3/3 nodes"),
        (6, "identical on 3/3 nodes"),
    ):
        await ana.takes(step)
        assert words in await ana.runs(step, statuses=(0, 1) if step == 1 else (0,))
        await ana.marks_done(step, f"{step} of 7 steps")
    await ana.takes(7)
    await ana.marks_done(7, "7 of 7 steps")
    await ana.closes()
    await ana.is_resolved("CivicTrustNodeDown")


async def partition(ben: Operator) -> None:
    await ben.presses("Cut a node off", "node-3 is cut off")
    await ben.starts("CivicTrustNodeUnreachable", "Partition recovery")
    await ben.is_red("node-3 answers", "All nodes have identical state hashes")
    answer = "Answer step 1: It is cut off"
    assert "node-3  cut off" in await ben.runs(1, statuses=(0, 1), over=answer)
    await ben.clicks(answer)
    await ben.sees("1 of 5 steps")
    await ben.takes(2)
    assert "node-3 connected again" in await ben.runs(2)
    await ben.marks_done(2, "2 of 5 steps")
    await ben.clicks("Take step 3")
    await ben.sees("✅ 3 Monitor the catch-up")
    await ben.takes(4)
    assert "identical on 3/3 nodes" in await ben.runs(4)
    await ben.marks_done(4, "4 of 5 steps")
    await ben.takes(5)
    assert "0 invalid; receipts verify on 3/3 nodes" in await ben.runs(5)
    await ben.marks_done(5, "5 of 5 steps")
    await ben.closes("Receipts that were issued during the partition verify on every node")
    await ben.is_resolved("CivicTrustNodeUnreachable")


async def key_compromise(ana: Operator, ben: Operator) -> None:
    await ana.presses("Leak a key", "key-a signs what nobody asked for")
    new_key = {"New: `./civictrust keys list`": "key-b"}
    await ana.starts("CivicTrustKeyLeak", "Key compromise recovery", new_key)
    await ana.is_red("key-a is revoked and cannot sign", "key-b can sign")
    await ana.has_approved(1, ben)
    await ana.clicks("Take step 1")
    await ana.fills({"Type key-a to confirm": "key-a"}, "Take it")
    await ana.form_is_gone()
    assert "key-a revoked on 3/3 nodes" in await ana.runs(1)
    await ana.marks_done(1, "1 of 8 steps")
    for step, words in (
        (2, ""),
        (3, "key-b generated"),
        (4, "key-b registered on 3/3 nodes"),
        (5, "NOBODY ASKED FOR IT"),
        (6, "re-issued 3/3 documents with key-b"),
        (7, ""),
        (8, "refused: key-a is revoked"),
    ):
        who = ben if step in (3, 4) else ana
        await who.takes(step)
        # The second and the seventh ask people, and have no command.
        printed = await who.runs(step, statuses=(0, 1) if step == 8 else (0,)) if words else ""
        assert words in printed
        left = re.findall("^to re-issue: (.*)$", printed, re.MULTILINE)
        found = {TO_REISSUE: left[0]} if left else None
        await who.marks_done(step, f"{step} of 8 steps", found)
    await ana.closes("The affected parties have been told")
    await ana.is_resolved("CivicTrustKeyLeak")
