"""Whoever carries out a hand-off is killed at every statement and every turn of each act of it.

What was asked is asked once in each run; what was accepted is the other's in all of them; and the
message that asks for all hears of each end once, whoever comes to it.
"""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.desk import Desk
from bot.core.acting.messages import TO_ONE
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.polling import HANDED, HANDOFF
from bot.edges.store import SqlLog, upgrade
from tests.chaos.shifting import ANA, BEN, CHLOE, done, rung
from tests.chaos.test_killed import LONG, Killing, Scene, plays
from tests.chaos.test_killed import killing as killing  # noqa: PLC0414 - a fixture
from tests.fakes import FakeClock
from tests.hand import Hand

RUNS = ("SH-3", "SH-2", "SH-1")
"""The newest first: that is the one whose message asks for all."""
FIRST, *OTHERS = RUNS
SHIFT = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "shift",
        "title": "Shift",
        "symptoms": ["It is late"],
        "steps": [{"id": "one", "title": "One", "do": "It."}],
    }
)
ACTS = ("asked", "accepted", "declined", "taken back", "timed out", "taken over")
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
    """Ana is on a step of three runs, and has asked ben where he is to answer."""
    # An answer waits for the board of a run that was just started; these are older all the while,
    # so that each death finds as many points as there were at first.
    clock = FakeClock(await log.now() - timedelta(minutes=1))
    desk = Desk(log, clock)
    started = e.RunStarted(
        procedure=SHIFT, source="x", source_sha256="5" * 64, inputs={}, channel="C1", by=ANA
    )
    for _ in RUNS:
        run = await desk.start(started, delivery=None, another=True)
        assert run is not None
        await desk.act(run.id, c.Take("one", ANA), delivery=None)
    if what not in ("asked", "taken over"):
        assert await done(log, "asked", clock) == ""
        for run_id in RUNS:
            assert (await desk.run(run_id)).handoffs


def armed(scene: Scene) -> list[str]:
    rows = scene.hand.say("SELECT name FROM timers ORDER BY name")
    return [name for (name,) in rows if name.startswith((HANDOFF, HANDED))]


@FORMS
def test_each_act_of_a_hand_off(
    scene: Scene, killing: Killing, dice: random.Random, what: str, *, short: bool
) -> None:
    asyncio.run(scene.judged(lambda: begun(scene.log, what)))
    # Slack's deliveries are each of their own.
    scene.hand.say("DELETE FROM deliveries")
    if what == "timed out":
        scene.hand.say("UPDATE timers SET due_at = 0 WHERE name LIKE ?", f"{HANDOFF}%")

    async def judge() -> None:
        # Slack delivers it once more, and whoever is left fires what is due.
        assert what == "timed out" or await done(scene.log, what) in ("", OVER)
        await rung(scene.log)
        kinds: dict[str, Counter[str]] = {}
        for run in RUNS:
            assert (await scene.log.checked(run)).faults == (), run
            kinds[run] = Counter(fact.event.kind for fact in await scene.log.read(run))
        await judged(scene, what, kinds)

    plays(
        scene,
        killing,
        dice,
        f"a hand-off is {what}",
        {"work": "shift", "what": what},
        judge,
        short=short,
    )


OVER = (
    "Nothing was recorded: that hand-off is over; the thread says how it ended. *More…* on the "
    "board begins another."
)


async def judged(scene: Scene, what: str, kinds: dict[str, Counter[str]]) -> None:
    """Each act is there once, in each run that it is of, and those who wait hear of it."""
    desk = Desk(scene.log, FakeClock())
    held = {run: (await desk.run(run)).steps["one"].holder for run in RUNS}
    offered = {run: kinds[run]["handoff_offered"] for run in RUNS}
    assert offered == dict.fromkeys(RUNS, 0 if what == "taken over" else 1)
    if what == "asked":
        assert set(held.values()) == {ANA}
        number = (await scene.log.read(FIRST))[-1].seq
        assert await scene.log.message(f"{FIRST}/{TO_ONE}{number}") is not None
        assert len(armed(scene)) == len(RUNS)
        assert set((await desk.run(FIRST)).together[number]) == set(OTHERS)
        return
    if what == "accepted":
        assert {one.id for one in held.values() if one} == {BEN.id}
        assert all(kinds[run]["step_handed_over"] == 1 for run in RUNS)
    if what == "timed out":
        assert all(kinds[run]["handoff_lapsed"] == 1 for run in RUNS)
    if what in ("accepted", "timed out"):
        assert kinds[FIRST]["handoff_ended_elsewhere"] == len(OTHERS)
        assert armed(scene) == []
        return
    kind = {"declined": "handoff_declined", "taken back": "handoff_taken_back"}.get(what)
    if kind is not None:
        assert (kinds[FIRST][kind], [kinds[run][kind] for run in OTHERS]) == (1, [0, 0])
        assert len(armed(scene)) == len(OTHERS)
        assert set(held.values()) == {ANA}
        return
    assert kinds[FIRST]["step_handed_over"] == 1
    assert held == {FIRST: CHLOE, **dict.fromkeys(OTHERS, ANA)}
