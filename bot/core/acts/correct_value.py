"""Correcting a value that a step finds, or giving one that nobody found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, in_a_form, opens, while_open
from bot.core.acting.correcting import (
    FIELD,
    between,
    followed,
    form,
    notice,
    reason_of,
    sentence,
    value_of,
    why,
)
from bot.core.acting.corrections import told
from bot.core.acting.meaning import Matters, Meaning, all_stay, always, by_person, one_notice
from bot.core.acting.sealed import ASKED, INPUTS, WORDS
from bot.core.blockkit.modal import View
from bot.core.procedure.example import misfit
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.text import brief, escape

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class CorrectValue:
    """Say that a value that a step finds is another one, and why."""

    name: str
    by: e.Person
    value: str
    reason: str = ""


def _rule(run: Run, command: CorrectValue, at: datetime) -> Sequence[e.Event]:
    name, found = command.name, run.outline.texts.finds.get(command.name)
    if found is None:
        raise Refused(f"No step of {run.id} finds `{brief(name, _SHOWN)}`.")
    called = run.outline.texts.called(name)
    value = value_of(command.value, called)
    if trouble := misfit(found.spec, value, {}):
        raise Refused(f"{called} {escape(trouble)}; you gave `{brief(value, _SHOWN)}`.", FIELD)
    if run.found.get(name) == value:
        return ()
    event = e.ValueCorrected(values={name: value}, by=command.by, **why(command.reason))
    return followed(run, event)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Which value is another one?"""
    return form(run, "correct_value", "Correct a value", run.outline.texts.finds)


def _read(answer: Answer) -> CorrectValue:
    return CorrectValue(
        answer.values["which"], answer.by, answer.said(FIELD), answer.said("reason")
    )


def _when(run: Run) -> bool:
    return while_open(run) and bool(run.outline.texts.finds)


ON_RUN = OnRun(
    "Correct a value…",
    "A value that a step found, or did not, is another one; its checks run again.",
    "correct_value_ask",
    _when,
)

CORRECT = Act(
    CorrectValue,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("correct_value")},
        questions=[Question("correct_value", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "correct_value", "correct", "correct a value", "correct value")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _corrected(run: Run, event: e.ValueCorrected, at: datetime) -> Run:
    return told(run, event)


CORRECTED: Meaning[e.ValueCorrected] = Meaning(
    e.ValueCorrected,
    sealed={**ASKED, "values": INPUTS, "reason": WORDS},
    changes=_corrected,
    # What was seen may have been seen of something else.
    matters=Matters(always, ages=True, between=between),
    touches=one_notice,
    offers=all_stay,
    opens=None,
    notice=notice,
    messages={},
    sentence=sentence,
    who=by_person,
    account=reason_of,
    brings_looks=True,
)
