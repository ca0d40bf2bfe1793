"""Waits for a time, time-outs, reminders, and a run that nobody is on."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import effects
from bot.core.engine.fold import evolve
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.polling import ERASURE, alarms
from bot.core.run.states import State
from bot.core.run.times import Reminded, StepLate, WaitOver
from bot.core.views import forms, notices
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.engine.test_ways import answer, asks, do, procedure
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, CHO, START, Desk, commands, procedures
from tests.core.timed import NOBODY

OWNER = {"team": "it", "slack": "#it"}


class Night:
    """A run whose timers fire when they come, as the database would have them fire."""

    def __init__(self, shape: Procedure, nobody: timedelta | None = None, **inputs: str) -> None:
        self.desk, self.nobody = Desk(shape, **inputs), nobody

    @property
    def timers(self) -> Mapping[str, datetime]:
        """All but what is to be erased, which is more than a command."""
        timers = alarms(self.desk.run, self.nobody)
        return {name: due for name, due in timers.items() if name != ERASURE}

    def do(self, *commands: c.Command) -> None:
        for command in commands:
            self.desk.do(command)

    def passes(self, minutes: float) -> Sequence[e.Event]:
        """Let time pass: what is due fires, the earliest first."""
        end = self.desk.at + timedelta(minutes=minutes)
        made: list[e.Event] = []
        while ready := sorted((due, name) for name, due in self.timers.items() if due <= end):
            due, name = ready[0]
            made += self.desk.do(c.Fire(name, due), max(due - self.desk.at, timedelta(0)))
        self.desk.at = end
        return made

    @property
    def board(self) -> str:
        return plain(aloud(draw(self.desk.run).blocks))

    def said(self, number: int, kind: str = "notice") -> str:
        picture = notices.draw(self.desk.run, self.desk.facts, f"{kind}/{number}")
        return plain(aloud(picture.blocks))

    @property
    def document(self) -> str:
        return render(self.desk.run, self.desk.facts, names={}, said=(), exported_at=EXPORTED)


def plain(said: str) -> str:
    """Words with times as those who have no Slack read them."""
    return re.sub(r"<!date[^|]*\|([^>]*)>", r"\1", said)


def at(minutes: float) -> datetime:
    """A moment so long after the run's second entry, which is when a step was taken."""
    return START + timedelta(seconds=1, minutes=minutes)


def timed(**more: Any) -> Procedure:
    step = do("heal", timeout="30m", **more)
    return procedure(step, do("tell"), owner=OWNER)


def kinds(made: Sequence[e.Event]) -> list[str]:
    return [event.kind for event in made]


def told(made: Sequence[e.Event]) -> list[tuple[str, datetime]]:
    return [(one.told, one.due) for one in made if isinstance(one, Reminded)]


# Time-outs. -------------------------------------------------------------------------------------


def test_nothing_times_out_that_nobody_has_taken() -> None:
    night = Night(timed())
    assert not night.timers
    assert not night.passes(600)


def test_reminders_climb_from_the_person_to_the_owner_once_each() -> None:
    night = Night(timed(remind="10m"))
    night.do(c.Take("heal", ANA))
    assert night.timers == {"timeout heal": at(30), "remind person heal": at(20)}
    assert told(night.passes(600)) == [("person", at(20)), ("owner", at(30))]
    assert not night.timers


def test_without_a_reminder_the_first_hears_at_the_time_out() -> None:
    night = Night(timed())
    night.do(c.Take("heal", ANA))
    assert told(night.passes(600)) == [("person", at(30)), ("owner", at(35))]


def test_those_with_the_role_of_a_step_hear_before_the_owner() -> None:
    roles = {"dba": {"description": "Knows the database", "people": ["U0CHO"]}}
    shape = timed(remind="10m", role="dba").model_dump(by_alias=True, exclude_unset=True)
    night = Night(Procedure.model_validate({**shape, "roles": roles}))
    night.do(c.Take("heal", ANA))
    made = night.passes(600)
    assert told(made) == [("person", at(20)), ("role", at(30)), ("owner", at(40))]
    number = next(f.seq for f in night.desk.facts if getattr(f.event, "told", "") == "role")
    assert night.said(number).startswith("⏰ KC-7: <@U0CHO> (dba): step *1* Heal is past its")
    assert "ana is on it." in night.said(number)


def test_what_is_said_before_the_time_out_and_after_it() -> None:
    night = Night(timed(remind="10m"))
    night.do(c.Take("heal", ANA))
    night.passes(31)
    first = next(f for f in night.desk.facts if isinstance(f.event, Reminded))
    assert "reaches its time-out of 30m at 03:42 UTC. Mark it done, or hand it over." in night.said(
        first.seq
    )
    owner = next(f.seq for f in night.desk.facts if getattr(f.event, "told", "") == "owner")
    said = night.said(owner, "reminder")
    assert "step *1* Heal is past its time-out of 30m, since 03:42 UTC. ana is on it." in said
    assert "In <#C0TRUST>: Trouble." in said


def test_the_owners_channel_hears_of_a_private_run_and_not_what_it_is_about() -> None:
    shape = timed(remind="10m").model_dump(by_alias=True, exclude_unset=True)
    keeper = {"description": "Keeps it", "people": ["U0ANA"]}
    hidden = {"private": True, "roles": {"keeper": keeper}, "who": {"start": "keeper"}}
    night = Night(Procedure.model_validate({**shape, **hidden}))
    night.do(c.Take("heal", ANA))
    night.passes(31)
    owner = next(f.seq for f in night.desk.facts if getattr(f.event, "told", "") == "owner")
    assert night.said(owner, "reminder") == "⏰ KC-7 in <#C0TRUST>: a step is past its time."


def test_the_board_has_the_moment_and_says_when_it_has_passed() -> None:
    night = Night(timed())
    assert "Time-out: 30m after it is taken" in night.board
    night.do(c.Take("heal", ANA))
    assert "time-out 03:42 UTC" in night.board
    assert "⏰" not in night.board
    night.passes(31)
    assert "⏰\u00a0past its time-out since 03:42 UTC" in night.board
    night.do(c.MarkDone("heal", ANA))
    assert "⏰\u00a01 min 01 s past its time-out" in night.board


@pytest.mark.parametrize(
    "ends",
    [
        c.MarkDone("heal", ANA),
        c.Fail("heal", ANA, "it broke"),
        c.Skip("heal", ANA, "no need"),
        c.GiveBack("heal", ANA),
        c.Mistake(ANA, "a false alarm"),
    ],
)
def test_there_is_nothing_to_be_reminded_of_any_more(ends: c.Command) -> None:
    night = Night(timed(remind="10m"))
    night.do(c.Take("heal", ANA))
    night.passes(25)
    night.do(ends)
    assert not night.timers
    for name in ("timeout heal", "remind owner heal", "remind person heal"):
        assert not night.desk.do(c.Fire(name, at(60))), "what comes late has nothing to say"


def test_another_round_begins_without_what_was_said_in_the_one_before() -> None:
    shape = procedure(
        do("heal", timeout="30m"), asks("well", answer("yes"), answer("no", {"goto": "heal"}))
    )
    night = Night(shape)
    night.do(c.Take("heal", ANA))
    night.passes(31)
    night.do(c.Decide("well", BEN, "no"))
    assert not night.timers
    night.do(c.Take("heal~2", ANA))
    assert set(night.timers) == {"timeout heal", "remind person heal"}
    night.passes(31)
    assert night.desk.facts[-1].event.model_dump()["round"] == 2
    late = StepLate(step="heal", due=START)
    with pytest.raises(ValueError, match="cannot follow"):
        evolve(night.desk.run, e.Fact("KC-7", night.desk.run.seq + 1, START, late, ""))


def test_handing_over_buys_no_time_and_the_new_one_is_reminded() -> None:
    night = Night(timed(remind="10m"))
    night.do(c.Take("heal", ANA))
    night.passes(5)
    night.do(c.HandOver("heal", ANA, CHO))
    assert night.timers["timeout heal"] == at(30)
    (first, *_) = night.passes(20)
    assert isinstance(first, Reminded)
    assert first.whom == CHO


def test_what_is_reopened_counts_from_then() -> None:
    night = Night(timed())
    night.do(c.Take("heal", ANA))
    night.passes(31)
    night.do(c.Mistake(ANA, "a false alarm"))
    night.passes(60)
    night.do(c.Reopen(ANA, "it was none"))
    assert "⏰" not in night.board
    assert set(night.timers) == {"timeout heal", "remind person heal"}
    assert night.timers["timeout heal"] == night.desk.at + timedelta(minutes=30)


def test_the_post_mortem_says_by_how_much() -> None:
    night = Night(timed())
    night.do(c.Take("heal", ANA))
    night.passes(42)
    night.do(c.MarkDone("heal", ANA))
    assert "**Past its time-out** by 12 min. Step 1 (Heal), held by ana." in night.document
    night = Night(timed())
    night.do(c.Take("heal", ANA))
    night.passes(42)
    assert "**Past its time-out** since" in night.document


# Waits for a time. ------------------------------------------------------------------------------

SETTLE = {"id": "settle", "title": "Settle", "wait": {"for": "10m"}}
BOTH = {"id": "settle", "title": "Settle", "wait": {"for": "10m", "until": "up"}}


def look(night: Night, *, green: bool, final: bool = True) -> None:
    (request,) = night.desk.run.pending.values()
    seen = e.CheckObserved(request=request.id, check="up", green=green, final=final, seen=())
    night.desk.do(c.Observe(seen))


def test_a_wait_for_a_time_ends_by_itself_and_names_who_is_on_it() -> None:
    night = Night(procedure(SETTLE, do("tell")))
    assert "Done by itself 10m after it is taken" in night.board
    night.do(c.Take("settle", ANA))
    assert "until 03:22 UTC" in night.board
    assert "Done by itself at 03:22 UTC (after 10m)" in night.board
    night.do(c.HandOver("settle", ANA, CHO))
    assert kinds(night.passes(9)) == []
    before = night.desk.run
    (over, done) = made = night.passes(2)
    assert over.kind == "wait_over"
    assert isinstance(done, e.StepDone)
    assert (done.by, done.on_check) == (CHO, True)
    assert f"notice/{night.desk.run.seq}" in effects(before, made, night.desk.at).messages
    assert night.said(night.desk.run.seq) == (
        "🟢 KC-7: <@U0CHO>, step *1* Settle finished. Next: step *2* Tell."
    )
    assert "finished when its time was over" in night.board
    assert "because its time was over" in night.document
    assert "bot saw that the time of it was over" in night.document
    assert "Not awaited" not in night.document


def test_with_a_check_as_well_the_looks_begin_when_the_time_is_over() -> None:
    night = Night(procedure(BOTH))
    night.do(c.Take("settle", ANA))
    assert not night.desk.run.pending
    assert "Done by itself when the check passes, not before 03:22 UTC" in night.board
    night.do(c.CheckAgain("settle", ANA))
    look(night, green=True)
    assert night.desk.run.steps["settle"].state is State.TAKEN, "it is too early"
    assert kinds(night.passes(11)) == ["wait_over", "check_requested"]
    assert "gives up" in night.board
    look(night, green=True)
    assert night.desk.run.steps["settle"].on_check


def test_a_wait_that_gave_up_offers_to_look_again_and_the_board_promises_nothing() -> None:
    night = Night(procedure(BOTH))
    night.do(c.Take("settle", ANA))
    night.passes(11)
    look(night, green=False)
    said = night.said(night.desk.run.seq)
    assert "<@U0ANA>, step *1* Settle: gave up" in said
    assert "[Look again] [Failed…]" in said
    assert "Stopped checking" in night.board
    assert "Done by itself" not in night.board
    night.do(c.CheckAgain("settle", ANA))
    assert [one.wait for one in night.desk.run.pending.values()] == [True]
    assert "Done by itself" in night.board


def test_a_wait_for_a_time_that_a_person_ends_is_a_deviation() -> None:
    night = Night(procedure(SETTLE))
    night.do(c.Take("settle", ANA), c.MarkDone("settle", ANA))
    assert "**Not awaited.** Step 1 (Settle)" in night.document
    assert "before its time was over." in night.document
    assert not night.timers


def test_a_wait_goes_on_when_its_run_is_reopened() -> None:
    for shape, follow in (
        (SETTLE, ["wait_over", "step_done"]),
        (BOTH, ["wait_over", "check_requested"]),
    ):
        night = Night(procedure(shape))
        night.do(c.Take("settle", ANA), c.Mistake(ANA, "a false alarm"))
        assert not night.timers
        night.do(c.Reopen(ANA, "it was none"))
        assert not night.desk.run.pending
        assert kinds(night.passes(11)) == follow


# Nobody on it. ----------------------------------------------------------------------------------


def test_a_run_that_nobody_is_on_is_told_of_once_each() -> None:
    night = Night(procedure(do("heal"), owner=OWNER), NOBODY)
    begun = effects(None, [night.desk.facts[0].event], START, NOBODY)
    assert begun.timers == night.timers == {"nobody person": START + NOBODY}
    made = night.passes(600)
    assert told(made) == [("person", START + NOBODY), ("owner", START + 2 * NOBODY)]
    assert night.said(2) == (
        "👋 KC-7: <@U0ANA>, nobody is on this run, and nobody did anything since 03:12 UTC. "
        "Next: step *1* Heal."
    )
    assert not night.timers
    night.do(c.AddNote(None, BEN, "I look at it."))
    assert night.timers == {"nobody person": night.desk.at + NOBODY}
    assert "reminded ana of the run, which nobody was on" in night.document


def test_a_run_that_somebody_is_on_is_left_alone() -> None:
    night = Night(procedure(do("heal")), NOBODY)
    night.do(c.Take("heal", ANA))
    assert not night.timers
    assert not night.desk.do(c.Fire("nobody person", at(60)))
    night.do(c.GiveBack("heal", ANA))
    assert list(night.timers) == ["nobody person"]
    night.do(c.Mistake(ANA, "a false alarm"))
    assert not night.timers


def test_nobody_is_told_where_that_is_turned_off() -> None:
    assert not Night(procedure(do("heal"), owner=OWNER), None).timers


# Whatever people do. ----------------------------------------------------------------------------


@given(st.data())
def test_nobody_is_reminded_twice_and_all_timers_come_to_an_end(
    data: st.DataObject,
) -> None:
    night = Night(data.draw(procedures()), NOBODY, key_id="key-a")
    for _ in range(data.draw(st.integers(0, 12))):
        try:
            night.do(data.draw(commands(night.desk.run)))
        except Refused:
            continue
        if data.draw(st.booleans()):
            night.passes(data.draw(st.sampled_from([0.5, 3, 20])))
        draw(night.desk.run)
        forms.more(night.desk.run, ANA)
    for _ in range(40):
        if not night.timers:
            break
        night.passes(30)
    assert not night.timers, "what reminds comes to an end"
    assert night.desk.broken() is None
    for counted in _reminders(night.desk.facts):
        assert set(counted.values()) <= {1}
    assert night.document


def _reminders(facts: Sequence[e.Fact]) -> list[Counter[tuple[str | None, str]]]:
    """The reminders between two things that people did, or that ended a step."""
    told_of: list[Counter[tuple[str | None, str]]] = [Counter()]
    for fact in facts:
        if isinstance(fact.event, Reminded):
            told_of[-1][fact.event.step, fact.event.told] += 1
        elif not isinstance(fact.event, StepLate | WaitOver | e.CheckObserved):
            told_of.append(Counter())
    return told_of
