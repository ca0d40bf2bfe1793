"""Looks at checks: that one was asked for, and what it showed.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from typing import Literal

from bot.core.person import Happened, Person
from bot.core.run.seen import Advance, Seen


class VerificationRequested(Happened):
    """Someone asked whether the system has recovered; the checks' requests follow."""

    kind: Literal["verification_requested"] = "verification_requested"
    v: Literal[1] = 1
    by: Person


class CheckRequested(Happened):
    """A check is to be looked at: for a step that was done, for a wait, or (in a batch) to verify.

    `request` is unique in the run; `once` is a closing's look, which does not poll.
    """

    kind: Literal["check_requested"] = "check_requested"
    v: Literal[1] = 1
    request: str
    check: str
    step: str | None = None
    batch: str | None = None
    wait: bool = False
    once: bool = False
    by: Person


class CheckObserved(Happened):
    """What a look at a check showed. Only a look that differs from the last is recorded.

    `final` ends the request; `reason` says why a red one ended it (`deadline`, `stalled`, …).
    """

    kind: Literal["check_observed"] = "check_observed"
    v: Literal[1] = 1
    request: str
    check: str
    green: bool
    final: bool
    reason: str | None = None
    seen: tuple[Seen, ...]
    advance: Advance | None = None
