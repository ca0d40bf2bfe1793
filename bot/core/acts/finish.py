"""Finishing a step: someone says that it is done, or the check that it waited for passed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import Matters, Meaning
from bot.core.acting.messages import waits
from bot.core.acting.sentences import Around
from bot.core.acting.steps import ended, moved
from bot.core.acting.thread import Scene, said, step_name
from bot.core.documents.model import Inline
from bot.core.offers import step_over
from bot.core.picture import Picture
from bot.core.rows import title
from bot.core.run import Run
from bot.core.states import State
from bot.core.text import mention


def _done(run: Run, event: e.StepDone, at: datetime) -> Run:
    done = ended(run.steps[event.step], State.DONE, event.by, at, None)
    return moved(run, event, replace(done, on_check=event.on_check))


def _by_hand(event: e.StepDone) -> bool:
    """A wait that a passing check ended is no act of anyone."""
    return not event.on_check


def _between(run: Run, event: e.StepDone) -> str:
    return f"{mention(event.by)} finished step {step_name(run, event.step)}"


def _touches(run: Run | None, event: e.StepDone, number: int) -> Sequence[str]:
    # Whoever is on a wait was promised to hear of its end; an edited message tells nobody.
    return [f"notice/{number}"] * event.on_check + waits(run, event.step)


def _notice(scene: Scene, event: e.StepDone) -> Picture:
    run = scene.run
    step = step_name(run, event.step)
    return said(f"🟢 {run.id}: {mention(event.by)}, step {step} finished. {_next(run)}")


def _next(run: Run) -> str:
    """What comes after a step that ended by itself."""
    if run.closed is not None:
        return "The run is closed."
    if upcoming := run.outline.next_steps:
        return f"Next: step {title(upcoming[0])}."
    return "No step is open any more: *Verify now*, then *Close…*, on the board."


def _sentence(around: Around, event: e.StepDone, it: Inline) -> Inline:
    if event.on_check:
        return "ended ", it, " because its check passed; ", around.names.of(event.by), " was on it"
    return "marked ", it, " done"


def _who(event: e.StepDone) -> e.Person | None:
    return None if event.on_check else event.by


DONE = Meaning(
    e.StepDone,
    changes=_done,
    matters=Matters(_by_hand, ages=True, between=_between),
    touches=_touches,
    offers=step_over,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=_who,
    account=None,
    brings_looks=True,
)
