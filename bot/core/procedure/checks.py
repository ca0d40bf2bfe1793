"""The models of a check: one read-only question to a target, and what its answer must show.

Nothing here asks anything of anyone: the probing is an edge's, the judging is in `checks`.
"""

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

from bot.core.procedure.fields import (
    Duration,
    Id,
    Line,
    Model,
    Name,
    Scalar,
    Text,
    check_pattern,
    refused,
    required_one,
    show_duration,
)


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
    "min_ok",
)
ACROSS = ("all_equal", "max_spread", "min_ok")
"""Comparisons over all members of `each` at once, or all series, instead of one by one."""
_ABSENT = {"properties": {"series": {"const": "absent"}}, "required": ["series"]}

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
        if self.matches is not None:
            check_pattern(self.matches, "matches")
        return self


_KEYS = {name: known.alias or name for name, known in Expectation.model_fields.items()}
"""The fields' names in a file, in order."""
_PLACES = {"every": "every value", "any": "any value", "count": "number of series"}
_SELECTING = {name for name, key in _KEYS.items() if key in SELECTORS}
_COMPARING = {name for name, key in _KEYS.items() if key in COMPARISONS}


class Progress(Model):
    """A number in each answer that shows how far a poll is: the slowest member's, and its goal."""

    pointer: Annotated[str, Field(pattern=r"^(/([^~]|~[01])*)?$")]
    """Where the number stands in the answer."""
    of: Literal["max", "min"] = "max"
    """`max`: the numbers rise; `min`: they fall. Without a `goal`, to the furthest member's."""
    goal: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """The number that is to be reached."""

    @property
    def has_begun(self) -> bool:
        """Whether it is told from where it began: what only rises to other members is not."""
        return self.of == "min" or self.goal is not None


class Poll(Model):
    """How a check is looked at again until it passes."""

    every: Duration
    """The time from one look to the next, such as `5s`."""
    deadline: Duration
    """Give up after this long, such as `10m`."""
    stall_after: Duration | None = None
    """Tell people after this long without progress, such as `2m`."""
    progress: Progress | None = None
    """The number that shows that something moves."""


def say_poll(poll: Poll) -> str:
    """Say how often and how long is looked."""
    said = f"every {show_duration(poll.every)}, for at most {show_duration(poll.deadline)}"
    if poll.stall_after is not None:
        said += f"; stuck after {show_duration(poll.stall_after)} without progress"
    return said


class ByHand(Model):
    """How a person sees the same without the bot, on paper or while Slack is away."""

    run: Text
    """The exact command."""
    expected: Line | None = None
    """What it shows when the check passes."""


def _by_hand(value: object) -> object:
    return {"run": value} if isinstance(value, str) else value


ByHandEntry = Annotated[ByHand, BeforeValidator(_by_hand, json_schema_input_type=Text | ByHand)]


ASKS = ("get", "head", "promql", "tcp", "tls", "dns")
"""The keys that say what is asked; a check has one of them."""
CONNECTS = ("tcp", "tls")
"""Those of them that ask nothing, and only connect."""


def _connects(value: object) -> object:
    if value is not None and value is not True:
        raise refused("where it connects to is the target's", "true")
    return value


Connects = Annotated[Literal[True], BeforeValidator(_connects)]


Record = Literal["A", "AAAA", "CNAME", "MX", "NS", "SRV", "TXT"]
"""The kinds of records that a server of names is asked for."""


class Check(Model):
    """One read-only question to a target, and what its answer must show."""

    model_config = ConfigDict(
        json_schema_extra={
            **required_one(*ASKS),
            "dependentRequired": {
                "range": ["promql"],
                "promql": ["expect"],
                "record": ["dns"],
            },
        }
    )

    title: Line
    """What is true when the check passes, in words."""
    target: Id
    """The system that is asked: a name from the bot's configuration, never a URL."""
    get: Annotated[str, Field(max_length=2_000)] | None = None
    """The path that is asked for with GET, on the target."""
    head: Annotated[str, Field(max_length=2_000)] | None = None
    """The path that is asked for with HEAD, on the target."""
    promql: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None
    """The query that is put to a Prometheus, such as `min by (job) (up{job="node"})`."""
    range: Duration | None = None
    """For how long before the look each point is looked at, such as `10m`; without it, only now."""
    tcp: Connects | None = None
    """Whether the target takes a connection, at its host and port."""
    tls: Connects | None = None
    """What the target's certificate says: `/days_left`, `/expires`, `/names`, `/issuer`."""
    dns: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """The name that the target, a server of names, is asked for, such as `www.example.com`: its
    `/answers`, `/aliases`, `/ttl` and `/code`."""
    record: Record | None = None
    """The kind of record that is asked for, such as `MX`; `A` unless it is said."""
    each: Annotated[dict[Name, Name], Field(min_length=1, max_length=1)] | None = None
    """One request for each member of a set of the target, or for each entry of a list input:
    `{ node: nodes }`."""
    expect: Annotated[tuple[Expectation, ...], Field(strict=False)] = ()
    """What the answer must show, all of it. A status other than 2xx fails unless it is expected."""
    poll: Poll | None = None
    """How to look again until it passes; a step that waits for the check needs it."""
    by_hand: ByHandEntry | None = None
    """The command by which a person sees the same; printed in place of the request."""

    @property
    def asks(self) -> str:
        """The key that says what is asked: `get`, `head`, `promql`, `tcp`, `tls` or `dns`."""
        return next(key for key in ASKS if getattr(self, key) is not None)

    @property
    def question(self) -> str:
        """What is asked, with its placeholders: a path, or a query; empty for a connection."""
        return "" if self.asks in CONNECTS else str(getattr(self, self.asks))

    @property
    def method(self) -> Literal["GET", "HEAD", "TCP", "TLS", "DNS"]:
        """The HTTP method, or how it connects."""
        if self.dns is not None:
            return "DNS"
        if self.tcp or self.tls:
            return "TCP" if self.tcp else "TLS"
        return "HEAD" if self.head is not None else "GET"

    @property
    def path(self) -> str:
        """The path on the target, or the name, with its placeholders; empty where none is."""
        return self.get or self.head or self.dns or ""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Check:
        if sum(getattr(self, key) is not None for key in ASKS) != 1:
            raise refused("a check asks for exactly one thing", "get: /path, head: or promql:")
        if self.record is not None and self.dns is None:
            raise refused("`record` is of a name", "dns: and the name", "record")
        if self.promql is not None:
            return self
        if self.range is not None:
            raise refused("`range` is of a query", "promql: and the query", "range")
        if self.each is None:
            written = (name for e in self.expect for name in e.model_fields_set)
            for across in (name for name in written if name in ACROSS):
                raise refused(f"`{across}` compares members", "each: { node: nodes }")
        return self
