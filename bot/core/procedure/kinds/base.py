"""What every step may say, and what every step may say that a person takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from bot.core.procedure.approval import Approval
from bot.core.procedure.conditions import When
from bot.core.procedure.fields import (
    Duration,
    Id,
    Line,
    Model,
    Picture,
    Text,
    refused,
    show_duration,
)
from bot.core.procedure.parts import Links, Texts

if TYPE_CHECKING:
    # Steps open when one fails, so the models are completed where all kinds are known.
    from bot.core.procedure.kinds import Step

Keys = tuple[str, ...]
"""The way from a step to a text in it, by keys alone; a list is passed through."""


class AnyStep(Model):
    """A step of whatever kind."""

    id: Id
    """A short name, once in the whole procedure; facts and buttons use it."""
    title: Line
    """What the step does, as an order: "Revoke the key"."""
    when: When | None = None
    """Needed only when this holds of a value of the run: `"{{ mode }} is fast"`."""
    role: Id | None = None
    """Who is to do it: one of the procedure's `roles`; others may take it as well."""
    where: Line | None = None
    """The host, folder and access for its commands, where they are not the procedure's."""
    warnings: Texts = ()
    """What to know before doing it."""
    links: Links = ()
    """Where to read more."""


class AnyLeaf(AnyStep):
    """A step that a person ends, of whatever kind."""

    do: Text | None = None
    """What the person does, in Markdown."""
    image: Picture | None = None
    """A picture that shows it: a PNG, JPEG or GIF of 2 MB at most, by its path from this file."""


def _reaction(value: Any) -> str:
    return "[steps]" if isinstance(value, list | tuple) else "[words]"


class AnyWork(AnyLeaf):
    """A step that a person takes, works on and ends, of whatever kind."""

    danger: Literal["destructive"] | None = None
    """`destructive`: it cannot be undone, so its commands are greyed until someone types a word."""
    confirm: Line | None = None
    """What is typed to confirm it, such as `"{{ node }}"`; else the value that its commands use."""
    expected: Text | None = None
    """What is seen when it has worked."""
    on_failure: (
        Annotated[
            Annotated[Text, Tag("[words]")]
            | Annotated[tuple[Step, ...], Field(strict=False, min_length=1), Tag("[steps]")],
            Discriminator(_reaction),
        ]
        | None
    ) = None
    """What to do when something else is seen, in words; or steps, which open when it failed."""
    rollback: Text | None = None
    """How to undo it, or that nothing does."""
    approval: Approval | None = None
    """Who must approve before anyone can take it."""
    timeout: Duration | None = None
    """How long it may be in hand, such as `30m`; then others hear that it still is."""
    remind: Duration | None = None
    """So long before its time-out, whoever is on it is reminded, such as `10m`."""

    @property
    def lasts(self) -> timedelta | None:
        """How long it takes at least, from when it is taken; None where nothing says so."""
        return None

    @property
    def advice(self) -> str | None:
        """What to do when something else is seen, in words."""
        return self.on_failure if isinstance(self.on_failure, str) else None

    @property
    def recovery(self) -> Sequence[Any]:
        """The steps that open when it is marked failed."""
        return self.on_failure if isinstance(self.on_failure, tuple) else ()

    @model_validator(mode="after")
    def _confirmed_if_destructive(self) -> AnyWork:
        if self.confirm is not None and self.danger is None:
            raise refused("nothing asks for it", "danger: destructive, too", "confirm")
        return self

    @model_validator(mode="after")
    def _reminded_in_time(self) -> AnyWork:
        within(self.timeout, "timeout")
        if self.remind is not None and self.timeout is None:
            raise refused("there is no time-out to remind of", "timeout: 30m, too", "remind")
        if self.remind is not None and self.timeout is not None and self.remind >= self.timeout:
            raise refused(
                "the reminder comes before the step can be taken",
                f"a time shorter than the time-out of {show_duration(self.timeout)}",
                "remind",
            )
        return self


LONGEST = timedelta(days=7)
"""How long a step may be in hand, or wait for a time, at the most."""


def within(length: timedelta | None, key: str) -> None:
    """Refuse a time that is longer than anybody waits for a step."""
    if length is not None and length > LONGEST:
        raise refused(
            f"longer than {show_duration(LONGEST)}", f"{show_duration(LONGEST)} at most", key
        )


def of_work(step: AnyWork) -> Approval | None:
    """Whose agreement a step needs before anyone takes it."""
    return step.approval


FILLED_IN_STEP: frozenset[Keys] = frozenset(
    {("title",), ("where",), ("warnings",), ("links", "title"), ("links", "url")}
)
"""Where the bot puts values into any step."""
FILLED_IN_LEAF = FILLED_IN_STEP | {("do",)}
"""Where the bot puts values into any step that a person ends."""
FILLED_IN_WORK = FILLED_IN_LEAF | {("confirm",), ("expected",), ("on_failure",), ("rollback",)}
"""Where the bot puts values into any step that a person works on."""
