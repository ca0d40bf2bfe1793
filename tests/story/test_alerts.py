"""Alerts come through the doors, and are told in the channel: once each, edited as they go on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
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
    [new] = await told(ana, "previous episode: ")
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


ROUTES = """schema: alert-routes/v1
default: C0RANDOM
routes:
  - matches: [{ team: trust }]
    channel: C0INCIDENTS
"""
PROCEDURE = """schema: procedure/v1
id: node-gone
title: A node is gone
alerts: [NodeGone]
symptoms: [It does not answer]
inputs:
  node:
    description: The node
    pattern: "node-[0-9]+"
    required: true
    from: { label: instance, pattern: "([^:]+):[0-9]+" }
steps:
  - { id: back, title: Bring it back, run: ["restart {{ node }}"] }
verification:
  - confirm: It answers
"""
KEY = """schema: procedure/v1
id: key-leak
title: A key has leaked
alerts: [KeyLeak]
symptoms: [A document that nobody signed]
inputs:
  key_id:
    description: The key
    pattern: "key-[a-z0-9]+"
    required: true
    from: { label: key_id }
  new_key_id:
    description: The new key
    pattern: "key-[a-z0-9]+"
    required: true
    differs_from: key_id
steps:
  - { id: revoke, title: Revoke it, run: ["revoke {{ key_id }} for {{ new_key_id }}"] }
verification:
  - confirm: It signs nothing
"""


@pytest.fixture
def routed(environ: dict[str, str], tmp_path: Path) -> Path:
    routes, folder = tmp_path / "routes.yaml", tmp_path / "procedures"
    folder.mkdir()
    (folder / "node-gone.yaml").write_text(PROCEDURE)
    (folder / "key-leak.yaml").write_text(KEY)
    routes.write_text(ROUTES)
    environ |= {"RUNBOOK_ALERTS_ROUTES": str(routes), "RUNBOOK_PROCEDURES": str(folder)}
    return routes


async def test_an_alert_starts_the_procedure_that_fits_with_one_click(
    routed: Path, bot: Bot, ana: Someone, tell: Any
) -> None:
    labels = {"alertname": "NodeGone", "team": "trust", "instance": "node-2:9100"}
    fires = {**ALERT, "labels": labels}
    assert await tell(group_of(fires)) == 200
    [message] = await told(ana, "*NodeGone* fires since")
    assert "*A node is gone* · `node-gone` · it names NodeGone" in words(message)
    assert "with `node=node-2`" in words(message)
    await ana.clicks("Start", message, row="A node is gone")
    board = await ana.board("NG-1")
    assert "|AL-1> (NodeGone)" in words(board)
    assert "node `node-2`" in words(board)
    [message] = await told(ana, "|NG-1>*: A node is gone, started")
    # A second press tells of the run that is open, and starts nothing.
    await ana.clicks("Start", message, row="A node is gone")
    await ana.told("is already open in this channel")
    assert len(await ana.boards()) == 1
    # Of alerts that say different things, it is asked for.
    other = {**fires, "fingerprint": "f9", "labels": {**labels, "instance": "node-3:9100"}}
    assert await tell(group_of(other, fires)) == 200
    [message] = await told(ana, "the label instance is node-2, node-3")
    over = [
        {**one, "status": "resolved", "endsAt": "2026-02-06T14:00:00Z"} for one in (fires, other)
    ]
    assert await tell(group_of(*over)) == 200
    [message] = await told(ana, "*NodeGone* is resolved")
    assert "NG-1" in words(message)


async def test_the_run_hears_how_its_alert_stands_and_the_other_way_round(
    routed: Path, bot: Bot, ana: Someone, tell: Any
) -> None:
    labels = {"alertname": "NodeGone", "team": "trust", "instance": "node-2:9100"}
    fires = {**ALERT, "labels": labels}
    over = {**fires, "status": "resolved", "endsAt": "2026-02-06T14:00:00Z"}
    assert await tell(group_of(fires)) == 200
    [message] = await told(ana, "*NodeGone* fires since")
    await ana.clicks("Start", message, row="A node is gone")
    board = await ana.board("NG-1", "(NodeGone): fires since")
    assert ", through an alert" in words(board)
    await told(ana, "; open")
    for _ in range(2):
        assert await tell(group_of(over)) == 200
    await ana.board("NG-1", "(NodeGone): resolved")
    # It fires again, and bots that are started anew find the same.
    again = {**fires, "startsAt": "2026-02-06T16:00:00Z"}
    for _ in range(2):
        assert await tell(group_of(again, over)) == 200
        [second] = await told(ana, "Goes on in *<")
        assert "|NG-1>*: A node is gone, started" in words(second)
        await bot.stop()
        await bot.start()
    [notice] = await ana.thread("fires again, since", "NG-1")
    assert "|AL-2> (NodeGone) fires again" in words(notice)
    await ana.board("NG-1", "fires again as")
    assert (await bot.kinds("NG-1")).count("alert_changed") == 2
    await ana.does("Close…")
    assert "The post-mortem will say so." in words(await ana.form())
    assert (await ana.fills({"Why close anyway?": "It is known."}))["ok"]
    await told(ana, "; closed without proof", 2)
    await ana.board("NG-1", "which fired still")
    assert await tell(group_of({**again, "status": "resolved", "endsAt": "2026-02-06T17:00:00Z"}))
    await told(ana, "is resolved", 2)
    assert (await bot.kinds("NG-1")).count("alert_changed") == 2
    # The run is over, so what fires now asks for another one.
    assert await tell(group_of({**fires, "startsAt": "2026-02-06T18:00:00Z"})) == 200
    [third] = await told(ana, "AL-3")
    assert "NG-1" not in words(third)
    assert "Start" in words(third)


async def test_many_at_once_offer_what_fits_them(
    routed: Path, bot: Bot, ana: Someone, tell: Any
) -> None:
    labels = {"alertname": "NodeGone", "team": "trust", "instance": "node-2:9100"}
    fires = {**ALERT, "labels": labels}
    many = [group_of({**fires, "fingerprint": f"f{n}"}, groupKey=f"g{n}") for n in range(70)]
    for n in range(0, len(many), 10):
        assert set(await asyncio.gather(*map(tell, many[n : n + 10]))) == {200}
    [crowd] = await told(ana, "`node-gone` · fits")
    await ana.clicks("Start…", crowd, row="A node is gone")
    assert (await ana.fills())["ok"]
    board = await ana.board("NG-1", "node `node-2`")
    assert ", through an alert" in words(board)


async def test_what_the_alert_does_not_say_is_asked_for_and_the_rest_is_filled_in(
    routed: Path, bot: Bot, ana: Someone, tell: Any
) -> None:
    labels = {"alertname": "KeyLeak", "team": "trust", "key_id": "key-a"}
    assert await tell(group_of({**ALERT, "labels": labels})) == 200
    [message] = await told(ana, "*KeyLeak* fires since")
    assert "with `key_id=key-a`" in words(message)
    assert "asks for `new_key_id` (no alert says it)" in words(message)
    await ana.clicks("Start…", message, row="A key has leaked")
    form = await ana.form()
    known = [one["element"].get("initial_value") for one in form["blocks"] if "element" in one]
    assert known == ["key-a", None]
    # What is known of the alert stays, also where a first answer is refused.
    assert not (await ana.fills({"The new key": "key-a"})).get("ok")
    assert (await ana.fills({"The new key": "key-b"}))["ok"]
    board = await ana.board("KL-1", "(KeyLeak): fires since")
    assert "key_id `key-a`" in words(board)
    assert "new_key_id `key-b`" in words(board)
    await told(ana, "|KL-1>*: A key has leaked, started")
