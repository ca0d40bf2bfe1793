"""Deliveries that are almost right: each is answered in order, and no impossible thing recorded."""

import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.app import pointing
from bot.core import ids
from bot.edges.slack import connection
from bot.edges.slack.inbound import bodies
from bot.edges.slack.inbound.fields import Malformed
from bot.ports.log import Log
from tests.edges.slack.conftest import ME, Replica, Told
from tests.edges.slack.mutants import MARK, mutants, samples, wire
from tests.fakes import FakeLog

SHORT = 5_000
START = {"command": "/runbook", "channel_id": "C0INCIDENTS", "user_id": "U0ANA", "team_id": "T0"}


@pytest.fixture
async def replica(session: aiohttp.ClientSession, told: Told) -> AsyncIterator[Replica]:
    made = Replica(FakeLog(), session, told)
    made.reception.door.app = "A0BOT"
    yield made
    await made.reception.drain()


@pytest.fixture
def app(replica: Replica, session: aiohttp.ClientSession) -> AsyncApp:
    slack = connection.client("xoxb-none", "http://127.0.0.1:9/api/", session)
    return connection.app(slack, ME, replica.reception.take)


async def answered(app: AsyncApp, raw: bytes, kind: str) -> int:
    """The status of a delivery, as both ways in come by it."""
    try:
        read = bodies.read(raw.decode(errors="replace"), kind, sound=True)
        return (await connection.dispatch(app, read, 0.0)).status
    except (bodies.Unreadable, Malformed):
        return 400


def _named(value: Any) -> Iterator[tuple[str, Any]]:
    """The people, channels and teams in a fact."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict) and "id" in inner and "name" in inner:
                yield "person", inner["id"]
                if inner.get("team") is not None:
                    yield "team", inner["team"]
            elif name in ("channel", "team"):
                yield name, inner
            else:
                yield from _named(inner)


FITS = {"person": ids.is_person, "channel": ids.is_channel, "team": ids.is_team}


async def judged(log: Log) -> int:
    """How many facts there are; fails on one with an id that can be none, or malformed to store."""
    count = 0
    for row in await log.runs():
        for fact in await log.read(row.run_id):
            count += 1
            held = fact.event.model_dump(mode="json", exclude={"procedure"})
            for what, one in _named(held):
                assert one is not None, (row.run_id, fact.seq, what)
                assert FITS[what](one), (row.run_id, fact.seq, what)
            text = json.dumps(held, ensure_ascii=False)
            assert text.encode(), (row.run_id, fact.seq)
            assert "\\u0000" not in text, (row.run_id, fact.seq)
    return count


async def prepared(app: AsyncApp) -> None:
    """A run to click on."""
    first = {**START, "text": "mend-it thing=lamp", "trigger_id": "first"}
    raw, kind = wire(first)
    assert await answered(app, raw, kind) == 200


async def test_every_sample_is_right_as_it_is(app: AsyncApp, replica: Replica) -> None:
    await prepared(app)
    for body in samples(replica.opened):
        assert await answered(app, *wire(body)) == 200, body
    assert "fault" not in [outcome for _, outcome in replica.seen]


async def test_what_is_almost_right_is_answered_and_records_nothing_impossible(
    app: AsyncApp,
    replica: Replica,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    # No board is ever posted here: an answer that names an open run need not wait for its link.
    monkeypatch.setattr(pointing, "_UNTIL_POSTED", ())
    await prepared(app)
    statuses: Counter[int] = Counter()
    for body in mutants(SHORT, 8, replica.opened):
        status = await answered(app, *wire(body))
        assert status in (200, 400, 403), body
        statuses[status] += 1
    assert min(statuses[200], statuses[400]) > SHORT // 10
    assert await judged(replica.log) > SHORT // 100
    # What people wrote is nowhere in the log, and nothing was a surprise.
    assert MARK not in caplog.text
    assert [r.getMessage() for r in caplog.records if r.exc_info] == []
