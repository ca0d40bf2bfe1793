"""The fold: a run from its facts, one after another.

`evolve` is total over the events that `bot.core.engine.decide` makes and takes no clock but the
fact's own time. What each kind of fact changes is said by its act.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.acts.registry import MEANINGS
from bot.core.procedure.each import repeat, repeats
from bot.core.run import events as e
from bot.core.run.alerted import Alerted
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.rooms import Room


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
    placed, steps = started.procedure.leaves(), started.procedure.steps
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
        led_from=started.led_from,
        led_step=started.led_step,
        led_at=started.led_at,
        commit=started.commit,
        via=started.via,
        drill=started.drill,
        severity=started.severity or started.procedure.severity,
        repeated=(repeated := {g.id: repeat(started.procedure, g) for g in repeats(steps)}),
        unlisted=dict.fromkeys(repeated, ""),
        acted=fact.at,
        alert=None
        if started.episode is None
        else Alerted(started.episode, started.episode_at, started.alerts, started.detected_at),
        room=None
        if started.room is None
        else Room(started.room == "private", started.asked_in or ""),
    )


def evolve(run: Run, fact: e.Fact) -> Run:
    """The run after one more fact; raises ValueError when the fact cannot follow."""
    event = fact.event
    if fact.seq != run.seq + 1:
        raise ValueError(f"{run.id}: fact {fact.seq} cannot follow fact {run.seq}")
    if fact.run_id != run.id or isinstance(event, e.RunStarted):
        raise ValueError(f"{run.id}: {event.kind} of {fact.run_id} cannot follow")
    # Not asked as attributes: of one that it does not have, a model thinks for long.
    said = vars(event)
    step = said.get("step")
    if step is not None and step not in run.steps:
        raise ValueError(f"{run.id} has no step {step}")
    meaning = MEANINGS.of(event)
    changed = meaning.changes(run, event, fact.at)
    aged = meaning.matters is not None and meaning.matters.ages and meaning.matters.when(event)
    active = isinstance(event, e.OfStep) or meaning.who(event) is not None
    return replace(
        changed,
        acted=fact.at if active else changed.acted,
        called=() if active else changed.called,
        seq=fact.seq,
        head=fact.hash,
        people=_met(run.people, said.get("by"), said.get("to")),
        proof=changed.proof.aged() if aged else changed.proof,
        offers=meaning.offers(run, run.offers, event, fact.seq),
    )


def after(run: Run, events: Sequence[e.Event], at: datetime) -> Run:
    """The run with these events, whose hashes nobody has calculated yet."""
    for seq, event in enumerate(events, start=run.seq + 1):
        run = evolve(run, e.Fact(run.id, seq, at, event, ""))
    return run


def _met(people: Mapping[str, e.Person], *seen: e.Person | None) -> Mapping[str, e.Person]:
    """Remember who appeared: the first to act first; a name, once told, is kept."""
    fresh = [
        p
        for p in seen
        if p is not None and (p.id not in people or (people[p.id].name is None and p.name))
    ]
    return {**people, **{p.id: p for p in fresh}} if fresh else people
