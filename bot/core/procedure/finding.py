"""Something that is wrong with a file: where, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]
"""The way from the top of a document to a value: keys and list indexes."""

Severity = Literal["error", "warning"]

_LONGEST = 60
_QUOTED = 120


def printable(text: str) -> str:
    """Make *text* safe for one line of a terminal: no control or reordering character survives."""
    return "".join(
        c if c.isprintable() else " " if c.isspace() else f"\\u{ord(c):04x}" for c in text
    )


def quoted(value: object) -> str:
    """Show an author's own words in backticks, cut to a length that fits a line."""
    text = printable(str(value))
    return f"`{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}`"


def in_quotes(text: str) -> str:
    """Write *text* as YAML reads it back, whatever is in it: in double quotes, where that is plain.

    It is for a line that an author is to write, so it is cut where no line would hold it.
    """
    text = printable(text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…")
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its path has become a line and a column."""

    path: Path
    message: str
    write: str = ""
    severity: Severity = "error"
    at_key: bool = False
