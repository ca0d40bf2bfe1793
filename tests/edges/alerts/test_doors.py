"""The doors: who is let in, what is refused, and how."""

import asyncio
import hashlib
import hmac
import io
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.app.intake import Busy
from bot.core.alerts.model import Notification
from bot.edges.alerts import DoorRefused, Doors, server
from bot.edges.alerts.proof import AGE_S, SIGNATURE, STAMP
from bot.ports.log import Unavailable
from tests.edges.alerts.payloads import ALERT, GRAFANA, GROUP, TRIGGER, body, group_of
from tests.postgres import free_port

TOKEN, SECRET, KEY = "token-of-the-sender", "secret-of-the-sender", TRIGGER["routing_key"]
BEARER = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
JSON = {"Content-Type": "application/json"}
NOW = 1_800_000_000.0


@dataclass(slots=True)
class Kept:
    """Takes what is said, or does not."""

    said: list[Notification] = field(default_factory=list)
    trouble: Exception | None = None
    statuses: list[tuple[str, int]] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def take(self, said: Notification) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        self.said.append(said)

    def heard(self, door: str, status: int) -> None:
        self.statuses.append((door, status))


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def ports() -> dict[str, int]:
    return {name: free_port() for name in ("alertmanager", "grafana", "events")}


@pytest.fixture
async def doors(no_proxy: None, kept: Kept, ports: dict[str, int]) -> AsyncIterator[Doors]:
    made = Doors(kept.take, kept.heard, lambda: NOW)
    await made.alertmanager(("127.0.0.1", ports["alertmanager"]), TOKEN)
    await made.grafana(("127.0.0.1", ports["grafana"]), None, SECRET)
    await made.events(("127.0.0.1", ports["events"]), KEY)
    yield made
    await made.close()


@pytest.fixture
async def ask(doors: Doors, ports: dict[str, int]) -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as session:

        async def one(
            door: str, data: Any, headers: Any, path: str = "", method: str = "POST"
        ) -> tuple[int, str, Any]:
            path = path or ("/v2/enqueue" if door == "events" else "/alerts")
            url = f"http://127.0.0.1:{ports[door]}{path}"
            data = io.BytesIO(data) if isinstance(data, bytes) else data
            async with session.request(method, url, data=data, headers=headers) as answer:
                return answer.status, await answer.text(), answer.headers

        yield one


def signed(said: bytes, stamp: float | str | None = None, secret: str = SECRET) -> dict[str, str]:
    text = said if stamp is None else f"{stamp}:".encode() + said
    made = {SIGNATURE: hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(), **JSON}
    return made if stamp is None else {**made, STAMP: str(stamp)}


async def test_what_is_proven_is_kept_before_it_is_answered(ask: Any, kept: Kept) -> None:
    assert (await ask("alertmanager", body(GROUP), BEARER))[0] == 200
    said = body(GRAFANA)
    assert (await ask("grafana", said, signed(said)))[0] == 200
    assert (await ask("grafana", said, signed(said, int(NOW)), method="PUT"))[0] == 200
    status, text, _ = await ask("events", body(TRIGGER), JSON)
    assert (status, "Event processed" in text, TRIGGER["dedup_key"] in text) == (202, True, True)
    assert [one.door for one in kept.said] == ["alertmanager", "grafana", "grafana", "events"]
    assert kept.statuses[-1] == ("events", 202)


DEEP = b"[" * 200_000
HUGE = b'{"version": "4", "groupKey": "' + b"x" * server.BODY_LIMIT + b'"}'
SAID = body(GRAFANA)
REFUSED: list[tuple[str, str, bytes, dict[str, str], int]] = [
    ("no token", "alertmanager", body(GROUP), JSON, 401),
    ("another token", "alertmanager", body(GROUP), {**BEARER, "Authorization": "Bearer no"}, 401),
    ("no scheme", "alertmanager", body(GROUP), {**BEARER, "Authorization": TOKEN}, 401),
    ("Basic", "alertmanager", body(GROUP), {**BEARER, "Authorization": f"Basic {TOKEN}"}, 401),
    ("more", "alertmanager", body(GROUP), {**BEARER, "Authorization": f"Bearer {TOKEN}x"}, 401),
    ("an odd one", "alertmanager", body(GROUP), {**BEARER, "Authorization": "Bearer ü"}, 401),
    ("no token, too large", "alertmanager", HUGE, JSON, 413),
    ("too large", "alertmanager", HUGE, BEARER, 413),
    ("a form", "alertmanager", b"a=b", {**BEARER, "Content-Type": "text/plain"}, 415),
    ("packed", "alertmanager", body(GROUP), {**BEARER, "Content-Encoding": "gzip"}, 415),
    ("nothing", "alertmanager", b"", BEARER, 400),
    ("no JSON", "alertmanager", b"{", BEARER, 400),
    ("no UTF-8", "alertmanager", b'{"version": "\xff"}', BEARER, 400),
    ("a list", "alertmanager", b"[]", BEARER, 400),
    ("deep", "alertmanager", DEEP, BEARER, 400),
    ("another version", "alertmanager", body(GROUP, version="3"), BEARER, 400),
    ("no group", "alertmanager", body(GROUP, groupKey=None), BEARER, 400),
    ("no alerts", "alertmanager", body(GROUP, alerts=None), BEARER, 400),
    ("a number for alerts", "alertmanager", body(GROUP, alerts=7), BEARER, 400),
    ("no status", "alertmanager", group_of({**ALERT, "status": "odd"}), BEARER, 400),
    ("labels in a list", "alertmanager", group_of({**ALERT, "labels": ["a"]}), BEARER, 400),
    ("a label's list", "alertmanager", group_of({**ALERT, "labels": {"a": ["b"]}}), BEARER, 400),
    ("no time", "alertmanager", group_of({**ALERT, "startsAt": "today"}), BEARER, 400),
    (
        "no zone",
        "alertmanager",
        group_of({**ALERT, "startsAt": "2026-01-01T00:00:00"}),
        BEARER,
        400,
    ),
    ("far", "alertmanager", group_of({**ALERT, "startsAt": "9999-12-31T23:59:59Z"}), BEARER, 400),
    ("minus one", "alertmanager", body(GROUP, truncatedAlerts=-1), BEARER, 400),
    ("not signed", "grafana", SAID, JSON, 401),
    ("the token", "grafana", SAID, BEARER, 401),
    ("another secret", "grafana", SAID, signed(SAID, secret="no"), 401),
    ("another body", "grafana", SAID + b" ", signed(SAID), 401),
    ("an odd signature", "grafana", SAID, {**JSON, SIGNATURE: "ü"}, 401),
    ("without its time", "grafana", SAID, {**signed(SAID, NOW), STAMP: str(int(NOW) + 1)}, 401),
    ("an old one", "grafana", SAID, signed(SAID, int(NOW - AGE_S - 1)), 401),
    ("a time that is none", "grafana", SAID, signed(SAID, "-1"), 401),
    (
        "no group",
        "grafana",
        body(GRAFANA, groupKey=None),
        signed(body(GRAFANA, groupKey=None)),
        400,
    ),
    ("another key", "events", body(TRIGGER, routing_key="no"), JSON, 401),
    ("no key", "events", body(TRIGGER, routing_key=None), JSON, 401),
    ("a key's list", "events", body(TRIGGER, routing_key=[KEY]), JSON, 401),
    ("half of a sign", "events", b'{"routing_key": "\\ud800"}', JSON, 401),
    ("deep", "events", DEEP, JSON, 401),
    ("too large", "events", HUGE, JSON, 413),
    ("no such action", "events", body(TRIGGER, event_action="page"), JSON, 400),
    ("no payload", "events", body(TRIGGER, payload=None), JSON, 400),
    ("too long a key", "events", body(TRIGGER, dedup_key="k" * 256), JSON, 400),
]


@pytest.mark.parametrize(
    ("door", "data", "headers", "status"),
    [row[1:] for row in REFUSED],
    ids=[f"{row[1]}: {row[0]}" for row in REFUSED],
)
async def test_what_is_forged_malformed_or_too_large_is_refused(
    ask: Any, kept: Kept, door: str, data: bytes, headers: dict[str, str], status: int
) -> None:
    assert (await ask(door, data, headers))[0] == status
    assert kept.said == []


async def test_what_is_elsewhere_or_otherwise_is_refused(ask: Any) -> None:
    assert (await ask("alertmanager", body(GROUP), BEARER, path="/"))[0] == 404
    status, _, headers = await ask("alertmanager", None, BEARER, method="GET")
    assert (status, headers["Allow"]) == (405, "POST")
    assert (await ask("alertmanager", body(GROUP), BEARER, method="PUT"))[0] == 405


@pytest.mark.parametrize("trouble", [Unavailable("the disk is full"), Busy()])
async def test_what_cannot_be_kept_is_to_be_said_again(
    ask: Any, kept: Kept, trouble: Exception
) -> None:
    kept.trouble = trouble
    status, text, headers = await ask("alertmanager", body(GROUP), BEARER)
    assert (status, headers["Retry-After"]) == (503, str(server.AGAIN))
    assert "disk" not in text
    status, text, _ = await ask("events", body(TRIGGER), JSON)
    assert (status, '"errors"' in text) == (503, True)


async def test_a_fault_is_said_and_the_sender_tries_again(
    ask: Any, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.trouble = KeyError("odd")
    assert (await ask("alertmanager", body(GROUP), BEARER))[0] == 500
    assert "could not be kept" in caplog.text


async def test_no_more_are_read_at_once_than_there_is_room_for(
    ask: Any, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "AT_ONCE", 2)
    kept.gate = asyncio.Event()
    waiting = [asyncio.create_task(ask("alertmanager", body(GROUP), BEARER)) for _ in range(3)]
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert [one.result()[0] for one in done] == [503]
    kept.gate.set()
    assert sorted([(await one)[0] for one in waiting]) == [200, 200, 503]


async def test_nothing_of_a_secret_or_of_a_body_is_logged(
    ask: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _, door, data, headers, _ in REFUSED:
        await ask(door, data, headers)
    for secret in (TOKEN, SECRET, KEY, "ProbeFailure", "groupKey"):
        assert secret not in caplog.text
    assert len([r for r in caplog.records if r.name == server.__name__]) <= 12


async def test_a_door_that_cannot_be_opened_says_what_to_set(
    doors: Doors, kept: Kept, ports: dict[str, int]
) -> None:
    other = Doors(kept.take, kept.heard)
    with pytest.raises(DoorRefused, match="RUNBOOK_ALERTS_EVENTS_LISTEN"):
        await other.events(("127.0.0.1", ports["events"]), KEY)
    await other.close()
