"""Replicas are killed while time does its work: each entry of it is there once, and soon enough."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bot.core.run.events import Fact
from tests.chaos import judge, report
from tests.chaos.conftest import within
from tests.chaos.mortal import DIES_AT
from tests.chaos.plan import MOST, lasts
from tests.chaos.site import Replica, Site, site
from tests.chaos.timely import Size, Timely, what
from tests.hand import Hand
from tests.hanging import HANG_S

LONGER = 3.0
"""How many times as long as other scenarios this one may take, for its thousand kills."""
LONG = lasts(counted=450)
WHOLE, TIMERS = "tests.chaos.mortal", "tests.chaos.timekeeper"
"""What is killed: the whole bot, or the part of it that fires timers, which starts much sooner."""
WHOLES = 0.2
"""How many of those that are killed are the whole bot; it is the whole bot in the end."""
POINTS = 90
"""How many statements and commits of a life are points to die at: a start, and what comes then."""
AT_A_POINT = 0.6
"""How many of the kills are at such a point; the others are at a moment."""
STARTING = 0.15
"""How many of those moments are before the replica is ready."""
LIVES = 4.0
"""How many times as long as its start a life is at most: a slow machine does less in a second."""
FEW = 4
"""How many timers are armed at most when another run is begun, so that some come all the time."""
CHECK_S = 0.5
"""Seconds between two looks at how many there are."""
LOOK = 0.2
"""Seconds between two looks at the record."""
SOON = 5.0
"""Seconds that a replica was up at a stretch, at most, while something due was not recorded."""


class Up:
    """When one replica was up, or any of them, in seconds since 1970."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []
        self._since, self._many = 0.0, 0

    def begins(self) -> None:
        self._many += 1
        if self._many == 1:
            self._since = time.time()

    def ends(self) -> None:
        self._many -= 1
        if self._many == 0:
            self._spans.append((self._since, time.time()))

    def between(self, first: float, last: float) -> list[float]:
        """For how long it was up from *first* to *last*, each time that it was."""
        spans = [*self._spans, *([(self._since, time.time())] if self._many else [])]
        return [max(0.0, min(end, last) - max(begin, first)) for begin, end in spans]


@dataclass(slots=True)
class Killer:
    """Kills replicas at a statement or a commit of theirs, or at any moment."""

    replicas: Sequence[Replica]
    dice: random.Random
    between: Callable[[], Awaitable[None]]
    """Called while one is dead."""
    at_a_point: int = 0
    at_a_moment: int = 0
    starting: int = 0
    wholes: int = 0
    """How many of all these were not ready yet, and how many the whole bot."""
    any: Up = field(default_factory=Up)
    """When the bot was up, any replica of it."""
    each: dict[str, Up] = field(default_factory=dict)
    paces: dict[str, float] = field(default_factory=lambda: {WHOLE: 0.3, TIMERS: 0.1})
    """Seconds that a start took until it was ready: the last one of each."""

    async def kill(self, left: Iterator[int]) -> None:
        await asyncio.gather(*(self._torment(replica, left) for replica in self.replicas))

    async def _torment(self, replica: Replica, left: Iterator[int]) -> None:
        await replica.end()
        self.each[replica.name] = Up()
        for _ in left:
            await self.between()
            replica.module = WHOLE if self.dice.random() < WHOLES else TIMERS
            self.wholes += replica.module == WHOLE
            pace = self.paces[replica.module]
            if self.dice.random() < AT_A_POINT:
                replica.environ[DIES_AT] = str(self.dice.randint(1, POINTS))
                await self._lives(replica, LIVES * pace)
                del replica.environ[DIES_AT]
            elif self.dice.random() < STARTING:
                await self._lives(replica, 0.0, starting=self.dice.uniform(0.0, pace))
            else:
                await self._lives(replica, self.dice.uniform(0.0, LIVES * pace))
        replica.module = WHOLE

    async def _lives(self, replica: Replica, seconds: float, starting: float = HANG_S) -> None:
        """Have it live for so many seconds after it is ready, or a start of so many at most."""
        begun, is_up = time.monotonic(), False
        await replica.begin()
        end = time.monotonic() + starting
        while replica.alive and time.monotonic() < end:
            if replica.is_ready and not is_up:
                is_up, end = True, time.monotonic() + seconds
                self.paces[replica.module] = time.monotonic() - begun
                self._begins(replica)
            await asyncio.sleep(0.004)
        by_itself = not replica.alive
        status = await replica.end()
        assert status == -signal.SIGKILL, replica.said()
        assert by_itself or is_up or starting < HANG_S, f"it does not start:\n{replica.said()}"
        self.at_a_point += by_itself
        self.at_a_moment += not by_itself
        if is_up:
            self.any.ends()
            self.each[replica.name].ends()
        else:
            self.starting += 1

    def _begins(self, replica: Replica) -> None:
        self.any.begins()
        self.each[replica.name].begins()

    def healed(self) -> None:
        """All of them are up."""
        for replica in self.replicas:
            self._begins(replica)

    def stretch(self, due: float, at: float) -> float:
        """For how long one replica was up, at most, from when something was due until it was."""
        return max(second for up in self.each.values() for second in up.between(due, at))


@dataclass(slots=True)
class Waves:
    """A run whenever little is left to come due of those before; *most* of them at the most."""

    timely: Timely
    most: int
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _next: float = 0.0

    async def __call__(self) -> None:
        async with self._turn:
            if time.monotonic() >= self._next and len(self.timely.runs) < self.most:
                if not self.timely.runs or self._armed() <= FEW:
                    await self.timely.begin()
                self._next = time.monotonic() + CHECK_S

    def _armed(self) -> int:
        ((many,),) = Hand(self.timely.url).say("SELECT count(*) FROM timers")
        return int(many)


@pytest.mark.parametrize("kind", ["sqlite", "postgres_url"])
@pytest.mark.parametrize(
    ("kills", "size"),
    [(12, Size(1, [2])), pytest.param(1000, Size(2, [2, 4]), marks=LONG)],
)
async def test_what_time_does_comes_once_and_soon(
    kind: str,
    kills: int,
    size: Size,
    tmp_path: Path,
    dice: random.Random,
    request: pytest.FixtureRequest,
) -> None:
    url = request.getfixturevalue(kind)
    replicas = 1 if kind == "sqlite" else 3
    timely = Timely(url, size, early=1.0)
    make = partial(Replica, module=WHOLE)
    async with site(tmp_path, names=["ana"], url=url, replicas=replicas, make=make) as place:
        killer = Killer(place.replicas, dice, Waves(timely, 1 if kills < 100 else kills))
        await killer.kill(within(kills, LONGER * MOST))
        await place.heal()
        killer.healed()
        expected = timely.expected
        found = await _all(timely, expected.total())
        assert Counter(what(fact) for fact, _ in found) == expected
        times = [(due, fact.at.timestamp()) for fact, due in found]
        # Where a start takes seconds, the machine is as slow with all else.
        slowest = max(second for replica in place.replicas for second in replica.starts)
        assert max(killer.stretch(due, at) for due, at in times) <= SOON + slowest
        waited = max(sum(killer.any.between(due, at)) for due, at in times)
        await _told(place)
    happened = {
        "kills at a statement or commit": killer.at_a_point,
        "at any moment": killer.at_a_moment,
        "of all these the whole bot": killer.wholes,
        "not ready yet": killer.starting,
        "entries_of_time": len(found),
    }
    name = kind.removesuffix("_url")
    report.row("kill -9 around what time does", name, replicas, happened, waited)


async def _all(timely: Timely, expected: int) -> list[tuple[Fact, float]]:
    """What time did, once there are so many entries of it."""
    found = []
    for _ in range(int(HANG_S / LOOK)):
        if len(found := await timely.kept()) >= expected:
            return found
        await asyncio.sleep(LOOK)
    raise AssertionError(f"{len(found)} of {expected} entries")


async def _told(place: Site) -> None:
    """Every message is in Slack, once, and reads as the record says."""
    wrong: list[str] = []
    for _ in range(int(HANG_S / LOOK)):
        if not (wrong := await judge.shown_wrong(place)):
            return
        await asyncio.sleep(LOOK)
    raise AssertionError(wrong[:5])
