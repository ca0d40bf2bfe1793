"""Alerts come through the doors, and are told in the channel: once each, edited as they go on."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.workspace.client import PersonClient
from tests.edges.alerts.payloads import ALERT, TRIGGER, body, group_of
from tests.postgres import free_port
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, Someone, words

TOKEN = "token-of-alertmanager"
OVER = {**ALERT, "status": "resolved", "endsAt": "2026-02-06T14:00:00Z"}
OTHER = {**ALERT, "fingerprint": "f2", "labels": {**ALERT["labels"], "instance": "b.example"}}


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {
        **environ,
        "RUNBOOK_ALERTS_CHANNEL": INCIDENTS,
        "RUNBOOK_ALERTS_ALERTMANAGER_LISTEN": f"127.0.0.1:{free_port()}",
        "RUNBOOK_ALERTS_ALERTMANAGER_TOKEN": TOKEN,
        "RUNBOOK_ALERTS_EVENTS_LISTEN": f"127.0.0.1:{free_port()}",
        "RUNBOOK_ALERTS_EVENTS_KEY": TRIGGER["routing_key"],
    }


@pytest.fixture
async def tell(environ: dict[str, str]) -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as session:

        async def one(data: bytes, door: str = "ALERTMANAGER") -> int:
            path = "/v2/enqueue" if door == "EVENTS" else "/alerts"
            url = f"http://{environ[f'RUNBOOK_ALERTS_{door}_LISTEN']}{path}"
            head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
            async with session.post(url, data=data, headers=head) as answer:
                return answer.status

        yield one


async def told(who: Someone, having: str, count: int = 1) -> list[dict[str, Any]]:
    """The messages of alerts that say so, once there are so many."""

    async def there() -> list[dict[str, Any]] | None:
        found = [m for m in await who.messages() if having in words(m)]
        return found if len(found) == count else None

    return await who.eventually(there, f"{count} messages with {having}")


async def test_an_episode_is_one_message_and_the_next_one_is_another(
    bot: Bot, ana: Someone, tell: Any, people: PersonClient
) -> None:
    # The answer to the first post is lost: it is found again, and not repeated.
    await people.faults(rules=[{"method": "chat.postMessage", "fault": "drop_after", "times": 1}])
    for _ in range(3):
        assert await tell(group_of(ALERT)) == 200
    [message] = await told(ana, "ProbeFailure")
    assert await tell(group_of(OTHER, ALERT)) == 200
    [same] = await told(ana, ": 2 alerts.")
    assert same["ts"] == message["ts"]
    assert await tell(group_of(OTHER, OVER)) == 200
    over = {**OTHER, "status": "resolved", "endsAt": "2026-02-06T15:00:00Z"}
    assert await tell(group_of(over, OVER)) == 200
    [same] = await told(ana, "is resolved")
    assert same["ts"] == message["ts"]
    again = {**ALERT, "startsAt": "2026-02-06T16:00:00Z"}
    assert await tell(group_of(again)) == 200
    [new] = await told(ana, "previous episode: AL-1")
    assert new["ts"] != message["ts"]
    await told(ana, "fires since")
    # What came late is nothing new, and what can page tells as well.
    assert await tell(group_of(OTHER, OVER)) == 200
    assert await tell(body(TRIGGER), "EVENTS") == 202
    await told(ana, "AL-3")
    await bot.stop()
    await bot.start()
    assert await tell(body(TRIGGER, event_action="resolve", payload=None), "EVENTS") == 202
    await told(ana, "is resolved", 2)
    assert len([m for m in await ana.messages() if "AL-" in words(m)]) == 3
