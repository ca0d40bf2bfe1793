"""What facts set off is what the run says afterwards, whatever people do to it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import REPLACES, Effects, effects
from bot.core.run import events as e
from bot.core.run.polling import LATE, alarms, gives_up
from tests.core.closing import checked, look
from tests.core.strategies import ANA, BEN, START, Desk, commands, procedures
from tests.core.timed import NOBODY
from tests.edges.store.making import started


class Stored:
    """What a store has after all the effects that it was given."""

    def __init__(self, desk: Desk, nobody: timedelta | None = None) -> None:
        self.desk, self.nobody = desk, nobody
        self.messages: dict[str, int] = {}
        self.looks: set[str] = set()
        self.timers: dict[str, datetime] = {}
        self.open = True
        begun = [fact.event for fact in desk.facts]
        self._keep(effects(None, begun, desk.at, nobody))

    def do(self, command: c.Command, seconds: float = 1) -> Effects:
        before, last = self.desk.run, len(self.desk.facts)
        self.desk.do(command, timedelta(seconds=seconds))
        made = [fact.event for fact in self.desk.facts[last:]]
        given = effects(before, made, self.desk.at, self.nobody)
        self._keep(given)
        return given

    def _keep(self, given: Effects) -> None:
        self.messages |= given.messages
        self.looks |= set(given.looks)
        self.looks -= set(given.ended)
        for name, due in given.timers.items():
            self.timers.pop(name, None)
            if due is not None:
                self.timers[name] = due
        self.open = self.open if given.open is None else given.open


@given(st.data())
def test_whatever_people_do_the_store_has_what_the_run_says(data: st.DataObject) -> None:
    nobody = data.draw(st.sampled_from([None, NOBODY]))
    store = Stored(Desk(data.draw(procedures()), key_id="key-a"), nobody)
    assert store.timers == alarms(store.desk.run, nobody)
    for _ in range(data.draw(st.integers(0, 15))):
        try:
            store.do(data.draw(commands(store.desk.run)), data.draw(st.integers(1, 400)))
        except Refused:
            continue
        run = store.desk.run
        assert store.looks == {*run.pending, *run.awaited}
        assert store.timers == alarms(run, nobody)
        assert store.open is (run.closed is None)
        assert store.messages["board"] == run.seq


@pytest.fixture
def store() -> Stored:
    made = Stored(Desk(checked()))
    made.do(c.Take("wait", ANA))
    return made


def test_a_wait_sets_a_timer_for_when_its_last_look_should_be_over(store: Stored) -> None:
    (request,) = store.desk.run.pending.values()
    five = timedelta(seconds=5)
    assert store.timers == {"wait c3": gives_up(store.desk.run, request) + five + LATE}


@pytest.mark.parametrize(
    "command",
    [
        c.MarkDone("wait", ANA),
        c.GiveBack("wait", ANA),
        c.Fail("wait", ANA, "it broke"),
        c.Skip("wait", BEN, "no time"),
        c.Mistake(ANA, "a false alarm"),
    ],
)
def test_whatever_ends_a_wait_stops_its_timer_and_its_looks(
    store: Stored, command: c.Command
) -> None:
    given = store.do(command)
    assert given.timers == {"wait c3": None}
    assert given.ended == ["c3"]
    assert (store.timers, store.looks) == ({}, set())


def test_looking_again_takes_the_place_of_the_look_before(store: Stored) -> None:
    given = store.do(c.CheckAgain("wait", ANA), 60)
    assert (given.looks, given.ended) == (["c4"], ["c3"])
    assert list(store.timers) == ["wait c4"]


def test_a_wait_that_nobody_looked_at_gives_up_by_its_timer_and_says_so(store: Stored) -> None:
    given = store.do(c.Fire("wait c3", START), 3_600)
    (*_, last) = store.desk.facts
    assert isinstance(last.event, e.CheckObserved)
    assert (last.event.final, last.event.green) == (True, False)
    assert last.event.reason == "did not pass within 10m"
    assert f"notice/{last.seq}" in given.messages
    assert store.timers == {}
    assert not store.do(c.Fire("wait c3", START)).messages, "it has nothing to say any more"


def test_a_wait_that_moved_and_stood_still_says_so() -> None:
    shape = checked().model_dump(by_alias=True, exclude_unset=True)
    shape["checks"]["up"]["poll"]["stall_after"] = "1m"
    desk = Desk(checked().model_validate(shape))
    store = Stored(desk)
    store.do(c.Take("wait", ANA))
    set_first = store.timers["wait c3"]
    moved = look(desk, green=False, final=False).seen
    store.do(c.Observe(moved.model_copy(update={"advance": e.Advance(now=1, goal=9)})), 50)
    assert store.timers["wait c3"] == set_first + timedelta(seconds=50)
    store.do(c.Fire("wait c3", START), 100)
    last = desk.facts[-1].event
    assert isinstance(last, e.CheckObserved)
    assert (last.reason, last.advance) == ("no progress for 1m", e.Advance(now=1, goal=9))


def test_a_wait_that_ended_with_the_run_is_set_again_when_that_is_reopened(store: Stored) -> None:
    store.do(c.Mistake(ANA, "a false alarm"))
    assert (store.timers, store.open) == ({}, False)
    given = store.do(c.Reopen(ANA, "it was none"))
    assert given.open is True
    assert list(store.timers) == ["wait c6"]


def test_a_run_in_place_of_another_begins_with_the_timer_that_closes_that() -> None:
    event = started().model_copy(update={"instead_of": "KC-1"})
    assert effects(None, [event], START).timers == {f"{REPLACES}KC-1": START}
    assert effects(None, [started()], START).timers == {}
