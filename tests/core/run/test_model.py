"""How facts fold into a run."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import begin, evolve, fold
from bot.core.procedure import Group, Procedure
from bot.core.procedure import Step as ProcedureStep
from bot.core.run import events as e
from bot.core.run.model import TRANSITIONS, State
from tests.core.strategies import ANA, BEN, START, Desk, commands, procedures

STEP_EVENTS: dict[str, e.Event] = {
    "step_taken": e.StepTaken(step="one", by=ANA),
    "step_done": e.StepDone(step="one", by=ANA),
    "step_failed": e.StepFailed(step="one", by=ANA, what="it broke"),
    "step_skipped": e.StepSkipped(step="one", by=ANA, reason="no need"),
    "step_given_back": e.StepGivenBack(step="one", by=ANA),
    "step_handed_over": e.StepHandedOver(step="one", by=ANA, to=BEN),
    "step_returned": e.StepReturned(step="one", by=ANA, to=ANA, whom=BEN, why="bot"),
    "step_undone": e.StepUndone(step="one", by=ANA),
}
PATHS: dict[State, list[str]] = {
    State.OPEN: [],
    State.TAKEN: ["step_taken"],
    State.DONE: ["step_taken", "step_done"],
    State.SKIPPED: ["step_skipped"],
    State.FAILED: ["step_taken", "step_failed"],
}


def procedure(**more: Any) -> Procedure:
    shape: dict[str, Any] = {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It is down"],
        "steps": [{"id": "one", "title": "One", "do": "It."}],
    }
    return Procedure.model_validate(shape | more)


def step(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": name, **({"do": "It."} | more if "steps" not in more else more)}


@given(st.data())
def test_folding_from_the_start_equals_folding_fact_by_fact(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(0, 15))):
        try:
            desk.do(data.draw(commands(desk.run)))
        except Refused:
            continue
    assert fold(desk.facts) == desk.run
    cut = data.draw(st.integers(1, len(desk.facts)))
    assert fold(desk.facts[cut:], fold(desk.facts[:cut])) == desk.run


@given(st.data())
def test_what_is_stored_folds_to_the_same_run(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(5):
        try:
            desk.do(data.draw(commands(desk.run)))
        except Refused:
            continue
    read = [replace(fact, event=e.load(kept(fact.event))) for fact in desk.facts]
    assert fold(read) == desk.run
    assert [kept(fact.event) for fact in read] == [kept(fact.event) for fact in desk.facts]
    assert [e.dump(e.load(body)) for body in desk.bodies] == desk.bodies


def kept(event: e.Event) -> str:
    """What is kept of an event once it is sealed, when it says through what it came."""
    return json.dumps(e.plain(event, alone=True))


@pytest.mark.parametrize("kind", STEP_EVENTS)
@pytest.mark.parametrize("state", State)
def test_a_step_moves_along_the_table_and_no_other_way(state: State, kind: str) -> None:
    desk = Desk(procedure())
    for before in PATHS[state]:
        desk.run = evolve(desk.run, desk.append(STEP_EVENTS[before]))
    assert desk.run.steps["one"].state is state
    fact = desk.append(STEP_EVENTS[kind])
    after = TRANSITIONS.get((state, kind))
    if after is None:
        with pytest.raises(ValueError, match="cannot follow"):
            evolve(desk.run, fact)
    else:
        assert evolve(desk.run, fact).steps["one"].state is after


def test_facts_that_cannot_follow_are_refused() -> None:
    desk = Desk(procedure())
    first = desk.facts[0]
    good = e.Fact("KC-7", 2, START, e.NoteAdded(by=ANA, text="x"), "h")
    for wrong in (
        e.Fact("KC-7", 3, START, good.event, "h"),
        e.Fact("KC-8", 2, START, good.event, "h"),
        e.Fact("KC-7", 2, START, first.event, "h"),
        e.Fact("KC-7", 2, START, e.StepSkipped(step="two", by=ANA, reason="x"), "h"),
        e.Fact("KC-7", 2, START, e.NoteAdded(step="two", by=ANA, text="x"), "h"),
    ):
        with pytest.raises(ValueError, match="KC-7"):
            evolve(desk.run, wrong)
    with pytest.raises(TypeError):
        begin(good)
    with pytest.raises(ValueError, match="at least one fact"):
        fold([])


def test_a_failed_alternative_cannot_be_tried_again_beside_the_one_that_was_chosen() -> None:
    desk = Desk(procedure(steps=[step("either", one_of=True, steps=[step("a"), step("b")])]))
    desk.do(c.Take("a", ANA))
    desk.do(c.Fail("a", ANA, "no"))
    desk.do(c.Take("b", BEN))
    with pytest.raises(Refused, match="is ruled out"):
        desk.do(c.Take("a", ANA))
    assert desk.run.outline.counts.finished == 1
    desk.do(c.GiveBack("b", BEN))
    assert desk.do(c.Take("a", ANA))


def test_within_a_free_order_each_branch_keeps_its_own_order() -> None:
    branch = step("branch", steps=[step("a1"), step("a2")])
    desk = Desk(procedure(steps=[step("free", any_order=True, steps=[branch, step("b")])]))
    assert [row.id for row in desk.run.outline.next_steps] == ["a1", "b"]
    desk.do(c.Take("a1", ANA))
    assert [row.id for row in desk.run.outline.next_steps] == ["a2", "b"]


@given(st.data())
def test_the_next_steps_are_open_and_wait_for_no_open_step_of_their_own_sequence(
    data: st.DataObject,
) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(8):
        try:
            desk.do(data.draw(commands(desk.run)))
        except Refused:
            continue
    run = desk.run
    is_open = {p.step.id for p in run.placed if run.steps[p.step.id].state is State.OPEN} - {
        p.step.id for p in run.placed if run.ruled_out(p)
    }
    # What waits for a value or an approval is nobody's turn.
    is_open -= run.outline.need.awaited.keys()
    turn = {row.id for row in run.outline.next_steps}
    assert turn <= is_open
    if not run.unlisted:
        # What comes after a group whose members are not listed yet waits for that group's turn.
        assert bool(turn) == bool(is_open)
    for earlier, later in _in_sequence(run.procedure.steps):
        assert not (turn & _ids(later) and is_open & _ids(earlier))


def _ids(one: ProcedureStep) -> set[str]:
    if isinstance(one, Group):
        return set().union(*map(_ids, one.steps))
    return {one.id}


def _in_sequence(
    steps: tuple[ProcedureStep, ...], *, free: bool = False
) -> Iterator[tuple[ProcedureStep, ProcedureStep]]:
    for index, later in enumerate(steps):
        if not free:
            yield from ((earlier, later) for earlier in steps[:index])
        if isinstance(later, Group):
            yield from _in_sequence(later.steps, free=later.any_order or later.one_of)


def test_the_picture_in_the_docs_is_drawn_from_the_table() -> None:
    text = Path(__file__).parents[3].joinpath("docs/run.md").read_text(encoding="utf-8")
    assert _diagram() in text, f"put this into docs/run.md:\n{_diagram()}"


def _diagram() -> str:
    """The life of a step as a Mermaid state diagram."""
    arrows = [f"    {before} --> {after}: {kind}" for (before, kind), after in TRANSITIONS.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {State.OPEN}", *arrows, "```"])
