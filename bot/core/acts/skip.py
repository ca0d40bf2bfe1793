"""Leaving a step out, with the reason."""

from collections.abc import Sequence
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Matters, Meaning, always, by_person
from bot.core.acting.messages import waits
from bot.core.acting.sentences import Around
from bot.core.acting.steps import ended, moved
from bot.core.acting.thread import step_name
from bot.core.documents.model import Inline
from bot.core.offers import step_over
from bot.core.run import Run
from bot.core.states import State
from bot.core.text import mention


def _skipped(run: Run, event: e.StepSkipped, at: datetime) -> Run:
    old = run.steps[event.step]
    return moved(run, event, ended(old, State.SKIPPED, event.by, at, event.reason))


def _between(run: Run, event: e.StepSkipped) -> str:
    return f"{mention(event.by)} skipped step {step_name(run, event.step)}"


def _touches(run: Run | None, event: e.StepSkipped, number: int) -> Sequence[str]:
    return waits(run, event.step)


def _sentence(around: Around, event: e.StepSkipped, it: Inline) -> Inline:
    return "skipped ", it, ": ", around.names.opening(event.reason)


def _reason(event: e.StepSkipped) -> str:
    return event.reason


SKIPPED = Meaning(
    e.StepSkipped,
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
