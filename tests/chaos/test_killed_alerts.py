"""Whoever has a run and its alert tell each other is killed at every statement and every turn.

The run hears of each change once, whoever comes to it; the episode knows its run, also where the
one who started that was killed just then; and the message of the alert is to show how it stands.
"""

import asyncio
import random
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.core.run import events as e
from bot.core.run.polling import ALERT_HEARD, ALERT_SHOWN
from bot.edges.store import SqlLog, upgrade
from tests.chaos.alerting import RUN, done, fires, rung
from tests.chaos.test_killed import LONG, Killing, Scene, plays
from tests.chaos.test_killed import killing as killing  # noqa: PLC0414 - a fixture
from tests.fakes import FakeClock
from tests.hand import Hand

ACTS = ("started", "resolved", "fires again", "closed")
"""Each after those before it."""
FORMS = pytest.mark.parametrize(
    ("what", "short"),
    [
        *((what, True) for what in ACTS),
        *(pytest.param(what, False, marks=LONG) for what in ACTS),
    ],
)
TOLD = {
    "started": [],
    "resolved": [("AL-1", False)],
    "fires again": [("AL-1", False), ("AL-2", True)],
    "closed": [("AL-1", False), ("AL-2", True)],
}
"""What the run has heard after each: the episode, and whether it fires."""


@pytest.fixture(params=["sqlite", "postgres"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """A database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'runbook.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        upgrade(url)
    return Scene(Hand(url), tmp_path)


async def begun(log: SqlLog, what: str) -> None:
    """All that came before, and an alert that fires."""
    await fires(log, 0)
    for before in ACTS[: ACTS.index(what)]:
        await done(log, before)
        await rung(log)


@FORMS
def test_each_hears_of_the_other_once(
    scene: Scene, killing: Killing, dice: random.Random, what: str, *, short: bool
) -> None:
    asyncio.run(scene.judged(lambda: begun(scene.log, what)))
    scene.hand.say("DELETE FROM deliveries")

    async def judge() -> None:
        log = scene.log
        # Slack delivers it once more, or the sender says it again; who is left fires what is due.
        await done(log, what)
        await rung(log)
        assert (await log.checked(RUN)).faults == ()
        assert len(await log.runs(limit=10)) == 1
        heard = [
            (fact.event.episode, fact.event.ended is None)
            for fact in await log.read(RUN)
            if isinstance(fact.event, e.AlertChanged)
        ]
        assert heard == TOLD[what]
        many = 2 if what in ("fires again", "closed") else 1
        for number in range(1, many + 1):
            episode = await log.episodes.episode(f"AL-{number}")
            assert episode is not None
            assert episode.runs == (RUN,)
        assert await log.episodes.episode(f"AL-{many + 1}") is None
        rows = scene.hand.say("SELECT name FROM timers")
        assert not {ALERT_HEARD, ALERT_SHOWN} & {name for (name,) in rows}
        run = await Desk(log, FakeClock()).run(RUN)
        assert (run.closed is not None) == (what == "closed")

    asked = {"work": "alert", "what": what}
    plays(scene, killing, dice, f"an alert {what}", asked, judge, short=short)
