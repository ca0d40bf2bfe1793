"""Ending a run that was started by mistake: for one reason, and without another look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, in_a_form, opens, while_open
from bot.core.blockkit.blocks import section, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.refusals import WORDS_LIMIT, worded


@dataclass(frozen=True, slots=True)
class Mistake:
    """End a run that was started by mistake; `again` is the run in its place, at `again_at`."""

    by: e.Person
    reason: str
    again: str | None = None
    again_at: str | None = None


def _rule(run: Run, command: Mistake, at: datetime) -> Sequence[e.Event]:
    reason = worded(command.reason, "the reason")
    closed = e.RunClosed(by=command.by, mistake=reason)
    if command.again is None:
        return (closed,)
    place = {"again": command.again, "again_at": command.again_at}
    return (closed.model_copy(update=place),)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Why should this run not have been started?"""
    ask = text_input(
        "reason",
        "What was the mistake?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="Such as a wrong procedure, a wrong value, a false alarm. The board shows it.",
    )
    words = f"This closes *{run.id}* as started by mistake. No other reason is asked for."
    return modal("mistake", "Started by mistake", "Close it", [section(words), ask], run=run.id)


def _read(answer: Answer) -> Mistake:
    return Mistake(answer.by, answer.said("reason"))


ON_RUN = OnRun(
    "Started by mistake…",
    "A wrong procedure, a wrong value, a false alarm: closes the run with one reason.",
    "mistake",
    while_open,
)

MISTAKE = Act(
    Mistake,
    rule=_rule,
    when_closed=False,
    needs="close",
    asking=Asking(
        verbs={ON_RUN.verb: opens("mistake")},
        questions=[Question("mistake", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "mistake", "mistake", "started by mistake", "false alarm")],
    ),
)
