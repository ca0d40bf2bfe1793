"""Giving a step back: it is free for someone else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnStep, does, listed
from bot.core.acting.inwords import InWords, does_in_words, in_hand
from bot.core.acting.meaning import Meaning, by_person
from bot.core.acting.messages import waits
from bot.core.acting.sealed import STEP
from bot.core.acting.sentences import Around
from bot.core.acting.steps import already, moved, place
from bot.core.kinds.controls import Control
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused
from bot.core.run.states import State

CONTROL = Control("Give back", "give_back", "Give back step {}")


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Let go of a step."""

    step: str
    by: e.Person


def _rule(run: Run, command: GiveBack, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.OPEN:
        return ()
    if step.state is not State.TAKEN:
        raise Refused(already(run, placed, step) + " You can undo it from ⋯.")
    return (e.StepGivenBack(step=command.step, by=command.by),)


def _on_it(row: Row, by: e.Person) -> bool:
    return row.state is State.TAKEN


GIVE_BACK = Act(
    GiveBack,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={CONTROL.verb: does(GiveBack)},
        questions=[],
        lines=[OnStep(_on_it, listed(CONTROL))],
        words=[
            InWords(
                said=("give back", "drop", "let go of"),
                after="",
                runs="open",
                step=in_hand,
                lacking="You are on no step.",
                means=does_in_words(GiveBack),
                control=None,
                told="Step {} is free again.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _given_back(run: Run, event: e.StepGivenBack, at: datetime) -> Run:
    old = run.steps[event.step]
    return moved(run, event, replace(old.opened(), failing=old.failing))


def _touches(run: Run | None, event: e.StepGivenBack, number: int) -> Sequence[str]:
    return waits(run, event.step)


def _sentence(around: Around, event: e.StepGivenBack, it: Inline) -> Inline:
    return "gave ", it, " back"


GIVEN_BACK = Meaning(
    e.StepGivenBack,
    sealed=STEP,
    changes=_given_back,
    matters=None,
    touches=_touches,
    offers=step_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
