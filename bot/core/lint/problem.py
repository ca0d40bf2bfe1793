"""What lint reads and what it says: a document with its positions, and problems in words.

Nothing here parses: an edge reads the file and hands over a `Document`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.core.procedure.finding import Finding, Path, Severity, printable

_LINE = 500


class Mark(NamedTuple):
    """A place in a file; the first line and the first column are 1."""

    line: int
    col: int


def _short(text: str) -> str:
    return text if len(text) <= _LINE else text[: _LINE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place, and what to write instead (empty: nothing fits)."""

    path: str
    line: int
    col: int
    severity: Severity
    message: str
    write: str = ""

    def __str__(self) -> str:
        """One line, as compilers print it, so that editors can jump to the place."""
        fix = f". Write: {_short(self.write)}" if self.write else ""
        place = f"{self.path}:{self.line}:{self.col}"
        return printable(f"{place}: {self.severity}: {_short(self.message)}{fix}")


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort *problems* by file and place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.path, p.line, p.col, p.severity)))


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data as a file said it, and where each part of it stands in the file."""

    data: Any
    values: Mapping[Path, Mark] = field(default_factory=dict)
    """Where each value starts."""
    keys: Mapping[Path, Mark] = field(default_factory=dict)
    """Where each key of a mapping starts."""
    raw: Mapping[Path, str] = field(default_factory=dict)
    """Scalars that are not texts, as the file wrote them."""
    comments: Mapping[Path, str] = field(default_factory=dict)
    """Unquoted texts that a comment follows on the same line, and the comment."""
    flow: frozenset[Path] = frozenset()
    """Mappings and lists written in braces or brackets."""

    doubtful: frozenset[Path] = frozenset()
    """Unquoted words that readers of YAML disagree on, such as `yes`; the reader has said so."""

    def where(self, path: Path, *, at_key: bool = False) -> Mark:
        """The place of the value at *path*, of its key, or of the nearest part around it."""
        while True:
            mark = (self.keys.get(path) if at_key else None) or self.values.get(path)
            if mark is not None or not path:
                return mark or Mark(1, 1)
            path = path[:-1]

    def problem(self, name: str, finding: Finding) -> Problem:
        """Place *finding* in the file called *name*."""
        mark = self.where(finding.path, at_key=finding.at_key)
        return Problem(name, mark.line, mark.col, finding.severity, finding.message, finding.write)
