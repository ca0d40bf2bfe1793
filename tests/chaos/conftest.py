"""What every scenario begins with: no proxy in the way, dice whose seed is printed, a database."""

import itertools
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import report
from tests.chaos.crowd import NAMES, Crowd, crowd
from tests.chaos.judge import judge
from tests.chaos.site import Site, site

Harm = Callable[[Site, Crowd], Awaitable[dict[str, int]]]
Play = Callable[..., Awaitable[None]]
BOX = float(os.environ.get("CHAOS_BOX") or 200)
"""Seconds after which a long scenario does no more harm: all of them together fit an hour."""

_begun = time.monotonic()
_counter = itertools.count(1)


def within(times: int, box: float = BOX) -> Iterator[int]:
    """The numbers from 0 to *times*, but none that is asked for after the scenario's time."""
    end = time.monotonic() + box
    return itertools.takewhile(lambda _: time.monotonic() < end, range(times))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A short form starts several processes, and then waits as long as a busy machine takes."""
    for item in items:
        ours = Path(__file__).parent in item.path.parents
        if ours and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(900))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say where a long run stands."""
    if item.get_closest_marker("chaos") is not None:
        of = sum(i.get_closest_marker("chaos") is not None for i in item.session.items)
        minutes = (time.monotonic() - _begun) / 60
        print(f"\n[{next(_counter)} of {of}, {minutes:.0f} min so far] {item.name}", flush=True)


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
