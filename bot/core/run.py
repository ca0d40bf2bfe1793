"""A run, as it is folded from its facts: what is known, never what should happen next.

`bot.core.fold` folds it. The life of a step stands in `bot.core.states`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core import events as e
from bot.core.life import Step
from bot.core.overview import Overview, overview
from bot.core.procedure import Group, Placed, Procedure, Wait
from bot.core.procedure import Step as ProcedureStep
from bot.core.proof import Closing, Item, Proof, Request, Verdict
from bot.core.showing import Showing
from bot.core.states import TRANSITIONS, State
from bot.core.template import fill

__all__ = ["TRANSITIONS", "Closed", "Reopened", "Run", "State", "Step"]


@dataclass(frozen=True, slots=True)
class Closed:
    """How and when the run was closed; `again` is the run in its place, at `again_at`.

    `mistake` is why it should not have been started, if it was closed for that.
    """

    by: e.Person
    at: datetime
    reasons: Mapping[str, str]
    mistake: str | None = None
    again: str | None = None
    again_at: str | None = None

    @property
    def recovered(self) -> bool:
        """Whether it was closed because the system had recovered."""
        return self.mistake is None and not self.reasons


@dataclass(frozen=True, slots=True)
class Reopened:
    """Who had the run go on after it was closed, when and why."""

    by: e.Person
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """All that is known of a run after its first `seq` facts; `head` is the last one's hash.

    `reasons` are those that were given when it was last tried to close it, and it stayed open;
    `offers` are the messages in its thread that have buttons: what about -> the entry's number.
    """

    id: str
    seq: int
    head: str
    procedure: Procedure
    inputs: Mapping[str, str]
    channel: str
    started_by: e.Person
    started_at: datetime
    placed: tuple[Placed, ...]
    steps: Mapping[str, Step]
    pending: Mapping[str, Request] = field(default_factory=dict)
    proof: Proof = field(default_factory=Proof)
    notes: tuple[tuple[e.Person, str], ...] = ()
    people: Mapping[str, e.Person] = field(default_factory=dict)
    closing: Closing | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, int] = field(default_factory=dict)
    closed: Closed | None = None
    instead_of: str | None = None
    instead_at: str | None = None
    reopened: Reopened | None = None
    _seen: Overview | None = field(default=None, init=False, repr=False, compare=False)
    showing: Showing = field(default_factory=Showing)

    def words(self, text: str) -> str:
        """Put the run's inputs into a text of its procedure."""
        return fill(text, self.inputs)

    def find(self, step_id: str) -> Placed | None:
        """The step with this id, as it stands in the procedure."""
        return self._overview.places.get(step_id)

    @property
    def _overview(self) -> Overview:
        seen = self._seen
        if seen is None:
            begun = {k for k, s in self.steps.items() if s.state in (State.TAKEN, State.DONE)}
            seen = overview(self.placed, begun, self.pending.values())
            object.__setattr__(self, "_seen", seen)
        return seen

    @property
    def title(self) -> str:
        return self.words(self.procedure.title)

    def ruled_out(self, placed: Placed) -> bool:
        """Whether another alternative of a `one_of` group around this step was chosen.

        An alternative is chosen while a step of it is taken or done; when it is given back,
        skipped or fails, the others are open again. One that failed is ruled out too, once
        another is chosen: it must not be tried again beside it.
        """
        if self.steps[placed.step.id].state not in (State.OPEN, State.FAILED):
            return False
        return self._overview.passed_by(placed)

    def next_steps(self) -> tuple[Placed, ...]:
        """The open steps whose turn it is: one, or one of each branch where order is free."""
        return tuple(self._turn(self.procedure.steps, loose=False))

    def _turn(self, steps: Iterable[ProcedureStep], *, loose: bool) -> list[Placed]:
        found: list[Placed] = []
        for step in steps:
            if isinstance(step, Group):
                found += self._turn(step.steps, loose=step.any_order or step.one_of)
            elif self._waits(placed := self._overview.places[step.id]):
                found.append(placed)
            if found and not loose:
                break
        return found

    def _waits(self, placed: Placed) -> bool:
        return self.steps[placed.step.id].state is State.OPEN and not self.ruled_out(placed)

    @property
    def finished(self) -> int:
        """How many steps are finished: done or skipped, or not needed any more."""
        return sum(
            self.steps[p.step.id].state in (State.DONE, State.SKIPPED) or self.ruled_out(p)
            for p in self.placed
        )

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The last look at each check."""
        return self.proof.verdicts

    def verification(self) -> tuple[Item, ...]:
        """Every line of the verification and where it stands."""
        return self.proof.items(self.procedure, self.inputs)

    @property
    def all_green(self) -> bool:
        """Whether every line of the verification is green, and there is at least one."""
        items = self.verification()
        return bool(items) and all(item.green for item in items)

    @property
    def recovered_at(self) -> datetime | None:
        """When all was seen green together, after the last thing that was done; None if not."""
        return self.proof.recovered_at(self.verification())

    def verdict(self, placed: Placed) -> Verdict | None:
        """The last look at a step's check, if it is younger than the work on the step."""
        check = placed.step.wait.until if isinstance(placed.step, Wait) else placed.step.check
        seen = self.verdicts.get(check or "")
        since = self.steps[placed.step.id].taken_at
        # What was seen before anyone was on the step says nothing about what they did.
        return None if seen is None or since is None or seen.at < since else seen

    def in_doubt(self, placed: Placed) -> bool:
        """Whether a step was marked done, and its check failed."""
        seen = self.verdict(placed)
        state = self.steps[placed.step.id].state
        return state is State.DONE and seen is not None and not seen.green

    def looks(self, step: str | None) -> Sequence[Request]:
        """The looks under way for a step; for the verification without one."""
        return self._overview.looks.get(step, ())

    def waits_for(self, placed: Placed) -> Request | None:
        """The look of a wait that is under way for a step."""
        return next((r for r in self.looks(placed.step.id) if r.wait), None)

    @property
    def responders(self) -> tuple[e.Person, ...]:
        """Everyone who did something in the run, in order of appearance."""
        return tuple(self.people.values())
