"""Approvals as facts: someone asks, others say yes or no, and what ends a request.

They belong to the union in `bot.core.run.events`. A vote names its request by that entry's number.
"""

from datetime import datetime
from typing import Literal

from bot.core.person import Person
from bot.core.run.course import OfRound

Because = Literal["corrected", "undone", "again", "skipped", "taken_back", "asked", "closed"]
"""Why a request is void: what it shows was changed, its step was undone, is done again or was left
out, who asked took it back, it was asked for once more, or the run was closed."""


class ApprovalRequested(OfRound):
    """Someone asks others to approve a step: `min` of them, of a `role`, `until` a time.

    `commands`, and what the steps say (`says`), are what they are asked to agree to, with the
    values of the run. `despite` are the entries of votes against earlier requests for the step,
    which stand. `groups` are the user groups, by their ids, and `calls` the people that it calls,
    beside so many `others`.
    """

    kind: Literal["approval_requested"] = "approval_requested"
    v: Literal[1] = 1
    step: str
    by: Person
    min: int
    role: str | None = None
    until: datetime | None = None
    commands: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    despite: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    others: int = 0


class ApprovalVoted(OfRound):
    """Someone approves what the `request` shows, or declines it, and why."""

    kind: Literal["approval_voted"] = "approval_voted"
    v: Literal[1] = 1
    step: str
    by: Person
    request: int
    approves: bool
    reason: str | None = None


class ApprovalVoteWithdrawn(OfRound):
    """Someone took their vote back."""

    kind: Literal["approval_vote_withdrawn"] = "approval_vote_withdrawn"
    v: Literal[1] = 1
    step: str
    by: Person
    request: int


class ApprovalVoided(OfRound):
    """A request counts no more, and no vote on it; `by` is who did what made it void."""

    kind: Literal["approval_voided"] = "approval_voided"
    v: Literal[1] = 1
    step: str
    by: Person | None = None
    request: int
    because: Because


class ApprovalLapsed(OfRound):
    """Too few had approved when the time of a request was over; the bot's own."""

    kind: Literal["approval_lapsed"] = "approval_lapsed"
    v: Literal[1] = 1
    step: str
    request: int


class StepApproved(OfRound):
    """As many have approved as were asked for, which ends a step that only asks; `by` was last."""

    kind: Literal["step_approved"] = "step_approved"
    v: Literal[1] = 1
    step: str
    by: Person
    request: int
