"""Three incidents from the break to the post-mortem, by two people, each in a browser of their own.

CivicTrust is broken by its launcher, and mended by nothing but the commands that the page shows.
"""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.e2e.people import PERSON_WAITS_MS, Demo, Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TO_REISSUE = "The ids behind `to re-issue`, or none"

UTC_TIME = r"\d\d:\d\d:\d\d"


async def verified_and_closed(closer: Person, other: Person, confirmed: str) -> str:
    """Verify all green, have it confirmed by the other, close it, and export: the post-mortem."""
    await closer.clicks("Verify now")
    if confirmed:
        await other.clicks_what_begins(f"Confirm: {confirmed[:40]}")
        await other.fills({"Who was told, and how?": "by phone"}, "Confirm")
        await other.form_is_gone()
        await closer.sees(f"🟢 {confirmed}")
    await expect(closer.board.get_by_text("checking")).to_have_count(0, timeout=PERSON_WAITS_MS)
    await expect(closer.button("Close…")).to_have_class(
        re.compile("primary"), timeout=PERSON_WAITS_MS
    )
    await closer.picture("all-green")
    await closer.clicks("Close…")
    await closer.sees("closes as recovered", place=closer.form)
    await closer.picture("close")
    await closer.fills({}, "Close it")
    await closer.form_is_gone()
    for person in (closer, other):
        await person.sees("recovered")
        await person.picture("recovered")
    text = await closer.exports()
    await closer.picture("post-mortem")
    assert await other.has_not_reloaded()
    return text


def part(text: str, heading: str) -> str:
    """What the post-mortem says below the heading that begins so."""
    found = re.search(rf"^(#+) {re.escape(heading)}.*?(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r} in:\n{text}"
    return found.group()


async def test_key_compromise(demo: Demo) -> None:  # noqa: PLR0915 - one story, told once
    ana, ben = await asyncio.gather(demo.person("ana"), demo.person("ben"))
    await demo.breaks("leak")
    await ana.picture("start")
    await ana.types("/runbook key-compromise key_id=key-a new_key_id=key-b")
    for person in (ana, ben):
        await person.sees("Symptoms", "Suspected or confirmed key leak", "Generate a new key")
        await person.sees("0 of 8 steps", "not checked yet")
        await person.sees("Where: The admin host", "Page trust-platform")
    # A board that is taller than the screen is read from its beginning.
    await expect(ana.board.get_by_role("heading").first).to_be_in_viewport(ratio=1)
    await expect(ana.board.locator("pre")).to_have_count(0)  # until the first step is confirmed
    await ana.picture("board")

    await ana.clicks("Verify now")
    await ben.sees("🔴 key-a is revoked and cannot sign", "0 of 4 checks passed, 0 of 1 confirmed")
    await ben.sees("🔴 No critical document rests on key-a alone")
    await ana.picture("red")

    await ana.clicks("Ask for approval of step 1")
    await ben.sees("Approve")
    await ben.picture("approval-asked")
    await ben.opens_thread()
    await ben.sees("keys revoke key-a", place=ben.thread)
    await ben.picture("approval-in-the-thread")
    await ben.leaves_thread()
    await ben.clicks("Approve step 1")
    await ana.clicks("Take step 1")
    await ana.picture("destructive")
    await ana.fills({"Type key-a to confirm": "yes"}, "Take it")
    await expect(ana.form.locator(".field-error")).to_be_visible()
    await ana.picture("destructive-wrong")
    await ana.fills({"Type key-a to confirm": "key-a"}, "Take it")
    await ana.form_is_gone()
    await expect(ana.commands(1)).to_have_text(
        './civictrust keys revoke key-a --reason "compromise detected"'
    )
    await ana.picture("step-1-taken")
    assert "revoked on 3/3 nodes" in await ana.runs(1)
    await ana.marks_done(1, "1 of 8 steps")
    await ben.sees("✅ 1 Revoke the key immediately", "1 of 8 steps")
    await ben.picture("step-1-done")

    # Both see step 2 open and click: one has it, the other is told, and nobody else is.
    both = [(person, await person.stale("Take step 2")) for person in (ana, ben)]
    await asyncio.gather(*(button.evaluate("node => node.click()") for _, button in both))
    told = "Only visible to you"
    late, first = await one_told((ana, ben), told)
    assert await first.page.get_by_text(told).count() == 0
    await late.picture("refused")
    await first.marks_done(2, "2 of 8 steps")

    await first.takes(3)
    assert "generated" in await first.runs(3)
    await first.marks_done(3, "3 of 8 steps")

    await ben.takes(4)
    await ben.clicks("Mark step 4 failed")
    await ben.sees("If not: With 2/3, go on", place=ben.form)
    await ben.picture("failed-form")
    await ben.fills({"What happened?": "node-3 did not answer in time"}, "Mark failed")
    await ana.sees("❌ 4 Register the new key", "node-3 did not answer in time")
    await ana.picture("step-4-failed")
    await ben.clicks("Try again step 4")
    assert "registered on 3/3 nodes" in await ben.runs(4)
    await ben.marks_done(4, "4 of 8 steps")
    await ana.sees("✅ 4 Register the new key")

    await ana.takes(5)
    await ana.clicks("Add a note to step 5")
    await ana.fills({"Note": "three forged, six ours"}, "Add")
    await ben.sees("three forged, six ours")
    printed = await ana.runs(5)
    assert "NOBODY ASKED FOR IT" in printed
    await ben.picture("step-5-note")
    (documents,) = re.findall("^to re-issue: (.*)$", printed, re.MULTILINE)
    await ana.marks_done(5, "5 of 8 steps", {TO_REISSUE: documents})
    await ben.sees(f"./civictrust reissue {documents} --with key-b")

    await ana.takes(6)
    await ana.chooses(ana.row_of("Mark step 6 done"), "Hand over…")
    await ana.fills({"Who takes over?": "Ben Okafor"}, "Hand over")
    await ana.form_is_gone()
    await ben.sees("▶️ 6 Re-issue the critical documents with the new key · @")
    await ben.runs(6)
    await ben.picture("step-6-handed-over")
    await ben.marks_done(6, "6 of 8 steps")

    await ben.takes(7)
    await ben.answers("All nine holders are told, by letter and by phone")
    await ben.picture("thread")
    await ben.leaves_thread()
    await ben.marks_done(7, "7 of 8 steps")
    await ana.takes(8)
    printed = await ana.runs(8, statuses=(0, 1))
    assert "revoked" in printed
    await ana.marks_done(8, "8 of 8 steps")

    text = await verified_and_closed(ana, ben, "The affected parties have been told")
    ana_took = rf"{UTC_TIME} Ana \w+ took it"
    ben_marked = rf"{UTC_TIME} Ben Okafor marked it done"
    assert re.search(ana_took, part(text, "1 · Revoke"))
    assert re.search(rf"{UTC_TIME} Ben Okafor", part(text, "4 · Register"))
    assert "node-3 did not answer in time" in part(text, "4 · Register")
    assert "three forged, six ours" in part(text, "5 · Identify")
    assert re.search(ben_marked, part(text, "6 · Re-issue"))
    assert "`can_sign` is `false`" in text
    assert "All nine holders are told, by letter and by phone" in text
    assert "UTC" in part(text, "Timeline")
    assert "| Detected | not recorded" in text


async def one_told(people: tuple[Person, Person], words: str) -> tuple[Person, Person]:
    """Of two people, the one who is told something in private, and the other."""
    waits = {
        asyncio.create_task(person.page.get_by_text(words).wait_for()): person for person in people
    }
    done, waiting = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    told = waits[done.pop()]
    return told, next(person for person in people if person is not told)


async def test_crash(demo: Demo) -> None:
    ana, ben = await asyncio.gather(demo.person("ana"), demo.person("ben"))
    node = (await demo.breaks("crash")).partition(",")[0]
    await ana.types(f"/runbook crash-recovery node={node}")
    await ben.sees("Crash recovery", "The process of a node died", "0 of 7 steps")
    await ben.clicks("Verify now")
    await ana.sees(f"🔴 {node} is up", "🔴 The transparency log is consistent")
    await ana.picture("red")

    await ana.takes(1)
    assert "down" in await ana.runs(1, statuses=(0, 1))
    await ana.marks_done(1, "1 of 7 steps")
    await ben.takes(2)
    assert f"{node} restarted" in await ben.runs(2)
    await ben.marks_done(2, "2 of 7 steps")
    await ana.takes(3)
    await ana.runs(3)
    await ana.marks_done(3, "3 of 7 steps")
    await ben.takes(4)
    await ben.picture("recover")
    await ben.runs(4)
    await ben.marks_done(4, "4 of 7 steps")
    await ana.clicks("Skip step 5")
    await ana.picture("skip-form")
    await ana.fills(
        {"Why are you skipping this step?": "the verification looks at the log too"}, "Skip"
    )
    await ben.sees("5 Check the log · skipped", "the verification looks at the log too")
    await ben.picture("skipped")
    await ben.takes(6)
    assert "identical on 3/3 nodes" in await ben.runs(6)
    await ben.marks_done(6, "5 done, 1 skipped, of 7 steps")
    await ana.takes(7)
    await ana.marks_done(7, "6 done, 1 skipped, of 7 steps")

    text = await verified_and_closed(ben, ana, "")
    assert re.search(rf"{UTC_TIME} Ben Okafor marked it done", part(text, "2 · Restart"))
    assert re.search(rf"{UTC_TIME} Ana \w+ marked it done", part(text, "3 · Find"))
    assert "the verification looks at the log too" in part(text, "5 · Check the log")
    assert "`count` is `0`" in text
    assert "not recorded" in text


async def test_partition_on_a_phone(demo: Demo) -> None:
    ana, ben = await asyncio.gather(demo.person("ana"), demo.person("ben", phone=True))
    await demo.breaks("partition node-3")
    await ben.types("/runbook partition-recovery node=node-3")
    await ben.sees("Partition recovery", "A node is unreachable", "0 of 5 steps")
    await ben.picture("board")
    await ben.clicks("Verify now")
    await ana.sees("🔴 node-3 answers", "🔴 All nodes have identical state hashes")
    await ben.sees("🔴 node-3 answers")
    await ben.picture("red")

    cut_off = "Answer step 1: It is cut off"
    assert "cut off" in await ana.runs(1, statuses=(0, 1), over=cut_off)
    await ben.picture("question")
    await ana.clicks(cut_off)
    await ben.sees("✅ 1 ", "“It is cut off”", "1 of 5 steps")
    await ben.picture("answered")
    await ana.takes(2)
    await ana.runs(2)
    await ana.marks_done(2, "2 of 5 steps")
    await ben.clicks("Take step 3")
    await ana.sees("✅ 3 Monitor the catch-up")
    await ben.picture("caught-up")
    await ben.opens_thread()
    await ben.sees("Step finished", " of ", place=ben.thread)
    await ben.picture("thread")
    await ben.leaves_thread()
    await ana.takes(4)
    assert "identical on 3/3 nodes" in await ana.runs(4)
    await ana.marks_done(4, "4 of 5 steps")
    await ben.takes(5)
    await ben.clicks("Add a note to step 5")
    await ben.picture("note-form")
    await ben.fills({"Note": "twenty permits, all valid"}, "Add")
    await ana.sees("twenty permits, all valid")
    assert "0 invalid" in await ben.runs(5)
    await ben.marks_done(5, "5 of 5 steps")

    words = "Receipts that were issued during the partition verify on every node"
    text = await verified_and_closed(ben, ana, words)
    assert re.search(rf"{UTC_TIME} Ben Okafor took it", part(text, "3 · Monitor"))
    assert re.search(rf"{UTC_TIME} Ana \w+ marked it done", part(text, "4 · Verify that"))
    assert "twenty permits, all valid" in part(text, "5 · Verify the documents")
    assert "not recorded" in text
