"""A step in other hands: handed over, taken over, or back where it was because it had to be."""

from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Meaning, all_stay, by_person, by_the_bot, one_notice
from bot.core.acting.sentences import Around
from bot.core.acting.steps import moved
from bot.core.acting.thread import Scene, said, step_name
from bot.core.admission import CANNOT_TAKE
from bot.core.documents.model import Inline
from bot.core.picture import Picture
from bot.core.run import Run
from bot.core.text import mention


def _handed_over(run: Run, event: e.StepHandedOver, at: datetime) -> Run:
    old, by = run.steps[event.step], event.by
    # Who took it over themselves was not handed it.
    handed = None if by.id == event.to.id else (old.holder or by, by)
    return moved(run, event, replace(old, holder=event.to, taken_at=at, handed=handed))


def _returned(run: Run, event: e.StepReturned, at: datetime) -> Run:
    old = run.steps[event.step]
    return moved(run, event, replace(old, holder=event.to, taken_at=at, handed=None))


def _of_hand_over(scene: Scene, event: e.StepHandedOver) -> Picture:
    return said(f"🤝 {scene.run.id}: {_told(scene.run, event)}")


def _told(run: Run, event: e.StepHandedOver) -> str:
    step = step_name(run, event.step)
    if event.by.id == event.to.id and event.was is not None:
        return f"{mention(event.by)} took step {step} over from {mention(event.was)}."
    whose = ""
    if event.was is not None and event.was.id != event.by.id:
        whose = f" from {mention(event.was)}"
    return f"{mention(event.by)} handed step {step}{whose} to {mention(event.to)}."


def _of_return(scene: Scene, event: e.StepReturned) -> Picture:
    why = CANNOT_TAKE[event.why].format(mention(event.whom))
    back = f"step {step_name(scene.run, event.step)} is back with {mention(event.to)}"
    told = "" if event.by.id == event.to.id else f" Handed over by {mention(event.by)}."
    return said(f"↩️ {scene.run.id}: {back}: {why}.{told}")


def _handed(around: Around, event: e.StepHandedOver, it: Inline) -> Inline:
    was = around.names.of(event.was) if event.was is not None else None
    if was is not None and event.by.id == event.to.id:
        return "took ", it, " over from ", was
    return "handed ", it, " over to ", around.names.of(event.to)


def _back(around: Around, event: e.StepReturned, it: Inline) -> Inline:
    before, _, after = CANNOT_TAKE[event.why].partition("{}")
    why = (before, around.names.of(event.whom), after)
    return it, " came back to ", around.names.of(event.to), ": ", why


HANDED_OVER = Meaning(
    e.StepHandedOver,
    changes=_handed_over,
    matters=None,
    touches=one_notice,
    offers=all_stay,
    opens=None,
    notice=_of_hand_over,
    messages={},
    sentence=_handed,
    who=by_person,
    account=None,
    brings_looks=False,
)

RETURNED = Meaning(
    e.StepReturned,
    changes=_returned,
    matters=None,
    touches=one_notice,
    offers=all_stay,
    opens=None,
    notice=_of_return,
    messages={},
    sentence=_back,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
