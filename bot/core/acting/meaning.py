"""What a kind of fact means, to whoever must know: the run, the thread, the post-mortem.

The record has no defaults, so whoever adds a kind of fact is asked for each part of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from bot.core.acting.sealed import Fields
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import Offers

E = TypeVar("E", bound=e.Event)
F = TypeVar("F", bound=e.Event)


@dataclass(frozen=True, slots=True)
class Matters(Generic[E]):
    """What may have changed the system, so that a closing under way is broken off.

    `when` says whether this one did; `ages`, whether what checks showed before is old after it;
    `between`, how it is told as what came between a closing and its looks.
    """

    when: Callable[[E], bool]
    ages: bool
    between: Callable[[Run, E], str]


Message = Callable[[Run, Sequence[e.Fact], str], Picture]
"""Draws a message that is edited, from the run, all its facts, and the rest of its key."""


@dataclass(frozen=True, slots=True)
class Meaning(Generic[E]):
    """What a kind of fact means.

    `sealed`: how each of its fields is stored. `changes`: the run after it, but for its number and
    who appeared. `matters`: whether it may have changed the system. `touches`: the keys of the
    messages beside the board that it changes. `offers`: which messages have buttons after it.
    `opens`: whether the run is open after it; None if it stays as it was. `notice`: the message in
    the thread that tells of it, if one can; `messages`: those that it begins and that are edited,
    by the first part of their key. `sentence`: what was done to what is named. `who`: who did it;
    None for the bot by itself. `account`: what somebody wrote with it that may be long.
    `brings_looks`: whether the requests that follow it in one go are told with it.
    """

    fact: type[E]
    sealed: Fields
    changes: Callable[[Run, E, datetime], Run]
    matters: Matters[E] | None
    touches: Callable[[Run | None, E, int], Sequence[str]]
    offers: Callable[[Run, Offers, E, int], Offers]
    opens: bool | None
    notice: Callable[[Scene, E], Picture] | None
    messages: Mapping[str, Message]
    sentence: Callable[[Around, E, Inline], Inline]
    who: Callable[[E], e.Person | None]
    account: Callable[[E], str] | None
    brings_looks: bool


class Meanings(Generic[E]):
    """What facts mean; the type says which kinds are known, so that none can be forgotten."""

    def __init__(self, known: Mapping[type, Meaning[Any]]) -> None:
        self.known = known

    def plus(self, one: Meaning[F]) -> "Meanings[E | F]":
        """These and one more."""
        return Meanings({**self.known, one.fact: one})

    def __iter__(self) -> Iterator[Meaning[Any]]:
        return iter(self.known.values())

    def of(self, event: E) -> Meaning[Any]:
        """What a fact means."""
        return self.known[type(event)]


# What many have in common. ----------------------------------------------------------------------


class _ByPerson(Protocol):
    @property
    def by(self) -> e.Person: ...


def by_person(event: _ByPerson) -> e.Person:
    """A person did it."""
    return event.by


def by_the_bot(event: e.Event) -> None:
    """The bot did it by itself."""


def always(event: e.Event) -> bool:
    """Each of them did."""
    return True


def unchanged(run: Run, event: e.Event, at: datetime) -> Run:
    """The run is as it was."""
    return run


def no_message(run: Run | None, event: e.Event, number: int) -> Sequence[str]:
    """Only the board shows it."""
    return ()


def one_notice(run: Run | None, event: e.Event, number: int) -> Sequence[str]:
    """The thread is told of it."""
    return (f"notice/{number}",)


def all_stay(run: Run, offers: Offers, event: e.Event, number: int) -> Offers:
    """What has buttons keeps them."""
    return offers
