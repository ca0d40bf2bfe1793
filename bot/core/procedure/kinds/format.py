"""What a file may say of one kind of step, as a record: a kind is known by all of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.markup.model import Block, Inline
from bot.core.procedure.checks import Check
from bot.core.procedure.fields import Model
from bot.core.procedure.finding import Finding, Path
from bot.core.procedure.kinds.base import AnyStep, Keys
from bot.core.procedure.kinds.paper import Paper

S = TypeVar("S", bound=AnyStep)
"""The model of a kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """A mapping behind a key of a step: its model, and what an author calls it."""

    key: str
    model: type[Model]
    name: str


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


def no_rules(step: AnyStep, path: Path, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """What the model says is all there is to say."""
    return iter(())
