"""Two workspaces in one process: nothing but a router is missing, so one stands here.

Each has its own way in, its own client and its own name for the bot; the database is one.
"""

import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.desk import Desk
from bot.core.run import events as e
from bot.core.views import board
from bot.edges.clock import SystemClock
from bot.edges.slack.connection import Identity
from bot.edges.slack.inbound.door import installed
from bot.edges.slack.inbound.fields import Fields
from bot.edges.slack.messages import SlackMessages
from bot.edges.slack.workspaces import Workspace, Workspaces
from bot.edges.store import SqlLog
from bot.ports.messages import Mark
from tests.edges.slack.conftest import CHANNEL, Replica, Told
from tests.edges.slack.test_threads import Slack
from tests.facts import event

HERE = Identity("U0BOT", "B0HERE", "runbook", "T0HERE", "https://here.slack.com/", "E0HERE")
THERE = Identity("U0BOT", "B0THERE", "runbook", "T0THERE", "https://there.slack.com/")


@dataclass(slots=True)
class Router:
    """Deals deliveries out by the team that they name."""

    ways: Mapping[str, Replica]
    last: Any = None

    def team(self, body: Mapping[str, Any]) -> str:
        named = installed(Fields(body))
        here = [body.get("team_id"), (body.get("team") or {}).get("id")]
        return next(str(team) for team in (*named, *here) if team in self.ways)

    async def take(self, body: dict[str, Any]) -> Any:
        return await self.ways[self.team(body)].take(body)


@pytest.fixture
async def router(log: SqlLog, session: aiohttp.ClientSession, told: Told) -> AsyncIterator[Router]:
    for me in (HERE, THERE):
        await log.serve(me.team_id, me.enterprise_id)
    ways = {me.team_id: Replica(log, session, told, me) for me in (HERE, THERE)}
    yield Router(ways)
    for way in ways.values():
        await way.reception.drain()


def command(text: str, team: str, trigger: str) -> dict[str, Any]:
    place = {"command": "/runbook", "text": text, "channel_id": CHANNEL, "trigger_id": trigger}
    return place | {"user_id": "U0ANA", "user_name": "ana", "team_id": team}


def mention(text: str, team: str, event_id: str) -> dict[str, Any]:
    said = {"type": "app_mention", "user": "U0ANA", "channel": CHANNEL, "text": text, "ts": "1.1"}
    who = {"team_id": team, "enterprise_id": None, "is_enterprise_install": False}
    body = {"type": "event_callback", "event": said | {"team": team}, "event_id": event_id}
    return body | {"team_id": team, "authorizations": [who]}


async def test_the_same_channel_and_person_of_two_workspaces_are_apart(
    router: Router, log: SqlLog
) -> None:
    await router.take(command("mend-it thing=lamp", "T0HERE", "t1"))
    await router.take(mention("<@U0BOT> start mend-it thing=oven", "T0THERE", "Ev1"))
    runs = {row.team: row.run_id for row in await log.runs()}
    assert runs == {"T0HERE": "MI-1", "T0THERE": "MI-2"}, "each has the procedure open once"
    first, second = [event((await log.read(run))[0], e.RunStarted) for run in ("MI-1", "MI-2")]
    assert (first.team, first.enterprise) == ("T0HERE", "E0HERE")
    assert (second.team, second.enterprise) == ("T0THERE", None)
    answer = await router.take(command("status MI-1", "T0THERE", "t2"))
    assert "There is no run `MI-1` here" in json.dumps(answer)
    assert "MI-1" in json.dumps(await router.take(command("status", "T0HERE", "t3")))


async def test_each_message_goes_through_the_client_of_its_workspace(
    router: Router, log: SqlLog
) -> None:
    await router.take(command("mend-it thing=lamp", "T0HERE", "t1"))
    await router.take(command("mend-it thing=oven", "T0THERE", "t2"))
    slacks = {
        me.team_id: Slack(chat_postMessage={"ok": True, "ts": ts})
        for me, ts in ((HERE, "1.0"), (THERE, "2.0"))
    }
    configured = [Workspace(me, cast("AsyncWebClient", slacks[me.team_id])) for me in (HERE, THERE)]
    served = Workspaces(*configured)
    messages = SlackMessages(served.client, served.user)
    desk = Desk(log, SystemClock())
    claims, _ = await log.outbox.claim(9)
    posted = {}
    for claim in claims:
        run = await desk.run(claim.message.run_id)
        mark = Mark(run.seq, run.head)
        posted[claim.message.run_id] = await messages.post(
            claim.message, None, board.draw(run), mark
        )
    assert posted == {"MI-1": "1.0", "MI-2": "2.0"}


async def test_what_is_for_neither_is_refused_by_each_and_said_once(
    router: Router, log: SqlLog, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    for _ in range(3):
        for way in router.ways.values():
            body = mention("<@U0BOT> start mend-it thing=oven", "T0THIRD", "Ev3")
            answer = await way.reception.take(body, time.perf_counter())
            assert answer is not None
            assert answer.status == 200, "or Slack sends it again and again"
    assert await log.runs() == []
    said = [r.getMessage() for r in caplog.records if "T0THIRD" in r.getMessage()]
    assert said == [
        f"deliveries for the workspace T0THIRD are ignored: this bot is configured for {team}"
        for team in router.ways
    ]
