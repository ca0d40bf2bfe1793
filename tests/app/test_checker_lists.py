"""A check that asks for each entry of a list: of what was typed, and never of what is masked."""

from dataclasses import replace
from typing import Any

from bot.app.checker import Checker
from bot.app.desk import Desk
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from tests.app.test_checker import System
from tests.edges.store.making import ANA
from tests.fakes import FakeClock, FakeLog, here

PROCEDURE: dict[str, Any] = {
    "schema": "procedure/v1",
    "id": "restart-them",
    "title": "Restart them",
    "severity": "SEV3",
    "symptoms": ["They hang"],
    "inputs": {"services": {"description": "Which", "pattern": "[a-z]+", "list": True}},
    "checks": {
        "up": {
            "title": "They are up",
            "target": "system",
            "each": {"service": "services"},
            "get": "/{{ service }}",
            "expect": [{"pointer": "/up", "equals": True}],
        }
    },
    "steps": [{"id": "restart", "title": "Restart them", "do": "It."}],
    "verification": [{"check": "up"}],
}


async def test_each_entry_that_was_typed_is_asked_about() -> None:
    clock, system = FakeClock(), System()
    system.green = True
    log = FakeLog(clock)
    desk = Desk(log, clock)
    checker = Checker(desk, log.looks, system, clock, here)
    run = await desk.start(
        e.RunStarted(
            procedure=Procedure.model_validate(PROCEDURE),
            source="",
            source_sha256="",
            inputs={"services": "billing,shop"},
            channel="C1",
            by=ANA,
        ),
        delivery=None,
    )
    assert run is not None
    run = await desk.act(run.id, c.Verify(ANA), delivery=None)
    check = run.procedure.checks["up"]
    verdict = await checker._look(run, check)
    assert verdict.green
    assert [(one.member, one.held) for one in verdict.seen] == [("billing", True), ("shop", True)]

    masked = await checker._look(replace(run, hidden=frozenset({"services"})), check)
    assert not masked.green
    assert [one.member for one in masked.seen] == [None]
    assert masked.seen[0].seen == "not asked: its list is masked, and each entry would be named"
