"""What is done when a step fails, in a file: words, or steps of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.core.procedure.kinds.base import AnyWork
from bot.core.procedure.kinds.format import Container
from bot.core.procedure.parts import Link

W = TypeVar("W", bound=AnyWork)

LETTER = "f"
"""What stands behind the number of a step, in those of the steps for its failure: `3f.1`."""
LISTS = (("on_failure",),)
"""Where these steps are."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The steps that open when a step is marked failed, as views draw them."""

    id: str
    title: str
    steps: Sequence[Any]
    fails: str
    any_order: bool = False
    one_of: bool = False
    for_each: None = None
    when: None = None
    role: None = None
    where: None = None
    warnings: Sequence[str] = ()
    links: Sequence[Link] = ()
    answers: None = None


def failure_of(step_id: str) -> str:
    """The id of what the steps for a failure stand in; it has a dot, so no step has the same."""
    return f"{step_id}.failed"


def containers(step: AnyWork) -> Sequence[tuple[Container, str]]:
    """What the steps for the failure of a step stand in, if it has any."""
    if not step.recovery:
        return ()
    return ((Failure(failure_of(step.id), step.title, step.recovery, step.id), LETTER),)


def within(step: W, change: Callable[[Any], Any]) -> W:
    """The same step with each step for its failure changed by a call."""
    if not step.recovery:
        return step
    return step.model_copy(update={"on_failure": tuple(map(change, step.recovery))})
