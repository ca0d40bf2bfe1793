"""Lint: whether a procedure file can be trusted at 3 AM, in one line for each thing that is wrong.

Pure: it reads no file and knows no clock. An edge hands over a `Document`, the caller the day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from bot.core.lint.approvals import approvals
from bot.core.lint.each import each
from bot.core.lint.earlier import earlier
from bot.core.lint.found import found as found_values
from bot.core.lint.in_turn import in_turn
from bot.core.lint.looks import looks
from bot.core.lint.loose import loose
from bot.core.lint.others import leads, others
from bot.core.lint.pictures import Look, pictures
from bot.core.lint.problem import Document, Mark, Problem, ordered
from bot.core.lint.queries import queries
from bot.core.lint.references import references, targets
from bot.core.lint.roles import roles, unheld
from bot.core.lint.safety import safety
from bot.core.lint.shape import identity, shape
from bot.core.lint.source import source
from bot.core.lint.swapped import swapped
from bot.core.lint.timing import timing
from bot.core.lint.upkeep import upkeep
from bot.core.lint.ways import ways
from bot.core.procedure import Procedure
from bot.core.procedure.finding import Finding, Path, Severity, in_quotes, quoted
from bot.core.run.holding import Knows

__all__ = [
    "Configured",
    "Document",
    "Examined",
    "Finding",
    "Mark",
    "Path",
    "Problem",
    "Severity",
    "examine",
    "in_quotes",
    "leads",
    "ordered",
    "quoted",
]


@dataclass(frozen=True, slots=True)
class Examined:
    """A document looked through: the procedure if nothing is an error, and all problems.

    `owner` is who looks after a procedure that is refused, as far as its file says so, and
    `private` whether it hides it.
    """

    procedure: Procedure | None
    problems: tuple[Problem, ...]
    owner: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Configured:
    """What the bot's configuration has.

    `targets` are there with the names of their sets; `roles` says who holds which.
    """

    targets: Mapping[str, Collection[str]]
    roles: Knows


def examine(
    document: Document,
    path: str,
    *,
    today: date,
    found: tuple[Problem, ...] = (),
    known: Configured | None = None,
    look: Look | None = None,
    beside: Mapping[str, Procedure] | None = None,
) -> Examined:
    """Look through the *document* of the file at *path*; *found* is what its reader found.

    *look* says why a picture cannot be shown. *known* is what the configuration has, if it is at
    hand; *beside* are the procedures that are looked through together with it, if there are
    several.

    Warnings leave the procedure usable; one error refuses it. Problems are sorted by line; where
    the reader found something, nothing is added. Raises nothing, whatever the document holds.
    """
    procedure, shapes = shape(document)
    unknown = {finding.path for finding in shapes if finding.at_key}
    findings = [*shapes, *identity(document, PurePath(path).stem)]
    bad = {finding.path for finding in shapes}
    findings += (f for f in source(document) if f.path not in bad and not _under(unknown, f.path))
    if procedure is not None:
        findings += [*references(procedure, document), *each(procedure, document)]
        findings += [*ways(procedure), *roles(procedure)]
        findings += found_values(procedure, document)
        findings += [*looks(procedure), *queries(procedure), *earlier(procedure)]
        findings += in_turn(procedure)
        findings += timing(procedure)
        findings += [*safety(procedure, document), *pictures(procedure, look)]
        findings += approvals(procedure)
        if known is not None:
            findings += [*targets(procedure, known.targets), *unheld(procedure, known.roles)]
        findings += others(procedure, beside) if beside is not None else ()
        if all(finding.severity == "warning" for finding in findings):
            findings += upkeep(procedure, today)  # only what holds together can be printed
    else:
        said = {finding.path for finding in findings}
        findings += [
            f for f in loose(document) if f.path not in said and not _under(unknown, f.path)
        ]
    for pair in swapped(document):
        findings = [f for f in findings if f.path not in pair.follows]
        findings.append(pair.finding)
    placed = (document.problem(path, finding) for finding in findings)
    # What is wrong with a word there says more than that some readers take it for another.
    doubts = {document.where(path) for path in document.doubtful & bad}
    found = tuple(one for one in found if Mark(one.line, one.col) not in doubts)
    taken = {(problem.line, problem.col) for problem in found}
    news = tuple(problem for problem in placed if (problem.line, problem.col) not in taken)
    problems = ordered((*found, *news))
    refused = any(problem.severity == "error" for problem in problems)
    return Examined(None if refused else procedure, problems)


def _under(parts: set[Path], path: Path) -> bool:
    """Whether *path* is inside one of *parts*, of which nothing more need be said."""
    return any(path[:length] in parts for length in range(1, len(path) + 1))
