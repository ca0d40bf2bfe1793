"""How procedures were used, as the record tells."""

from bot.app.desk import Desk
from bot.app.usage import usage
from bot.core.coverage import Use
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from tests.core.strategies import ANA
from tests.fakes import FakeClock, FakeLog

SHAPE = {
    "schema": "procedure/v1",
    "id": "fire",
    "title": "Fire",
    "symptoms": ["It burns"],
    "steps": [
        {"id": "call", "title": "Call them", "do": "It."},
        {"id": "water", "title": "Pour water", "do": "It."},
    ],
}


class Record:
    """Runs of one procedure, each closed but for the last."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.log = FakeLog(clock)
        self.desk = Desk(self.log, clock)

    async def run(self, *skipped: str, drill: bool = False, end: str = "closed") -> None:
        procedure = Procedure.model_validate(SHAPE)
        started = e.RunStarted(
            procedure=procedure,
            source="",
            source_sha256="5" * 64,
            inputs={},
            channel="C1",
            by=ANA,
            drill=drill,
        )
        run = await self.desk.start(started, delivery=None, another=True)
        assert run is not None
        for step in skipped:
            await self.desk.act(run.id, c.Skip(step, ANA, "No."), delivery=None)
        ending = c.Mistake(ANA, "No.") if end == "mistake" else c.Close(ANA, {"verification": "-"})
        if end != "open":
            await self.desk.act(run.id, ending, delivery=None)

    async def use(self) -> Use:
        return (await usage(self.log, self.desk, ["fire"]))["fire"]


async def test_what_was_never_run_was_not_used() -> None:
    assert await Record().use() == Use()


async def test_runs_and_drills_are_counted_apart_and_skipped_steps_in_closed_ones() -> None:
    record = Record()
    await record.run("call")
    await record.run("call", "water")
    await record.run("call", drill=True)
    await record.run("water", end="mistake")
    await record.run("call", "water", end="open")
    assert await record.use() == Use(4, 1, 2, {"Call them": 2, "Pour water": 1})


async def test_a_step_is_always_skipped_where_nobody_did_it_in_the_last_runs() -> None:
    record = Record()
    for _ in range(3):
        await record.run("call")
    assert (await record.use()).always_skipped() == ("Call them",)
    await record.run("water")
    assert (await record.use()).always_skipped() == ()
