"""The post-mortem on steps whose check failed after they were done, and on long words."""

from datetime import timedelta
from typing import Any

from bot.core.documents.postmortem import Said
from bot.core.engine import commands as c
from tests.core.documents.test_postmortem import a_run, section, show
from tests.core.story import REVOKED, look
from tests.core.strategies import ANA, BEN, START

MINUTE = timedelta(minutes=1)
RED = ("/status equals revoked", None, False, "active")
ALL = dict.fromkeys(("check:key-cannot-sign", "check:new-key-works", "confirm:2"), "x")


def revoked(*seen: tuple[str, str | None, bool, str]) -> Any:
    return look("key-cannot-sign", *seen)


def deviations(text: str) -> list[str]:
    found = section(text, "Deviations from the procedure")
    return [line for line in found.splitlines() if "Check failed" in line or "Not checked" in line]


def done() -> list[c.Command]:
    return [c.Take("revoke", ANA, "key-a"), c.MarkDone("revoke", ANA)]


FAILED = (
    "- **Check failed after Done.** Step 1 (Revoke the key immediately), marked done by Ana Lima "
    "at 03:14:05: its check failed at 03:15:05 (expected `status` to be `revoked`, found "
    "`active`) and "
)


def test_a_check_that_failed_after_done_is_a_deviation_with_how_long_it_did() -> None:
    desk = a_run(*done())
    desk.do(revoked(RED)(desk), MINUTE)
    assert deviations(show(desk)) == [f"{FAILED}has not passed yet."]
    assert "· ⚠️ done, its check failed\n" in section(show(desk), "Steps")
    desk.do(c.CheckAgain("revoke", ANA), MINUTE)
    desk.do(revoked(RED)(desk), MINUTE)
    desk.do(c.Verify(BEN), MINUTE)
    desk.do(revoked(*REVOKED)(desk), MINUTE)
    text = show(desk)
    assert deviations(text) == [f"{FAILED}passed at 03:19:05, 4 min 00 s later."]
    steps = section(text, "Steps")
    assert "- 03:19:05 check 🟢 passed: “key-a cannot sign”, for the verification" in steps
    assert "### 1 · Revoke the key immediately · ✅ done\n" in steps


def test_one_that_never_passed_says_so_whether_the_run_was_closed_or_the_step_undone() -> None:
    desk = a_run(*done())
    desk.do(revoked(RED)(desk), MINUTE)
    desk.close(BEN, ALL)
    assert deviations(show(desk)) == [f"{FAILED}never passed."]
    assert "Not done** when the run was closed. Step 1 " not in show(desk)
    desk.do(c.Reopen(BEN, "not yet"))
    assert deviations(show(desk)) == [f"{FAILED}had not passed when the run was closed."]
    undone = a_run(*done())
    undone.do(revoked(RED)(undone), MINUTE)
    undone.do(c.Undo("revoke", ANA), MINUTE)
    assert deviations(show(undone)) == [
        f"{FAILED}had not passed when the step was undone at 03:16:05."
    ]


def test_a_step_whose_check_failed_is_not_finished_and_one_taken_after_it_is_out_of_order() -> None:
    desk = a_run(*done())
    assert "after it started, 1 of 6 steps finished;" in show(desk)
    desk.do(revoked(RED)(desk), MINUTE)
    assert "after it started, 0 of 6 steps finished;" in show(desk)
    assert "steps: 5 not done, 1 whose check failed." in show(desk)
    desk.do(c.Take("find", BEN), MINUTE)
    before = "taken by Ben Okoro at 03:16:05, before steps 1, 2.1, 2.2 were finished."
    assert f"(Identify the documents signed with key-a), {before}" in show(desk)
    desk.do(c.GiveBack("find", BEN), MINUTE)
    desk.do(c.CheckAgain("revoke", ANA), MINUTE)
    desk.do(revoked(*REVOKED)(desk), MINUTE)
    assert "after it started, 1 of 6 steps finished;" in show(desk)
    desk.do(c.Take("generate", BEN), MINUTE)
    assert show(desk).count("Out of order") == 1


def test_a_check_that_fails_after_it_had_passed_makes_what_is_taken_then_out_of_order() -> None:
    desk = a_run(*done())
    desk.do(revoked(*REVOKED)(desk), MINUTE)
    desk.do(c.Take("generate", BEN), MINUTE)
    assert "Out of order" not in show(desk)
    desk.do(c.GiveBack("generate", BEN), MINUTE)
    desk.do(c.CheckAgain("revoke", ANA), MINUTE)
    desk.do(revoked(RED)(desk), MINUTE)
    desk.do(c.Take("generate", BEN), MINUTE)
    assert "taken by Ben Okoro at 03:20:05, before step 1 was finished." in show(desk)


def test_a_check_that_nothing_looked_at_is_named() -> None:
    desk = a_run(*done())
    desk.do(c.Mistake(BEN, "the wrong run"))
    [line] = deviations(show(desk))
    assert line == (
        "- **Not checked.** Step 1 (Revoke the key immediately), marked done by Ana Lima at "
        "03:14:05: its check had not run when the run was closed."
    )


def test_a_check_that_passed_is_no_deviation() -> None:
    desk = a_run(*done())
    desk.do(revoked(*REVOKED)(desk), MINUTE)
    desk.close(BEN, ALL, green=True)
    assert deviations(show(desk)) == []


OUTPUT = "kubectl said:\n```\nNAME `x` | READY\n| a | b |\n## no heading\n```\nthat was all"


def test_what_has_many_lines_is_whole_once_and_begun_in_the_timeline() -> None:
    desk = a_run(
        c.AddNote("generate", BEN, OUTPUT),
        c.AddNote(None, ANA, "word " * 100),
        c.Take("generate", BEN),
        c.Fail("generate", BEN, OUTPUT),
    )
    text = show(desk, (Said(START, "U0BEN", "one\ntwo &amp; <@U0ANA>\nthree\nfour"),))
    indented = OUTPUT.replace("\n", "\n  ")
    steps, told = section(text, "Steps"), section(text, "Timeline")
    assert f"noted on it: kubectl said: … (5 lines)\n  ````\n  {indented}\n  ````\n" in steps
    assert steps.count(indented) == 2
    assert f"… (499 characters)\n  > {('word ' * 100).strip()}\n" in steps
    assert "): kubectl said: … (5 lines) |\n" in told
    assert "| “one … (4 lines)” |\n" in told
    assert "Ben Okoro:\n  ```\n  one\n  two & @Ana Lima\n  three\n  four\n  ```\n" in told
    assert "NAME" not in told
    failed = section(text, "Deviations from the procedure")
    assert "**Failed.** Step 2.1" in failed
    assert "NAME" not in failed


def test_words_without_a_line_are_no_trouble() -> None:
    text = show(a_run(c.AddNote("generate", BEN, "```\n```")), (Said(START, "U0BEN", "``` ```"),))
    assert "… (7 characters)" in text
