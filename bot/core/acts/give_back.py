"""Giving a step back: it is free for someone else."""

from collections.abc import Sequence
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Meaning, by_person
from bot.core.acting.messages import waits
from bot.core.acting.sentences import Around
from bot.core.acting.steps import moved
from bot.core.documents.model import Inline
from bot.core.life import Step
from bot.core.offers import step_over
from bot.core.run import Run
from bot.core.states import State


def _given_back(run: Run, event: e.StepGivenBack, at: datetime) -> Run:
    return moved(run, event, Step(State.OPEN, notes=run.steps[event.step].notes))


def _touches(run: Run | None, event: e.StepGivenBack, number: int) -> Sequence[str]:
    return waits(run, event.step)


def _sentence(around: Around, event: e.StepGivenBack, it: Inline) -> Inline:
    return "gave ", it, " back"


GIVEN_BACK = Meaning(
    e.StepGivenBack,
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
