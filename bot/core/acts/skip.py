"""Leaving a step out, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnStep,
    Question,
    listed,
    on_step,
    opens_about,
    row_of,
)
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords, in_hand
from bot.core.acting.meaning import Matters, Meaning, always, by_person
from bot.core.acting.messages import waits
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import STEP, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.steps import already, ended, moved, place
from bot.core.acting.thread import step_name
from bot.core.blockkit.blocks import text_input
from bot.core.blockkit.modal import View, modal
from bot.core.kinds.controls import Control
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, Refused, is_mine, worded
from bot.core.run.states import State

CONTROL = Control("Skip…", "skip", "Skip step {}")


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave a step out, with the reason."""

    step: str
    by: e.Person
    reason: str


def _rule(run: Run, command: Skip, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.SKIPPED and is_mine(step.ended_by, command.by):
        return ()
    if step.state in (State.DONE, State.SKIPPED):
        raise Refused(already(run, placed, step) + " You can undo it from ⋯, or add a note.")
    reason = worded(command.reason, "the reason")
    return (e.StepSkipped(step=command.step, by=command.by, reason=reason),)


def _unfinished(row: Row, by: e.Person) -> bool:
    return row.state not in (State.DONE, State.SKIPPED)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Why is a step left out?"""
    row = row_of(run, which)
    ask = text_input(
        "reason",
        "Why are you skipping this step?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="The board and the post-mortem show it.",
    )
    return modal("skip", "Skip a step", "Skip", on_step(row, ask), run=run.id, step=row.ref)


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[Skip] | Form:
    step = "" if row is None else row.ref
    if row is not None and _unfinished(row, by) and not words:
        return Form(run.id, "skip", step)
    return Do(run.id, Skip(step, by, words))


def _read(answer: Answer) -> Skip:
    return Skip(answer.of_step(), answer.by, answer.said("reason"))


SKIP = Act(
    Skip,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={CONTROL.verb: opens_about("skip")},
        questions=[Question("skip", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_unfinished, listed(CONTROL))],
        words=[
            InWords(
                said=("skip", "skipped", "skipping", "leave out"),
                after="because REASON",
                runs="open",
                step=in_hand,
                lacking="You are on no step.",
                means=_in_words,
                control=(CONTROL.label, CONTROL.verb),
                told="Step {} is skipped.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _skipped(run: Run, event: e.StepSkipped, at: datetime) -> Run:
    old = run.steps[event.step]
    return moved(run, event, ended(old, State.SKIPPED, event.by, at, event.reason))


def _between(run: Run, event: e.StepSkipped) -> str:
    return f"{by_name(run, event.by)} skipped step {step_name(run, event.step)}"


def _touches(run: Run | None, event: e.StepSkipped, number: int) -> Sequence[str]:
    return waits(run, event.step)


def _sentence(around: Around, event: e.StepSkipped, it: Inline) -> Inline:
    return "skipped ", it, ": ", around.names.opening(event.reason)


def _reason(event: e.StepSkipped) -> str:
    return event.reason


SKIPPED = Meaning(
    e.StepSkipped,
    sealed={**STEP, "reason": WORDS},
    changes=_skipped,
    matters=Matters(always, ages=True, between=_between),
    touches=_touches,
    offers=step_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_reason,
    brings_looks=False,
)
