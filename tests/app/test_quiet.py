"""A run of six hours with 60 steps and five people: how often the bot speaks, and what it says.

Each message is drawn as it is when it is posted: that is what a notification shows.
"""

import re
from datetime import timedelta
from typing import Any

from bot.app.desk import Desk
from bot.app.timers import TimerRunner
from bot.core.engine import commands as c
from bot.core.engine.fold import fold
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.sendings import KINDS
from bot.core.run.shift import HandoffAccepted, HandoffOffered, RoleAssigned
from bot.core.run.times import Reminded
from bot.core.views import notices
from tests.fakes import FakeClock, FakeLog

MOST = 40
"""How many messages six hours may have, the board's among them."""
STEPS = 60
TEAM = [e.Person(id=f"U0P{n}", name=f"p{n}") for n in range(5)]
EVERY_S = 6 * 3600 / STEPS
LONG = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "night",
        "title": "A long night",
        "symptoms": ["It is broken"],
        "checks": {
            "up": {
                "title": "It is up",
                "target": "system",
                "get": "/up",
                "expect": [{"pointer": "/up", "equals": True}],
            }
        },
        "steps": [
            {"id": f"s{n}", "title": f"Do {n}", "do": "It.", "timeout": "30m", "remind": "10m"}
            for n in range(STEPS)
        ],
        "verification": [{"check": "up"}, {"confirm": "They are told"}],
    }
)


class Night:
    """A run in memory, with what time does to it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock, timedelta(minutes=15))
        self.timers = TimerRunner(self.desk, self.log.timers, self.clock)
        self.run_id = ""

    async def begins(self) -> None:
        event = e.RunStarted(
            procedure=LONG,
            source="x",
            source_sha256="0" * 64,
            inputs={},
            channel="C0INC",
            by=TEAM[0],
        )
        run = await self.desk.start(event, delivery=None)
        assert run is not None
        self.run_id = run.id

    async def does(self, *commands: c.Command) -> Run:
        run = await self.desk.run(self.run_id)
        for command in commands:
            run = await self.desk.act(self.run_id, command, delivery=None)
        return run

    async def passes(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.timers.poller.visit()

    async def looks(self, *, green: bool) -> None:
        run = await self.desk.run(self.run_id)
        for request in list(run.pending.values()):
            seen = e.Seen(expectation="/up is true", held=green, seen="x")
            look = e.CheckObserved(
                request=request.id, check=request.check, green=green, final=True, seen=(seen,)
            )
            await self.does(c.Observe(look))

    async def happens(self, n: int, mine: e.Person, other: e.Person) -> list[c.Command]:
        """What befalls a step between its taking and its end."""
        step = f"s{n}"
        match n:
            case 7 | 33 | 48:
                await self.does(c.Fail(step, mine, "It broke."), c.Undo(step, mine))
                return [c.Take(step, other), c.MarkDone(step, other)]
            case 12 | 44:
                await self.does(c.HandOver(step, mine, other))
                return [c.MarkDone(step, other)]
            case 18:
                await self.does(c.TakeOver(step, other))
                return [c.MarkDone(step, other)]
            case 21 | 41:
                return [c.GiveBack(step, mine), c.Skip(step, other, "It is not needed.")]
            case 26 | 36 | 52:
                shared = c.AddNote(step, mine, "It smokes.", shared=True)
                return [shared, c.AddNote(None, other, "Called them."), c.MarkDone(step, mine)]
            case 30:
                run = await self.does(c.AssignRole("commander", mine, mine), c.HandOff(mine, other))
                accepted = c.AcceptHandoff(other, run.seq)
                return [accepted, c.MarkDone(step, other)]
            case 39:
                # It takes long: there is a reminder, and a time-out.
                await self.passes(1_300)
                await self.passes(900)
                return [c.MarkDone(step, mine)]
            case _:
                return [c.MarkDone(step, mine)]

    async def of_a_step(self, n: int) -> None:
        mine, other = TEAM[n % 5], TEAM[(n + 2) % 5]
        await self.does(c.Take(f"s{n}", mine))
        await self.passes(EVERY_S / 2)
        await self.does(*await self.happens(n, mine, other))
        await self.passes(EVERY_S / 2)


async def night() -> Night:
    """All of it, from the start to a run that is closed as recovered."""
    made = Night()
    await made.begins()
    await made.does(c.ChangeSeverity("SEV2", TEAM[0], "Half of it is down."))
    for n in range(STEPS):
        await made.of_a_step(n)
        if n in (20, 40):
            await made.does(c.Verify(TEAM[1]))
            await made.looks(green=False)
        if n == 45:
            await made.does(c.ChangeSeverity("SEV3", TEAM[2], "Most of it is up."))
    await made.does(c.Verify(TEAM[1]))
    await made.looks(green=True)
    await made.does(c.Confirm("confirm:1", TEAM[3]), c.Close(TEAM[0], {}))
    await made.looks(green=True)
    return made


def posted(facts: list[e.Fact], key: str, number: int) -> Any:
    """A message as it was when it was posted: after what made it, and what came with that."""
    at = facts[number - 1].at
    then = [fact for fact in facts if fact.at <= at]
    return notices.draw(fold(then), then, key)


async def test_six_hours_are_quiet_and_each_message_stands_alone() -> None:
    made = await night()
    facts = await made.log.read(made.run_id)
    run = fold(facts)
    assert run.closed is not None
    assert run.closed.recovered
    assert run.closed.at - run.started_at >= timedelta(hours=6)
    rows = [row for row in made.log.outbox.rows.values() if row.run_id == run.id]
    assert len(rows) <= MOST, sorted(row.key for row in rows)
    spoken = {fact.event.kind for fact in facts}
    for quiet in ("step_taken", "step_done", "step_given_back", "step_undone"):
        assert quiet in spoken, "it happened, and is no message"
    for row in rows:
        key = row.key.partition("/")[2]
        assert key.partition("/")[0] in KINDS
        if not key.startswith("notice/"):
            continue
        number = int(key.partition("/")[2])
        kind = facts[number - 1].event.kind
        assert kind not in ("step_taken", "step_done", "step_given_back"), kind
        words = posted(facts, key, number).text
        assert run.id in words[:40], words
        assert len(words) > len(run.id) + 20, words
        assert "<!channel>" not in words
        assert "<!here>" not in words
        event = facts[number - 1].event
        picture = posted(facts, key, number)
        called = set(re.findall(r"<@(\w+)>", f"{picture.text} {picture.blocks}"))
        assert called == due(event, facts), (kind, words)


def due(event: e.Event, facts: list[e.Fact]) -> set[str]:
    """Whom a message calls, and why: never whoever did what it tells of, but to do more."""
    match event:
        case e.StepHandedOver():
            # One has a step now; the other is to stop.
            who = [event.to, event.was]
        case RoleAssigned(to=to):
            who = [to]
        case HandoffOffered(whom=whom):
            # To answer.
            who = [whom]
        case HandoffAccepted(request=request):
            # They asked, and wait for it.
            offered = facts[request - 1].event
            assert isinstance(offered, HandoffOffered)
            who = [offered.by]
        case Reminded(whom=whom):
            who = [whom]
        case _:
            return set()
    by = getattr(event, "by", None)
    return {one.id for one in who if one is not None and one != by}
