"""What a check expects and what was found, in words: one way for boards, documents and paper.

A look is stored with its expectations as the file's keys read, `/status equals revoked`. People
read sentences: the name of a value as the target calls it, and the values, as code.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.core import events as e
from bot.core.text import BACKTICK


@dataclass(frozen=True, slots=True)
class Style:
    """How a medium writes words that others made, and names and values."""

    words: Callable[[str], str]
    code: Callable[[str], str]


def _span(text: str) -> str:
    return f"`{text.replace('`', BACKTICK)}`"


ON_BOARD = Style(words=str, code=_span)
"""For Slack; whoever shows it escapes it."""
ON_PAPER = Style(words=str, code=str)

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
    "max spread": (
        "differs by at most {} from member to member",
        "to differ by at most {} from member to member",
    ),
}
"""A comparison as a file's key reads: said of what is so, and of what was expected."""
_ALONE = {
    "exists": ("is there", "to be there"),
    "exists false": ("is not there", "not to be there"),
    "all equal": ("is the same on every member", "to be the same on every member"),
}
"""The same for what names no value."""
_COMPARED = re.compile(rf"(.+?) ({'|'.join(_COMPARISONS)}) (.*)", re.DOTALL)
_NAMED = re.compile(r"(.+) (exists false|exists|all equal)", re.DOTALL)
_ENOUGH = "members min ok "
_STATUS = re.compile(r"status (2xx|\d{3}(?:, \d{3})*)")
"""That of an answer; a value may be called `status` as well, and is then compared."""
_ANY_SUCCESS = "status 2xx"


def of_status(expectation: str) -> bool:
    """Whether an expectation is about the HTTP status, which every answer has."""
    return _STATUS.fullmatch(expectation) is not None


def is_so(expectation: str, style: Style) -> str:
    """An expectation as a statement: `status` is `revoked`."""
    if status := _STATUS.fullmatch(expectation):
        return f"the answer is HTTP {status[1].replace(', ', ' or ')}"
    if expectation.startswith(_ENOUGH):
        return f"at least {expectation.removeprefix(_ENOUGH)} members are as expected"
    told = _said(expectation, style, 0)
    return style.words(expectation) if told is None else told


def amiss(seen: e.Seen, style: Style) -> str:
    """What was expected and what was found: expected `status` to be `revoked`, found `active`."""
    expectation = seen.expectation
    if expectation != _ANY_SUCCESS and (status := _STATUS.fullmatch(expectation)):
        wanted = status[1].replace(", ", " or ")
        return f"expected HTTP {wanted}, found {style.words(seen.seen)}"
    if expectation.startswith(_ENOUGH):
        needed = expectation.removeprefix(_ENOUGH)
        return f"{style.words(seen.seen)}, at least {needed} needed"
    if expectation in (_ANY_SUCCESS, "an answer"):
        # A status that is off, or an answer that did not come, speaks for itself.
        return style.words(seen.seen)
    told = _said(expectation, style, 1) or style.words(expectation)
    return f"expected {told}, {_found(seen.seen, style)}"


def _said(expectation: str, style: Style, form: int) -> str | None:
    if compared := _COMPARED.fullmatch(expectation):
        name, how, wanted = compared.groups()
        return f"{_name(name, style)} {_COMPARISONS[how][form].format(style.code(wanted))}"
    if named := _NAMED.fullmatch(expectation):
        name, how = named.groups()
        return f"{_name(name, style)} {_ALONE[how][form]}"
    return None


def _name(name: str, style: Style) -> str:
    return name if name == "the answer" else style.code(name.removeprefix("/"))


def _found(value: str, style: Style) -> str:
    if value == "missing":
        return "found nothing"
    if value == "cannot be computed":
        return "found nothing to compute it from"
    if value.startswith("only ") and value.endswith(" can be compared"):
        return f"but {value}"
    return f"found {style.code(value)}"


def shortfall(observed: e.CheckObserved, style: Style = ON_BOARD) -> str:
    """Say in a few words why a look failed: the first expectation that did not hold."""
    missed = [seen for seen in observed.seen if not seen.held]
    if not missed:
        return style.words(observed.reason or "not as expected")
    first = missed[0]
    where = f"{style.words(first.member)}: " if first.member else ""
    more = f"; {len(missed) - 1} more" if len(missed) > 1 else ""
    return f"{where}{amiss(first, style)}{more}"
