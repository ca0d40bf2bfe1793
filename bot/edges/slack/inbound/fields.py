"""Reading a payload field by field: each is what it should be, or the payload is refused.

The words of a refusal name the field and never what stood in it, since that may be anybody's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core import ids

TEXT_LIMIT = 50_000
"""The longest text that is taken from a field, in characters: Slack cuts a message at 40,000."""
NAME_LIMIT = 255
"""The longest name that Slack has for a delivery, a form or a control, in characters."""


class Malformed(Exception):
    """It is nothing that Slack can have sent; the message names the field."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of text: what it is called, and whether a text is one."""

    called: str
    fits: Callable[[str], bool]


WORDS = Sort(f"a text of at most {TEXT_LIMIT} characters", lambda t: len(t) <= TEXT_LIMIT)
NAME = Sort("a name", lambda t: 0 < len(t) <= NAME_LIMIT)
PERSON = Sort("a person's id", ids.is_person)
CHANNEL = Sort("a channel's id", ids.is_channel)
TEAM = Sort("a team's id", ids.is_team)
APP = Sort("an app's id", ids.is_app)
FILE = Sort("a file's id", ids.is_file)
BOT = Sort("a bot's id", ids.is_bot)
TS = Sort("a message's timestamp", ids.is_ts)


class Fields:
    """The fields of an object of the payload; `path` says where that stands."""

    __slots__ = ("_of", "_path")

    def __init__(self, of: Any, path: str = "") -> None:
        if not isinstance(of, dict):
            raise Malformed(f"{path.rstrip('.') or 'it'} is not an object")
        self._of: Mapping[str, Any] = of
        self._path = path

    def one(self, name: str, sort: Sort) -> str:
        """A text that must be there; raises Malformed."""
        value = self._of.get(name)
        if not isinstance(value, str) or not sort.fits(value):
            raise Malformed(f"{self._path}{name} is not {sort.called}")
        return value

    def maybe(self, name: str, sort: Sort) -> str | None:
        """A text that may be missing, null or empty: None then; raises Malformed."""
        return None if self._of.get(name) in (None, "") else self.one(name, sort)

    def flag(self, name: str) -> bool:
        """Whether it says yes; Slack writes that as a boolean, or as a text."""
        return self._of.get(name) in (True, "true")

    def number(self, name: str) -> int | None:
        """A whole number, None where there is none."""
        value = self._of.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def listed(self, name: str) -> list[str]:
        """A list of texts, of none if it is missing; what in it is no text is left out."""
        found = self._of.get(name)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def whole(self) -> Mapping[str, Any]:
        """All that is there, unchecked: for who takes nothing in it for granted."""
        return self._of

    def has(self, name: str) -> bool:
        """Whether there is such a field, and it is not null."""
        return self._of.get(name) is not None

    def inner(self, name: str) -> "Fields":
        """The fields of an object that must be there; raises Malformed."""
        return Fields(self._of.get(name), f"{self._path}{name}.")

    def perhaps(self, name: str) -> "Fields":
        """The fields of an object, and none if it is missing or null; raises Malformed."""
        return self.inner(name) if self.has(name) else Fields({}, f"{self._path}{name}.")

    def every(self) -> "Iterator[Fields]":
        """What is in an object of objects; raises Malformed."""
        return (Fields(value, f"{self._path}*.") for value in self._of.values())

    def several(self, name: str) -> "list[Fields]":
        """A list of objects, of none if it is missing or null; raises Malformed."""
        found = self._of.get(name)
        if found is None:
            return []
        if not isinstance(found, list):
            raise Malformed(f"{self._path}{name} is not a list")
        return [Fields(one, f"{self._path}{name}[].") for one in found]
