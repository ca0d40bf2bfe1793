"""Marking a step failed, with what happened instead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Matters, Meaning, always, by_person
from bot.core.acting.messages import waits
from bot.core.acting.sentences import Around
from bot.core.acting.steps import ended, moved
from bot.core.acting.thread import ACCOUNT_SHOWN, Scene, said, step_name
from bot.core.documents.model import Inline
from bot.core.offers import step_over
from bot.core.picture import Picture
from bot.core.run import Run
from bot.core.states import State
from bot.core.text import brief, mention


def _failed(run: Run, event: e.StepFailed, at: datetime) -> Run:
    old = run.steps[event.step]
    now = moved(run, event, ended(old, State.FAILED, event.by, at, event.what))
    return replace(now, proof=now.proof.unvouched())


def _between(run: Run, event: e.StepFailed) -> str:
    return f"{mention(event.by)} marked as failed step {step_name(run, event.step)}"


def _touches(run: Run | None, event: e.StepFailed, number: int) -> Sequence[str]:
    return [f"notice/{number}", *waits(run, event.step)]


def _notice(scene: Scene, event: e.StepFailed) -> Picture:
    what = brief(event.what, ACCOUNT_SHOWN)
    step = step_name(scene.run, event.step)
    return said(f"❌ {scene.run.id}: step {step} failed · {mention(event.by)}: {what}")


def _sentence(around: Around, event: e.StepFailed, it: Inline) -> Inline:
    return "marked ", it, " failed: ", around.names.opening(event.what)


def _what(event: e.StepFailed) -> str:
    return event.what


FAILED = Meaning(
    e.StepFailed,
    changes=_failed,
    matters=Matters(always, ages=True, between=_between),
    touches=_touches,
    offers=step_over,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_what,
    brings_looks=False,
)
