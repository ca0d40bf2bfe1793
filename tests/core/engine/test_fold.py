"""What a run is after each kind of fact, in examples: who, when, what is known and what is not."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.core.engine import commands as c
from bot.core.engine.effects import touched
from bot.core.engine.fold import begin
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import State
from bot.core.run.proof import Request
from tests.core.closing import checked, look
from tests.core.strategies import ANA, BEN, CHO, START, Desk

MINUTE = timedelta(minutes=1)


def twice_checked() -> Procedure:
    """Two checks in the verification, each of a step of its own, and a wait for the first."""
    text: dict[str, Any] = checked().model_dump(by_alias=True, mode="json", exclude_none=True)
    text["checks"]["fast"] = {"title": "It is fast", "target": "it", "get": "/fast"}
    text["steps"].append({"id": "two", "title": "Two", "do": "It.", "check": "fast"})
    text["verification"] = [{"check": "up"}, {"check": "fast"}]
    return Procedure.model_validate(text)


def answer(desk: Desk, request: Request, *, green: bool) -> Sequence[e.Event]:
    seen = e.Seen(expectation="/a exists", held=green, seen="7")
    made = e.CheckObserved(
        request=request.id, check=request.check, green=green, final=True, seen=(seen,)
    )
    return desk.do(c.Observe(made), MINUTE)


def asked(desk: Desk, *, once: bool = False) -> list[Request]:
    """The looks of the round that is under way."""
    return [r for r in desk.run.pending.values() if r.batch is not None and r.once is once]


def test_a_round_shows_the_recovery_only_with_its_last_look() -> None:
    desk = Desk(twice_checked())
    desk.do(c.Verify(ANA))
    up, fast = asked(desk)
    answer(desk, up, green=True)
    assert desk.run.recovered_at is None
    answer(desk, fast, green=True)
    assert desk.run.recovered_at == desk.at


def test_a_look_that_someone_asks_for_meanwhile_disturbs_no_round() -> None:
    desk = Desk(twice_checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    desk.do(c.Verify(ANA))
    up, fast = asked(desk)
    desk.do(c.CheckAgain("one", BEN))
    answer(desk, up, green=True)
    answer(desk, fast, green=True)
    assert desk.run.recovered_at == desk.at


def test_what_a_closings_look_found_red_keeps_the_run_open_whatever_others_saw_since() -> None:
    desk = Desk(twice_checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    desk.do(c.Close(ANA))
    up, fast = asked(desk, once=True)
    answer(desk, up, green=False)
    step = next(r for r in desk.run.pending.values() if r.step == "one")
    answer(desk, step, green=True)
    assert desk.run.verdicts["up"].green
    (*_, last) = answer(desk, fast, green=True)
    assert isinstance(last, e.RunKeptOpen)
    assert list(last.lacking) == ["check:up"]
    assert desk.run.closed is None


def test_a_line_says_what_was_seen_and_when() -> None:
    desk = Desk(twice_checked())
    desk.do(c.Verify(ANA))
    up, fast = asked(desk)
    assert [item.why for item in desk.run.verification()] == ["not checked yet"] * 2
    answer(desk, up, green=True)
    at = desk.at
    answer(desk, fast, green=False)
    first, second = desk.run.verification()
    assert (first.green, first.at, first.why) == (True, at, "")
    assert (second.green, second.at) == (False, desk.at)
    assert "7" in second.why


def test_the_reasons_of_a_closing_are_kept_while_the_run_stays_open_and_no_longer() -> None:
    desk = Desk(checked())
    desk.do(c.Close(ANA, {"confirm:1": "told later"}))
    made = desk.do(look(desk, green=False))
    assert isinstance(made[-1], e.RunKeptOpen)
    assert desk.run.reasons == {"confirm:1": "told later"}
    desk.close(ANA, {"confirm:1": "told later", "check:up": "known"})
    assert desk.do(c.Reopen(BEN, "it is back")), "it was closed"
    assert desk.run.reasons == {}


def test_the_end_of_a_step_ends_no_wait_of_another() -> None:
    desk = Desk(checked())
    desk.do(c.Take("wait", BEN))
    desk.do(c.Take("one", ANA))
    desk.do(c.CheckAgain("one", ANA))
    before = desk.run
    made = desk.do(c.Skip("one", ANA, "no need"))
    assert [(r.step, r.wait) for r in desk.run.pending.values()] == [("wait", True), ("one", False)]
    assert touched(before, made) == {"board": before.seq + 1}
    before = desk.run
    made = desk.do(c.GiveBack("wait", BEN))
    assert [r.step for r in desk.run.pending.values()] == ["one"]
    assert set(touched(before, made)) == {"board", "wait/c3"}


def test_a_number_that_stands_still_has_stood_since_it_last_moved() -> None:
    """How long there was no progress is counted from there."""
    desk = Desk(checked())
    desk.do(c.Take("wait", ANA))
    (request,) = desk.run.pending.values()
    assert request.moved == desk.at

    def counted(now: float, reason: str) -> Request:
        seen = e.Seen(expectation="/a", held=False, seen=reason)
        made = e.CheckObserved(
            request=request.id,
            check="up",
            green=False,
            final=False,
            seen=(seen,),
            advance=e.Advance(now=now, goal=9),
        )
        desk.do(c.Observe(made), MINUTE)
        return desk.run.pending[request.id]

    assert counted(1, "slow").moved == desk.at
    moved = desk.at
    assert counted(1, "slower").moved == moved
    assert counted(2, "slower").moved == desk.at != moved


def test_a_step_remembers_who_has_it_since_when_and_what_was_said() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.AddNote("one", BEN, "careful"))
    desk.do(c.AddNote(None, CHO, "for all"))
    assert desk.run.notes == ((CHO, "for all"),)
    desk.do(c.HandOver("one", ANA, BEN), MINUTE)
    step = desk.run.steps["one"]
    assert (step.holder, step.taken_at) == (BEN, desk.at)
    desk.do(c.BringBack("one", BEN.id, "bot"), MINUTE)
    step = desk.run.steps["one"]
    assert (step.holder, step.taken_at) == (ANA, desk.at)
    desk.do(c.Fail("one", ANA, "it broke"), MINUTE)
    step = desk.run.steps["one"]
    assert (step.ended_by, step.ended_at, step.words) == (ANA, desk.at, "it broke")
    desk.do(c.Undo("one", BEN))
    step = desk.run.steps["one"]
    assert (step.state, step.holder, step.ended_by, step.words) == (State.OPEN, None, None, None)
    assert step.notes == ((BEN, "careful"),)


def test_what_was_seen_before_a_step_was_taken_says_nothing_of_it() -> None:
    desk = Desk(checked())
    one = desk.run.find("one")
    assert one is not None
    desk.do(c.Verify(ANA))
    desk.do(look(desk, green=False))
    assert desk.run.outline.verdict(one) is None, "nobody was on it"
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    assert desk.run.outline.verdict(one) is None
    assert not desk.run.in_doubt(one)
    desk.do(look(desk, green=False))
    assert desk.run.in_doubt(one)


def test_a_name_once_told_is_kept_and_one_that_was_not_told_is_learned() -> None:
    desk = Desk(checked())
    nameless, other = e.Person(id="U9"), e.Person(id="U9", name="dan")
    desk.do(c.AddNote(None, nameless, "one"))
    assert desk.run.people["U9"] == nameless
    desk.do(c.AddNote(None, other, "two"))
    desk.do(c.AddNote(None, e.Person(id="U9", name="dee"), "three"))
    desk.do(c.AddNote(None, nameless, "four"))
    assert desk.run.people["U9"] == other
    assert list(desk.run.people) == [ANA.id, "U9"], "who acted first comes first"


def test_one_step_at_a_time_is_next_where_the_order_is_not_free() -> None:
    desk = Desk(checked())
    assert [row.id for row in desk.run.outline.next_steps] == ["one"]
    desk.do(c.Skip("one", ANA, "no need"))
    assert [row.id for row in desk.run.outline.next_steps] == ["wait"]


def test_where_the_order_is_free_a_step_and_a_group_after_it_are_both_next() -> None:
    text: dict[str, Any] = checked().model_dump(by_alias=True, mode="json", exclude_none=True)
    inner = {"id": "inner", "title": "Inner", "steps": [text["steps"][1]]}
    group = {"id": "free", "title": "Free", "any_order": True, "steps": [text["steps"][0], inner]}
    desk = Desk(Procedure.model_validate({**text, "steps": [group]}))
    assert [row.id for row in desk.run.outline.next_steps] == ["one", "wait"]


def test_a_run_knows_which_one_it_stands_in_place_of() -> None:
    event = Desk(checked()).facts[0].event
    assert isinstance(event, e.RunStarted)
    again = event.model_copy(update={"instead_of": "KC-3", "instead_at": "https://slack/p1"})
    run = begin(e.Fact("KC-8", 1, START, again, "h"))
    assert (run.instead_of, run.instead_at) == ("KC-3", "https://slack/p1")
    with pytest.raises(TypeError, match="KC-8 does not begin with run_started"):
        begin(e.Fact("KC-8", 1, START, e.NoteAdded(by=ANA, text="x"), "h"))
