"""Conditions: when a step is needed, said of one value of the run.

A value is an input or the answer to a question. It is compared with words of the file, letter by
letter; there is no expression language and there will be none: whoever reads a board at 3 AM must
see at a glance why a step is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bot.core.procedure.fields import refused
from bot.core.template import bare

_CONDITION = re.compile(
    r"\{\{\s*(?P<name>[A-Za-z_][A-Za-z0-9_]{0,79})\s*\}\}\s+"
    r"(?:(?P<exists>exists)|is\s+(?P<one>\S[^\n\r]*)|in\s+(?P<many>\S[^\n\r]*))"
)
_LONGEST = 300
_WRITE = '"{{ mode }} is fast", "{{ mode }} in fast, safe", or "{{ mode }} exists"'


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the value `name`: it `is` one word, is `in` some words, or `exists`."""

    name: str
    how: Literal["is", "in", "exists"]
    values: tuple[str, ...] = ()

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether it is true of *values*; a value that is empty, or not there, does not exist."""
        value = values.get(self.name, "")
        return bool(value) if self.how == "exists" else value in self.values

    def of(self, name: str) -> Condition:
        """The same of another value."""
        return replace(self, name=name)

    def __str__(self) -> str:
        """The condition as a file says it."""
        rest = "" if self.how == "exists" else f" {', '.join(self.values)}"
        return f"{{{{ {self.name} }}}} {self.how}{rest}"

    @property
    def said(self) -> str:
        """The same in words, for people: `mode is fast`."""
        words = {"is": "is ", "in": "is one of ", "exists": "is known"}[self.how]
        return f"{bare(self.name)} {words}{', '.join(self.values)}"


_OTHERWISE = re.compile(
    r"(?:\{\{)?\s*(?P<name>[A-Za-z_][A-Za-z0-9_]{0,79})\s*(?:\}\})?\s*"
    r"(?P<how>==?|\bequals\b|\bis\b|\bin\b|\bexists\b)\s*(?P<rest>[^{}\n\r]{0,200})"
)
"""A condition as other programs have it, or without its braces."""
_MARKS = " '\"[]()\u201c\u201d\u2018\u2019"


def _meant(value: object) -> str:
    """The condition that somebody meant who wrote it in another way."""
    if isinstance(value, list) and len(value) == 1:
        return _meant(value[0])
    if isinstance(value, dict) and len(value) == 1:
        value = " is ".join(map(str, *value.items()))
    found = _OTHERWISE.fullmatch(str(value)[:_LONGEST].strip(_MARKS))
    if found is None:
        return _WRITE
    words = [word.strip(_MARKS) for word in found["rest"].split(",")]
    how = {"in": "in", "exists": "exists"}.get(found["how"], "is")
    if how == "exists" or not all(words):
        return f'"{{{{ {found["name"]} }}}} exists"'
    return f'"{{{{ {found["name"]} }}}} {"in" if len(words) > 1 else how} {", ".join(words)}"'


def _read(value: object) -> Condition:
    if isinstance(value, Condition):
        return value
    found = _CONDITION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not isinstance(value, str) or len(value) > _LONGEST:
        raise refused("a condition compares one value", _meant(value))
    if found["exists"]:
        return Condition(found["name"], "exists")
    if found["one"]:
        return Condition(found["name"], "is", (found["one"].strip(),))
    several = tuple(word.strip() for word in found["many"].split(","))
    if not all(several):
        raise refused("an empty value between two commas", _WRITE)
    return Condition(found["name"], "in", several)


When = Annotated[
    Condition,
    BeforeValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": _LONGEST,
            "pattern": r"^\s*\{\{\s*[A-Za-z_][A-Za-z0-9_]*\s*\}\}\s+(exists|is\s+\S.*|in\s+\S.*)$",
        }
    ),
]
"""A condition in a file: one line of text."""
