"""Which steps a run needs: those on the way that its answers and values leave open.

A step is not needed when another alternative was chosen, another answer was given, an answer leads
past it, or a condition does not hold. It is not known to be needed while a question around it is
open, while the step has not failed whose failure opens it, or the value of a condition is not there
yet: it can be left out then, and not be taken. No more can one that cannot be undone while a value
of its commands is still to be found, nor a wait or a question that lacks one, nor what comes right
after an approval that was not given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.core.procedure import (
    Check,
    Condition,
    Container,
    Leaf,
    Placed,
    approval_of,
    begun_whole,
    commands,
    finds_of,
    options_of,
)
from bot.core.procedure.saying import say_condition
from bot.core.procedure.using import needed_by
from bot.core.run.covering import covered, guarded, words_of
from bot.core.run.life import Step
from bot.core.run.states import State
from bot.core.run.values import called
from bot.core.template import fill, names

MEMBERS = "its members"
"""What the steps of a group wait for that is done for each of them."""
_UNENDED = (State.OPEN, State.FAILED)


@dataclass(frozen=True, slots=True)
class Need:
    """What is known of the need for steps, by their ids.

    `spare`: those that are not needed, and why. `awaited`: those of which it is not known yet, and
    what has to come first. `behind`: of these, the ones that only an answer or a failure opens
    that has not come, or the members of what is still to be listed; `unless` are those that only a
    failure does, `unlisted` those that only wait for members. `stuck` are those that wait for what
    was left out: nobody can begin them, until that is undone or given.
    """

    spare: Mapping[str, str] = field(default_factory=dict)
    awaited: Mapping[str, str] = field(default_factory=dict)
    behind: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()
    stuck: frozenset[str] = frozenset()


class _Reader:
    """Goes through the steps once, in the order of the page: what decides comes first there."""

    def __init__(
        self,
        placed: Sequence[Placed],
        steps: Mapping[str, Step],
        values: Mapping[str, str],
        unlisted: Mapping[str, str],
        checks: Mapping[str, Check],
    ) -> None:
        self._placed, self._steps, self._values = placed, steps, values
        self._checks = checks
        self._unlisted = unlisted
        self.unlisted: set[str] = set()
        self._past: list[tuple[int, str]] = []
        self.spare: dict[str, str] = {}
        self.awaited: dict[str, str] = {}
        self.behind: set[str] = set()
        self.unless: set[str] = set()
        self.stuck: set[str] = set()

    def read(self) -> Need:
        for n, one in enumerate(self._placed):
            step = self._steps[one.step.id]
            own = one.step.danger or approval_of(one.step) or begun_whole(one.step)
            about = one.groups or self._past or one.step.when or own
            if step.state in _UNENDED and (about or n in self._guarded):
                self._judge(n, one)
            if step.answer is not None:
                self._leads_past(n, one, step.answer)
        return Need(
            self.spare,
            self.awaited,
            frozenset(self.behind),
            frozenset(self.unless),
            frozenset(self.unlisted),
            frozenset(self.stuck),
        )

    @cached_property
    def _numbers(self) -> Mapping[str, str]:
        """The numbers of the steps, by their ids."""
        return {one.step.id: one.number for one in self._placed}

    @cached_property
    def _finders(self) -> Mapping[str, Placed]:
        """The steps that find values, by the names of these."""
        return {name: one for one in self._placed for name in finds_of(one.step)}

    @cached_property
    def _guarded(self) -> Mapping[int, Placed]:
        """The steps, by their index, that wait for an approval, and the one that asks for it."""
        return guarded(self._placed)

    def _judge(self, n: int, one: Placed) -> None:
        step_id = one.step.id
        group = next((g.id for g in one.groups if g.id in self._unlisted), None)
        if why := next(self._reasons(n, one), None):
            self.spare[step_id] = why
        elif first := next(self._open_questions(one), None):
            self.awaited[step_id] = first
            self.behind.add(step_id)
        elif failed := next(self._not_failed(one), None):
            self.awaited[step_id] = failed
            self.behind.add(step_id)
            self.unless.add(step_id)
        elif lacks := next(self._missing(n, one), None):
            finder = self._finders[lacks]
            # The name of an answer says little.
            what = "the answer to" if options_of(finder.step) else f"{called(lacks, finder)}, from"
            self._awaits(one, f"{what} step {finder.number}", finder)
            if group is not None:
                self.behind.add(step_id)
        elif group is not None:
            self.unlisted.add(step_id)
            trouble = self._unlisted[group]
            self.awaited[step_id] = MEMBERS + (f": {trouble}" if trouble else "")
            if not trouble:
                self.behind.add(step_id)
        elif (asks := self._guarded.get(n)) is not None and not self._let_through(asks):
            self._awaits(one, f"the approval in step {asks.number}", asks)

    def _awaits(self, one: Placed, what: str, source: Placed) -> None:
        """A step waits for *what*, of another step; where that was left out, it never comes."""
        left_out = self._steps[source.step.id].state is State.SKIPPED
        self.awaited[one.step.id] = f"{what}, which was skipped" if left_out else what
        if left_out:
            self.stuck.add(one.step.id)

    def _let_through(self, asks: Placed) -> bool:
        """Whether an approval was given, or is not needed; one that was left out is not given."""
        step_id = asks.step.id
        return self._steps[step_id].state is State.DONE or step_id in self.spare

    def _reasons(self, n: int, one: Placed) -> Iterator[str]:
        """Why a step is not needed."""
        if any(self._chosen.get(group, {way}) != {way} for group, way in branches(one)):
            yield "not chosen"
        for question, option in _answers(one):
            asked = self._steps[question]
            if question in self.spare or asked.state is State.SKIPPED:
                yield "not asked"
            elif asked.state is State.DONE and asked.answer != option:
                yield "not taken"
        for until, number in self._past:
            if n < until:
                yield f"left out by the answer to step {number}"
        for condition in self._conditions(one):
            if not condition.holds(self._values) and self._is_settled(condition.name):
                yield f"only if {say_condition(condition, self._placed, self._put)}"

    def _open_questions(self, one: Placed) -> Iterator[str]:
        for question, _ in _answers(one):
            if self._steps[question].state in _UNENDED:
                yield f"the answer to step {self._numbers[question]}"

    def _not_failed(self, one: Placed) -> Iterator[str]:
        """Which failure has not come that opens a step, or was brought to another end."""
        for around in one.groups:
            if around.fails is not None and not self._steps[around.fails].failing:
                yield f"step {self._numbers[around.fails]} fails"

    def _missing(self, n: int, one: Placed) -> Iterator[str]:
        """The names of values that it lacks."""
        for condition in self._conditions(one):
            if not condition.holds(self._values):
                yield condition.name
        used: list[str] = []
        if not any(g.id in self._unlisted for g in one.groups):
            if one.step.danger is not None:
                # Nobody begins what cannot be undone with half a command.
                typed = (*commands(one.step), one.step.confirm or "")
                used += (name for text in typed for name in names(text))
            if begun_whole(one.step):
                used += sorted(needed_by(one.step, self._checks))
        if approval_of(one.step) is not None:
            # Nor does anyone agree to it.
            used += (name for text in self._asked(n) for name in names(text))
        for name in used:
            if name in self._finders and not self._values.get(name):
                yield name

    def _asked(self, n: int) -> Iterator[str]:
        """The texts that people are asked to agree to by the step at an index."""
        for step in (self._placed[n].step, *(one.step for one in covered(self._placed, n))):
            yield from (*words_of(step), *commands(step))

    def _conditions(self, one: Placed) -> Iterator[Condition]:
        """What must hold for a step to be needed: its own condition, and those around it.

        What is inside of a group whose members are still to be listed may be one of a member.
        """
        for around in one.groups:
            if around.when is not None:
                yield around.when
            if around.id in self._unlisted:
                return
        if one.step.when is not None:
            yield one.step.when

    def _put(self, text: str, step: str) -> str:
        return fill(text, self._values)

    def _is_settled(self, name: str) -> bool:
        """Whether a value will not change by itself: an input, or one that was found, or not."""
        finder = self._finders.get(name)
        if finder is None or self._values.get(name):
            return True
        step_id = finder.step.id
        ended = self._steps[step_id].state in (State.DONE, State.SKIPPED)
        return ended or step_id in self.spare

    def _leads_past(self, n: int, one: Placed, answer: str) -> None:
        """An answer that leads on to a later step leaves out what is between."""
        option = next((o for o in options_of(one.step) if o.id == answer), None)
        if option is None or option.goto is None:
            return
        target = first_of(self._placed, option.goto)
        if target is not None and target > n:
            self._past.append((target, one.number))

    @cached_property
    def _chosen(self) -> Mapping[str, set[str]]:
        """The alternatives of `one_of` groups that someone has begun.

        An alternative is chosen while a step of it is taken or done; when it is given back,
        skipped or fails, the others are open again. One that failed is ruled out too, once
        another is chosen: it must not be tried again beside it.
        """
        chosen: dict[str, set[str]] = {}
        for one in self._placed:
            if one.groups and self._steps[one.step.id].state in (State.TAKEN, State.DONE):
                for group, branch in branches(one):
                    chosen.setdefault(group, set()).add(branch)
        return chosen


def need(
    placed: Sequence[Placed],
    steps: Mapping[str, Step],
    values: Mapping[str, str],
    unlisted: Mapping[str, str],
    checks: Mapping[str, Check],
) -> Need:
    """Which of the *placed* steps are needed, as they stand, with these *values*.

    *unlisted* are the groups whose members are still to be listed, each with what is in the way.
    """
    return _Reader(placed, steps, values, unlisted, checks).read()


def first_of(placed: Sequence[Placed], target: str) -> int | None:
    """The index of a step, or of the first one in a group."""
    return next(
        (
            n
            for n, one in enumerate(placed)
            if one.step.id == target or any(around.id == target for around in one.groups)
        ),
        None,
    )


def last_of(placed: Sequence[Placed], step: Leaf) -> int:
    """The index of the last step that stands in *step*; its own where none does."""
    return max(
        n
        for n, one in enumerate(placed)
        if one.step.id == step.id or any(question == step.id for question, _ in _answers(one))
    )


def _way(around: Container) -> str:
    """The step to which what is in it belongs: that of a question's branch, or of a failure."""
    return around.answers[0] if around.answers else around.fails or around.id


def branches(placed: Placed) -> Iterator[tuple[str, str]]:
    """The groups of alternatives around a step, each with the alternative that holds it."""
    way = [*map(_way, placed.groups), placed.step.id]
    return (
        (group.id, branch)
        for group, branch in zip(placed.groups, way[1:], strict=True)
        if group.one_of
    )


def _answers(placed: Placed) -> Iterator[tuple[str, str]]:
    """The questions around a step, each with the option that leads to it."""
    return (around.answers for around in placed.groups if around.answers is not None)


def conditions(placed: Placed) -> Iterator[Condition]:
    """What must hold for a step to be needed: its own condition, and those around it."""
    yield from (around.when for around in placed.groups if around.when is not None)
    if placed.step.when is not None:
        yield placed.step.when
