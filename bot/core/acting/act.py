"""The record of an act: a command, its rule, and how people ask for it.

It has no defaults, so whoever adds a command is asked for each part of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.core.acting.asking import Asking
from bot.core.acting.rights import Needs
from bot.core.run import events as e
from bot.core.run.model import Run

C = TypeVar("C")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Act(Generic[C]):
    """Something that a person, or the bot by itself, can do to a run.

    `rule` gives the facts that a command makes of a run at a time, possibly none; it raises
    Refused. `when_closed` says whether a closed run still listens to it. `needs` is the right that
    people need for it, None where everyone may. `asking` is None for what the bot does by itself.
    """

    command: type[C]
    rule: Callable[[Run, C, datetime], Sequence[e.Event]]
    when_closed: bool
    needs: Needs | None
    asking: Asking[C] | None


class Acts(Generic[C]):
    """Acts by their commands; the type says which are known, so that none can be forgotten.

    `askings` are how people ask for them, and for what only shows something, in the order in which
    *More…* lists it.
    """

    def __init__(self, known: Mapping[type, Act[Any]], askings: Sequence[Asking[Any]]) -> None:
        self.known = known
        self.askings = askings

    def plus(self, one: Act[D]) -> "Acts[C | D]":
        """These and one more."""
        askings = [*self.askings] if one.asking is None else [*self.askings, one.asking]
        return Acts({**self.known, one.command: one}, askings)

    def showing(self, one: Asking[Any]) -> "Acts[C]":
        """These, and something that opens a form without a command of its own."""
        return Acts(self.known, [*self.askings, one])

    def of(self, command: C) -> Act[Any]:
        """The act of a command."""
        return self.known[type(command)]
