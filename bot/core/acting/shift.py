"""What someone has in a run: the steps that they are on, and their roles."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.acting.intents import Odd
from bot.core.acting.messages import TO_ONE
from bot.core.person import Person
from bot.core.procedure import Procedure
from bot.core.run.holding import Knows
from bot.core.run.model import Run
from bot.core.run.offers import Offers, without
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused
from bot.core.run.shift import OF_EVERY_RUN, Handoff, HandoffLapsed, Over, ToTell
from bot.core.run.states import State
from bot.core.run.timing import role_of
from bot.core.text import escape

_DIGITS = 9
"""How long the number of an entry can be: no run has so many."""
SHOWN = 12
"""How many steps a message names by their numbers."""


def steps_of(run: Run, person: Person) -> Sequence[Row]:
    """The steps that someone is on."""
    return [
        row
        for row in run.outline.in_state(State.TAKEN)
        if row.step.holder is not None and row.step.holder.id == person.id
    ]


def roles_of(run: Run, person: Person) -> Sequence[str]:
    """The roles that someone has in a run."""
    return [role for role, who in run.cast.items() if who.id == person.id]


def said(rows: Sequence[Row], roles: Sequence[str]) -> str:
    """Steps and roles in words: `steps 3, 5 and the role commander`; nothing for none."""
    numbers = [row.number for row in rows]
    shown = ", ".join(numbers[:SHOWN])
    left = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    told = [f"{'step' if len(numbers) == 1 else 'steps'} {shown}{left}"] if numbers else []
    if roles:
        names = ", ".join(escape(role) for role in roles)
        told.append(f"the {'role' if len(roles) == 1 else 'roles'} {names}")
    return " and ".join(told)


def unanswered(run: Run, number: str, knows: Knows) -> Sequence[HandoffLapsed]:
    """A hand-off that nobody answered in time; nothing, when it is over by now.

    The role of what was to be handed off hears of it, by its user group if it has one.
    """
    asked = run.handoffs.get(int(number))
    if asked is None or run.closed is not None:
        return ()
    named = (role_of(run, row.leaf) for row in steps_of(run, asked.by))
    role = next((one for one in named if one is not None), None)
    said: dict[str, str] = {} if role is None else {"role": role}
    group = None if role is None else knows.members(run.procedure, role).id
    said |= {} if group is None else {"group": group}
    return (HandoffLapsed.model_validate({"request": asked.number, **said}),)


def waiting(run: Run, number: int) -> Handoff:
    """A hand-off that waits for an answer; raises Refused."""
    asked = run.handoffs.get(number)
    if asked is None:
        raise Refused(
            "Nothing was recorded: that hand-off is over; the thread says how it ended. *More…* "
            "on the board begins another."
        )
    return asked


def numbered(rest: str) -> int:
    """The entry that a button names; raises Odd."""
    if not rest.isdecimal() or len(rest) > _DIGITS:
        raise Odd("not the number of an entry")
    return int(rest)


def over(run: Run, event: Over, at: datetime) -> Run:
    """The run when a hand-off has ended."""
    return without_handoffs(run, [event.request], at)


def without_handoffs(run: Run, numbers: Collection[int], at: datetime) -> Run:
    """The run when some hand-offs have ended; another run that asked for them is to hear of it."""
    left = {n: one for n, one in run.handoffs.items() if n not in numbers}
    ended = {
        n: ToTell(one.within, at)
        for n, one in run.handoffs.items()
        if n in numbers and one.within is not None
    }
    return replace(run, handoffs=left, to_tell={**run.to_tell, **ended})


def asked_in(run: Run | None, request: int) -> Sequence[str]:
    """The messages that asked for a hand-off: in the thread, and perhaps to who was asked alone."""
    together = run is not None and request in run.together
    return (f"notice/{request}", *([f"{TO_ONE}{request}"] if together else []))


def both(run: Run | None, event: Over, number: int) -> Sequence[str]:
    """The messages that asked, which lose their buttons, and one that tells of the end."""
    return (*asked_in(run, event.request), f"notice/{number}")


def without_buttons(run: Run, offers: Offers, event: Over, number: int) -> Offers:
    """What has buttons still when a hand-off has ended."""
    return without(offers, f"handoff/{event.request}")


def roles(procedure: Procedure) -> Sequence[str]:
    """The roles that can be assigned in a run of a procedure."""
    return [*OF_EVERY_RUN, *(role for role in procedure.roles if role not in OF_EVERY_RUN)]
