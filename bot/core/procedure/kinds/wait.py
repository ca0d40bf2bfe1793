"""A step that waits, in a file: for a time, until a check passes, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from bot.core.markup.model import Block, lines
from bot.core.procedure.checks import Check, say_poll
from bot.core.procedure.fields import Duration, Id, Model, refused, required_any, show_duration
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.kinds import failure
from bot.core.procedure.kinds.base import FILLED_IN_WORK, AnyWork, of_work, within
from bot.core.procedure.kinds.format import (
    APPROVAL,
    Format,
    Part,
    Scope,
    captures_none,
    finds_none,
    no_options,
)
from bot.core.procedure.kinds.paper import Paper, danger, term


class Until(Model):
    """What a wait waits for: a time, a check, or the check once the time is over."""

    model_config = ConfigDict(
        populate_by_name=True,
        serialize_by_alias=True,
        json_schema_extra=required_any("until", "for"),
    )

    until: Id | None = None
    """A check that has a `poll`."""
    for_: Annotated[Duration | None, Field(alias="for")] = None
    """How long it waits at least, from when it is taken, such as `10m`."""

    @model_validator(mode="after")
    def _something(self) -> Until:
        if self.until is None and self.for_ is None:
            raise refused("a wait for nothing", "until: (a check), or for: 10m")
        within(self.for_, "for")
        return self


class Wait(AnyWork):
    """A step that is done when its time is over, or a check passes; the bot looks for itself."""

    wait: Until
    """What it waits for."""

    @property
    def lasts(self) -> timedelta | None:
        """How long it waits at least."""
        return self.wait.for_


def _check(step: Wait) -> str | None:
    return step.wait.until


def _rules(step: Wait, path: Path, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """What is waited for must be looked at again and again, and end before the time-out."""
    check = checks.get(step.wait.until or "")
    if check is not None and check.poll is None:
        yield Finding(
            (*path, "wait", "until"),
            f"the check {quoted(step.wait.until)} is looked at once only",
            "poll: { every: 10s, deadline: 10m } in the check",
        )
    least = step.wait.for_
    if step.timeout is not None and least is not None and step.timeout <= least:
        yield Finding(
            (*path, "timeout"),
            f"the step waits for {show_duration(least)}, and is past its time-out before",
            "a time-out longer than the wait",
        )
    elif step.timeout is not None and check is not None and check.poll is not None:
        longest = check.poll.deadline + (least or timedelta())
        if step.timeout < longest:
            yield Finding(
                (*path, "timeout"),
                f"the check is looked at for up to {show_duration(longest)}, and the step is past "
                "its time-out before",
                f"timeout: {show_duration(longest)}, or a shorter deadline in the check",
                severity="warning",
            )


def say_wait(step: Wait, title: str | None) -> tuple[str, str]:
    """What a wait waits for, in words, and what stands before them; *title* is its check's."""
    least = "" if step.wait.for_ is None else show_duration(step.wait.for_)
    if title is None:
        return "Wait", least
    return "Wait until", f"{title}, after {least} at the earliest" if least else title


def _printed(step: Wait, paper: Paper) -> Iterator[Block]:
    yield from paper.asked_first(step)
    yield from paper.to_do(step)
    check = paper.checks[step.wait.until] if step.wait.until is not None else None
    look = f" (check {say_poll(check.poll)})" if check is not None and check.poll else ""
    title = None if check is None else paper.put(check.title)
    label, words = say_wait(step, title)
    yield term(label, (lines(words), look))
    if step.wait.until is not None:
        yield from paper.by_hand(step.wait.until)
    yield from paper.to_see(step)
    yield from paper.way_back(step)


def _scoped(step: Wait, scope: Scope) -> Wait:
    if step.wait.until is None:
        return step
    awaited = step.wait.model_copy(update={"until": scope.check(step.wait.until)})
    return step.model_copy(update={"wait": awaited})


FORMAT = Format(
    model=Wait,
    key="wait",
    name="a wait step",
    parts=(Part("wait", Until, "a wait"), APPROVAL),
    filled=FILLED_IN_WORK,
    typed=(),
    asks=(("wait", "until"),),
    check=_check,
    rules=_rules,
    mark=danger,
    printed=_printed,
    options=no_options,
    finds=finds_none,
    captures=captures_none,
    lists=failure.LISTS,
    containers=failure.containers,
    within=failure.within,
    approval=of_work,
    guards=False,
    scoped=_scoped,
)
