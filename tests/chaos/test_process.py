"""The bot's own process goes wrong: killed at any moment, or stopped for longer than its leases."""

import asyncio
import random
import signal

import pytest

from tests.chaos.conftest import Play, within
from tests.chaos.crowd import Crowd
from tests.chaos.plan import lasts
from tests.chaos.site import Replica, Site

LONG = lasts(weight=2)
BEYOND = 25.0
"""Seconds of a pause: longer than any lease of the bot."""


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("times", [5, pytest.param(1000, marks=LONG)])
async def test_kills_at_random_moments(
    times: int, url: str, play: Play, dice: random.Random
) -> None:
    """Some are killed while they start, and of several replicas sometimes all at once."""

    async def kills(place: Site, people: Crowd) -> dict[str, int]:
        left, killed = within(times), 0

        async def torment(replica: Replica) -> None:
            nonlocal killed
            for _ in left:
                await asyncio.sleep(dice.uniform(0.0, 0.8))
                await replica.end()
                killed += 1
                await replica.begin()
                if dice.random() > 0.2:
                    await replica.ready()

        await asyncio.gather(*(torment(replica) for replica in place.replicas))
        return {"kills": killed}

    await play("kill -9 at random moments", url, kills, talk=5)


@pytest.mark.parametrize(
    ("url", "times"),
    [
        ("postgres", 1),
        pytest.param("sqlite", 100, marks=LONG),
        pytest.param("postgres", 100, marks=LONG),
    ],
    indirect=["url"],
)
async def test_stops_by_signal(times: int, url: str, play: Play, dice: random.Random) -> None:
    """A rolling restart: one replica after the other is asked to stop, and started again."""

    async def restarts(place: Site, people: Crowd) -> dict[str, int]:
        done = 0
        for number in within(times):
            done = number + 1
            replica = place.replicas[number % len(place.replicas)]
            await asyncio.sleep(dice.uniform(0.0, 0.8))
            assert await replica.end(signal.SIGTERM) == 0
            await replica.start()
        return {"restarts": done}

    await play("SIGTERM, one after the other", url, restarts)


@pytest.mark.parametrize("times", [pytest.param(7, marks=lasts(counted=130))])
async def test_pauses_beyond_the_lease(
    times: int, postgres_url: str, play: Play, dice: random.Random
) -> None:
    """A replica is stopped in the middle of its calls, and goes on when others took them over."""

    async def pauses(place: Site, people: Crowd) -> dict[str, int]:
        for _ in range(times):
            replica = dice.choice(place.replicas)
            await people.more(2)
            await asyncio.sleep(dice.uniform(0.0, 0.5))
            replica.send(signal.SIGSTOP)
            await asyncio.sleep(BEYOND)
            replica.send(signal.SIGCONT)
        return {"pauses": times}

    slow = {"rules": [{"method": "chat.*", "fault": "latency", "seconds": 0.4}]}
    await play("SIGSTOP beyond the lease", postgres_url, pauses, faults=slow)
