"""One expectation held to one value, and how that is told."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import re2

from bot.core.checks.earlier import Against, named
from bot.core.checks.query import Allowance
from bot.core.checks.values import MISSING, UNREADABLE, contains, matches, number, same, show
from bot.core.procedure import Expectation
from bot.core.run.expected import NO_SERIES
from bot.core.template import fill
from bot.core.text import shorten

SEEN_LIMIT = 160
"""The longest value that a verdict shows, in characters."""
DESCRIBED = 1_000
"""The longest expectation that a verdict shows, in characters."""


def show_value(value: Any) -> str:
    """A value as a verdict shows it."""
    return show(value, SEEN_LIMIT)


def describe(expectation: Expectation, inputs: Mapping[str, str], member: str | None = None) -> str:
    """An expectation in words: `/status equals revoked`; of *member*, where that matters."""
    if expectation.statuses:
        return f"status {', '.join(map(str, expectation.statuses))}"
    if expectation.series == "absent":
        return NO_SERIES
    where = expectation.place if expectation.selector else "members"
    name, operand = expectation.comparison or ("exists", True)
    if operand is True and name in ("exists", "all_equal"):
        return f"{where or 'the answer'} {name.replace('_', ' ')}"
    if name == "same_as":
        told = operand.shown(member) if isinstance(operand, Against) else named(operand)
        return shorten(f"{where or 'the answer'} same as {told}", DESCRIBED)
    operand = filled(name, operand, inputs)
    shown = (
        ", ".join(map(show_value, operand)) if isinstance(operand, tuple) else show_value(operand)
    )
    return shorten(f"{where or 'the answer'} {name.replace('_', ' ')} {shown}", DESCRIBED)


def filled(name: str, operand: Any, inputs: Mapping[str, str]) -> Any:
    """The operand with the inputs in its texts; in a pattern they stand for themselves alone."""
    if name == "matches":
        inputs = {key: re2.escape(value) for key, value in inputs.items()}
    if isinstance(operand, tuple):
        return tuple(fill(one, inputs) if isinstance(one, str) else one for one in operand)
    return fill(operand, inputs) if isinstance(operand, str) else operand


def holds(name: str, value: Any, operand: Any, allowance: Allowance) -> bool:
    """Whether a comparison holds of a value."""
    if value is UNREADABLE:
        return False
    if name == "exists":
        return (value is not MISSING) is operand
    if name == "matches":
        return matches(value, operand, allowance)
    return value is not MISSING and _COMPARE[name](value, operand)


def _ordered(compare: Callable[[Fraction, Fraction], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, operand: Any) -> bool:
        left, right = number(value), number(operand)
        return left is not None and right is not None and compare(left, right)

    return holds


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": same,
    "not_equals": lambda value, operand: not same(value, operand),
    "in": lambda value, operand: any(same(value, one) for one in operand),
    "contains": contains,
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
}


def compares(name: str, value: Any, operand: Any) -> bool:
    """Whether a comparison that needs no more than two values holds of them."""
    return _COMPARE[name](value, operand)
