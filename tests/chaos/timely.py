"""Runs in which time does much: time-outs, reminders, waits, and approvals that lapse.

They are made beside the bot, by the rules that it has, so that many come due at the same time.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.app.desk import Desk
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.events import Fact
from bot.core.run.times import Reminded, StepLate, WaitOver
from bot.demo.workspace.state import TEAM_ID
from bot.edges.store import SqlLog
from tests.fakes import FakeClock
from tests.story.driver import INCIDENTS

ANA, BEN, CHLOE = (e.Person(id=f"U0{name.upper()}", name=name) for name in ("ana", "ben", "chloe"))
OfTime = Reminded | StepLate | WaitOver | e.ApprovalLapsed
"""What the bot writes by itself because a time has come."""
What = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of it: so many steps at each time-out, of so many seconds."""

    each: int
    lengths: Sequence[int]


def procedure(size: Size) -> Procedure:
    """Steps with a time-out each, of which three people are told; a wait; and three requests."""
    late = [
        {"timeout": f"{length}s", "remind": "1s", "role": "mender"}
        for length in size.lengths
        for _ in range(size.each)
    ]
    lapses = {"approval": {"min": 2, "timeout": f"{size.lengths[0]}s"}}
    asked = [
        {"id": one, "title": f"Ask {one}", "run": [f"./{one}"], **lapses}
        for one in ("nobody", "one", "both")
    ]
    steps = [
        *({"id": f"s{n}", "title": f"Part {n}", "do": "It.", **of} for n, of in enumerate(late, 1)),
        {"id": "pause", "title": "Pause", "wait": {"for": f"{size.lengths[0]}s"}},
        *asked,
    ]
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "timely",
            "title": "Timely",
            "owner": {"team": "trust-platform", "slack": "#trust-oncall"},
            "symptoms": ["It takes time"],
            "roles": {"mender": {"description": "sees to it", "people": [ANA.id, BEN.id]}},
            "steps": [{"id": "all", "title": "All", "any_order": True, "steps": steps}],
        }
    )


@dataclass(slots=True)
class Timely:
    """Begins the runs, and knows what time has to do to each."""

    url: str
    size: Size
    early: float = 0.0
    """For how many seconds people have been at it when a run is begun."""
    runs: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """Begin a run, with everything in it under way; on SQLite no bot may run meanwhile."""
        event = e.RunStarted(
            procedure=procedure(self.size),
            source="timely",
            source_sha256="0" * 64,
            inputs={},
            channel=INCIDENTS,
            team=TEAM_ID,
            by=ANA,
        )
        async with await SqlLog.open(self.url) as log:
            desk = Desk(log, FakeClock(await log.now() - timedelta(seconds=self.early)))
            run = await desk.start(event, delivery=None, another=True)
            assert run is not None
            taken = [f"s{n}" for n in range(1, self._late + 1)]
            for step in (*taken, "pause"):
                await desk.act(run.id, c.Take(step, ANA), delivery=None)
            for step, voters in (("nobody", ()), ("one", (BEN,)), ("both", (BEN, CHLOE))):
                asked = await desk.act(run.id, c.AskApproval(step, ANA), delivery=None)
                number = asked.asked[step].number
                for voter in voters:
                    await desk.act(run.id, c.Vote(step, voter, number), delivery=None)
        self.runs.append(run.id)

    @property
    def _late(self) -> int:
        return self.size.each * len(self.size.lengths)

    @property
    def expected(self) -> Counter[What]:
        """What time has to do, once each."""
        found: Counter[What] = Counter()
        for run in self.runs:
            for n in range(1, self._late + 1):
                found[run, "step_late", f"s{n}"] = 1
                for told in ("person", "role", "owner"):
                    found[run, "reminded", f"s{n}", told] = 1
            found[run, "wait_over", "pause"] = 1
            found[run, "approval_lapsed", "nobody"] = found[run, "approval_lapsed", "one"] = 1
        return found

    async def kept(self) -> list[tuple[Fact, float]]:
        """What time did, as the record has it, and when each was due, in seconds since 1970."""
        found: list[tuple[Fact, float]] = []
        async with await SqlLog.open(self.url, read_only=True) as log:
            for run in self.runs:
                assert (await log.checked(run)).faults == ()
                facts = await log.read(run)
                found += [(one, _due(one.event, facts)) for one in facts if _is_of_time(one)]
        return found


def _is_of_time(fact: Fact) -> bool:
    return isinstance(fact.event, OfTime)


def _due(event: e.Event, facts: Sequence[Fact]) -> float:
    if isinstance(event, e.ApprovalLapsed):
        request = facts[event.request - 1].event
        assert isinstance(request, e.ApprovalRequested)
        assert request.until is not None
        return request.until.timestamp()
    assert isinstance(event, Reminded | StepLate | WaitOver)
    return event.due.timestamp()


def what(fact: Fact) -> What:
    """What an entry of time is about: there is to be one of each."""
    event = fact.event
    assert isinstance(event, OfTime)
    told = (event.told,) if isinstance(event, Reminded) else ()
    return fact.run_id, event.kind, event.step or "", *told
