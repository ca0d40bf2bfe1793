"""Whether someone may do something: by the roles that a rule names, as far as it is known who.

Where no rule names a role, everyone may. Where it is not known who holds one, what cannot be taken
back is refused, and all else goes on: nobody stands before a closed door because Slack is slow.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from bot.core.person import AsRole, Person
from bot.core.procedure import Procedure, Right
from bot.core.procedure.paging import paging
from bot.core.procedure.whose import DOES
from bot.core.run.holding import Holding, Knows, as_role
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.run.rounds import referred
from bot.core.text import brief, counted, escape, lasted, mention

Needs = Right | Literal["take"]
"""What an act needs: a right; to `take` a step is to work on it, which asks more if it destroys."""

CERTAIN: frozenset[Needs] = frozenset({"approve", "erase", "export"})
"""What is refused where it is not known who holds the role."""

_NAMED = 5
"""How many people a refusal names."""
_WORDS = 150


def allowed(
    run: Run, needs: Needs | None, step: str | None, person: Person, knows: Knows
) -> AsRole | None:
    """In which role someone may do something to a run, or a step; None where no rule asks.

    Raises Refused.
    """
    if needs is None:
        return None
    placed = run.find(referred(step)[0]) if needs == "take" and step is not None else None
    certain = needs in CERTAIN or (placed is not None and placed.step.danger is not None)
    return as_role(may(run.procedure, needs, person, knows, certain=certain))


def may(
    procedure: Procedure, needs: Needs, person: Person, knows: Knows, *, certain: bool
) -> Holding:
    """Whether someone may do something; raises Refused where not.

    *certain* says that it must be known that they hold a role.
    """
    right: Right = "work" if needs == "take" else needs
    roles = knows.kept(procedure, right)
    held = knows.any_of(procedure, roles, person.id)
    if held.holds or (held.holds is None and not certain):
        return held
    raise Refused(refusal(procedure, right, roles, knows))


def refusal(procedure: Procedure, right: Right, roles: Sequence[str], knows: Knows) -> str:
    """Why someone may not, in words: which role, who holds it, and whom to ask."""
    names = " or ".join(named(procedure, role) for role in roles)
    told = [held_by(procedure, role, knows) for role in roles]
    head = f"Nothing was recorded: only {names} may {DOES[right]}."
    anyone = any(knows.people(procedure, r) or knows.members(procedure, r).people for r in roles)
    return " ".join([head, *told, ask(procedure, them=anyone)])


def named(procedure: Procedure, role: str) -> str:
    """A role, with what the procedure says of it."""
    known = procedure.roles.get(role)
    return f"*{role}*" + (f" ({brief(known.description, _WORDS)})" if known else "")


def held_by(procedure: Procedure, role: str, knows: Knows) -> str:
    """Who holds a role, as far as that is known, and how old it is; whole sentences."""
    listed, group = knows.people(procedure, role), knows.group(procedure, role)
    if group is None:
        if not listed:
            return (
                f"Nobody is named for *{role}*: the procedure or the bot's configuration must "
                "give it people or a user group."
            )
        return f"Known as {role}: {_people(listed)}."
    told, handle = knows.members(procedure, role), f"user group `{escape(group)}`"
    everyone = tuple(dict.fromkeys((*listed, *sorted(told.people))))
    if told.fresh:
        ago = lasted(timedelta(seconds=told.age))
        return f"Known as {role}: {_people(everyone)} ({handle}, {ago} ago)."
    beside = f" On the list beside it: {_people(listed)}." if listed else ""
    trouble = f" ({escape(told.trouble)})" if told.trouble else ""
    if told.age < 0:
        return f"Slack has not told yet who is in the {handle}{trouble}.{beside}"
    ago = lasted(timedelta(seconds=told.age))
    was = f"then it was {_people(sorted(told.people))}"
    last = f"Slack last told {ago} ago{trouble}, {was}"
    return f"It is not known who is in the {handle} now: {last}.{beside}"


def _people(ids: Sequence[str]) -> str:
    if not ids:
        return "nobody"
    shown = ", ".join(mention(Person(id=one)) for one in ids[:_NAMED])
    left = len(ids) - _NAMED
    return f"{shown} and {counted(left, 'other')}" if left > 0 else shown


def ask(procedure: Procedure, *, them: bool = True) -> str:
    """Whom to ask: *them* who were just named, and who looks after the procedure."""
    of, first = procedure.owner, "Ask one of them, or" if them else "Ask"
    if of is None:
        return f"{first} the people who run this bot."
    where = f" in {escape(of.slack)}" if of.slack else ""
    page = f" {paging(of).rstrip('.')}." if of.page else ""
    return f"{first} its owner, {brief(of.team, _WORDS)}{where}.{page}"
