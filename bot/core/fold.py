"""The fold: a run from its facts, one after another.

`evolve` is total over the events that `bot.core.decide` makes and takes no clock but the fact's
own time: a new kind of fact that is forgotten here is an error of types.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.core import events as e
from bot.core.expected import shortfall
from bot.core.life import Step
from bot.core.offers import after
from bot.core.procedure import VerifyByCheck
from bot.core.proof import Closing, Proof, Request, Vouched, purpose
from bot.core.run import Closed, Reopened, Run
from bot.core.showing import learn
from bot.core.states import TRANSITIONS, State


def fold(facts: Iterable[e.Fact], run: Run | None = None) -> Run:
    """Fold facts into a run, from the start or onto *run*."""
    for fact in facts:
        run = begin(fact) if run is None else evolve(run, fact)
    if run is None:
        raise ValueError("a run has at least one fact")
    return run


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
    event = fact.event
    if fact.seq != run.seq + 1:
        raise ValueError(f"{run.id}: fact {fact.seq} cannot follow fact {run.seq}")
    if fact.run_id != run.id or isinstance(event, e.RunStarted):
        raise ValueError(f"{run.id}: {event.kind} of {fact.run_id} cannot follow")
    step = getattr(event, "step", None)
    if step is not None and step not in run.steps:
        raise ValueError(f"{run.id} has no step {step}")
    changed = _changed(run, event, fact)
    return replace(
        changed,
        seq=fact.seq,
        head=fact.hash,
        people=_met(run.people, event),
        proof=changed.proof.after(event),
        offers=after(run, run.offers, event, fact.seq),
    )


def _changed(run: Run, event: e.Later, fact: e.Fact) -> Run:  # noqa: C901 - a case a kind
    """What a fact changes beside its number and who appeared."""
    match event:
        case (
            e.StepTaken()
            | e.StepDone()
            | e.StepSkipped()
            | e.StepFailed()
            | e.StepGivenBack()
            | e.StepHandedOver()
            | e.StepReturned()
            | e.StepUndone()
        ):
            return _step(run, event, fact.at)
        case e.CheckRequested():
            return _requested(run, event, fact.at)
        case e.CheckObserved():
            return _observed(run, event, fact.at)
        case e.NoteAdded():
            return _note(run, event)
        case e.RecoveryConfirmed():
            vouched = Vouched(event.by, fact.at, event.words)
            return replace(run, proof=run.proof.vouched(event.item, vouched))
        case e.ClosingRequested():
            closing = Closing(event.by, event.reasons)
            return replace(run, closing=closing)
        case e.RunKeptOpen():
            pending = {k: r for k, r in run.pending.items() if not r.once}
            reasons = run.closing.reasons if run.closing else run.reasons
            return replace(run, closing=None, pending=pending, reasons=reasons)
        case e.RunClosed():
            how = (event.reasons, event.mistake, event.again, event.again_at)
            closed = Closed(event.by, fact.at, *how)
            return replace(run, closing=None, closed=closed, pending={}, reasons={})
        case e.RunReopened():
            # The trouble came back, or was never gone: what was seen before proves nothing now.
            reopened = Reopened(event.by, fact.at, event.reason)
            return replace(run, closed=None, reopened=reopened, proof=Proof())
        case e.BoardReplaced() | e.PostingRefused() | e.PostingResumed():
            return replace(run, showing=learn(run.showing, event))
        case (
            e.VerificationRequested()
            | e.ConfirmationWithdrawn()
            | e.ExportRequested()
            | e.TimerFired()
        ):
            # The proof is what a withdrawn confirmation changes.
            return run
        case _:
            assert_never(event)


def _met(people: Mapping[str, e.Person], event: e.Event) -> Mapping[str, e.Person]:
    """Remember who appeared: the first to act first; a name, once told, is kept."""
    seen = [p for p in (getattr(event, "by", None), getattr(event, "to", None)) if p]
    fresh = [p for p in seen if p.id not in people or (people[p.id].name is None and p.name)]
    return {**people, **{p.id: p for p in fresh}} if fresh else people


def _step(run: Run, event: e.OfStep, at: datetime) -> Run:
    """Move one step along the table of transitions."""
    old = run.steps[event.step]
    state = TRANSITIONS.get((old.state, event.kind))
    if state is None:
        raise ValueError(f"{run.id}: {event.kind} cannot follow while {event.step} is {old.state}")
    match event:
        case e.StepTaken(by=by):
            new = Step(state, holder=by, taken_at=at, notes=old.notes)
        case e.StepHandedOver(to=to, by=by):
            # Who took it over themselves was not handed it.
            handed = None if by.id == to.id else (old.holder or by, by)
            new = replace(old, holder=to, taken_at=at, handed=handed)
        case e.StepReturned(to=to):
            new = replace(old, holder=to, taken_at=at, handed=None)
        case e.StepGivenBack() | e.StepUndone():
            new = Step(state, notes=old.notes)
        case e.StepDone():
            new = replace(_ended(old, state, event.by, at, None), on_check=event.on_check)
        case e.StepSkipped():
            new = _ended(old, state, event.by, at, event.reason)
        case e.StepFailed():
            new = _ended(old, state, event.by, at, event.what)
        case _:
            assert_never(event)
    steps = {**run.steps, event.step: new}
    if state is State.TAKEN:
        # A wait that changes hands goes on.
        return replace(run, steps=steps)
    pending = {k: r for k, r in run.pending.items() if not (r.wait and r.step == event.step)}
    return replace(run, steps=steps, pending=pending)


def _ended(old: Step, state: State, by: e.Person, at: datetime, words: str | None) -> Step:
    return replace(old, state=state, ended_by=by, ended_at=at, words=words, on_check=False)


def _note(run: Run, event: e.NoteAdded) -> Run:
    note = (event.by, event.text)
    if event.step is None:
        return replace(run, notes=(*run.notes, note))
    step = run.steps[event.step]
    return replace(run, steps={**run.steps, event.step: replace(step, notes=(*step.notes, note))})


def _requested(run: Run, event: e.CheckRequested, at: datetime) -> Run:
    request = Request(
        event.request,
        event.check,
        at,
        event.step,
        event.batch,
        event.wait,
        event.by,
        event.once,
        moved=at,
    )
    # A newer request for the same purpose takes the older one's place.
    replaced = [r for r in run.pending.values() if purpose(r) == purpose(event)]
    kept = {k: r for k, r in run.pending.items() if r not in replaced}
    return replace(
        run, pending={**kept, request.id: request}, proof=run.proof.asked(request, replaced)
    )


def _observed(run: Run, event: e.CheckObserved, at: datetime) -> Run:
    pending = {k: r for k, r in run.pending.items() if k != event.request}
    request = run.pending.get(event.request)
    if request is not None and not event.final:
        pending[event.request] = request.seen(event, at)
    lines = {one.check for one in run.procedure.verification if isinstance(one, VerifyByCheck)}
    closing = run.closing
    if closing is not None and request is not None and request.once and not event.green:
        red = {**closing.red, f"check:{event.check}": shortfall(event)}
        closing = replace(closing, red=red)
    asked = {k for k, r in pending.items() if r.check == event.check}
    proof = run.proof.observed(event, at, lines, asked)
    return replace(run, pending=pending, closing=closing, proof=proof)
