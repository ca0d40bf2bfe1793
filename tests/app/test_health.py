"""The self-audit: what is not shown after a minute is told of, once; readiness is never late."""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from bot.app.health import EVERY, Alerts, Health
from bot.app.watch import Lag, Metrics, Part, Told
from bot.ports.alerts import Waiting
from bot.ports.log import Unavailable
from bot.ports.messages import Backlog
from tests.fakes import FakeClock

CLEAN = Backlog(0, 0.0, ())
Caplog = pytest.LogCaptureFixture


@dataclass
class Log:
    """A log that is behind as it is told to be; while `hangs` is set it does not answer."""

    behind: Backlog = field(default_factory=lambda: CLEAN)
    down: bool = False
    asked: list[float] = field(default_factory=list)
    hangs: asyncio.Event | None = None

    async def backlog(self, late_after: float) -> Backlog:
        self.asked.append(late_after)
        if self.hangs is not None:
            await self.hangs.wait()
        if self.down:
            raise Unavailable("the database is away")
        return self.behind

    async def count(self, *, open_only: bool = False, drill: bool | None = None) -> int:
        assert open_only
        return 2 if drill else 1


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1")


def built(log: Log, clock: FakeClock, metrics: Metrics) -> Health:
    made = Health(clock, metrics)
    made.opened(log)
    made.linked(lambda: True)
    return made


@pytest.fixture
async def audit(log: Log, metrics: Metrics) -> AsyncIterator[Health]:
    made = built(log, FakeClock(), metrics)
    yield made
    await made.close()


def gauge(metrics: Metrics, name: str) -> float | None:
    return metrics.registry.get_sample_value(name)


async def test_it_looks_at_once_and_every_15_seconds(log: Log, metrics: Metrics) -> None:
    clock = FakeClock()
    audit = built(log, clock, metrics)
    running = asyncio.create_task(audit.run())
    await clock.advance(0)
    assert log.asked == [60.0]
    log.behind = Backlog(2, 3.5, ())
    await clock.advance(EVERY)
    assert len(log.asked) == 2
    assert gauge(metrics, "runbook_messages_waiting") == 2
    assert gauge(metrics, "runbook_painter_lag_seconds") == 3.5
    assert gauge(metrics, "runbook_runs_open") == 1
    assert gauge(metrics, "runbook_drills_open") == 2
    assert gauge(metrics, "runbook_ready") == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_each_late_message_is_told_of_once_with_its_run_and_so_is_the_end(
    log: Log, audit: Health, caplog: Caplog
) -> None:
    caplog.set_level(logging.INFO, "bot.app.health")
    await audit.audit()
    log.behind = Backlog(2, 70.0, ("KC-7/board",))
    await audit.audit()
    await audit.audit()
    log.behind = Backlog(2, 85.0, ("KC-7/board", "CR-1/notice/3"))
    await audit.audit()
    assert [
        (r.levelname, r.getMessage().split(":")[0], vars(r)["run"]) for r in caplog.records
    ] == [
        ("WARNING", "KC-7/board", "KC-7"),
        ("WARNING", "CR-1/notice/3", "CR-1"),
    ]
    caplog.clear()
    log.behind = replace(log.behind, late=("CR-1/notice/3",))
    await audit.audit()
    assert caplog.records == []
    log.behind = CLEAN
    await audit.audit()
    await audit.audit()
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("INFO", "every fact is shown again")
    ]


async def test_a_message_that_is_late_again_is_told_of_again(
    log: Log, audit: Health, caplog: Caplog
) -> None:
    for late in (("KC-7/board",), (), ("KC-7/board",)):
        log.behind = Backlog(len(late), 70.0, late)
        await audit.audit()
    assert sum(r.levelname == "WARNING" for r in caplog.records) == 2


async def test_without_a_database_figures_are_unknown_and_nothing_is_said_to_be_shown(
    log: Log, audit: Health, metrics: Metrics, caplog: Caplog
) -> None:
    caplog.set_level(logging.INFO, "bot.app.health")
    log.behind = Backlog(1, 70.0, ("KC-7/board",))
    await audit.audit()
    caplog.clear()
    log.down = True
    await audit.audit()
    lag = gauge(metrics, "runbook_painter_lag_seconds")
    assert lag is not None
    assert math.isnan(lag)
    assert gauge(metrics, "runbook_ready") == 0
    log.down = False
    await audit.audit()
    assert caplog.records == []
    assert gauge(metrics, "runbook_ready") == 1


async def test_when_everything_is_late_not_everything_is_named(
    log: Log, audit: Health, caplog: Caplog
) -> None:
    log.behind = Backlog(50, 61.0, [f"KC-{n}/board" for n in range(50)])
    await audit.audit()
    assert len(caplog.records) == 21
    assert "30 more messages" in caplog.text
    await audit.audit()
    assert len(caplog.records) == 21


async def test_readiness_tells_of_each_part(log: Log, audit: Health, metrics: Metrics) -> None:
    alive = [False]
    audit.linked(lambda: alive[0])
    log.behind = Backlog(4, 61.0, ())
    found = await audit.readiness()
    assert not found.ready
    assert found.database.ok
    assert found.slack == Part(ok=False, says="not connected")
    assert found.painter == Lag(ok=False, waiting=4, oldest_seconds=61.0)
    assert gauge(metrics, "runbook_slack_connected") == 0
    alive[0] = True
    assert (await audit.readiness()).ready
    assert gauge(metrics, "runbook_slack_connected") == 1
    audit.stop()
    found = await audit.readiness()
    assert (found.ready, found.stopping) == (False, True)


async def test_readiness_tells_whether_alerts_are_kept_and_told(log: Log, audit: Health) -> None:
    assert (await audit.readiness()).alerts is None
    waits, trouble = [Waiting(0, 0.0)], [""]

    async def waiting() -> Waiting:
        return waits[0]

    audit.listening(Alerts(waiting, lambda: trouble[0]))
    found = await audit.readiness()
    assert found.alerts == Told(ok=True, says="kept and told", waiting=0, oldest_seconds=0.0)
    assert found.answer()[1]["alerts"]["says"] == "kept and told"
    waits[0] = Waiting(3, 61.0)
    found = await audit.readiness()
    words = "kept, and not told for more than a minute"
    assert found.alerts == Told(ok=False, says=words, waiting=3, oldest_seconds=61.0)
    assert found.ready, "clicks are recorded all the same"
    waits[0], trouble[0] = Waiting(0, 0.0), "the disk is full"
    found = await audit.readiness()
    assert found.alerts is not None
    words = "what comes cannot be kept: the disk is full"
    assert (found.alerts.ok, found.alerts.says) == (False, words)
    log.down = True
    found = await audit.readiness()
    assert found.alerts == Told(ok=False, says="nobody knows", waiting=None, oldest_seconds=None)


async def test_before_its_parts_are_there_it_says_so(log: Log, metrics: Metrics) -> None:
    audit = Health(FakeClock(), metrics)
    await audit.audit()
    found = await audit.readiness()
    assert (found.ready, found.database.says) == (False, "not opened yet")
    assert found.slack == Part(ok=False, says="not connected yet")
    assert gauge(metrics, "runbook_ready") == 0
    audit.opened(log)
    assert (await audit.readiness()).database.ok
    audit.linked(lambda: True)
    await audit.audit()
    assert gauge(metrics, "runbook_ready") == 1


async def test_a_database_that_is_away_is_told_of_in_its_own_words(log: Log, audit: Health) -> None:
    log.down = True
    found = await audit.readiness()
    assert found.database == Part(ok=False, says="the database is away")
    assert (found.painter.ok, found.painter.waiting) == (False, None)


async def test_a_database_that_hangs_is_asked_once_however_many_want_to_know(
    log: Log, audit: Health
) -> None:
    log.hangs = asyncio.Event()
    began = time.monotonic()
    found = await asyncio.gather(*(audit.readiness() for _ in range(50)))
    assert time.monotonic() - began < 50 * 0.8, "not one after the other"
    assert not any(one.ready for one in found)
    assert found[0].database == Part(ok=False, says="no answer for 0.8 s")
    assert not (await audit.readiness()).ready
    assert len(log.asked) == 1
    log.hangs.set()
    assert (await audit.readiness()).ready


async def test_a_question_that_fails_when_nobody_waits_any_more_disturbs_nobody(
    log: Log, audit: Health
) -> None:
    log.hangs = asyncio.Event()
    await audit.readiness()
    log.down = True
    log.hangs.set()
    assert not (await audit.readiness()).ready
    log.down = False
    assert (await audit.readiness()).ready


async def test_closing_waits_for_no_answer(log: Log, metrics: Metrics) -> None:
    audit = built(log, FakeClock(), metrics)
    log.hangs = asyncio.Event()
    await audit.readiness()
    await audit.close()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "self-audit"]
