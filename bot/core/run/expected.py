"""What a check expects and what was found, in words: one way for boards, documents and paper.

A look is stored with its expectations as the file's keys read, `/status equals revoked`. People
read sentences: the name of a value as the target calls it, and the values, as code. Where that can
be read in more than one way, since a name or a value has such words in it, the check tells which.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.markup.model import Code, Inline, Words, atoms, joined
from bot.core.procedure import Check, Expectation, Procedure
from bot.core.run import events as e
from bot.core.run.baseline import Baseline
from bot.core.text import BACKTICK

_COMPARISONS = {
    "not equals": ("is not {}", "not to be {}"),
    "equals": ("is {}", "to be {}"),
    "in": ("is one of {}", "to be one of {}"),
    "contains": ("contains {}", "to contain {}"),
    "matches": ("matches {}", "to match {}"),
    "gte": ("is at least {}", "to be at least {}"),
    "lte": ("is at most {}", "to be at most {}"),
    "gt": ("is more than {}", "to be more than {}"),
    "lt": ("is less than {}", "to be less than {}"),
    "same as in the check": (
        "is the same as in the check {}",
        "to be the same as in the check {}",
    ),
    "same as at the start": (
        "is the same as at the start, {}",
        "to be the same as at the start, {}",
    ),
    "max change": ("changes by at most {}", "to change by at most {}"),
    "max spread": (
        "differs by at most {} from member to member",
        "to differ by at most {} from member to member",
    ),
}
"""A comparison as a file's key reads: said of what is so, and of what was expected."""
_ALONE = {
    "exists": ("is there", "to be there"),
    "exists false": ("is not there", "not to be there"),
    "same as at the start": ("is the same as at the start", "to be the same as at the start"),
    "all equal": ("is the same on every member", "to be the same on every member"),
}
"""The same for what names no value."""
_COMPARED = re.compile(rf"(?= ({'|'.join(_COMPARISONS)}) )")
_NAMED = re.compile(r"(.+) (exists false|exists|all equal|same as at the start)", re.DOTALL)
WHOLE = "the answer"
"""The name of all that was answered, which has none in the file."""
_ENOUGH = "members min ok "
_STATUS = re.compile(r"status (2xx|\d{3}(?:, \d{3})*)")
"""That of an answer; a value may be called `status` as well, and is then compared."""
_ANY_SUCCESS = "status 2xx"
AN_ANSWER = "an answer"
"""What is expected where nothing else can be said of what came."""
CONNECTION = "a connection"
"""What is expected of an address that is only connected to."""
NO_SERIES = "no series"
"""What is expected where a query is to find nothing."""
NOTE = "a note of the target"
"""What stands beside an answer: a warning or a remark of the target's, which decides nothing."""


def of_status(expectation: str) -> bool:
    """Whether an expectation is about the HTTP status, which every answer has."""
    return _STATUS.fullmatch(expectation) is not None


def is_so(expectation: str, check: Check | None) -> Inline:
    """An expectation of *check* as a statement: `status` is `revoked`."""
    if status := _STATUS.fullmatch(expectation):
        return f"the answer is HTTP {status[1].replace(', ', ' or ')}"
    if expectation.startswith(_ENOUGH):
        what = "series" if check is not None and check.promql is not None else "members"
        return f"at least {expectation.removeprefix(_ENOUGH)} {what} are as expected"
    if expectation == NO_SERIES:
        return "there is no series"
    return _said(expectation, check, 0)


def amiss(seen: e.Seen, check: Check | None) -> Inline:
    """What was expected and what was found: expected `status` to be `revoked`, found `active`."""
    expectation, found = seen.expectation, Words(seen.seen)
    if expectation != _ANY_SUCCESS and (status := _STATUS.fullmatch(expectation)):
        return f"expected HTTP {status[1].replace(', ', ' or ')}, found ", found
    if expectation.startswith(_ENOUGH):
        return found, f", at least {expectation.removeprefix(_ENOUGH)} needed"
    if expectation == NO_SERIES:
        return "expected no series, found ", Code(seen.seen)
    if expectation in (_ANY_SUCCESS, AN_ANSWER, "a series", CONNECTION):
        # A status that is off, or an answer that did not come, speaks for itself.
        return found
    return "expected ", _said(expectation, check, 1), ", ", _found(seen.seen)


def missed(observed: e.CheckObserved, of: Procedure) -> Inline:
    """What a look showed amiss, in a few words: the first expectation that did not hold.

    *of* is the procedure that has the check.
    """
    unmet = [seen for seen in observed.seen if not seen.held]
    if not unmet:
        return Words(observed.reason or "not as expected")
    first = unmet[0]
    where = (Words(first.member), ": ") if first.member else ""
    more = f"; {len(unmet) - 1} more" if len(unmet) > 1 else ""
    return where, amiss(first, of.checks.get(observed.check)), more


def tolerated(observed: e.CheckObserved, of: Procedure) -> Inline:
    """What a look that passed showed amiss all the same: `2 of 3 as expected; node-c: no answer`.

    Nothing where all was as expected, or where it failed.
    """
    off = [seen for seen in observed.seen if not seen.held]
    if not observed.green:
        return ""
    notes = [Words(seen.seen) for seen in observed.seen if seen.expectation == NOTE]
    if not off:
        return ("the target notes: ", joined("; ", notes)) if notes else ""
    enough = (seen.seen for seen in observed.seen if seen.expectation.startswith(_ENOUGH))
    count = next(((Words(seen), "; ") for seen in enough), ())
    return count, missed(observed, of)


_VALUES = 3
"""How many values of the look at the start are told where all was as expected."""


def at_start(baseline: Baseline, of: Procedure) -> Inline:
    """What it was at the start, in a few words: what was amiss, or the values; *of* has the check.

    Of many members it is told how many there were.
    """
    seen = baseline.seen
    if not seen.green:
        return "🔴 ", missed(baseline.observed, of)
    told = [one for one in seen.seen if not of_status(one.expectation)]
    members = {one.member for one in seen.seen if one.member is not None}
    if members:
        return f"🟢 {len(members)} as expected"
    values = joined(", ", (Code(one.seen) for one in told[:_VALUES]))
    return ("🟢 ", values) if told else "🟢 as expected"


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read an expectation: `wanted` is None where the comparison names no value."""

    name: str
    how: str
    wanted: str | None = None


def _readings(expectation: str) -> Iterator[_Reading]:
    for found in _COMPARED.finditer(expectation, 1):
        at, how = found.start(), found[1]
        yield _Reading(expectation[:at], how, expectation[at + len(how) + 2 :])
    if named := _NAMED.fullmatch(expectation):
        yield _Reading(*named.groups())


def _read(expectation: str, check: Check | None) -> _Reading | None:
    """How an expectation is to be read: as *check* has written it, if it can be told."""
    readings = list(_readings(expectation))
    if len(readings) > 1 and check is not None:
        written = {_written(one) for one in check.expect}
        fitting = [one for one in readings if (one.name, one.how.split()[0]) in written]
        # The longest name is the one that was meant: a value begins a name by chance alone.
        return max(fitting or readings[:1], key=lambda one: len(one.name))
    return readings[0] if readings else None


def _written(expectation: Expectation) -> tuple[str, str]:
    """What an expectation compares, and the first word of how."""
    where = expectation.place
    how = expectation.comparison[0] if expectation.comparison else ""
    return where or WHOLE, how.partition("_")[0]


def _said(expectation: str, check: Check | None, form: int) -> Inline:
    reading = _read(expectation, check)
    if reading is None:
        return Words(expectation)
    if reading.wanted is None:
        return _name(reading.name), f" {_ALONE[reading.how][form]}"
    before, _, after = _COMPARISONS[reading.how][form].partition("{}")
    return _name(reading.name), f" {before}", Code(reading.wanted), after


_OF_SERIES = {
    "every value": "every value",
    "any value": "some value",
    "number of series": "the number of series",
}
"""What a query's expectation looks at: no name of a value has such blanks."""


def _name(name: str) -> Inline:
    if name == WHOLE or name in _OF_SERIES:
        return _OF_SERIES.get(name, name)
    if name.startswith("label "):
        return "the label ", Code(name.removeprefix("label "))
    return Code(name.removeprefix("/"))


def _found(value: str) -> Inline:
    if value == "missing":
        return "found nothing"
    if value == "cannot be computed":
        return "found nothing to compute it from"
    if value.startswith("cannot be compared: "):
        return "which ", Words(value)
    if value.startswith("only ") and value.endswith(" can be compared"):
        return f"but {value}"
    return "found ", Code(value)


def on_board(words: Inline) -> str:
    """The same for a board: code in backticks; whoever shows it escapes it."""
    return "".join(map(_on_board, atoms(words)))


def _on_board(atom: Inline) -> str:
    match atom:
        case Code(text):
            return f"`{text.replace('`', BACKTICK)}`"
        case Words(text) | str(text):
            return text
        case _:
            raise TypeError(atom)


def unmet(observed: e.CheckObserved, of: Procedure) -> str:
    """Why a look failed, for a board."""
    return on_board(missed(observed, of))
