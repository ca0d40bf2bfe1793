"""The model of an expectation: what must be seen in an answer, or in what was seen before."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from bot.core.procedure.fields import Id, Line, Model, Scalar, check_pattern, refused, required_one


def _only_true(value: object) -> object:
    """A literal of pydantic's takes 1 for true; the published schema does not."""
    if value is not None and not isinstance(value, bool):
        raise refused("`all_equal` is true, or left out", "all_equal: true")
    return value


SELECTORS = ("pointer", "jmespath", "header", "series", "label")
OF_SERIES = ("series", "label")
"""What selects of the series that a query answers with, and of nothing else."""
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
    "max_change",
    "same_as",
    "min_ok",
)
ACROSS = ("all_equal", "max_spread", "min_ok")
"""Comparisons over all members of `each` at once, or all series, instead of one by one."""
_ABSENT = {"properties": {"series": {"const": "absent"}}, "required": ["series"]}

START = "start"
"""What `same_as` compares with the look at the start of the run."""
_SAME_AS = "start, for the look at the start of the run, or { check: ID }"


class Earlier(Model):
    """A look at another check that this run made before."""

    check: Id
    """The check whose last look in this run is meant; it looks at the same value."""


def _same_as(value: object) -> object:
    if value is not None and value != START and not isinstance(value, dict | Earlier):
        raise refused("that is no earlier look", _SAME_AS)
    return value


Status = Annotated[int, Field(ge=100, le=599)]

_EXPECTATION_SHAPES: dict[str, Any] = {
    "oneOf": [
        {"required": ["status"], "maxProperties": 1},
        {"required": ["min_ok"], "maxProperties": 1},
        {**_ABSENT, "maxProperties": 1},
        {
            "minProperties": 2,
            "maxProperties": 2,
            "allOf": [required_one(*SELECTORS), required_one(*COMPARISONS)],
        },
    ]
}


class Expectation(Model):
    """What must be seen in an answer: one selector and one comparison, or a status alone."""

    model_config = ConfigDict(
        populate_by_name=True, serialize_by_alias=True, json_schema_extra=_EXPECTATION_SHAPES
    )

    pointer: Annotated[str, Field(pattern=r"^(/([^~]|~[01])*)?$")] | None = None
    """Selects one value of a JSON answer: an RFC 6901 pointer such as `/status`."""
    jmespath: Line | None = None
    """Selects or computes a value of a JSON answer, such as `length(orphans)`."""
    header: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,150}$")] | None = None
    """Selects a header of the answer, by its name."""
    series: Literal["every", "any", "count", "absent"] | None = None
    """Selects of the series of a query: the value of `every` one or of `any`, or their `count`;
    `absent` expects none, and stands alone."""
    label: Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]{0,150}$")] | None = None
    """Selects a label of every series of a query, by its name."""
    status: Status | Annotated[tuple[Status, ...], Field(strict=False, min_length=1)] | None = None
    """The status of the answer: `200`, or any of `[200, 204]`."""

    equals: Scalar = None
    """The selected value is this one; texts, numbers, true, false and null are different."""
    not_equals: Scalar = None
    """The selected value is not this one."""
    in_: Annotated[Annotated[tuple[Scalar, ...], Field(strict=False)] | None, Field(alias="in")] = (
        None
    )
    """The selected value is one of these."""
    contains: Scalar = None
    """The selected text contains this text, or the selected list this member."""
    matches: Annotated[str, Field(max_length=500)] | None = None
    """The selected text matches this RE2 pattern."""
    gt: int | float | None = None
    """The selected number is greater than this."""
    gte: int | float | None = None
    """The selected number is this or greater."""
    lt: int | float | None = None
    """The selected number is less than this."""
    lte: int | float | None = None
    """The selected number is this or less."""
    exists: bool | None = None
    """The selector finds something (`true`), or nothing (`false`)."""
    all_equal: Annotated[Literal[True], BeforeValidator(_only_true)] | None = None
    """Every member of `each` shows the same value."""
    max_spread: int | float | None = None
    """The greatest and the least number among the members differ by at most this."""
    max_change: int | float | None = None
    """Over the `range` of a query, the value of each series changes by at most this: 0 is flat."""
    same_as: Annotated[Literal["start"] | Earlier | None, BeforeValidator(_same_as)] = None
    """The selected value is what an earlier look of this run showed: the one at its `start`, or the
    last one at another check, `{ check: ID }`."""
    min_ok: Annotated[int, Field(ge=1)] | None = None
    """At least this many members pass."""

    @model_serializer(mode="wrap")
    def _only_given(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what the file did not write: `equals: null` is not the same as no `equals`."""
        written = self.model_fields_set
        return {k: v for k, v in dump(self).items() if k in written or f"{k}_" in written}

    @property
    def given(self) -> dict[str, Any]:
        """The keys that the file wrote, by their names in the file."""
        written = self.model_fields_set
        return {key: getattr(self, name) for name, key in _KEYS.items() if name in written}

    @property
    def selector(self) -> tuple[str, str] | None:
        """The selector's kind and expression, or None when only a status is expected."""
        return next(((k, v) for k, v in self.given.items() if k in SELECTORS), None)

    @property
    def place(self) -> str:
        """What is looked at, as it is told; empty for the whole answer, and for members."""
        kind, where = self.selector or ("", "")
        if kind == "series":
            return _PLACES.get(where, "")
        return f"label {where}" if kind == "label" else where

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
        # Sets of names: with a thousand files, dicts of values would be most of what reading costs.
        written = self.model_fields_set
        selectors, comparisons = written & _SELECTING, written & _COMPARING
        if len(selectors) > 1 or len(comparisons) > 1:
            raise refused("an expectation has one selector and one comparison", "two entries")
        if not written:
            raise refused("an empty expectation expects nothing", "{ pointer: /status, equals: x }")
        if comparisons and not selectors and comparisons != {"min_ok"}:
            (name,) = comparisons
            raise refused(
                f"`{_KEYS[name]}` has nothing to look at", "a pointer, jmespath or header"
            )
        if comparisons and self.series == "absent":
            raise refused("no series has a value to compare", "series: absent, alone")
        if selectors and not comparisons and self.series != "absent":
            (name,) = selectors
            raise refused(f"`{name}` is compared with nothing", "equals: or exists: true")
        if "status" in written and (selectors or comparisons):
            raise refused("a status stands alone in its expectation", "two entries")
        if "same_as" in written and self.series in ("any", "count"):
            raise refused("an earlier look is of every series", "series: every", "series")
        if self.matches is not None:
            check_pattern(self.matches, "matches")
        return self


_KEYS = {name: known.alias or name for name, known in Expectation.model_fields.items()}
"""The fields' names in a file, in order."""
_PLACES = {"every": "every value", "any": "any value", "count": "number of series"}
_SELECTING = {name for name, key in _KEYS.items() if key in SELECTORS}
_COMPARING = {name for name, key in _KEYS.items() if key in COMPARISONS}
