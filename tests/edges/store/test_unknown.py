"""A run with a fact that this program does not know: said so, left alone, and left to the others.

So it is while one version is replaced by the next, and for a record that was damaged.
"""

import asyncio
from datetime import timedelta

import pytest

from bot.app.checker import Checker
from bot.app.desk import Desk, UnreadableRun
from bot.app.timers import TimerRunner
from bot.core.checks.asking import Answer, Look
from bot.core.engine import commands as c
from bot.edges.store import SqlLog
from bot.ports.log import Unreadable
from tests.core.closing import checked
from tests.edges.store.conftest import Tested, real
from tests.edges.store.making import ANA, started
from tests.edges.store.unknown import KINDS, adds
from tests.fakes import FakeClock, here

pytestmark = real


class Blind:
    """Looks at nothing, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def look(self, look: Look) -> list[Answer]:
        self.asked += 1
        return [Answer(None, error="no answer")]

    def members(self, target: str, set_name: str) -> list[str] | None:
        return None


@pytest.fixture
async def old(log: Tested) -> Desk:
    assert isinstance(log, SqlLog)
    return Desk(log, FakeClock(await log.now()))


async def waiting(desk: Desk, channel: str) -> str:
    event = started(channel).model_copy(update={"procedure": checked(), "inputs": {}})
    run = await desk.start(event, delivery=None)
    assert run is not None
    await desk.act(run.id, c.Take("wait", ANA), delivery=None)
    return run.id


@pytest.mark.parametrize("body", KINDS.values(), ids=KINDS)
async def test_whoever_acts_on_it_is_told_and_nothing_is_recorded(
    log: SqlLog, old: Desk, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = await waiting(old, "C1")
    await adds(log, run_id, body)
    with pytest.raises(Unreadable):
        await log.read(run_id)
    for desk in (old, Desk(log, old.clock)):  # one knows the run as it was before
        for _ in range(2):
            with pytest.raises(UnreadableRun) as told:
                await desk.act(run_id, c.AddNote(None, ANA, "hello"), delivery="d")
            assert f"{run_id} has entries that this version of the bot cannot read" in str(
                told.value
            )
    assert not await log.delivered("d")
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 2, "once a process"


async def test_its_messages_looks_and_timers_are_left_to_the_others(log: SqlLog, old: Desk) -> None:
    newer, other = await waiting(old, "C1"), await waiting(old, "C2")
    await adds(log, newer, KINDS["a kind that is not known"])
    with pytest.raises(UnreadableRun):
        await old.run(newer)
    assert old.unreadable == {newer}
    messages, _ = await log.outbox.claim(9, old.unreadable)
    looks, _ = await log.looks.claim(9, old.unreadable)
    assert {claim.message.run_id for claim in messages} == {other}
    assert {wanted.run_id for wanted in looks} == {other}
    for theirs in ((await log.outbox.claim(9))[0], (await log.looks.claim(9))[0]):
        assert theirs, "another one has them at once"


async def test_who_has_not_met_it_yet_gives_the_claim_back_at_once(log: SqlLog, old: Desk) -> None:
    run_id = await waiting(old, "C1")
    await adds(log, run_id, KINDS["a kind that is not known"])
    prober = Blind()
    rounds = Checker(Desk(log, old.clock), log.looks, prober, old.clock, here)
    await rounds._round()
    while rounds._tasks:
        await asyncio.wait(rounds._tasks)
    assert prober.asked == 0
    assert rounds.desk.unreadable == {run_id}
    ((wanted,), _) = await log.looks.claim(9)
    assert wanted.run_id == run_id
    await rounds._round()
    assert not rounds._tasks


async def test_its_timer_stays_for_whoever_can_fire_it(
    log: SqlLog, old: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, other = await waiting(old, "C1"), await waiting(old, "C2")
    due = (await old.run(run_id)).started_at + timedelta(hours=1)
    log._database.dated = lambda _: due.timestamp()
    await adds(log, run_id, KINDS["a kind that is not known"])
    monkeypatch.setattr("bot.app.timers.FIRST_LOOKS", 0.0)
    bell = TimerRunner(Desk(log, old.clock), log.timers, old.clock)
    await bell._round()
    assert [f.event.kind for f in await log.read(other)][-1] == "check_observed"
    ((left,), _) = await log.timers.due(9)
    assert left.run_id == run_id
    assert (await log.timers.due(9, bell.desk.unreadable))[0] == []
