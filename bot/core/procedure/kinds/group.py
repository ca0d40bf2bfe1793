"""Steps that belong together, in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator

from bot.core.markup.model import Block, Inline
from bot.core.procedure.fields import Id, Name, refused
from bot.core.procedure.kinds.base import FILLED_IN_STEP, AnyStep
from bot.core.procedure.kinds.format import (
    Container,
    Format,
    captures_none,
    finds_none,
    no_approval,
    no_names,
    no_options,
    no_rules,
)
from bot.core.procedure.kinds.paper import Paper

if TYPE_CHECKING:
    # A group holds steps of every kind, so the model is completed where all kinds are known.
    from bot.core.procedure.kinds import Step


class Group(AnyStep):
    """Steps that belong together: in sequence, in any order, or alternatives."""

    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    """The steps of the group."""
    any_order: bool = False
    """The steps may be done in any order, or at once by several people."""
    one_of: bool = False
    """The steps are alternatives: exactly one of them is done."""

    for_each: Annotated[dict[Name, Name], Field(min_length=1, max_length=1)] | None = None
    """The steps are done for each member of a target's set, or of a list: `{ node: nodes }`."""
    target: Id | None = None
    """The target whose set it is, where the checks do not all ask one and the same target."""

    @property
    def answers(self) -> None:
        """It is led to by no answer."""
        return None

    @property
    def fails(self) -> None:
        """It is there whatever fails."""
        return None

    @model_validator(mode="after")
    def _one_manner(self) -> Group:
        if self.any_order and self.one_of:
            raise refused("a group is `any_order` or `one_of`, not both", "one", "one_of")
        if self.for_each is not None and self.one_of:
            write = "one_of on a group in it, or no for_each"
            raise refused("what is done for each member is no alternative", write, "one_of")
        if self.for_each is None and self.target is not None:
            raise refused("only `for_each` asks for a target", "for_each, too", "target")
        return self


def _no_check(step: Group) -> None:
    return None


def _mark(step: Group) -> Inline:
    if step.for_each is not None:
        ((variable, of),) = step.for_each.items()
        return f": for each {variable} of {of}{', in any order' if step.any_order else ''}"
    return ": do ONE of these" if step.one_of else ": in any order" if step.any_order else ""


def _printed(step: Group, paper: Paper) -> Iterator[Block]:
    return iter(())


def _containers(step: Group) -> Sequence[tuple[Container, str]]:
    return ((step, ""),)


def _within(step: Group, change: Callable[[Any], Any]) -> Group:
    return step.model_copy(update={"steps": tuple(map(change, step.steps))})


FORMAT = Format(
    model=Group,
    key="steps",
    name="a group of steps",
    parts=(),
    filled=FILLED_IN_STEP,
    typed=(),
    asks=(),
    check=_no_check,
    rules=no_rules,
    mark=_mark,
    printed=_printed,
    options=no_options,
    finds=finds_none,
    captures=captures_none,
    lists=(("steps",),),
    containers=_containers,
    within=_within,
    approval=no_approval,
    guards=False,
    scoped=no_names,
)
