"""From a check to its questions, and from the answers to a verdict. No socket here.

A check is red unless every expectation held on every member: an answer that did not come, came
too late, was too large or was not JSON is red with the reason, and so is an empty set.
"""

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

import jmespath
import re2
from jmespath.exceptions import JMESPathError
from jsonpointer import JsonPointer, JsonPointerException

from bot.core.events import Advance, Seen
from bot.core.procedure import ACROSS, Check, Expectation
from bot.core.template import fill
from bot.core.text import shorten

SEEN_LIMIT = 160
"""The longest value that a verdict shows, in characters."""

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Question:
    """One request: the member it is about (None without `each`) and the path on the target."""

    member: str | None
    path: str


@dataclass(frozen=True, slots=True)
class Look:
    """All requests of one look at a check; `method` is GET or HEAD, nothing else exists."""

    target: str
    method: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status with headers (names in lower case) and body, or an error in words.

    `took` is in seconds. `body` is None for HEAD, and when the answer is not usable; then `error`
    says why.
    """

    member: str | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    error: str | None = None
    took: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a look: green only when all held."""

    green: bool
    seen: tuple[Seen, ...]
    advance: Advance | None = None


def plan(check: Check, inputs: Mapping[str, str], members: Sequence[str] | None) -> Look:
    """The requests that *check* asks for; *members* are those of its `each` set, if it has one."""
    safe = {name: quote(value, safe="") for name, value in inputs.items()}
    if check.each is None:
        questions: tuple[Question, ...] = (Question(None, fill(check.path, safe)),)
    else:
        (variable,) = check.each
        questions = tuple(
            Question(member, fill(check.path, {**safe, variable: quote(member, safe="")}))
            for member in members or ()
        )
    return Look(check.target, check.method, questions)


def judge(check: Check, inputs: Mapping[str, str], answers: Sequence[Answer]) -> Verdict:
    """Hold *answers* against what *check* expects."""
    if not answers:
        nothing = Seen(expectation="an answer", held=False, seen="there is no member to ask")
        return Verdict(green=False, seen=(nothing,))
    read = [_read(check, answer) for answer in answers]
    wanted = {status for e in check.expect for status in e.statuses}
    across = [e for e in check.expect if e.comparison and e.comparison[0] in ACROSS]
    single = [e for e in check.expect if e not in across and not e.statuses]
    tolerated = any(e.comparison and e.comparison[0] == "min_ok" for e in across)
    seen: list[Seen] = []
    usable: list[_Reading] = []
    for reading in read:
        arrived = _arrived(reading, wanted)
        rest = [_one(e, inputs, reading) for e in single] if arrived.held else []
        ok = arrived.held and all(s.held for s in rest)
        # Under `min_ok` a member that failed is counted there, and shown without deciding.
        if not ok or not rest:
            seen.append(arrived)
        seen.extend(rest)
        if ok:
            usable.append(reading)
    decided = [] if tolerated else list(seen)
    for expectation in across:
        result = _across(expectation, usable, len(read))
        seen.append(result)
        decided.append(result)
    return Verdict(all(s.held for s in decided), tuple(seen), _advance(check, read))


@dataclass(frozen=True, slots=True)
class _Reading:
    """An answer with its body read as JSON, or the reason why it cannot be."""

    answer: Answer
    document: Any = _MISSING
    trouble: str | None = None


def _read(check: Check, answer: Answer) -> _Reading:
    if answer.error is not None:
        return _Reading(answer, trouble=answer.error)
    needs_json = any(e.pointer is not None or e.jmespath is not None for e in check.expect)
    if answer.body is None or not needs_json:
        return _Reading(answer)
    try:
        return _Reading(answer, json.loads(answer.body))
    except (ValueError, RecursionError):
        return _Reading(answer, trouble=f"HTTP {answer.status}, and the body is not JSON")


def _arrived(reading: _Reading, wanted: set[int]) -> Seen:
    """Whether there is an answer with a status that is expected: 2xx unless the check says more."""
    answer = reading.answer
    expected = f"status {', '.join(map(str, sorted(wanted)))}" if wanted else "status 2xx"
    if answer.status is None:
        return Seen(
            expectation=expected,
            member=answer.member,
            held=False,
            seen=reading.trouble or "no answer",
        )
    fits = answer.status in wanted if wanted else 200 <= answer.status < 300  # noqa: PLR2004 - HTTP
    said = f"HTTP {answer.status}"
    if fits and reading.trouble:
        return Seen(expectation=expected, member=answer.member, held=False, seen=reading.trouble)
    return Seen(expectation=expected, member=answer.member, held=fits, seen=said)


def _value(expectation: Expectation, reading: _Reading) -> Any:
    selector = expectation.selector
    if selector is None:
        return _MISSING
    kind, where = selector
    if kind == "header":
        return reading.answer.headers.get(where.lower(), _MISSING)
    if reading.document is _MISSING:
        return _MISSING
    try:
        if kind == "pointer":
            return JsonPointer(where).resolve(reading.document, _MISSING)
        return jmespath.search(where, reading.document)
    except (JsonPointerException, JMESPathError, TypeError, ValueError):
        return _MISSING


def _show(value: Any) -> str:
    if value is _MISSING:
        return "missing"
    return shorten(value if isinstance(value, str) else json.dumps(value), SEEN_LIMIT)


def describe(expectation: Expectation, inputs: Mapping[str, str]) -> str:
    """An expectation in words: `/status equals revoked`."""
    if expectation.statuses:
        return f"status {', '.join(map(str, expectation.statuses))}"
    where = expectation.selector[1] if expectation.selector else "members"
    name, operand = expectation.comparison or ("exists", True)
    if operand is True and name in ("exists", "all_equal"):
        return f"{where or 'the answer'} {name.replace('_', ' ')}"
    if isinstance(operand, str):
        operand = fill(operand, inputs)
    shown = ", ".join(map(_show, operand)) if isinstance(operand, tuple) else _show(operand)
    return f"{where or 'the answer'} {name.replace('_', ' ')} {shown}"


def _one(expectation: Expectation, inputs: Mapping[str, str], reading: _Reading) -> Seen:
    value = _value(expectation, reading)
    name, operand = expectation.comparison or ("exists", True)
    if isinstance(operand, str):
        operand = fill(operand, inputs)
    return Seen(
        expectation=describe(expectation, inputs),
        member=reading.answer.member,
        held=_holds(name, value, operand),
        seen=_show(value),
    )


def _same(left: Any, right: Any) -> bool:
    """JSON equality: true is not 1, and 1 is 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _number(value: Any) -> Decimal | None:
    """A JSON number, or a header's text that is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _holds(name: str, value: Any, operand: Any) -> bool:
    if name == "exists":
        return (value is not _MISSING) is operand
    return value is not _MISSING and _COMPARE[name](value, operand)


def _contains(value: Any, operand: Any) -> bool:
    if isinstance(value, str):
        return isinstance(operand, str) and operand in value
    return isinstance(value, list) and any(_same(one, operand) for one in value)


def _matches(value: Any, operand: str) -> bool:
    return isinstance(value, str) and re2.search(operand, value) is not None


def _ordered(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, operand: Any) -> bool:
        left, right = _number(value), _number(operand)
        return left is not None and right is not None and compare(left, right)

    return holds


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": _same,
    "not_equals": lambda value, operand: not _same(value, operand),
    "in": lambda value, operand: any(_same(value, one) for one in operand),
    "contains": _contains,
    "matches": _matches,
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
}


def _across(expectation: Expectation, usable: Sequence[_Reading], asked: int) -> Seen:
    """One comparison over all members whose answers can be used."""
    name, operand = expectation.comparison or ("all_equal", True)
    told = describe(expectation, {})
    if name == "min_ok":
        held = len(usable) >= operand
        return Seen(expectation=told, held=held, seen=f"{len(usable)} of {asked} as expected")
    values = [(r.answer.member, _value(expectation, r)) for r in usable]
    if len(values) < asked:
        missing = f"only {len(values)} of {asked} can be compared"
        return Seen(expectation=told, held=False, seen=missing)
    listed = "; ".join(f"{member} {_show(value)}" for member, value in values)
    if any(value is _MISSING for _, value in values):
        return Seen(expectation=told, held=False, seen=shorten(listed, SEEN_LIMIT * 3))
    if name == "all_equal":
        same = all(_same(value, values[0][1]) for _, value in values)
        seen = f"all {_show(values[0][1])}" if same else shorten(listed, SEEN_LIMIT * 3)
        return Seen(expectation=told, held=same, seen=seen)
    numbers = [number for _, value in values if (number := _number(value)) is not None]
    close = len(numbers) == len(values) and max(numbers) - min(numbers) <= Decimal(str(operand))
    return Seen(expectation=told, held=close, seen=shorten(listed, SEEN_LIMIT * 3))


def _advance(check: Check, read: Sequence[_Reading]) -> Advance | None:
    """How far the slowest member is from the goal, which is the largest or smallest number."""
    progress = check.poll.progress if check.poll else None
    if progress is None:
        return None
    pointer = JsonPointer(progress.pointer)
    numbers = [
        float(number)
        for r in read
        if r.document is not _MISSING
        and (number := _number(pointer.resolve(r.document, _MISSING))) is not None
    ]
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    # A member that does not answer has not advanced at all.
    slowest = low if len(numbers) == len(read) else 0.0
    return Advance(now=slowest, goal=high) if progress.of == "max" else Advance(now=low, goal=high)
