"""A step that waits for a check, in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.markup.model import Block
from bot.core.procedure.checks import Check, say_poll
from bot.core.procedure.fields import Id, Model
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.kinds import failure
from bot.core.procedure.kinds.base import FILLED_IN_WORK, AnyWork, of_work
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
    """What a wait waits for."""

    until: Id
    """A check that has a `poll`."""


class Wait(AnyWork):
    """A step that is done when a check passes; the bot looks, again and again."""

    wait: Until
    """What it waits for."""


def _check(step: Wait) -> str:
    return step.wait.until


def _rules(step: Wait, path: Path, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """What is waited for must be looked at again and again."""
    check = checks.get(step.wait.until)
    if check is not None and check.poll is None:
        yield Finding(
            (*path, "wait", "until"),
            f"the check {quoted(step.wait.until)} is looked at once only",
            "poll: { every: 10s, deadline: 10m } in the check",
        )


def _printed(step: Wait, paper: Paper) -> Iterator[Block]:
    yield from paper.asked_first(step)
    yield from paper.to_do(step)
    check = paper.checks[step.wait.until]
    look = f" (check {say_poll(check.poll)})" if check.poll else ""
    yield term("Wait until", (paper.words(check.title), look))
    yield from paper.to_see(step)
    yield from paper.way_back(step)


def _scoped(step: Wait, scope: Scope) -> Wait:
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
