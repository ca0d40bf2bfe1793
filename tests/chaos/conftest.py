"""What every scenario begins with: no proxy in the way, dice whose seed is printed, a database."""

import itertools
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import plan, report
from tests.chaos.crowd import NAMES, Crowd, crowd
from tests.chaos.judge import judge
from tests.chaos.site import Site, site

Harm = Callable[[Site, Crowd], Awaitable[dict[str, int]]]
Play = Callable[..., Awaitable[None]]

_boxes = plan.Boxes(time.monotonic(), given=float(os.environ.get("CHAOS_BOX") or 0))


def within(times: int, seconds: float | None = None) -> Iterator[int]:
    """The numbers from 0 to *times*, but none that is asked for after the scenario's time.

    That is its box, or *seconds* where it knows better.
    """
    end = time.monotonic() + (_boxes.box if seconds is None else seconds)
    return itertools.takewhile(lambda number: not number or time.monotonic() < end, range(times))


def at_most(seconds: float) -> float:
    """So many seconds, or as many as the scenario has."""
    return min(seconds, _boxes.box)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A short form starts several processes, and then waits as long as a busy machine takes."""
    for item in items:
        ours = Path(__file__).parent in item.path.parents
        if ours and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(900))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Deal the hour out among what is to be played."""
    workers = getattr(session.config, "workerinput", {}).get("workercount", 1)
    _boxes.unit = plan.unit(map(plan.cost, session.items), workers)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each scenario its box."""
    if item.get_closest_marker("chaos") is not None:
        _boxes.begins(plan.cost(item).weight)


@pytest.fixture(autouse=True)
def _direct(no_proxy: None) -> None:
    """Nothing here is reached through a proxy."""


@pytest.fixture
def seed() -> int:
    """CHAOS_SEED, or any; it is printed, so that what failed can be had again."""
    given = os.environ.get("CHAOS_SEED")
    chosen = int(given) if given else random.randrange(10**6)  # noqa: S311 - any will do
    print(f"CHAOS_SEED={chosen}")
    return chosen


@pytest.fixture
def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - it plays


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runbook.db'}"


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """The database's URL: of `sqlite`, or of a database on the tests' PostgreSQL."""
    found: str = request.getfixturevalue(
        {"sqlite": "sqlite", "postgres": "postgres_url"}[request.param]
    )
    return found


@pytest.fixture
def play(tmp_path: Path, seed: int) -> Play:
    """Play a scenario from its first click to its verdict."""

    async def played(
        name: str,
        url: str,
        harm: Harm,
        *,
        talk: int = 2,
        faults: dict[str, Any] | None = None,
        **how: Any,
    ) -> None:
        """Let *harm* do its worst to a site under *faults* while people work; then heal and judge.

        *harm* answers what it did and how often. SQLite has one replica, PostgreSQL three, unless
        *how* says otherwise.
        """
        how.setdefault("replicas", 1 if url.startswith("sqlite") else 3)
        async with site(tmp_path, names=NAMES, url=url, **how) as place:
            await place.faults(seed=seed, **(faults or {}))
            async with crowd(place, seed, talk=talk) as people:
                await people.more(4)
                happened = await harm(place, people)
                await place.heal()
                verdict = await judge(place, people)
            report.tell(name, place, people, verdict, **happened)
            assert verdict.right, verdict

    return played
