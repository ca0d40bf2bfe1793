"""How people ask for something in words, in place of pressing its button.

What words mean is what a click means: something that is done, or a form that is opened. So rights,
refusals and the record know no difference.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from bot.core import ids
from bot.core.acting.intents import Do, Form, Show
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import is_mine
from bot.core.run.states import State

C = TypeVar("C")

Meant = Callable[[Run, Row | None, str, Person], Do[C] | Form | Show]
"""What the words mean for a run, a step of it and the words that followed; raises Refused."""
Which = Callable[[Run, Person], Sequence[Row] | None]
"""The steps that someone may mean who names none; None where the run is meant then."""
Runs = Literal["open", "closed", "any"]
"""Which runs of a channel can be meant where none is named."""


@dataclass(frozen=True, slots=True)
class InWords(Generic[C]):
    """Words for something that can be done with a run or a step.

    `said` are the words that may be typed, in small letters; answers offer the first. `after` shows
    what may follow in one's own words, as a line to copy has it; nothing, where nothing may. `runs`
    are those that can be meant. `step` finds the step where none is named, and is None where no
    step can be; `lacking` is said where it finds none. `control` is the button, by its label and
    verb, that opens the form where words cannot; None where no form is ever opened. `told` is the
    answer once it is done, with the step in the place of `{}`.
    """

    said: tuple[str, ...]
    after: str
    runs: Runs
    step: Which | None
    lacking: str
    means: Meant[C]
    control: tuple[str, str] | None
    told: str


# Which step is meant. ---------------------------------------------------------------------------


def in_hand(run: Run, by: Person) -> Sequence[Row]:
    """The steps that someone is on."""
    return [row for row in run.outline.in_state(State.TAKEN) if is_mine(row.step.holder, by)]


def none_else(run: Run, by: Person) -> Sequence[Row]:
    """It has to be named."""
    return ()


def or_the_run(run: Run, by: Person) -> None:
    """Where no step is named, it is about the run."""


# Someone who is named. --------------------------------------------------------------------------

SOMEONE = "to SOMEONE"
"""What follows a verb where it goes to a person."""
TOLD = "WORDS @SOMEONE by 2026-12-24"
"""What follows where it is one's own words, and a person may be named in them."""
_NAMED = re.compile(r"<@([^<>|]*)(?:\|([^<>]*))?>")
_BETWEEN = frozenset(
    [
        *("to", "over", "my", "shift", "it", "for", "now", "please", "pls", "thanks", "thank"),
        *("you", "i", "have", "mine", "runs", "steps", "roles", "and", "of", "the", "this"),
        *("that", "run"),
    ]
)
_NAME = 80
"""How much of a name is kept, in characters."""
_AROUND = ".,:;!?()- "


def named_in(words: str) -> tuple[Person | None, str]:
    """The one person whom *words* name, and what else they say that means something."""
    found = _NAMED.findall(words)
    rest = [one for one in _NAMED.sub(" ", words).split() if one.strip(_AROUND)]
    left = " ".join(one for one in rest if one.strip(_AROUND).casefold() not in _BETWEEN)
    if len(found) != 1 or not ids.is_person(found[0][0]):
        return None, left
    return Person(id=found[0][0], name=found[0][1][:_NAME] or None), left


# What is meant. ---------------------------------------------------------------------------------


def opens_in_words(name: str) -> Callable[[Run, Row | None, str, Person], Form]:
    """A form about the run, or about a step where one is meant, is opened."""

    def means(run: Run, row: Row | None, words: str, by: Person) -> Form:
        return Form(run.id, name, None if row is None else row.ref)

    return means


def does_in_words(command: Callable[[str, Person], C]) -> Meant[C]:
    """It is done at once, to a step."""

    def means(run: Run, row: Row | None, words: str, by: Person) -> Do[C]:
        return Do(run.id, command("" if row is None else row.ref, by))

    return means


def does_to_run_in_words(command: Callable[[Person], C]) -> Meant[C]:
    """It is done at once, to the run."""

    def means(run: Run, row: Row | None, words: str, by: Person) -> Do[C]:
        return Do(run.id, command(by))

    return means


def to_someone(name: str, command: Callable[[str, Person, Person], C]) -> Meant[C]:
    """It is done at once where the words name whom it goes to and say nothing else.

    Else the form *name* asks, with whom they name chosen in it.
    """

    def means(run: Run, row: Row | None, words: str, by: Person) -> Do[C] | Form:
        to, left = named_in(words)
        about = None if row is None else row.ref
        if to is None or left:
            return Form(run.id, name, about, given={} if to is None else {"to": to.id})
        return Do(run.id, command(about or "", by, to))

    return means
