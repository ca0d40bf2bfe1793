"""Homes: drawn when they are opened, then seldom, behind everything else, and for a while only."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.app.admission import Admission
from bot.app.desk import Desk
from bot.app.home import APART, BUSY, FOLLOWED, LATE, MOST, TRIES, Homes
from bot.app.sight import Sight
from bot.core.engine import commands as c
from bot.core.engine.effects import NOTHING
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.ports.messages import Rejected, Throttled, Unsure
from tests.app.test_slices import Shelf
from tests.edges.store.making import ANA, BEN, started
from tests.fakes import FakeClock, FakeLog, settle


class Slack:
    """Keeps what it was shown; `refuses` are what it raises first."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.shown: list[tuple[float, str]] = []
        self.last: Mapping[str, Any] = {}
        self.refuses: list[Exception] = []

    async def publish(self, person: str, view: Mapping[str, Any]) -> None:
        self.shown.append((self._clock.monotonic(), person))
        if self.refuses:
            raise self.refuses.pop(0)
        self.last = view

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.shown]


class Place:
    """A workspace in memory, with somebody who draws Homes."""

    def __init__(self, *procedures: Procedure) -> None:
        self.clock = FakeClock()
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock)
        self.slack = Slack(self.clock)
        self.painting = False
        known = self.log.acquaintances
        admission = Admission(
            self.desk,
            self.log,
            known,  # type: ignore[arg-type]
            self.clock,
            "U0BOT",
            frozenset({"T0HOME"}),
            b"key",
        )
        self.homes = Homes(
            self.desk,
            self.log,
            Shelf(procedures),  # type: ignore[arg-type]
            admission,
            self.slack,
            self.clock,
            lambda channel, ts: f"https://slack.example/{channel}/{ts}",
            lambda: self.painting,
        )
        self.desk.woken.append(self.homes.wake)

    async def something(self) -> str:
        """A run is started."""
        run = await self.desk.start(started(), delivery=None, another=True)
        assert run is not None
        return run.id

    async def passes(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await settle(200)


OFTEN = started().procedure.model_copy(update={"drill_every": timedelta(days=1)})


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    made = Place(OFTEN)
    task = asyncio.create_task(made.homes.poller.run())
    await settle()
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_it_is_drawn_when_it_is_opened_and_not_again_while_nothing_happens(
    place: Place,
) -> None:
    place.homes.opened(ANA.id)
    await place.passes(0.5)
    assert [who for _, who in place.slack.shown] == [ANA.id]
    await place.passes(FOLLOWED)
    assert len(place.slack.shown) == 1, "what would look the same is not shown again"


async def test_what_happens_is_shown_ten_seconds_after_the_last_picture(place: Place) -> None:
    place.homes.opened(ANA.id)
    await place.passes(1)
    run = await place.something()
    await place.passes(2)
    assert len(place.slack.shown) == 1
    for _ in range(60):
        await place.desk.act(run, c.AddNote(None, ANA, "On."), delivery=None)
        await place.desk.act(run, c.ChangeSeverity(*_other(place, run)), delivery=None)
        await place.passes(1)
    apart = [b - a for a, b in zip(place.slack.times, place.slack.times[1:], strict=False)]
    assert 5 <= len(apart) <= 7
    assert min(apart) >= APART
    assert run in str(place.slack.last)


def _other(place: Place, run: str) -> tuple[str, Any]:
    now = place.clock.monotonic()
    return f"SEV{1 + int(now) // 3 % 5}", ANA


async def test_it_is_followed_for_a_quarter_of_an_hour_and_then_no_more(place: Place) -> None:
    place.homes.opened(ANA.id)
    await place.passes(FOLLOWED - 1)
    await place.something()
    await place.passes(0.5)
    assert len(place.slack.shown) == 2
    await place.passes(20)
    await place.something()
    await place.passes(60)
    assert len(place.slack.shown) == 2
    place.homes.opened(ANA.id)
    await place.passes(1)
    assert len(place.slack.shown) == 3


async def test_boards_go_first_but_not_for_ever(place: Place) -> None:
    place.homes.opened(ANA.id)
    await place.passes(APART + 1)
    place.painting = True
    await place.something()
    await place.passes(20)
    assert len(place.slack.shown) == 1
    # Whoever opens it now waits for no board.
    place.homes.opened(BEN.id)
    await place.passes(BUSY + 1)
    assert place.slack.shown[-1][1] == BEN.id
    await place.passes(LATE)
    assert len([who for _, who in place.slack.shown if who == ANA.id]) == 2


async def test_a_429_holds_all_homes(place: Place) -> None:
    place.slack.refuses = [Throttled(30)]
    place.homes.opened(ANA.id)
    place.homes.opened(BEN.id)
    await place.passes(29)
    assert len(place.slack.shown) == 1
    await place.passes(5)
    assert {who for _, who in place.slack.shown[1:]} == {ANA.id, BEN.id}


async def test_a_picture_whose_end_nobody_saw_is_tried_again_a_few_times(place: Place) -> None:
    place.slack.refuses = [Unsure("lost")] * 10
    place.homes.opened(ANA.id)
    await place.passes(600)
    assert len(place.slack.shown) == TRIES


async def test_that_slack_shows_no_home_is_said_once(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.slack.refuses = [Rejected("not_enabled"), Rejected("not_enabled")]
    for _ in range(2):
        place.homes.opened(ANA.id)
        await place.passes(20)
    said = [one for one in caplog.records if "Slack shows no Home (not_enabled)" in one.message]
    assert len(said) == 1


async def test_while_the_log_is_away_nothing_is_lost(place: Place) -> None:
    place.log.down = True
    place.homes.opened(ANA.id)
    await place.passes(5)
    assert place.slack.shown == []
    place.log.down = False
    await place.passes(5)
    assert len(place.slack.shown) == 1


async def test_only_so_many_are_followed(place: Place) -> None:
    for n in range(MOST + 5):
        place.homes.opened(f"U0{n:04}")
    await place.passes(MOST + 10)
    assert {who for _, who in place.slack.shown} == {f"U0{n:04}" for n in range(5, MOST + 5)}


async def test_what_someone_looks_for_is_shown_at_once(place: Place) -> None:
    place.homes.opened(ANA.id)
    await place.passes(2)
    place.homes.look_for(ANA.id, "no such thing")
    await place.passes(2)
    assert "0 procedures for “no such thing”" in str(place.slack.last)


async def looks(place: Place) -> str:
    """What Ana sees when she opens her Home, once she is through with the last one."""
    await place.passes(APART + 1)
    place.homes.opened(ANA.id)
    await place.passes(2)
    return str(place.slack.last)


async def test_a_drill_is_due_until_one_is_done_and_again_when_its_time_has_come(
    place: Place,
) -> None:
    assert "never drilled" in await looks(place)
    wrong = await place.desk.start(started().model_copy(update={"drill": True}), delivery=None)
    assert wrong is not None
    assert "Drills that are due" not in await looks(place), "one is under way"
    await place.desk.act(wrong.id, c.Mistake(ANA, "Not today."), delivery=None)
    assert "never drilled" in await looks(place), "one by mistake was none"
    drill = await place.desk.start(started().model_copy(update={"drill": True}), delivery=None)
    assert drill is not None
    why = {item.key: "It is a drill." for item in drill.verification()}
    for _ in range(2):
        await place.desk.act(drill.id, c.Close(ANA, {**why, "verification": "No."}), delivery=None)
        run = await place.desk.run(drill.id)
        for look in run.pending.values():
            seen = e.Seen(expectation="/a exists", held=False, seen="7")
            end = e.CheckObserved(
                request=look.id, check=look.check, green=False, final=True, seen=(seen,)
            )
            await place.desk.act(drill.id, c.Observe(end), delivery=None)
    assert (await place.desk.run(drill.id)).closed is not None
    assert "Drills that are due" not in await looks(place)
    await place.passes(timedelta(days=1).total_seconds())
    assert "the last ended" in await looks(place)


async def test_when_a_drill_in_a_channel_ended_that_someone_is_not_in_is_not_told(
    place: Place,
) -> None:
    drill = await place.desk.start(started().model_copy(update={"drill": True}), delivery=None)
    assert drill is not None
    why = {item.key: "It is a drill." for item in drill.verification()}
    why["verification"] = "No."
    closed = e.RunClosed(by=ANA, reasons=why)
    await place.log.append(
        drill.id, drill.seq, [closed], at=place.clock.now(), effects=NOTHING, delivery=None
    )
    place.desk.forget(drill.id)
    await place.passes(timedelta(days=1).total_seconds())
    assert "the last ended" in await looks(place)

    async def outside(by: e.Person, channel: str) -> bool:
        return False

    place.homes._sight = Sight(place.desk, place.log, outside)
    said = await looks(place)
    assert "the last ended" not in said
    # It is due all the same, and there was one.
    assert "Drills that are due" in said
    assert "never drilled" not in said


async def test_how_many_alerts_have_a_procedure_is_its_last_line_where_it_is_known(
    place: Place,
) -> None:
    place.homes.coverage = lambda: "Alerts with a procedure: 4 of 9"
    place.homes.opened(ANA.id)
    await place.passes(0.5)
    assert "Alerts with a procedure: 4 of 9" in str(place.slack.last["blocks"][-2])
