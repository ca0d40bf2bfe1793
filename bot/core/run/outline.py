"""The outline: what every view of a run asks of it, worked out once for a version of the run.

A view draws it and works nothing out by itself, so two of them cannot disagree about what is
finished, who is on what, or whether it is fixed. Each question is answered when it is first asked,
by going through the steps once: a rule that asks one of them pays for no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from bot.core.procedure import (
    Approval,
    Container,
    Leaf,
    Placed,
    Procedure,
    approval_of,
    captures_of,
    check_of,
    guards,
)
from bot.core.procedure.kinds.failure import LETTER
from bot.core.procedure.using import needed_by
from bot.core.run.asked import Asked, Declined, Standing
from bot.core.run.life import Step
from bot.core.run.need import Need, need
from bot.core.run.proof import Item, Proof, Request, Verdict
from bot.core.run.rounds import reference
from bot.core.run.states import State
from bot.core.run.sums import Counted as Counted  # noqa: PLC0414 - spoken of here
from bot.core.run.sums import Counts as Counts  # noqa: PLC0414 - likewise
from bot.core.run.sums import Verification as Verification  # noqa: PLC0414 - likewise
from bot.core.run.turn import opens, turn
from bot.core.run.values import Values, as_read, title_of


@dataclass(frozen=True, slots=True)
class Heading:
    """What steps stand in: its number, and its title with the run's values in it.

    `member` says that it holds the steps for one member of those that a group is done for.
    """

    group: Container
    number: str
    title: str
    member: bool = False

    @property
    def said(self) -> str:
        """What it is called: of a branch, and of steps for a failure, when it is the way."""
        if self.group.fails is not None:
            return f"If step {self.number.removesuffix(LETTER)} fails"
        return self.title if self.group.answers is None else f"If “{self.title}”"


@dataclass(frozen=True, slots=True)
class Row:
    """A step of a run: what the procedure says of it, and how it stands.

    `leaf` is its place in the procedure, `step` its place in life, `title` has the run's values in
    it. `verdict` is the last look at its check that says something about the work on it; `looks`
    are those under way for it. `spare` is why it is not needed, if it is not; `awaited` is what has
    to come before it is known whether it is needed, and `behind` whether that is an answer or a
    failure, `unless` whether it is a failure. `owner` is the channel of the procedure's owner.
    `approval` is whose agreement it needs, `asked` the request for that in its present round,
    `declined` the votes against earlier ones that stand. `lacks` names the values without which a
    step in hand cannot be said to be done.
    """

    leaf: Leaf
    number: str
    title: str
    groups: tuple[Heading, ...]
    step: Step
    check: str | None
    verdict: Verdict | None
    looks: Sequence[Request]
    spare: str | None
    awaited: str | None
    behind: bool
    unless: bool
    approval: Approval | None
    asked: Asked | None
    declined: Sequence[Declined]
    owner: str | None
    lacks: Sequence[str]

    @property
    def waits(self) -> str:
        """That something has to come first, as the end of a line; nothing where it has not."""
        if self.awaited is None:
            return ""
        return f"only if {self.awaited}" if self.unless else f"waits for {self.awaited}"

    @property
    def ruled_out(self) -> bool:
        """Whether it is not needed, as far as is known: nobody has to do it."""
        return self.spare is not None or self.behind

    @property
    def id(self) -> str:
        """The step's id in the procedure."""
        return self.leaf.id

    @property
    def ref(self) -> str:
        """The step in its present round, as controls carry it."""
        return reference(self.leaf.id, self.step)

    @property
    def state(self) -> State:
        """Where the step is in its life."""
        return self.step.state

    @property
    def unapproved(self) -> bool:
        """Whether people have to agree before it can go on, and have not."""
        return self.approval is not None and not (self.asked and self.asked.is_approved)

    @property
    def asks(self) -> bool:
        """Whether it is there to ask for agreement: votes end it, and nobody takes it."""
        return guards(self.leaf)

    @property
    def in_doubt(self) -> bool:
        """Whether it was marked done, and its check failed."""
        return is_in_doubt(self.step, self.verdict)

    @property
    def finished(self) -> bool:
        """Whether people are through with it: it was done or left out, or is not needed."""
        return is_finished(self.step, self.verdict) or self.spare is not None

    @property
    def wait(self) -> Request | None:
        """The look of a wait that is under way for it."""
        return next((look for look in self.looks if look.wait), None)


@dataclass(frozen=True)
class Outline:
    """What is asked of one version of a run. It is made of the run's parts, and holds no run."""

    procedure: Procedure
    inputs: Mapping[str, str]
    placed: Sequence[Placed]
    steps: Mapping[str, Step]
    pending: Mapping[str, Request]
    proof: Proof
    found: Mapping[str, str]
    asked: Mapping[str, Asked]
    declined: Standing
    unlisted: Mapping[str, str]

    @cached_property
    def title(self) -> str:
        """The procedure's title with the run's values in it."""
        return title_of(self.procedure, self.inputs)

    def _titled(self, title: str, then: Mapping[str, str] | None = None) -> str:
        """The title of a step or a group with the values in it, or with those of another time."""
        known = self.texts.known if then is None else then
        return self.texts.fill(title, as_read(self.procedure, known))

    @cached_property
    def places(self) -> Mapping[str, Placed]:
        """The steps by id, as they stand in the procedure."""
        return {one.step.id: one for one in self.placed}

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The values of the run: its inputs, and what was found on the way."""
        return {**self.inputs, **self.found} if self.found else self.inputs

    @cached_property
    def texts(self) -> Values:
        """The values as texts show them."""
        return Values(self.values, self.placed)

    @cached_property
    def need(self) -> Need:
        """Which steps are needed."""
        return need(self.placed, self.steps, self.values, self.unlisted, self.procedure.checks)

    @cached_property
    def ruled_out(self) -> AbstractSet[str]:
        """The ids of the steps that nobody has to do, as far as is known."""
        return self.need.spare.keys() | self.need.behind

    @cached_property
    def looks(self) -> Mapping[str | None, Sequence[Request]]:
        """The looks under way by step; those for the verification are under None."""
        looks: dict[str | None, list[Request]] = {}
        for request in self.pending.values():
            looks.setdefault(request.step, []).append(request)
        return looks

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every step, in the order of the page."""
        headings: dict[str, Heading] = {}
        return tuple(self._row(placed, headings) for placed in self.placed)

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """The rows by the id of their step."""
        return {row.id: row for row in self.rows}

    @cached_property
    def verification(self) -> Verification:
        """What must be true in the end, and where it stands."""
        return Verification(self.proof.items(self.procedure, self.texts.fill))

    @cached_property
    def next_steps(self) -> tuple[Row, ...]:
        """The open steps whose turn it is: one, or one of each branch where order is free."""
        return tuple(turn(self, self.procedure.steps))

    @cached_property
    def opening(self) -> Sequence[str]:
        """The groups whose turn has come, and whose members are still to be listed: their ids."""
        return opens(self, self.procedure.steps) if self.unlisted else ()

    @cached_property
    def awaiting(self) -> AbstractSet[str]:
        """The groups in whose way nothing is but that their members are to be listed: their ids."""
        waiting = [row for row in self.rows if row.id in self.need.unlisted]
        return {h.group.id for row in waiting for h in row.groups} & self.unlisted.keys()

    @cached_property
    def members(self) -> Mapping[str, Counted]:
        """How far the steps of each member are, by the id of the group that holds them."""
        rows: dict[str, list[Row]] = {}
        for row in self.rows:
            for heading in row.groups:
                if heading.member:
                    rows.setdefault(heading.group.id, []).append(row)
        return {name: Counted.of(inside) for name, inside in rows.items()}

    @cached_property
    def counts(self) -> Counts:
        """How far the steps are."""
        rows = self.rows
        return Counts(
            total=len(rows) - len(self.need.behind),
            done=sum(row.state is State.DONE and not row.in_doubt for row in rows),
            skipped=sum(row.state is State.SKIPPED for row in rows),
            unneeded=len(self.need.spare),
            finished=sum(row.finished for row in rows),
        )

    @cached_property
    def held(self) -> Mapping[str, Sequence[str]]:
        """The numbers of the steps that each person was on or ended, by the person's id."""
        held: dict[str, list[str]] = {}
        for row in self.rows:
            for person_id in dict.fromkeys(p.id for p in (row.step.holder, row.step.ended_by) if p):
                held.setdefault(person_id, []).append(row.number)
        return held

    @property
    def is_over(self) -> bool:
        """Whether every step is finished."""
        return self.counts.finished == self.counts.total

    @property
    def waits_for_a_person(self) -> bool:
        """Whether every step is finished, every check has passed, and a person must confirm."""
        return self.is_over and self.verification.only_people_missing

    @property
    def checks_passed(self) -> bool:
        """Whether every check of the verification has passed, and that of no finished step failed.

        A step whose check failed is in doubt.
        """
        return self.verification.checks_passed and not any(row.in_doubt for row in self.rows)

    def in_state(self, *states: State) -> Sequence[Row]:
        """The steps that are in one of these states."""
        return [row for row in self.rows if row.state in states]

    @cached_property
    def tally(self) -> Mapping[State, Sequence[Step]]:
        """How the steps in each state stand."""
        tally: dict[State, list[Step]] = {state: [] for state in State}
        for placed in self.placed:
            step = self.steps[placed.step.id]
            tally[step.state].append(step)
        return tally

    @property
    def doubted(self) -> Sequence[Placed]:
        """The steps that were marked done, and whose check failed."""
        return [
            placed
            for placed in self.placed
            if is_in_doubt(self.steps[placed.step.id], self.verdict(placed))
        ]

    @property
    def failed(self) -> Sequence[Placed]:
        """The steps that failed and are still needed."""
        return [
            placed
            for placed in self.placed
            if self.steps[placed.step.id].state is State.FAILED
            and placed.step.id not in self.ruled_out
        ]

    @property
    def left(self) -> Sequence[Placed]:
        """The steps that are needed, and that nobody has ended."""
        return [
            placed
            for placed in self.placed
            if self.steps[placed.step.id].state in (State.OPEN, State.TAKEN)
            and placed.step.id not in self.ruled_out
        ]

    def looking(self, item: Item) -> bool:
        """Whether a look at a line of the verification is under way."""
        looks = self.looks.get(None, ())
        return item.check is not None and any(look.check == item.check for look in looks)

    def verdict(self, placed: Placed) -> Verdict | None:
        """The last look at a step's check, if it is younger than the work on the step."""
        seen = self.proof.verdicts.get(check_of(placed.step) or "")
        since = self.steps[placed.step.id].taken_at
        # What was seen before anyone was on the step says nothing about what they did.
        return None if seen is None or since is None or seen.at < since else seen

    def _row(self, placed: Placed, headings: dict[str, Heading]) -> Row:
        step, need = placed.step, self.need
        asked = self.asked.get(step.id)
        return Row(
            leaf=step,
            number=placed.number,
            title=self._titled(step.title, self.steps[step.id].values),
            groups=tuple(self._headings(placed, headings)),
            step=self.steps[step.id],
            check=check_of(step),
            verdict=self.verdict(placed),
            looks=self.looks.get(step.id, ()),
            spare=need.spare.get(step.id),
            awaited=need.awaited.get(step.id),
            behind=step.id in need.behind,
            unless=step.id in need.unless,
            approval=approval_of(step),
            asked=asked if asked and asked.round == self.steps[step.id].round else None,
            declined=self.declined.get(step.id, ()),
            owner=None if self.procedure.owner is None else self.procedure.owner.place,
            lacks=self.lacking(step) if self.steps[step.id].state is State.TAKEN else (),
        )

    def lacking(self, step: Leaf) -> Sequence[str]:
        """The names of values that a step needs, does not find itself, and that nobody found yet.

        Nobody has done what lacks a value: half a command is another command.
        """
        if not self.texts.finds:
            return ()
        used = needed_by(step, self.procedure.checks) - captures_of(step).keys()
        return self.texts.missing_in(sorted(used))

    def _headings(self, placed: Placed, made: dict[str, Heading]) -> Iterator[Heading]:
        """The groups around a step, each made once."""
        for depth, group in enumerate(placed.groups, start=1):
            number = ".".join(placed.number.split(".")[:depth])
            if number not in made:
                around = placed.groups[depth - 2] if depth > 1 else None
                member = around is not None and around.for_each is not None and "@" in group.id
                made[number] = Heading(group, number, self._titled(group.title), member)
            yield made[number]


def is_in_doubt(step: Step, verdict: Verdict | None) -> bool:
    """Whether a step was marked done, and its check failed."""
    return step.state is State.DONE and verdict is not None and not verdict.green


def is_finished(step: Step, verdict: Verdict | None) -> bool:
    """Whether a step was done or left out; one whose check failed was not, whatever people said."""
    return step.state in (State.DONE, State.SKIPPED) and not is_in_doubt(step, verdict)
