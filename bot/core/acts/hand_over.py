"""A step in other hands: handed over, taken over, or back where it was because it had to be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.core.acting.act import Act
from bot.core.acting.admission import CANNOT_TAKE
from bot.core.acting.approvals import agreed
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnStep,
    Question,
    does,
    listed,
    on_step,
    opens_about,
    row_of,
)
from bot.core.acting.inwords import (
    SOMEONE,
    InWords,
    does_in_words,
    in_hand,
    none_else,
    to_someone,
)
from bot.core.acting.meaning import Meaning, all_stay, by_person, by_the_bot, one_notice
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import OPEN, PERSON, STEP
from bot.core.acting.sentences import Around
from bot.core.acting.steps import already, moved, place
from bot.core.acting.thread import Scene, said, step_name
from bot.core.blockkit.blocks import person_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.kinds.controls import Control
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.states import State
from bot.core.text import mention

# Handing it over. -------------------------------------------------------------------------------


TO_SOMEONE = Control("Hand over…", "hand_over", "Hand over step {}")


@dataclass(frozen=True, slots=True)
class HandOver:
    """Make a step someone else's."""

    step: str
    by: e.Person
    to: e.Person


def _hand_over(run: Run, command: HandOver, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is not State.TAKEN:
        raise Refused(
            already(run, placed, step)
            + " You can hand over a step only after someone has taken it."
        )
    if is_mine(step.holder, command.to):
        mine = is_mine(step.holder, command.by)
        if not mine and step.handed is not None and is_mine(step.handed[1], command.by):
            return ()
        who = "you are" if mine else f"{mention(command.to)} is"
        raise Refused(
            f"Nothing was recorded: {who} on step {placed.number} already. "
            f"Choose {'who takes over from you' if mine else 'someone else'}."
        )
    agreed(run, placed, command.to)
    return (e.StepHandedOver(step=command.step, by=command.by, to=command.to, was=step.holder),)


def _on_it(row: Row, by: e.Person) -> bool:
    return row.state is State.TAKEN


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Who has the step from now on?"""
    row = row_of(run, which)
    blocks = on_step(row, person_input("to", "Who takes over?"))
    return modal("hand_over", "Hand over", "Hand over", blocks, run=run.id, step=row.ref)


def _read(answer: Answer) -> HandOver:
    return HandOver(answer.of_step(), answer.by, answer.person("to"))


HAND_OVER = Act(
    HandOver,
    rule=_hand_over,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={TO_SOMEONE.verb: opens_about("hand_over")},
        questions=[Question("hand_over", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_on_it, listed(TO_SOMEONE))],
        words=[
            InWords(
                said=("hand over", "hand", "handover", "assign"),
                after=SOMEONE,
                runs="open",
                step=in_hand,
                lacking="You are on no step.",
                means=to_someone("hand_over", HandOver),
                control=(TO_SOMEONE.label, TO_SOMEONE.verb),
                told="Step {} is theirs.",
            )
        ],
    ),
)


# Taking it over. --------------------------------------------------------------------------------


TO_ONESELF = Control("Take over", "take_over", "Take over step {}")


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Make a step one's own that someone else is on."""

    step: str
    by: e.Person


def _take_over(run: Run, command: TakeOver, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is not State.TAKEN:
        raise Refused(
            f"{already(run, placed, step)} You can take over only a step that someone is on."
        )
    if is_mine(step.holder, command.by):
        return ()
    return _hand_over(run, HandOver(command.step, command.by, command.by), at)


def _on_it_is_another(row: Row, by: e.Person) -> bool:
    return row.state is State.TAKEN and (row.step.holder is None or row.step.holder.id != by.id)


TAKE_OVER = Act(
    TakeOver,
    rule=_take_over,
    when_closed=False,
    needs="take",
    asking=Asking(
        verbs={TO_ONESELF.verb: does(TakeOver)},
        questions=[],
        lines=[OnStep(_on_it_is_another, listed(TO_ONESELF))],
        words=[
            InWords(
                said=("take over", "takeover"),
                after="",
                runs="open",
                step=none_else,
                lacking="Say which step.",
                means=does_in_words(TakeOver),
                control=None,
                told="Step {} is yours.",
            )
        ],
    ),
)


# Bringing it back, which is the bot's own. ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BringBack:
    """Whoever a step was handed to cannot have it; the bot's own, once it knows who that is."""

    step: str
    whom: str
    why: Literal["bot", "deactivated", "nobody", "outside", "external"]


def _bring_back(run: Run, command: BringBack, at: datetime) -> Sequence[e.Event]:
    placed = run.find(command.step)
    step = run.steps[command.step] if placed else None
    if step is None or step.state is not State.TAKEN or step.holder is None:
        return ()
    if step.handed is None or step.holder.id != command.whom:
        # It went on to someone else meanwhile, or they took it themselves.
        return ()
    to, by = step.handed
    return (e.StepReturned(step=command.step, by=by, to=to, whom=step.holder, why=command.why),)


BRING_BACK = Act(BringBack, rule=_bring_back, when_closed=False, needs=None, asking=None)


# What they make. --------------------------------------------------------------------------------


def _handed_over(run: Run, event: e.StepHandedOver, at: datetime) -> Run:
    old, by = run.steps[event.step], event.by
    # Who took it over themselves was not handed it.
    handed = None if by.id == event.to.id else (old.holder or by, by)
    return moved(run, event, replace(old, holder=event.to, taken_at=at, handed=handed))


def _returned(run: Run, event: e.StepReturned, at: datetime) -> Run:
    old = run.steps[event.step]
    return moved(run, event, replace(old, holder=event.to, taken_at=at, handed=None))


def _touches(run: Run | None, event: e.StepHandedOver, number: int) -> Sequence[str]:
    # What came with a hand-off is told with it.
    return () if event.handoff is not None else (f"notice/{number}",)


def _of_hand_over(scene: Scene, event: e.StepHandedOver) -> Picture:
    return said(f"🤝 {scene.run.id}: {_told(scene.run, event)}")


def _told(run: Run, event: e.StepHandedOver) -> str:
    step = step_name(run, event.step)
    if event.by.id == event.to.id and event.was is not None:
        return f"{by_name(run, event.by)} took step {step} over from {mention(event.was)}."
    whose = ""
    if event.was is not None and event.was.id != event.by.id:
        whose = f" from {mention(event.was)}"
    return f"{by_name(run, event.by)} handed step {step}{whose} to {mention(event.to)}."


def _of_return(scene: Scene, event: e.StepReturned) -> Picture:
    why = CANNOT_TAKE[event.why].format(by_name(scene.run, event.whom))
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
    sealed={**STEP, "to": PERSON, "was": PERSON, "handoff": OPEN},
    changes=_handed_over,
    matters=None,
    touches=_touches,
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
    sealed={**STEP, "to": PERSON, "whom": PERSON, "why": OPEN},
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
