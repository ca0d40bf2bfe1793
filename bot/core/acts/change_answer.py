"""Changing an answer: the question and its branches begin another round, with another answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.answers import answered, choices, option_of
from bot.core.acting.asking import Answer, Asking, OnRun, Question, in_a_form, opens, while_open
from bot.core.acting.jumps import own, reopens
from bot.core.acting.steps import already, place
from bot.core.blockkit.blocks import section, select_input, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, Refused, worded
from bot.core.text import shorten

_TITLE_SHOWN = 35
"""How much of a question is shown beside an answer, in characters."""


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """Give another answer to a question that was answered."""

    step: str
    by: e.Person
    option: str
    reason: str


def _rule(run: Run, command: ChangeAnswer, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    option = option_of(run, placed, command.option)
    if step.answer is None:
        raise Refused(already(run, placed, step) + " There is no answer to change.")
    if step.answer == option.id:
        return ()
    reason = worded(command.reason, "the reason")
    again = reopens(run, own(run, placed), "changed", placed.step.id, command.by, reason)
    # What is answered now is of the round that begins.
    return (*again, *answered(run, placed, option, command.by, reason))


def _answered(run: Run) -> list[Row]:
    return [row for row in run.outline.rows if row.step.answer is not None]


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Which answer is another now, and why?"""
    offered = [
        (f"{row.number} {shorten(row.title, _TITLE_SHOWN)} → {words}", f"{row.ref}/{option}")
        for row in _answered(run)[::-1]
        for words, option in choices(run, row)
        if option != row.step.answer
    ]
    if not offered:
        nothing = section("No question has been answered yet.")
        return modal("nothing", "Change an answer", None, [nothing], run=run.id)
    ask = select_input(
        "which",
        "The answer as it should be",
        offered,
        hint="The steps of the old answer are open again; the record keeps what was done.",
    )
    why = text_input("reason", "Why?", multiline=True, limit=WORDS_LIMIT)
    return modal("change_answer", "Change an answer", "Change", [ask, why], run=run.id)


def _read(answer: Answer) -> ChangeAnswer:
    step, _, option = answer.values["which"].rpartition("/")
    return ChangeAnswer(step, answer.by, option, answer.said("reason"))


def _when(run: Run) -> bool:
    return while_open(run) and any(step.answer is not None for step in run.steps.values())


ON_RUN = OnRun(
    "Change an answer…",
    "A question is answered in another way, and its steps begin again.",
    "change_answer_ask",
    _when,
)

CHANGE = Act(
    ChangeAnswer,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("change_answer")},
        questions=[Question("change_answer", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "change_answer", "change answer", "change an answer")],
    ),
)
