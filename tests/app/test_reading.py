"""The file of evidence is read once, later where Slack does not give it, or given up."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.app import reading
from bot.app.desk import Desk
from bot.app.reading import AT_ONCE, LEASE, TURN, Reading
from bot.core.acting.evidence import GivenFile, Shown
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.polling import EVIDENCE
from bot.ports.messages import Gone, Rejected, Throttled, Unsure
from bot.ports.work import Due
from tests.core.strategies import ANA
from tests.fakes import FakeClock, FakeLog, settle

PAGE = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "show-it",
        "title": "Show it",
        "symptoms": ["Nobody believes it"],
        "steps": [{"id": "one", "title": "One", "do": "It.", "evidence": {"file": "A picture"}}],
    }
)


class Slack:
    """Files in Slack; each call meets the next trouble, or gives `content`."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles, self.asked, self.content = list(troubles), 0, b"a picture"
        self.held: asyncio.Event | None = None

    async def read(self, team: str | None, file: str, most: int) -> AsyncIterator[bytes]:
        self.asked += 1
        if self.held is not None:
            await self.held.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        yield self.content[:4]
        yield self.content[4:]


class Scene:
    def __init__(self, *troubles: Exception) -> None:
        self.clock = FakeClock()
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock)
        self.slack = Slack(*troubles)
        self.reading = Reading(self.desk, self.clock, self.slack)

    async def begin(self, *given: str) -> Due:
        given = given or ("F0PANEL",)
        started = e.RunStarted(
            procedure=PAGE, source="x", source_sha256="5" * 64, inputs={}, channel="C0", by=ANA
        )
        run = await self.desk.start(started, delivery=None, another=True)
        assert run is not None
        files = tuple(GivenFile(one, f"{one}.png", 9, "image/png") for one in given)
        await self.desk.act(run.id, c.Take("one", ANA), delivery=None)
        await self.desk.act(run.id, c.MarkDone("one", ANA, shown=Shown(files=files)), delivery=None)
        due, *others = await self.due()
        assert (due.name, len(others)) == (f"{EVIDENCE}3", len(given) - 1)
        return due

    async def due(self) -> list[Due]:
        return [one for one in (await self.log.timers.due(10))[0] if EVIDENCE in one.name]

    async def read(self, due: Due) -> list[e.EvidenceRead]:
        assert self.reading.begin(due) == LEASE
        await settle()
        await asyncio.gather(*self.reading._tasks.values())
        facts = await self.log.read(due.run_id)
        return [fact.event for fact in facts if isinstance(fact.event, e.EvidenceRead)]


async def test_what_was_read_is_recorded_once_and_stops_the_timer() -> None:
    scene = Scene()
    due = await scene.begin()
    (read,) = await scene.read(due)
    assert read.sha256 == hashlib.sha256(scene.slack.content).hexdigest()
    assert (read.entry, read.file, read.size, read.error) == (3, "F0PANEL", 9, None)
    assert await scene.due() == []
    assert len(await scene.read(due)) == 1


@pytest.mark.parametrize("trouble", [Gone("it is gone"), Rejected("it may not be read")])
async def test_why_it_cannot_be_read_is_recorded(trouble: Exception) -> None:
    scene = Scene(trouble)
    (read,) = await scene.read(await scene.begin())
    assert (read.sha256, read.error) == (None, str(trouble))


async def test_of_several_files_each_is_read_and_recorded_by_itself() -> None:
    scene = Scene(Gone("it is gone"))
    due = await scene.begin("F0ONE", "F0TWO", "F0THREE")
    read = [await scene.read(one) for one in await scene.due()][-1]
    assert [(one.entry, one.file, one.error) for one in read] == [
        (3, "F0ONE", "it is gone"),
        (4, "F0TWO", None),
        (5, "F0THREE", None),
    ]
    shown = (await scene.desk.run(due.run_id)).steps["one"].evidence
    assert [one.read for one in shown] == read


async def test_what_passes_is_tried_again_and_given_up_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "_LONGEST", 0.0)
    scene = Scene(Throttled(1), Unsure("slow"))
    (read,) = await scene.read(await scene.begin())
    assert read.sha256 is not None
    scene = Scene(*(Unsure("slow") for _ in range(4)))
    due = await scene.begin()
    assert await scene.read(due) == []
    assert scene.slack.asked == 3
    await scene.clock.advance(timedelta(minutes=30).total_seconds())
    (read,) = await scene.read(due)
    assert read.error == "Slack did not give it for 30 minutes"


async def test_what_was_given_while_nobody_ran_is_not_given_up_at_the_first_trouble() -> None:
    scene = Scene(Throttled(0))
    due = await scene.begin()
    await scene.clock.advance(timedelta(hours=2).total_seconds())
    task = asyncio.create_task(scene.read(due))
    await settle()
    (read,) = await task
    assert read.sha256 == hashlib.sha256(scene.slack.content).hexdigest()
    assert not scene.reading._since


async def test_no_more_than_a_few_are_read_at_a_time_and_a_stop_breaks_them_off() -> None:
    scene = Scene()
    scene.slack.held = asyncio.Event()
    dues = [await scene.begin()]
    for name in range(AT_ONCE):
        dues.append(Due(dues[0].run_id, f"{EVIDENCE}{name + 10}", dues[0].at))
    answers = [scene.reading.begin(due) for due in dues]
    assert answers == [LEASE] * AT_ONCE + [TURN]
    assert scene.reading.begin(dues[0]) == LEASE
    await settle()
    assert scene.slack.asked <= AT_ONCE
    await scene.reading.close()
    assert not scene.reading._tasks
