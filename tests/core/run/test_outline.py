"""The outline of a run: each question is worked out once for a version, whoever asks."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run import need as needs
from bot.core.run import outline as outlines
from bot.core.run.model import Run, State
from bot.core.run.outline import Outline, Row, Verification
from bot.core.run.proof import Item, Proof
from bot.core.views import board, forms, walkthrough
from tests.core.run.test_model import procedure, step
from tests.core.strategies import ANA, START, Desk, commands, procedures


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each part of an outline was worked out, by its name."""
    counts: Counter[str] = Counter()

    def counted(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def once_more(*args: Any, **more: Any) -> Any:
            counts[name] += 1
            return work(*args, **more)

        return once_more

    for name, part in vars(Outline).items():
        if isinstance(part, cached_property):
            monkeypatch.setattr(part, "func", counted(name, part.func))
    monkeypatch.setattr(Proof, "items", counted("items", Proof.items))
    monkeypatch.setattr("bot.core.run.model.Outline", counted("outline", Outline))
    monkeypatch.setattr(outlines, "Row", counted("row", Row))
    monkeypatch.setattr(needs, "branches", counted("branches", needs.branches))
    return counts


def everything(run: Run) -> None:
    """All that is drawn of a run, each of it twice."""
    for _ in range(2):
        board.draw(run)
        walkthrough.draw(run, 0)
        for form in ("more", "about", *([] if run.closed else ["close", "undo"])):
            forms.of(run, form, None, ANA)


@pytest.mark.parametrize("closed", [False, True])
def test_all_views_together_ask_each_question_once(
    worked_out: Counter[str], *, closed: bool
) -> None:
    made = procedure(
        steps=[
            step("ways", one_of=True, steps=[step("a"), step("b")]),
            *(step(f"s{n}", check="c") for n in range(4)),
        ],
        checks={"c": {"title": "C", "target": "t", "get": "/"}},
        verification=[{"check": "c"}, {"confirm": "All is well"}],
    )
    desk = Desk(made)
    desk.do(c.Take("a", ANA))
    desk.do(c.Take("s0", ANA))
    desk.do(c.MarkDone("s0", ANA))
    if closed:
        desk.close(ANA, dict.fromkeys(("check:c", "confirm:1"), "no"))
    worked_out.clear()
    everything(replace(desk.run))
    steps = len(desk.run.placed)
    assert worked_out.pop("row") == steps
    assert worked_out.pop("branches") <= 2 * steps
    assert worked_out["rows"] == worked_out["verification"] == 1
    assert not {name: count for name, count in worked_out.items() if count != 1}


def test_a_version_keeps_its_outline_and_the_next_has_its_own() -> None:
    desk = Desk(procedure())
    before = desk.run
    assert before.outline is before.outline
    desk.do(c.Take("one", ANA))
    assert [row.state for row in before.outline.rows] == [State.OPEN]
    assert [row.state for row in desk.run.outline.rows] == [State.TAKEN]


def test_a_rule_pays_for_no_row(worked_out: Counter[str]) -> None:
    run = Desk(procedure(steps=[step("one"), step("two")])).run
    decide(run, c.Take("two", ANA), START)
    assert worked_out["row"] == worked_out["verification"] == 0


def test_a_closed_board_makes_no_row(worked_out: Counter[str]) -> None:
    desk = Desk(procedure(steps=[step("one"), step("two")]))
    desk.close(ANA, {"verification": "no need"})
    board.draw(desk.run)
    assert worked_out["row"] == 0


WAYS = procedure(
    steps=[
        step("ways", one_of=True, steps=[step("a"), step("b")]),
        step("checked", check="c"),
        step("last"),
    ],
    checks={"c": {"title": "C of {{ key_id }}", "target": "t", "get": "/"}},
    inputs={"key_id": {"description": "Which?"}},
)


def test_what_is_not_needed_is_finished_and_what_is_in_doubt_is_not() -> None:
    desk = Desk(WAYS, key_id="k")
    for name in ("a", "checked"):
        desk.do(c.Take(name, ANA))
        desk.do(c.MarkDone(name, ANA))
    desk.do(c.Skip("last", ANA, "no need"))
    assert [row.id for row in desk.run.outline.rows if row.finished] == [
        "a",
        "b",
        "checked",
        "last",
    ]
    assert desk.run.outline.is_over
    [request] = desk.run.pending.values()
    seen = e.CheckObserved(request=request.id, check="c", green=False, final=True, seen=())
    desk.do(c.Observe(seen))
    outline = desk.run.outline
    assert [row.id for row in outline.rows if row.finished] == ["a", "b", "last"]
    assert [row.id for row in outline.rows if row.in_doubt] == ["checked"]
    assert not outline.is_over
    counts = outline.counts
    assert (counts.total, counts.needed, counts.unneeded) == (4, 3, 1)
    assert (counts.done, counts.skipped, counts.finished) == (1, 1, 3)
    assert outline.held == {ANA.id: ["1.1", "2", "3"]}


def test_a_group_is_one_heading_for_all_its_steps() -> None:
    rows = Desk(WAYS).run.outline.rows
    assert rows[0].groups[0] is rows[1].groups[0]
    assert (rows[0].groups[0].number, rows[0].groups[0].title) == ("1", "ways")
    assert not rows[2].groups


def item(*, green: bool | None, check: str | None = None) -> Item:
    return Item(f"{check}", "T", check, green, START, "why")


@pytest.mark.parametrize(
    ("items", "all_green", "passed", "people"),
    [
        ((), False, False, False),
        ((item(green=True),), True, False, False),
        ((item(green=None),), False, False, True),
        ((item(green=True, check="c"),), True, True, False),
        ((item(green=True, check="c"), item(green=None)), False, True, True),
        ((item(green=None, check="c"), item(green=None)), False, False, False),
        ((item(green=False, check="c"), item(green=True)), False, False, False),
    ],
)
def test_what_the_lines_of_a_verification_come_to(
    items: tuple[Item, ...], *, all_green: bool, passed: bool, people: bool
) -> None:
    proof = Verification(items)
    assert (proof.all_green, proof.checks_passed, proof.only_people_missing) == (
        all_green,
        passed,
        people,
    )


@given(st.data())
def test_rows_agree_with_the_run(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(0, 15))):
        try:
            desk.do(data.draw(commands(desk.run)))
        except Refused:
            continue
    run, outline = desk.run, desk.run.outline
    assert [(row.id, row.number) for row in outline.rows] == [
        (p.step.id, p.number) for p in run.placed
    ]
    for row, placed in zip(outline.rows, run.placed, strict=True):
        assert row.step is run.steps[row.id]
        assert row.title == run.words(placed.step.title)
        assert row.ruled_out == run.ruled_out(placed)
        assert row.in_doubt == run.in_doubt(placed)
        assert all(look.step == row.id for look in row.looks)
        assert not (row.finished and row.state in (State.TAKEN, State.FAILED) and not row.ruled_out)
    assert {placed.step.id for placed in outline.left}.isdisjoint(outline.ruled_out)
    for state, stand in outline.tally.items():
        assert [row.step for row in outline.in_state(state)] == stand
    # Those that only a failure or an answer opens are no part of it until that comes.
    assert outline.is_over == all(row.finished for row in outline.rows if not row.behind)


LOOKED_AT = procedure(
    steps=[step("one", check="c"), step("two", check="c")],
    checks={name: {"title": name, "target": "t", "get": "/"} for name in ("c", "d")},
    verification=[{"check": "c"}, {"check": "d"}, {"confirm": "All is well"}],
)


def look(desk: Desk, *, green: bool) -> None:
    """The look that was asked for last is made, at once."""
    asked = list(desk.run.pending.values())[-1]
    seen = e.CheckObserved(request=asked.id, check=asked.check, green=green, final=True, seen=())
    desk.do(c.Observe(seen), timedelta(0))


def test_a_line_is_looked_at_while_a_look_for_the_verification_is_under_way() -> None:
    desk = Desk(LOOKED_AT)
    for name in ("one", "two"):
        desk.do(c.Take(name, ANA))
    desk.do(c.MarkDone("one", ANA))
    outline = desk.run.outline
    assert [outline.looking(item) for item in outline.verification.items] == [False] * 3, (
        "the look for a step is another one"
    )
    desk.do(c.Verify(ANA))
    look(desk, green=True)
    outline = desk.run.outline
    assert [outline.looking(item) for item in outline.verification.items] == [True, False, False]


def test_what_was_seen_before_anyone_was_on_a_step_says_nothing_about_it() -> None:
    desk = Desk(LOOKED_AT)
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    look(desk, green=False)
    desk.do(c.Take("two", ANA))
    desk.do(c.MarkDone("two", ANA))
    assert [row.verdict is None for row in desk.run.outline.rows] == [False, True]
    assert [row.in_doubt for row in desk.run.outline.rows] == [True, False]


def test_what_was_seen_in_the_moment_of_taking_counts() -> None:
    desk = Desk(LOOKED_AT)
    desk.do(c.Take("one", ANA))
    desk.do(c.CheckAgain("one", ANA), timedelta(0))
    look(desk, green=False)
    assert desk.run.outline.by_id["one"].verdict is not None


def test_only_a_line_that_people_confirm_is_one_to_confirm() -> None:
    verification = Desk(LOOKED_AT).run.outline.verification
    found = [verification.confirm(key) for key in ("confirm:2", "check:c", "confirm:0", None)]
    assert [item and item.title for item in found] == ["All is well", None, None, None]


def test_groups_in_groups_are_numbered_and_of_free_ones_each_has_a_next_step() -> None:
    inner = [step(f"way{n}", steps=[step(f"a{n}"), step(f"b{n}")]) for n in (1, 2)]
    made = procedure(steps=[step("first"), step("ways", any_order=True, steps=inner)])
    desk = Desk(made)
    assert [row.id for row in desk.run.outline.next_steps] == ["first"]
    desk.do(c.Skip("first", ANA, "no need"))
    assert [row.id for row in desk.run.outline.next_steps] == ["a1", "a2"]
    assert [[h.number for h in row.groups] for row in desk.run.outline.rows] == [
        [],
        *([["2", "2.1"]] * 2),
        *([["2", "2.2"]] * 2),
    ]


def test_a_title_has_a_list_as_people_read_it() -> None:
    made = procedure(steps=[step("turn", title="Turn {{ valves }}, one by one")])
    shape = made.model_dump(by_alias=True, exclude_unset=True)
    shape |= {
        "title": "Shut {{ valves }}",
        "inputs": {"valves": {"description": "Which", "list": True}},
    }
    desk = Desk(Procedure.model_validate(shape), valves="a,b,c")
    run = desk.run
    assert run.title == run.shelved_title == "Shut a, b, c"
    assert run.shelved_before == "Shut a,b,c"
    assert run.outline.rows[0].title == "Turn a, b, c, one by one"
    # What is typed is as it is recorded.
    assert run.command("shut {{ valves }}") == "shut a,b,c"
