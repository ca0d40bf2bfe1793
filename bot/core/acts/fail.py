"""Marking a step failed, with what happened instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnStep,
    Question,
    listed,
    on_step,
    opens_about,
    row_of,
)
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords, in_hand
from bot.core.acting.jumps import reopens
from bot.core.acting.meaning import Matters, Meaning, always, by_person
from bot.core.acting.messages import waits
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import STEP, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.steps import already, ended, moved, place
from bot.core.acting.thread import ACCOUNT_SHOWN, Scene, opens_if_it_fails, said, step_name
from bot.core.blockkit.blocks import context, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.kinds import ends_now
from bot.core.kinds.controls import FAILED as CONTROL
from bot.core.markup.model import Inline
from bot.core.procedure.kinds.paper import labeled, otherwise
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, Refused, is_mine, worded
from bot.core.run.rounds import MOST
from bot.core.run.states import State
from bot.core.text import brief


@dataclass(frozen=True, slots=True)
class Fail:
    """Mark a step failed, with what happened."""

    step: str
    by: e.Person
    what: str


def _rule(run: Run, command: Fail, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.FAILED and is_mine(step.ended_by, command.by):
        return ()
    if step.state is not State.TAKEN:
        advice = " Take it first." if step.state is State.OPEN else " You can undo it from ⋯."
        raise Refused(already(run, placed, step) + advice)
    what = worded(command.what, "what happened")
    failed = e.StepFailed(step=command.step, by=command.by, what=what)
    return (failed, *_once_more(run, command.step, command.by))


def _once_more(run: Run, step_id: str, by: e.Person) -> Sequence[e.Event]:
    """Steps that an earlier failure opened open in another round, where people are through them."""
    inside = [n for n, one in enumerate(run.placed) if any(g.fails == step_id for g in one.groups)]
    steps = [run.steps[run.placed[n].step.id] for n in inside]
    begun = any(step.state is not State.OPEN for step in steps)
    # Who is in the middle of them goes on; and nothing keeps a failure from being said.
    going_on = any(step.state is State.TAKEN for step in steps)
    if not begun or going_on or any(step.round >= MOST for step in steps):
        return ()
    return reopens(run, (inside[0], inside[-1]), "failed", step_id, by)


def _can_fail(row: Row, by: e.Person) -> bool:
    return CONTROL in ends_now(row)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """What happened instead?"""
    row = row_of(run, which)
    ask = text_input(
        "what",
        "What happened?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="The error or output. It will be posted in the thread.",
    )
    advice = row.leaf.advice
    label = otherwise(row.leaf.expected, advice)
    told = [context(labeled(label, brief(run.words(advice), 2_500)))] if advice else []
    if opening := opens_if_it_fails(run, row):
        told.append(context(f"Then {opening}."))
    blocks = on_step(row, *told, ask)
    return modal("fail", "A step failed", "Mark failed", blocks, run=run.id, step=row.ref)


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[Fail] | Form:
    step = "" if row is None else row.ref
    on_it = row is not None and row.state is State.TAKEN
    return Form(run.id, "fail", step) if on_it and not words else Do(run.id, Fail(step, by, words))


def _read(answer: Answer) -> Fail:
    return Fail(answer.of_step(), answer.by, answer.said("what"))


FAIL = Act(
    Fail,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={CONTROL.verb: opens_about("fail")},
        questions=[Question("fail", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_can_fail, listed(CONTROL))],
        words=[
            InWords(
                said=(
                    "failed",
                    "fail",
                    "did not work",
                    "didnt work",
                    "doesnt work",
                ),
                after="because WHAT HAPPENED",
                runs="open",
                step=in_hand,
                lacking="You are on no step.",
                means=_in_words,
                control=(CONTROL.label, CONTROL.verb),
                told="Step {} is marked failed.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _failed(run: Run, event: e.StepFailed, at: datetime) -> Run:
    old = run.steps[event.step]
    now = moved(run, event, ended(old, State.FAILED, event.by, at, event.what))
    return replace(now, proof=now.proof.unvouched())


def _between(run: Run, event: e.StepFailed) -> str:
    return f"{by_name(run, event.by)} marked as failed step {step_name(run, event.step)}"


def _touches(run: Run | None, event: e.StepFailed, number: int) -> Sequence[str]:
    return [f"notice/{number}", *waits(run, event.step)]


def _notice(scene: Scene, event: e.StepFailed) -> Picture:
    what = brief(event.what, ACCOUNT_SHOWN)
    step = step_name(scene.run, event.step)
    row = scene.run.outline.by_id[event.step]
    opening = opens_if_it_fails(scene.run, row)
    then = f"\n{opening[:1].upper()}{opening[1:]} by that." if opening else ""
    who = by_name(scene.run, event.by)
    return said(f"❌ {scene.run.id}: step {step} failed · {who}: {what}{then}")


def _sentence(around: Around, event: e.StepFailed, it: Inline) -> Inline:
    return "marked ", it, " failed: ", around.names.opening(event.what)


def _what(event: e.StepFailed) -> str:
    return event.what


FAILED = Meaning(
    e.StepFailed,
    sealed={**STEP, "what": WORDS},
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
