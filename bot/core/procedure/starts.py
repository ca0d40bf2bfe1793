"""Another procedure that a step leads to, written as people type it after the bot's command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.core.procedure.fields import ID_PATTERN, NAME_PATTERN, refused

_VALUE = re.compile(r'([^\s="]+)=("[^"]*"|(?:\{\{\s*\w+\s*\}\}|[^\s"])+)')
_LINE = re.compile(rf"\S+(?:\s+{_VALUE.pattern})*\s*")
EXAMPLE = 'crash-recovery node="{{ node }}"'


@dataclass(frozen=True, slots=True)
class Led:
    """A procedure, and what its inputs are given: texts that may have values in braces."""

    procedure: str
    inputs: Mapping[str, str]


def led(line: str) -> Led:
    """The line of a `starts:`, taken apart; the line has the shape, or it would not be served."""
    procedure, _, rest = line.partition(" ")
    return Led(procedure, {m[1]: m[2].strip('"') for m in _VALUE.finditer(rest)})


def _checked(line: str) -> str:
    read = led(line)
    named = all(re.fullmatch(NAME_PATTERN, name) for name in read.inputs)
    if not (_LINE.fullmatch(line) and re.fullmatch(ID_PATTERN, read.procedure) and named):
        raise refused("not a procedure and its values, as they are typed", f"'{EXAMPLE}'")
    return line


Starts = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_checked)]
