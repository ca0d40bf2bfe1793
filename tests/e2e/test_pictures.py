"""The README's picture shows the board as it is: `make pictures` takes it, and a test compares it.

What is compared is what can be read in it, without times and hashes; no pixel.
"""

import asyncio
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.people import PERSON_WAITS_MS, Demo, Person
from tests.e2e.test_stories import TO_REISSUE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

IMAGES = Path(__file__).parents[2] / "docs" / "images"


def steady(text: str) -> str:
    """What is read on a board, without what is another at each run."""
    text = re.sub(r"\b\d\d:\d\d\b", "(time)", text)
    text = re.sub(r"\b[0-9a-f]{4}…[0-9a-f]{4}\b", "(hash)", text)
    text = re.sub(r"\b\d+ entries\b", "(entries)", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


async def middle(ana: Person, ben: Person) -> None:
    """A run in the middle: five steps done by two people, the sixth taken, one line red."""
    await ana.types("/runbook key-compromise key_id=key-a new_key_id=key-b")
    await ana.has_approved(1, ben)
    await ana.clicks("Take step 1")
    await ana.fills({"Type key-a to confirm": "key-a"}, "Take it")
    await ana.form_is_gone()
    await ana.runs(1)
    await ana.marks_done(1, "1 of 8 steps")
    for number, who in ((2, ben), (3, ben), (4, ben), (5, ana)):
        await who.takes(number)
        # The second asks people, and has no command.
        printed = "" if number == 2 else await who.runs(number)
        left = re.findall("^to re-issue: (.*)$", printed, re.MULTILINE)
        found = {TO_REISSUE: left[0]} if left else None
        await who.marks_done(number, f"{number} of 8 steps", found)
    await ben.takes(6)
    await ana.clicks("Verify now")
    await ana.sees("🔴 No critical document rests on key-a alone", "3 of 4 checks passed")
    await expect(ana.board.get_by_text("checking")).to_have_count(0, timeout=PERSON_WAITS_MS)


async def test_the_picture_of_the_readme_shows_the_board_as_it_is(demo: Demo) -> None:
    ana, ben = await asyncio.gather(demo.person("ana"), demo.person("ben"))
    await demo.breaks("leak")
    await middle(ana, ben)
    await ana.page.set_viewport_size({"width": 1060, "height": 1400})
    await ana.page.mouse.move(0, 0)
    board = ana.board.locator(".blocks").first
    shown = steady(await board.inner_text())
    if os.environ.get("PICTURES"):
        await board.screenshot(path=IMAGES / "board.png")
        (IMAGES / "board.txt").write_text(shown, "utf-8")
    assert shown == (IMAGES / "board.txt").read_text("utf-8"), "run make pictures"
