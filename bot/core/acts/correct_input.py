"""Correcting an input: the run goes on with another value than it was started with."""

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
class CorrectInput:
    """Say that an input is another one, and why."""

    name: str
    by: e.Person
    value: str
    reason: str = ""


def _rule(run: Run, command: CorrectInput, at: datetime) -> Sequence[e.Event]:
    name, known = command.name, run.procedure.inputs
    if name not in known:
        raise Refused(f"{run.id} has no input `{brief(name, _SHOWN)}`.")
    value = known[name].settled(value_of(command.value, name))
    values = {**run.inputs, name: value}
    # It, and whatever must differ from it.
    for one, spec in known.items():
        concerned = name in (one, spec.differs_from) and values.get(one)
        if concerned and (trouble := misfit(spec, values[one], values)):
            shown = brief(value, _SHOWN)
            raise Refused(f"{one} {escape(trouble)}; you gave {name} `{shown}`.", FIELD)
    if run.inputs.get(name) == value:
        return ()
    event = e.InputCorrected(values={name: value}, by=command.by, **why(command.reason))
    return followed(run, event)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Which input is another one?"""
    return form(run, "correct_input", "Correct an input", run.procedure.inputs)


def _read(answer: Answer) -> CorrectInput:
    return CorrectInput(
        answer.values["which"], answer.by, answer.said(FIELD), answer.said("reason")
    )


def _when(run: Run) -> bool:
    return while_open(run) and bool(run.procedure.inputs)


ON_RUN = OnRun(
    "Correct an input…",
    "A value that the run was started with is another one; its checks run again.",
    "correct_input_ask",
    _when,
)

CORRECT = Act(
    CorrectInput,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("correct_input")},
        questions=[Question("correct_input", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "correct_input", "correct input", "correct an input")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _corrected(run: Run, event: e.InputCorrected, at: datetime) -> Run:
    return told(run, event)


CORRECTED: Meaning[e.InputCorrected] = Meaning(
    e.InputCorrected,
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
