"""A replica's clock is an hour off, either way; the others' and the database's are right."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.chaos.conftest import Play, at_most
from tests.chaos.crowd import Crowd
from tests.chaos.plan import lasts
from tests.chaos.site import Site

LONG = lasts(weight=0.7)
LIBRARY = "libfaketimeMT.so.1"
INSTALL = "sudo apt-get install -y --no-install-recommends faketime"


def _library() -> str:
    """Where the library is that fakes a process's clock; skips where there is none."""
    for folder in Path("/usr/lib").glob("*/faketime"):
        if (folder / LIBRARY).exists():
            return str(folder / LIBRARY)
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {LIBRARY}: {INSTALL}")
    return pytest.skip(f"there is no {LIBRARY}; on Debian: {INSTALL}")


@pytest.mark.parametrize(
    ("mode", "off", "seconds"),
    [
        ("http", "+1h", 4),
        *(
            pytest.param(mode, off, 60, marks=LONG)
            for mode in ("socket", "http")
            for off in ("+1h", "-1h")
        ),
    ],
)
async def test_a_replica_whose_clock_is_off(
    mode: str, off: str, seconds: int, postgres_url: str, play: Play
) -> None:
    """Over HTTP it takes no request, since their signatures carry the time; others take them."""
    faked = {
        "LD_PRELOAD": _library(),
        "FAKETIME": off,
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

    async def works(place: Site, people: Crowd) -> dict[str, int]:
        passing = at_most(seconds)
        await asyncio.sleep(passing)
        return {"seconds": round(passing)}

    name = f"a clock {off} off"
    await play(name, postgres_url, works, replicas=2, mode=mode, more=[faked])
