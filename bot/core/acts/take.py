"""Taking a step: from then on everyone sees who is on it."""

from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Matters, Meaning, always, by_person, no_message
from bot.core.acting.sentences import Around
from bot.core.acting.steps import moved
from bot.core.acting.thread import step_name
from bot.core.documents.model import Code, Inline
from bot.core.life import Step
from bot.core.offers import step_over
from bot.core.run import Run
from bot.core.states import State
from bot.core.text import mention


def _taken(run: Run, event: e.StepTaken, at: datetime) -> Run:
    notes = run.steps[event.step].notes
    return moved(run, event, Step(State.TAKEN, holder=event.by, taken_at=at, notes=notes))


def _between(run: Run, event: e.StepTaken) -> str:
    return f"{mention(event.by)} took step {step_name(run, event.step)}"


def _sentence(around: Around, event: e.StepTaken, it: Inline) -> Inline:
    if event.confirmed is None:
        return "took ", it
    return "took ", it, ", and typed ", Code(event.confirmed), " to confirm it"


TAKEN = Meaning(
    e.StepTaken,
    changes=_taken,
    matters=Matters(always, ages=True, between=_between),
    touches=no_message,
    offers=step_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=True,
)
