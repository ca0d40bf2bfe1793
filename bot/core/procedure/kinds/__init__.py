"""The kinds of steps that a file may hold: their union, and for each its record.

A new kind is a module here with its model and its `FORMAT`, and a line in each of the four places
below. How it behaves in a run is said beside it, in `bot.core.kinds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeGuard, assert_never

from pydantic import Discriminator, Tag

from bot.core.procedure.approval import Approval
from bot.core.procedure.finding import Path
from bot.core.procedure.kinds import approve, base, decide, group, task, wait
from bot.core.procedure.kinds.approve import Approve
from bot.core.procedure.kinds.base import Keys
from bot.core.procedure.kinds.decide import Decide, Question
from bot.core.procedure.kinds.decide import Option as _Option
from bot.core.procedure.kinds.format import Container, Format, Option
from bot.core.procedure.kinds.group import Group
from bot.core.procedure.kinds.task import Task
from bot.core.procedure.kinds.wait import Wait
from bot.core.procedure.parts import Capture, Evidence

__all__ = [
    "FORMATS",
    "Approve",
    "Container",
    "Decide",
    "Group",
    "Leaf",
    "Option",
    "Step",
    "Task",
    "Wait",
    "approval_of",
    "captures_of",
    "check_of",
    "commands",
    "containers_of",
    "evidence_of",
    "finds_of",
    "format_of",
    "found",
    "guards",
    "inside",
    "is_group",
    "is_leaf",
    "keys",
    "leads_to",
    "options_of",
    "told_by",
]

FORMATS: tuple[Format[Any], ...] = (
    group.FORMAT,
    decide.FORMAT,
    approve.FORMAT,
    wait.FORMAT,
    task.FORMAT,
)
"""In the order in which a step is tried: it is of the first kind whose key it has, or the last."""


def keys(value: Any) -> Any:
    """The keys of a mapping, as a file has it, or of a model."""
    return value if isinstance(value, dict) else getattr(type(value), "model_fields", ())


def told_by(value: Any) -> Format[Any]:
    """What is known of the kind of a step, by the keys that it carries."""
    there = keys(value)
    return next((one for one in FORMATS if one.key in there), FORMATS[-1])


def _tag(value: Any) -> str:
    return f"[{told_by(value).model.__name__.lower()}]"


# The tags stand in pydantic's error locations. In brackets they cannot be taken for a key.
Step = Annotated[
    Annotated[Task, Tag("[task]")]
    | Annotated[Wait, Tag("[wait]")]
    | Annotated[Decide, Tag("[decide]")]
    | Annotated[Approve, Tag("[approve]")]
    | Annotated[Group, Tag("[group]")],
    Discriminator(_tag),
]
Leaf = Task | Wait | Decide | Approve

for _model in (Task, Wait, _Option, Question, Decide, Group):
    # What a kind has of the base is spoken of in the base's words.
    _model.model_rebuild(_types_namespace={**vars(base), "Step": Step})


def format_of(step: Step) -> Format[Any]:
    """What a file may say of a step of this kind."""
    match step:
        case Task():
            return task.FORMAT
        case Wait():
            return wait.FORMAT
        case Decide():
            return decide.FORMAT
        case Approve():
            return approve.FORMAT
        case Group():
            return group.FORMAT
        case _:
            assert_never(step)


def is_group(step: Step) -> TypeGuard[Group]:
    """Whether a step is there for the steps in it."""
    return isinstance(step, Group)


def is_leaf(step: Step) -> TypeGuard[Leaf]:
    """Whether a person takes and ends a step; whatever is no group is one."""
    return not isinstance(step, Group)


def containers_of(step: Step) -> Sequence[tuple[Container, str]]:
    """What the steps in it stand in, each with what comes behind the number of the step."""
    held: Sequence[tuple[Container, str]] = format_of(step).containers(step)
    return held


def inside(step: Step) -> Iterator[tuple[Path, Step]]:
    """The steps in it, each with its path in it, in the order of the page."""
    for keys_to in format_of(step).lists:
        yield from found(step, keys_to)


def found(part: Any, way: Keys, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What is in the lists that *way* leads to, in a model or as a file has it, with its paths.

    Whatever has another shape holds nothing.
    """
    if isinstance(part, list | tuple):
        for index, one in enumerate(part):
            yield from found(one, way, (*path, index)) if way else (((*path, index), one),)
    elif way:
        key, *rest = way
        inner = part.get(key) if isinstance(part, dict) else getattr(part, key, None)
        yield from found(inner, tuple(rest), (*path, key))


def check_of(step: Step) -> str | None:
    """The name of the check that tells whether a step has worked."""
    name: str | None = format_of(step).check(step)
    return name


def options_of(step: Step) -> Sequence[Option]:
    """The answers that a step takes, if it is a question."""
    known: Sequence[Option] = format_of(step).options(step)
    return known


def begun_whole(step: Step) -> bool:
    """Whether it can be begun only with all of its values: nobody says later that it is done.

    A wait ends by itself, and a question by its answer.
    """
    return isinstance(step, Wait | Decide)


def evidence_of(step: Step) -> Evidence | None:
    """What is shown for a step when it is marked done, where it asks for something."""
    return step.evidence if isinstance(step, Task) else None


def approval_of(step: Step) -> Approval | None:
    """Whose agreement a step needs before anyone takes it, or is there to ask for."""
    asked: Approval | None = format_of(step).approval(step)
    return asked


def guards(step: Step) -> bool:
    """Whether a step is there to ask for agreement to what comes after it."""
    return format_of(step).guards


def finds_of(step: Step) -> Sequence[str]:
    """The names of the values that a step finds."""
    names: Sequence[str] = format_of(step).finds(step)
    return names


def captures_of(step: Step) -> Mapping[str, Capture]:
    """The values that whoever marks a step done is asked for, by their names."""
    asked: Mapping[str, Capture] = format_of(step).captures(step)
    return asked


def leads_to(step: Step) -> str | None:
    """The other procedure that a step leads to, with its values, as it is typed."""
    return step.starts if isinstance(step, Task) else None


def commands(step: Step) -> Sequence[str]:
    """The exact commands of a step, in the order in which they are typed."""
    return [command for key in format_of(step).typed for command in getattr(step, key)]
