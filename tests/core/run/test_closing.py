"""How a run ends: by looks younger than all that was done, or by people who say why without."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import State
from tests.core.closing import checked, look
from tests.core.strategies import ANA, BEN, Desk


def _proven(desk: Desk) -> None:
    desk.do(c.Verify(ANA))
    desk.do(look(desk, green=True))
    desk.do(c.Confirm("confirm:1", ANA))


def test_evidence_from_before_a_reopening_does_not_recover_the_run() -> None:
    desk = Desk(checked())
    _proven(desk)
    assert desk.run.recovered_at is not None
    desk.close(ANA, {}, green=True)
    assert desk.run.closed is not None
    desk.do(c.Reopen(BEN, "it is back"))
    assert not any(item.green for item in desk.run.verification())
    with pytest.raises(Refused, match="reason"):
        desk.do(c.Close(BEN))


def test_a_wait_that_someone_is_on_is_looked_at_again_after_a_reopening() -> None:
    desk = Desk(checked())
    desk.do(c.Take("wait", ANA))
    desk.close(ANA, {"check:up": "later", "confirm:1": "later"})
    assert not desk.run.pending
    desk.do(c.Reopen(BEN, "it is later"))
    assert [(r.step, r.wait) for r in desk.run.pending.values()] == [("wait", True)]
    desk.do(look(desk, green=True))
    assert desk.run.steps["wait"].state is State.DONE


def test_a_late_look_at_a_closed_run_is_not_recorded() -> None:
    desk = Desk(checked())
    desk.do(c.Verify(ANA))
    late = look(desk, green=True)
    desk.close(ANA, {"check:up": "later", "confirm:1": "later"})
    assert not desk.do(late)


def kinds(made: Sequence[e.Event]) -> list[str]:
    return [event.kind for event in made]


def test_what_was_green_is_looked_at_again_before_the_run_is_closed() -> None:
    """The system broke after the last look: nothing but a look can say so."""
    desk = Desk(checked())
    _proven(desk)
    asked = desk.do(c.Close(ANA))
    assert kinds(asked) == ["closing_requested", "check_requested"]
    assert desk.run.closed is None
    made = desk.do(look(desk, green=False))
    assert made[1:] == (e.RunKeptOpen(by=ANA, lacking={"check:up": "not as expected"}),)
    assert (desk.run.closed, desk.run.closing) == (None, None)
    assert desk.run.recovered_at is None


def test_a_reason_closes_without_proof_and_is_dropped_where_the_look_is_green() -> None:
    for green, kept in ((False, {"check:up": "it is replaced"}), (True, {})):
        desk = Desk(checked())
        desk.do(c.Confirm("confirm:1", ANA))
        desk.close(BEN, {"check:up": " it is replaced "}, green=green)
        assert desk.run.closed is not None
        assert (desk.run.closed.by, desk.run.closed.reasons) == (BEN, kept)


def test_without_a_check_closing_waits_for_nothing() -> None:
    shape = {"checks": {}, "steps": checked().model_dump(by_alias=True)["steps"][:1]}
    shape["steps"][0]["check"] = None
    told = checked().model_dump(by_alias=True, exclude_unset=True)
    made = Procedure.model_validate({**told, **shape, "verification": [{"confirm": "Told"}]})
    desk = Desk(made)
    with pytest.raises(Refused, match="the reason for “Told” is empty"):
        desk.do(c.Close(ANA))
    desk.do(c.Confirm("confirm:0", BEN))
    assert kinds(desk.do(c.Close(ANA))) == ["run_closed"]
    assert desk.run.recovered_at == desk.at - timedelta(seconds=1)


@pytest.mark.parametrize(
    "command",
    [
        c.Take("one", BEN),
        c.MarkDone("two", BEN),
        c.Fail("two", BEN, "no"),
        c.Skip("two", BEN, "no need"),
        c.Undo("three", BEN),
        c.Withdraw("confirm:1", BEN),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_is_done_while_a_run_is_being_closed_keeps_it_open(command: c.Command) -> None:
    told = checked().model_dump(by_alias=True, exclude_unset=True)
    more = [{"id": name, "title": name, "do": "It."} for name in ("two", "three")]
    desk = Desk(Procedure.model_validate({**told, "steps": [*told["steps"], *more]}))
    desk.do(c.Take("two", ANA))
    desk.do(c.Skip("three", ANA, "no need"))
    _proven(desk)
    desk.do(c.Close(ANA))
    late = look(desk, green=True)
    made = desk.do(command)
    assert made[-1] == e.RunKeptOpen(by=ANA, after=desk.run.seq - len(made) + 1)
    assert not desk.do(late)
    assert desk.run.closed is None


def test_notes_and_confirmations_do_not_disturb_a_closing() -> None:
    desk = Desk(checked())
    desk.do(c.Close(ANA, {"confirm:1": "later"}))
    desk.do(c.AddNote(None, BEN, "seen"))
    desk.do(c.Verify(BEN))
    desk.do(c.Confirm("confirm:1", BEN))
    once = next(r.id for r in desk.run.pending.values() if r.once)
    seen = e.CheckObserved(request=once, check="up", green=True, final=True, seen=())
    assert desk.do(c.Observe(seen))[1:] == (e.RunClosed(by=ANA, reasons={}),)


def test_of_two_who_close_at_once_the_second_is_told() -> None:
    desk = Desk(checked())
    desk.do(c.Confirm("confirm:1", ANA))
    desk.do(c.Close(ANA))
    assert not desk.do(c.Close(ANA))
    with pytest.raises(Refused, match="<@U0ANA> is closing KC-7"):
        desk.do(c.Close(BEN))


def test_a_green_look_ends_a_wait_whoever_asked_for_it() -> None:
    desk = Desk(checked())
    desk.do(c.Take("wait", ANA))
    gave_up = look(desk, green=False)
    desk.do(gave_up)
    assert not desk.run.pending
    desk.do(c.Verify(BEN))
    made = desk.do(look(desk, green=True))
    assert made[1:] == (e.StepDone(step="wait", by=ANA, on_check=True),)


def test_a_wait_that_ends_by_itself_does_not_keep_a_run_from_closing() -> None:
    desk = Desk(checked())
    desk.do(c.Take("wait", ANA))
    desk.do(c.Confirm("confirm:1", ANA))
    desk.close(ANA, {}, green=True)
    assert desk.run.closed is not None
    assert not desk.run.closed.reasons


def test_two_processes_that_see_the_same_record_it_once() -> None:
    """Not even when another look at the same check came between."""
    desk = Desk(checked())
    desk.do(c.Take("wait", ANA))
    red = look(desk, green=False, final=False)
    assert kinds(desk.do(red)) == ["check_observed"]
    assert not desk.do(red)
    desk.do(c.Verify(BEN))
    desk.do(look(desk, green=False))
    assert not desk.do(red)


def test_a_confirmation_falls_with_a_step_that_failed_or_was_undone_and_not_with_time() -> None:
    for command in (c.Fail("one", ANA, "no"), c.Undo("one", ANA), c.Withdraw("confirm:1", BEN)):
        desk = Desk(checked())
        desk.do(c.Take("one", ANA))
        if isinstance(command, c.Undo):
            desk.do(c.MarkDone("one", ANA))
        desk.do(c.Confirm("confirm:1", ANA, " by phone "))
        desk.do(c.Take("wait", BEN), timedelta(hours=9))
        [item] = [one for one in desk.run.verification() if one.check is None]
        assert (item.green, item.words) == (True, "by phone")
        desk.do(command)
        [item] = [one for one in desk.run.verification() if one.check is None]
        assert item.green is None


def test_the_words_of_a_second_who_confirms_are_not_lost_in_silence() -> None:
    desk = Desk(checked())
    desk.do(c.Confirm("confirm:1", ANA, "by phone"))
    assert not desk.do(c.Confirm("confirm:1", ANA, "by phone")), "pressed twice"
    with pytest.raises(Refused, match=r"<@U0ANA> confirmed that at .* add a note"):
        desk.do(c.Confirm("confirm:1", BEN, "and by mail"))


def test_the_time_of_recovery_is_the_first_round_after_what_was_done() -> None:
    desk = Desk(checked())
    desk.do(c.Confirm("confirm:1", ANA))
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    desk.do(look(desk, green=True))
    assert desk.run.outline.verification.all_green
    assert desk.run.recovered_at is None, "a step's own look is no round"
    desk.do(c.Verify(ANA))
    desk.do(look(desk, green=True), timedelta(minutes=1))
    first = desk.at
    assert desk.run.recovered_at == first
    desk.do(c.Verify(ANA))
    desk.do(look(desk, green=True), timedelta(minutes=1))
    assert desk.run.recovered_at == first
    desk.do(c.Verify(ANA))
    older = look(desk, green=True)
    desk.do(c.Take("wait", ANA))
    desk.do(older)
    assert desk.run.recovered_at is None, "asked for before the step was taken"
    desk.close(ANA, {}, green=True)
    assert desk.run.recovered_at == desk.at
    assert desk.run.closed is not None


def test_a_later_confirmation_is_the_time_of_recovery() -> None:
    desk = Desk(checked())
    desk.do(c.Verify(ANA))
    desk.do(look(desk, green=True))
    assert desk.run.recovered_at is None
    desk.do(c.Confirm("confirm:1", BEN), timedelta(minutes=5))
    assert desk.run.recovered_at == desk.at


def test_a_red_look_takes_the_time_of_recovery_away() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    _proven(desk)
    desk.do(c.CheckAgain("one", ANA))
    desk.do(look(desk, green=False))
    assert desk.run.recovered_at is None
    desk.do(c.CheckAgain("one", ANA))
    desk.do(look(desk, green=True))
    assert desk.run.recovered_at is None
    desk.do(c.Verify(ANA))
    desk.do(look(desk, green=True))
    assert desk.run.recovered_at == desk.at


def test_an_older_red_look_that_comes_in_meanwhile_takes_no_proof_from_the_last_look() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    desk.do(c.Confirm("confirm:1", ANA))
    older = [r.id for r in desk.run.pending.values()]
    desk.do(c.Close(ANA))
    (last,) = [r.id for r in desk.run.pending.values() if r.once]
    for request, green in ((older[0], False), (last, True)):
        seen = e.CheckObserved(request=request, check="up", green=green, final=True, seen=())
        desk.do(c.Observe(seen))
    assert desk.run.closed is not None
    assert desk.run.recovered_at == desk.run.closed.at


def test_a_reason_for_no_line_and_one_without_words_are_left_out() -> None:
    desk = Desk(checked())
    given = {"confirm:1": " later ", "confirm:9": "of another board", "check:up": " "}
    (closing, *_) = desk.do(c.Close(ANA, given))
    assert closing == e.ClosingRequested(by=ANA, reasons={"confirm:1": "later"})
