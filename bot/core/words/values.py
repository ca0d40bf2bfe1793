"""Values after a procedure's id: `name=value`, however it is spaced and quoted; the rest strays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.run.refusals import Refused
from bot.core.run.rooms import Wanted

NEW, PRIVATE = "new", "private"
"""What follows the id of a procedure that is to have a channel of its own."""

_NAME = re.compile(r"([A-Za-z_]\w*)(\s*)=(\s*)")
_WORD = re.compile(r"\S+")
_DOUBLE = '"`'
"""Quotes that are never part of a value."""
_QUOTES = f"{_DOUBLE}'"


@dataclass(slots=True)
class Values:
    """What was given by name, and the words without one."""

    named: dict[str, str] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)


def values(text: str) -> Values:
    """Read what follows a procedure's id, whose quotes are plain ones; raises Refused.

    A quote opens before a word and closes after one, so an apostrophe within a word is none.
    """
    found, closes, at = Values(), _Closing(text), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        named = _NAME.match(text, at)
        value, end = _value(text, at, closes) if named is None else _of(named, closes)
        if named is None or value is None:
            # What can be read in two ways is no value.
            found.strays.append(value or text[at:end].strip(_DOUBLE))
        elif named[1] in found.named:
            raise Refused(f"`{named[1][:80]}` is given twice. Give it once.")
        else:
            found.named[named[1]] = value
        at = end
    return found


def room_of(strays: Sequence[str]) -> tuple[Wanted | None, Sequence[str]]:
    """The kind of channel that a run is to have of its own, and the words that are left."""
    said = [one.casefold().strip(",.;:") for one in strays]
    if NEW not in said:
        return None, strays
    at = said.index(NEW)
    left = [*strays[:at], *strays[at + 1 :]]
    # Also `private new`; without a new, it may be a value.
    for place in (at, at - 1):
        if 0 <= place < len(left) and left[place].casefold().strip(",.;:") == PRIVATE:
            return "private", [*left[:place], *left[place + 1 :]]
    return "public", left


def _of(named: re.Match[str], closes: "_Closing") -> tuple[str | None, int]:
    """The value of a name, and where it ends; None where it cannot be told what is meant."""
    text, start = named.string, named.end()
    _, before, after = named.groups()
    if start == len(text) or (after and _NAME.match(text, start)):
        # `a= b=c` gives a nothing; what `a = b=c` gives, nobody knows.
        return (None if before else ""), start
    return _value(text, start, closes)


def _value(text: str, at: int, closes: "_Closing") -> tuple[str | None, int]:
    quote, end = text[at], _end(text, at)
    if quote not in _QUOTES:
        value = text[at:end]
        return (None if any(one in value for one in _DOUBLE) else value), end
    closed = closes.after(quote, at + 1)
    if closed is None or (quote in _DOUBLE and quote in text[at + 1 : closed]):
        return None, end
    return text[at + 1 : closed], closed + 1


def _end(text: str, at: int) -> int:
    """Where the word ends that begins here."""
    match = _WORD.match(text, at)
    return at if match is None else match.end()


class _Closing:
    """Where a quote closes: before a blank, or at the end. Each place is looked at once."""

    def __init__(self, text: str) -> None:
        self._places = {
            quote: [
                at
                for at, sign in enumerate(text)
                if sign == quote and (at + 1 == len(text) or text[at + 1].isspace())
            ]
            for quote in _QUOTES
        }
        self._next = dict.fromkeys(_QUOTES, 0)

    def after(self, quote: str, at: int) -> int | None:
        """The first place from *at* on; asked for from the left to the right."""
        places = self._places[quote]
        while self._next[quote] < len(places) and places[self._next[quote]] < at:
            self._next[quote] += 1
        return places[self._next[quote]] if self._next[quote] < len(places) else None
