"""Taking a step: from then on everyone sees who is on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.approvals import agreed
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnStep,
    Question,
    does,
    on_step,
    opens_about,
    row_of,
)
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords
from bot.core.acting.meaning import Matters, Meaning, always, by_person, no_message
from bot.core.acting.naming import by_name
from bot.core.acting.repeating import after_done, take_label
from bot.core.acting.request_message import greyed
from bot.core.acting.sealed import STEP, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.steps import already, due, moved, place
from bot.core.acting.thread import step_name
from bot.core.blockkit.blocks import Block, button, context, section, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.invisible import seen
from bot.core.kinds import kind_of
from bot.core.markup.model import Code, Inline
from bot.core.procedure import Placed, commands, guards, options_of
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.rows import target
from bot.core.run.stake import to_type
from bot.core.run.states import State
from bot.core.text import brief, cut, escape


@dataclass(frozen=True, slots=True)
class Take:
    """Take a step; a destructive one needs its id typed."""

    step: str
    by: e.Person
    typed: str | None = None


def _rule(run: Run, command: Take, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.TAKEN and is_mine(step.holder, command.by):
        return ()
    _may_be_taken(run, placed, command.by)
    confirmed = None
    if placed.step.danger is not None:
        confirmed = seen(command.typed or "").strip()
        if confirmed != (wanted := to_type(run, placed.step)):
            raise Refused(
                f"Step {placed.number} was not taken: type “{escape(wanted)}” to confirm that you "
                "mean it."
            )
    taken = e.StepTaken(step=command.step, by=command.by, confirmed=confirmed)
    return (taken, *kind_of(placed.step).taken(run, placed.step, command.by, 2))


def _may_be_taken(run: Run, placed: Placed, by: e.Person) -> None:
    """Raise Refused where nobody, or not this person, can take a step now."""
    step = run.steps[placed.step.id]
    if step.state is State.TAKEN:
        raise Refused(
            already(run, placed, step)
            + " Anyone can mark it done; if they cannot go on, ⋯ → Take over."
        )
    if step.state in (State.DONE, State.SKIPPED):
        raise Refused(f"{already(run, placed, step)} {after_done(placed.step)}")
    if options_of(placed.step):
        raise Refused(f"Step {placed.number} is a question: its buttons answer it.")
    if guards(placed.step):
        raise Refused(
            f"Step {placed.number} is an approval: people vote on it, and nobody takes it."
        )
    due(run, placed)
    agreed(run, placed, by)


# How it is asked for. ---------------------------------------------------------------------------

WARNINGS = 50
"""How many warnings of a destructive step are read before it is taken."""
_COMMANDS = 5
_COMMAND_SHOWN = 600
"""How many of a destructive step's commands are read before it is taken, and how much of each."""


def take_button(run: Run, row: Row, *, primary: bool) -> Block:
    """The button that takes a step; a destructive one will ask, so it ends in an ellipsis."""
    label = take_label(row.leaf, failed=row.state is State.FAILED)
    style = "primary" if primary else None
    ask = row.leaf.danger is not None
    return button(
        label + ("…" if ask else ""),
        "take_ask" if ask else "take",
        target(run, row),
        style="danger" if ask else style,
        says=f"{label} step {row.number}",
    )


def _can_be_taken(row: Row, by: e.Person) -> bool:
    free = row.state in (State.OPEN, State.FAILED) and row.awaited is None
    return free and not options_of(row.leaf) and not row.unapproved


def _listed(run: Run, row: Row) -> Block:
    return take_button(run, row, primary=False)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Is a destructive step meant? It says what will be run, and asks for what is at stake."""
    row = row_of(run, which)
    # Nobody reads and types for nothing.
    _may_be_taken(run, run.outline.places[row.id], by)
    wanted = to_type(run, row.leaf)
    said = (*(heading.group for heading in row.groups), row.leaf)
    told = [text for part in said for text in part.warnings]
    # The right command on the wrong host is the wrong command.
    wheres = [text for text in (run.procedure.where, *(part.where for part in said)) if text]
    warnings = [context(f"Where: {escape(run.words(text))}") for text in wheres[-1:]]
    warnings += [context(f"⚠️ {escape(run.words(w))}") for w in told[-WARNINGS:]]
    warnings += _what_cannot_be_undone(run, row)
    ask = text_input(
        "typed",
        f"Type {wanted} to confirm",
        hint="Take the step before you run anything: its commands can be copied then.",
    )
    return modal(
        "take",
        "Destructive step",
        "Take it",
        on_step(row, context(_what_is_meant(run)), *warnings, *_preview(run, row), ask),
        run=run.id,
        step=row.ref,
    )


def _what_cannot_be_undone(run: Run, row: Row) -> list[Block]:
    """That it cannot be undone, and what the procedure says of the way back, if anything."""
    back = row.leaf.rollback
    rest = f" Rollback: {brief(run.words(back), _COMMAND_SHOWN)}" if back else ""
    return [section(f"⚠️ *This cannot be undone.*{rest}")]


def _what_is_meant(run: Run) -> str:
    """The run and its values, so that nobody destroys the wrong thing."""
    known = {**run.inputs, **run.outline.texts.found}
    called = run.outline.texts.called
    given = [f"{called(name)} `{escape(value)}`" for name, value in known.items() if value]
    return cut(" · ".join([f"*{run.id}*", *given]), 300)


def _preview(run: Run, row: Row) -> list[Block]:
    """The commands that a destructive step is about to have run, to be read before it is taken."""
    typed = list(map(run.command, commands(row.leaf)))
    return greyed(typed, most=_COMMANDS, cut_to=_COMMAND_SHOWN)


def _free(run: Run, by: e.Person) -> Sequence[Row]:
    """The steps that come next and can be taken."""
    return [row for row in run.outline.next_steps if _can_be_taken(row, by)]


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[Take] | Form:
    """A destructive step is taken by its form alone, where what it will run is read."""
    asks = row is not None and row.leaf.danger is not None
    if row is not None and asks and row.state in (State.OPEN, State.FAILED):
        return Form(run.id, "take", row.ref)
    return Do(run.id, Take("" if row is None else row.ref, by))


def _read(answer: Answer) -> Take:
    return Take(answer.of_step(), answer.by, answer.said("typed"))


TAKE = Act(
    Take,
    rule=_rule,
    when_closed=False,
    needs="take",
    asking=Asking(
        verbs={"take": does(Take), "take_ask": opens_about("take")},
        questions=[Question("take", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_can_be_taken, _listed)],
        words=[
            InWords(
                said=("take", "claim", "grab", "on", "working on", "mine", "try again", "retry"),
                after="",
                runs="open",
                step=_free,
                lacking="No step is free to take.",
                means=_in_words,
                control=("Take…", "take_ask"),
                told="Step {} is yours.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _taken(run: Run, event: e.StepTaken, at: datetime) -> Run:
    old = run.steps[event.step]
    taken = replace(
        old.opened(),
        state=State.TAKEN,
        holder=event.by,
        taken_at=at,
        begun=at,
        timed=at,
        failing=old.failing,
    )
    return moved(run, event, taken)


def _between(run: Run, event: e.StepTaken) -> str:
    return f"{by_name(run, event.by)} took step {step_name(run, event.step)}"


def _sentence(around: Around, event: e.StepTaken, it: Inline) -> Inline:
    if event.confirmed is None:
        return "took ", it
    return "took ", it, ", and typed ", Code(event.confirmed), " to confirm it"


TAKEN = Meaning(
    e.StepTaken,
    sealed={**STEP, "confirmed": WORDS},
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
