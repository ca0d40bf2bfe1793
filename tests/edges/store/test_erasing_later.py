"""What a run under way still needs is noted in its record, and erased when it is closed."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import erasure_list
from bot.app.desk import Desk
from bot.app.erasing import Asked, Erasing, Request
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import Effects
from bot.core.run import events as e
from bot.core.run.polling import ERASURE
from bot.core.sealing.erasing import Wanted
from bot.edges.store import SqlLog
from bot.edges.store.schema import messages
from bot.ports.log import Unavailable
from bot.ports.work import Due
from tests.edges.store.conftest import real
from tests.edges.store.making import AT, BEN, append, begin, note, started
from tests.edges.store.test_erasing import CANARY, EVE, closed_run, desk_of, erasing, left
from tests.fakes import FakeClock

LATER = "; its people, inputs and what was seen are erased when it is closed"


async def opened(desk: Desk, channel: str = "C1") -> str:
    """An open run whose words are canaries: an input, and a note of each of two people."""
    event = started(channel).model_copy(update={"by": EVE, "inputs": {"key": f"{CANARY}-key"}})
    run = await desk.start(event, delivery=None)
    assert run is not None
    await desk.act(run.id, c.AddNote(None, EVE, f"{CANARY} one"), delivery=None)
    await desk.act(run.id, c.AddNote(None, BEN, f"{CANARY} two"), delivery=None)
    return run.id


CLOSINGS: list[Callable[[], c.Command]] = [
    lambda: c.Mistake(BEN, "a false alarm"),
    lambda: c.Close(BEN, {"confirm:0": "nobody knows"}),
]


async def waiting(log: SqlLog) -> list[Due]:
    """What is due to be erased."""
    ready, _ = await log.timers.due(50)
    return [due for due in ready if due.name == ERASURE]


async def fires(job: Erasing, log: SqlLog) -> list[Due]:
    """Fire what is due to be erased; what is left of it."""
    for due in await waiting(log):
        await job.fire(due)
    return await waiting(log)


@real
async def test_a_whole_run_goes_when_it_is_closed_and_by_any_process(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await opened(desk)
    job, notes = erasing(log, desk)
    would = await job.do(Asked(run=run_id, dry_run=True))
    assert would == await job.do(Asked(run=run_id))
    assert would == [f"{run_id}: the words of 2 entries{LATER}"]
    run = await desk.run(run_id)
    assert list(run.to_erase) == [5]
    assert await fires(job, log) == [], "it is open"
    assert await job.do(Asked(run=run_id)) == [f"{run_id}: nothing yet{LATER}"]
    assert (await desk.run(run_id)).seq == 5, "it is noted once"
    await desk.act(run_id, c.AddNote(None, BEN, f"{CANARY} three"), delivery=None)
    await desk.act(run_id, c.Mistake(BEN, f"{CANARY} four"), delivery=None)
    with pytest.raises(Refused, match="was not reopened: what someone asked to erase is being"):
        await desk.act(run_id, c.Reopen(BEN, "it is back"), delivery=None)
    # Nobody fired it before this process died: another one does.
    later, more = erasing(log)
    assert await fires(later, log) == []
    run = await later.desk.run(run_id)
    assert not run.to_erase
    assert not left(await log.read(run_id))
    assert not left(await log.runs())
    assert (await log.checked(run_id)).faults == ()
    begun, done = map(json.loads, more)
    assert done == {"done": begun["id"]}
    assert begun["entries"] == [1, 6, 7], "what was written after it was asked for goes as well"
    with pytest.raises(Refused, match="its people or inputs were erased"):
        await later.desk.act(run_id, c.Reopen(BEN, "it is back"), delivery=None)
    assert len(notes) == 2


@real
async def test_two_who_fire_at_once_leave_one_trace(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await opened(desk)
    await erasing(log, desk)[0].do(Asked(person=EVE.id))
    await desk.act(run_id, c.Mistake(BEN, "a false alarm"), delivery=None)
    (due,) = await waiting(log)
    jobs = [erasing(log)[0] for _ in range(3)]
    await asyncio.gather(*(job.fire(due) for job in jobs))
    assert await waiting(log) == []
    kinds = [fact.event.kind for fact in await log.read(run_id)]
    assert kinds.count("erased") == 2, "the words at once, the rest once"
    assert not [one for one in left(await log.read(run_id)) if one != CANARY]
    assert (await log.checked(run_id)).faults == ()


@real
@pytest.mark.parametrize("closes", CLOSINGS)
async def test_an_entry_that_is_needed_goes_however_the_run_is_closed(
    log: SqlLog, closes: Callable[[], c.Command]
) -> None:
    desk = desk_of(log)
    run_id = await opened(desk)
    job, _ = erasing(log, desk)
    wanted = Wanted(entries=(1, 2), own=EVE.id)
    request = Request(run_id, wanted, EVE, "slack", "press-1")
    await job.erase(await job.kept(run_id), request)
    facts = await log.read(run_id)
    assert [fact.event.kind for fact in facts[3:]] == ["erased", "erasure_noted"]
    told = messages.c.key.in_([f"{run_id}/notice/{n}" for n in (4, 5)])
    query = select(messages.c.due_at).where(told)
    due = await log._query(lambda c: c.execute(query).scalars().all())
    assert len(due) == 2
    assert max(due) <= (await log.now()).timestamp(), "who asked does not wait for what is redrawn"
    assert (await desk.run(run_id)).inputs == {"key": f"{CANARY}-key"}
    await desk.act(run_id, closes(), delivery=None)
    assert await fires(job, log) == []
    last = (await log.read(run_id))[-1].event
    assert isinstance(last, e.Erased)
    assert (last.entries, last.noted, last.by) == ((1,), (5,), EVE)
    run = await desk.run(run_id)
    assert run.lost_inputs
    assert f"{CANARY}-key" not in str(await log.runs())


@real
async def test_what_is_left_to_erase_is_what_is_there_by_then(log: SqlLog) -> None:
    """A terminal was faster than the timer: it has nothing more to do, and says so once."""
    desk = desk_of(log)
    run_id = await opened(desk)
    job, _ = erasing(log, desk)
    await job.do(Asked(run=run_id, entry=1))
    await desk.act(run_id, c.Mistake(BEN, "a false alarm"), delivery=None)
    await job.do(Asked(run=run_id))
    assert (await desk.run(run_id)).to_erase, "that was another erasure"
    assert await fires(job, log) == []
    last = (await log.read(run_id))[-1].event
    assert isinstance(last, e.Erased)
    assert (last.entries, last.people, last.noted) == ((), (), (4,))
    assert not (await desk.run(run_id)).to_erase
    assert (await log.checked(run_id)).faults == ()


@real
async def test_who_asked_is_named_although_everybody_goes(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await opened(desk)
    job, _ = erasing(log, desk)
    await job.do(Asked(person=EVE.id))
    request = Request(run_id, Wanted(entries=(1,), own=EVE.id), EVE, "slack", "press-1")
    await job.erase(await job.kept(run_id), request)
    await desk.act(run_id, c.Mistake(BEN, "a false alarm"), delivery=None)
    assert await fires(job, log) == []
    run = await desk.run(run_id)
    assert not run.to_erase
    assert EVE.id not in str(await log.read(run_id)), "nothing brings her back"
    checked = await log.checked(run_id)
    assert checked.faults == ()


@real
async def test_nobody_erases_the_words_of_another(log: SqlLog) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [note(f"{CANARY} one"), note("two")])
    job, notes = erasing(log)
    kept = await job.kept(run_id)
    for whose in (EVE.id, "U0NOBODY1"):
        with pytest.raises(Refused, match="Nothing was erased: entry 2 is not yours"):
            await job.erase(kept, Request(run_id, Wanted(entries=(2,), own=whose), EVE, "slack"))
    assert notes == []


# The list. --------------------------------------------------------------------------------------


@real
async def test_what_was_refused_is_not_done_again_and_what_was_cut_off_is(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await closed_run(desk)
    job, notes = erasing(log, desk)
    kept = await job.kept(run_id)
    await log.append(
        run_id,
        len(kept.entries),
        [e.RunReopened(by=BEN, reason="it is back")],
        at=AT,
        effects=Effects(open=True),
        delivery=None,
    )
    with pytest.raises(Refused, match="is open: its people and inputs can be erased once"):
        await job.carry_out(kept, Request(run_id, Wanted(everything=True)))
    begun, ended = map(json.loads, notes)
    assert ended == {"refused": begun["id"]}
    assert erasure_list.read(notes).wanted == []
    (wanted,) = erasure_list.read(notes[:1]).wanted
    assert wanted == (
        run_id,
        Wanted(entries=tuple(begun["entries"]), tokens=tuple(begun["people"])),
    )
    assert len(erasure_list.read([*notes, json.dumps({"done": begun["id"]})]).wanted) == 1


@pytest.mark.parametrize(("in_doubt", "lines"), [(True, 1), (False, 2)])
async def test_a_lost_answer_leaves_the_line_open(
    tmp_path: Path, *, in_doubt: bool, lines: int
) -> None:
    log = await SqlLog.open(f"sqlite:///{tmp_path}/r.db")
    async with log:
        desk = Desk(log, FakeClock(AT))
        run_id = await closed_run(desk)
        job, notes = erasing(log, desk)

        async def away(*_: object, **__: object) -> None:
            raise Unavailable("the disk is full", in_doubt=in_doubt)

        log.append = away  # type: ignore[method-assign,assignment]
        with pytest.raises(Unavailable):
            await job.do(Asked(run=run_id))
    assert len(notes) == lines
    assert len(erasure_list.read(notes).wanted) == 2 - lines


async def test_without_the_list_nothing_is_erased(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: str) -> None:
        raise OSError(28, "No space left on device")

    async with await SqlLog.open(f"sqlite:///{tmp_path}/r.db") as log:
        desk = Desk(log, FakeClock(AT))
        run_id = await closed_run(desk)
        with pytest.raises(Refused, match=r"list cannot be written \(No space left on device\)"):
            await Erasing(desk, log, full).do(Asked(run=run_id))
        assert (await log.read(run_id))[-1].event.kind == "run_closed"
    assert "the erasure list cannot be written" in caplog.text


def test_a_list_of_before_is_done_again_whole_and_its_last_line_may_be_torn() -> None:
    old = ['{"run":"KC-1","entries":[1],"people":[]}', "", '{"run":"KC-2","ent']
    read = erasure_list.read(old)
    assert read.wanted == [("KC-1", Wanted(entries=(1,)))]
    assert read.damaged == []
    torn = erasure_list.read([*old[2:], *old[:1]])
    assert torn.damaged == [1]
    for nonsense in (["{"], ["[]"], ["7"], ['{"run":"KC-1"}']):
        with pytest.raises(Refused, match="no erasure list"):
            erasure_list.read(nonsense)
