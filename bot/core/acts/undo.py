"""Taking back how a step was marked, or that a line is confirmed: it is open again.

The record keeps what happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnLine,
    OnRun,
    OnStep,
    Question,
    does,
    listed,
    opens,
    while_open,
)
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords, or_the_run
from bot.core.acting.lines import line
from bot.core.acting.meaning import Matters, Meaning, all_stay, always, by_person, no_message
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ASKED, OPEN, STEP
from bot.core.acting.sentences import Around, item_title
from bot.core.acting.steps import ENDED, already, moved, place
from bot.core.acting.thread import step_name
from bot.core.blockkit.blocks import section, select_input
from bot.core.blockkit.modal import View, modal
from bot.core.kinds.controls import UNDO as CONTROL
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.proof import Item
from bot.core.run.refusals import Refused
from bot.core.run.states import State

# A step. ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the mark on a step."""

    step: str
    by: e.Person


def _undo(run: Run, command: Undo, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state not in ENDED:
        raise Refused(already(run, placed, step) + " There is nothing to undo.")
    if step.answer is not None:
        raise Refused(f"Step {placed.number} is a question: More… → Change an answer….")
    return (e.StepUndone(step=command.step, by=command.by),)


def _marked(row: Row, by: e.Person) -> bool:
    return row.state in ENDED and row.step.answer is None


def _vouched(item: Item) -> bool:
    return item.green is True


def _can_undo(run: Run) -> bool:
    marked = any(one.answer is None for state in ENDED for one in run.outline.tally[state])
    return while_open(run) and (marked or any(map(_vouched, run.outline.verification.confirms)))


ON_RUN = OnRun(
    "Undo…",
    "A step, or a confirmation, is open again; your system stays as it is.",
    "undo_ask",
    _can_undo,
)


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[Undo] | Form:
    return Form(run.id, "undo") if row is None else Do(run.id, Undo(row.ref, by))


UNDO = Act(
    Undo,
    rule=_undo,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={CONTROL.verb: does(Undo)},
        questions=[],
        lines=[OnStep(_marked, listed(replace(CONTROL, label="Undo")))],
        words=[
            InWords(
                said=("undo", "unmark"),
                after="",
                runs="open",
                step=or_the_run,
                lacking="",
                means=_in_words,
                control=(ON_RUN.label, ON_RUN.verb),
                told="Step {} is open again.",
            )
        ],
    ),
)


# A confirmation. --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take back that a line of the verification is confirmed."""

    item: str
    by: e.Person


def _withdraw(run: Run, command: Withdraw, at: datetime) -> Sequence[e.Event]:
    if not line(run, command.item).green:
        return ()
    return (e.ConfirmationWithdrawn(item=command.item, by=command.by),)


WITHDRAW = Act(
    Withdraw,
    rule=_withdraw,
    when_closed=False,
    needs="confirm",
    asking=Asking(
        verbs={"withdraw": does(Withdraw)},
        questions=[],
        lines=[OnLine("Take back", "withdraw", _vouched)],
        # The form of `undo` lists it.
        words=[],
    ),
)


# One of all, which are listed. ------------------------------------------------------------------


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Which status, or which confirmation, is taken back?"""
    marked = [
        (f"{row.number} {row.title} ({ENDED[row.state]})", row.id)
        for row in run.outline.in_state(*ENDED)
        if row.step.answer is None
    ]
    marked += [
        (f"{item.title} (confirmed)", item.key)
        for item in run.outline.verification.confirms
        if item.green
    ]
    if not marked:
        nothing = section("No step has been finished, skipped or failed yet.")
        return modal("nothing", "Undo", None, [nothing], run=run.id)
    ask = select_input(
        "step",
        "Undo which one?",
        marked[::-1],
        hint="It is open again; the record keeps what happened. Your system is not changed.",
    )
    return modal("undo", "Undo", "Undo", [ask], run=run.id)


def _read(answer: Answer) -> Undo | Withdraw:
    # The id of a step has no colon, the key of a line has one.
    which = answer.values["step"]
    return Withdraw(which, answer.by) if ":" in which else Undo(which, answer.by)


ONE: Asking[Undo | Withdraw] = Asking(
    verbs={ON_RUN.verb: opens("undo")},
    questions=[Question("undo", when_closed=False, draw=_form, read=_read)],
    lines=[ON_RUN],
    # The act on a step has them.
    words=[],
)


# What they make. --------------------------------------------------------------------------------


def _undone(run: Run, event: e.StepUndone, at: datetime) -> Run:
    now = moved(run, event, run.steps[event.step].opened())
    return replace(now, proof=now.proof.unvouched())


def _between(run: Run, event: e.StepUndone) -> str:
    return f"{by_name(run, event.by)} undid step {step_name(run, event.step)}"


def _sentence(around: Around, event: e.StepUndone, it: Inline) -> Inline:
    mark = around.before.steps[event.step].state if around.before else State.OPEN
    return "undid ", it, f", which was {mark}"


UNDONE = Meaning(
    e.StepUndone,
    sealed=STEP,
    changes=_undone,
    matters=Matters(always, ages=True, between=_between),
    touches=no_message,
    offers=step_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)


def _withdrawn(run: Run, event: e.ConfirmationWithdrawn, at: datetime) -> Run:
    return replace(run, proof=run.proof.withdrawn(event.item))


def _withdrawn_between(run: Run, event: e.ConfirmationWithdrawn) -> str:
    return f"{by_name(run, event.by)} took a confirmation back"


def _of_withdrawal(around: Around, event: e.ConfirmationWithdrawn, it: Inline) -> Inline:
    return "took back the confirmation of “", item_title(around.run, event.item), "”"


WITHDRAWN = Meaning(
    e.ConfirmationWithdrawn,
    sealed={**ASKED, "item": OPEN},
    changes=_withdrawn,
    # What checks showed is as true as before.
    matters=Matters(always, ages=False, between=_withdrawn_between),
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_withdrawal,
    who=by_person,
    account=None,
    brings_looks=False,
)
