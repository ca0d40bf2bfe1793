"""The words that every model of a procedure is made of: ids, lines, durations, and the base model.

Nothing here knows what a procedure is, and nothing here reads a file.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

import re2
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,79}$"
NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,79}$"

_DURATION = re.compile(r"(\d{1,5})(s|m|h|d)", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def refused(message: str, write: str, at: str = "") -> PydanticCustomError:
    """Build the error of a validator: what is wrong, and what the author is to write instead.

    *at* is the key that is to blame, where the model is a mapping of several.
    """
    context = {"message": message, "write": write, "at": at}
    return PydanticCustomError("author", "{message}", context)


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise refused("a duration is a whole number and a unit", _meant(value))
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


_PART = re.compile(r"(\d{1,5}(?:\.\d{1,2})?)\s*([a-z]+)[\s,]*(?:and\s+)?", re.ASCII)
_ENDS = re.compile(r"(?<=.)(ec|econd|in|inute|r|our|ay|eek|onth|ear)?s?$")
_SECONDS = {
    "s": 1,
    "m": 60,
    "h": 3_600,
    "d": 86_400,
    "w": 604_800,
    "mo": 2_592_000,
    "y": 31_536_000,
}


def _meant(value: object) -> str:
    """The duration that somebody meant who wrote it in another way."""
    text = str(value)[:40].strip()
    text = (text if text.startswith("P") else re.sub(r"(\d)M\b", r"\1mo", text)).lower()
    if text.isdecimal() and int(text):
        return f"{text[:5]}s, {text[:5]}m, {text[:5]}h or {text[:5]}d"
    text = re.sub(r"^p(\d+d)?t?", r"\1", text)
    found = _PART.findall(text)
    if found and not _PART.sub("", text):
        units = [_unit(unit) for _, unit in found]
        seconds = sum(
            float(n) * _SECONDS.get(one, 0) for (n, _), one in zip(found, units, strict=True)
        )
        if all(one in _SECONDS for one in units) and seconds >= 1:
            return show_duration(timedelta(seconds=int(seconds)))
    return "30s, 5m, 2h or 90d"


def _unit(word: str) -> str:
    return "mo" if word.startswith("mo") else _ENDS.sub("", word)


def show_duration(value: timedelta) -> str:
    """Say a duration in the largest unit that divides it: `90s`, `10m`, `2h`, `90d`."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise refused("a date is year, month and day", "2026-11-01")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise refused(f"there is no such day as {value}", "a day of the calendar") from None


@lru_cache(maxsize=1_024)  # many procedures ask for the same few kinds of names
def check_pattern(pattern: str, at: str) -> None:
    """Refuse what RE2, whose time is linear, cannot compile; *at* is the key to blame."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise refused(
            f"not a regular expression: {why}", "an RE2 pattern, such as key-[a-z0-9]+", at
        ) from None


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(show_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^0*[1-9][0-9]*[smhd]$", "maxLength": 6}),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^\\d{4}-\\d\\d-\\d\\d$"}),
]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Text = Annotated[str, Field(min_length=1, max_length=3_000)]
Line = Annotated[str, Field(min_length=1, max_length=150, pattern=r"^[^\n\r]*$")]
Term = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S([^\n\r]*\S)?$")]
PICTURE_PATTERN = r"^[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)*\.(png|jpg|jpeg|gif)$"
"""A path below a folder: no name in it begins with a dot, so none leads out of it."""
Picture = Annotated[str, Field(max_length=200, pattern=PICTURE_PATTERN)]
Scalar = str | int | float | bool | None


class Model(BaseModel):
    """The base of every model here: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )


def required_any(*keys: str) -> Any:
    """Say in JSON Schema that at least one of *keys* is written."""
    return {"anyOf": [{"required": [key]} for key in keys]}


def required_one(*keys: str) -> Any:
    """Say in JSON Schema that exactly one of *keys* is written."""
    return {"oneOf": [{"required": [key]} for key in keys]}
