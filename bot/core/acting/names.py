"""Who is who in a post-mortem, and Slack's marks in what they wrote, turned into plain words.

A reader of the document has no Slack at hand: an id says nothing to them, a name does.
"""

import re
from collections import Counter
from collections.abc import Mapping

from bot.core.markup.model import NOTHING, Inline, Person, Words, one_line
from bot.core.run.events import Person as Met
from bot.core.text import shorten

_MARK = re.compile(r"<([@#!]?)([^<>|\s][^<>|\n]*)(?:\|([^<>\n]*))?>")
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


PRIVATE_CHANNEL = "a private channel"
"""What is said in place of the name of a channel that not everybody may know of."""
SOMEONE, A_CHANNEL, A_GROUP = "someone", "a channel", "a user group"
"""What stands for someone and something whose name nobody tells: an id says nothing."""


_LINES, _CHARACTERS, _OPENING = 3, 240, 160
"""What is whole in one line: so many lines and characters; and how much of the rest is."""


def is_long(text: str) -> bool:
    """Whether a text has to stand in a block of its own, such as output that was pasted."""
    lines = text.strip().splitlines()
    fenced = len(lines) > 1 and "```" in text
    return fenced or len(lines) > _LINES or len(text.strip()) > _CHARACTERS


def mentioned(text: str) -> list[str]:
    """The ids of the people, channels and user groups that a text of Slack's mentions."""
    return [one for match in _MARK.finditer(text) if (one := _mentioned(match)) is not None]


def _mentioned(match: re.Match[str]) -> str | None:
    if match[1] == "!":
        kind, _, group = match[2].partition("^")
        return group if kind == "subteam" and group else None
    return match[2] if match[1] else None


class Names:
    """The names of people, channels and groups: those just asked for, else those in the facts."""

    def __init__(self, asked: Mapping[str, str], met: Mapping[str, Met]) -> None:
        told = {person.id: person.name for person in met.values()}
        known = {key: one_line(name) for key, name in {**told, **asked}.items() if name}
        for key, name in told.items():
            if name and not known.get(key):
                known[key] = one_line(name)
        self._external = {person.id for person in met.values() if person.team}
        self._names = {key: name for key, name in known.items() if name}
        people = Counter(name for key, name in self._names.items() if key[:1] in ("U", "W"))
        self._shared = {name for name, count in people.items() if count > 1}

    def plain(self, key: str) -> str:
        """The name behind an id, or the id, as plain text."""
        return self._names.get(key, key)

    def known(self, key: str) -> str | None:
        """The name behind an id, if it has one."""
        return self._names.get(key)

    def of(self, person: Met | str) -> Person:
        """A person, by their name where there is one."""
        key = person if isinstance(person, str) else person.id
        # Who did nothing in the run is named as the entry names them.
        told = None if isinstance(person, str) else person.name
        name = self._names.get(key) or (one_line(told) if told else None)
        return Person(key, name, external=key in self._external, shared=name in self._shared)

    def words(self, text: str) -> Inline:
        """What a person wrote: ids named, links written out, and nothing live."""
        read = self.as_read(text)
        return Words(read) if one_line(read) else NOTHING

    def as_read(self, text: str) -> str:
        """What a person wrote as others read it, over all its lines."""
        text = _MARK.sub(self._mark, text)
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
        return text

    def opening(self, text: str) -> Inline:
        """How a text begins that is too long for a line, and how long it is; a short one whole."""
        if not is_long(text):
            return self.words(text)
        lines = [line for line in self.as_read(text).splitlines() if line.strip(" `")]
        first = shorten(lines[0].strip(), _OPENING) if lines else "…"
        many = len(lines) > 1
        size = f"{len(lines)} lines" if many else f"{len(text):,} characters"
        return Words(first), " …" if many and not first.endswith("…") else "", f" ({size})"

    def _mark(self, match: re.Match[str]) -> str:
        sigil, target, label = match[1], match[2], match[3]
        if sigil == "@":
            return f"@{self._names.get(target) or (label or SOMEONE).removeprefix('@')}"
        if sigil == "#":
            return self._channel(target, label)
        if sigil == "!":
            return self._called(match, label)
        if not _LINK.match(target):
            return match[0]
        address = re.sub(r"^(?:mailto|tel):", "", target)
        return f"{label} ({address})" if label and label != address else address

    def _channel(self, key: str, label: str | None) -> str:
        name = self._names.get(key) or label
        if not name:
            return A_CHANNEL
        return name if name == PRIVATE_CHANNEL else f"#{name.removeprefix('#')}"

    def _called(self, match: re.Match[str], label: str | None) -> str:
        """A group, a date or everybody in the channel."""
        group = _mentioned(match)
        if group is None:
            return label or f"@{match[2].split('^')[0]}"
        name = self._names.get(group) or label
        return f"@{name.removeprefix('@')}" if name else A_GROUP
