"""The values of a run as its texts show them: its inputs, and what was found on the way.

A value that is still to be found leaves a mark in its place, and a command that lacks one is shown
as a comment, so that nobody runs half of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.core.procedure import Capture, Placed, Procedure, captures_of
from bot.core.template import fill, names
from bot.core.text import escape


@dataclass(frozen=True, slots=True)
class Found:
    """A value that a step finds: what is asked for there, and the step."""

    spec: Capture
    placed: Placed


@dataclass(frozen=True)
class Values:
    """The values that are known, by their names, and those that steps find."""

    known: Mapping[str, str]
    placed: Sequence[Placed]

    @cached_property
    def finds(self) -> Mapping[str, Found]:
        """The values that steps find, by their names."""
        return {
            name: Found(spec, one)
            for one in self.placed
            for name, spec in captures_of(one.step).items()
        }

    @cached_property
    def found(self) -> Mapping[str, str]:
        """Those of them that are known, in the order of the page."""
        return {name: self.known[name] for name in self.finds if name in self.known}

    def missing(self, text: str, then: Mapping[str, str] | None = None) -> Sequence[str]:
        """The names in *text* of values that are still to be found.

        *then* are the values of another time, as they were when a step was done.
        """
        return self.missing_in(names(text), then) if self.finds else ()

    def missing_in(
        self, used: Iterable[str], then: Mapping[str, str] | None = None
    ) -> Sequence[str]:
        """Those of the names that are *used* whose values are still to be found."""
        known = self.known if then is None else then
        return tuple(
            dict.fromkeys(name for name in used if name in self.finds and name not in known)
        )

    def fill(self, text: str, then: Mapping[str, str] | None = None) -> str:
        """The *text* with the values in it, and a mark for each that is still to be found."""
        known = self.known if then is None else then
        if lacking := self.missing(text, then):
            known = {**known, **{name: self._mark(name) for name in lacking}}
        return fill(text, known)

    @cached_property
    def shown(self) -> Mapping[str, str]:
        """All values, with a mark for each that is still to be found."""
        return {**{name: self._mark(name) for name in self.finds}, **self.known}

    def command(self, text: str, then: Mapping[str, str] | None = None) -> str:
        """A command with the values in it; one that lacks some is a comment to every shell."""
        made = self.fill(text, then)
        if not (lacking := self.missing(text, then)):
            return made
        why = f"NOT COMPLETE: {self.told(lacking)}"
        return "\n".join(f"# {line}" for line in (why, *made.splitlines()))

    def told(self, lacking: Sequence[str]) -> str:
        """That values are still to be found, and where: `snapshot comes from step 2`."""
        where = (
            f"{self.called(name)} comes from step {self.finds[name].placed.number}"
            for name in lacking
        )
        return ", ".join(where)

    def wanted(self, lacking: Sequence[str]) -> str:
        """Which values are lacking, where they come from, and how else they can be given."""
        one = "it" if len(lacking) == 1 else "them"
        told = f"{escape(self.told(lacking))}. Find {one} there, or More… → Correct a value…."
        return f"it lacks {'a value' if len(lacking) == 1 else 'values'}: {told}"

    def called(self, name: str) -> str:
        """A value's name as people read it."""
        found = self.finds.get(name)
        return name if found is None else called(name, found.placed)

    def _mark(self, name: str) -> str:
        """What stands in the place of a value that is still to be found."""
        return f"⟨{self.called(name)}?⟩"


def called(name: str, finder: Placed) -> str:
    """A value's name as people read it: what a step finds for one member is `disk of node-1`."""
    own, _, key = name.partition("@")
    if not key:
        return name
    member = next((group.title for group in finder.groups if group.id.endswith(f"@{key}")), key)
    return f"{own} of {fill(member, {})}"


def as_read(procedure: Procedure, values: Mapping[str, str]) -> Mapping[str, str]:
    """The values as titles have them: a list as people read it, `a, b`, however it is recorded."""
    lists = {
        n: one.read(values[n]) for n, one in procedure.inputs.items() if one.list and n in values
    }
    return {**values, **lists} if lists else values


def title_of(procedure: Procedure, inputs: Mapping[str, str]) -> str:
    """A procedure's title with values in it."""
    return fill(procedure.title, as_read(procedure, inputs))


def inputs_read(procedure: Procedure, inputs: Mapping[str, str]) -> list[tuple[str, str]]:
    """The inputs that were given, each by its name and as people read it beside that."""
    known = procedure.inputs
    return [
        (name, known[name].read(value) if name in known else value)
        for name, value in inputs.items()
        if value
    ]
