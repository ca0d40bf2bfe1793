"""The catch-up: ten questions about a run, each answered by one sentence and no other."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.acting.catchup import ASKED, About, Sentence, blocks, catch_up
from bot.core.engine import commands as c
from bot.core.procedure import Procedure, approval_of
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.text import clock, mention, plain
from bot.core.views import forms
from tests.core.drawn import accepted_view, harmless, pressed, weight
from tests.core.living import live
from tests.core.recounting import Count, Mark, recount
from tests.core.strategies import ANA, BEN, CHO, Desk, procedures
from tests.core.tallying import tally
from tests.profiles import examples

RUNS = 200
"""How many random runs are asked all ten questions."""
LONGEST = 40
"""How many moves are made in one of them at most."""


def answers(run: Run) -> dict[About, Sentence]:
    return {one.about: one for one in catch_up(run)}


def number(told: Sentence, what: str) -> int:
    """The figure before some words; 0 where the sentence has no such words."""
    found = re.search(rf"(\d+) {what}", told.text)
    return int(found[1]) if found else 0


NIGHT = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "leak",
        "title": "A key leaked",
        "severity": "SEV2",
        "symptoms": ["Down"],
        "roles": {"custodian": {"description": "keeps the keys", "people": ["U0CHO"]}},
        "checks": {"up": {"title": "It is up.", "target": "t", "get": "/"}},
        "steps": [
            {
                "id": "which",
                "title": "Which key leaked?",
                "decide": {
                    "options": [
                        {"id": "a", "title": "The old one", "reason": "required"},
                        {"id": "b", "title": "The new one"},
                    ]
                },
            },
            {"id": "stop", "title": "Stop the issuer.", "do": "It.", "timeout": "30m"},
            {"id": "tell", "title": "Tell everyone", "do": "It."},
            {"id": "revoke", "title": "Revoke it", "do": "It.", "approval": {"min": 2}},
            {"id": "rotate", "title": "Rotate the key", "do": "It.", "role": "custodian"},
        ],
        "verification": [{"check": "up"}, {"confirm": "The press knows"}],
    }
)


def night() -> Desk:
    """Ana and Ben in the middle of it."""
    desk = Desk(NIGHT)
    desk.do(c.Decide("which", ANA, "a", "It is in\nthe paste."))
    desk.do(c.Take("stop", BEN))
    desk.do(c.Skip("tell", ANA, "They know."))
    desk.do(c.AskApproval("revoke", ANA))
    desk.do(c.Vote("revoke", BEN, desk.run.asked["revoke"].number))
    desk.do(c.Verify(ANA))
    (look,) = desk.run.pending.values()
    seen = e.Seen(expectation="/a exists", held=False, seen="7")
    desk.do(
        c.Observe(
            e.CheckObserved(request=look.id, check="up", green=False, final=True, seen=(seen,))
        )
    )
    return desk


def test_whoever_comes_late_reads_all_that_matters() -> None:
    desk = night()
    read = {one.about: plain(one.text, {}) for one in catch_up(desk.run)}
    assert read == {
        "fixed": "*KC-7* (SEV2) A key leaked is not fixed yet: 0 of 1 check passed, "
        "0 of 1 line confirmed.",
        "red": "🔴 1 check failed: It is up (expected `a` to be there, found `7`, 03:12 UTC).",
        "hand": "1 step is in hand: *2* Stop the issuer, @U0BEN since 03:12 UTC, "
        "time-out 03:42 UTC.",
        "waits": "Waiting: *4* Revoke it waits for approval.",
        "next": "Next: *4* Revoke it, once it is approved.",
        "approved": "1 request for approval: *4* Revoke it waits for approval: 1 of 2, "
        "asked by @U0ANA.",
        "decided": "1 question answered and 1 step skipped: *1* Which key leaked? "
        "“The old one”, @U0ANA 03:12 UTC (It is in the paste); "
        "*3* Tell everyone: skipped, @U0ANA 03:12 UTC: They know.",
        "far": "2 of 5 steps are finished: 1 done, 1 skipped.",
        "people": "@U0ANA started it 03:12 UTC, and 2 people are in it: "
        "@U0ANA (steps 1, 3); @U0BEN (step 2).",
        "failed": "No step is marked failed, and none is stuck.",
    }


POLL = {"every": "1s", "deadline": "30m"}


def test_a_check_that_is_waited_for_has_not_failed() -> None:
    """It says how far that is: whoever comes late looks at what is wrong, and nothing is."""
    shape = {
        "schema": "procedure/v1",
        "id": "copy",
        "title": "Copy it",
        "symptoms": ["Slow"],
        "checks": {"copied": {"title": "All is there", "target": "t", "get": "/", "poll": POLL}},
        "steps": [
            {"id": "copy", "title": "Let it copy", "do": "It.", "wait": {"until": "copied"}},
            {"id": "look", "title": "Look at it", "do": "It.", "check": "copied"},
        ],
    }
    desk = Desk(Procedure.model_validate(shape))
    desk.do(c.Take("copy", ANA))
    (look,) = desk.run.pending.values()
    seen = e.Seen(expectation="/missing equals 0", held=False, seen="40")
    shown = {"check": "copied", "green": False, "seen": (seen,)}
    desk.do(c.Observe(e.CheckObserved(request=look.id, final=False, **shown)))
    read = {one.about: plain(one.text, {}) for one in catch_up(desk.run)}
    assert read["red"] == "No check stands failed."
    assert read["waits"].startswith(
        "Waiting: *1* Let it copy until “All is there” passes (expected `missing` to be `0`, "
        "found `40`, 03:12 UTC; the bot gives up 03:"
    )
    desk.do(c.Take("look", BEN))
    # Whoever did a step and is told that it failed sees the same check.
    desk.do(c.MarkDone("look", BEN))
    (other,) = [one for one in desk.run.pending.values() if not one.wait]
    desk.do(c.Observe(e.CheckObserved(request=other.id, final=True, **shown)))
    assert answers(desk.run)["red"].text.startswith("🔴 1 check failed: All is there (")


def test_a_quiet_sentence_is_small_and_comes_last() -> None:
    drawn = blocks(night().run)
    assert [block["type"] for block in drawn] == ["section"] * 9 + ["context"]


def test_everyone_finds_it_among_all_that_can_be_done() -> None:
    desk = night()
    offered = [words for words, _ in pressed(forms.more(desk.run, CHO)["blocks"])]
    assert "Catch me up" in offered
    desk.do(c.Mistake(ANA, "No."))
    accepted_view(forms.of(desk.run, "catch_up", None, CHO))
    assert "was started by mistake, and closed by <@U0ANA>" in catch_up(desk.run)[0].text


@given(st.data())
@settings(max_examples=examples(RUNS), suppress_health_check=list(HealthCheck))
def test_ten_questions_are_answered_by_one_sentence_each(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    dice = data.draw(st.randoms(use_true_random=True))
    live(desk, dice, dice.randint(0, LONGEST))
    told, count, run = answers(desk.run), recount(desk.facts), desk.run
    keeps_its_form(run)
    is_it_fixed(told["fixed"], run, count)
    what_is_in_hand(told, run, count)
    what_failed(told["failed"], run, count)
    which_checks_failed(told["red"], run, count)
    what_waits(told["waits"], run, count)
    what_comes_next(told["next"], run, count)
    what_was_approved(told["approved"], desk)
    what_was_decided(told["decided"], run, count)
    how_far(told["far"], run, count)
    who_is_here(told["people"], run, count)


def keeps_its_form(run: Run) -> None:
    """Ten lines that Slack takes, each a sentence of its own, what there is to tell first."""
    told = catch_up(run)
    assert sorted(one.about for one in told) == sorted(ASKED)
    assert [one.tells for one in told] == sorted((one.tells for one in told), reverse=True)
    for one in told:
        assert "\n" not in one.text
        assert one.text.endswith(".")
        assert len(one.text) <= 1_900
        harmless(one.text)
    assert len({one.text for one in told}) == len(told)
    assert weight(blocks(run)) < 13_200
    accepted_view(forms.of(run, "catch_up", None, ANA))


def is_it_fixed(told: Sentence, run: Run, count: Count) -> None:
    fixed = count.closed is not None and not count.closed.reasons and count.closed.mistake is None
    assert ("is fixed" in told.text) == fixed
    assert ("closed" in told.text and "not closed" not in told.text) == (
        count.closed is not None or "is being closed" in told.text
    )
    assert ("is being closed" in told.text) == count.closing
    if "not fixed yet" in told.text:
        lines = [one for _, one in run.procedure.lines()]
        passed = [v for v in run.proof.verdicts.values() if v.green]
        checks = {one.check for one in lines if hasattr(one, "check")}
        seen = {v.observed.check for v in passed}
        assert number(told, "of \\d+ checks? passed") == len(checks & seen)
        assert number(told, "of \\d+ lines? confirmed") == len(run.proof.confirmed)


def what_is_in_hand(told: dict[About, Sentence], run: Run, count: Count) -> None:
    ids = [one.step.id for one in run.placed]
    taken = count.of("taken", ids)
    sentence = told["hand"]
    assert number(sentence, "steps? (?:is|are) in hand") == len(taken)
    assert sentence.tells == bool(taken)
    for step, mark in taken.items():
        held = since(run, mark)
        assert named(run, step) in sentence.text or "more." in sentence.text
        assert held in sentence.text or "more." in sentence.text
        assert [about for about, one in told.items() if held in one.text] in (["hand"], [])


def since(run: Run, mark: Mark) -> str:
    assert mark.who is not None
    assert mark.since is not None
    return f"{mention(mark.who)} since {clock(mark.since, since=run.started_at)}"


def named(run: Run, step: str) -> str:
    return f"*{run.outline.by_id[step].number}* "


def what_failed(told: Sentence, run: Run, count: Count) -> None:
    failed = count.of("failed", [one.step.id for one in run.placed])
    needed = [step for step in failed if step not in run.outline.ruled_out]
    assert number(told, "steps? failed") == len(needed)
    assert number(told, "steps? cannot go on") == len(run.outline.need.stuck - {*needed})
    assert told.tells == bool(needed or run.outline.need.stuck)
    assert all(named(run, step) in told.text for step in needed) or "more." in told.text


def which_checks_failed(told: Sentence, run: Run, count: Count) -> None:
    """The last look at a check failed, and it is one of the verification, or of work since then.

    What is waited for has not failed.
    """
    lines = {one.check for _, one in run.procedure.lines() if hasattr(one, "check")}
    red = {name for name, seen in run.proof.verdicts.items() if not seen.green}
    worked = set()
    for row in run.outline.rows:
        seen = run.proof.verdicts.get(row.check or "")
        begun = None if row.wait is not None else row.step.taken_at
        if row.check in red and seen is not None and begun is not None and seen.at >= begun:
            worked.add(row.check)
    wanted = (red & lines) | worked
    assert number(told, "checks? failed") == len(wanted)
    assert told.tells == bool(wanted)
    assert ("🔴" in told.text) == bool(wanted)


def what_waits(told: Sentence, run: Run, count: Count) -> None:
    if count.closed is not None:
        assert not told.tells
        return
    checking = {look.check for look in run.pending.values() if not look.wait}
    waiting = [look for look in run.pending.values() if look.wait]
    assert told.text.count("the bot is checking “") <= len(checking)
    assert not (checking or waiting) or told.tells
    if "more." not in told.text:
        assert told.text.count("the bot is checking “") == len(checking)
        assert told.text.count("(the bot gives up <!date") == len(waiting)


def what_comes_next(told: Sentence, run: Run, count: Count) -> None:
    assert told.tells == (count.closed is None)
    if count.closed is not None:
        return
    assert told.text.startswith("Next: ")
    marked = {step for step, mark in count.marks.items() if mark.state in ("done", "skipped")}
    upcoming = [row.id for row in run.outline.next_steps]
    assert not marked & {*upcoming}
    assert all(named(run, step) in told.text for step in upcoming) or "more." in told.text
    taken = count.of("taken", [one.step.id for one in run.placed])
    failed = [s for s in count.of("failed", list(run.steps)) if s not in run.outline.ruled_out]
    if not upcoming and not failed and taken:
        assert any(
            mark.who and f"{mention(mark.who)} finishes" in told.text for mark in taken.values()
        )


def what_was_approved(told: Sentence, desk: Desk) -> None:
    run = desk.run
    asked = 0
    for placed in run.placed:
        step = placed.step.id
        if approval_of(placed.step) is None or step in run.outline.need.spare:
            continue
        said, most = tally(desk.facts, step, run.steps[step].round)
        asked += step in run.asked and run.asked[step].round == run.steps[step].round
        if most and said and all(said.values()) and len(said) >= most and "more." not in told.text:
            assert f"{named(run, step)}" in told.text
            assert "approved by" in told.text
    assert number(told, "requests? for approval") == asked
    assert told.tells == bool(asked)


def what_was_decided(told: Sentence, run: Run, count: Count) -> None:
    ids = [one.step.id for one in run.placed]
    answered = [s for s, mark in count.of("done", ids).items() if mark.answer is not None]
    skipped = count.of("skipped", ids)
    assert number(told, "questions? answered") == len(answered)
    assert number(told, "steps? skipped") == len(skipped)
    assert told.tells == bool(answered or skipped)
    if "more." not in told.text:
        assert all(named(run, step) in told.text for step in [*answered, *skipped])


def how_far(told: Sentence, run: Run, count: Count) -> None:
    ids = [one.step.id for one in run.placed]
    done, skipped = count.of("done", ids), count.of("skipped", ids)
    doubted = number(told, "done, but the check failed")
    assert number(told, "skipped") == len(skipped)
    spare = run.outline.need.spare
    finished = int(told.text.split(" of ")[0])
    assert finished + doubted == len(done) + len(skipped) + len(spare)


def who_is_here(told: Sentence, run: Run, count: Count) -> None:
    assert number(told, "(?:person is|people are) in it") == len(count.people)
    assert told.text.startswith(f"{mention(run.started_by)} started it ")
    assert all(f"<@{who}>" in told.text for who in count.people)
