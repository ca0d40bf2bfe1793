"""A run is started again with other values, and the bot is killed before the old one is closed.

Two runs have to do with it: the new one's first entry is there, and the old one is closed by a
timer of the new one's. Whoever is killed in between leaves that to whoever comes next.
"""

import asyncio
import random
import signal
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest

from bot.core.run import events as e
from bot.core.run.events import Fact
from bot.edges.store import SqlLog
from tests.chaos.conftest import Play, within
from tests.chaos.crowd import Crowd, Intent
from tests.chaos.plan import lasts
from tests.chaos.site import Site
from tests.story.driver import ONCALL, Json, Someone, words

LONG = lasts(weight=2)
HELD = {"method": "chat.postMessage", "fault": "5xx"}
"""While no board comes, the old run waits for the new one's address, and so for the kill."""


@dataclass(slots=True)
class Again:
    """Someone beside the crowd whose runs all turn out to be started with the wrong value."""

    place: Site
    people: Crowd
    one: Someone
    old: str = ""

    async def begins(self, thing: str) -> None:
        """Start a run and wait for its board."""
        intent = Intent("run", "", thing, self.one.name, presses=1)
        self.people.intents.append(intent)
        await self.one.types(f"/runbook chore-ana thing={thing}")
        self.old = await self.one.eventually(partial(self._board, thing), f"a board for {thing}")
        intent.acked = intent.seen = True

    async def again(self, thing: str) -> None:
        """Have it started again with another value; the new run is recorded, and has no board."""
        intent = Intent("run", "", thing, self.one.name, presses=1)
        await self.one.does("More…", await self._of(self.old))
        await self.one.does("Start again with other values…", await self.one.form())
        await self.one.eventually(self._form, "the form")
        await self.place.faults(rules=[HELD])
        self.people.intents.append(intent)
        assert (await self.one.fills({"What": thing}))["ok"]
        intent.acked = True
        await self.one.eventually(partial(self._begun, thing), f"a run for {thing}")

    async def ended(self, thing: str) -> None:
        """Wait for the new board, and for the old one to say where it is gone."""
        self.old, old = (
            await self.one.eventually(partial(self._board, thing), f"a board for {thing}"),
            self.old,
        )
        await self.one.eventually(partial(self._closed, old), f"the end of {old}")

    async def _board(self, thing: str) -> str | None:
        for board in await self.one.boards():
            if f"`{thing}`" in words(board):
                return _run(board)
        return None

    async def _of(self, run_id: str) -> Json:
        """The board of a run; others may name it."""
        (board,) = [board for board in await self.one.boards() if _run(board) == run_id]
        return board

    async def _form(self) -> bool | None:
        return "starts a new run" in words(await self.one.form()) or None

    async def _begun(self, thing: str) -> bool | None:
        async with await SqlLog.open(self.place.url, read_only=True) as log:
            for row in await log.runs(limit=5):
                (first, *_) = await log.read(row.run_id)
                if isinstance(first.event, e.RunStarted) and first.event.inputs["thing"] == thing:
                    return True
        return None

    async def _closed(self, run_id: str) -> bool | None:
        return "In its place: <" in words(await self._of(run_id)) or None


def _run(board: Json) -> str:
    return str(board["metadata"]["event_payload"]["run"])


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("times", [2, pytest.param(200, marks=LONG)])
async def test_kills_between_start_again_and_the_end_of_the_old_run(
    times: int, url: str, play: Play, dice: random.Random
) -> None:
    """All replicas are killed at once, or all but one, and start again at their own pace."""

    async def kills(place: Site, people: Crowd) -> dict[str, int]:
        numbers = count(1)
        again = Again(place, people, Someone(place.people, "eli", ONCALL))
        await again.begins(f"again-{next(numbers)}")
        done = 0
        for done in within(times):  # noqa: B007 - how many there were is told
            thing = f"again-{next(numbers)}"
            await again.again(thing)
            await asyncio.sleep(dice.uniform(0.0, 0.3))
            spared = dice.choice(place.replicas) if dice.random() < 0.3 else None
            killed = [r for r in place.replicas if r is not spared or len(place.replicas) == 1]
            await asyncio.gather(*(replica.end(signal.SIGKILL) for replica in killed))
            await place.faults()
            for replica in killed:
                await replica.begin()
            await again.ended(thing)
        await _each_once(place.url, done + 1)
        return {"kills": done + 1}

    await play("kill -9 before the old run is closed", url, kills)


async def _each_once(url: str, pairs: int) -> None:
    """Each run but the last was closed once, for the one that was started in its place."""
    async with await SqlLog.open(url, read_only=True) as log:
        facts = {run_id: await log.read(run_id) for run_id in await log.every()}
    mine = {
        run_id: [fact.event for fact in of]
        for run_id, of in facts.items()
        if _thing(of).startswith("again-")
    }
    instead = {run_id: of[0].instead_of for run_id, of in mine.items()}  # type: ignore[union-attr]
    assert len(mine) == pairs + 1
    for run_id, old in instead.items():
        if old is not None:
            ends = [event for event in mine[old] if isinstance(event, e.RunClosed)]
            assert [end.again for end in ends] == [run_id]
            assert sum(isinstance(event, e.TimerFired) for event in mine[run_id]) == 1
    assert sorted(filter(None, instead.values())) == sorted(set(mine) - {_last(instead)})


def _thing(facts: list[Fact]) -> str:
    first = facts[0].event
    return first.inputs["thing"] if isinstance(first, e.RunStarted) else ""


def _last(instead: dict[str, str | None]) -> str:
    """The run in whose place none was started."""
    (last,) = set(instead) - set(instead.values())
    return last
