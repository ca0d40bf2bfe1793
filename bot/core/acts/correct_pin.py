"""The timeline of a run, looked at in a form: what people put there, and how it is corrected."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.core.acting.act import Act
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnRun,
    Question,
    at_any_time,
    in_a_form,
    opens,
    opens_about,
)
from bot.core.acting.intents import Odd
from bot.core.acting.meaning import Meaning, all_stay, by_person, no_message
from bot.core.acting.pins import BACK, author, latest, pin_of, words
from bot.core.acting.sealed import ASKED, OPEN, WORDS
from bot.core.acting.sentences import Around
from bot.core.blockkit.blocks import (
    Block,
    actions,
    button,
    context,
    moment_input,
    section,
    text_input,
)
from bot.core.blockkit.modal import View, modal
from bot.core.invisible import seen
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.pins import LATEST, WORDS_LIMIT, Pin
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.waits import moment
from bot.core.text import counted, escape, link, mention, unescape

SHOWN = 20
"""How many messages of a timeline the form lists, the latest of them."""
_WORDS_SHOWN = 300
_TOKEN = re.compile(r"&lt;(@[UW][A-Z0-9]{1,31}|#C[A-Z0-9]{1,31}|https?://[^\s<>|&]+)&gt;")


@dataclass(frozen=True, slots=True)
class CorrectPin:
    """Say when a message of the timeline was really written, or in which words it stands there.

    `when` is in seconds since 1970; what is None stays as it is.
    """

    by: e.Person
    entry: int
    when: int | None = None
    text: str | None = None


def _rule(run: Run, command: CorrectPin, at: datetime) -> Sequence[e.Event]:
    pin, said = pin_of(run, command.entry), dict[str, Any]()
    if command.when is not None:
        if not 0 <= command.when <= LATEST:
            raise Refused("Nothing was changed: that is no time of this world.", "when")
        when = datetime.fromtimestamp(command.when, UTC)
        # A form has no seconds, so the same minute is the same time.
        if when.replace(second=0) != pin.at.replace(second=0, microsecond=0):
            said["when"] = when
    if command.text is not None:
        text = _in_slacks(seen(command.text).strip())
        if not text and not pin.files:
            raise Refused("Nothing was changed: the words are empty. Take it back instead.", "text")
        if len(text) > WORDS_LIMIT:
            raise Refused(
                f"Nothing was changed: the words have {len(text):,} characters, and "
                f"{WORDS_LIMIT:,} fit. Shorten them.",
                "text",
            )
        if text != pin.text:
            said["text"] = text
    return (e.PinCorrected(by=command.by, entry=command.entry, **said),) if said else ()


def _in_slacks(typed: str) -> str:
    """What was typed into a form, as a message has it: mentions and links are kept."""
    return _TOKEN.sub(r"<\1>", escape(typed))


# How it is asked for. ---------------------------------------------------------------------------


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """What people put into the timeline, the latest first."""
    pins = latest(run)
    how = (
        "*Add to timeline* in the menu of any message puts it here. The post-mortem has each at "
        "its own time."
    )
    head = counted(len(pins), "message") if pins else "No message"
    blocks: list[Block] = [section(f"*{head} in the timeline of {run.id}*"), context(how)]
    for pin in pins[:SHOWN]:
        blocks += _listed(run, pin, by)
    if left := max(0, len(pins) - SHOWN):
        blocks.append(context(f"… {left} earlier: the post-mortem has them."))
    return modal("timeline", f"Timeline of {run.id}", None, blocks, run=run.id)


def _listed(run: Run, pin: Pin, by: e.Person) -> list[Block]:
    corrected = f" · corrected by {mention(pin.corrected)}" if pin.corrected else ""
    open_it = link(pin.pinned.link, "open it")
    quiet = f"added by {mention(pin.pinned.by)}{corrected} · {open_it}"
    number, name = str(pin.number), f"the message of entry {pin.number}"
    offered = [
        button("Correct…", "pin_correct", f"{run.id}/{number}", says=f"Correct {name}"),
    ]
    if is_mine(pin.pinned.by, by):
        offered.append(button("Take back", BACK, f"{run.id}/{number}", says=f"Take back {name}"))
    return [
        section(f"{moment(run, pin.at)} {author(pin)}: {words(pin, _WORDS_SHOWN)}"),
        context(quiet),
        actions(f"pin:{number}", *offered),
    ]


def _correcting(run: Run, which: str | None, by: e.Person) -> View:
    """When was it, and what does it say?"""
    pin = pin_of(run, int(which) if which and which.isdecimal() else 0)
    first = "The record keeps the first version. Times are in your own zone."
    blocks = [
        section(f"A message of {author(pin)}, added by {mention(pin.pinned.by)}"),
        context(first),
        moment_input("when", "When", pin.at),
        text_input(
            "text",
            "Words",
            multiline=True,
            initial=unescape(pin.text),
            limit=WORDS_LIMIT,
            optional=bool(pin.files),
        ),
    ]
    return modal("pin_correct", "Correct the timeline", "Save", blocks, run=run.id, pin=pin.number)


def _read(answer: Answer) -> CorrectPin:
    entry, when = answer.about["pin"], answer.values.get("when")
    if not isinstance(entry, int):
        raise Odd("not the number of an entry")
    return CorrectPin(answer.by, entry, int(when) if when else None, answer.said("text"))


ON_RUN = OnRun(
    "Timeline…",
    "The messages that people added: correct one, or take yours back.",
    "timeline",
    at_any_time,
)

CORRECT = Act(
    CorrectPin,
    rule=_rule,
    when_closed=True,
    needs=None,
    asking=Asking(
        verbs={ON_RUN.verb: opens("timeline"), "pin_correct": opens_about("pin_correct")},
        questions=[
            Question("timeline", when_closed=True, draw=_form, read=None),
            Question("pin_correct", when_closed=True, draw=_correcting, read=_read),
        ],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "timeline", "timeline", "pins", runs="any")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _corrected(run: Run, event: e.PinCorrected, at: datetime) -> Run:
    pin = run.pins.get(event.entry)
    if pin is None:
        return run
    text = pin.text if event.text is None else event.text
    now = replace(pin, at=event.when or pin.at, text=text, corrected=event.by)
    return replace(run, pins={**run.pins, event.entry: now})


def _sentence(around: Around, event: e.PinCorrected, it: Inline) -> Inline:
    at = f"; it is of {event.when.astimezone(UTC):%Y-%m-%d %H:%M} now" if event.when else ""
    said: Inline = (": ", around.names.opening(event.text)) if event.text else ""
    return f"corrected the message of entry {event.entry} in the timeline{at}", said


CORRECTED = Meaning(
    e.PinCorrected,
    sealed={**ASKED, "entry": OPEN, "when": OPEN, "text": WORDS},
    changes=_corrected,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
