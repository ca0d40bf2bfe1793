"""Whoever changes a run's timeline is killed at every statement and every turn of each act of it.

Slack delivers it once more, others add the same message, and it is there once, as it was meant.
"""

import asyncio
import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.core.run import events as e
from bot.edges.store import SqlLog, upgrade
from tests.chaos.shifting import ANA, BEN
from tests.chaos.test_killed import LONG, Killing, Scene, plays
from tests.chaos.test_killed import killing as killing  # noqa: PLC0414 - a fixture
from tests.chaos.test_killed_shift import SHIFT
from tests.chaos.timeline import done
from tests.fakes import FakeClock
from tests.hand import Hand

RUN = "SH-1"
ACTS = {"added": "message_pinned", "corrected": "pin_corrected", "taken back": "pin_taken_back"}
FORMS = pytest.mark.parametrize(
    ("what", "short"),
    [
        *((what, True) for what in ACTS),
        *(pytest.param(what, False, marks=LONG) for what in ACTS),
    ],
)


@pytest.fixture(params=["sqlite", "postgres"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """A database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'runbook.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        upgrade(url)
    return Scene(Hand(url), tmp_path)


async def begun(log: SqlLog, what: str) -> None:
    """A run, and what is corrected or taken back in its timeline."""
    clock = FakeClock(await log.now() - timedelta(minutes=1))
    started = e.RunStarted(
        procedure=SHIFT, source="x", source_sha256="5" * 64, inputs={}, channel="C1", by=ANA
    )
    assert await Desk(log, clock).start(started, delivery=None) is not None
    if what != "added":
        assert "in the timeline" in await done(log, "added", RUN)


@FORMS
def test_each_act_on_a_timeline(
    scene: Scene, killing: Killing, dice: random.Random, what: str, *, short: bool
) -> None:
    asyncio.run(scene.judged(lambda: begun(scene.log, what)))
    # Slack's deliveries are each of their own.
    scene.hand.say("DELETE FROM deliveries")

    async def judge() -> None:
        await done(scene.log, what, RUN)
        if what == "added":
            # Somebody else wants it there as well, and hears who did it.
            assert "added it" in await done(scene.log, what, RUN, press="another", by=BEN)
        assert (await scene.log.checked(RUN)).faults == ()
        kinds: list[str] = [fact.event.kind for fact in await scene.log.read(RUN)]
        assert kinds.count("message_pinned") == 1
        assert kinds.count(ACTS[what]) == 1
        pins = [*(await Desk(scene.log, FakeClock()).run(RUN)).pins.values()]
        texts = {"added": ["Both nodes are down"], "corrected": ["Both nodes are up"]}
        assert [pin.text for pin in pins] == texts.get(what, [])

    plays(
        scene,
        killing,
        dice,
        f"a message of a timeline is {what}",
        {"work": "pins", "what": what, "run": RUN},
        judge,
        short=short,
    )
