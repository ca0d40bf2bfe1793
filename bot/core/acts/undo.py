"""Taking back how a step was marked: it is open again, and the record keeps what happened."""

from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Matters, Meaning, always, by_person, no_message
from bot.core.acting.sentences import Around
from bot.core.acting.steps import moved
from bot.core.acting.thread import step_name
from bot.core.documents.model import Inline
from bot.core.life import Step
from bot.core.offers import step_over
from bot.core.run import Run
from bot.core.states import State
from bot.core.text import mention


def _undone(run: Run, event: e.StepUndone, at: datetime) -> Run:
    now = moved(run, event, Step(State.OPEN, notes=run.steps[event.step].notes))
    return replace(now, proof=now.proof.unvouched())


def _between(run: Run, event: e.StepUndone) -> str:
    return f"{mention(event.by)} undid step {step_name(run, event.step)}"


def _sentence(around: Around, event: e.StepUndone, it: Inline) -> Inline:
    mark = around.before.steps[event.step].state if around.before else State.OPEN
    return "undid ", it, f", which was {mark}"


UNDONE = Meaning(
    e.StepUndone,
    changes=_undone,
    matters=Matters(always, ages=True, between=_between),
    touches=no_message,
    offers=step_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
