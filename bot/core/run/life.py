"""A step of a run, as it is known: where it is in its life, and who brought it there."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.run import events as e
from bot.core.run.states import State


@dataclass(frozen=True, slots=True)
class Step:
    """A step of this run; `handed` are who had it before it was handed over, and by whom it was."""

    state: State = State.OPEN
    holder: e.Person | None = None
    taken_at: datetime | None = None
    ended_by: e.Person | None = None
    ended_at: datetime | None = None
    words: str | None = None
    notes: tuple[tuple[e.Person, str], ...] = ()
    on_check: bool = False
    handed: tuple[e.Person, e.Person] | None = None
