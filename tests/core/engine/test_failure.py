"""Steps that open when a step is marked failed: around it like branches, needed only then."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.documents.printing import printed
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.markup.faces import TEXT
from bot.core.run import events as e
from bot.core.run.rounds import MOST
from bot.core.run.states import State
from bot.core.views import forms, notices, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.engine.test_ways import answer, asks, do, procedure
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk, commands, procedures

NIGHT = procedure(
    do("start"),
    do("wipe", on_failure=[do("page", on_failure="Walk there."), do("unmount")]),
    do("tell"),
)


def numbers(desk: Desk) -> dict[str, str]:
    return {row.id: row.number for row in desk.run.outline.rows}


def shown(desk: Desk) -> str:
    return aloud(draw(desk.run).blocks)


def turn(desk: Desk) -> list[str]:
    return [row.id for row in desk.run.outline.next_steps]


def fails(desk: Desk, step: str, by: e.Person = ANA) -> None:
    desk.do(c.Take(step, by))
    desk.do(c.Fail(step, by, "It is busy."))


def ends(desk: Desk, *steps: str) -> None:
    for step in steps:
        desk.do(c.Take(step, ANA))
        desk.do(c.MarkDone(step, ANA))


def test_before_a_failure_they_are_no_steps_of_the_run() -> None:
    desk = Desk(NIGHT)
    assert numbers(desk) == {
        "start": "1",
        "wipe": "2",
        "page": "2f.1",
        "unmount": "2f.2",
        "tell": "3",
    }
    counts = desk.run.outline.counts
    assert (counts.total, counts.unneeded) == (3, 0)
    assert "2f.1" not in shown(desk)
    with pytest.raises(Refused, match=r"Step 2f\.1 is needed only if step 2 fails\."):
        desk.do(c.Take("page", ANA))
    ends(desk, "start", "wipe", "tell")
    assert desk.run.outline.is_over
    assert "3 of 3 steps done" in shown(desk)


def test_a_step_says_what_its_failure_opens() -> None:
    desk = Desk(NIGHT)
    ends(desk, "start")
    said = "If not: mark it failed; steps 2f.1 to 2f.2 open then."
    assert said in shown(desk)
    full = aloud(walkthrough.draw(desk.run, 0)["blocks"])
    assert said in full
    assert "*2f If step 2 fails*" in full
    assert "*2f.1 Page* · only if step 2 fails" in full
    desk.do(c.Take("wipe", ANA))
    assert "Then steps 2f.1 to 2f.2 open." in str(forms.of(desk.run, "fail", "wipe", ANA)["blocks"])


def test_they_open_when_it_fails_and_the_first_is_in_hand() -> None:
    desk = Desk(NIGHT)
    ends(desk, "start")
    fails(desk, "wipe", BEN)
    assert turn(desk) == ["page"]
    assert desk.run.outline.counts.total == 5
    board = shown(desk)
    assert "mark it failed" not in board, "it is"
    assert "*2f If step 2 fails*" in board
    assert "mark it failed" not in board, "it is"
    assert "[*Take]" in board
    assert "[Try again]" in board
    last = desk.facts[-1].seq
    assert "Steps 2f.1 to 2f.2 open by that." in str(
        notices.draw(desk.run, desk.facts, f"notice/{last}")
    )
    ends(desk, "page", "unmount")
    assert turn(desk) == ["tell"]
    assert not desk.run.outline.is_over, "the step itself has still failed"


def test_while_it_is_tried_again_they_stay_and_when_it_is_done_nobody_needs_them() -> None:
    desk = Desk(NIGHT)
    fails(desk, "wipe")
    ends(desk, "page")
    desk.do(c.Take("wipe", ANA))
    assert turn(desk)[0] == "start"
    assert not desk.run.outline.by_id["unmount"].ruled_out
    desk.do(c.GiveBack("wipe", ANA))
    assert not desk.run.outline.by_id["unmount"].ruled_out, "it failed, and nobody mended that"
    ends(desk, "wipe")
    assert desk.run.outline.by_id["unmount"].unless
    ends(desk, "start", "tell")
    assert desk.run.outline.is_over
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "2f · If step 2 fails" in document
    assert "2f.2 · Unmount · ➖ only if step 2 fails" in document
    assert "2f.1 · Page · ✅ done" in document


@pytest.mark.parametrize("end", [c.Skip("wipe", ANA, "no need"), c.Undo("wipe", ANA)])
def test_a_failed_step_that_is_skipped_or_undone_closes_them(end: Any) -> None:
    desk = Desk(NIGHT)
    fails(desk, "wipe")
    desk.do(end)
    assert desk.run.outline.by_id["page"].unless


def test_another_failure_begins_them_again_in_another_round() -> None:
    desk = Desk(NIGHT)
    fails(desk, "wipe")
    ends(desk, "page", "unmount")
    fails(desk, "wipe")
    last = desk.facts[-1].event
    assert isinstance(last, e.StepsReopened)
    assert (last.first, last.last, last.because, last.of) == ("page", "unmount", "failed", "wipe")
    assert {desk.run.steps[one].round for one in ("page", "unmount")} == {2}
    assert desk.run.steps["wipe"].round == 1
    assert turn(desk)[:1] == ["start"]
    told = str(notices.draw(desk.run, desk.facts, f"notice/{desk.facts[-1].seq}"))
    assert "steps 2f.1 to 2f.2 open again: ana marked step 2 failed again." in told
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "opened steps 2f.1 to 2f.2 again, by another failure of step 2 (Wipe)" in document


def test_who_is_in_the_middle_of_them_goes_on_when_it_fails_again() -> None:
    desk = Desk(NIGHT)
    fails(desk, "wipe")
    desk.do(c.Take("page", BEN))
    fails(desk, "wipe")
    assert desk.facts[-1].event.kind == "step_failed"
    assert desk.run.steps["page"].holder == BEN


def test_a_failure_can_be_said_however_often_it_came() -> None:
    desk = Desk(NIGHT)
    for _ in range(MOST + 2):
        fails(desk, "wipe")
        if desk.run.steps["page"].state is State.OPEN:
            ends(desk, desk.run.outline.by_id["page"].ref)
    assert desk.run.steps["page"].round == MOST
    assert desk.run.steps["wipe"].state is State.FAILED


def test_a_new_round_of_the_step_starts_them_anew() -> None:
    back = asks("well", answer("yes"), answer("no", {"goto": "wipe"}))
    desk = Desk(procedure(do("wipe", on_failure=[do("page")]), back))
    fails(desk, "wipe")
    ends(desk, "page")
    desk.do(c.Skip("wipe", ANA, "by hand"))
    desk.do(c.Decide("well", ANA, "no"))
    assert {desk.run.steps[one].round for one in ("wipe", "page")} == {2}
    assert desk.run.outline.by_id["page"].unless


def test_an_alternative_is_one_with_the_steps_for_its_failure() -> None:
    ways = {"id": "ways", "title": "Ways", "one_of": True}
    short = do("short", on_failure=[do("page")])
    asked = asks("long", answer("yes", [do("dig")]), answer("no"))
    desk = Desk(procedure({**ways, "steps": [short, asked]}))
    fails(desk, "short")
    ends(desk, "page")
    assert not desk.run.outline.by_id["short"].ruled_out
    other = Desk(procedure({**ways, "steps": [short, asked]}))
    other.do(c.Decide("long", ANA, "yes"))
    assert not other.run.outline.by_id["dig"].ruled_out
    assert other.run.outline.by_id["short"].spare == "not chosen"


def test_paper_has_them_under_the_step() -> None:
    paper = printed(TEXT, NIGHT)
    assert "If it fails:" in paper
    assert "2f.1. Page" in paper
    assert "If it fails: Walk there." in paper


def test_an_answer_that_ends_the_steps_for_a_failure_says_which_step_is_tried_again() -> None:
    last = asks("dead", answer("no"), answer("yes", [do("bury")]))
    first = asks("slow", answer("it-is"), answer("is-not", {"goto": "tell"}))
    ways = procedure(do("start", on_failure=[first, last]), do("tell"))
    desk = Desk(ways)
    fails(desk, "start")
    assert "It-Is: goes on with step 1f.2 · Is-Not: goes to step 2" in shown(desk)
    desk.do(c.Decide("slow", ANA, "it-is"))
    assert "No: goes back to step 1 · Yes: adds 1 step" in shown(desk)
    paper = printed(TEXT, ways)
    assert "If “It-Is”: go on with step 1f.2." in paper
    assert "If “No”: try step 1 again." in paper
    assert "goes back" not in shown(Desk(procedure(last, do("tell"))))


@given(st.data())
def test_nobody_takes_a_step_for_a_failure_that_has_not_come(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(0, 25))):
        before = desk.run
        try:
            made = desk.do(data.draw(commands(before)))
        except Refused:
            continue
        for event in made:
            if not isinstance(event, e.StepTaken | e.Decided):
                continue
            placed = before.find(event.step)
            assert placed is not None
            opening = [around.fails for around in placed.groups if around.fails is not None]
            # What an answer opens again in the same go has not been begun.
            assert all(before.steps[step].failing for step in opening)
        failing = {key for key, step in desk.run.steps.items() if step.failing}
        assert failing >= {k for k, step in desk.run.steps.items() if step.state is State.FAILED}


def test_what_a_failure_opens_is_in_order_before_the_step_is_tried_again() -> None:
    desk = Desk(NIGHT)
    ends(desk, "start")
    fails(desk, "wipe")
    ends(desk, "page", "unmount", "wipe", "tell")
    assert "Out of order" not in text(desk)
    desk = Desk(NIGHT)
    fails(desk, "wipe")
    ends(desk, "page")
    assert "before step 1 was finished" in text(desk)


def text(desk: Desk) -> str:
    return render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
