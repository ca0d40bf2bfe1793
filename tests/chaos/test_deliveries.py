"""Deliveries that are almost right, by the ten thousand, over signed HTTP into a database."""

import asyncio
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from bot.edges.slack import connection
from bot.edges.slack.inbound.signed_http import SignedHttp
from bot.edges.store import SqlLog
from tests.chaos.plan import lasts
from tests.edges.slack.conftest import ME, SECRET, Replica, Sender, Told, signed
from tests.edges.slack.mutants import mutants, wire
from tests.edges.slack.test_mutants import START, judged

pytestmark = [*lasts(counted=240)]

COUNT = 24_600
SENDERS = 8


async def test_no_delivery_makes_a_fault_or_an_impossible_record(
    tmp_path: Path, unused_tcp_port: int, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    statuses: Counter[int] = Counter()
    url = f"sqlite:///{tmp_path / 'runbook.db'}"
    async with aiohttp.ClientSession() as session, await SqlLog.open(url) as log:
        replica = Replica(log, session, Told(url="http://127.0.0.1:9/"))
        replica.reception.door.app = "A0BOT"
        made = mutants(COUNT, seed, replica.opened)
        slack = connection.client("xoxb-none", "http://127.0.0.1:9/api/", session)
        app = connection.app(slack, ME, replica.reception.take)
        link = SignedHttp(app, SECRET, "127.0.0.1", unused_tcp_port)
        await link.open()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as outside:
            sender = Sender(outside)

            async def send() -> None:
                for body in made:
                    raw, kind = wire(body)
                    headers = signed(SECRET, raw) | {"Content-Type": kind}
                    statuses[await sender.send(raw, headers)] += 1

            first, kind = wire({**START, "text": "mend-it thing=lamp", "trigger_id": "first"})
            headers = signed(SECRET, first) | {"Content-Type": kind}
            assert await sender.send(first, headers) == 200
            await asyncio.gather(*(send() for _ in range(SENDERS)))
        await link.close()
        await replica.reception.drain()
        facts = await judged(log)
    print(f"{COUNT} deliveries: {dict(statuses)}, {facts} facts")
    assert statuses.total() == COUNT
    assert set(statuses) <= {200, 400, 403}
    assert [r.getMessage() for r in caplog.records if r.exc_info] == []
