"""Slack goes wrong: answers lost, refusals, delays; deliveries twice, late or out of order."""

import asyncio
from typing import Any

import pytest

from tests.chaos.conftest import Play, at_most, within
from tests.chaos.crowd import Crowd
from tests.chaos.plan import lasts
from tests.chaos.site import Site

LONG = lasts(weight=0.7)
POSTS = "chat.postMessage"


@pytest.mark.parametrize(
    ("url", "times", "deduplicate"),
    [
        ("postgres", 3, False),
        pytest.param("sqlite", 100, False, marks=lasts(weight=2)),
        pytest.param("postgres", 100, True, marks=lasts(weight=2)),
        pytest.param("postgres", 100, False, marks=lasts(weight=2)),
    ],
    indirect=["url"],
)
async def test_posts_whose_answer_is_lost(
    times: int, url: str, play: Play, *, deduplicate: bool
) -> None:
    """Slack takes the post and cuts the connection; it may or may not know its repetition."""

    async def cuts(place: Site, people: Crowd) -> dict[str, int]:
        struck = 0
        for _ in within(times * 100):
            await asyncio.sleep(0.5)
            calls = await place.people.calls(POSTS)
            struck = sum(call["fault"] is not None for call in calls)
            if struck >= times:
                break
        await place.faults(deduplicate=deduplicate)
        return {"cuts": struck}

    rule = {"method": POSTS, "fault": "drop_after", "rate": 0.7}
    faults = {"rules": [rule], "deduplicate": deduplicate}
    forgets = "" if deduplicate else "; Slack forgets"
    await play(f"post taken, answer lost{forgets}", url, cuts, talk=0, faults=faults)


def _passing(seconds: float) -> Any:
    async def passing(place: Site, people: Crowd) -> dict[str, int]:
        passed = at_most(seconds)
        await asyncio.sleep(passed)
        return {"seconds": round(passed)}

    return passing


OUTAGES: dict[str, dict[str, Any]] = {
    "5xx": {"rules": [{"method": "*", "fault": "5xx", "rate": 0.5}]},
    "429": {"rules": [{"method": "chat.*", "fault": "429", "rate": 0.5, "seconds": 3}]},
    "latency of 3 s": {"rules": [{"method": "*", "fault": "latency", "seconds": 3}]},
    "connections dropped": {"rules": [{"method": "*", "fault": "drop_before", "rate": 0.5}]},
    "Slack's own rate limits": {"limits": True},
    "sockets cut": {"deliveries": {"cut": 0.2}},
    "deliveries twice, late, out of order": {
        "deliveries": {"repeat": 0.2, "delay": 0.8, "reorder": True}
    },
}


@pytest.mark.parametrize(
    ("url", "outage", "seconds"),
    [
        ("sqlite", "5xx", 4),
        *(pytest.param("sqlite", name, 40, marks=LONG) for name in OUTAGES),
        *(pytest.param("postgres", name, 40, marks=LONG) for name in OUTAGES),
    ],
    indirect=["url"],
)
async def test_slack_out_of_order(outage: str, seconds: int, url: str, play: Play) -> None:
    await play(outage, url, _passing(seconds), faults=OUTAGES[outage])


@pytest.mark.parametrize("seconds", [4, pytest.param(40, marks=LONG)])
async def test_deliveries_over_http_to_several_replicas(
    seconds: int, postgres_url: str, play: Play
) -> None:
    name = "deliveries twice, late, out of order"
    await play(name, postgres_url, _passing(seconds), faults=OUTAGES[name], mode="http")
