"""What every log promises, held against the fake, SQLite and PostgreSQL alike."""

import asyncio
from datetime import timedelta, timezone

import pytest

from bot.app.desk import Desk
from bot.core.engine import commands as c
from bot.core.engine.effects import NOTHING
from bot.core.engine.fold import fold
from bot.core.person import ERASED
from bot.core.run import events as e
from bot.core.sealing.people import People
from bot.edges.store import SqlLog
from bot.ports.log import AlreadyOpen, Duplicate, Stale
from tests.edges.store.conftest import Tested, real
from tests.edges.store.making import ANA, AT, BEN, append, begin, note, opening, started
from tests.fakes import FakeClock, FakeLog


async def test_facts_are_numbered_from_one_and_read_back_as_they_were(log: Tested) -> None:
    run_id = await begin(log)
    made = await append(log, run_id, 1, [note("one"), note("two")])
    assert run_id == "KC-1"
    assert [fact.seq for fact in made] == [2, 3]
    assert (await log.read(run_id))[1:] == made
    assert await log.read(run_id, after=2) == made[1:]
    assert await log.read("KC-9") == []


async def test_the_hash_of_each_fact_follows_from_the_one_before(log: Tested) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [note("one"), note("two")])
    checked = await log.checked(run_id)
    assert checked.faults == ()
    assert checked.hashes == tuple(fact.hash for fact in await log.read(run_id))
    assert (await log.followed(run_id, 2)).broken is None


async def test_runs_are_found_by_the_kind_of_their_facts(log: Tested) -> None:
    first, other = await begin(log), await begin(log, channel="C0OTHER")
    await append(log, first, 1, [note("one"), note("two")])
    assert await log.having([first, other, "KC-9"], "note_added") == {first}
    assert await log.having([other], "note_added") == set()
    assert await log.having([], "note_added") == set()


async def test_a_time_of_another_zone_is_kept_as_utc(log: Tested) -> None:
    run_id = await begin(log, at=AT.astimezone(timezone(timedelta(hours=5))))
    (fact,) = await log.read(run_id)
    (row,) = await log.runs()
    assert fact.at == row.at == AT
    assert fact.at.utcoffset() == row.at.utcoffset() == timedelta(0)


async def test_who_decided_on_an_older_log_is_stale_and_changes_nothing(log: Tested) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [note("first")])
    for wrong in (0, 1, 3):
        with pytest.raises(Stale):
            await append(log, run_id, wrong, [note("late")], touched={"board": 9}, delivery="d")
    assert len(await log.read(run_id)) == 2
    await append(log, run_id, 2, [note("again")], delivery="d")


async def test_of_writers_that_race_for_one_number_exactly_one_wins(log: Tested) -> None:
    run_id = await begin(log)
    racing = [append(log, run_id, 1, [note(str(n))]) for n in range(10)]
    ended = await asyncio.gather(*racing, return_exceptions=True)
    won = [facts for facts in ended if isinstance(facts, list)]
    assert len(won) == 1
    assert sum(isinstance(end, Stale) for end in ended) == 9
    assert (await log.read(run_id))[1:] == won[0]


async def test_a_delivery_is_recorded_once_even_when_it_is_stale_by_then(log: Tested) -> None:
    run_id = await begin(log, delivery="click-1")
    await append(log, run_id, 1, [note("once")], delivery="click-2")
    for delivery in ("click-1", "click-2"):
        for after in (1, 2):
            with pytest.raises(Duplicate):
                await append(log, run_id, after, [note("twice")], delivery=delivery)
    with pytest.raises(Duplicate):
        await begin(log, delivery="click-2")
    assert len(await log.read(run_id)) == 2
    assert len(await log.runs()) == 1


async def test_whether_a_delivery_was_recorded_can_be_asked(log: Tested) -> None:
    await begin(log, delivery="click-1")
    assert await log.delivered("click-1")
    assert not await log.delivered("click-2")


async def test_redeliveries_at_the_same_moment_are_recorded_once(log: Tested) -> None:
    ended = await asyncio.gather(
        *(begin(log, delivery="click") for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(end, Duplicate) for end in ended) == 7
    assert [run.run_id for run in await log.runs()] == ["KC-1"]


async def test_no_events_change_nothing(log: Tested) -> None:
    run_id = await begin(log)
    assert await append(log, run_id, 1, [], touched={"board": 1}, delivery="d") == []
    await append(log, run_id, 1, [note("the delivery is still free")], delivery="d")


async def test_an_unknown_run_or_message_is_the_callers_mistake(log: Tested) -> None:
    with pytest.raises(KeyError):
        await append(log, "KC-7", 0, [note("to nothing")])
    await log.outbox.lost("x", "1.0")
    assert await log.message("x") is None


async def test_numbers_count_up_for_each_prefix(log: Tested) -> None:
    made = [await begin(log, prefix) for prefix in ("KC", "CR", "KC", "KC-2", "KC")]
    assert made == ["KC-1", "CR-1", "KC-2", "KC-2-1", "KC-3"]


async def test_a_run_that_cannot_be_made_uses_no_number_and_no_delivery(log: Tested) -> None:
    class Cannot(Exception):
        pass

    def refuse(run_id: str) -> list[e.Event]:
        raise Cannot(run_id)

    with pytest.raises(Cannot, match="KC-1"):
        await log.begin(
            "KC",
            refuse,
            opening=opening(started()),
            at=AT,
            effects=NOTHING,
            delivery="d",
            unless_open=False,
        )
    assert await begin(log, delivery="d") == "KC-1"


async def test_a_second_open_run_of_a_procedure_in_a_channel_is_refused_when_asked(
    log: Tested,
) -> None:
    first = await begin(log)
    with pytest.raises(AlreadyOpen) as refused:
        await begin(log, unless_open=True, delivery="d")
    assert refused.value.run_id == first
    assert await begin(log, channel="C2", unless_open=True, delivery="d") == "KC-2"
    assert await begin(log, "CR", procedure_id="crash", unless_open=True) == "CR-1"
    assert await begin(log) == "KC-3"


async def test_of_two_who_want_another_run_beside_one_the_second_is_refused(log: Tested) -> None:
    first = await begin(log)
    ended = await asyncio.gather(
        *(begin(log, unless_open=True, beside=first) for _ in range(2)), return_exceptions=True
    )
    (made,) = (one for one in ended if isinstance(one, str))
    (refused,) = (one for one in ended if isinstance(one, AlreadyOpen))
    assert refused.run_id == made
    assert await begin(log, unless_open=True, beside=made) == "KC-3"


async def test_of_two_runs_that_are_started_in_place_of_one_the_second_is_refused(
    log: Tested,
) -> None:
    old = await begin(log)
    ended = await asyncio.gather(
        *(begin(log, instead_of=old) for _ in range(5)), return_exceptions=True
    )
    assert [one for one in ended if isinstance(one, str)] == ["KC-2"]
    refused = [one.run_id for one in ended if isinstance(one, AlreadyOpen)]
    assert refused == ["KC-2"] * 4
    assert [run.run_id for run in await log.runs()] == ["KC-2", old]
    assert await begin(log, instead_of="KC-2") == "KC-3"


async def test_a_run_in_place_of_one_that_is_closed_by_now_is_decided_again(log: Tested) -> None:
    old = await begin(log)
    await append(log, old, 1, [e.RunClosed(by=ANA, mistake="wrong", again="KC-9")])
    with pytest.raises(Stale):
        await begin(log, instead_of=old, delivery="d")
    await append(log, old, 2, [e.RunReopened(by=ANA, reason="it was right")])
    assert await begin(log, instead_of=old, delivery="d") == "KC-2"


async def test_a_closed_run_is_not_open_until_it_is_reopened(log: Tested) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [e.RunClosed(by=ANA)])
    assert await log.runs(open_only=True) == []
    other = await begin(log, unless_open=True)
    await append(log, run_id, 2, [note("so"), e.RunReopened(by=ANA, reason="it came back")])
    assert [run.run_id for run in await log.runs(open_only=True)] == [other, run_id]


async def test_runs_are_listed_newest_first_whatever_their_clocks_said(log: Tested) -> None:
    await begin(log, at=AT)
    await begin(log, at=AT - timedelta(hours=1), channel="C2", procedure_id="crash")
    second, first = await log.runs()
    assert (first.run_id, second.run_id) == ("KC-1", "KC-2")
    assert (second.channel, second.procedure_id, second.started_by) == ("C2", "crash", "U1")
    assert second.title == "Compromise of k1"
    assert [run.run_id for run in await log.runs(channel="C2")] == ["KC-2"]


async def test_a_question_brings_as_many_runs_as_are_asked_for_and_all_are_counted(
    log: Tested,
) -> None:
    for n in range(5):
        await begin(log, channel=f"C{n % 2}", procedure_id="crash" if n == 2 else "key-compromise")
    await append(log, "KC-5", 1, [e.RunClosed(by=ANA)])
    first = await log.runs(limit=2)
    assert [row.run_id for row in first] == ["KC-5", "KC-4"]
    rest = await log.runs(before=first[-1].place, limit=9)
    assert [row.run_id for row in rest] == ["KC-3", "KC-2", "KC-1"]
    assert await log.runs(before=rest[-1].place) == []
    assert [row.run_id for row in await log.runs(procedure="crash", open_only=True)] == ["KC-3"]
    assert [await log.count(), await log.count(open_only=True)] == [5, 4]
    assert await log.count(channel="C0") == 3
    assert await log.count(channel="C0", open_only=True) == 2


async def test_what_is_erased_is_read_no_more_and_the_rest_holds(log: Tested) -> None:
    """In the transaction of the entry that says so, of whichever log."""
    desk = Desk(log, FakeClock(AT))
    run = await desk.start(started(), delivery=None)
    assert run is not None
    for command in (
        c.Take("revoke", BEN),
        c.AddNote("revoke", BEN, "ask <@U2> of k1"),
        c.Fail("revoke", BEN, "it broke"),
        c.Mistake(ANA, "wrong"),
    ):
        await desk.act(run.id, command, delivery=None)
    before = [fact.hash for fact in await log.read(run.id)]
    if isinstance(log, FakeLog):
        people = log.seals.people(run.id)
    else:
        kept = await log.kept(run.id)
        assert kept is not None
        people = People(kept.people)
    ana, ben = people.token(ANA.id), people.token(BEN.id)
    assert ana is not None
    assert ben is not None
    erase = c.Erase(None, entries=(1, 3), people=(ana,), via="terminal")
    run = await desk.act(run.id, erase, delivery=None)
    facts = await log.read(run.id)
    assert [fact.hash for fact in facts[:-1]] == before
    first, took, noted, failed, mistake = (fact.event for fact in facts[:-1])
    by = "erased on 2026-11-01 by an operator"
    assert isinstance(first, e.RunStarted)
    assert first.inputs == {"key": f"({by})"}
    assert first.by == e.Person(id=f"{ERASED}{ana[:16]}", name=f"person 1 ({by})")
    assert took == e.StepTaken(step="revoke", by=BEN)
    assert noted == e.NoteAdded(step="revoke", by=BEN, text=f"({by})")
    assert failed == e.StepFailed(step="revoke", by=BEN, what="it broke")
    assert isinstance(mistake, e.RunClosed)
    assert mistake.mistake == "wrong"
    assert run == fold(facts)
    (row,) = await log.runs()
    assert row.started_by == first.by.id
    assert "k1" not in row.title
    checked = await log.checked(run.id)
    assert checked.faults == ()
    assert checked.erased == (f"{by}: the words of entries 1, 3 and person 1",)
    told = await log.message(f"{run.id}/notice/4")
    assert told is not None
    assert told.wanted == len(facts), "it is drawn again"


@real
async def test_deliveries_that_cannot_come_again_are_forgotten(log: Tested) -> None:
    assert isinstance(log, SqlLog)
    run_id = await begin(log, delivery="old", at=AT)
    await append(log, run_id, 1, [note("later")], delivery="new", at=AT + timedelta(days=8))
    await log.forget_deliveries(AT + timedelta(days=1))
    assert not await log.delivered("old")
    assert await log.delivered("new")
