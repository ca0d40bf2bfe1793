"""A procedure, as its file says it: frozen models, and nothing that reads a file.

The shape is documented for authors in docs/procedure-format.md. A key that is not in these models
is refused: a misspelt key must never vanish, and what the bot does not obey it does not accept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from bot.core.procedure.alerted import Matchers
from bot.core.procedure.checks import Check
from bot.core.procedure.fields import Day, Duration, Id, Line, Model, Name, Term, Text, refused
from bot.core.procedure.kinds import Container, Leaf, Step, containers_of, is_leaf, keys
from bot.core.procedure.parts import Channel, Input, Lines, Owner, SymptomEntry
from bot.core.procedure.roles import Role, Who, of_somebody

RESERVED_IDS = frozenset(
    {"help", "list", "search", "status", "export", "close", "new", "drill"}
    | {"handoff", "update", "review"}
)
"""Words that `/runbook WORD` already means; no procedure may be named by one."""


SEVERITIES = tuple(f"SEV{n}" for n in range(1, 6))
"""How bad it can be, the worst first."""


def _only_true(value: object) -> object:
    """A literal of pydantic's takes 1 for true; the published schema does not."""
    if value is not None and value is not True:
        raise refused("`baseline` is true, or left out", "baseline: true")
    return value


class VerifyByCheck(Model):
    """A line of the verification that a check answers."""

    check: Id
    """A check of this procedure."""
    baseline: Annotated[Literal[True], BeforeValidator(_only_true)] | None = None
    """Whether it is looked at when the run begins as well, as evidence: it decides nothing."""


class VerifyByPerson(Model):
    """A line of the verification that a person confirms, by name."""

    confirm: Line
    """What the person confirms, as a sentence that is true then."""


def _line(value: Any) -> str:
    return "[confirm]" if "confirm" in keys(value) else "[check]"


def _entry(value: Any) -> str:
    there = keys(value)
    return "[group]" if "group" in there or "lines" in there else _line(value)


Verify = VerifyByCheck | VerifyByPerson
_Line = Annotated[
    Annotated[VerifyByCheck, Tag("[check]")] | Annotated[VerifyByPerson, Tag("[confirm]")],
    Discriminator(_line),
]


class VerifyGroup(Model):
    """Lines of the verification that belong together."""

    group: Line
    """What they are about: "Data"."""
    lines: Annotated[tuple[_Line, ...], Field(strict=False, min_length=1, max_length=50)]
    """The lines."""


_Entry = Annotated[
    Annotated[VerifyByCheck, Tag("[check]")]
    | Annotated[VerifyByPerson, Tag("[confirm]")]
    | Annotated[VerifyGroup, Tag("[group]")],
    Discriminator(_entry),
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
    updates: Annotated[tuple[Channel, ...], Field(strict=False, max_length=10)] = ()
    """The channels of stakeholders, such as `["#status"]`, to which people send updates."""
    where: Line | None = None
    """Where its commands are typed: the host, the folder, and how to get in."""
    estimate: Duration | None = None
    """How long it takes, such as `90m`."""
    reviewed: Day | None = None
    """The day on which someone last tried it, printed as “last tried”."""
    review_every: Duration | None = None
    """Lint warns when the last review is older than this, such as `90d`."""
    drill_every: Duration | None = None
    """How often it is to be drilled, such as `90d`: the owner's channel is reminded."""
    alerts: Lines = ()
    """Alertmanager alertnames that suggest this procedure."""
    matches: Matchers = ()
    """Labels of alerts that suggest it, such as `[{ job: node, severity: "critical|page" }]`."""
    impact: Line | None = None
    """What is at stake, in one line."""
    symptoms: Annotated[tuple[SymptomEntry, ...], Field(strict=False, min_length=1)]
    """How the trouble shows."""
    inputs: dict[Name, Input] = Field(default_factory=dict)
    """What is asked when a run starts."""
    roles: Annotated[dict[Id, Role], Field(max_length=20)] = Field(default_factory=dict)
    """The parts that people play, and who may play them."""
    who: Who | None = None
    """What only the holders of a role may do; else as the bot's configuration has it."""
    private: bool = False
    """Only those whom `who` names see that the procedure, and its runs, are there."""
    checks: dict[Id, Check] = Field(default_factory=dict)
    """Read-only questions, named, so that steps and verification can share them."""
    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)]
    """What to do, in order."""
    verification: Annotated[tuple[_Entry, ...], Field(strict=False, max_length=50)] = ()
    """What must be true before the run counts as recovered: lines, and groups of them."""
    prevention: Lines = ()
    """How it is kept from happening again."""
    glossary: dict[Term, Text] = Field(default_factory=dict)
    """Words of the procedure that not everybody knows, each with what it means."""

    @model_validator(mode="after")
    def _seen_by_somebody(self) -> Procedure:
        of_somebody(self.who, private=self.private)
        return self

    def lines(self) -> Sequence[tuple[VerifyGroup | None, Verify]]:
        """Every line of the verification with the group around it, in the order of the page."""
        return [
            (entry if isinstance(entry, VerifyGroup) else None, line)
            for entry in self.verification
            for line in (entry.lines if isinstance(entry, VerifyGroup) else (entry,))
        ]

    def baselines(self) -> Sequence[str]:
        """The checks of the verification that are looked at when a run begins."""
        lines = (line for _, line in self.lines() if isinstance(line, VerifyByCheck))
        return list(dict.fromkeys(line.check for line in lines if line.baseline))

    def leaves(self) -> tuple[Placed, ...]:
        """Every step that a person can take, in the order of the page."""
        return tuple(_place(self.steps, "", ()))

    def images(self) -> tuple[str, ...]:
        """The pictures of its steps, each once, in the order of the page."""
        return tuple(dict.fromkeys(one.step.image for one in self.leaves() if one.step.image))

    def numbers(self) -> Mapping[str, str]:
        """The number of every step and group, by its id."""
        return dict(_numbers(self.steps, ""))

    def leaf(self, step_id: str) -> Placed | None:
        """The step with this id, or None when the procedure has no such step to take."""
        return next((placed for placed in self.leaves() if placed.step.id == step_id), None)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where it stands: its number, and the groups and branches around it.

    The number is `3`, in a group `3.1`, in the first branch of a question `3a.1`.
    """

    step: Leaf
    number: str
    groups: tuple[Container, ...]


def tried_again(placed: Sequence[Placed], step_id: str) -> Placed | None:
    """The step that is tried again once this one is over; None where none is.

    This one is then the last of the steps for its failure.
    """
    at = next((n for n, one in enumerate(placed) if one.step.id == step_id), len(placed))
    around = placed[at].groups if at < len(placed) else ()
    failure = next((one for one in reversed(around) if one.fails is not None), None)
    if failure is None:
        return None
    mine = {one.id for one in around}
    for later in placed[at + 1 :]:
        if all(one.id in mine for one in later.groups if one.answers or one.fails):
            if any(one.id == failure.id for one in later.groups):
                return None
            break
    return next((one for one in placed if one.step.id == failure.fails), None)


def comes_next(placed: Sequence[Placed], step_id: str, *, verified: bool) -> str:
    """What comes once a step is over, with all that stands in it: `step 4`, or the verification.

    Nothing where that may be one of several, since they are done in any order or for each member.
    """
    at = next((n for n, one in enumerate(placed) if one.step.id == step_id), len(placed))
    if at == len(placed):
        return ""
    mine = placed[at]
    known = {around.id for around in mine.groups}
    for later in placed[at + 1 :]:
        if any(one.answers and one.answers[0] == step_id for one in later.groups):
            continue  # It stands in the step itself.
        if any(one.id not in known for one in later.groups if one.answers or one.fails):
            continue  # It is for another answer, or for a failure.
        way = _way_from(mine, later)
        if way is not None:
            return f"step {later.number}" if way else ""
    open_ended = any(one.any_order or one.for_each for one in mine.groups)
    return "the verification" if verified and not open_ended else ""


def _way_from(mine: Placed, later: Placed) -> bool | None:
    """Whether a later step comes after this one; None where it is in its place, and so is over."""
    for depth, around in enumerate(mine.groups):
        if depth >= len(later.groups) or later.groups[depth].id != around.id:
            # The way leads out of the group: whether all of it is over by then, nobody knows.
            left = mine.groups[depth:]
            return not any(one.any_order or one.for_each for one in left)
        if _below(mine, depth) != _below(later, depth):
            if around.one_of:
                return None
            if around.any_order:
                return False
    return True


def _below(one: Placed, depth: int) -> str:
    """What a step is part of within the group at a depth: the next group, or itself."""
    inner = one.groups[depth + 1 :]
    return inner[0].id if inner else one.step.id


def _place(steps: Sequence[Step], prefix: str, groups: tuple[Container, ...]) -> Iterator[Placed]:
    for index, step in enumerate(steps, start=1):
        here = f"{prefix}{index}"
        if is_leaf(step):
            yield Placed(step, here, groups)
        for around, letter in containers_of(step):
            yield from _place(around.steps, f"{here}{letter}.", (*groups, around))


def _numbers(steps: Sequence[Step], prefix: str) -> Iterator[tuple[str, str]]:
    for index, step in enumerate(steps, start=1):
        yield step.id, f"{prefix}{index}"
        for around, letter in containers_of(step):
            yield from _numbers(around.steps, f"{prefix}{index}{letter}.")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A procedure as it was found: the model, its text, the text's SHA-256 in hex, its path.

    `commit` is the one that has this text, where the folder is a checkout and that has it so.
    """

    procedure: Procedure
    source: str
    sha256: str
    path: str
    commit: str | None = None
