"""The baseline: what a line of the verification showed when the run began, as evidence alone.

It decides nothing: no line is green by it, no step is in doubt, and nothing waits for it. It is
what a later look is shown beside, and compared with by `same_as: start`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.person import Happened
from bot.core.procedure import Procedure
from bot.core.run.looked import CheckObserved
from bot.core.run.seen import Seen

AT_START = "start "
"""How the id of a look at the start begins; the check follows."""


class BaselineSeen(Happened):
    """What a check of the verification showed at the start of the run."""

    kind: Literal["baseline_seen"] = "baseline_seen"
    v: Literal[1] = 1
    check: str
    green: bool
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The look at the start, and when it was made."""

    at: datetime
    seen: BaselineSeen

    @property
    def observed(self) -> CheckObserved:
        """The same as a look like any other, for whoever tells what looks showed."""
        one = self.seen
        return CheckObserved(
            request=f"{AT_START}{one.check}",
            check=one.check,
            green=one.green,
            final=True,
            seen=one.seen,
        )


def awaited(procedure: Procedure, known: Mapping[str, Baseline]) -> Mapping[str, str]:
    """The looks at the start that are still to be made: the id of each -> its check."""
    return {f"{AT_START}{check}": check for check in procedure.baselines() if check not in known}
