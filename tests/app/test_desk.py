"""The desk: commands become facts once, whoever else is at it, and what is cached stays true."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.app import desk as desks
from bot.app.desk import Desk, NoSuchRun, UnreadableRun
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.ports.log import AlreadyOpen, Stale, Unavailable
from bot.ports.work import Due
from tests.edges.store.making import ANA, started
from tests.fakes import FakeClock, FakeLog


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
def desk(log: FakeLog) -> Desk:
    return Desk(log, FakeClock())


async def _started(desk: Desk, channel: str = "C1") -> Run:
    run = await desk.start(started(channel), delivery=None)
    assert run is not None
    return run


async def test_many_commands_at_once_each_become_one_fact(desk: Desk) -> None:
    run = await _started(desk)
    notes = [c.AddNote(None, ANA, f"note {n}") for n in range(30)]
    await asyncio.gather(*(desk.act(run.id, note, delivery=note.text) for note in notes))
    history = await desk.history(run.id)
    assert history.run.seq == 31
    assert [f.seq for f in history.facts] == list(range(1, 32))
    assert fold(history.facts) == history.run


async def test_what_someone_holds_does_not_grow_under_their_hands(desk: Desk) -> None:
    run = await _started(desk)
    before = await desk.history(run.id)
    await desk.act(run.id, c.AddNote(None, ANA, "later"), delivery=None)
    assert len(before.facts) == before.run.seq == 1


async def test_a_run_that_fell_out_of_the_cache_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "CACHED", 2)
    runs = [await _started(desk, f"C{n}") for n in range(5)]
    for run in runs:
        await desk.act(run.id, c.AddNote(None, ANA, "a note"), delivery=None)
    assert [(await desk.history(run.id)).run.seq for run in runs] == [2] * 5
    assert len(desk._cache) == 2
    assert set(desk._turns) <= set(desk._cache)


async def test_a_run_that_is_kept_is_what_its_facts_say(desk: Desk) -> None:
    run = await _started(desk)
    for number in range(5):
        await desk.act(run.id, c.AddNote(None, ANA, f"note {number}"), delivery=None)
        # Only the run is kept: facts would fill the memory, and few ask for them.
        assert desk._cache == {run.id: await desk.run(run.id)}
        assert (await desk.history(run.id)).run == await desk.run(run.id)


async def test_readers_of_a_run_that_is_not_there_are_each_refused(desk: Desk) -> None:
    asked = (ask("ZZ-1") for ask in (desk.history, desk.run) for _ in range(5))
    refused = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(error) for error in refused] == [NoSuchRun] * 10
    assert desk._turns == {}


async def test_a_delivery_that_comes_again_wakes_nobody(desk: Desk) -> None:
    woken: list[str] = []
    desk.woken.append(woken.append)
    run = await _started(desk)
    for _ in range(2):
        await desk.act(run.id, c.Take("revoke", ANA), delivery="once")
    assert (await desk.history(run.id)).run.seq == 2
    assert woken == [run.id] * 2


async def test_a_log_that_is_down_changes_nothing(desk: Desk, log: FakeLog) -> None:
    run = await _started(desk)
    log.down = True
    with pytest.raises(Unavailable):
        await desk.act(run.id, c.Take("revoke", ANA), delivery="d")
    log.down = False
    assert (await desk.history(run.id)).run.seq == 1
    await desk.act(run.id, c.Take("revoke", ANA), delivery="d")
    assert (await desk.history(run.id)).run.seq == 2


async def test_a_command_that_changes_nothing_is_held_against_what_another_process_knows() -> None:
    log, clock = FakeLog(), FakeClock()
    here, there = Desk(log, clock), Desk(log, clock)
    run = await here.start(started(), delivery=None)
    assert run is not None
    await here.act(run.id, c.Take("revoke", ANA), delivery=None)
    await there.act(run.id, c.Fail("revoke", ANA, "it broke"), delivery=None)
    # This desk still believes that Ana is on the step: her second try must not vanish.
    after = await here.act(run.id, c.Take("revoke", ANA), delivery="again")
    assert after.steps["revoke"].state == "taken"
    assert [f.event.kind for f in await log.read(run.id)][-1] == "step_taken"


async def test_a_delivery_is_recorded_once_among_processes(log: FakeLog) -> None:
    """A note is a note each time it is written; what tells a repeat is the delivery."""
    here, there = Desk(log, FakeClock()), Desk(log, FakeClock())
    run = await here.start(started(), delivery="start")
    assert run is not None
    assert await there.start(started("C2"), delivery="start") is None
    for desk in (here, there):
        await desk.act(run.id, c.AddNote(None, ANA, "a note"), delivery="note")
    assert [fact.event.kind for fact in await log.read(run.id)] == ["run_started", "note_added"]
    assert [row.run_id for row in await log.runs()] == [run.id]


async def test_who_is_refused_hears_why_however_often_they_try(desk: Desk) -> None:
    run = await _started(desk)
    for delivery in ("one", "two", None):
        with pytest.raises(Refused, match="Take it first"):
            await desk.act(run.id, c.Fail("revoke", ANA, "it broke"), delivery=delivery)
    assert (await desk.run(run.id)).seq == 1


async def test_a_channel_has_one_open_run_of_a_procedure_unless_another_is_asked_for(
    desk: Desk,
) -> None:
    run = await _started(desk)
    with pytest.raises(AlreadyOpen) as found:
        await desk.start(started(), delivery=None)
    assert str(found.value) == run.id
    assert await desk.start(started(), delivery=None, another=True) is not None


async def test_a_run_in_place_of_another_has_that_one_closed_at_once(
    desk: Desk, log: FakeLog
) -> None:
    old = await _started(desk, "C1")
    event = started().model_copy(update={"instead_of": old.id})
    run = await desk.start(event, delivery=None, another=True)
    assert run is not None
    replacing = [one for one in await _due(log) if one.name.startswith("replaces ")]
    assert [(one.run_id, one.name, one.at) for one in replacing] == [
        (run.id, f"replaces {old.id}", run.started_at)
    ]
    plain = await _started(desk, "C2")
    assert [one.run_id for one in await _due(log) if one in replacing] == [run.id], plain.id


async def _due(log: FakeLog) -> Sequence[Due]:
    return (await log.timers.due(10))[0]


async def test_what_was_asked_for_last_is_what_is_remembered(
    desk: Desk, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "CACHED", 2)
    first, second, third = [await _started(desk, f"C{n}") for n in range(3)]
    assert set(desk._cache) == {second.id, third.id}
    await desk.run(second.id)
    await desk.run(first.id)
    assert set(desk._cache) == {second.id, first.id}
    log.down = True
    assert await desk.channel(first.id) == "C0"
    with pytest.raises(Unavailable):
        await desk.channel(third.id)


async def test_only_what_is_new_is_read_of_a_run_that_is_known(
    desk: Desk, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, other = await _started(desk), Desk(log, FakeClock())
    asked: list[int] = []
    read = log.read

    async def counted(run_id: str, after: int = 0) -> list[e.Fact]:
        asked.append(after)
        return await read(run_id, after)

    await other.act(run.id, c.Take("revoke", ANA), delivery=None)
    monkeypatch.setattr(log, "read", counted)
    assert (await desk.run(run.id)).seq == 2
    assert (await desk.run(run.id)).seq == 2
    assert asked == [1, 2]


async def test_who_always_comes_second_is_told_so_in_the_end(
    desk: Desk, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await _started(desk)
    tried: list[int] = []

    async def stale(run_id: str, after: int, *rest: object, **others: object) -> list[e.Fact]:
        tried.append(after)
        raise Stale(run_id)

    monkeypatch.setattr(log, "append", stale)
    with pytest.raises(Refused, match="Too many people changed this run at once"):
        await desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    assert len(tried) == desks.ATTEMPTS


async def test_a_run_that_is_not_there_is_named_and_the_way_to_the_others_is_said(
    desk: Desk,
) -> None:
    with pytest.raises(Refused, match=r"no run `ZZ-1` here\. `/runbook status` lists"):
        await desk.run("ZZ-1")


async def test_a_run_that_can_be_read_again_is_worked_on_again() -> None:
    """A newer version was rolled back, or this process was told wrong by a moment's trouble."""
    log = FakeLog()
    desk = Desk(log, FakeClock())
    run = await desk.start(started(), delivery=None)
    assert run is not None
    log.unknown.add(run.id)
    for _ in range(2):
        with pytest.raises(UnreadableRun):
            await desk.run(run.id)
    assert desk.unreadable == {run.id}
    log.unknown.clear()
    assert (await desk.run(run.id)).seq == run.seq
    assert desk.unreadable == set()
