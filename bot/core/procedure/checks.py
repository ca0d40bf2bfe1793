"""The models of a check: one read-only question to a target, and what its answer must show.

Nothing here asks anything of anyone: the probing is an edge's, the judging is in `checks`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bot.core.procedure.expectations import ACROSS, Expectation
from bot.core.procedure.fields import (
    Duration,
    Id,
    Line,
    Model,
    Name,
    Text,
    refused,
    required_one,
    show_duration,
)


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


ASKS = ("get", "head", "requests", "promql", "tcp", "tls", "dns")
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


Pointer = Annotated[str, Field(max_length=500, pattern=r"^(/([^~]|~[01])*)?$")]


class Get(Model):
    """One of several requests of a check, which are made in their order."""

    get: Annotated[str, Field(max_length=2_000)]
    """The path that is asked for with GET, on the check's target."""
    keep: Annotated[dict[Name, Pointer], Field(max_length=10)] = Field(default_factory=dict)
    """What the paths of later requests use of the answer: `{ id: /0/id }`."""


def _several(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) < 2:  # noqa: PLR2004 - one is not several
        raise refused("one request alone needs no list", "get: /path")
    return value


Requests = Annotated[
    tuple[Get, ...],
    Field(min_length=2, max_length=5, strict=False),
    BeforeValidator(_several),
]


class Check(Model):
    """One read-only question to a target, and what its answer must show."""

    model_config = ConfigDict(
        json_schema_extra={
            **required_one(*ASKS),
            "not": {"required": ["requests", "each"]},
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
    requests: Requests | None = None
    """Two to five requests with GET, of which later ones use what earlier answers say; what is
    expected is expected of the last answer."""
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
        """The key that says what is asked, such as `get`; one of `ASKS`."""
        return next(key for key in ASKS if getattr(self, key) is not None)

    @property
    def questions(self) -> tuple[str, ...]:
        """What is asked, with its placeholders: paths, or a query; nothing for a connection."""
        if self.requests is not None:
            return tuple(one.get for one in self.requests)
        return () if self.asks in CONNECTS else (str(getattr(self, self.asks)),)

    @property
    def kept(self) -> frozenset[str]:
        """The names of what its requests keep for later ones."""
        return frozenset(name for one in self.requests or () for name in one.keep)

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
        """The path on the target, or the name, with its placeholders; empty where none is.

        Of several requests it is the last one's, whose answer is judged.
        """
        last = self.requests[-1].get if self.requests else ""
        return self.get or self.head or self.dns or last

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Check:
        if sum(getattr(self, key) is not None for key in ASKS) != 1:
            raise refused("a check asks for exactly one thing", "get: /path, head: or promql:")
        if self.range is not None and any(e.same_as is not None for e in self.expect):
            raise refused("an earlier look is of one moment", "the check without range", "range")
        if self.requests is not None and self.each is not None:
            raise refused("several requests are of no members", "the check without each", "each")
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
