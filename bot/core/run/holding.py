"""Who holds which role, as far as it is known: what the lists say, and what Slack last told.

A rule that needs it is given it with its command: one that has a field `knows` finds there what is
known as it is decided (`bot.core.engine.decide`). Nothing here asks Slack.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.core.person import AsRole
from bot.core.procedure import Held, Procedure, Right, Who
from bot.core.procedure.roles import EVERYONE

FRESH = 60 * 60
"""Seconds for which what Slack told of a user group is gone by."""
NEVER = -1
"""The age of what Slack was never asked, or did not answer."""

Source = Literal["list", "group", "unnamed"]


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether someone holds a role: `holds` is None where it is not known.

    `source` is what answered: a static list, a user group, or that nothing names anyone
    (`unnamed`). Then anyone will do, where no role was asked for; a role that was asked for, and
    for which nobody is named, is not known to be held. `age` is how many seconds ago Slack was
    asked: 0 for a list, NEVER where it has not answered yet.
    """

    role: str
    holds: bool | None
    source: Source
    age: int


@dataclass(frozen=True, slots=True)
class Members:
    """A user group, as Slack last told: who was in it, and how many seconds ago that was.

    `id` is the group's; `trouble` is why Slack does not tell, in words, where it does not.
    """

    people: frozenset[str] = frozenset()
    age: int = NEVER
    id: str | None = None
    trouble: str = ""

    @property
    def fresh(self) -> bool:
        """Whether it can be gone by."""
        return NEVER < self.age <= FRESH


UNTOLD = Members()
"""A group of which Slack has told nothing."""


@dataclass(frozen=True, slots=True)
class Knows:
    """What is known of roles beside what a procedure says itself.

    `held` are the roles of the bot's configuration, `who` is its rule for procedures that have
    none, and `groups` are the user groups by the names that roles give them.
    """

    held: Mapping[str, Held] = field(default_factory=dict)
    who: Who = EVERYONE
    groups: Mapping[str, Members] = field(default_factory=dict)

    def kept(self, procedure: Procedure, right: Right) -> tuple[str, ...]:
        """The roles whose holders alone have a right; none where everyone has it."""
        own = procedure.who.of(right) if procedure.who else ()
        return own or self.who.of(right)

    def people(self, procedure: Procedure, role: str) -> tuple[str, ...]:
        """Those whom a list names for a role: the procedure's, and the configuration's."""
        found = dict.fromkeys(one for part in self._said(procedure, role) for one in part.people)
        return tuple(found)

    def group(self, procedure: Procedure, role: str) -> str | None:
        """The user group of a role; the configuration's counts where both name one."""
        named = (part.slack_group for part in self._said(procedure, role))
        return next((group_name(one) for one in named if one is not None), None)

    def named(self, procedure: Procedure, role: str) -> bool:
        """Whether a list or a group says who holds a role."""
        people, group = self.people(procedure, role), self.group(procedure, role)
        return bool(people) or group is not None

    def members(self, procedure: Procedure, role: str) -> Members:
        """The user group of a role, as far as Slack told of it."""
        name = self.group(procedure, role)
        return UNTOLD if name is None else self.groups.get(name, UNTOLD)

    def _said(self, procedure: Procedure, role: str) -> Iterator[Held]:
        for roles in (self.held, procedure.roles):
            if (known := roles.get(role)) is not None:
                yield known

    def holding(self, procedure: Procedure, role: str | None, person: str) -> Holding:
        """Whether the person with this id holds a role; anyone does where none is asked for."""
        if role is None:
            return Holding("", holds=True, source="unnamed", age=0)
        listed = self.people(procedure, role)
        if person in listed:
            return Holding(role, holds=True, source="list", age=0)
        if self.group(procedure, role) is None:
            return Holding(role, False if listed else None, "list" if listed else "unnamed", 0)
        told = self.members(procedure, role)
        return Holding(role, person in told.people if told.fresh else None, "group", told.age)

    def any_of(self, procedure: Procedure, roles: tuple[str, ...], person: str) -> Holding:
        """The same for several roles of which one will do: the one that counts, else the first."""
        if not roles:
            return self.holding(procedure, None, person)
        found = [self.holding(procedure, role, person) for role in roles]
        known = [one for one in found if one.holds]
        unknown = [one for one in found if one.holds is None]
        return (known or unknown or found)[0]

    def sees(self, procedure: Procedure, person: str) -> bool:
        """Whether someone may know that a procedure is there: a private one is for whom it names.

        Where it is not known whether they hold a role of it, they do not see it.
        """
        if not procedure.private:
            return True
        named = procedure.who.roles if procedure.who else frozenset()
        return any(self.holding(procedure, role, person).holds for role in named)


NOTHING_KNOWN = Knows()
"""Nothing but what a procedure says itself."""


def group_name(written: str) -> str:
    """A user group as it is looked for: a handle is the same with its sign and without."""
    return written.removeprefix("@")


def as_role(holding: Holding) -> AsRole | None:
    """What is recorded of the role that let something count; None where none was asked for."""
    if not holding.holds or holding.source == "unnamed":
        return None
    return AsRole(role=holding.role, source=holding.source, age=max(0, holding.age))
