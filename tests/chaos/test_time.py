"""Replicas are killed while time-outs and reminders come: each is there once, and soon enough."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.core.run.events import Fact
from bot.core.run.times import Reminded, StepLate, WaitOver
from bot.edges.store import SqlLog
from bot.ports.log import every
from tests.chaos import report
from tests.chaos.conftest import within
from tests.chaos.site import Replica, site
from tests.hanging import HANG_S
from tests.story.driver import INCIDENTS, ONCALL, Someone, words

LONG = (pytest.mark.chaos, pytest.mark.timeout(3600))
EACH = 5
"""How many steps with a time-out one run has, beside a wait."""
LOOK = 0.2
"""Seconds between two looks at the record."""
WAITED_FOR = 0.2
"""How many of the starts are not waited for: such a replica may be killed while it starts."""
SOON = 5.0
"""Seconds in which a bot was up, at most, from when something was due until it was recorded."""


def timely(folder: Path, lengths: Sequence[Sequence[int]]) -> Path:
    """A procedure for each run; its steps have time-outs of so many seconds."""
    folder.mkdir()
    for number, seconds in enumerate(lengths, start=1):
        steps: list[dict[str, object]] = [
            {"id": f"s{n}", "title": f"Part {n}", "do": "It.", "timeout": f"{s}s", "remind": "1s"}
            for n, s in enumerate(seconds, start=1)
        ]
        steps.append({"id": "pause", "title": "Pause", "wait": {"for": f"{min(seconds)}s"}})
        made = {
            "schema": "procedure/v1",
            "id": f"timely-{number}",
            "title": f"Timely {number}",
            "owner": {"team": "trust-platform", "slack": "#trust-oncall"},
            "symptoms": ["It takes time"],
            "steps": [{"id": "all", "title": "All", "any_order": True, "steps": steps}],
            "verification": [{"confirm": "The work is done"}],
        }
        text = yaml.safe_dump(made, sort_keys=False, allow_unicode=True)
        (folder / f"timely-{number}.yaml").write_text(text, "utf-8")
    return folder


class Up:
    """When a replica was up, in seconds since 1970."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float]] = []
        self.since: float | None = None

    def begins(self) -> None:
        self.since = time.time()

    def ends(self) -> None:
        if self.since is not None:
            self.spans.append((self.since, time.time()))
        self.since = None

    def between(self, first: float, last: float) -> float:
        """For how long it was up from *first* to *last*."""
        spans = [*self.spans, *([(self.since, time.time())] if self.since else [])]
        return sum(max(0.0, min(end, last) - max(begin, first)) for begin, end in spans)


async def kept(url: str, runs: Sequence[str]) -> list[Fact]:
    """What time did, as the record has it."""
    found: list[Fact] = []
    async with await SqlLog.open(url, read_only=True) as log:
        for run in runs:
            assert (await log.checked(run)).faults == ()
            facts = await log.read(run)
            found += [f for f in facts if isinstance(f.event, Reminded | StepLate | WaitOver)]
    return found


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of it: time-outs come from so many seconds to so many."""

    runs: int
    kills: int
    first: int
    last: int


class Killer:
    """Kills replicas at random moments, some of them while they start."""

    def __init__(self, replicas: Sequence[Replica], dice: random.Random) -> None:
        self.replicas, self.dice, self.killed = replicas, dice, 0
        self.ups = {replica.name: Up() for replica in replicas}
        for up in self.ups.values():
            up.begins()

    async def kill(self, times: int) -> None:
        left = within(times)
        await asyncio.gather(*(self._torment(replica, left) for replica in self.replicas))

    async def _torment(self, replica: Replica, left: Iterator[int]) -> None:
        up = self.ups[replica.name]
        for _ in left:
            await asyncio.sleep(self.dice.uniform(0.0, 0.8))
            up.ends()
            await replica.end()
            self.killed += 1
            await replica.begin()
            if self.dice.random() > WAITED_FOR:
                await replica.ready()
                up.begins()

    def healed(self) -> None:
        """All of them are up."""
        for up in self.ups.values():
            if up.since is None:
                up.begins()

    def waited(self, fact: Fact) -> float:
        """For how long a replica was up since it was due, until it was recorded."""
        assert isinstance(fact.event, Reminded | StepLate | WaitOver)
        due, at = fact.event.due.timestamp(), fact.at.timestamp()
        return max(up.between(due, at) for up in self.ups.values())


@pytest.mark.parametrize("kind", ["sqlite", "postgres_url"])
@pytest.mark.parametrize(
    "size", [Size(1, 14, 4, 9), pytest.param(Size(8, 1000, 60, 190), marks=LONG)]
)
async def test_each_reminder_comes_once_and_soon(
    kind: str, size: Size, tmp_path: Path, dice: random.Random, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(kind)
    lengths = [[dice.randint(size.first, size.last) for _ in range(EACH)] for _ in range(size.runs)]
    environ = {"RUNBOOK_PROCEDURES": str(timely(tmp_path / "timely", lengths))}
    replicas = 1 if kind == "sqlite" else 2
    async with site(tmp_path, names=["ana"], url=url, replicas=replicas, environ=environ) as place:
        ana = Someone(place.people, "ana", INCIDENTS)
        for number in range(1, size.runs + 1):
            await ana.types(f"/runbook timely-{number}")
        runs = await _runs(url)
        for run in runs:
            await _takes_all(ana, run)
        killer = Killer(place.replicas, dice)
        await killer.kill(size.kills)
        await place.heal()
        killer.healed()
        facts = await _all(url, runs, size.runs * (3 * EACH + 1))
        assert set(Counter(map(_what, facts)).values()) == {1}
        waited = sorted(map(killer.waited, facts))
        assert waited[-1] <= SOON, waited[-5:]
        await _told(ana, runs)
    happened = {"kills": killer.killed, "entries_of_time": len(facts)}
    name = kind.removesuffix("_url")
    report.row("kill -9 around time-outs and reminders", name, replicas, happened, waited[-1])


async def _takes_all(ana: Someone, run: str) -> None:
    for n in range(1, EACH + 2):
        await ana.does("Take", await ana.board(run), row=f"step 1.{n}")


def _what(fact: Fact) -> tuple[str, ...]:
    """What an entry of time is about: there is to be one of each."""
    event = fact.event
    assert isinstance(event, Reminded | StepLate | WaitOver)
    told = event.told if isinstance(event, Reminded) else ""
    return fact.run_id, event.kind, event.step or "", told


async def _all(url: str, runs: Sequence[str], expected: int) -> list[Fact]:
    """What time did, once there are so many entries of it."""
    facts: list[Fact] = []
    for _ in range(int(HANG_S / LOOK)):
        if len(facts := await kept(url, runs)) >= expected:
            assert len(facts) == expected
            return facts
        await asyncio.sleep(LOOK)
    raise AssertionError(f"{len(facts)} of {expected} entries")


async def _runs(url: str) -> list[str]:
    async with await SqlLog.open(url, read_only=True) as log:
        return sorted([row.run_id async for row in every(log)])


async def _told(ana: Someone, runs: Sequence[str]) -> None:
    """Every reminder stands in Slack once: the person's in the thread, the owner's elsewhere."""
    oncall = ana.in_(ONCALL)
    wanted = {f"{run}: step *1.{n}*" for run in runs for n in range(1, EACH + 1)}

    async def there() -> list[str] | None:
        said = [words(one) for one in await oncall.messages()]
        found = [one for one in said if "past its time-out" in one]
        return found if len(found) >= len(wanted) else None

    found = await ana.eventually(there, "what the owner is told")
    assert len(found) == len(wanted)
    assert all(sum(one in said for said in found) == 1 for one in wanted)
    for run in runs:

        async def thread(run: str = run) -> list[str] | None:
            said = [words(one) for one in await ana.thread("time-out of", run=run)]
            return said if len(said) >= EACH else None

        told = await ana.eventually(thread, "what is said in the thread")
        assert len(told) == EACH
