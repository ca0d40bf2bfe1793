"""What lacks a value is not done: the refusal says which value, and where that is found."""

from collections.abc import Sequence

import pytest

from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.views import forms, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import pressed
from tests.core.engine.test_values import SNAPSHOT, board, check, found, refused
from tests.core.strategies import ANA, BEN, Desk

LACKING = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It hurts"],
        "checks": {
            "kept": check(
                "It is kept",
                "/snapshots/{{ snapshot }}",
                poll={"every": "5s", "deadline": "10m"},
            )
        },
        "steps": [
            {"id": "take", "title": "Take it", "do": "It.", "captures": {"snapshot": SNAPSHOT}},
            {"id": "run", "title": "Run", "run": ["restore {{ snapshot }}"]},
            {"id": "do", "title": "Do", "do": "Restore {{ snapshot }}."},
            {"id": "title", "title": "Restore {{ snapshot }}", "do": "It."},
            {"id": "expected", "title": "Look", "do": "It.", "expected": "{{ snapshot }}"},
            {"id": "beside", "title": "Rest", "do": "It.", "rollback": "Use {{ snapshot }}."},
            {"id": "until", "title": "Wait", "wait": {"until": "kept"}},
            {"id": "while", "title": "Wait for {{ snapshot }}", "wait": {"for": "1m"}},
            {
                "id": "ask",
                "title": "Is {{ snapshot }} whole?",
                "decide": {"options": [{"id": "a", "title": "Yes"}, {"id": "b", "title": "No"}]},
            },
        ],
        "verification": [{"confirm": "{{ snapshot }} is in use"}, {"confirm": "It is well"}],
    }
)
WANTED = "it lacks a value: snapshot comes from step 1. Find it there, or More… → Correct a value…."


@pytest.mark.parametrize("step", ["run", "do", "title", "expected"])
@pytest.mark.parametrize("before", [[], [c.Skip("take", ANA, "No time.")]])
def test_a_step_that_lacks_a_value_is_not_done_and_says_where_it_is_found(
    step: str, before: Sequence[c.Command]
) -> None:
    desk = Desk(LACKING)
    for command in before:
        desk.do(command)
    desk.do(c.Take(step, BEN))
    number = desk.run.outline.by_id[step].number
    said = refused(desk, c.MarkDone(step, BEN))
    assert said == f"Step {number} was not marked done: {WANTED}"
    desk.do(c.CorrectValue("snapshot", ANA, "snap-1"))
    assert desk.do(c.MarkDone(step, BEN))


def pressable(desk: Desk) -> set[str]:
    """The words of all that can be pressed on the board, in the full view, and in *More…*."""
    shown = (
        draw(desk.run).blocks,
        walkthrough.draw(desk.run, 0)["blocks"],
        forms.of(desk.run, "more", None, BEN)["blocks"],
    )
    return {label for blocks in shown for label, _ in pressed(blocks)}


def test_nothing_offers_to_be_done_what_lacks_a_value() -> None:
    desk = Desk(LACKING)
    desk.do(c.Take("run", BEN))
    offered = pressable(desk)
    assert not any(label.startswith("Done") for label in offered)
    assert any(label.startswith("Failed…") for label in offered)
    desk.do(c.CorrectValue("snapshot", ANA, "snap-1"))
    assert any(label.startswith("Done") for label in pressable(desk))


def test_what_is_only_read_beside_a_step_keeps_nobody_from_finishing_it() -> None:
    desk = Desk(LACKING)
    desk.do(c.Take("beside", BEN))
    assert desk.do(c.MarkDone("beside", BEN))


@pytest.mark.parametrize("step", ["until", "while"])
def test_a_wait_that_lacks_a_value_is_not_taken(step: str) -> None:
    desk = Desk(LACKING)
    number = desk.run.outline.by_id[step].number
    waits = f"Step {number} waits for snapshot, from step 1"
    assert refused(desk, c.Take(step, BEN)) == f"{waits}."
    assert "waits for snapshot, from step 1" in board(desk)
    desk.do(c.Skip("take", ANA, "No time."))
    assert refused(desk, c.Take(step, BEN)).startswith(f"{waits}, which was skipped.")
    desk.do(c.CorrectValue("snapshot", ANA, "snap-1"))
    assert desk.do(c.Take(step, BEN))


def test_a_question_that_lacks_a_value_is_not_answered() -> None:
    desk = Desk(LACKING)
    assert refused(desk, c.Decide("ask", BEN, "a")) == "Step 9 waits for snapshot, from step 1."
    found(desk)
    assert desk.do(c.Decide("ask", BEN, "a"))


def test_nobody_confirms_a_sentence_that_lacks_a_value() -> None:
    desk = Desk(LACKING)
    assert refused(desk, c.Confirm("confirm:0", BEN)) == (f"That cannot be confirmed yet: {WANTED}")
    assert desk.do(c.Confirm("confirm:1", BEN))
    found(desk)
    assert desk.do(c.Confirm("confirm:0", BEN))
