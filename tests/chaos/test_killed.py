"""Whoever erases, or looks for secrets, is killed at every statement and every turn in between.

What was promised is gone once the list is done again, the press comes again or the timer fires;
what was not is whole; and every chain holds, at every moment.
"""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app.desk import Desk
from bot.app.erasing import Asked, Erasing
from bot.app.erasure_list import listed
from bot.core.engine import commands as c
from bot.edges.store import SqlLog, file_of, upgrade
from tests.chaos import report
from tests.chaos.conftest import within
from tests.chaos.killed import chosen, fired, searched
from tests.chaos.plan import lasts
from tests.chaos.site import ROOT, environment
from tests.edges.store.making import AT, BEN
from tests.edges.store.test_erasing import CANARY, EVE, closed_run, left
from tests.edges.store.test_erasing_later import opened
from tests.edges.store.test_searching import is_told_and_masked_once, pasted
from tests.fakes import FakeClock
from tests.hand import Hand

LONG = lasts(weight=2)
CLOSED, OTHER, OPEN = "KC-1", "KC-2", "KC-3"
SHORT = 3
"""At how many points the short form kills, beside those at the line of the list."""


class Killing:
    """The process that forks whoever is killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.killed"],
            cwd=ROOT,
            env=environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, **asked: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture(scope="session")
def killing() -> Iterator[Killing]:
    made = Killing()
    yield made
    made.end()


@dataclass(slots=True)
class Scene:
    """Runs full of canaries, as they are put back for each death; what is done again after it."""

    hand: Hand
    folder: Path
    log: SqlLog = field(init=False)
    """Open while it is judged."""

    @property
    def url(self) -> str:
        return self.hand.url

    @property
    def listing(self) -> Path:
        return self.folder / listed(file_of(self.url))

    @property
    def desk(self) -> Desk:
        return Desk(self.log, FakeClock(AT))

    async def judged(self, judge: Callable[[], Awaitable[None]]) -> None:
        async with await SqlLog.open(self.url) as self.log:
            await judge()

    def note(self, line: str) -> None:
        with self.listing.open("a") as written:
            written.write(f"{line}\n")

    def promised(self, run: str) -> bool:
        """Whether the list has a whole line that names a run, so that it can be done again."""
        texts = self.listing.read_text().splitlines() if self.listing.exists() else []
        return any(f'"run":"{run}"' in text and text.endswith("}") for text in texts)

    def rows(self, run: str) -> list[Any]:
        """All that is stored of a run."""
        facts = self.hand.say("SELECT seq, body, beside, hash FROM facts WHERE run_id = ?", run)
        said = self.hand.say(
            "SELECT people, title, started_by, head FROM runs WHERE run_id = ?", run
        )
        return [sorted(facts), said]

    async def holds(self, *runs: str) -> None:
        """Every chain does."""
        for run in runs or (CLOSED, OTHER, OPEN):
            assert (await self.log.checked(run)).faults == (), run

    async def is_left(self, run: str) -> list[str]:
        """What is left of the canaries in a run, however one reads it."""
        return sorted({*left(await self.log.read(run)), *left(self.rows(run))})

    async def again(self) -> list[str]:
        """Do the list again, as an operator does after a death."""
        lines = self.listing.read_text().splitlines() if self.listing.exists() else []
        if not lines:
            return []
        return await Erasing(self.desk, self.log, self.note).do(Asked(again=tuple(lines)))

    async def closes(self, run: str) -> None:
        await self.desk.act(run, c.Mistake(BEN, "an alarm"), delivery=None)


async def _made(url: str) -> None:
    async with await SqlLog.open(url) as log:
        desk = Desk(log, FakeClock(AT))
        for channel in ("C1", "C2"):
            await closed_run(desk, channel)
        await opened(desk, "C3")


@pytest.fixture(params=["sqlite", "postgres"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    url = f"sqlite:///{tmp_path / 'runbook.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        upgrade(url)
    asyncio.run(_made(url))
    return Scene(Hand(url), tmp_path)


def chosen_points(first: int, last: int, dice: random.Random, *, short: bool) -> Sequence[int]:
    """Where it is killed: everywhere from just before the first line of the list to the end."""
    points = range(max(1, first - 3), last + 1)
    if not short:
        # In any order: where the time is up before all were played, they are any of them.
        return dice.sample(points, len(points))
    # The line itself is what the promise hangs on.
    return sorted({*range(first + 1, first + 4), *dice.sample(points, min(SHORT, len(points)))})


def plays(
    scene: Scene,
    killing: Killing,
    dice: random.Random,
    name: str,
    asked: dict[str, Any],
    judge: Callable[[], Awaitable[None]],
    *,
    short: bool,
) -> None:
    """Have it done whole once, then kill it at each point; *judge* what is left of each."""
    put_back = scene.hand.kept()
    asked = {**asked, "url": scene.url, "folder": str(scene.folder)}
    whole = killing(**asked, point=0)
    said = (scene.folder / "said").read_text()
    assert not whole["killed"], said
    assert "points" in whole, said
    asyncio.run(scene.judged(judge))
    points = chosen_points(whole["first"], whole["points"], dice, short=short)
    kills = played = 0
    for number in points if short else (points[n] for n in within(len(points))):
        played += 1
        scene.listing.unlink(missing_ok=True)
        put_back()
        kills += killing(**asked, point=number)["killed"]
        asyncio.run(scene.judged(judge))
    assert 2 * kills >= played, "there is a turn more or less, and no more"
    kind = "sqlite" if scene.hand.is_file else "postgresql"
    report.row(f"kill while {name}", kind, 1, {"kills": kills, "points": len(points)})


FORMS = pytest.mark.parametrize("short", [True, pytest.param(False, marks=LONG)])


@FORMS
def test_the_command_for_a_run(
    scene: Scene, killing: Killing, dice: random.Random, *, short: bool
) -> None:
    others = {run: scene.rows(run) for run in (OTHER, OPEN)}

    async def judge() -> None:
        await scene.holds()
        found = await scene.is_left(CLOSED)
        assert found in ([], sorted([CANARY, "canary eve", "ucanary99"])), "all of it, or nothing"
        promised = scene.promised(CLOSED)
        assert found or promised, "the list is on the disk before anything goes"
        await scene.again()
        assert await scene.is_left(CLOSED) == ([] if promised else found)
        assert {run: scene.rows(run) for run in others} == others, "what was not to go is whole"
        await scene.holds()

    plays(
        scene,
        killing,
        dice,
        "erasing a run",
        {"work": "command", "words": ["erase", CLOSED]},
        judge,
        short=short,
    )


@FORMS
def test_the_command_for_a_person(
    scene: Scene, killing: Killing, dice: random.Random, *, short: bool
) -> None:
    async def judge() -> None:
        await scene.holds()
        promised = {run for run in (CLOSED, OTHER, OPEN) if scene.promised(run)}
        noted = bool((await scene.desk.run(OPEN)).to_erase)
        await scene.again()
        for run in (CLOSED, OTHER):
            found = set(await scene.is_left(run)) - {CANARY}
            assert found == (set() if run in promised else {"canary eve", "ucanary99"}), run
        await scene.closes(OPEN)
        await fired(scene.log, scene.note)
        found = set(await scene.is_left(OPEN)) - {CANARY}
        assert found == (set() if noted else {"canary eve", "ucanary99"})
        assert await fired(scene.log, scene.note) == 0
        await scene.holds()

    plays(
        scene,
        killing,
        dice,
        "erasing a person",
        {"work": "command", "words": ["erase", "--person", EVE.id]},
        judge,
        short=short,
    )


@FORMS
def test_erase_something_in_slack(
    scene: Scene, killing: Killing, dice: random.Random, *, short: bool
) -> None:
    """Slack delivers the press again when nobody answered it."""

    async def judge() -> None:
        await scene.holds()
        said = await chosen(scene.log, scene.note, OPEN, (1, 2))
        kinds = [fact.event.kind for fact in await scene.log.read(OPEN)]
        texts = [text for _, text in (await scene.desk.run(OPEN)).notes]
        assert kinds[3:] == ["erased", "erasure_noted"], "done once, and noted once"
        assert "Erased: the words of entry 2" in said or "Entry 2 was erased on" in said
        assert f"{CANARY} one" not in texts
        assert texts[1] == f"{CANARY} two", "only one's own"
        await scene.closes(OPEN)
        await fired(scene.log, scene.note)
        facts = await scene.log.read(OPEN)
        assert f"{CANARY}-key" not in str([*facts, *scene.rows(OPEN)])
        assert f"{CANARY} two" in str(facts), "what was not to go is whole"
        await scene.holds()

    plays(
        scene,
        killing,
        dice,
        "erasing in Slack",
        {"work": "chosen", "run": OPEN},
        judge,
        short=short,
    )


@FORMS
def test_what_is_done_once_a_run_is_closed(
    scene: Scene, killing: Killing, dice: random.Random, *, short: bool
) -> None:
    others = {run: scene.rows(run) for run in (CLOSED, OTHER)}

    async def noted() -> None:
        await Erasing(scene.desk, scene.log, scene.note).do(Asked(run=OPEN))
        await scene.closes(OPEN)

    asyncio.run(scene.judged(noted))

    async def judge() -> None:
        await scene.holds()
        # Another process finds the timer, or that it is done.
        await fired(scene.log, scene.note)
        assert await scene.is_left(OPEN) == []
        last = [fact for fact in await scene.log.read(OPEN) if fact.event.kind == "erased"]
        assert not (await scene.desk.run(OPEN)).to_erase
        assert len(last) == 2, "the notes at once, and the rest when it was closed"
        assert await fired(scene.log, scene.note) == 0
        assert {run: scene.rows(run) for run in others} == others, "what was not to go is whole"
        await scene.holds()

    plays(scene, killing, dice, "erasing at the closing", {"work": "timer"}, judge, short=short)


@FORMS
def test_the_search_for_secrets(
    scene: Scene, killing: Killing, dice: random.Random, *, short: bool
) -> None:
    """From the entry on: it is told once, and masked once, by whoever comes to it."""
    others = {run: scene.rows(run) for run in (CLOSED, OTHER, OPEN)}
    run = ""

    async def paste() -> None:
        nonlocal run
        run, _ = await pasted(scene.log)

    asyncio.run(scene.judged(paste))

    async def judge() -> None:
        await scene.holds(run)
        await searched(scene.log, run)
        await is_told_and_masked_once(scene.log, run)
        assert {one: scene.rows(one) for one in others} == others

    asked = {"work": "search", "run": run}
    plays(scene, killing, dice, "a secret is looked for", asked, judge, short=short)
