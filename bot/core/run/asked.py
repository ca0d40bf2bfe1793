"""A request for approval as it stands: who asked, who voted, and whether that is enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.person import AsRole, Person


@dataclass(frozen=True, slots=True)
class Vote:
    """What someone said to a request, in which role if one was asked for, and why.

    `entry` is the number of the fact that says so.
    """

    by: Person
    at: datetime
    approves: bool
    reason: str | None = None
    role: AsRole | None = None
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Declined:
    """A vote against a request that is over: it stands until they vote again, or take it back.

    `request` is the number of that request's entry, `asker` who made it, and `commands` and `words`
    are what it was about.
    """

    vote: Vote
    request: int
    asker: Person
    commands: Sequence[str]
    words: Sequence[str]

    def is_of(self, commands: Sequence[str], words: Sequence[str]) -> bool:
        """Whether it was about exactly these texts."""
        return (tuple(self.commands), tuple(self.words)) == (tuple(commands), tuple(words))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that counts; `number` is that of its entry, `votes` are by person.

    `lapsed` says that its time was over before enough had approved. `earlier` are the votes against
    earlier requests in spite of which it was made.
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
    earlier: Sequence[Declined] = ()

    @property
    def askers(self) -> Mapping[str, Person]:
        """Who asked for it, by id: now, and before where exactly this was declined."""
        before = (one.asker for one in self.earlier if one.is_of(self.commands, self.words))
        return {one.id: one for one in (self.by, *before)}

    @property
    def declined(self) -> Sequence[Declined]:
        """The votes against it, as they stand when it is over."""
        return [
            Declined(one, self.number, self.by, self.commands, self.words) for one in self.against
        ]

    @property
    def approvals(self) -> Sequence[Vote]:
        """Who approves: never whoever asked."""
        askers = self.askers
        return [one for key, one in self.votes.items() if one.approves and key not in askers]

    @property
    def against(self) -> Sequence[Vote]:
        """Who declined: while one does, it is not approved."""
        return [one for one in self.votes.values() if not one.approves]

    @property
    def is_approved(self) -> bool:
        """Whether as many approved in time as were asked for, and nobody declined."""
        return not (self.lapsed or self.against) and len(self.approvals) >= self.min

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


Standing = Mapping[str, Sequence[Declined]]
"""The votes against requests that are over and still stand, by step: one of a person at most."""


def when_over(standing: Standing, step: str, asked: Asked) -> Standing:
    """What stands once a request is over: its votes against it, in the place of earlier ones."""
    if not (fresh := asked.declined):
        return standing
    again = {one.vote.by.id for one in fresh}
    kept = [one for one in standing.get(step, ()) if one.vote.by.id not in again]
    return {**standing, step: (*kept, *fresh)}


def without(standing: Standing, step: str, person: str) -> Standing:
    """What stands once someone has voted again, or taken theirs back."""
    if step not in standing:
        return standing
    kept = tuple(one for one in standing[step] if one.vote.by.id != person)
    return {**standing, step: kept}
