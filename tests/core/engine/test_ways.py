"""Questions, conditions and rounds: where a run goes, and that it can go back."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.engine.effects import effects
from bot.core.engine.fold import evolve
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.rounds import MOST
from bot.core.run.states import State
from bot.core.views import forms, notices
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, CHO, START, Desk


def do(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": name.title(), "do": "It.", **more}


def asks(name: str, *options: dict[str, Any], called: str = "", **more: Any) -> dict[str, Any]:
    said = {"options": list(options)} | ({"name": called} if called else {})
    return {"id": name, "title": f"{name.title()}?", "decide": said, **more}


def answer(name: str, then: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": name.title(), **({"then": then} if then else {}), **more}


def procedure(*steps: dict[str, Any], **more: Any) -> Procedure:
    shape = {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It hurts"],
        "checks": {
            "up": {
                "title": "It is up",
                "target": "it",
                "get": "/",
                "poll": {"every": "5s", "deadline": "10m"},
            }
        },
        "steps": list(steps),
        "verification": [{"check": "up"}, {"confirm": "People were told"}],
        **more,
    }
    return Procedure.model_validate(shape)


NIGHT = procedure(
    do("look"),
    asks(
        "cause",
        answer("network", {"goto": "heal"}),
        answer(
            "process", [do("restart"), asks("fine", answer("yes"), answer("no", {"goto": "look"}))]
        ),
        answer("neither", reason="required"),
        called="cause",
    ),
    do("wipe", when="{{ mode }} is fast"),
    do("tell", when="{{ cause }} in process, neither"),
    do("heal"),
    inputs={"mode": {"description": "How", "enum": ["fast", "safe"], "default": "safe"}},
)


def night(mode: str = "safe") -> Desk:
    return Desk(NIGHT, mode=mode)


def does(desk: Desk, *steps: str) -> None:
    for step in steps:
        ref = desk.run.outline.by_id[step].ref
        desk.do(c.Take(ref, ANA))
        desk.do(c.MarkDone(ref, ANA))


def says(desk: Desk, question: str, option: str, reason: str = "") -> Sequence[e.Event]:
    return desk.do(c.Decide(desk.run.outline.by_id[question].ref, BEN, option, reason))


def following(desk: Desk) -> list[str]:
    return [row.id for row in desk.run.outline.next_steps]


def refused(desk: Desk, command: c.Command) -> str:
    with pytest.raises(Refused) as told:
        desk.do(command)
    return str(told.value)


# Questions. -------------------------------------------------------------------------------------


def test_the_way_that_is_chosen_is_the_one_that_goes_on() -> None:
    for option, then in (("network", ["heal"]), ("process", ["restart"]), ("neither", ["tell"])):
        desk = night()
        does(desk, "look")
        assert following(desk) == ["cause"]
        says(desk, "cause", option, "so it is")
        assert following(desk) == then
        assert desk.run.steps["cause"].answer == option


def test_behind_a_question_nothing_can_be_taken_and_nothing_counts() -> None:
    desk = night()
    assert desk.run.outline.counts.total == 5
    assert refused(desk, c.Take("restart", ANA)) == "Step 2b.1 waits for the answer to step 2."
    says(desk, "cause", "process")
    assert desk.run.outline.counts.total == 7
    desk.do(c.Take("restart", ANA))


def test_steps_of_other_answers_are_not_needed_and_are_told_in_one_line() -> None:
    desk = night()
    does(desk, "look")
    says(desk, "cause", "neither", "looked")
    assert refused(desk, c.Take("restart", ANA)) == "Step 2b.1 is not needed: not taken."
    board = aloud(draw(desk.run).blocks)
    assert "➖ *2b* If “Process” · not taken, 2 steps" in board
    assert "Restart" not in board
    does(desk, "tell", "heal")
    assert desk.run.outline.is_over


def test_what_an_answer_leads_past_is_left_out() -> None:
    desk = night("fast")
    does(desk, "look")
    says(desk, "cause", "network")
    assert refused(desk, c.Take("wipe", ANA)) == (
        "Step 3 is not needed: left out by the answer to step 2."
    )
    does(desk, "heal")
    assert desk.run.outline.is_over


def test_a_reason_that_is_asked_for_is_given() -> None:
    desk = night()
    assert "the reason is empty" in refused(desk, c.Decide("cause", ANA, "neither"))
    says(desk, "cause", "neither", "It is both.")
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "ben answered it with “Neither”: It is both." in document


def test_who_answers_second_is_told_of_the_first() -> None:
    desk = night()
    desk.do(c.Decide("cause", ANA, "process"))
    assert not desk.do(c.Decide("cause", ANA, "process")), "one's own double click is silent"
    said = refused(desk, c.Decide("cause", BEN, "network"))
    assert said.startswith("<@U0ANA> marked step 2 done")
    assert "The answer is “Process”: to change it, More… → Change an answer…." in said


def test_a_question_is_answered_and_neither_taken_nor_undone() -> None:
    desk = night()
    assert "its buttons answer it" in refused(desk, c.Take("cause", ANA))
    assert "is no question" in refused(desk, c.Decide("look", ANA, "yes"))
    assert "no answer `maybe`" in refused(desk, c.Decide("cause", ANA, "maybe"))
    says(desk, "cause", "process")
    assert "Change an answer…" in refused(desk, c.Undo("cause", ANA))


def test_a_question_that_was_skipped_needs_none_of_its_branches() -> None:
    desk = night()
    does(desk, "look")
    desk.do(c.Skip("cause", ANA, "nobody knows"))
    assert following(desk) == ["heal"]
    desk.do(c.Undo("cause", ANA))
    assert following(desk) == ["cause"]


# Conditions. ------------------------------------------------------------------------------------


def test_a_condition_on_an_input_is_settled_from_the_start() -> None:
    assert "only if mode is fast" in aloud(draw(night().run).blocks)
    assert refused(night(), c.Take("wipe", ANA)) == "Step 3 is not needed: only if mode is fast."
    night("fast").do(c.Take("wipe", ANA))


def test_a_condition_on_an_answer_waits_for_it() -> None:
    desk = night()
    assert refused(desk, c.Take("tell", ANA)) == "Step 4 waits for the answer to step 2."
    row = next(line for line in aloud(draw(desk.run).blocks).splitlines() if "*4*" in line)
    assert row == "○ *4* Tell · waits for the answer to step 2", "there is nothing to press"
    desk.do(c.Skip("tell", ANA, "nobody to tell"))


def test_a_condition_on_a_group_is_one_on_all_of_it() -> None:
    group = {"id": "all", "title": "All", "when": "{{ mode }} exists", "steps": [do("in")]}
    shape = procedure(group, do("out"), inputs={"mode": {"description": "How"}})
    assert following(Desk(shape, mode="")) == ["out"]
    assert following(Desk(shape, mode="x")) == ["in"]


# Rounds. ----------------------------------------------------------------------------------------


def back() -> Desk:
    """A run in which step 1 to the question at the end of the branch are done once more."""
    desk = night()
    does(desk, "look")
    says(desk, "cause", "process")
    does(desk, "restart")
    desk.do(c.Take("heal", CHO))
    says(desk, "fine", "no")
    return desk


def test_an_answer_that_leads_back_opens_all_between_and_nothing_else() -> None:
    desk = back()
    rounds = {name: step.round for name, step in desk.run.steps.items()}
    again = {"look": 2, "cause": 2, "restart": 2, "fine": 2}
    assert rounds == {"wipe": 1, "tell": 1, "heal": 1, **again}
    assert all(desk.run.steps[name].state is State.OPEN for name in again)
    assert desk.run.steps["heal"].holder == CHO
    assert following(desk) == ["look"]
    assert "cause" not in desk.run.found


def test_a_button_of_an_earlier_round_is_refused_in_words() -> None:
    desk = back()
    said = refused(desk, c.Take("look", ANA))
    assert said.startswith("Step 1 was opened again by <@U0BEN> at ")
    assert "in round 2" in said
    with pytest.raises(Refused, match="in round 2"):
        forms.of(desk.run, "skip", "look", ANA)
    desk.do(c.Take("look~2", ANA))
    assert desk.facts[-1].event.model_dump()["round"] == 2
    assert "*1 Look (round 2)*" in aloud(draw(desk.run).blocks)


def test_facts_of_another_round_cannot_follow() -> None:
    desk = back()
    taken = e.StepTaken(step="look", by=ANA)
    fact = e.Fact("KC-7", desk.run.seq + 1, START, taken, "")
    with pytest.raises(ValueError, match="another round"):
        evolve(desk.run, fact)


def test_the_first_round_is_not_written() -> None:
    desk = night()
    desk.do(c.Take("look", ANA))
    assert '"round"' not in desk.bodies[-1]


def test_who_was_on_a_step_that_is_opened_again_is_told() -> None:
    desk = night()
    does(desk, "look")
    says(desk, "cause", "process")
    desk.do(c.Take("restart", CHO))
    made = says(desk, "fine", "no")
    assert [event.kind for event in made] == ["decided", "step_given_back", "steps_reopened"]
    said = aloud(notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").blocks)
    assert "steps 1 to 2b.2 open again: ben answered step 2b.2" in said
    assert "<@U0CHO>, step *2b.1* Restart (round 2) is not yours any more." in said


def test_each_who_loses_steps_is_named_once_and_who_gave_one_back_before_is_not() -> None:
    group = {"id": "all", "title": "All", "any_order": True, "steps": [do("b"), do("a"), do("c")]}
    desk = Desk(procedure(group))
    desk.do(c.Take("a", CHO))
    desk.do(c.HandOver("a", CHO, BEN))
    desk.do(c.Take("b", BEN))
    desk.do(c.Take("c", CHO))
    desk.do(c.GiveBack("c", CHO))
    desk.do(c.Again("all", ANA, "It came back."))
    said = aloud(notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").blocks)
    assert "<@U0BEN>, steps *1.1* B (round 2), *1.2* A (round 2) are not yours any more." in said
    assert "<@U0CHO>" not in said


def test_looks_for_what_is_opened_again_end_and_confirmations_fall() -> None:
    shape = procedure(
        do("look"),
        {"id": "wait", "title": "Wait", "wait": {"until": "up"}},
        asks("fine", answer("yes"), answer("no", {"goto": "look"})),
    )
    desk = Desk(shape)
    desk.do(c.Confirm("confirm:1", ANA))
    desk.do(c.Take("wait", ANA))
    (request,) = desk.run.pending
    before = desk.run
    made = says(desk, "fine", "no")
    assert not desk.run.pending
    assert effects(before, made, desk.at).ended == [request]
    assert desk.run.verification()[1].green is None


def test_a_changed_answer_begins_its_question_and_its_branch_again() -> None:
    desk = night()
    does(desk, "look")
    says(desk, "cause", "process")
    does(desk, "restart")
    made = desk.do(c.ChangeAnswer("cause", BEN, "network", "It was cut off."))
    assert [event.kind for event in made] == ["steps_reopened", "decided"]
    assert {n: s.round for n, s in desk.run.steps.items() if s.round > 1} == {
        "cause": 2,
        "restart": 2,
        "fine": 2,
    }
    assert following(desk) == ["heal"]
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "ana marked it done" in document.split("2b.1 · Restart")[1], "what was done stays told"
    assert not desk.do(c.ChangeAnswer("cause~2", BEN, "network", "again")), "it is that already"
    assert "There is no answer" in refused(desk, c.ChangeAnswer("fine~2", BEN, "yes", "x"))


def test_an_answer_can_be_changed_to_one_that_leads_back() -> None:
    desk = Desk(procedure(do("look"), asks("fine", answer("yes"), answer("no", {"goto": "look"}))))
    does(desk, "look")
    says(desk, "fine", "yes")
    desk.do(c.ChangeAnswer("fine", ANA, "no", "It fell again."))
    assert following(desk) == ["look"]
    assert desk.run.steps["fine"].round == 3


def test_a_group_is_done_again_from_its_first_step() -> None:
    group = {"id": "all", "title": "All", "steps": [do("one"), do("two")]}
    desk = Desk(procedure(group, do("out")))
    assert "Nobody has begun" in refused(desk, c.Again("all", ANA, "why"))
    does(desk, "one", "two", "out")
    desk.do(c.Again("all", ANA, "It came back."))
    assert following(desk) == ["one"]
    assert desk.run.steps["out"].state is State.DONE
    assert "no group of steps “none”" in refused(desk, c.Again("none", ANA, "why"))


def test_nobody_goes_round_for_ever() -> None:
    desk = Desk(procedure(do("look"), asks("fine", answer("yes"), answer("no", {"goto": "look"}))))
    for _ in range(MOST - 1):
        says(desk, "fine", "no")
    with pytest.raises(Refused, match=f"opened {MOST} times"):
        says(desk, "fine", "no")
    says(desk, "fine", "yes")


def test_a_closing_is_broken_off_by_an_answer() -> None:
    desk = night()
    desk.do(c.Close(ANA, {"confirm:1": "nobody in"}))
    assert desk.run.closing is not None
    made = decide(desk.run, c.Decide("cause", BEN, "process"), START)
    assert [event.kind for event in made] == ["decided", "run_kept_open"]


def test_the_post_mortem_counts_what_people_did_in_every_round() -> None:
    desk = night()
    does(desk, "look")
    says(desk, "cause", "process")
    does(desk, "restart")
    says(desk, "fine", "no")
    does(desk, "look")
    text = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    (ana, ben) = (
        next(row for row in text.splitlines() if row.startswith(f"| {who.name} |"))
        for who in (ANA, BEN)
    )
    assert "| 1 (done, done in round 2), 2b.1 |" in ana
    assert "| 2 (answered), 2b.2 (answered) |" in ben
