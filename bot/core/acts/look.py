"""Looking at a check: what is asked for, and what was seen; the bot looks, in its rounds."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, by_person, by_the_bot
from bot.core.acting.messages import looks
from bot.core.acting.naming import by_name
from bot.core.acting.repeating import in_doubt
from bot.core.acting.sealed import ABOUT, FIGURES, OPEN, OWN, SEEN
from bot.core.acting.sentences import Around, check_title, light, why
from bot.core.acting.thread import (
    REASON_SHOWN,
    Scene,
    check_name,
    last_look,
    offering,
    pressed,
    request_of,
    said,
    step_name,
)
from bot.core.blockkit.picture import Picture
from bot.core.kinds import kind_of
from bot.core.kinds.controls import CHECK_AGAIN, FAILED, LOOK_AGAIN, UNDO
from bot.core.markup.model import Inline
from bot.core.procedure import VerifyByCheck, check_of
from bot.core.run import events as e
from bot.core.run import offers
from bot.core.run.calling import passed
from bot.core.run.closing import settled
from bot.core.run.expected import on_board, tolerated, unmet
from bot.core.run.model import Run
from bot.core.run.offers import Offers
from bot.core.run.polling import gives_up
from bot.core.run.proof import Request, purpose
from bot.core.run.states import State
from bot.core.run.waits import progress
from bot.core.text import brief, briefly, clock, mention


@dataclass(frozen=True, slots=True)
class Observe:
    """What a look at a check showed; the bot's own command, from its rounds."""

    seen: e.CheckObserved


def _rule(run: Run, command: Observe, at: datetime) -> Sequence[e.Event]:
    seen = command.seen
    asked = run.pending.get(seen.request)
    if asked is None or asked.last == seen:
        # Two processes looked, since one of them was thought dead.
        return ()
    ended = [
        e.StepDone(step=placed.step.id, by=step.holder or asked.by, on_check=True)
        for placed in run.placed
        if seen.green
        and kind_of(placed.step).ended_by(run, placed.step, seen)
        and (step := run.steps[placed.step.id]).state is State.TAKEN
    ]
    return (seen, *ended, *settled(run, asked, seen))


OBSERVE = Act(Observe, rule=_rule, when_closed=True, needs=None, asking=None)


# A look that is asked for. ----------------------------------------------------------------------


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


def _shows_request(run: Run | None, event: e.CheckRequested, number: int) -> Sequence[str]:
    """Its own message, and those of earlier requests, since nobody waits for those any more."""
    pending = run.pending.values() if run else ()
    earlier = [key for r in pending if purpose(r) == purpose(event) for key in looks(r)]
    return [f"wait/{event.request}"] * event.wait + earlier


def _waits_again(run: Run, kept: Offers, event: e.CheckRequested, number: int) -> Offers:
    if event.wait and event.step:
        return offers.without(kept, offers.about(event.step))
    return kept


def _asked(around: Around, event: e.CheckRequested, it: Inline) -> Inline:
    return "asked to check “", check_title(around, event.check), "”"


def _wait(run: Run, facts: Sequence[e.Fact], request_id: str) -> Picture:
    """The one message of a wait, edited until it ends."""
    request = request_of(facts, request_id)
    last = last_look(facts, request_id)
    name = check_name(run, request.check)
    step = f"{run.id}: step {step_name(run, request.step or '')}"
    bar = ""
    if last and last.advance:
        bar = f"\n{progress(run, request.check, last.advance)}"
    if _passed(facts, request):
        # Another look may have ended it: how far this one was is no news then.
        far = f"{_let_pass(run, last)}{bar}" if last and last.green else ""
        return said(f"🟢 {step}: {name}. Step finished.{far}")
    off = f"\n{briefly(unmet(last, run.procedure), REASON_SHOWN)}" if last else ""
    if last and last.final:
        return said(
            f"🔴 {step}: gave up: {brief(last.reason or 'it failed', REASON_SHOWN)}.{bar}{off}"
        )
    if (going := run.pending.get(request_id)) is not None:
        ends = f" Gives up {clock(gives_up(run, going), since=run.started_at)}."
        return said(f"⏳ {step}: waiting for “{name}”.{ends}{bar}{off}")
    return said(f"◽ {step}: wait canceled.{bar}{off}")


def _passed(facts: Sequence[e.Fact], request: e.CheckRequested) -> bool:
    """Whether a wait ended because its check passed, in this look or in one for another reason."""
    later = itertools.dropwhile(lambda fact: fact.event is not request, facts)
    first = next((f.event for f in itertools.islice(later, 1, None) if _ends(f, request)), None)
    return isinstance(first, e.StepDone) and first.on_check


def _ends(fact: e.Fact, wait: e.CheckRequested) -> bool:
    """Whether nobody waits any more: the step ended, the run did, or another look took over."""
    event = fact.event
    if isinstance(event, e.StepDone | e.StepSkipped | e.StepFailed | e.StepGivenBack):
        return event.step == wait.step
    if isinstance(event, e.CheckRequested):
        return purpose(event) == purpose(wait)
    return isinstance(event, e.RunClosed)


# What was seen. ---------------------------------------------------------------------------------


def _observed(run: Run, event: e.CheckObserved, at: datetime) -> Run:
    pending = {k: r for k, r in run.pending.items() if k != event.request}
    request = run.pending.get(event.request)
    if request is not None and not event.final:
        pending[event.request] = request.seen(event, at)
    lines = {one.check for _, one in run.procedure.lines() if isinstance(one, VerifyByCheck)}
    closing = run.closing
    if closing is not None and request is not None and request.once and not event.green:
        red = {**closing.red, f"check:{event.check}": unmet(event, run.procedure)}
        closing = replace(closing, red=red)
    asked = {k for k, r in pending.items() if r.check == event.check}
    proof = run.proof.observed(event, at, lines, asked)
    calls = passed(run.calls, event.check) if event.green else run.calls
    return replace(run, pending=pending, closing=closing, proof=proof, calls=calls)


def _shows_look(run: Run | None, event: e.CheckObserved, number: int) -> Sequence[str]:
    request = run.pending.get(event.request) if run is not None else None
    if run is None or request is None:
        return ()
    return [f"notice/{number}"] * offers.told(run, event) + [*looks(request)]


def _offers_what_to_do(run: Run, kept: Offers, event: e.CheckObserved, number: int) -> Offers:
    if event.green:
        # What the look ends loses its buttons by that.
        well = [
            offers.about(p.step.id)
            for p in (run.placed if kept else ())
            if check_of(p.step) == event.check and not kind_of(p.step).ended_by(run, p.step, event)
        ]
        return offers.without(kept, *well)
    asked = run.pending.get(event.request)
    if asked is None or asked.step is None or not offers.told(run, event):
        return kept
    placed = run.find(asked.step)
    if placed is None or run.steps[asked.step].state not in kind_of(placed.step).offers_check:
        # It came to its end, or was given back, before its look did.
        return kept
    return {**kept, offers.about(asked.step): number}


def _verified(scene: Scene, request: e.CheckRequested) -> Picture:
    """The late end of a verification: whoever asked for it has long looked away."""
    run, facts = scene.run, scene.facts[: scene.number]
    asked = [
        f.event
        for f in facts
        if isinstance(f.event, e.CheckRequested) and f.event.batch == request.batch
    ]
    looks = {one.check: last_look(facts, one.request) for one in asked}
    failed = [check for check, look in looks.items() if look is None or not look.green]
    words = (
        f"{'🔴' if failed else '🟢'} {run.id}: {mention(request.by)}, the verification has ended: "
        f"{len(looks) - len(failed)} of {len(looks)} checks passed."
    )
    if failed:
        words += f" Failed: {' · '.join(check_name(run, check) for check in failed)}."
    return said(words)


def _notice(scene: Scene, event: e.CheckObserved) -> Picture:
    """A look that someone must hear of: a step's check that turned, or a wait that gave up."""
    request = request_of(scene.before, event.request)
    if request.step is None:
        return _verified(scene, request)
    return (_gave_up if request.wait else _turned)(scene, event, request.step, request.by)


def _gave_up(scene: Scene, event: e.CheckObserved, step_id: str, by: e.Person) -> Picture:
    """The bot has stopped looking for whoever is on the step, or was last."""
    run = scene.run
    holder = next(
        f.event.by if isinstance(f.event, e.StepTaken) else f.event.to
        for f in reversed(scene.before)
        if isinstance(f.event, e.StepTaken | e.StepHandedOver | e.StepReturned)
        and f.event.step == step_id
    )
    ended = brief(event.reason or "it failed", REASON_SHOWN)
    step = f"step {step_name(run, step_id)}"
    words = f"🔴 {run.id}: {mention(holder)}, {step}: gave up: {ended}. {_amiss(run, event)}"
    if not scene.offered:
        return said(words)
    told = f"{words} The bot has stopped checking: *Look again*, or *Failed…*."
    return offering(told, pressed(run, step_id, LOOK_AGAIN), pressed(run, step_id, FAILED))


def _turned(scene: Scene, event: e.CheckObserved, step_id: str, by: e.Person) -> Picture:
    """The check of a step failed, or passed after that; *by* asked for the look."""
    run, facts = scene.run, scene.before
    done_by = _done_by(facts, step_id)
    about = f"{run.id}, step {step_name(run, step_id)}"
    if done_by is None or done_by.id != by.id:
        about = f"{run.id}: {mention(by)}, step {step_name(run, step_id)}"
    if done_by is not None:
        # Who did it does it again where it failed; where it passed, who waited for that hears it.
        waits = not event.green or done_by.id == by.id
        about += f" (done by {mention(done_by) if waits else by_name(run, done_by)})"
    failed_before = _failed_before(facts, event.check, step_id)
    if event.green:
        now, name = " now" if failed_before else "", check_name(run, event.check)
        return said(f"🟢 {about}: the check passed{now}. {name}.{_let_pass(run, event)}")
    again = " again" if failed_before else ""
    words = f"🔴 {about}: the check failed{again}. {_amiss(run, event)}"
    if not scene.offered:
        return said(words)
    look = pressed(run, step_id, CHECK_AGAIN)
    if done_by is None:
        return offering(f"{words} Work on it and press *Check again*.", look)
    leaf = run.outline.places[step_id].step
    advice = in_doubt(leaf, "undo the step (in the record only)", named=True)
    undo = pressed(run, step_id, replace(UNDO, label="Undo"))
    return offering(f"{words} {advice}", look, undo)


def _amiss(run: Run, seen: e.CheckObserved) -> str:
    """The check, and what it found amiss, as a sentence of its own."""
    return f"{check_name(run, seen.check)}: {briefly(unmet(seen, run.procedure), REASON_SHOWN)}."


def _let_pass(run: Run, seen: e.CheckObserved) -> str:
    """What a look that passed showed amiss, as a sentence of its own."""
    but = on_board(tolerated(seen, run.procedure))
    return f" {briefly(but, REASON_SHOWN)}." if but else ""


def _done_by(facts: Sequence[e.Fact], step: str) -> e.Person | None:
    """Who marked a step done, if that is how it stood after these facts."""
    for fact in reversed(facts):
        event = fact.event
        if isinstance(event, e.StepDone | e.StepTaken | e.StepUndone) and event.step == step:
            return event.by if isinstance(event, e.StepDone) else None
    return None


def _failed_before(facts: Sequence[e.Fact], check: str, step: str) -> bool:
    """Whether a check failed since someone took the step: before that, nobody had tried."""
    for fact in reversed(facts):
        event = fact.event
        if isinstance(event, e.CheckObserved) and event.check == check and not event.green:
            return True
        if isinstance(event, e.StepTaken) and event.step == step:
            return False
    return False


def _seen(around: Around, event: e.CheckObserved, it: Inline) -> Inline:
    title = check_title(around, event.check)
    return f"{light(event.green)}: “", title, "”", why(around.run, event)


REQUESTED = Meaning(
    e.CheckRequested,
    sealed={
        **ABOUT,
        "request": OPEN,
        "check": OPEN,
        "batch": OPEN,
        "wait": OPEN,
        "once": OPEN,
    },
    changes=_requested,
    matters=None,
    touches=_shows_request,
    offers=_waits_again,
    opens=None,
    notice=None,
    messages={"wait": _wait},
    sentence=_asked,
    who=by_person,
    account=None,
    brings_looks=False,
)

OBSERVED = Meaning(
    e.CheckObserved,
    sealed={
        **OWN,
        "request": OPEN,
        "check": OPEN,
        "green": OPEN,
        "final": OPEN,
        "reason": SEEN,
        "seen": {"expectation": SEEN, "member": SEEN, "held": OPEN, "seen": SEEN},
        "advance": FIGURES,
    },
    changes=_observed,
    matters=None,
    touches=_shows_look,
    offers=_offers_what_to_do,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_seen,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
