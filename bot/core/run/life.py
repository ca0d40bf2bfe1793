"""A step of a run, as it is known: where it is in its life, and who brought it there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.run import events as e
from bot.core.run.calling import Call
from bot.core.run.evidence import Evidence
from bot.core.run.states import State


@dataclass(frozen=True, slots=True)
class Step:
    """A step of this run, in its present round.

    `begun` is when someone took it, whoever has it since; `timed` is since when its time-out
    counts, `late` when that passed, and `reminded` who was reminded. `over` says that the time of
    a wait is. `handed` are who had it before it was handed over, and by whom it was; `answer` is
    the option that was chosen, if it is a question, and `ended_by` who chose it. `reopened` is who
    began the round, and when, if it is not the first. `values` are those of the run when it was
    done, kept once one that it uses is another. `evidence` is what was shown for it, by entries.
    `call` says that the owner of the procedure is told that it failed, `failing` that it failed in
    this round, and that nobody has brought it to another end: it may be tried again.
    """

    state: State = State.OPEN
    holder: e.Person | None = None
    taken_at: datetime | None = None
    ended_by: e.Person | None = None
    ended_at: datetime | None = None
    words: str | None = None
    notes: tuple[tuple[e.Person, str], ...] = ()
    on_check: bool = False
    begun: datetime | None = None
    timed: datetime | None = None
    late: datetime | None = None
    reminded: tuple[str, ...] = ()
    over: bool = False
    handed: tuple[e.Person, e.Person] | None = None
    round: int = 1
    answer: str | None = None
    values: Mapping[str, str] | None = None
    reopened: tuple[e.Person, datetime] | None = None
    evidence: tuple[Evidence, ...] = ()
    failing: bool = False
    call: Call | None = None

    def opened(self) -> "Step":
        """The step as it is when nobody is on it: what people noted about it stays."""
        return Step(notes=self.notes, round=self.round, reopened=self.reopened)

    def again(self, by: e.Person, at: datetime) -> "Step":
        """The step, open in another round."""
        return Step(notes=self.notes, round=self.round + 1, reopened=(by, at))
