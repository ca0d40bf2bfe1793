"""A procedure, as its file says it: frozen models, and nothing that reads a file.

The shape is documented for authors in docs/procedure-format.md. A key that is not in these models
is refused: a misspelt key must never vanish, and what the bot does not obey it does not accept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import re2
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    model_validator,
)

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,79}$"
NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,79}$"

RESERVED_IDS = frozenset(
    {"help", "list", "search", "status", "export", "close", "new", "drill"}
    | {"handoff", "update", "review"}
)
"""Words that `/runbook WORD` already means; no procedure may be named by one."""

_DURATION = re.compile(r"(\d+)(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("a duration is a number and a unit, such as 30s, 5m, 2h or 90d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def show_duration(value: timedelta) -> str:
    """Say a duration in the largest unit that divides it: `90s`, `10m`, `2h`, `90d`."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration, json_schema_input_type=str),
    PlainSerializer(show_duration, return_type=str),
]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Text = Annotated[str, Field(min_length=1, max_length=3_000)]
Line = Annotated[str, Field(min_length=1, max_length=150, pattern=r"^[^\n\r]*$")]
Scalar = str | int | float | bool | None


class Model(BaseModel):
    """The base of every model here: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Owner(Model):
    """Who looks after the procedure."""

    team: Line
    slack: Line | None = None


class Symptom(Model):
    """One way the trouble shows, with the alert that says so, if any."""

    text: Line
    alert: Line | None = None


def _symptom(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


SymptomEntry = Annotated[Symptom, BeforeValidator(_symptom, json_schema_input_type=Line | Symptom)]


class Input(Model):
    """A value that is asked for when a run starts, and put in where its name stands in braces."""

    description: Line
    pattern: Annotated[str, Field(max_length=500)] | None = None
    enum: Annotated[tuple[Line, ...], Field(min_length=1, strict=False)] | None = None
    default: Line | None = None
    required: bool = False

    @model_validator(mode="after")
    def _coherent(self) -> Input:
        if self.pattern is not None:
            try:
                re2.compile(self.pattern)
            except re2.error as error:
                raise ValueError(f"the pattern is not a regular expression: {error}") from None
        if self.default is not None and (trouble := self.refusal(self.default)):
            raise ValueError(f"the default does not fit: {trouble}")
        return self

    @property
    def guarded(self) -> bool:
        """Whether a pattern or a list of values bounds what a person can type."""
        return self.pattern is not None or self.enum is not None

    def refusal(self, value: str) -> str | None:
        """Say in words why *value* cannot be used, or None when it can."""
        if self.enum is not None and value not in self.enum:
            return f"must be one of {', '.join(self.enum)}"
        if self.pattern is not None and re2.fullmatch(self.pattern, value) is None:
            return f"must match {self.pattern}"
        if "\n" in value or "\r" in value:
            return "must be one line"
        return None


SELECTORS = ("pointer", "jmespath", "header")
COMPARISONS = (
    "equals",
    "not_equals",
    "in",
    "contains",
    "matches",
    "gt",
    "gte",
    "lt",
    "lte",
    "exists",
    "all_equal",
    "max_spread",
    "min_ok",
)
ACROSS = ("all_equal", "max_spread", "min_ok")
"""Comparisons over all members of `each` at once, instead of one by one."""


class Expectation(Model):
    """What must be seen in an answer: one selector and one comparison, or a status alone."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True
    )

    pointer: Annotated[str, Field(pattern=r"^(/.*)?$")] | None = None
    jmespath: Line | None = None
    header: Line | None = None
    status: int | Annotated[tuple[int, ...], Field(strict=False, min_length=1)] | None = None

    equals: Scalar = None
    not_equals: Scalar = None
    in_: Annotated[Annotated[tuple[Scalar, ...], Field(strict=False)] | None, Field(alias="in")] = (
        None
    )
    contains: Scalar = None
    matches: Annotated[str, Field(max_length=500)] | None = None
    gt: int | float | None = None
    gte: int | float | None = None
    lt: int | float | None = None
    lte: int | float | None = None
    exists: bool | None = None
    all_equal: Literal[True] | None = None
    max_spread: int | float | None = None
    min_ok: Annotated[int, Field(ge=1)] | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The keys that the file wrote, by their names in the file."""
        return self.model_dump(exclude_unset=True, by_alias=True)

    @property
    def selector(self) -> tuple[str, str] | None:
        """The selector's kind and expression, or None when only a status is expected."""
        return next(((k, v) for k, v in self.given.items() if k in SELECTORS), None)

    @property
    def comparison(self) -> tuple[str, Any] | None:
        """The comparison's name and operand, or None when only a status is expected."""
        return next(((k, v) for k, v in self.given.items() if k in COMPARISONS), None)

    @property
    def statuses(self) -> tuple[int, ...]:
        """The expected statuses; empty when none is expected in particular."""
        if self.status is None:
            return ()
        return (self.status,) if isinstance(self.status, int) else self.status

    @model_validator(mode="after")
    def _one_of_each(self) -> Expectation:
        selectors = [key for key in self.given if key in SELECTORS]
        comparisons = [key for key in self.given if key in COMPARISONS]
        if len(selectors) > 1 or len(comparisons) > 1:
            raise ValueError("an expectation has one selector and one comparison; write two")
        if not self.given:
            raise ValueError("an expectation needs a selector and a comparison, or a status")
        if comparisons and not selectors and comparisons != ["min_ok"]:
            raise ValueError(f"`{comparisons[0]}` needs a pointer, jmespath or header to look at")
        if selectors and not comparisons:
            raise ValueError(f"`{selectors[0]}` needs a comparison, such as `equals` or `exists`")
        if "status" in self.given and (selectors or comparisons):
            raise ValueError("a status stands alone in its expectation; write two")
        if self.matches is not None:
            try:
                re2.compile(self.matches)
            except re2.error as error:
                raise ValueError(f"`matches` is not a regular expression: {error}") from None
        return self


class Progress(Model):
    """What to show of a poll's progress: a number in the answer, folded over the members."""

    pointer: Annotated[str, Field(pattern=r"^(/.*)?$")]
    of: Literal["min", "max"] = "max"


class Poll(Model):
    """How a check is looked at again until it passes."""

    every: Duration
    deadline: Duration
    stall_after: Duration | None = None
    progress: Progress | None = None


class Check(Model):
    """One read-only question to a target, and what its answer must show."""

    title: Line
    target: Id
    get: Annotated[str, Field(max_length=2_000)] | None = None
    head: Annotated[str, Field(max_length=2_000)] | None = None
    each: Annotated[dict[Name, Name], Field(min_length=1, max_length=1)] | None = None
    expect: Annotated[tuple[Expectation, ...], Field(strict=False)] = ()
    poll: Poll | None = None

    @property
    def method(self) -> Literal["GET", "HEAD"]:
        """The HTTP method."""
        return "GET" if self.get is not None else "HEAD"

    @property
    def path(self) -> str:
        """The path on the target, with its placeholders."""
        return self.get if self.get is not None else self.head or ""

    @model_validator(mode="after")
    def _one_path(self) -> Check:
        if (self.get is None) == (self.head is None):
            raise ValueError("a check has `get: /path` or `head: /path`, and only one of them")
        if self.each is None and any(
            e.comparison and e.comparison[0] in ACROSS for e in self.expect
        ):
            raise ValueError(f"{', '.join(ACROSS)} compare members: the check needs `each`")
        return self


class Link(Model):
    """A place to read more."""

    title: Line
    url: Annotated[str, Field(pattern=r"^https?://[^\s<>|]+$", max_length=2_000)]


Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Lines = Annotated[tuple[Line, ...], Field(strict=False)]
Links = Annotated[tuple[Link, ...], Field(strict=False)]


class _Step(Model):
    id: Id
    title: Line
    warnings: Texts = ()
    links: Links = ()


class _Leaf(_Step):
    danger: Literal["destructive"] | None = None
    do: Text | None = None
    expected: Text | None = None
    rollback: Text | None = None


class Task(_Leaf):
    """A plain step: something a person does, with the exact commands if there are any."""

    run: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    check: Id | None = None

    @model_validator(mode="after")
    def _something_to_do(self) -> Task:
        if self.do is None and not self.run:
            raise ValueError("a step needs `do` (what to do) or `run` (the commands)")
        return self


class Until(Model):
    """What a wait waits for."""

    until: Id


class Wait(_Leaf):
    """A step that is done when a check passes; the bot looks, again and again."""

    wait: Until


class Group(_Step):
    """Steps that belong together: in sequence, in any order, or alternatives."""

    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    any_order: bool = False
    one_of: bool = False

    @model_validator(mode="after")
    def _one_manner(self) -> Group:
        if self.any_order and self.one_of:
            raise ValueError("a group is `any_order` or `one_of`, not both")
        return self


def _kind(value: Any) -> str:
    """Tell a step's kind from the keys it carries."""
    keys = value if isinstance(value, dict) else type(value).model_fields
    return next((key for key in ("steps", "wait") if key in keys), "task")


Step = Annotated[
    Annotated[Task, Tag("task")] | Annotated[Wait, Tag("wait")] | Annotated[Group, Tag("steps")],
    Discriminator(_kind),
]
Leaf = Task | Wait


class VerifyByCheck(Model):
    """A line of the verification that a check answers."""

    check: Id


class VerifyByPerson(Model):
    """A line of the verification that a person confirms, by name."""

    confirm: Line


def _verification(value: Any) -> str:
    keys = value if isinstance(value, dict) else type(value).model_fields
    return "confirm" if "confirm" in keys else "check"


Verify = Annotated[
    Annotated[VerifyByCheck, Tag("check")] | Annotated[VerifyByPerson, Tag("confirm")],
    Discriminator(_verification),
]


class Procedure(Model):
    """A whole procedure."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True
    )

    schema_: Annotated[Literal["procedure/v1"], Field(alias="schema")]
    id: Id
    title: Line
    summary: Text | None = None
    severity: Annotated[str, Field(pattern=r"^SEV[1-5]$")] | None = None
    owner: Owner | None = None
    estimate: Duration | None = None
    reviewed: Annotated[date, Field(strict=False)] | None = None
    review_every: Duration | None = None
    alerts: Lines = ()
    impact: Line | None = None
    symptoms: Annotated[tuple[SymptomEntry, ...], Field(strict=False, min_length=1)]
    inputs: dict[Name, Input] = {}
    checks: dict[Id, Check] = {}
    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    verification: Annotated[tuple[Verify, ...], Field(strict=False)] = ()
    prevention: Lines = ()

    def leaves(self) -> tuple[Placed, ...]:
        """Every step that a person can take, in the order of the page."""
        return tuple(_place(self.steps, (), ()))

    def leaf(self, step_id: str) -> Placed | None:
        """The step with this id, or None when the procedure has no such step to take."""
        return next((placed for placed in self.leaves() if placed.step.id == step_id), None)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where it stands: its number (`3` or `3.1`) and the groups around it."""

    step: Leaf
    number: str
    groups: tuple[Group, ...]


def _place(
    steps: tuple[Step, ...], numbers: tuple[int, ...], groups: tuple[Group, ...]
) -> Iterator[Placed]:
    for index, step in enumerate(steps, start=1):
        here = (*numbers, index)
        if isinstance(step, Group):
            yield from _place(step.steps, here, (*groups, step))
        else:
            yield Placed(step, ".".join(map(str, here)), groups)
