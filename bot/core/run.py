"""A run, folded from its facts: what is known, never what should happen next.

`evolve` is total over the events that `bot.core.decide` makes and takes no clock but the fact's
own time. The life of a step stands in `bot.core.states`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core import events as e
from bot.core.life import Step
from bot.core.overview import Overview, overview
from bot.core.procedure import Group, Placed, Procedure, VerifyByCheck, Wait
from bot.core.procedure import Step as ProcedureStep
from bot.core.proof import Closing, Item, Proof, Request, Verdict, Vouched, shortfall
from bot.core.showing import Showing, learn
from bot.core.states import TRANSITIONS, State
from bot.core.template import fill

__all__ = ["TRANSITIONS", "Closed", "Reopened", "Run", "State", "Step", "begin", "evolve", "fold"]


MISTAKE = "mistake"
"""The key of the one reason that closes a run which was started by mistake."""


@dataclass(frozen=True, slots=True)
class Closed:
    """How and when the run was closed; `again` is the run in its place, at `again_at`."""

    by: e.Person
    at: datetime
    reasons: Mapping[str, str]
    again: str | None = None
    again_at: str | None = None

    @property
    def mistake(self) -> str | None:
        """Why the run should not have been started, if it was closed for that."""
        return self.reasons.get(MISTAKE)


@dataclass(frozen=True, slots=True)
class Reopened:
    """Who had the run go on after it was closed, when and why."""

    by: e.Person
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """All that is known of a run after its first `seq` facts; `head` is the last one's hash.

    `reasons` are those that were given when it was last tried to close it, and it stayed open.
    """

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
    proof: Proof = field(default_factory=Proof)
    notes: tuple[tuple[e.Person, str], ...] = ()
    people: Mapping[str, e.Person] = field(default_factory=dict)
    closing: Closing | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    closed: Closed | None = None
    instead_of: str | None = None
    instead_at: str | None = None
    reopened: Reopened | None = None
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
            seen = overview(self.placed, begun, self.pending.values())
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
        """How many steps are finished: done or skipped, or not needed any more."""
        return sum(
            self.steps[p.step.id].state in (State.DONE, State.SKIPPED) or self.ruled_out(p)
            for p in self.placed
        )

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The last look at each check."""
        return self.proof.verdicts

    def verification(self) -> tuple[Item, ...]:
        """Every line of the verification and where it stands."""
        return self.proof.items(self.procedure, self.inputs)

    @property
    def all_green(self) -> bool:
        """Whether every line of the verification is green, and there is at least one."""
        items = self.verification()
        return bool(items) and all(item.green for item in items)

    @property
    def recovered_at(self) -> datetime | None:
        """When all was seen green together, after the last thing that was done; None if not."""
        return self.proof.recovered_at(self.verification())

    def verdict(self, placed: Placed) -> Verdict | None:
        """The last look at a step's check, if it is younger than the work on the step."""
        check = placed.step.wait.until if isinstance(placed.step, Wait) else placed.step.check
        seen = self.verdicts.get(check or "")
        since = self.steps[placed.step.id].taken_at
        # What was seen before anyone was on the step says nothing about what they did.
        return None if seen is None or since is None or seen.at < since else seen

    def in_doubt(self, placed: Placed) -> bool:
        """Whether a step was marked done, and its check failed."""
        seen = self.verdict(placed)
        state = self.steps[placed.step.id].state
        return state is State.DONE and seen is not None and not seen.green

    def looks(self, step: str | None) -> Sequence[Request]:
        """The looks under way for a step; for the verification without one."""
        return self._overview.looks.get(step, ())

    def waits_for(self, placed: Placed) -> Request | None:
        """The look of a wait that is under way for a step."""
        return next((r for r in self.looks(placed.step.id) if r.wait), None)

    @property
    def responders(self) -> tuple[e.Person, ...]:
        """Everyone who did something in the run, in order of appearance."""
        return tuple(self.people.values())


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
        instead_of=started.instead_of,
        instead_at=started.instead_at,
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
    return replace(
        changed,
        seq=fact.seq,
        head=fact.hash,
        people=_met(run.people, fact.event),
        proof=changed.proof.after(fact.event),
    )


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
            # Who took it over themselves was not handed it.
            handed = None if by.id == to.id else (old.holder or by, by)
            new = replace(old, holder=to, taken_at=fact.at, handed=handed)
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
        event.request,
        event.check,
        fact.at,
        event.step,
        event.batch,
        event.wait,
        event.by,
        event.once,
        moved=fact.at,
    )
    # A newer request for the same purpose takes the older one's place.
    replaced = [r for r in run.pending.values() if r.purpose == request.purpose]
    kept = {k: r for k, r in run.pending.items() if r not in replaced}
    return replace(
        run, pending={**kept, request.id: request}, proof=run.proof.asked(request, replaced)
    )


def _observed(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    pending = {k: r for k, r in run.pending.items() if k != event.request}
    request = run.pending.get(event.request)
    if request is not None and not event.final:
        pending[event.request] = request.seen(event, fact.at)
    lines = {one.check for one in run.procedure.verification if isinstance(one, VerifyByCheck)}
    closing = run.closing
    if closing is not None and request is not None and request.once and not event.green:
        red = {**closing.red, f"check:{event.check}": shortfall(event)}
        closing = replace(closing, red=red)
    proof = run.proof.observed(event, fact.at, lines)
    return replace(run, pending=pending, closing=closing, proof=proof)


def _confirmed(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    by = Vouched(event.by, fact.at, event.words)
    return replace(run, proof=run.proof.vouched(event.item, by))


def _closing(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    return replace(run, closing=Closing(event.by, fact.at, f"z{fact.seq}", event.reasons))


def _kept_open(run: Run, fact: e.Fact) -> Run:
    pending = {k: r for k, r in run.pending.items() if not r.once}
    reasons = run.closing.reasons if run.closing else run.reasons
    return replace(run, closing=None, pending=pending, reasons=reasons)


def _closed(run: Run, fact: e.Fact) -> Run:
    event = fact.event
    closed = Closed(event.by, fact.at, event.reasons, event.again, event.again_at)
    return replace(run, closing=None, closed=closed, pending={}, reasons={})


def _reopened(run: Run, fact: e.Fact) -> Run:
    # The trouble came back, or was never gone: what was seen before is no evidence any more.
    reopened = Reopened(fact.event.by, fact.at, fact.event.reason)
    return replace(run, closed=None, reopened=reopened, proof=Proof())


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
    "confirmation_withdrawn": _only_told,
    "export_requested": _only_told,
    "closing_requested": _closing,
    "run_kept_open": _kept_open,
    "run_closed": _closed,
    "run_reopened": _reopened,
    "timer_fired": _only_told,
    "board_replaced": _shown,
    "posting_refused": _shown,
    "posting_resumed": _shown,
}
