"""What is asked in a look, and what comes back. No socket here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from bot.core.checks.promql import query_path
from bot.core.procedure import Check
from bot.core.template import fill, names


@dataclass(frozen=True, slots=True)
class Before:
    """A request that comes before another: its path, and what of its answer is kept.

    What earlier ones keep stands in the path as a name in braces. `used` are the inputs in it.
    """

    path: str
    keep: Mapping[str, str] = field(default_factory=dict)
    used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One request: the member it is about (None without `each`) and the path on the target.

    It is asked when those *before* it were, and what they keep is in its path.
    """

    member: str | None
    path: str
    before: tuple[Before, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """All requests of one look at a check: `method` is GET or HEAD, or how it connects.

    `record` is the kind of record that a server of names is asked for.
    """

    target: str
    method: str
    questions: tuple[Question, ...]
    record: str = ""


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


def plan(
    check: Check,
    inputs: Mapping[str, str],
    members: Sequence[str] | None,
    at: datetime,
    lists: Collection[str] = (),
) -> Look:
    """The requests that *check* asks for, *at* this time.

    *members* are those of its `each` set, if it has one; *lists* the inputs that are lists.
    """
    asked = (None,) if check.each is None else members or ()
    before = tuple(
        Before(_filled(one.get, inputs), one.keep, used_in(one.get, inputs))
        for one in (check.requests or ())[:-1]
    )
    questions = tuple(
        Question(member, path_of(check, inputs, member, at, lists), before) for member in asked
    )
    record = (check.record or "A") if check.dns is not None else ""
    return Look(check.target, check.method, questions, record)


def path_of(
    check: Check,
    inputs: Mapping[str, str],
    member: str | None,
    at: datetime | None = None,
    lists: Collection[str] = (),
) -> str:
    """The path that is asked for, with the values in it; no value leaves its place."""
    if check.promql is not None:
        return query_path(check.promql, inputs, check.range, at, lists)
    values = {**inputs, **dict.fromkeys(check.each or (), member or "")}
    return _filled(check.path, values)


def _filled(path: str, values: Mapping[str, str]) -> str:
    return fill(path, {name: quote(value, safe="") for name, value in values.items()})


def used_in(path: str, inputs: Mapping[str, str]) -> tuple[str, ...]:
    """The inputs that stand in a path, each once."""
    return tuple(name for name in dict.fromkeys(names(path)) if name in inputs)
