"""Checks that are wanted and times that come: each is taken by one, and none is forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.run import events as e
from bot.edges.store import SqlLog
from bot.ports.log import Duplicate, Stale
from bot.ports.work import Due
from tests.edges.store.conftest import Advance, Tested
from tests.edges.store.making import ANA, append, begin, note

REQUEST = e.CheckRequested(request="c2", check="up", by=ANA)


async def test_a_check_that_was_asked_for_is_one_process_to_look_at(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [REQUEST])
    shares = await asyncio.gather(*(log.looks.claim(4) for _ in range(4)))
    (wanted,) = [one for share, _ in shares for one in share]
    assert (wanted.run_id, wanted.request) == (run_id, "c2")
    await log.looks.again(wanted, 5)
    assert (await log.looks.claim(4))[0] == []
    await advance(6)
    ((wanted,), _) = await log.looks.claim(4)
    await advance(11)
    assert (await log.looks.claim(4))[0] == []
    await advance(2)
    ((again,), _) = await log.looks.claim(4)
    await log.looks.again(wanted, 0)
    assert (await log.looks.claim(4))[0] == [], "the late one was fenced off"
    await log.looks.done(again)
    await advance(60)
    assert (await log.looks.claim(4))[0] == []


async def test_looks_of_closings_come_first_and_take_nobody_elses_place(log: Tested) -> None:
    run_id = await begin(log)
    polls = [REQUEST.model_copy(update={"request": f"c{n}"}) for n in range(2, 6)]
    last = [
        REQUEST.model_copy(update={"request": f"z{n}", "check": f"up{n}", "once": True})
        for n in range(6, 10)
    ]
    await append(log, run_id, 1, [*polls, *last])
    first, _ = await log.looks.claim(0, last=3)
    assert [one.request for one in first] == ["z6", "z7", "z8"]
    assert all(one.last for one in first)
    then, _ = await log.looks.claim(2, last=1)
    assert [one.request for one in then] == ["z9", "c2", "c3"]
    rest, _ = await log.looks.claim(9)
    assert [one.request for one in rest] == ["c4", "c5"]


async def test_looks_of_closings_have_the_other_hands_where_their_own_are_full(
    log: Tested,
) -> None:
    run_id = await begin(log)
    last = [
        REQUEST.model_copy(update={"request": f"z{n}", "check": f"up{n}", "once": True})
        for n in range(2, 5)
    ]
    await append(log, run_id, 1, last)
    assert len((await log.looks.claim(2, last=1))[0]) == 3


def soon(log: Tested, seconds: float) -> datetime:
    """So many seconds from what the log takes for now."""
    if hasattr(log, "clock"):
        now: datetime = log.clock.now()
    else:
        now = datetime.fromtimestamp(log._database.dated(None), UTC)  # type: ignore[arg-type]
    return now + timedelta(seconds=seconds)


async def test_a_timer_is_due_at_its_time_and_fired_once(log: Tested, advance: Advance) -> None:
    run_id = await begin(log)
    at = soon(log, 10)
    await append(log, run_id, 1, [note("set")], timers={"nag": at})
    ready, pause = await log.timers.due(5)
    assert (ready, 0 < pause <= 10) == ([], True)
    await advance(11)
    ((due,), _) = await log.timers.due(5)
    assert due == Due(run_id, "nag", at)
    fired = [
        append(log, run_id, 2, [e.TimerFired(timer="nag", due=due.at)], fires=due) for _ in range(5)
    ]
    ended = await asyncio.gather(*fired, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ended) == ["Duplicate"] * 4 + ["list"]
    assert (await log.timers.due(5))[0] == []
    assert len(await log.read(run_id)) == 3


async def test_a_timer_that_was_moved_or_stopped_is_not_fired(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log)
    first, later = soon(log, 1), soon(log, 5)
    await append(log, run_id, 1, [note("set")], timers={"nag": first, "other": first})
    await append(log, run_id, 2, [note("moved")], timers={"nag": later, "other": None})
    await advance(2)
    assert (await log.timers.due(5))[0] == []
    for name in ("nag", "other"):
        with pytest.raises(Duplicate):
            await append(log, run_id, 3, [note("late")], fires=Due(run_id, name, first))
    await advance(5)
    ((due,), _) = await log.timers.due(5)
    assert due.at == later
    assert len(await log.read(run_id)) == 3


async def test_a_timer_with_nothing_to_say_takes_its_row_all_the_same(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [note("set")], timers={"nag": soon(log, 1)})
    await advance(2)
    ((due,), _) = await log.timers.due(5)
    with pytest.raises(Stale):
        await append(log, run_id, 1, [], fires=due)
    assert await append(log, run_id, 2, [], fires=due) == []
    assert (await log.timers.due(5))[0] == []
    with pytest.raises(Duplicate):
        await append(log, run_id, 2, [], fires=due)
    await append(log, run_id, 2, [note("the run goes on")])


async def test_a_timer_that_is_put_off_comes_later_and_is_fired_then(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log)
    at = soon(log, 1)
    await append(log, run_id, 1, [note("set")], timers={"nag": at, "other": at})
    await advance(2)
    ready, _ = await log.timers.due(5)
    nag, other = sorted(ready, key=lambda due: due.name)
    await log.timers.later(nag, 10.123456789)
    await log.timers.later(nag, 0)  # whoever comes late puts off nothing
    assert (await log.timers.due(5))[0] == [other]
    await advance(10.12)
    assert (await log.timers.due(5))[0] == [other], "to the moment"
    await advance(0.01)
    (late,) = [due for due in (await log.timers.due(5))[0] if due.name == "nag"]
    assert late.at > nag.at
    await append(log, run_id, 2, [note("fired")], fires=late)
    assert (await log.timers.due(5))[0] == [other]


async def test_whoever_finds_nothing_due_is_told_when_to_ask_again(
    log: Tested, advance: Advance
) -> None:
    """No earlier, for nothing, and no later: people wait for it."""
    run_id = await begin(log)
    await append(log, run_id, 1, [REQUEST])
    ((wanted,), _) = await log.looks.claim(4)
    for seconds in (1.5, 0.25):
        await log.looks.again(wanted, seconds)
        none, pause = await log.looks.claim(4)
        assert (none, round(pause, 3)) == ([], seconds)
        await advance(pause)
        ((wanted,), _) = await log.looks.claim(4)
    at = soon(log, 0.25)
    await append(log, run_id, 2, [note("set")], timers={"nag": at})
    not_yet, pause = await log.timers.due(4)
    assert (not_yet, round(pause, 3)) == ([], 0.25)


async def test_of_many_timers_the_first_are_fired_and_the_rest_at_once_after_them(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log)
    times = {f"t{n}": soon(log, n) for n in (1, 2, 3, 9)}
    await append(log, run_id, 1, [note("set")], timers=times)
    await advance(3)
    first, pause = await log.timers.due(2)
    assert ([due.name for due in first], pause) == (["t1", "t2"], 0.0)
    every, _ = await log.timers.due(9)
    assert [due.name for due in every] == ["t1", "t2", "t3"], "and one whose time is just now"


async def test_a_timer_comes_by_the_clock_that_dates_entries(
    store: SqlLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine slept for hours: a clock that nobody sets knows nothing of that."""
    slept = datetime.now(UTC) + timedelta(hours=8)
    monkeypatch.setattr("bot.edges.store.sqlite.time.time", slept.timestamp)
    run_id = await begin(store)
    due = slept - timedelta(seconds=1)
    await append(store, run_id, 1, [note("n")], timers={"nag": due}, at=slept)
    (ready,), _ = await store.timers.due(9)
    assert (ready.run_id, ready.name) == (run_id, "nag")
    await store.timers.later(ready, 30.0)
    assert (await store.timers.due(9))[0] == []
    assert (await store.timers.due(9))[1] == pytest.approx(30.0, abs=0.01)


async def test_what_ended_is_not_looked_at(log: Tested, advance: Advance) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [REQUEST])
    seen = e.CheckObserved(request="c2", check="up", green=True, final=True, seen=())
    await append(log, run_id, 2, [seen], ended=["c2"])
    assert (await log.looks.claim(4))[0] == []
    await advance(60)
    assert (await log.looks.claim(4))[0] == []


async def test_a_timer_whose_append_is_stale_stays(log: Tested, advance: Advance) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [note("set")], timers={"nag": soon(log, 1)})
    await advance(2)
    ((due,), _) = await log.timers.due(5)
    with pytest.raises(Stale):
        await append(log, run_id, 1, [note("stale")], fires=due)
    assert (await log.timers.due(5))[0] == [due]
