"""A plain step, in a file: what to do, in words, in commands, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from bot.core.markup.model import Block, Code, Listing, Terms, Words
from bot.core.procedure.fields import Id, Name, Text, refused, required_any
from bot.core.procedure.kinds import failure
from bot.core.procedure.kinds.base import FILLED_IN_WORK, AnyWork, of_work
from bot.core.procedure.kinds.format import (
    APPROVAL,
    Format,
    Part,
    Scope,
    no_options,
    no_rules,
)
from bot.core.procedure.kinds.paper import Paper, danger, term
from bot.core.procedure.parts import Capture, Evidence
from bot.core.procedure.starts import Starts


class Task(AnyWork):
    """A plain step: something a person does, with the exact commands if there are any."""

    model_config = ConfigDict(json_schema_extra=required_any("do", "run", "starts"))

    run: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The exact commands, one an entry; quote one that holds `: ` or ` #`."""
    check: Id | None = None
    """A check that is looked at when the step is marked done; it never blocks."""
    captures: Annotated[dict[Name, Capture], Field(max_length=10)] = Field(default_factory=dict)
    """Values that are found here: whoever marks the step done is asked for them."""
    evidence: Evidence | None = None
    """What is shown for it when it is marked done: words, a file, or both."""
    starts: Starts | None = None
    """Another procedure that the step leads to, with its values, as it is typed."""

    @model_validator(mode="after")
    def _something_to_do(self) -> Task:
        if self.do is None and not self.run and self.starts is None:
            raise refused("a step with nothing to do", "do: (words) or run: (commands)")
        return self


def _check(step: Task) -> str | None:
    return step.check


def _printed(step: Task, paper: Paper) -> Iterator[Block]:
    yield from paper.asked_first(step)
    yield from paper.to_do(step)
    yield from (Listing(paper.put(command).rstrip(), typed=True) for command in step.run)
    if step.starts is not None:
        yield term("Start", (Code(paper.put(step.starts)),))
    yield from paper.to_see(step)
    if step.check is not None:
        # A check of the verification is on the page already.
        title = paper.words(paper.checks[step.check].title)
        yield Terms((("Check", title),), spare=step.check in paper.proof)
        yield from paper.by_hand(step.check)
    if step.evidence is not None:
        kept = ("Keep the words", step.evidence.text), ("Keep the file", step.evidence.file)
        more = " (if there is any)" if step.evidence.optional else ""
        yield Terms(tuple((label, (paper.words(text), more)) for label, text in kept if text))
    yield from paper.way_back(step)
    for name, spec in step.captures.items():
        looks = ("; ", Words(spec.bounds)) if spec.bounds else ""
        asked = (Code(name, bare=True), f" = {_ROOM} (", Words(spec.description), looks, ")")
        yield term("Write down", asked)


_ROOM = "…" * 10
"""Where it is written on paper."""


def _finds(step: Task) -> Sequence[str]:
    return tuple(step.captures)


def _captures(step: Task) -> Mapping[str, Capture]:
    return step.captures


def _scoped(step: Task, scope: Scope) -> Task:
    update = {
        "check": None if step.check is None else scope.check(step.check),
        "captures": {scope.value(name): spec for name, spec in step.captures.items()},
    }
    return step.model_copy(update=update)


FORMAT = Format(
    model=Task,
    key="do",
    name="a plain step",
    parts=(
        Part("captures", Capture, "a value", many=True),
        Part("evidence", Evidence, "evidence"),
        APPROVAL,
    ),
    filled=FILLED_IN_WORK | {("run",), ("starts",), ("evidence", "text"), ("evidence", "file")},
    typed=("run",),
    asks=(("check",),),
    check=_check,
    rules=no_rules,
    mark=danger,
    printed=_printed,
    options=no_options,
    finds=_finds,
    captures=_captures,
    lists=failure.LISTS,
    containers=failure.containers,
    within=failure.within,
    approval=of_work,
    guards=False,
    scoped=_scoped,
)
