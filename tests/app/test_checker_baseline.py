"""The look at the start: made once, kept as evidence, and compared with; it decides nothing."""

from collections.abc import Sequence
from typing import Any

from bot.app.checker import Checker
from bot.app.desk import Desk
from bot.core.checks.asking import Answer, Look
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import Run
from tests.edges.store.making import ANA
from tests.fakes import FakeClock, FakeLog, here

PROCEDURE: dict[str, Any] = {
    "schema": "procedure/v1",
    "id": "restore-it",
    "title": "Restore it",
    "symptoms": ["It is gone"],
    "checks": {
        "rows": {
            "title": "No row is lost",
            "target": "system",
            "get": "/rows",
            "expect": [{"pointer": "/rows", "same_as": "start"}],
        }
    },
    "steps": [{"id": "restore", "title": "Restore it", "do": "It."}],
    "verification": [{"check": "rows", "baseline": True}],
}


class Rows:
    """A target that counts its rows; `down` is silent."""

    def __init__(self) -> None:
        self.rows, self.looks, self.down = 1042, 0, False

    async def look(self, look: Look) -> list[Answer]:
        self.looks += 1
        if self.down:
            return [Answer(q.member, error="no answer: connection refused") for q in look.questions]
        return [Answer(q.member, 200, body=b'{"rows": %d}' % self.rows) for q in look.questions]

    def members(self, target: str, set_name: str) -> Sequence[str] | None:
        return None


class Played:
    """A run of that procedure, and the checker that looks for it."""

    def __init__(self) -> None:
        self.clock, self.system = FakeClock(), Rows()
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock)
        self.checker = Checker(self.desk, self.log.looks, self.system, self.clock, here)
        self.id = ""

    async def begin(self) -> Run:
        run = await self.desk.start(
            e.RunStarted(
                procedure=Procedure.model_validate(PROCEDURE),
                source="",
                source_sha256="",
                inputs={},
                channel="C1",
                by=ANA,
            ),
            delivery=None,
        )
        assert run is not None
        self.id = run.id
        return run

    async def looked(self) -> Run:
        """What is wanted is looked at, each once."""
        wanted, _ = await self.log.looks.claim(10, frozenset())
        for one in wanted:
            await self.checker._look_at(one)
        return await self.desk.run(self.id)

    async def verified(self) -> Run:
        await self.desk.act(self.id, c.Verify(ANA), delivery=None)
        return await self.looked()


async def test_the_start_is_looked_at_once_and_decides_nothing() -> None:
    played = Played()
    begun = await played.begin()
    assert list(begun.awaited.values()) == ["rows"]
    run = await played.looked()
    assert run.baseline["rows"].seen.seen[0].seen == "1042"
    assert not run.awaited
    # It is no verdict: nothing is green, and nothing recovered.
    assert (run.verdicts, run.recovered_at) == ({}, None)
    assert [item.green for item in run.verification()] == [None]
    await played.looked()
    assert played.system.looks == 1


async def test_later_looks_are_compared_with_it() -> None:
    played = Played()
    await played.begin()
    await played.looked()
    assert (await played.verified()).verdicts["rows"].green
    played.system.rows = 7
    red = (await played.verified()).verification()[0]
    assert red.green is False
    assert red.why == "expected `rows` to be the same as at the start, `1042`, found `7`"


async def test_a_start_that_was_not_seen_is_never_the_same() -> None:
    played = Played()
    played.system.down = True
    await played.begin()
    run = await played.looked()
    assert run.baseline["rows"].seen.green is False
    played.system.down = False
    line = (await played.verified()).verification()[0]
    assert line.green is False
    assert "the earlier look did not show it" in line.why


async def test_a_run_that_is_over_has_no_start_to_look_at() -> None:
    played = Played()
    await played.begin()
    await played.desk.act(played.id, c.Mistake(ANA, "Wrong one."), delivery=None)
    run = await played.looked()
    assert (run.baseline, run.awaited, played.system.looks) == ({}, {}, 0)
