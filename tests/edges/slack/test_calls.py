"""Calls that are observed: each by Slack's own name, how it ended and how long it took."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import yaml

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.slack import calls, connection
from bot.edges.slack.calls import ObservedClient, call
from bot.ports.messages import Gone, NotInChannel, Rejected, Throttled, Unsure
from tests.hanging import HANG_S
from tests.story.conftest import ROOT
from tests.story.driver import INCIDENTS

Observed = list[tuple[str, str, float]]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    manifest = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8"))
    async with Workspace.serve(manifest=manifest) as running:
        yield running


@pytest.fixture
def seen() -> Observed:
    return []


@pytest.fixture
async def slack(workspace: Workspace, seen: Observed) -> AsyncIterator[ObservedClient]:
    async with aiohttp.ClientSession() as session:
        yield ObservedClient(
            lambda *told: seen.append(told),
            token=workspace.bot_token,
            base_url=workspace.api_url,
            session=session,
            retry_handlers=[],
        )


async def test_a_call_that_goes_well(slack: ObservedClient, seen: Observed) -> None:
    answer = await call(slack.auth_test)
    assert answer["ok"]
    [(method, outcome, seconds)] = seen
    assert (method, outcome) == ("auth.test", "ok")
    assert 0 < seconds < 5


@pytest.mark.parametrize(
    ("method", "arguments", "raised", "outcome"),
    [
        ("chat_update", {"channel": INCIDENTS, "ts": "1.000001", "text": "x"}, Gone, "gone"),
        ("chat_postMessage", {"channel": "C0NOWHERE", "text": "x"}, NotInChannel, "not_in_channel"),
        ("views_open", {"trigger_id": "no", "view": {"type": "modal"}}, Rejected, "rejected"),
    ],
)
async def test_a_call_that_slack_refuses(
    slack: ObservedClient,
    seen: Observed,
    method: str,
    arguments: dict[str, Any],
    raised: type[Exception],
    outcome: str,
) -> None:
    with pytest.raises(raised):
        await call(getattr(slack, method), **arguments)
    assert [told[:2] for told in seen] == [(method.replace("_", ".", 1), outcome)]


@pytest.mark.parametrize(
    ("fault", "raised", "outcome"),
    [
        ("429", Throttled, "throttled"),
        ("5xx", Unsure, "unsure"),
        ("drop_before", Unsure, "unsure"),
        ("drop_after", Unsure, "unsure"),
    ],
)
async def test_a_call_that_goes_wrong(
    slack: ObservedClient,
    seen: Observed,
    people: PersonClient,
    fault: str,
    raised: type[Exception],
    outcome: str,
) -> None:
    await people.faults(rules=[{"method": "auth.test", "fault": fault}])
    with pytest.raises(raised):
        await call(slack.auth_test)
    assert [told[:2] for told in seen] == [("auth.test", outcome)]


async def test_a_call_that_is_broken_off_may_have_had_its_effect(
    slack: ObservedClient, seen: Observed, people: PersonClient
) -> None:
    await people.faults(rules=[{"method": "auth.test", "fault": "latency", "seconds": 60}])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await call(slack.auth_test)
    [(method, outcome, seconds)] = seen
    assert (method, outcome) == ("auth.test", "unsure")
    assert seconds >= 0.09


async def test_a_call_that_slack_leaves_hanging_ends_within_its_time(
    people: PersonClient, workspace: Workspace
) -> None:
    """A claim on a message lasts as long as its call may, and no longer."""
    await people.faults(rules=[{"method": "auth.test", "fault": "latency", "seconds": 2 * HANG_S}])
    async with aiohttp.ClientSession() as session:
        slack = connection.client(workspace.bot_token, workspace.api_url, session)
        began = time.monotonic()
        with pytest.raises(Unsure, match="TimeoutError"):
            await call(slack.auth_test)
        assert time.monotonic() - began < HANG_S


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("30", 30), ("0", 1), ("-5", 1), ("nan", 1), ("soon", 1), ("1e9", 600), ("inf", 600)],
)
def test_slack_asks_to_wait_and_nobody_waits_for_ever(asked: str, waited: float) -> None:
    assert calls._seconds({"Retry-After": asked}) == waited
