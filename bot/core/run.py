"""A run, folded from its facts: what is known, never what should happen next.

`evolve` is total over the events that `bot.core.decide` makes and takes no clock but the fact's
own time. The life of a step stands in `bot.core.states`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core import events as e
from bot.core.overview import Overview, overview
from bot.core.procedure import Group, Placed, Procedure, VerifyByCheck
from bot.core.procedure import Step as ProcedureStep
from bot.core.showing import Showing, learn
from bot.core.states import TRANSITIONS as TRANSITIONS  # noqa: PLC0414 - spoken of here
from bot.core.states import State as State  # noqa: PLC0414 - likewise
from bot.core.template import fill


@dataclass(frozen=True, slots=True)
class Step:
    """A step of this run; `handed` are who had it before it was handed over, and by whom it was."""

    state: State = State.OPEN
    holder: e.Person | None = None
    taken_at: datetime | None = None
    ended_by: e.Person | None = None
    ended_at: datetime | None = None
    words: str | None = None
    notes: tuple[tuple[e.Person, str], ...] = ()
    on_check: bool = False
    handed: tuple[e.Person, e.Person] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A look at a check that was asked for and has not ended."""

    id: str
    check: str
    at: datetime
    step: str | None
    batch: str | None
    wait: bool
    by: e.Person


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last look at a check."""

    green: bool
    at: datetime
    observed: e.CheckObserved


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the verification: its key, its words, and where it stands (None: not yet known)."""

    key: str
    title: str
    check: str | None
    green: bool | None
    at: datetime | None
    why: str
    by: e.Person | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """How and when the run was closed."""

    by: e.Person
    at: datetime
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """All that is known of a run after its first `seq` facts; `head` is the last one's hash."""

    id: str
    seq: int
    head: str
    procedure: Procedure
    inputs: Mapping[str, str]
    channel: str
    started_by: e.Person
    started_at: datetime
    placed: tuple[Placed, ...]
    steps: Mapping[str, Step]
    pending: Mapping[str, Request] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    confirmed: Mapping[str, tuple[e.Person, datetime]] = field(default_factory=dict)
    notes: tuple[tuple[e.Person, str], ...] = ()
    people: Mapping[str, e.Person] = field(default_factory=dict)
    closed: Closed | None = None
    _seen: Overview | None = field(default=None, init=False, repr=False, compare=False)
    showing: Showing = field(default_factory=Showing)

    def words(self, text: str) -> str:
        """Put the run's inputs into a text of its procedure."""
        return fill(text, self.inputs)

    def find(self, step_id: str) -> Placed | None:
        """The step with this id, as it stands in the procedure."""
        return self._overview.places.get(step_id)

    @property
    def _overview(self) -> Overview:
        seen = self._seen
        if seen is None:
            begun = {k for k, s in self.steps.items() if s.state in (State.TAKEN, State.DONE)}
            seen = overview(self.placed, begun)
            object.__setattr__(self, "_seen", seen)
        return seen

    @property
    def title(self) -> str:
        return self.words(self.procedure.title)

    def ruled_out(self, placed: Placed) -> bool:
        """Whether another alternative of a `one_of` group around this step was chosen.

        An alternative is chosen while a step of it is taken or done; when it is given back,
        skipped or fails, the others are open again. One that failed is ruled out too, once
        another is chosen: it must not be tried again beside it.
        """
        if self.steps[placed.step.id].state not in (State.OPEN, State.FAILED):
            return False
        return self._overview.passed_by(placed)

    def next_steps(self) -> tuple[Placed, ...]:
        """The open steps whose turn it is: one, or one of each branch where order is free."""
        return tuple(self._turn(self.procedure.steps, loose=False))

    def _turn(self, steps: Iterable[ProcedureStep], *, loose: bool) -> list[Placed]:
        found: list[Placed] = []
        for step in steps:
            if isinstance(step, Group):
                found += self._turn(step.steps, loose=step.any_order or step.one_of)
            elif self._waits(placed := self._overview.places[step.id]):
                found.append(placed)
            if found and not loose:
                break
        return found

    def _waits(self, placed: Placed) -> bool:
        return self.steps[placed.step.id].state is State.OPEN and not self.ruled_out(placed)

    @property
    def finished(self) -> int:
        """How many steps are behind us: done or skipped, or not needed any more."""
        return sum(
            self.steps[p.step.id].state in (State.DONE, State.SKIPPED) or self.ruled_out(p)
            for p in self.placed
        )

    def verification(self) -> tuple[Item, ...]:
        """Every line of the verification and where it stands."""
        return tuple(
            self._checked(line.check)
            if isinstance(line, VerifyByCheck)
            else self._vouched(f"confirm:{index}", self.words(line.confirm))
            for index, line in enumerate(self.procedure.verification)
        )

    def _checked(self, name: str) -> Item:
        title = self.words(self.procedure.checks[name].title)
        verdict = self.verdicts.get(name)
        if verdict is None:
            return Item(f"check:{name}", title, name, None, None, "not yet run")
        why = "" if verdict.green else shortfall(verdict.observed)
        return Item(f"check:{name}", title, name, verdict.green, verdict.at, why)

    def _vouched(self, key: str, title: str) -> Item:
        found = self.confirmed.get(key)
        if found is None:
            return Item(key, title, None, None, None, "nobody has confirmed it yet")
        person, at = found
        return Item(key, title, None, green=True, at=at, why="", by=person)

    @property
    def recovered(self) -> bool:
        """Whether every line of the verification is green, and there is at least one."""
        items = self.verification()
        return bool(items) and all(item.green for item in items)

    @property
    def responders(self) -> tuple[e.Person, ...]:
        """Everyone who did something in the run, in order of appearance."""
        return tuple(self.people.values())


def shortfall(observed: e.CheckObserved) -> str:
    """Say in a few words why a look is red: the first expectation that did not hold."""
    missed = [seen for seen in observed.seen if not seen.held]
    if not missed:
        return observed.reason or "not as expected"
    first = missed[0]
    where = f"{first.member}: " if first.member else ""
    more = f" (and {len(missed) - 1} more)" if len(missed) > 1 else ""
    return f"{where}{_amiss(first)}{more}"


def _amiss(seen: e.Seen) -> str:
    """What was seen in place of what was expected: `status is active, not revoked`."""
    if seen.expectation.startswith(("status ", "an answer")):
        # A status that is off, or an answer that did not come, speaks for itself.
        return seen.seen
    name, equals, wanted = seen.expectation.partition(" equals ")
    if equals:
        return f"{name.removeprefix('/')} is {seen.seen}, not {wanted}"
    return f"{seen.seen}, expected {seen.expectation}"


def begin(fact: e.Fact) -> Run:
    """The run after its first fact, which must be a RunStarted."""
    started = fact.event
    if not isinstance(started, e.RunStarted) or fact.seq != 1:
        raise TypeError(f"{fact.run_id} does not begin with run_started")
    placed = started.procedure.leaves()
    return Run(
        id=fact.run_id,
        seq=1,
        head=fact.hash,
        procedure=started.procedure,
        # By name, as they are stored: a run looks the same to whoever reads it back.
        inputs=dict(sorted(started.inputs.items())),
        channel=started.channel,
        started_by=started.by,
        started_at=fact.at,
        placed=placed,
        steps={p.step.id: Step() for p in placed},
        people={started.by.id: started.by},
    )


def evolve(run: Run, fact: e.Fact) -> Run:
    """The run after one more fact; raises ValueError when the fact cannot follow."""
    if fact.seq != run.seq + 1:
        raise ValueError(f"{run.id}: fact {fact.seq} cannot follow fact {run.seq}")
    if fact.run_id != run.id or fact.event.kind not in _CHANGES:
        raise ValueError(f"{run.id}: {fact.event.kind} of {fact.run_id} cannot follow")
    step = getattr(fact.event, "step", None)
    if step is not None and step not in run.steps:
        raise ValueError(f"{run.id} has no step {step}")
    changed = _CHANGES[fact.event.kind](run, fact)
    return replace(changed, seq=fact.seq, head=fact.hash, people=_met(run.people, fact.event))


def fold(facts: Iterable[e.Fact], run: Run | None = None) -> Run:
    """Fold facts into a run, from the start or onto *run*."""
    for fact in facts:
        run = begin(fact) if run is None else evolve(run, fact)
    if run is None:
        raise ValueError("a run has at least one fact")
    return run


def _met(people: Mapping[str, e.Person], event: e.Event) -> Mapping[str, e.Person]:
    """Remember who appeared: the first to act first; a name, once told, is kept."""
    seen = [p for p in (getattr(event, "by", None), getattr(event, "to", None)) if p]
    fresh = [p for p in seen if p.id not in people or (people[p.id].name is None and p.name)]
    return {**people, **{p.id: p for p in fresh}} if fresh else people


def _step(run: Run, fact: e.Fact) -> Run:
    """Move one step along the table of transitions."""
    event = fact.event
    old = run.steps[event.step]
    state = TRANSITIONS.get((old.state, event.kind))
    if state is None:
        raise ValueError(f"{run.id}: {event.kind} cannot follow while {event.step} is {old.state}")
    match event:
        case e.StepTaken(by=by):
            new = Step(state, holder=by, taken_at=fact.at, notes=old.notes)
        case e.StepHandedOver(to=to, by=by):
            new = replace(old, holder=to, taken_at=fact.at, handed=(old.holder or by, by))
        case e.StepReturned(to=to):
            new = replace(old, holder=to, taken_at=fact.at, handed=None)
        case e.StepGivenBack() | e.StepUndone():
            new = Step(state, notes=old.notes)
        case _:
            new = replace(
                old,
                state=state,
                ended_by=event.by,
                ended_at=fact.at,
                words=getattr(event, "reason", None) or getattr(event, "what", None),
                on_check=getattr(event, "on_check", False),
            )
    steps = {**run.steps, event.step: new}
    if state is State.TAKEN:
        # A wait that changes hands goes on.
        return replace(run, steps=steps)
    pending = {k: r for k, r in run.pending.items() if not (r.wait and r.step == event.step)}
    return replace(run, steps=steps, pending=pending)


def _note(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    note = (event.by, event.text)
    if event.step is None:
        return replace(run, notes=(*run.notes, note))
    step = run.steps[event.step]
    return replace(run, steps={**run.steps, event.step: replace(step, notes=(*step.notes, note))})


def _requested(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    request = Request(
        event.request, event.check, fact.at, event.step, event.batch, event.wait, event.by
    )
    # A newer request for the same purpose takes the older one's place.
    kept = {
        k: r
        for k, r in run.pending.items()
        if (r.check, r.wait, r.step) != (request.check, request.wait, request.step)
    }
    return replace(run, pending={**kept, request.id: request})


def _observed(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    pending = (
        {k: r for k, r in run.pending.items() if k != event.request} if event.final else run.pending
    )
    verdict = Verdict(event.green, fact.at, event)
    return replace(run, pending=pending, verdicts={**run.verdicts, event.check: verdict})


def _confirmed(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    return replace(run, confirmed={**run.confirmed, event.item: (event.by, fact.at)})


def _closed(run: Run, fact: e.Fact) -> Run:
    return replace(run, closed=Closed(fact.event.by, fact.at, fact.event.reasons), pending={})


def _reopened(run: Run, fact: e.Fact) -> Run:
    # The trouble came back, or was never gone: what was seen before is no evidence any more.
    return replace(run, closed=None, verdicts={}, confirmed={})


def _only_told(run: Run, fact: e.Fact) -> Run:
    return run


def _shown(run: Run, fact: e.Fact) -> Run:
    return replace(run, showing=learn(run.showing, fact.event))


_CHANGES = {
    "step_taken": _step,
    "step_done": _step,
    "step_skipped": _step,
    "step_failed": _step,
    "step_given_back": _step,
    "step_handed_over": _step,
    "step_returned": _step,
    "step_undone": _step,
    "note_added": _note,
    "verification_requested": _only_told,
    "check_requested": _requested,
    "check_observed": _observed,
    "recovery_confirmed": _confirmed,
    "export_requested": _only_told,
    "run_closed": _closed,
    "run_reopened": _reopened,
    "timer_fired": _only_told,
    "board_replaced": _shown,
    "posting_refused": _shown,
    "posting_resumed": _shown,
}
