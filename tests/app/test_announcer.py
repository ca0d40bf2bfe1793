"""The announcer: how each end of a call is taken. And the intake: what is too much is refused."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.app import intake as intakes
from bot.app.announcer import Announcer
from bot.app.intake import Busy, Intake
from bot.core.alerts.crowd import Count, Crowd
from bot.core.alerts.crowd import draw as draw_crowd
from bot.core.alerts.model import Alert, Episode, Notification
from bot.core.blockkit.blocks import size
from bot.core.blockkit.picture import BUDGET
from bot.core.run.sendings import ALERT
from bot.ports.alerts import Heard, Shown, Told, Waiting
from bot.ports.log import Unavailable
from bot.ports.messages import Gone, MessageRow, Messages, NotInChannel, Rejected, Throttled, Unsure
from tests.fake_clock import FakeClock

BEGAN = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
ALERT_A = Alert("a", BEGAN, None, {"alertname": "DiskFull"})
EPISODE = Episode("AL-1", "T1", "g", {}, BEGAN, None, (ALERT_A,), "C1")
ROW = MessageRow("AL-1/alert", "AL-1", "C1", None, 2, 1, unsure=False, team="T1", place="C1")
SAID = Notification("alertmanager", "g", {}, (ALERT_A,))


@dataclass(slots=True)
class Kept:
    """Gives one claim, and notes how it ended."""

    claim_: Shown | None = None
    ends: list[tuple[str, Any]] = field(default_factory=list)
    taken: list[Sequence[Heard]] = field(default_factory=list)
    trouble: Exception | None = None
    gate: asyncio.Event | None = None

    async def take(self, heard: Sequence[Heard]) -> Sequence[Sequence[Episode]]:
        self.taken.append(heard)
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return [[EPISODE] for _ in heard]

    async def claim(self, limit: int) -> tuple[Sequence[Shown], float]:
        claimed, self.claim_ = self.claim_, None
        return ([claimed] if claimed is not None else []), 60.0

    async def shown(self, claim: Shown, ts: str, *, whole: bool = True) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.ends.append(("shown" if whole else "found", ts))

    async def again(
        self, claim: Shown, seconds: float, *, unsure: bool, failed: bool = True
    ) -> None:
        self.ends.append(("unsure" if unsure else "again", seconds))

    async def hold(self, claim: Shown, seconds: float) -> None:
        self.ends.append(("hold", seconds))

    async def give_up(self, claim: Shown) -> None:
        self.ends.append(("given up", None))

    async def lost(self, claim: Shown) -> None:
        self.ends.append(("lost", None))

    async def waiting(self) -> Waiting:
        return Waiting(3, 1.5)

    async def episode(self, episode_id: str) -> Episode | None:
        raise NotImplementedError

    async def told(self, episode_id: str) -> Told | None:
        raise NotImplementedError

    async def counted(self, crowd_id: str, most: int) -> Sequence[Sequence[Alert]]:
        raise NotImplementedError

    async def stands(self, episode_id: str, run_id: str) -> None:
        raise NotImplementedError

    async def of_run(self, episode_id: str, run_id: str) -> Sequence[Told]:
        raise NotImplementedError

    async def forget(self, days: int) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class Slack:
    """Posts, updates and finds; or fails."""

    trouble: Exception | None = None
    there: tuple[str, int] | None = None
    calls: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def post(self, *_: Any) -> str:
        await self._called("post")
        return "17.1"

    async def update(self, *_: Any) -> None:
        await self._called("update")

    async def find(self, *_: Any) -> tuple[str, int] | None:
        await self._called("find")
        return self.there

    async def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble


async def ended(row: MessageRow, slack: Slack, kept: Kept, **more: Any) -> tuple[str, Any]:
    """How one claim of *row* ends."""
    kept.claim_ = Shown(row, 1, more.pop("failures", 0), BEGAN, EPISODE)
    made = Announcer(kept, cast("Messages", slack), FakeClock(), **more)
    assert await made._round() <= 15.0
    await asyncio.gather(*made._in_flight)
    return kept.ends[-1] if kept.ends else ("", None)


THERE = replace(ROW, ts="17.1")
UNSURE = replace(ROW, unsure=True)


@pytest.mark.parametrize(
    ("row", "slack", "end", "calls"),
    [
        (ROW, Slack(), ("shown", "17.1"), ["post"]),
        (THERE, Slack(), ("shown", "17.1"), ["update"]),
        (UNSURE, Slack(there=("17.9", 1)), ("found", "17.9"), ["find"]),
        (UNSURE, Slack(), ("found", "17.1"), ["find", "post"]),
        (ROW, Slack(Throttled(7.0)), ("hold", 7.0), ["post"]),
        (ROW, Slack(Unsure()), ("unsure", 1.0), ["post"]),
        (THERE, Slack(Unsure()), ("again", 1.0), ["update"]),
        (THERE, Slack(Gone("message_not_found")), ("lost", None), ["update"]),
        (ROW, Slack(Rejected("invalid_blocks")), ("given up", None), ["post"]),
        (ROW, Slack(KeyError("odd")), ("unsure", 8.0), ["post"]),
    ],
)
async def test_each_end_of_a_call_is_taken_as_it_is(
    row: MessageRow, slack: Slack, end: tuple[str, Any], calls: list[str]
) -> None:
    slack = replace(slack, calls=[])  # a table's row may be played again
    assert await ended(row, slack, Kept()) == end
    assert slack.calls == calls


async def test_what_needs_a_person_is_said_once_and_tried_seldom(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for failures in range(3):
        how, pause = await ended(
            ROW, Slack(NotInChannel("not_in_channel")), Kept(), failures=failures
        )
        assert (how, pause >= 8) == ("again", True)
    assert caplog.text.count("cannot be shown in C1 until someone acts") == 1


async def test_how_it_ended_may_not_be_written_down() -> None:
    kept = Kept(trouble=Unavailable("away"))
    assert await ended(ROW, Slack(), kept) == ("", None), "whoever claims it next looks it up"


async def test_no_call_is_begun_that_could_end_after_its_lease() -> None:
    clock, slack = FakeClock(), Slack()
    kept = Kept(Shown(ROW, 1, 0, BEGAN, EPISODE))
    made = Announcer(kept, cast("Messages", slack), clock)
    await made._round()
    assert ALERT.begin_s is not None
    clock._passed += ALERT.begin_s + 1
    await asyncio.gather(*made._in_flight)
    assert (kept.ends, slack.calls) == ([("again", 0.0)], [])


async def test_it_tells_what_waits_and_a_stop_hands_back_what_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.app.announcer.FAREWELL", 0.01)
    told: list[tuple[int, float]] = []
    kept, slack = Kept(Shown(ROW, 1, 0, BEGAN, EPISODE)), Slack(gate=asyncio.Event())
    made = Announcer(
        kept,
        cast("Messages", slack),
        FakeClock(),
        observe=lambda waiting, oldest: told.append((waiting, oldest)),
    )
    await made._round()
    await made._round()
    await asyncio.sleep(0)
    await made.close()
    assert told == [(3, 1.5)]
    assert kept.ends == [("unsure", 0.0)]
    await made.close()


def taking(kept: Kept, route: str | None = "C1") -> tuple[Intake, list[int]]:
    woken: list[int] = []
    return Intake(kept, "T1", lambda _: route, [lambda: woken.append(1)]), woken


async def test_what_comes_while_one_batch_is_kept_is_the_next_one() -> None:
    kept = Kept(gate=asyncio.Event())
    made, woken = taking(kept)
    asked = [asyncio.create_task(made.take(SAID)) for _ in range(intakes.BATCH + 9)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert kept.gate is not None
    kept.gate.set()
    assert await asyncio.gather(*asked) == [[EPISODE]] * (intakes.BATCH + 9)
    assert [len(batch) for batch in kept.taken] == [intakes.BATCH, 9]
    assert len(woken) == 2


async def test_too_much_is_refused_and_trouble_is_told_to_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intakes, "WAITING", 2)
    kept = Kept(trouble=Unavailable("the disk is full"))
    made, woken = taking(kept)
    asked = await asyncio.gather(*(made.take(SAID) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in asked] == [Unavailable, Unavailable, Busy]
    assert made.trouble == "the disk is full"
    kept.trouble = None
    assert await made.take(SAID) == [EPISODE]
    assert made.trouble == ""
    assert woken == [1]


async def test_what_is_told_nowhere_is_not_kept_but_an_end_is() -> None:
    kept = Kept()
    made, _ = taking(kept, route=None)
    assert await made.take(SAID) == ()
    over = Alert("a", None, BEGAN, {})
    assert await made.take(replace(SAID, alerts=(over,))) == [EPISODE]


def test_a_crowd_counts_by_name_whatever_comes() -> None:
    counts = [Count(f"<Name {number}>" * 30, 3, 3 - number % 4) for number in range(400)]
    drawn = draw_crowd(Crowd("AL-9", "T1", "C1", BEGAN, counts))
    assert size(drawn.blocks) <= BUDGET
    assert "1,200 groups" in drawn.text
    assert "375 other names: 1,125 groups" in str(drawn.blocks)
    over = draw_crowd(Crowd("AL-9", "T1", "C1", BEGAN, [Count("x", 2, 0)]))
    assert over.text == "2 groups of alerts have resolved"


def test_a_crowd_says_of_each_name_how_it_stands() -> None:
    counts = [Count("DiskFull", 3, 3), Count("Slow", 2, 1), Count("Down", 1, 0)]
    said = str(draw_crowd(Crowd("AL-9", "T1", "C1", BEGAN, counts)).blocks)
    assert ":red_circle: DiskFull: 3 groups\\n" in said
    assert ":red_circle: Slow: 2 groups, 1 firing\\n" in said
    assert ":white_check_mark: Down: 1 group, 0 firing" in said
