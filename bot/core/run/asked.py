"""A request for approval as it stands: who asked, who voted, and whether that is enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.person import AsRole, Person


@dataclass(frozen=True, slots=True)
class Vote:
    """What someone said to a request, in which role if one was asked for, and why."""

    by: Person
    at: datetime
    approves: bool
    reason: str | None = None
    role: AsRole | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that counts; `number` is that of its entry, `votes` are by person.

    `lapsed` says that its time was over before enough had approved.
    """

    number: int
    by: Person
    at: datetime
    round: int
    min: int
    role: str | None
    until: datetime | None
    commands: Sequence[str]
    words: Sequence[str]
    votes: Mapping[str, Vote] = field(default_factory=dict)
    lapsed: bool = False

    @property
    def approvals(self) -> Sequence[Vote]:
        """Who approves: never whoever asked."""
        return [one for key, one in self.votes.items() if one.approves and key != self.by.id]

    @property
    def against(self) -> Sequence[Vote]:
        """Who declined: while one does, it is not approved."""
        return [one for one in self.votes.values() if not one.approves]

    @property
    def is_approved(self) -> bool:
        """Whether as many approve as were asked for, and nobody declined."""
        return not self.against and len(self.approvals) >= self.min

    @property
    def waits(self) -> bool:
        """Whether votes can still bring it about."""
        return not (self.lapsed or self.against or self.is_approved)

    def is_needed(self, person: str) -> bool:
        """Whether it would not be approved without the vote of one person."""
        others = sum(one.by.id != person for one in self.approvals)
        return others < self.min and person in self.votes

    def is_late(self, at: datetime) -> bool:
        """Whether its time is over, whoever has said so."""
        return self.lapsed or (self.until is not None and at > self.until)
