"""A password in a note is taken out of the record, on a laptop and on a phone."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.e2e.people import PERSON_WAITS_MS, Demo, Person

SHOW = "element => element.scrollIntoView()"
"""In one go: the board may be drawn again between finding its words and going to them."""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


async def notes(who: Person, words: str) -> None:
    await who.chooses(who.row_of("Verify now"), "Add a note…")
    await who.form.get_by_label("Note").fill(words)
    await who.form.get_by_text("Post it in the thread too").click()
    await who.form.get_by_role("button", name="Add", exact=True).click()
    await who.form_is_gone()


async def asks(who: Person) -> None:
    """Open the form in which it is chosen what to erase."""
    await who.chooses(who.row_of("Verify now"), "More…")
    await who.form.get_by_role("button", name="Erase something…").click()
    await who.sees("The words go for good", place=who.form.last)


async def erases(who: Person, words: str) -> None:
    """Tick the entry that begins so, say that one is sure, and send it."""
    form = who.form.last
    await form.get_by_text(words).click()
    await form.get_by_text("it cannot be undone").click()
    await who.picture("ticked")
    await form.get_by_role("button", name="Erase", exact=True).click()
    await who.form_is_gone()


async def test_what_should_not_be_here_is_erased(demo: Demo) -> None:
    ana, ben = await asyncio.gather(demo.person("ana"), demo.person("ben", phone=True))
    await ana.types("/runbook key-compromise key_id=key-a new_key_id=key-b")
    await ana.sees("0 of 8 steps")
    await notes(ana, "the admin password is hunter-two")
    await notes(ben, "I will call the on-call of storage, and try what we did last year")
    await ana.opens_thread()
    await ana.sees("the admin password is hunter-two", place=ana.thread)
    await ana.leaves_thread()

    await asks(ana)
    await ana.picture("form")
    await erases(ana, "the admin password is hunter-two")
    await ana.sees("Erased: the words of entry 2", place=ana.feed)
    await ana.picture("told")
    await ana.opens_thread()
    await ana.sees("erased the words of entry 2", "(erased on ", place=ana.thread)
    await expect(ana.thread.get_by_text("hunter-two")).to_have_count(0, timeout=PERSON_WAITS_MS)
    await ana.picture("thread")

    await asks(ben)
    await ben.picture("form")
    await expect(ben.form.get_by_text("hunter-two")).to_have_count(0)
    await erases(ben, "I will call the on-call of storage")
    await ben.sees("Erased: the words of entry 3", place=ben.feed)
    await ben.picture("told")

    # What the run still needs is noted; the board says so until it is closed.
    await asks(ana)
    await erases(ana, "key_id = key-a")
    await ben.sees("asked to erase the words of entry 1", "done when")
    await ben.board.get_by_text("asked to erase").evaluate(SHOW)
    await ben.picture("noted")
    await ana.sees("it cannot be reopened then")
    await ana.picture("noted")
    await expect(ana.page.get_by_text(re.compile("hunter-two"))).to_have_count(0)
