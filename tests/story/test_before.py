"""What checks prove, on the board: names, connections and queries, and what was there before."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from tests import nameserver
from tests.postgres import free_port
from tests.story.conftest import Bot, System
from tests.story.driver import Someone
from tests.story.driver import words as words_of

ROWS = {
    "title": "No row is lost",
    "target": "system",
    "get": "/rows",
    "expect": [{"pointer": "/rows", "same_as": "start"}],
}
UP = {
    "title": "Every node is up",
    "target": "system",
    "promql": 'up{job="node"}',
    "expect": [{"series": "every", "equals": 1}],
}
PROCEDURE: dict[str, Any] = {
    "schema": "procedure/v1",
    "id": "prove-it",
    "title": "Prove it",
    "symptoms": ["It is gone"],
    "checks": {
        "rows": ROWS,
        "up": UP,
        "port": {"title": "The database takes connections", "target": "database", "tcp": True},
        "cert": {"title": "Its certificate is good", "target": "database", "tls": True},
        "name": {
            "title": "The name leads to the new site",
            "target": "names",
            "dns": "shop.example.com",
            "expect": [{"pointer": "/answers", "contains": "192.0.2.7"}],
        },
        "old": {
            "title": "The old name is gone",
            "target": "names",
            "dns": "old.example.com",
            "expect": [{"pointer": "/code", "equals": "NXDOMAIN"}],
        },
    },
    "steps": [{"id": "mend", "title": "Mend it", "do": "It."}],
    "verification": [
        {"check": "rows", "baseline": True},
        {"check": "up", "baseline": True},
        {"check": "port"},
        {"check": "cert"},
        {"check": "name"},
        {"check": "old"},
    ],
}


def vector(*values: str) -> dict[str, Any]:
    """What a Prometheus answers."""
    made = [
        {"metric": {"__name__": "up", "job": "node", "instance": f"node-{n}"}, "value": [1, value]}
        for n, value in enumerate(values, 1)
    ]
    return {"status": "success", "data": {"resultType": "vector", "result": made}}


@pytest.fixture
async def proven(environ: dict[str, str], system: System, tmp_path: Path) -> AsyncIterator[int]:
    """The bot with that procedure and its targets; the port of the database, which is down."""
    folder = tmp_path / "procedures"
    folder.mkdir()
    (folder / "prove-it.yaml").write_text(yaml.safe_dump(PROCEDURE), "utf-8")
    port = free_port()
    records = (
        "--host-record=shop.example.com,192.0.2.3",
        "--host-record=old.example.com,192.0.2.9",
    )
    async with nameserver.serving(tmp_path, *records) as names:
        targets = {
            "system": {"url": system.url},
            "database": {"url": f"tcp://127.0.0.1:{port}"},
            "names": {"url": names, "zones": ["example.com"]},
        }
        (tmp_path / "targets.yaml").write_text(yaml.safe_dump({"targets": targets}), "utf-8")
        environ["RUNBOOK_PROCEDURES"] = str(folder)
        system.answers["/rows"] = {"rows": 1042}
        system.answers["/api/v1/query"] = vector("1", "0")
        bot = Bot(environ)
        await bot.start()
        try:
            yield port
        finally:
            await bot.stop()


async def test_what_is_red_says_why_and_what_was_there_before_stands_beside_it(
    proven: int, ana: Someone, system: System
) -> None:
    await ana.types("/runbook prove-it")
    await ana.board("PI-1", "⚪ No row is lost · not checked yet · at the start: 🟢 `1042`")
    await ana.board(
        "PI-1", 'at the start: 🔴 up{job="node", instance="node-2"}: expected every value'
    )
    system.answers["/rows"] = {"rows": 7}
    await ana.does("Verify now")
    for words in (
        "🔴 No row is lost · expected `rows` to be the same as at the start, `1042`, found `7`",
        "🔴 The database takes connections · no connection: connection refused",
        "🔴 Its certificate is good · no connection: connection refused",
        "🔴 The name leads to the new site · expected `answers` to contain `192.0.2.7`",
        "🔴 The old name is gone · expected `code` to be `NXDOMAIN`, found `NOERROR`",
    ):
        await ana.board("PI-1", words)
    # What stood there at the start, and still does, is said once; and so is what it was.
    up = "expected every value to be `1`, found `0` · "
    board = words_of(await ana.board("PI-1", up))
    assert " · the same at the start" in board
    assert board.count("`1042`") == 1

    system.answers["/rows"] = {"rows": 1042}
    system.answers["/api/v1/query"] = vector("1", "1")
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", proven)
    async with server:
        await ana.does("Verify now")
        await ana.board("PI-1", "🟢 The database takes connections")
        await ana.board("PI-1", "🔴 Its certificate is good · no connection: ")
        await ana.board("PI-1", "🟢 No row is lost · ")
        await ana.board("PI-1", "🟢 Every node is up · ")
        # What was at the start stays where it was, however often is looked.
        await ana.board("PI-1", "at the start: 🟢 `1042`")


async def test_what_was_not_seen_at_the_start_is_never_the_same(
    proven: int, ana: Someone, system: System
) -> None:
    async def away() -> web.StreamResponse:
        raise web.HTTPServiceUnavailable

    system.answers["/rows"] = away
    await ana.types("/runbook prove-it")
    await ana.board("PI-1", "No row is lost · not checked yet · at the start: 🔴 HTTP 503")
    system.answers["/rows"] = {"rows": 1042}
    await ana.does("Verify now")
    await ana.board(
        "PI-1", "🔴 No row is lost · expected `rows` to be the same as at the start, which"
    )
