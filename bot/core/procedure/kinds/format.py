"""What a file may say of one kind of step, as a record: a kind is known by all of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from bot.core.markup.model import Block, Inline
from bot.core.procedure.approval import Approval
from bot.core.procedure.checks import Check
from bot.core.procedure.conditions import Condition
from bot.core.procedure.fields import Model
from bot.core.procedure.finding import Finding, Path
from bot.core.procedure.kinds.base import AnyStep, Keys
from bot.core.procedure.kinds.paper import Paper
from bot.core.procedure.parts import Capture, Link

S = TypeVar("S", bound=AnyStep)
"""The model of a kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """A mapping behind a key of a step: its model, and what an author calls it.

    `many` says that there is a list of them.
    """

    key: str
    model: type[Model]
    name: str
    many: bool = False


APPROVAL = Part("approval", Approval, "an approval")
"""What a step says that is taken only when people have approved it."""


class Option(Protocol):
    """One of the answers to a question."""

    @property
    def id(self) -> str:
        """Its name, once in its question."""

    @property
    def title(self) -> str:
        """What its button says."""

    @property
    def steps(self) -> Sequence[Any]:
        """The steps that only this answer needs."""

    @property
    def goto(self) -> str | None:
        """The step or the group from which it goes on; None where it goes simply on."""

    @property
    def reason(self) -> str | None:
        """Whether whoever answers says why."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is a member's own among the steps that are repeated for it.

    The ids of these steps, the names of what they find and of the checks that ask for the member
    get the member's key behind them.
    """

    key: str
    steps: frozenset[str]
    values: frozenset[str]
    checks: frozenset[str]

    def step(self, step_id: str) -> str:
        """A step by its id for this member; others as they are."""
        return owned(step_id, self.key) if step_id in self.steps else step_id

    def value(self, name: str) -> str:
        """A value by its name for this member; others as they are."""
        return owned(name, self.key) if name in self.values else name

    def check(self, name: str) -> str:
        """A check by its name for this member; others as they are."""
        return owned(name, self.key) if name in self.checks else name


def owned(name: str, key: str) -> str:
    """The name of what is one member's."""
    return f"{name}@{key}"


class Container(Protocol):
    """What steps stand in, as views draw it: a group, or a branch of a question."""

    @property
    def id(self) -> str:
        """Its name, once in the whole procedure."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def steps(self) -> Sequence[Any]:
        """The steps in it."""

    @property
    def any_order(self) -> bool:
        """Whether they may be done in any order."""

    @property
    def one_of(self) -> bool:
        """Whether they are alternatives."""

    @property
    def for_each(self) -> Mapping[str, str] | None:
        """A name, and the set or the list for each member of which they are repeated."""

    @property
    def when(self) -> Condition | None:
        """What must hold for them to be needed."""

    @property
    def role(self) -> str | None:
        """Who is to do them, if the procedure says it of all together."""

    @property
    def where(self) -> str | None:
        """Where they are done, if it is not where the rest is."""

    @property
    def warnings(self) -> Sequence[str]:
        """What to know before they are begun."""

    @property
    def links(self) -> Sequence[Link]:
        """Where to read more."""

    @property
    def answers(self) -> tuple[str, str] | None:
        """The question, by its step, and the option of it that leads here; None for others."""

    @property
    def fails(self) -> str | None:
        """The step whose failure opens them; None where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format(Generic[S]):
    """What a file may say of a kind of step. No part has a default: one left out is an error."""

    model: type[S]
    """The keys, and what may stand behind them."""
    key: str
    """The key by which a step is known to be of this kind; `do` marks what has no such key."""
    name: str
    """What an author calls it."""
    parts: tuple[Part, ...]
    """The mappings behind its keys."""
    filled: frozenset[Keys]
    """Where the bot puts in the values of the inputs."""
    typed: tuple[str, ...]
    """The keys of its commands, which a person types as they stand."""
    asks: tuple[Keys, ...]
    """Where it names a check."""
    check: Callable[[S], str | None]
    """The check that tells whether it has worked."""
    rules: Callable[[S, Path, Mapping[str, Check]], Iterator[Finding]]
    """What lint has to say of the step at a path, in a procedure with these checks."""
    mark: Callable[[S], Inline]
    """What stands behind its title when it is printed."""
    printed: Callable[[S, Paper], Iterator[Block]]
    """What is printed of it, between its warnings and its links; the steps in it follow those."""
    options: Callable[[S], Sequence[Option]]
    """The answers that it takes, if it is a question."""
    finds: Callable[[S], Sequence[str]]
    """The names of the values that it finds: conditions may use them."""
    captures: Callable[[S], Mapping[str, Capture]]
    """The values that whoever marks it done is asked for, by their names."""
    lists: tuple[Keys, ...]
    """Where the lists of steps in it are, by keys alone."""
    containers: Callable[[S], Sequence[tuple[Container, str]]]
    """What the steps in it stand in, each with what comes behind its number: `3` and `a` is 3a."""
    within: Callable[[S, Callable[[Any], Any]], S]
    """The same step with each step in it changed by a call."""
    approval: Callable[[S], Approval | None]
    """Whose agreement it needs before anyone takes it, or is there to ask for."""
    guards: bool
    """Whether it is there to ask: what comes after it waits until people have agreed."""
    scoped: Callable[[S, Scope], S]
    """The same step for one member: what it names and finds is that one's."""


def holds_none(step: AnyStep) -> Sequence[tuple[Container, str]]:
    """No steps stand in it."""
    return ()


def no_options(step: AnyStep) -> Sequence[Option]:
    """It is no question."""
    return ()


def finds_none(step: AnyStep) -> Sequence[str]:
    """It finds no value."""
    return ()


def captures_none(step: AnyStep) -> Mapping[str, Capture]:
    """Nobody is asked for a value."""
    return {}


def no_approval(step: AnyStep) -> Approval | None:
    """Nobody is asked whether they agree."""
    return None


def no_names(step: S, scope: Scope) -> S:
    """It names and finds nothing that could be a member's."""
    return step


def as_it_is(step: S, change: Callable[[Any], Any]) -> S:
    """No steps are in it that could change."""
    return step


def no_rules(step: AnyStep, path: Path, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """What the model says is all there is to say."""
    return iter(())
