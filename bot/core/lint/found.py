"""Rules over values that steps find: each name is one thing's, and is used where it is known.

They see a procedure that has its shape, and whose steps each have an id of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.lint.problem import Document
from bot.core.lint.references import walk
from bot.core.lint.texts import placeholders
from bot.core.lint.ways import reachable
from bot.core.procedure import Condition, Placed, Procedure, captures_of, check_of
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.kinds.failure import failure_of
from bot.core.run.need import branches, conditions, first_of

_WRITE = 'a step after it, or when: "{{{{ {} }}}} exists" at this one'

_AT_END = "it at a step that comes after, or no way past the step that finds it"
"""What is shown in the end has no condition."""


def found(procedure: Procedure, document: Document) -> Iterator[Finding]:
    """Find values that are used where nobody may have found them yet."""
    placed = procedure.leaves()
    finders = {
        name: n
        for n, one in enumerate(placed)
        for name in captures_of(one.step)
        # One name for two things is told of already.
        if name not in procedure.inputs
    }
    if not finders:
        return
    steps = {path: step.id for path, step in walk(procedure.steps)}
    if len(steps) != len(set(steps.values())):
        return  # An id that stands twice is told of already, and names no place.
    past = {n: frozenset(reachable(placed, n)) for n in set(finders.values())}
    page = _Page(procedure, placed, steps, past)
    used: set[str] = set()
    for path, name in placeholders(document):
        if name not in finders:
            continue
        used.add(name)
        for place in page.places(path):
            if (why := page.unknown(finders[name], name, place)) is not None:
                at_end = place.index == len(placed)
                write = _AT_END if at_end else _WRITE.format(name)
                yield Finding(path, f"{quoted(name)} {why}", write)
                break
    used |= {step.when.name for _, step in walk(procedure.steps) if step.when is not None}
    paths = {step_id: path for path, step_id in steps.items()}
    for name, n in finders.items():
        if name not in used:
            at = (*paths[placed[n].step.id], "captures", name)
            message = f"nothing uses the value {quoted(name)}"
            write = f"{{{{ {name} }}}} at a later step"
            yield Finding(at, message, write, severity="warning", at_key=True)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text is shown: with the step of an `index`.

    That is the number of steps for what is shown in the end, and -1 for what is shown from the
    start. `conditions` hold there, it stands in these `branches` of alternatives and `around` it
    are these groups; `with_own` says that what its own step finds is known, too.
    """

    index: int
    conditions: frozenset[Condition]
    branches: frozenset[tuple[str, str]]
    around: tuple[str, ...]
    with_own: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    """The page of a procedure: `steps` by their paths, and what is reached `past` a finding one."""

    procedure: Procedure
    placed: tuple[Placed, ...]
    steps: Mapping[Path, str]
    past: Mapping[int, frozenset[int]]

    def places(self, path: Path) -> Iterator[_Place]:
        """Where the text at *path* is shown."""
        if path[0] == "checks":
            yield from self._of_check(str(path[1]))
        elif path[0] == "steps":
            ends = range(len(path), 0, -1)
            yield self._of_step(next(self.steps[path[:n]] for n in ends if path[:n] in self.steps))
        elif path[0] == "verification":
            yield self._end()
        else:
            yield _Place(-1, frozenset(), frozenset(), ())

    def _end(self) -> _Place:
        return _Place(len(self.placed), frozenset(), frozenset(), ())

    def _of_check(self, name: str) -> Iterator[_Place]:
        """A check is shown with each step that asks it, and in the end."""
        for n, one in enumerate(self.placed):
            if check_of(one.step) == name:
                # It is looked at when the step is done, so it may know what that finds.
                yield self._at(n, one, with_own=True)
        if any(getattr(line, "check", None) == name for _, line in self.procedure.lines()):
            yield self._end()

    def _of_step(self, step_id: str) -> _Place:
        n = first_of(self.placed, step_id) or 0
        one = self.placed[n]
        if one.step.id == step_id:
            return self._at(n, one)
        # What a group says, it says before its first step; only what is around it holds there.
        depth = next(d for d, group in enumerate(one.groups) if group.id == step_id)
        return self._at(n, Placed(one.step, one.number, one.groups[: depth + 1]), inner=False)

    def _at(self, n: int, one: Placed, *, inner: bool = True, with_own: bool = False) -> _Place:
        held = conditions(one) if inner else (g.when for g in one.groups if g.when is not None)
        way = (*(group.id for group in one.groups), *((one.step.id,) if inner else ()))
        return _Place(n, frozenset(held), frozenset(branches(one)), way, with_own)

    def unknown(self, finder: int, name: str, place: _Place) -> str | None:
        """Why a value is not known at a place, in words; None where it is."""
        at, one = place.index, self.placed[finder]
        here = f"is found by step {one.number}"
        if at == finder and place.with_own:
            return None
        if failure_of(one.step.id) in place.around:
            return f"{here}, which has failed then"
        if at <= finder:
            return f"{here}, which does not come before this"
        if any(held.name == name and held.how == "exists" for held in place.conditions):
            return None
        if at in self.past[finder]:
            what = "the verification" if at == len(self.placed) else "this"
            return f"{here}, and {what} is reached without it"
        if not set(branches(one)) <= place.branches:
            return f"{here}, which is one of several ways"
        if not set(conditions(one)) <= place.conditions:
            return f"{here}, which is not always needed"
        if self._in_any_order(one, place):
            return f"{here}, which may be done after this"
        return None

    def _in_any_order(self, finder: Placed, place: _Place) -> bool:
        """Whether both stand in one group of any order, in different parts of it."""
        mine = (*(group.id for group in finder.groups), finder.step.id)
        return any(
            # Where they are done for each member, the members come in any order, not the steps.
            (group.any_order and group.for_each is None)
            and mine[: depth + 1] == place.around[: depth + 1]
            and mine[depth + 1 : depth + 2] != place.around[depth + 1 : depth + 2]
            for depth, group in enumerate(finder.groups)
        )
