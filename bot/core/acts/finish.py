"""Finishing a step: someone says that it is done, or the check that it waited for passed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnStep, does, listed
from bot.core.acting.meaning import Matters, Meaning
from bot.core.acting.messages import waits
from bot.core.acting.sealed import OPEN, STEP
from bot.core.acting.sentences import Around
from bot.core.acting.steps import ENDED, already, ended, moved, place
from bot.core.acting.thread import Scene, said, step_name
from bot.core.blockkit.picture import Picture
from bot.core.kinds import kind_of
from bot.core.kinds.controls import DONE
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.rows import title
from bot.core.run.states import State
from bot.core.text import mention


@dataclass(frozen=True, slots=True)
class MarkDone:
    """Mark a step done."""

    step: str
    by: e.Person


def _rule(run: Run, command: MarkDone, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.DONE and is_mine(step.ended_by, command.by):
        return ()
    if step.state in ENDED:
        raise Refused(already(run, placed, step) + " You can undo it from ⋯, or add a note.")
    if step.state is State.OPEN:
        raise Refused(
            f"Nobody is on step {placed.number}. Take it first, so that the others see it."
        )
    done = e.StepDone(step=command.step, by=command.by)
    return (done, *kind_of(placed.step).done(run, placed.step, command.by, 2))


def _can_be_done(row: Row, by: e.Person) -> bool:
    return row.state is State.TAKEN and DONE in kind_of(row.leaf).ends(row.leaf)


FINISH = Act(
    MarkDone,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={DONE.verb: does(MarkDone)},
        questions=[],
        lines=[OnStep(_can_be_done, listed(DONE))],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


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


FINISHED = Meaning(
    e.StepDone,
    sealed={**STEP, "on_check": OPEN},
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
