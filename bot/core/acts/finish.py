"""Finishing a step: someone says that it is done, or the check that it waited for passed.

Where the step finds values, whoever marks it done is asked for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnStep,
    Question,
    does,
    listed,
    on_step,
    opens_about,
    row_of,
)
from bot.core.acting.corrections import LIMIT, fresh, set_off
from bot.core.acting.evidence import NOTHING, Shown, fields, given, shown
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords, in_hand
from bot.core.acting.meaning import Matters, Meaning
from bot.core.acting.messages import waits
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import OPEN, STEP
from bot.core.acting.sentences import Around
from bot.core.acting.steps import ENDED, already, ended, moved, place
from bot.core.acting.thread import Scene, said, step_name, whats_next
from bot.core.acting.value_form import value_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.invisible import seen
from bot.core.kinds import ends_now, kind_of
from bot.core.kinds.controls import DONE, DONE_WITH
from bot.core.markup.model import Inline
from bot.core.procedure import Capture, Placed, captures_of, check_of
from bot.core.procedure.example import misfit
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.states import State
from bot.core.template import bare
from bot.core.text import brief, escape, mention


@dataclass(frozen=True, slots=True)
class MarkDone:
    """Mark a step done, with the values that it finds and what is shown for it."""

    step: str
    by: e.Person
    values: Mapping[str, str] = field(default_factory=dict)
    shown: Shown = NOTHING


def _rule(run: Run, command: MarkDone, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    asked = captures_of(placed.step)
    values = {name: seen(command.values.get(name, "")).strip() for name in asked}
    if step.state is State.DONE and is_mine(step.ended_by, command.by):
        if other := fresh(run, {name: value for name, value in values.items() if value}):
            raise Refused(
                f"{already(run, placed, step)} To put {', '.join(map(bare, sorted(other)))} right: "
                "More… → Correct a value…."
            )
        return ()
    if step.state in ENDED:
        raise Refused(already(run, placed, step) + " You can undo it from ⋯, or add a note.")
    if step.state is State.OPEN:
        raise Refused(
            f"Nobody is on step {placed.number}. Take it first, so that the others see it."
        )
    _refuse_unknown(run, placed)
    for name, spec in asked.items():
        _refuse_misfit(placed.number, name, spec, values)
    before: list[e.Event] = [*given(run, placed, command.shown, command.by)]
    if asked:
        other = fresh(run, values)
        were = tuple(sorted(other & run.outline.values.keys()))
        more = {"other": were} if were else {}
        before.append(e.ValuesFound(step=command.step, by=command.by, values=values, **more))
        before += set_off(run, other, command.by, len(before) + 1, but=placed.step.id)
    done = e.StepDone(step=command.step, by=command.by)
    looks = kind_of(placed.step).done(run, placed.step, command.by, len(before) + 2)
    return (*before, done, *looks)


def _refuse_unknown(run: Run, placed: Placed) -> None:
    if lacking := run.outline.lacking(placed.step):
        raise Refused(
            f"Step {placed.number} was not marked done: {run.outline.texts.wanted(lacking)}"
        )


def _refuse_misfit(number: str, name: str, spec: Capture, values: Mapping[str, str]) -> None:
    value, at = values[name], f"{_FIELD}{name}"
    if not value:
        raise Refused(
            f"Step {number} was not marked done: it asks for {bare(name)}. Press *Done…*.", at
        )
    if len(value) > LIMIT:
        raise Refused(f"{bare(name)} has {len(value):,} characters, and {LIMIT:,} fit.", at)
    if trouble := misfit(spec, value, values):
        raise Refused(
            f"{bare(name)} {escape(trouble)}; you gave `{brief(value, _VALUE_SHOWN)}`.", at
        )


_VALUE_SHOWN = 80
_FIELD = "value:"
"""How the id of a value's field begins."""


def _can_be_done(row: Row, by: e.Person) -> bool:
    return DONE in ends_now(row)


def _can_be_done_with(row: Row, by: e.Person) -> bool:
    return DONE_WITH in ends_now(row)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """All that the step asks for, in one form."""
    row = row_of(run, which)
    _refuse_unknown(run, run.outline.places[row.id])
    known = run.outline.values
    asked = [
        value_input(
            f"{_FIELD}{name}",
            spec,
            spec.description,
            # What is masked is a secret, and a mask is no value.
            initial=None if name in run.hidden else known.get(name),
            hint=f"Shown from now on where it says {bare(name)}",
        )
        for name, spec in captures_of(row.leaf).items()
    ]
    asked += fields(run, row)
    if not asked:
        raise Refused(f"Step {row.number} asks for nothing: press *Done*.")
    return modal("done", "Done", "Done", on_step(row, *asked), run=run.id, step=row.ref)


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[MarkDone] | Form:
    if row is not None and _can_be_done_with(row, by):
        return Form(run.id, "done", row.ref)
    return Do(run.id, MarkDone("" if row is None else row.ref, by))


def _read(answer: Answer) -> MarkDone:
    parts = {key.partition(":"): value for key, value in answer.values.items()}
    values = {name: value for (what, _, name), value in parts.items() if f"{what}:" == _FIELD}
    return MarkDone(answer.of_step(), answer.by, values, shown(answer))


FINISH = Act(
    MarkDone,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={DONE.verb: does(MarkDone), DONE_WITH.verb: opens_about("done")},
        questions=[Question("done", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_can_be_done, listed(DONE)), OnStep(_can_be_done_with, listed(DONE_WITH))],
        words=[
            InWords(
                said=("done", "finish", "finished", "complete", "completed", "did", "done with"),
                after="",
                runs="open",
                step=in_hand,
                lacking="You are on no step.",
                means=_in_words,
                control=(DONE_WITH.label, DONE_WITH.verb),
                told="Step {} is done.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _done(run: Run, event: e.StepDone, at: datetime) -> Run:
    done = ended(run.steps[event.step], State.DONE, event.by, at, None)
    return moved(run, event, replace(done, on_check=event.on_check))


def _by_hand(event: e.StepDone) -> bool:
    """A wait that a passing check ended, or its time, is no act of anyone."""
    return not event.on_check


def _between(run: Run, event: e.StepDone) -> str:
    return f"{by_name(run, event.by)} finished step {step_name(run, event.step)}"


def _touches(run: Run | None, event: e.StepDone, number: int) -> Sequence[str]:
    # Whoever is on a wait was promised to hear of its end; an edited message tells nobody.
    return [f"notice/{number}"] * event.on_check + waits(run, event.step)


def _notice(scene: Scene, event: e.StepDone) -> Picture:
    run = scene.run
    step = step_name(run, event.step)
    return said(f"🟢 {run.id}: {mention(event.by)}, step {step} finished. {whats_next(run)}")


def _sentence(around: Around, event: e.StepDone, it: Inline) -> Inline:
    if event.on_check:
        placed = around.run.find(event.step)
        timed = placed is not None and check_of(placed.step) is None
        why = f" because its {'time was over' if timed else 'check passed'}; "
        return "ended ", it, why, around.names.of(event.by), " was on it"
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
