"""Files that the bot uploaded: what their comments say of them, and when they must go.

The comment lets a file be known again whose upload's answer was lost. It stays in the thread when
the file is deleted there, so it holds no word of people's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.run import events as e
from bot.core.text import clock


@dataclass(frozen=True, slots=True)
class Imprint:
    """The last entry of the record that a file tells, and the SHA-256 of the file's bytes."""

    entry: int
    sha256: str


_SAID = re.compile(r"\(entry ([0-9]{1,9})\)\. SHA-256 `([0-9a-f]{64})`")


def comment(run_id: str, at: datetime, imprint: Imprint, *, changed: bool) -> str:
    """The words beside a post-mortem as of a time; *changed*: its record was changed."""
    said = (
        f"Post-mortem of {run_id}, as of {clock(at)} (entry {imprint.entry}). "
        f"SHA-256 `{imprint.sha256}`"
    )
    if not changed:
        return said
    return f"🔴 The record of {run_id} was changed after it was written; the file says how. {said}"


def imprint(text: str) -> Imprint | None:
    """What a comment says of its file; None where it says nothing, as it did in older versions."""
    found = _SAID.search(text)
    return Imprint(int(found[1]), found[2]) if found else None


@dataclass(frozen=True, slots=True)
class Brought:
    """A file in Slack: its id there, and the last entry that it tells.

    `link` is its address, and `at` when it was uploaded, if that is known. `is_recorded`: an entry
    says that it was uploaded; of older versions none does, and their comments may have words of
    people's.
    """

    file: str
    entry: int
    link: str | None
    is_recorded: bool
    at: datetime | None = None


def brought(facts: Iterable[e.Fact], request: int, place: str | None) -> Brought | None:
    """The file that was asked for with the entry *request*; *place* is where its row says it is."""
    for fact in facts:
        event = fact.event
        if isinstance(event, e.FileUploaded) and event.request == request:
            return Brought(event.file, event.entry, event.link, is_recorded=True, at=fact.at)
    if place is not None and place.startswith("F"):
        return Brought(place, request, None, is_recorded=False)
    return None


def is_to_go(facts: Iterable[e.Fact], one: Brought) -> bool:
    """Whether something that a file tells is gone, and it was not deleted for that yet.

    Gone is what was erased, and a message of the thread that somebody deleted.
    """
    erased = tried = 0
    for fact in facts:
        event = fact.event
        if isinstance(event, e.Erased) and fact.seq > one.entry:
            if event.people or any(seq <= one.entry for seq in event.entries):
                erased = fact.seq
        elif isinstance(event, e.MessageTakenBack) and fact.seq > one.entry:
            if one.at is None or event.written <= one.at:
                erased = fact.seq
        elif isinstance(event, e.FileDeleted) and event.file == one.file:
            if event.error is None:
                return False
            tried = fact.seq
    return erased > tried
