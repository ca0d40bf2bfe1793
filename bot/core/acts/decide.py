"""Answering a question: the answer says where the run goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.answers import answered, choices, finds, option_of, said
from bot.core.acting.asking import (
    Answer,
    Asking,
    Means,
    OnStep,
    Question,
    on_step,
    opens_about,
    row_of,
)
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords
from bot.core.acting.meaning import Matters, Meaning, always, by_person, no_message
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import OPEN, STEP, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.steps import already, due, ended, moved, place
from bot.core.acting.thread import step_name
from bot.core.blockkit.blocks import Block, button, select_input, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.markup.model import Inline, Words
from bot.core.procedure import options_of
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, Refused, is_mine
from bot.core.run.rows import target
from bot.core.run.states import State
from bot.core.text import escape


@dataclass(frozen=True, slots=True)
class Decide:
    """Answer a question with one of its options, and say why where that is asked."""

    step: str
    by: e.Person
    option: str
    reason: str = ""


def _rule(run: Run, command: Decide, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    option = option_of(run, placed, command.option)
    if step.state is State.DONE and step.answer == option.id and is_mine(step.ended_by, command.by):
        return ()
    if step.state is State.DONE:
        answer = escape(said(run, placed.step, step.answer))
        raise Refused(
            f"{already(run, placed, step)} The answer is “{answer}”: "
            "to change it, More… → Change an answer…."
        )
    if step.state is State.SKIPPED:
        raise Refused(already(run, placed, step) + " You can undo it from ⋯.")
    due(run, placed)
    return answered(run, placed, option, command.by, command.reason)


# How it is asked for. ---------------------------------------------------------------------------

_VERBS = tuple(f"decide_{number}" for number in range(1, 6))
_ASKS = tuple(f"decide_ask_{number}" for number in range(1, 6))
"""One for each button of a question: Slack wants them to differ within a row of buttons."""
_ASK = "decide_ask"


def answer_buttons(run: Run, row: Row) -> list[Block]:
    """The buttons of a question: one for each answer, which ends in an ellipsis if it asks why.

    None is louder than the others: the bot does not know the answer.
    """
    return [
        button(
            run.words(option.title) + ("…" if option.reason else ""),
            (_ASKS if option.reason else _VERBS)[n],
            f"{target(run, row)}/{option.id}",
            says=f"Answer step {row.number}: {run.words(option.title)}",
        )
        for n, option in enumerate(options_of(row.leaf))
    ]


def ask_button(run: Run, row: Row) -> Block:
    """The button that asks a question in a form, where there is room for one button only."""
    return button("Answer…", _ASK, target(run, row), says=f"Answer step {row.number}")


def _does(run: str, rest: str, by: e.Person) -> Do[Decide]:
    step, _, option = rest.rpartition("/")
    return Do(run, Decide(step, by, option))


def _can_be_answered(row: Row, by: e.Person) -> bool:
    return bool(options_of(row.leaf)) and row.state is State.OPEN and not row.ruled_out


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Which answer, and why?"""
    step, _, option = (which or "").partition("/")
    row = row_of(run, step)
    if not (known := options_of(row.leaf)):
        raise Refused(f"Step {row.number} is no question.")
    asks = all(one.reason for one in known if option in ("", one.id))
    fields = [
        select_input("option", "The answer", choices(run, row), initial=option or None),
        text_input(
            "reason",
            "Why?",
            multiline=True,
            limit=WORDS_LIMIT,
            optional=not asks,
            hint="The record and the post-mortem have all of it.",
        ),
    ]
    about = {"run": run.id, "step": target(run, row).partition("/")[2]}
    return modal("decide", "Answer a question", "Answer", on_step(row, *fields), **about)


def _read(answer: Answer) -> Decide:
    return Decide(answer.of_step(), answer.by, answer.values["option"], answer.said("reason"))


_MEANS: Mapping[str, Means[Decide]] = {
    **dict.fromkeys((_ASK, *_ASKS), opens_about("decide")),
    **dict.fromkeys(_VERBS, _does),
}


def _asked(run: Run, by: e.Person) -> Sequence[Row]:
    """The questions that can be answered."""
    free = (row for row in run.outline.rows if row.awaited is None)
    return [row for row in free if _can_be_answered(row, by)]


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[Decide] | Form:
    """An answer by its words, if it asks for no reason; else the form, with it filled in."""
    step = "" if row is None else row.ref
    bare = words.strip(" .!\"'“”‘’").casefold()
    known = options_of(row.leaf) if row else ()
    same = [one for one in known if bare in (run.words(one.title).casefold(), one.id.casefold())]
    if len(same) != 1:
        return Form(run.id, "decide", step)
    if same[0].reason:
        return Form(run.id, "decide", f"{step}/{same[0].id}")
    return Do(run.id, Decide(step, by, same[0].id))


DECIDE = Act(
    Decide,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs=_MEANS,
        questions=[Question("decide", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_can_be_answered, ask_button)],
        words=[
            InWords(
                said=("answer", "decide", "choose"),
                after="ANSWER",
                runs="open",
                step=_asked,
                lacking="No question is open.",
                means=_in_words,
                control=("Answer…", _ASK),
                told="Step {} is answered.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _decided(run: Run, event: e.Decided, at: datetime) -> Run:
    old = run.steps[event.step]
    done = replace(ended(old, State.DONE, event.by, at, event.reason), answer=event.option)
    now = moved(run, event, done)
    found = dict.fromkeys(finds(run, event.step), event.option)
    return replace(now, found={**run.found, **found}) if found else now


def _between(run: Run, event: e.Decided) -> str:
    return f"{by_name(run, event.by)} answered step {step_name(run, event.step)}"


def _sentence(around: Around, event: e.Decided, it: Inline) -> Inline:
    placed = around.run.known(event.step)
    answer = "" if placed is None else said(around.run, placed.step, event.option)
    why = () if event.reason is None else (": ", around.names.opening(event.reason))
    return "answered ", it, " with “", Words(answer), "”", why


def _reason(event: e.Decided) -> str:
    return event.reason or ""


DECIDED = Meaning(
    e.Decided,
    sealed={**STEP, "option": OPEN, "reason": WORDS},
    changes=_decided,
    # An answer changes nothing in the system; what is done because of it does.
    matters=Matters(always, ages=False, between=_between),
    touches=no_message,
    offers=step_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_reason,
    brings_looks=False,
)
