"""Going on with a closed run."""

from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import (
    Matters,
    Meaning,
    all_stay,
    always,
    by_person,
    one_notice,
)
from bot.core.acting.sentences import Around
from bot.core.acting.thread import ACCOUNT_SHOWN, Scene, said
from bot.core.documents.model import Inline
from bot.core.picture import Picture
from bot.core.proof import Proof
from bot.core.run import Reopened, Run
from bot.core.text import brief, mention


def _reopened(run: Run, event: e.RunReopened, at: datetime) -> Run:
    # The trouble came back, or was never gone: what was seen before proves nothing now.
    reopened = Reopened(event.by, at, event.reason)
    return replace(run, closed=None, reopened=reopened, proof=Proof())


def _between(run: Run, event: e.RunReopened) -> str:
    return f"{mention(event.by)} reopened it"


def _notice(scene: Scene, event: e.RunReopened) -> Picture:
    reason = brief(event.reason, ACCOUNT_SHOWN)
    return said(f"🔴 {mention(event.by)} reopened {scene.run.id}: {reason}")


def _sentence(around: Around, event: e.RunReopened, it: Inline) -> Inline:
    return "reopened ", it, ": ", around.names.words(event.reason)


REOPENED = Meaning(
    e.RunReopened,
    changes=_reopened,
    matters=Matters(always, ages=True, between=_between),
    touches=one_notice,
    offers=all_stay,
    opens=True,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=True,
)
