"""Alerts are said again, out of order, to replicas that are killed: each is told once."""

import asyncio
import contextlib
import random
import re
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.edges.store import postgres
from tests.chaos import report
from tests.chaos.paged import Sender, doors, group, life, measured, names, share
from tests.chaos.paging import paging
from tests.chaos.plan import lasts
from tests.chaos.site import Site, site
from tests.story.driver import INCIDENTS, Someone, words

LONE_S = 2.0
"""Seconds within which 95 of 100 groups that come alone are in the channel."""
CHANGED, A_CHANGE = 3, 1.2
"""How many groups change while it is counted, and the most calls to Slack for each change."""
CALLS = ("chat.postMessage", "chat.update", "conversations.history", "users.conversations")
STARTED = 1
"""Which public channels the bot is in is asked once, whatever alerts come."""
SHORT = 1_000
"""With fewer notifications, one replica is killed once."""
RATIO = 2.0
"""How many times as long a click may take while alerts come, at the median."""


async def told(place: Site) -> dict[str, list[str]]:
    """What the channel says of each group, by its name."""
    found: dict[str, list[str]] = {}
    for message in await Someone(place.people, "ana").messages():
        said = words(message)
        for name in set(re.findall(r"Group\d{4}x", said)):
            found.setdefault(name, []).append(said)
    return found


async def settled(place: Site, ends: dict[str, bool]) -> float:
    """Wait until the channel says what is so of each group; the seconds that it took."""
    begun = time.monotonic()

    async def right() -> bool | None:
        said = await told(place)
        return (
            all(
                name in said
                and ("is resolved:" in said[name][0]) is over
                and (": 2 alerts" in said[name][0]) is not over
                for name, over in ends.items()
            )
            or None
        )

    await Someone(place.people, "ana").eventually(right, "every group as it is")
    return time.monotonic() - begun


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize(
    ("groups", "many", "often"),
    [(12, 200, (0.02, 0.2)), pytest.param(50, 10_000, (0.2, 1.5), marks=lasts(counted=240))],
)
async def test_each_group_is_told_once_whoever_dies(
    groups: int,
    many: int,
    often: tuple[float, float],
    url: str,
    tmp_path: Path,
    dice: random.Random,
) -> None:
    replicas = 1 if url.startswith("sqlite") else 3
    common, more = doors(INCIDENTS, replicas)
    made = site(
        tmp_path, names=["ana"], url=url, replicas=replicas, environ=common, more=more, make=paging
    )
    ends = {name: number % 2 == 0 for number, name in enumerate(names(groups))}
    lives = [life(name, ends=over) for name, over in ends.items()]
    every = [said for one in lives for said in one]
    came = [*every, *(dice.choice(every) for _ in range(many - len(every)))]
    # Out of order: each is held back for a while, as a retry holds it back.
    came = [
        one for _, one in sorted(((n + dice.uniform(0, 60), one) for n, one in enumerate(came)))
    ]
    killed = 0
    async with made as place, aiohttp.ClientSession() as session:
        sender = Sender(place, dice, session)
        saying = asyncio.gather(*(sender.say(one) for one in came))
        while not saying.done() and (many > SHORT or not killed):
            await asyncio.wait([asyncio.ensure_future(saying)], timeout=dice.uniform(*often))
            victim = dice.choice(place.replicas)
            await victim.end()
            killed += 1
            await victim.begin()
        await saying
        await place.heal()
        recovery = await settled(place, ends)
        said = await told(place)
        doubled = {name: found for name, found in said.items() if len(found) != 1}
        assert doubled == {}
        assert said.keys() == ends.keys()
        happened = {"notifications": sender.kept, "said again": sender.again, "kills": killed}
        report.row("alerts, kill -9", place.database, replicas, happened, recovery)


@pytest.mark.parametrize("many", [3, pytest.param(100, marks=lasts(counted=150))])
async def test_a_group_that_comes_alone_is_soon_there(
    many: int, postgres_url: str, tmp_path: Path, dice: random.Random
) -> None:
    common, more = doors(INCIDENTS, 1)
    made = site(tmp_path, names=["ana"], url=postgres_url, environ=common, more=more)
    took: list[float] = []
    async with made as place, aiohttp.ClientSession() as session:
        sender, ana = Sender(place, dice, session), Someone(place.people, "ana")

        async def there(name: str) -> bool | None:
            return name in await told(place) or None

        for name in names(many):
            with measured(took, time.monotonic):
                await sender.say(group(name, ("a", 0, None)))
                await ana.eventually(lambda of=name: there(of), name)  # type: ignore[misc]
            await asyncio.sleep(1.0)

        async def changed() -> bool | None:
            said = await told(place)
            return all(": 2 alerts" in said[name][0] for name in names(CHANGED)) or None

        for name in names(CHANGED):
            await sender.say(group(name, ("a", 0, None), ("b", 1, None)))
        await ana.eventually(changed, "each change")
        made_calls = [one for one in await place.people.calls() if one["method"] in CALLS]
        assert len(made_calls) <= A_CHANGE * (many + CHANGED) + STARTED
    half, most = share(took, 0.5), share(took, 0.95)
    report.row(
        "alerts, one group alone", "postgresql", 1,
        {"groups": many, "ms at the median": int(half * 1000), "ms at 95 %": int(most * 1000)},
    )  # fmt: skip
    assert many < 100 or most <= LONE_S


@pytest.mark.parametrize(
    ("url", "many", "seconds"),
    [
        ("sqlite", 120, 1.0),
        pytest.param("sqlite", 5_000, 60.0, marks=lasts(counted=150)),
        pytest.param("postgres", 5_000, 60.0, marks=lasts(counted=150)),
    ],
    indirect=["url"],
)
async def test_a_crowd_is_one_message_and_nobody_who_clicks_waits_for_it(
    many: int, seconds: float, url: str, tmp_path: Path, dice: random.Random
) -> None:
    replicas = 1 if url.startswith("sqlite") else 3
    common, more = doors(INCIDENTS, replicas)
    made = site(tmp_path, names=["ana"], url=url, replicas=replicas, environ=common, more=more)
    async with made as place, aiohttp.ClientSession() as session:
        sender, ana = Sender(place, dice, session), Someone(place.people, "ana")
        await ana.types("/runbook chore-ana thing=it")
        await ana.board()

        async def clicks(times: list[float]) -> None:
            while True:
                with measured(times, time.monotonic):
                    await ana.types("/runbook note something")
                await asyncio.sleep(0.2)

        async def while_(seconds: float, *also: Any) -> list[float]:
            times: list[float] = []
            clicking = asyncio.create_task(clicks(times))
            await asyncio.gather(asyncio.sleep(seconds), *also)
            clicking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await clicking
            return times

        async def says(number: int, name: str) -> None:
            await asyncio.sleep(number * seconds / many)
            await sender.say(group(name, ("a", 0, None)))

        alone = await while_(min(seconds, 10.0))
        beside = await while_(seconds, *(says(n, name) for n, name in enumerate(names(many))))
        ratio = share(beside, 0.5) / share(alone, 0.5)

        async def counted() -> dict[str, int] | None:
            by_itself, together = 0, 0
            for message in await ana.messages():
                said = words(message)
                if (crowd := re.search(r"([\d,]+) groups\S* of alerts", said)) is not None:
                    together += int(crowd[1].replace(",", ""))
                elif re.search(r"Group\d{4}x", said):
                    by_itself += 1
            found = {"by itself": by_itself, "together": together}
            return found if by_itself + together == many else None

        begun = time.monotonic()
        found = await ana.eventually(counted, f"{many} groups")
        recovery = time.monotonic() - begun
        assert found["together"] > 0
        assert await _rows(url) == many
        made_calls = [one for one in await place.people.calls() if one["method"] in CALLS]
        assert len(made_calls) <= A_CHANGE * (many + len(alone) + len(beside))
        happened = {
            "groups": many,
            **found,
            "ms a click at the median": int(share(beside, 0.5) * 1000),
            "% of one without": int(ratio * 100),
        }
        report.row("alerts, a crowd", place.database, replicas, happened, recovery)
    assert seconds < 60 or ratio <= RATIO


async def _rows(url: str) -> int:
    """How many episodes are recorded."""

    def ask() -> int:
        parsed = make_url(url)
        server = parsed.get_backend_name() == "postgresql"
        engine = create_engine(postgres.url_of(parsed) if server else parsed)
        try:
            with engine.connect() as connection:
                asked = text("SELECT count(*) FROM episodes WHERE door <> 'crowd'")
                return int(connection.execute(asked).scalar_one())
        finally:
            engine.dispose()

    return await asyncio.to_thread(ask)
