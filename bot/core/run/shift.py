"""Facts of who leads and who goes: roles in a run, and a hand-off of all that someone has.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core.person import Happened, Person

ANSWER_WITHIN = timedelta(minutes=10)
"""How long a hand-off waits for an answer."""

COMMANDER, OPERATOR = "commander", "operator"
OF_EVERY_RUN: Mapping[str, str] = {
    COMMANDER: "Leads: decides, and keeps the others informed.",
    OPERATOR: "Types the commands.",
}
"""Roles that every run has, beside those of its procedure."""


class RoleAssigned(Happened):
    """Someone has a role in the run from now on; nobody, where there is no `to`.

    `handoff` is the entry of the hand-off that it came with.
    """

    kind: Literal["role_assigned"] = "role_assigned"
    v: Literal[1] = 1
    role: str
    by: Person
    to: Person | None = None
    handoff: int | None = None


class HandoffOffered(Happened):
    """Someone wants to hand all that they have in the run to `whom`, who answers `until` then.

    Who is asked has no part in the run by that. Where all that someone has in several runs is to
    change hands, one message asks for all: `others` are the runs that this one's message asks for
    as well, and `within` is the run whose message asks for this one.
    """

    kind: Literal["handoff_offered"] = "handoff_offered"
    v: Literal[1] = 1
    by: Person
    whom: Person
    until: datetime
    others: tuple[str, ...] = ()
    within: str | None = None


class HandoffAccepted(Happened):
    """The other has it from now on, but for the steps and roles that they may not have.

    Those are `kept` and `kept_roles`; `request` is the entry that offered it.
    """

    kind: Literal["handoff_accepted"] = "handoff_accepted"
    v: Literal[1] = 1
    by: Person
    request: int
    kept: tuple[str, ...] = ()
    kept_roles: tuple[str, ...] = ()


class HandoffDeclined(Happened):
    """The other does not take it, and may say why."""

    kind: Literal["handoff_declined"] = "handoff_declined"
    v: Literal[1] = 1
    by: Person
    request: int
    reason: str | None = None


class HandoffTakenBack(Happened):
    """Who offered it does not want to hand it off any more, or asked somebody else."""

    kind: Literal["handoff_taken_back"] = "handoff_taken_back"
    v: Literal[1] = 1
    by: Person
    request: int


class HandoffLapsed(Happened):
    """Nobody answered in time; `role` is that of what was to be handed off, `group` its group."""

    kind: Literal["handoff_lapsed"] = "handoff_lapsed"
    v: Literal[1] = 1
    request: int
    role: str | None = None
    group: str | None = None


class HandoffEndedElsewhere(Happened):
    """In another run a hand-off is over that the message of entry `request` asks for as well."""

    kind: Literal["handoff_ended_elsewhere"] = "handoff_ended_elsewhere"
    v: Literal[1] = 1
    request: int
    other: str


OfShift = (
    RoleAssigned
    | HandoffOffered
    | HandoffAccepted
    | HandoffDeclined
    | HandoffTakenBack
    | HandoffLapsed
    | HandoffEndedElsewhere
)
"""Who leads, and who goes."""


Over = HandoffAccepted | HandoffDeclined | HandoffTakenBack | HandoffLapsed
"""How a hand-off ends."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A hand-off that waits for an answer; `number` is the entry that offered it.

    `others` are the runs that its message asks for as well, `within` the one whose message does.
    """

    number: int
    by: Person
    to: Person
    until: datetime
    others: tuple[str, ...] = ()
    within: str | None = None


@dataclass(frozen=True, slots=True)
class ToTell:
    """A hand-off that is over, of which the run whose message asked for it, `run`, is to hear."""

    run: str
    at: datetime
