"""From a check to its questions, and from the answers to a verdict. No socket here.

A check is red unless every expectation held on every member: an answer that did not come, came
too late, was too large or was not JSON is red with the reason, and so is an empty set.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import re2
from pydantic import TypeAdapter

from bot.core.checks.query import Allowance, size
from bot.core.checks.values import (
    MISSING,
    UNREADABLE,
    Absent,
    contains,
    line,
    matches,
    number,
    parse,
    resolve,
    same,
    search,
    show,
)
from bot.core.procedure import ACROSS, Check, Expectation
from bot.core.run.events import Advance, Seen
from bot.core.template import fill, names
from bot.core.text import shorten

SEEN_LIMIT = 160
"""The longest value that a verdict shows, in characters."""
DESCRIBED = 1_000
"""The longest expectation that a verdict shows, in characters."""
MOST_SEEN = 500
"""How many expectations a verdict shows; each is looked at for each member."""
HERE = 10_000
"""What a judgment may cost where others wait for it, as `query.EFFORT` is counted: some 10 ms."""
_LOOKED = 30
"""What one expectation costs, whatever is compared."""


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
    asked = (None,) if check.each is None else members or ()
    questions = tuple(Question(member, _path(check, inputs, member)) for member in asked)
    return Look(check.target, check.method, questions)


def _path(check: Check, inputs: Mapping[str, str], member: str | None) -> str:
    """The path that is asked for, with the values in it; no value leaves its place."""
    values = {**inputs, **dict.fromkeys(check.each or (), member or "")}
    return fill(check.path, {name: quote(value, safe="") for name, value in values.items()})


def judge(
    check: Check,
    inputs: Mapping[str, str],
    answers: Sequence[Answer],
    allowance: Allowance | None = None,
) -> Verdict:
    """Hold *answers* against what *check* expects; raises Heavy beyond the *allowance*."""
    allowance = allowance or Allowance()
    if not answers:
        nothing = Seen(expectation="an answer", held=False, seen="there is no member to ask")
        return Verdict(green=False, seen=(nothing,))
    read = [_read(check, answer, allowance) for answer in answers]
    wanted = {status for e in check.expect for status in e.statuses}
    across = [e for e in check.expect if e.comparison and e.comparison[0] in ACROSS]
    single = [e for e in check.expect if e not in across and not e.statuses]
    tolerated = any(e.comparison and e.comparison[0] == "min_ok" for e in across)
    seen: list[Seen] = []
    usable: list[_Reading] = []
    well: list[_Reading] = []
    for reading in read:
        arrived = _arrived(check, inputs, reading, wanted)
        rest = [_one(e, inputs, reading, allowance) for e in single] if arrived.held else []
        ok = arrived.held and all(s.held for s in rest)
        # Under `min_ok` a member that failed is counted there, and shown without deciding.
        if not ok or not rest:
            seen.append(arrived)
        seen.extend(rest)
        if arrived.held:
            # What can be compared is compared, whatever else is not as it should be.
            usable.append(reading)
        if ok:
            well.append(reading)
    decided = [] if tolerated else list(seen)
    for expectation in across:
        result = (
            _enough(expectation, len(well), len(read))
            if expectation.min_ok is not None
            else _across(expectation, usable, len(read), allowance)
        )
        seen.append(result)
        decided.append(result)
    return Verdict(all(s.held for s in decided), _shown(seen), _advance(check, read))


def _shown(seen: Sequence[Seen]) -> tuple[Seen, ...]:
    """What of many a verdict shows: first of all what did not hold; the rest is counted."""
    if len(seen) <= MOST_SEEN:
        return tuple(seen)
    first = sorted(range(len(seen)), key=lambda at: seen[at].held)[: MOST_SEEN - 1]
    left = len(seen) - len(first)
    held = sum(s.held for s in seen) - sum(seen[at].held for at in first)
    more = Seen(
        expectation="the rest", held=held == left, seen=f"{left} more, {held} of them as expected"
    )
    return (*(seen[at] for at in sorted(first)), more)


_VERDICT = TypeAdapter(Verdict)


def judged(check: Check, inputs: Mapping[str, str], answers: Sequence[Answer]) -> str:
    """The verdict as a text, which `read_verdict` reads: what another process hands back."""
    return _VERDICT.dump_json(judge(check, inputs, answers)).decode()


def read_verdict(text: str) -> Verdict:
    """A verdict from what `judged` made of it."""
    return _VERDICT.validate_json(text)


@dataclass(frozen=True, slots=True)
class _Reading:
    """An answer with its body read as JSON, or the reason why it cannot be."""

    answer: Answer
    document: Any = MISSING
    trouble: str | None = None


def _read(check: Check, answer: Answer, allowance: Allowance) -> _Reading:
    if answer.error is not None:
        return _Reading(answer, trouble=line(answer.error, SEEN_LIMIT) or "no answer")
    needed = any(e.pointer is not None or e.jmespath is not None for e in check.expect)
    if not needed and (check.poll is None or check.poll.progress is None):
        return _Reading(answer)
    if answer.body is None:
        trouble = "no body to read"
    else:
        try:
            return _Reading(answer, parse(answer.body, allowance))
        except ValueError:
            trouble = "the body is not JSON"
    # Progress alone is a courtesy: without it the check is judged all the same.
    return _Reading(answer, trouble=f"HTTP {answer.status}, and {trouble}" if needed else None)


def _arrived(check: Check, inputs: Mapping[str, str], reading: _Reading, wanted: set[int]) -> Seen:
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
    if not fits and (meant := _meaning(check, inputs, answer)):
        said = f"{said}: {meant}"
    if fits and reading.trouble:
        return Seen(expectation=expected, member=answer.member, held=False, seen=reading.trouble)
    return Seen(expectation=expected, member=answer.member, held=fits, seen=said)


_NOT_LET_IN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def _meaning(check: Check, inputs: Mapping[str, str], answer: Answer) -> str:
    """What a status that was not expected says to people; nothing for one that says no more."""
    status = answer.status or 0
    path = shorten(_path(check, inputs, answer.member), _PATH_SHOWN)
    if status in _NOT_THERE:
        used = [name for name in dict.fromkeys(names(check.path)) if name in inputs]
        doubt = f" (is {' or '.join(used)} right?)" if used else ""
        return f"there is nothing at {path}{doubt}"
    if status in _NOT_LET_IN:
        return f"the target does not let the bot read {path}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "the target asks for fewer requests"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"{path} is somewhere else, and a check follows no redirect"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _ITS_TROUBLE.get(status, "the target failed")
    return ""


_ITS_TROUBLE: Mapping[int, str] = {
    HTTPStatus.BAD_GATEWAY: "the system behind the target did not answer properly",
    HTTPStatus.SERVICE_UNAVAILABLE: "the target cannot answer this now",
    HTTPStatus.GATEWAY_TIMEOUT: "the system behind the target did not answer in time",
}


_PATH_SHOWN = 80
"""How much of a path a verdict shows, in characters."""


def _value(expectation: Expectation, reading: _Reading, allowance: Allowance) -> Any:
    kind, where = expectation.selector or ("", "")
    if kind == "header":
        return reading.answer.headers.get(where.lower(), MISSING)
    if reading.document is MISSING:
        return UNREADABLE
    if kind == "pointer":
        return resolve(where, reading.document)
    return search(where, reading.document, allowance)


def _show(value: Any) -> str:
    return show(value, SEEN_LIMIT)


def describe(expectation: Expectation, inputs: Mapping[str, str]) -> str:
    """An expectation in words: `/status equals revoked`."""
    if expectation.statuses:
        return f"status {', '.join(map(str, expectation.statuses))}"
    where = expectation.selector[1] if expectation.selector else "members"
    name, operand = expectation.comparison or ("exists", True)
    if operand is True and name in ("exists", "all_equal"):
        return f"{where or 'the answer'} {name.replace('_', ' ')}"
    operand = _filled(name, operand, inputs)
    shown = ", ".join(map(_show, operand)) if isinstance(operand, tuple) else _show(operand)
    return shorten(f"{where or 'the answer'} {name.replace('_', ' ')} {shown}", DESCRIBED)


def _one(
    expectation: Expectation, inputs: Mapping[str, str], reading: _Reading, allowance: Allowance
) -> Seen:
    name, operand = expectation.comparison or ("exists", True)
    allowance.take(_LOOKED * (1 + len(operand) if isinstance(operand, tuple) else 1))
    value = _value(expectation, reading, allowance)
    allowance.take(len(value) if isinstance(value, list) else 1)
    operand = _filled(name, operand, inputs)
    return Seen(
        expectation=describe(expectation, inputs),
        member=reading.answer.member,
        held=_holds(name, value, operand, allowance),
        seen=_show(value),
    )


def _filled(name: str, operand: Any, inputs: Mapping[str, str]) -> Any:
    """The operand with the inputs in its texts; in a pattern they stand for themselves alone."""
    if name == "matches":
        inputs = {key: re2.escape(value) for key, value in inputs.items()}
    if isinstance(operand, tuple):
        return tuple(fill(one, inputs) if isinstance(one, str) else one for one in operand)
    return fill(operand, inputs) if isinstance(operand, str) else operand


def _holds(name: str, value: Any, operand: Any, allowance: Allowance) -> bool:
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


def _enough(expectation: Expectation, well: int, asked: int) -> Seen:
    """Whether as many members as are asked for are as expected."""
    held = well >= (expectation.min_ok or 0)
    told = describe(expectation, {})
    return Seen(expectation=told, held=held, seen=f"{well} of {asked} as expected")


def _across(
    expectation: Expectation, usable: Sequence[_Reading], asked: int, allowance: Allowance
) -> Seen:
    """One comparison over all members whose answers can be used."""
    name, operand = expectation.comparison or ("all_equal", True)
    told = describe(expectation, {})
    values = [(r.answer.member, _value(expectation, r, allowance)) for r in usable]
    allowance.take(sum(_LOOKED + size(value) for _, value in values))
    if len(values) < asked:
        missing = f"only {len(values)} of {asked} can be compared"
        return Seen(expectation=told, held=False, seen=missing)
    listed = "; ".join(f"{member} {_show(value)}" for member, value in values)
    if any(isinstance(value, Absent) for _, value in values):
        return Seen(expectation=told, held=False, seen=shorten(listed, SEEN_LIMIT * 3))
    if name == "all_equal":
        equal = all(same(value, values[0][1]) for _, value in values)
        seen = f"all {_show(values[0][1])}" if equal else shorten(listed, SEEN_LIMIT * 3)
        return Seen(expectation=told, held=equal, seen=seen)
    numbers = [exact for _, value in values if (exact := number(value)) is not None]
    spread, most = (
        max(numbers, default=Fraction()) - min(numbers, default=Fraction()),
        number(operand),
    )
    close = len(numbers) == len(values) and most is not None and spread <= most
    return Seen(expectation=told, held=close, seen=shorten(listed, SEEN_LIMIT * 3))


def _advance(check: Check, read: Sequence[_Reading]) -> Advance | None:
    """How far the slowest member is from the goal; None while one of them is silent."""
    progress = check.poll.progress if check.poll else None
    if progress is None:
        return None
    numbers = [
        float(exact)
        for reading in read
        if reading.document is not MISSING
        and (exact := number(resolve(progress.pointer, reading.document))) is not None
    ]
    if not numbers or len(numbers) < len(read):
        return None
    ahead, slowest = max(numbers), min(numbers)
    if progress.of == "min":
        ahead, slowest = slowest, ahead
    return Advance(now=slowest, goal=ahead if progress.goal is None else progress.goal)
