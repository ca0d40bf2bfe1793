"""How the steps of a run stand, counted from the entries alone: views are compared with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.rounds import span


@dataclass
class Mark:
    """A step, as the last entry about it has it."""

    state: str = "open"
    who: e.Person | None = None
    since: datetime | None = None
    answer: str | None = None
    why: str | None = None


@dataclass
class Count:
    """What the entries of a run come to."""

    marks: dict[str, Mark] = field(default_factory=dict)
    people: dict[str, None] = field(default_factory=dict)
    closed: e.RunClosed | None = None
    closing: bool = False

    def of(self, state: str, ids: Sequence[str]) -> dict[str, Mark]:
        """The steps that are in a state, among some."""
        return {one: mark for one in ids if (mark := self.marks.get(one)) and mark.state == state}


def recount(facts: Sequence[e.Fact]) -> Count:
    """Go through the entries once."""
    count = Count()
    for n, fact in enumerate(facts):
        event = fact.event
        for who in (getattr(event, "by", None), getattr(event, "to", None)):
            if isinstance(who, e.Person):
                count.people[who.id] = None
        if (mark := _mark(event, fact.at)) is not None:
            count.marks[mark[0]] = mark[1]
        elif isinstance(event, e.StepGivenBack | e.StepUndone):
            count.marks.pop(event.step, None)
        elif isinstance(event, e.StepsReopened):
            # On the page as it was then: members may have come and gone since.
            for step in span(fold(facts[:n]).placed, event.first, event.last):
                count.marks.pop(step, None)
        else:
            _of_run(count, event)
    return count


def _mark(event: e.Event, at: datetime) -> tuple[str, Mark] | None:
    """Which step an entry marks, and how."""
    match event:
        case e.StepTaken(step=step, by=who):
            return step, Mark("taken", who, at)
        case e.StepHandedOver(step=step, to=who) | e.StepReturned(step=step, to=who):
            return step, Mark("taken", who, at)
        case e.StepDone(step=step, by=who) | e.StepApproved(step=step, by=who):
            return step, Mark("done", who, at)
        case e.StepSkipped(step=step, by=who, reason=why):
            return step, Mark("skipped", who, at, why=why)
        case e.StepFailed(step=step, by=who, what=why):
            return step, Mark("failed", who, at, why=why)
        case e.Decided(step=step, by=who, option=answer, reason=why):
            return step, Mark("done", who, at, answer, why)
    return None


def _of_run(count: Count, event: e.Event) -> None:
    match event:
        case e.ClosingRequested():
            count.closing = True
        case e.RunKeptOpen():
            count.closing = False
        case e.RunClosed():
            count.closed, count.closing = event, False
        case e.RunReopened():
            count.closed = None
