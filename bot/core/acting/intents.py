"""What a click or a form means: do something, open a form, show the procedure, start a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.core import ids
from bot.core.checks.values import clean
from bot.core.run.events import Person
from bot.core.run.rooms import Wanted

C = TypeVar("C")

_WANTED: Mapping[object, Wanted] = {"public": "public", "private": "private"}


@dataclass(frozen=True, slots=True)
class Do(Generic[C]):
    """Do this to this run."""

    run: str
    command: C


@dataclass(frozen=True, slots=True)
class Form:
    """Open a form about a run, a step, or a line; `name` is that of a question of an act.

    `turned` shows it in the place of the form in which it was asked for. `given` are the people
    who are chosen already, by field.
    """

    run: str
    name: str
    step: str | None = None
    turned: bool = False
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Show:
    """Open the whole procedure of a run, at a step or at the nth step."""

    run: str
    step: str | None = None
    first: int = 0
    turned: bool = False


@dataclass(frozen=True, slots=True)
class LookFor:
    """Look for procedures by these words, in one's Home."""

    words: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose the run into whose timeline a message goes."""

    channel: str
    ts: str


OTHERS = ("instead", "beside", "led_from", "led_step", "alert")
"""What a start says of other runs, and of an alert, that it has to do with."""
ROOM = "room"
"""Where it says which kind of channel the run is to have of its own."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a procedure; `another` even when the channel has an open run of it.

    `ask` opens the form even when nothing is missing: what would be taken is seen first. `instead`
    is a run that was started with wrong values, which is closed then. `beside` is the open run
    that whoever wants another knows of; None where it is not known. `led_from` is a run of which a
    step, `led_step`, leads to it. `drill` says that it is an exercise, `chosen` that the channel
    was chosen in a form, `room` which kind of channel the run is to have of its own. `alert` is the
    episode of alerts from whose message it is started.
    """

    procedure: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    another: bool = False
    channel: str | None = None
    ask: bool = False
    instead: str | None = None
    beside: str | None = None
    led_from: str | None = None
    led_step: str | None = None
    drill: bool = False
    chosen: bool = False
    room: Wanted | None = None
    alert: str | None = None

    def knows(self, found: str) -> bool:
        """Whether another one is wanted although this run is open."""
        return self.another and self.beside in (None, found)

    @property
    def carried(self) -> Mapping[str, str]:
        """What buttons and forms carry: of other runs and the alert, and its channel."""
        told = {name: getattr(self, name) for name in (*OTHERS, ROOM)}
        return {name: value for name, value in told.items() if value is not None}


class Odd(ValueError):
    """Something in a payload is not as the bot writes it; the message has no word of anybody's."""


def text(value: Any) -> str:
    """A text of a payload; raises Odd."""
    if not isinstance(value, str):
        raise Odd("not a text")
    # JSON within a text of the payload may still spell half a character.
    return clean(value)


def wanted(value: Any) -> Wanted | None:
    """Which kind of channel a button or a form carries, if it does."""
    return _WANTED.get(value) if isinstance(value, str) else None


def someone(value: Any) -> Person:
    """A person whom a form names; raises Odd."""
    if not ids.is_person(text(value)):
        raise Odd("not the id of a person")
    return Person(id=value)
