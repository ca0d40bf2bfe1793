"""Who fires timers is killed at every statement and every turn: each thing is done once, and told.

What was not done is due again, for whoever comes next: reminders and time-outs, requests that were
not met in time while a last vote comes, and files of evidence that are to be read.
"""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.core.acting.evidence import GivenFile, Shown
from bot.core.engine import commands as c
from bot.core.engine.effects import SEARCH
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.times import Reminded
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog, upgrade
from tests.app.test_reading import PAGE
from tests.chaos.ringing import SHA256, Slack, rung, voted
from tests.chaos.test_killed import FORMS, LONG, Killing, Scene, plays
from tests.chaos.test_killed import killing as killing  # noqa: PLC0414 - a fixture
from tests.chaos.timely import ANA, Size, Timely, what
from tests.edges.store.making import AT
from tests.fakes import FakeClock
from tests.hand import Hand

RUN = "TI-1"
ASKS = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "timely",
        "title": "Timely",
        "symptoms": ["It takes time"],
        "steps": [
            {
                "id": "asks",
                "title": "Ask first",
                "run": ["./burn"],
                "approval": {"min": 1, "timeout": "30m"},
            }
        ],
    }
)


@pytest.fixture(params=["sqlite", "postgres"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """A database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'runbook.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        upgrade(url)
    return Scene(Hand(url), tmp_path)


async def begun(log: SqlLog, procedure: Procedure) -> Desk:
    """A run of it, long ago."""
    started = e.RunStarted(
        procedure=procedure, source="x", source_sha256="5" * 64, inputs={}, channel="C1", by=ANA
    )
    desk = Desk(log, FakeClock(AT))
    assert await desk.start(started, delivery=None) is not None
    return desk


def armed(scene: Scene) -> list[str]:
    """The timers that are still there, but for what is still to be looked through for secrets."""
    rows = scene.hand.say("SELECT name FROM timers ORDER BY name")
    return [name for (name,) in rows if not name.startswith(SEARCH)]


async def is_told_once(scene: Scene, run: str) -> None:
    """What is to be told of what time did is to be shown."""
    for fact in await scene.log.read(run):
        if isinstance(fact.event, Reminded | e.ApprovalLapsed):
            to_owner = isinstance(fact.event, Reminded) and fact.event.told == "owner"
            key = f"{run}/{'reminder' if to_owner else 'notice'}/{fact.seq}"
            assert await scene.log.message(key) is not None, key


@FORMS
def test_reminders_time_outs_waits_and_requests_that_lapse(
    scene: Scene, killing: Killing, dice: random.Random, *, short: bool
) -> None:
    timely = Timely(scene.hand.url, Size(1, [2]), early=60.0)
    asyncio.run(timely.begin())

    async def judge() -> None:
        await rung(scene.log, scene.folder)
        found = await timely.kept()
        assert Counter(what(fact) for fact, _ in found) == timely.expected
        await is_told_once(scene, RUN)
        assert armed(scene) == []

    asked = {"work": "time"}
    plays(scene, killing, dice, "time is kept", asked, judge, short=short)


def forms(name: str, first: str, other: str) -> pytest.MarkDecorator:
    """Both forms of the first, and the long one of the other."""
    return pytest.mark.parametrize(
        (name, "short"),
        [(first, True), *(pytest.param(one, False, marks=LONG) for one in (first, other))],
    )


@forms("first", "vote", "timer")
def test_a_vote_at_the_end_of_its_time(
    scene: Scene, killing: Killing, dice: random.Random, first: str, *, short: bool
) -> None:
    """Whichever comes first counts, and the other finds that out; it is never both, nor neither."""
    request, until = 0, AT

    async def asks() -> None:
        nonlocal request, until
        desk = await begun(scene.log, ASKS)
        run = await desk.act(RUN, c.AskApproval("asks", ANA), delivery=None)
        request, until = run.asked["asks"].number, run.asked["asks"].until or AT

    asyncio.run(scene.judged(asks))
    assert until == AT + timedelta(minutes=30)

    async def judge() -> None:
        said = await voted(scene.log, RUN, request, SystemClock())
        await rung(scene.log, scene.folder)
        assert (await scene.log.checked(RUN)).faults == ()
        kinds = Counter(fact.event.kind for fact in await scene.log.read(RUN))
        assert kinds["approval_voted"] + kinds["approval_lapsed"] == 1, kinds
        assert ("too late" in said) == (kinds["approval_lapsed"] == 1)
        (last,) = (await scene.log.read(RUN))[request:]
        assert await scene.log.message(f"{RUN}/notice/{last.seq}") is not None
        assert (await Desk(scene.log, SystemClock()).run(RUN)).asked["asks"].is_approved == (
            kinds["approval_voted"] == 1
        )
        assert armed(scene) == []

    asked = {
        "work": "edge",
        "run": RUN,
        "request": request,
        "until": until.isoformat(),
        "first": first,
    }
    plays(scene, killing, dice, f"{first} and end meet", asked, judge, short=short)


@forms("slack", "gives it", "is silent")
def test_a_file_of_evidence_is_read(
    scene: Scene,
    killing: Killing,
    dice: random.Random,
    slack: str,
    *,
    short: bool,
) -> None:
    """Read and not recorded, it is read once more; recorded, never again; refused, it is said."""
    files, given = Slack(scene.folder), slack == "gives it"
    if not given:
        files.silent.touch()

    async def shows() -> None:
        desk = await begun(scene.log, PAGE)
        file = GivenFile("F0PANEL", "panel.png", 9, "image/png")
        await desk.act("SI-1", c.Take("one", ANA), delivery=None)
        await desk.act("SI-1", c.MarkDone("one", ANA, shown=Shown(files=(file,))), delivery=None)

    asyncio.run(scene.judged(shows))

    def readings() -> int:
        noted = files.readings.read_text() if files.readings.exists() else ""
        return noted.count("begun")

    async def told() -> list[e.EvidenceRead]:
        assert (await scene.log.checked("SI-1")).faults == ()
        facts = await scene.log.read("SI-1")
        return [fact.event for fact in facts if isinstance(fact.event, e.EvidenceRead)]

    async def judge() -> None:
        before, first = await told(), readings()
        assert armed(scene) == ([] if before else ["evidence 3"]), "it is never lost"
        # What was put off for a process that is gone comes again when that time is over.
        scene.hand.say("UPDATE timers SET due_at = 0")
        await rung(scene.log, scene.folder)
        (read,) = await told()
        assert readings() == first + (0 if before else 1)
        error = None if given else "Slack did not give it for 0 minutes"
        assert (read.sha256, read.error) == (SHA256 if given else None, error)
        assert armed(scene) == []
        files.readings.unlink()

    name = "a file is read" if given else "a file is given up"
    plays(scene, killing, dice, name, {"work": "time"}, judge, short=short)
