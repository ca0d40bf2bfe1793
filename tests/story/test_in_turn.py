"""A check that asks twice, on the board: the newest copy is looked for, and then looked at."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from tests.story.conftest import Bot, System
from tests.story.driver import Someone

PROCEDURE: dict[str, Any] = {
    "schema": "procedure/v1",
    "id": "prove-it",
    "title": "Prove it",
    "symptoms": ["It is gone"],
    "checks": {
        "copied": {
            "title": "The newest copy can be read",
            "target": "system",
            "requests": [
                {"get": "/copies", "keep": {"copy": "/0/id"}},
                {"get": "/copies/{{ copy }}"},
            ],
            "expect": [{"pointer": "/readable", "equals": True}],
        },
    },
    "steps": [{"id": "mend", "title": "Mend it", "do": "It."}],
    "verification": [{"check": "copied"}],
}


@pytest.fixture
async def copies(environ: dict[str, str], system: System, tmp_path: Path) -> AsyncIterator[System]:
    """The bot with that procedure, and a system that has a copy."""
    folder = tmp_path / "procedures"
    folder.mkdir()
    (folder / "prove-it.yaml").write_text(yaml.safe_dump(PROCEDURE), "utf-8")
    (tmp_path / "targets.yaml").write_text(
        yaml.safe_dump({"targets": {"system": {"url": system.url}}}), "utf-8"
    )
    environ["RUNBOOK_PROCEDURES"] = str(folder)
    system.answers |= {"/copies": [{"id": "c-7"}], "/copies/c-7": {"readable": True}}
    bot = Bot(environ)
    await bot.start()
    try:
        yield system
    finally:
        await bot.stop()


async def test_the_request_that_fails_is_named_and_the_last_answer_decides(
    copies: System, ana: Someone
) -> None:
    async def away() -> web.StreamResponse:
        raise web.HTTPServiceUnavailable

    await ana.types("/runbook prove-it")
    await ana.board("PI-1", "The newest copy can be read · not checked yet")

    copies.answers["/copies"] = away
    await ana.does("Verify now")
    await ana.board(
        "PI-1",
        "🔴 The newest copy can be read · request 1 of 2: HTTP 503: the target cannot answer this",
    )

    copies.answers["/copies"] = [{"day": "Monday"}]
    await ana.does("Verify now")
    await ana.board("PI-1", "request 1 of 2: /0/id is not there, and cannot be kept as copy")

    copies.answers |= {"/copies": [{"id": "c-7"}], "/copies/c-7": {"readable": False}}
    await ana.does("Verify now")
    await ana.board(
        "PI-1", "🔴 The newest copy can be read · expected `readable` to be `true`, found `false`"
    )

    copies.answers["/copies/c-7"] = {"readable": True}
    await ana.does("Verify now")
    await ana.board("PI-1", "🟢 The newest copy can be read")
    assert {*copies.asked} == {"/copies", "/copies/c-7"}
