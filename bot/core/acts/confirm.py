"""Vouching for a line of the verification that no check can answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnLine, Question, opens_about
from bot.core.acting.intents import Form, text
from bot.core.acting.inwords import InWords
from bot.core.acting.lines import line
from bot.core.acting.meaning import (
    Meaning,
    all_stay,
    by_person,
    no_message,
)
from bot.core.acting.sealed import ASKED, OPEN, WORDS
from bot.core.acting.sentences import Around, item_title
from bot.core.blockkit.blocks import section, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.markup.model import Inline
from bot.core.procedure.using import lines_using
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.proof import Item, Vouched
from bot.core.run.refusals import WORDS_LIMIT, Refused, is_mine, worded
from bot.core.text import brief, clock, mention


@dataclass(frozen=True, slots=True)
class Confirm:
    """Vouch for a line of the verification; in words, who was told and how."""

    item: str
    by: e.Person
    words: str = ""


def _rule(run: Run, command: Confirm, at: datetime) -> Sequence[e.Event]:
    item = line(run, command.item)
    if item.green and is_mine(item.by, command.by):
        return ()
    _refuse_twice(run, item)
    _refuse_unknown(run, item)
    words = worded(command.words, "what you wrote") if command.words.strip() else None
    told = {"words": words} if words else {}
    return (e.RecoveryConfirmed(item=command.item, by=command.by, **told),)


def _open(item: Item) -> bool:
    return item.green is not True


def _refuse_unknown(run: Run, item: Item) -> None:
    """Nobody vouches for a sentence that lacks a value."""
    texts = run.outline.texts
    lacking = [
        name
        for name in texts.finds
        if texts.missing_in([name]) and item.key in lines_using(run.procedure, [name])
    ]
    if lacking:
        raise Refused(f"That cannot be confirmed yet: {texts.wanted(lacking)}")


def _refuse_twice(run: Run, item: Item) -> None:
    """Who was faster is named: the words of a second person would be lost."""
    if item.green and item.by and item.at:
        at = clock(item.at, since=run.started_at)
        raise Refused(f"{mention(item.by)} confirmed that at {at}. To add something, add a note.")


_TITLE_SHOWN = 300


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Who vouches for a line, and in which words."""
    item = line(run, which)
    _refuse_twice(run, item)
    _refuse_unknown(run, item)
    ask = text_input(
        "words",
        "Who was told, and how? Or how do you know?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="It goes into the post-mortem, with your name.",
        optional=True,
    )
    blocks = [section(brief(item.title, _TITLE_SHOWN)), ask]
    return modal("confirm", "Confirm", "Confirm", blocks, run=run.id, item=item.key)


def _read(answer: Answer) -> Confirm:
    return Confirm(text(answer.about["item"]), answer.by, answer.said("words"))


ON_LINE = OnLine("Confirm…", "confirm", _open)


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Form:
    """A line is confirmed where it is read: the words open it, if there is one only."""
    lines = [item for item in run.outline.verification.confirms if _open(item)]
    if not lines:
        raise Refused("No line is waiting for a person to confirm it.")
    if len(lines) > 1:
        raise Refused(
            f"{len(lines)} lines wait to be confirmed: press *Confirm…* at the one that you mean, "
            "on the board."
        )
    return Form(run.id, "confirm", lines[0].key)


CONFIRM = Act(
    Confirm,
    rule=_rule,
    when_closed=False,
    needs="confirm",
    asking=Asking(
        verbs={ON_LINE.verb: opens_about("confirm")},
        questions=[Question("confirm", when_closed=False, draw=_form, read=_read)],
        lines=[ON_LINE],
        words=[
            InWords(
                said=("confirm", "confirmed"),
                after="",
                runs="open",
                step=None,
                lacking="",
                means=_in_words,
                control=(ON_LINE.label, ON_LINE.verb),
                told="",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _confirmed(run: Run, event: e.RecoveryConfirmed, at: datetime) -> Run:
    vouched = Vouched(event.by, at, event.words)
    return replace(run, proof=run.proof.vouched(event.item, vouched))


def _of_confirmation(around: Around, event: e.RecoveryConfirmed, it: Inline) -> Inline:
    words = (": ", around.names.words(event.words)) if event.words else ""
    return "confirmed “", item_title(around.run, event.item), "”", words


CONFIRMED = Meaning(
    e.RecoveryConfirmed,
    sealed={**ASKED, "item": OPEN, "words": WORDS},
    changes=_confirmed,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_confirmation,
    who=by_person,
    account=None,
    brings_looks=False,
)
