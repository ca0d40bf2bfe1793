"""When the next drill is due, and who hears of it: nobody, if somebody drilled since."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.app.desk import Desk
from bot.app.drills import Drills
from bot.core.engine import commands as c
from bot.core.procedure import Loaded, Procedure
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.polling import DRILL
from bot.core.views import notices
from bot.core.views.faulty import Faulty
from bot.ports.work import Due
from tests.core.strategies import ANA
from tests.fakes import FakeClock, FakeLog

SHAPE: dict[str, object] = {
    "schema": "procedure/v1",
    "id": "fire",
    "title": "Fire",
    "owner": {"team": "it", "slack": "#it"},
    "drill_every": "90d",
    "symptoms": ["It burns"],
    "steps": [{"id": "one", "title": "One", "do": "It."}],
}
EVERY = timedelta(days=90)


@dataclass
class Folder:
    """The procedures that are served."""

    shapes: dict[str, dict[str, object]] = field(default_factory=lambda: {"fire": SHAPE})

    def get(self, procedure_id: str) -> Loaded | None:
        shape = self.shapes.get(procedure_id)
        return None if shape is None else Loaded(Procedure.model_validate(shape), "", "5" * 64, "")

    def all(self) -> list[Loaded]:
        return [one for name in self.shapes if (one := self.get(name)) is not None]

    def faulty(self) -> list[Faulty]:
        return []


@dataclass
class Scene:
    """A team that drills."""

    clock: FakeClock = field(default_factory=FakeClock)
    folder: Folder = field(default_factory=Folder)

    def __post_init__(self) -> None:
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock)
        self.drills = Drills(self.desk, self.log, self.folder)

    async def drill(self, *, ends: str = "closed", drill: bool = True, **shape: object) -> Run:
        started = e.RunStarted(
            procedure=Procedure.model_validate({**SHAPE, **shape}),
            source="",
            source_sha256="5" * 64,
            inputs={},
            channel="C1",
            by=ANA,
            drill=drill,
        )
        run = await self.desk.start(started, delivery=None, another=True)
        assert run is not None
        closes = c.Close(ANA, {"verification": "None."})
        ending = c.Mistake(ANA, "No.") if ends == "mistake" else closes
        return run if ends == "open" else await self.desk.act(run.id, ending, delivery=None)

    async def is_reminded(self, run: Run) -> bool:
        """Whether somebody is reminded when the timer of a run fires."""
        at = self.log.timers.armed[run.id, DRILL]
        await self.drills.remind(Due(run.id, DRILL, at))
        assert (run.id, DRILL) not in self.log.timers.armed, "its row is taken"
        return isinstance((await self.log.read(run.id))[-1].event, e.DrillDue)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_the_next_one_is_due_so_long_after_the_end_and_the_owner_hears_of_it(
    scene: Scene,
) -> None:
    run = await scene.drill()
    assert run.closed is not None
    assert scene.log.timers.armed[run.id, DRILL] == run.closed.at + EVERY
    assert await scene.is_reminded(run)
    last = (await scene.log.read(run.id))[-1].event
    assert last == e.DrillDue(due=run.closed.at + EVERY, place="#it", via="timer")
    run = await scene.desk.act(run.id, c.Reopen(ANA, "Again."), delivery=None)
    run = await scene.desk.act(run.id, c.Close(ANA, {"verification": "No."}), delivery=None)
    assert (run.id, DRILL) not in scene.log.timers.armed, "once is enough"


async def test_without_a_channel_who_closed_it_hears_of_it(scene: Scene) -> None:
    run = await scene.drill(owner=None)
    assert await scene.is_reminded(run)
    last = (await scene.log.read(run.id))[-1].event
    assert isinstance(last, e.DrillDue)
    assert (last.whom, last.place) == (ANA, None)


@pytest.mark.parametrize("ends", ["open", "closed"])
async def test_who_drilled_since_is_not_reminded(scene: Scene, ends: str) -> None:
    first = await scene.drill()
    await scene.drill(ends=ends)
    assert not await scene.is_reminded(first)


@pytest.mark.parametrize("kind", ["mistake", "incident", "another"])
async def test_what_was_no_drill_of_it_does_not_count(scene: Scene, kind: str) -> None:
    first = await scene.drill()
    other = {"id": "flood"} if kind == "another" else {}
    ends = "mistake" if kind == "mistake" else "closed"
    await scene.drill(ends=ends, drill=kind != "incident", **other)
    assert await scene.is_reminded(first)


async def test_a_procedure_that_is_gone_or_not_to_be_drilled_any_more_is_silent(
    scene: Scene,
) -> None:
    first, second = await scene.drill(), await scene.drill(id="flood")
    scene.folder.shapes = {"flood": {**SHAPE, "id": "flood", "drill_every": None}}
    assert not await scene.is_reminded(first)
    assert not await scene.is_reminded(second)


@pytest.mark.parametrize(
    ("ends", "drill", "shape"),
    [
        ("mistake", True, {}),
        ("open", True, {}),
        ("closed", False, {}),
        ("closed", True, {"drill_every": None}),
    ],
)
async def test_what_sets_no_timer(
    scene: Scene, ends: str, *, drill: bool, shape: dict[str, object]
) -> None:
    run = await scene.drill(ends=ends, drill=drill, **shape)
    assert (run.id, DRILL) not in scene.log.timers.armed


async def test_a_private_procedure_is_not_named_in_the_owners_channel(scene: Scene) -> None:
    who = {"start": "mine"}
    roles = {"mine": {"description": "Mine", "people": [ANA.id]}}
    run = await scene.drill(private=True, who=who, roles=roles)
    assert await scene.is_reminded(run)
    facts = await scene.log.read(run.id)
    shown = notices.draw(await scene.desk.run(run.id), facts, f"drill/{len(facts)}")
    assert "fire" not in shown.text.lower()
    assert "a drill is due" in shown.text
