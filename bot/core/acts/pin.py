"""Putting a message into the timeline of a run, and taking it out again.

It is there once, however many people put it there at once: who came first has pinned it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking
from bot.core.acting.intents import Do, Odd
from bot.core.acting.meaning import Meaning, all_stay, by_person, no_message
from bot.core.acting.pins import BACK, pin_of
from bot.core.acting.sealed import ASKED, OPEN, PERSON, WORDS
from bot.core.acting.sentences import Around
from bot.core.markup.model import Inline, Words
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.pins import PINS_LIMIT, Pin, Quote, find, time_of
from bot.core.run.refusals import Refused, is_mine
from bot.core.text import escape, mention

SURE = "sure"
"""The field in which someone says that others may read what was written elsewhere."""


TO_BOT = "Nothing was added: that was said to me, and the record has what came of it."


@dataclass(frozen=True, slots=True)
class PinMessage:
    """Put a message into the timeline; `emoji` by a reaction.

    `sure` says that those who see the run may read it, where it was written elsewhere.
    """

    by: e.Person
    quote: Quote
    emoji: bool = False
    sure: bool = False


def pinnable(quote: Quote) -> None:
    """Say why a message cannot be in a timeline, whichever run's; raises Refused."""
    if quote.own:
        raise Refused("Nothing was added: that message is mine, and the record has what it shows.")
    if quote.to_bot:
        raise Refused(TO_BOT)
    if not quote.text and not quote.files:
        raise Refused("Nothing was added: that message has neither words nor files.")


def _rule(run: Run, command: PinMessage, at: datetime) -> Sequence[e.Event]:
    quote = command.quote
    pinnable(quote)
    if find(run.pins, quote.channel, quote.ts) is not None:
        return ()
    if quote.channel != run.channel and not command.sure:
        raise Refused(
            f"Nothing was added: it was written elsewhere, and everyone who sees {run.id} could "
            "read it. Tick that they may.",
            SURE,
        )
    if len(run.pins) >= PINS_LIMIT:
        raise Refused(
            f"Nothing was added: the timeline of {run.id} has {PINS_LIMIT} messages, and no more "
            "fit. Take one back first: *More…* → *Timeline…*."
        )
    said: dict[str, Any] = {"text": quote.text} if quote.text else {}
    said |= {"author": quote.author} if quote.author else {}
    said |= {"app": quote.app} if quote.app else {}
    said |= {"files": quote.files} if quote.files else {}
    said |= {"cut": quote.cut} if quote.cut else {}
    said |= {"emoji": True} if command.emoji else {}
    place = {"channel": quote.channel, "ts": quote.ts, "link": quote.link}
    return (e.MessagePinned(by=command.by, **place, **said),)


# Nothing is pressed for it on a board: it is asked for on the message, wherever that is.
PIN = Act(PinMessage, rule=_rule, when_closed=True, needs=None, asking=None)


@dataclass(frozen=True, slots=True)
class TakePinBack:
    """Take a message out of the timeline that one has put there; `emoji` by taking a reaction."""

    by: e.Person
    entry: int
    emoji: bool = False


def _take_back(run: Run, command: TakePinBack, at: datetime) -> Sequence[e.Event]:
    pin = pin_of(run, command.entry)
    if not is_mine(pin.pinned.by, command.by):
        raise Refused(
            f"Nothing was changed: {mention(pin.pinned.by)} added it, and takes it back. Its words "
            "can be corrected by anyone, and erased by who wrote them."
        )
    emoji = {"emoji": True} if command.emoji else {}
    return (e.PinTakenBack(by=command.by, entry=command.entry, **emoji),)


def numbered(rest: str) -> int:
    """The number of an entry that a control carries; raises Odd."""
    if not rest.isdecimal() or len(rest) > _DIGITS:
        raise Odd("not the number of an entry")
    return int(rest)


_DIGITS = 9


def _takes_back(run: str, rest: str, by: e.Person) -> Do[TakePinBack]:
    return Do(run, TakePinBack(by, numbered(rest)))


TAKE_BACK = Act(
    TakePinBack,
    rule=_take_back,
    when_closed=True,
    needs=None,
    # It stands beside the message that is taken back.
    asking=Asking(verbs={BACK: _takes_back}, questions=[], lines=[], words=[]),
)


# What they make. --------------------------------------------------------------------------------


def _pinned(run: Run, event: e.MessagePinned, at: datetime) -> Run:
    pin = Pin(run.seq + 1, event, time_of(event.ts), event.text or "")
    return replace(run, pins={**run.pins, pin.number: pin})


def _taken(run: Run, event: e.PinTakenBack, at: datetime) -> Run:
    left = {number: pin for number, pin in run.pins.items() if number != event.entry}
    return replace(run, pins=left)


def _sentence(around: Around, event: e.MessagePinned, it: Inline) -> Inline:
    # The words stand where the message does; here where they are no longer those there.
    number = around.before.seq + 1 if around.before else 0
    pin = around.run.pins.get(number)
    first = pin is None or pin.corrected is not None
    words: Inline = (": ", around.names.opening(event.text)) if first and event.text else ""
    how = " by a reaction" if event.emoji else ""
    at = f", of {time_of(event.ts):%Y-%m-%d %H:%M:%S}"
    return "added a message of ", _author(around, event), at, f", to the timeline{how}", words


def _author(around: Around, event: e.MessagePinned) -> Inline:
    if event.author is not None:
        return around.names.of(event.author)
    return Words(event.app) if event.app else "an app"


def _back(around: Around, event: e.PinTakenBack, it: Inline) -> Inline:
    how = ", with the reaction" if event.emoji else ""
    return f"took the message of entry {event.entry} out of the timeline{how}"


PINNED = Meaning(
    e.MessagePinned,
    sealed={
        **ASKED,
        "channel": OPEN,
        "ts": OPEN,
        "link": OPEN,
        "text": WORDS,
        "author": PERSON,
        "app": WORDS,
        "files": {"file": OPEN, "name": WORDS, "mimetype": OPEN},
        "cut": OPEN,
        "emoji": OPEN,
    },
    changes=_pinned,
    matters=None,
    # A message for each of them would be noise: who asked is told, and the timeline has it.
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    # It has a row of its own in the timeline, and is whole below it.
    account=None,
    brings_looks=False,
)

TAKEN_BACK = Meaning(
    e.PinTakenBack,
    sealed={**ASKED, "entry": OPEN, "emoji": OPEN},
    changes=_taken,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_back,
    who=by_person,
    account=None,
    brings_looks=False,
)


def told(run: Run, pin: Pin, by: e.Person) -> str:
    """What is said to someone who put a message into the timeline, or found it there."""
    where = f"the timeline of *{escape(run.id)}*"
    if is_mine(pin.pinned.by, by):
        return f"📌 It is in {where}. *More…* → *Timeline…* corrects it or takes it back."
    return f"📌 It is in {where} already: {mention(pin.pinned.by)} added it."
