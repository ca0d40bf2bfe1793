"""A procedure, as its file says it: frozen models, and nothing that reads a file.

The shape is documented for authors in docs/procedure-format.md. A key that is not in these models
is refused: a misspelt key must never vanish, and what the bot does not obey it does not accept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from bot.core.check_model import (
    ACROSS,
    COMPARISONS,
    SELECTORS,
    ByHand,
    Check,
    Expectation,
    Poll,
    Progress,
)
from bot.core.fields import (
    ID_PATTERN,
    NAME_PATTERN,
    Day,
    Duration,
    Id,
    Line,
    Model,
    Name,
    Scalar,
    Text,
    refused,
    required_any,
    show_duration,
)
from bot.core.parts import Input, Lines, Link, Links, Owner, Symptom, SymptomEntry, Texts

__all__ = [
    "ACROSS",
    "COMPARISONS",
    "ID_PATTERN",
    "NAME_PATTERN",
    "RESERVED_IDS",
    "SELECTORS",
    "ByHand",
    "Check",
    "Duration",
    "Expectation",
    "Group",
    "Id",
    "Input",
    "Leaf",
    "Line",
    "Link",
    "Loaded",
    "Model",
    "Name",
    "Owner",
    "Placed",
    "Poll",
    "Procedure",
    "Progress",
    "Scalar",
    "Step",
    "Symptom",
    "Task",
    "Text",
    "Until",
    "Verify",
    "VerifyByCheck",
    "VerifyByPerson",
    "Wait",
    "show_duration",
]

RESERVED_IDS = frozenset(
    {"help", "list", "search", "status", "export", "close", "new", "drill"}
    | {"handoff", "update", "review"}
)
"""Words that `/runbook WORD` already means; no procedure may be named by one."""


class _Step(Model):
    id: Id
    """A short name, once in the whole procedure; facts and buttons use it."""
    title: Line
    """What the step does, as an order: "Revoke the key"."""
    where: Line | None = None
    """The host, folder and access for its commands, where they are not the procedure's."""
    warnings: Texts = ()
    """What to know before doing it."""
    links: Links = ()
    """Where to read more."""


class _Leaf(_Step):
    danger: Literal["destructive"] | None = None
    """`destructive`: it cannot be undone, so a typed confirmation comes before its commands."""
    do: Text | None = None
    """What the person does, in Markdown."""
    expected: Text | None = None
    """What is seen when it has worked."""
    on_failure: Text | None = None
    """What to do when something else is seen: try again, go back, stop, whom to page."""
    rollback: Text | None = None
    """How to undo it, or that nothing does."""


class Task(_Leaf):
    """A plain step: something a person does, with the exact commands if there are any."""

    model_config = ConfigDict(json_schema_extra=required_any("do", "run"))

    run: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The exact commands, one an entry; quote one that holds `: ` or ` #`."""
    check: Id | None = None
    """A check that is looked at when the step is marked done; it never blocks."""

    @model_validator(mode="after")
    def _something_to_do(self) -> Task:
        if self.do is None and not self.run:
            raise refused("a step with nothing to do", "do: (words) or run: (commands)")
        return self


class Until(Model):
    """What a wait waits for."""

    until: Id
    """A check that has a `poll`."""


class Wait(_Leaf):
    """A step that is done when a check passes; the bot looks, again and again."""

    wait: Until
    """What it waits for."""


class Group(_Step):
    """Steps that belong together: in sequence, in any order, or alternatives."""

    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    """The steps of the group."""
    any_order: bool = False
    """The steps may be done in any order, or at once by several people."""
    one_of: bool = False
    """The steps are alternatives: exactly one of them is done."""

    @model_validator(mode="after")
    def _one_manner(self) -> Group:
        if self.any_order and self.one_of:
            raise refused("a group is `any_order` or `one_of`, not both", "one", "one_of")
        return self


def _keys(value: Any) -> Any:
    return value if isinstance(value, dict) else getattr(type(value), "model_fields", ())


# The tags stand in pydantic's error locations. In brackets they cannot be taken for a key.
def _kind(value: Any) -> str:
    """Tell a step's kind from the keys it carries."""
    keys = _keys(value)
    return "[steps]" if "steps" in keys else "[wait]" if "wait" in keys else "[task]"


Step = Annotated[
    Annotated[Task, Tag("[task]")]
    | Annotated[Wait, Tag("[wait]")]
    | Annotated[Group, Tag("[steps]")],
    Discriminator(_kind),
]
Leaf = Task | Wait


class VerifyByCheck(Model):
    """A line of the verification that a check answers."""

    check: Id
    """A check of this procedure."""


class VerifyByPerson(Model):
    """A line of the verification that a person confirms, by name."""

    confirm: Line
    """What the person confirms, as a sentence that is true then."""


def _verification(value: Any) -> str:
    return "[confirm]" if "confirm" in _keys(value) else "[check]"


Verify = Annotated[
    Annotated[VerifyByCheck, Tag("[check]")] | Annotated[VerifyByPerson, Tag("[confirm]")],
    Discriminator(_verification),
]


class Procedure(Model):
    """A whole procedure: how trouble shows, what to do, how to know that it is over."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    schema_: Annotated[Literal["procedure/v1"], Field(alias="schema")]
    """The version of this format."""
    id: Id
    """The procedure's name, equal to the file's name; `/runbook start ID` starts it."""
    title: Line
    """The name that people say."""
    summary: Text | None = None
    """One or two sentences: what it recovers, and how."""
    severity: Annotated[str, Field(pattern=r"^SEV[1-5]$")] | None = None
    """How bad it is: SEV1 is the worst."""
    owner: Owner | None = None
    """Who looks after the procedure."""
    where: Line | None = None
    """Where its commands are typed: the host, the folder, and how to get in."""
    estimate: Duration | None = None
    """How long it takes, such as `90m`."""
    reviewed: Day | None = None
    """The day on which someone last tried it, printed as “last tried”."""
    review_every: Duration | None = None
    """Lint warns when the last review is older than this, such as `90d`."""
    alerts: Lines = ()
    """Alertmanager alertnames that suggest this procedure."""
    impact: Line | None = None
    """What is at stake, in one line."""
    symptoms: Annotated[tuple[SymptomEntry, ...], Field(strict=False, min_length=1)]
    """How the trouble shows."""
    inputs: dict[Name, Input] = Field(default_factory=dict)
    """What is asked when a run starts."""
    checks: dict[Id, Check] = Field(default_factory=dict)
    """Read-only questions, named, so that steps and verification can share them."""
    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    """What to do, in order."""
    verification: Annotated[tuple[Verify, ...], Field(strict=False, max_length=50)] = ()
    """What must be true before the run counts as recovered."""
    prevention: Lines = ()
    """How it is kept from happening again."""

    def leaves(self) -> tuple[Placed, ...]:
        """Every step that a person can take, in the order of the page."""
        return tuple(_place(self.steps, (), ()))

    def leaf(self, step_id: str) -> Placed | None:
        """The step with this id, or None when the procedure has no such step to take."""
        return next((placed for placed in self.leaves() if placed.step.id == step_id), None)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where it stands: its number (`3` or `3.1`) and the groups around it."""

    step: Leaf
    number: str
    groups: tuple[Group, ...]


def _place(
    steps: tuple[Step, ...], numbers: tuple[int, ...], groups: tuple[Group, ...]
) -> Iterator[Placed]:
    for index, step in enumerate(steps, start=1):
        here = (*numbers, index)
        if isinstance(step, Group):
            yield from _place(step.steps, here, (*groups, step))
        else:
            yield Placed(step, ".".join(map(str, here)), groups)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A procedure as it was found: the model, its text, the text's SHA-256 in hex, its path."""

    procedure: Procedure
    source: str
    sha256: str
    path: str
