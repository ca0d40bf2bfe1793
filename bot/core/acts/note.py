"""Writing something down, about a step or about the run."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, said, step_name
from bot.core.documents.model import Inline
from bot.core.picture import Picture
from bot.core.run import Run
from bot.core.text import escape, mention


def _added(run: Run, event: e.NoteAdded, at: datetime) -> Run:
    note = (event.by, event.text)
    if event.step is None:
        return replace(run, notes=(*run.notes, note))
    step = run.steps[event.step]
    return replace(run, steps={**run.steps, event.step: replace(step, notes=(*step.notes, note))})


def _touches(run: Run | None, event: e.NoteAdded, number: int) -> Sequence[str]:
    return [f"notice/{number}"] * event.shared


def _notice(scene: Scene, event: e.NoteAdded) -> Picture:
    about = f"step {step_name(scene.run, event.step)}" if event.step else "a note"
    return said(f"📝 {scene.run.id}: {about} · {mention(event.by)}:\n{escape(event.text)}")


def _sentence(around: Around, event: e.NoteAdded, it: Inline) -> Inline:
    about = "" if event.step is None else (" on ", it)
    return "noted", about, ": ", around.names.opening(event.text)


def _text(event: e.NoteAdded) -> str:
    return event.text


ADDED = Meaning(
    e.NoteAdded,
    changes=_added,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_text,
    brings_looks=False,
)
