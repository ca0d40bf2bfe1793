"""How one kind of step behaves in a run, as a record: a kind is known by all of its parts.

All of it is plain data and words, so that rules and views ask the same record: nothing here draws.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.kinds.controls import DONE, FAILED, Control
from bot.core.markup.model import Block, Listing, Paragraph
from bot.core.procedure import Leaf, commands
from bot.core.procedure.kinds.base import AnyLeaf
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.proof import Verdict
from bot.core.run.states import State

S = TypeVar("S", bound=AnyLeaf)
"""The model of a kind."""

SetsOff = Callable[[Run, S, e.Person, int], Sequence[e.Event]]
"""The facts that something done by a person sets off; the number says how many facts from now the
first of them will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[S]):
    """How a kind of step behaves. No part has a default: one that is left out is an error."""

    model: type[S]
    """What a file says of it."""

    # What it sets off.
    taken: SetsOff[S]
    """What taking it sets off."""
    done: SetsOff[S]
    """What marking it done sets off."""
    resumed: SetsOff[S]
    """What sets it going again while someone is on it, when a closed run is reopened."""
    checked_again: SetsOff[S]
    """What looks at its check again; nothing where it has none."""
    not_checked: Callable[[State], str | None]
    """Why its check cannot be looked at again in a state; None where it can be."""
    offers_check: AbstractSet[State]
    """The states in which looking at its check again is offered."""
    ended_by: Callable[[Run, S, e.CheckObserved], bool]
    """Whether a look ends it by itself, while someone is on it."""

    # What is seen of it.
    ends: Callable[[S], Sequence[Control]]
    """What ends it for whoever is on it; the first is what is hoped for."""
    stalled: Callable[[Row], bool]
    """Whether, while someone is on it, its check is to be looked at before anything else."""
    says: Callable[[Run, Row, S], Sequence[str]]
    """What it says beside what every step does, before what is expected; as mrkdwn."""
    verdict: Callable[[Run, Row, Verdict], str]
    """What the last look at its check comes to, behind its title; as mrkdwn."""

    # What is told of it afterwards.
    shown: Callable[[Run, S], Iterator[Block]]
    """What it showed to who took it, beside what every step does."""
    by_hand: tuple[str, str] | None
    """What it is called when a person marks it done that is to end by itself, and since when that
    was too early; None for what only people end."""


def nothing(run: Run, step: AnyLeaf, by: e.Person, ahead: int) -> Sequence[e.Event]:
    """It sets nothing off."""
    return ()


def by_people_only(run: Run, step: AnyLeaf, seen: e.CheckObserved) -> bool:
    """No look ends it by itself."""
    return False


def never_stalls(row: Row) -> bool:
    """Nothing has to be looked at before it goes on."""
    return False


def no_verdict(run: Run, row: Row, seen: Verdict) -> str:
    """It has no check, so nothing is said of one."""
    return ""


def commands_shown(run: Run, step: Leaf) -> Iterator[Block]:
    """The commands that it showed."""
    if typed := commands(step):
        yield Paragraph("Commands of the step, as they were shown:")
        yield Listing("\n".join(run.command(one, step.id) for one in typed))


def done_or_failed(step: AnyLeaf) -> Sequence[Control]:
    """It is done, or it failed."""
    return (DONE, FAILED)
