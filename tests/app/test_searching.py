"""What was written is looked through once, by whichever replica comes to it, whatever happens."""

import asyncio

from bot.app.desk import Desk
from bot.app.searching import Searching, covered
from bot.core.engine import commands as c
from bot.core.engine.effects import SEARCH
from bot.core.run import events as e
from bot.core.run.secrets import MASK
from bot.edges.detector import Detector
from tests.core.strategies import ANA
from tests.edges.detector.planted import PLANTED
from tests.edges.store.making import started
from tests.fakes import FakeClock, FakeLog

LINE, SECRET = PLANTED["GitHub token"]
DETECTOR = Detector()


async def test_two_replicas_that_look_at_once_record_it_once() -> None:
    clock = FakeClock()
    log = FakeLog(clock)
    first, second = Desk(log, clock), Desk(log, clock)
    run = await first.start(started(), delivery=None)
    assert run is not None
    await first.act(run.id, c.AddNote(None, ANA, LINE), delivery=None)
    due = [one for one in (await log.timers.due(9))[0] if one.name == f"{SEARCH}2"]
    await asyncio.gather(*(Searching(desk, DETECTOR).look(due[0]) for desk in (first, second)))
    found = [f.event for f in await log.read(run.id) if isinstance(f.event, e.SecretsFound)]
    assert [one.entry for one in found] == [2]
    for desk in (first, second):
        ((_, text),) = (await desk.run(run.id)).notes
        assert SECRET not in text
        assert MASK in text
    assert (run.id, f"{SEARCH}2") not in log.timers.armed


async def test_what_holds_no_secret_takes_its_timer_and_leaves_no_entry() -> None:
    clock = FakeClock()
    log = FakeLog(clock)
    desk = Desk(log, clock)
    run = await desk.start(started(), delivery=None)
    assert run is not None
    await desk.act(run.id, c.AddNote(None, ANA, "df -h"), delivery=None)
    for due in (await log.timers.due(9))[0]:
        await Searching(desk, DETECTOR).look(due)
    assert [f.event.kind for f in await log.read(run.id)] == ["run_started", "note_added"]
    assert log.timers.armed == {}


async def test_each_of_many_texts_is_masked_by_itself() -> None:
    texts = ["a", LINE, "", f"{LINE} and {LINE}", "b"]
    made = await covered(DETECTOR, texts)
    assert [made[0], made[2], made[4]] == ["a", "", "b"]
    assert made[3].count(MASK) == 2
    assert all(SECRET not in one for one in made)
