"""Groups that are repeated for each member: whose members they are, and the steps of each.

A file has the steps once. When it is known who the members are, the group holds a group for each
of them, with copies of the steps: their ids, what they find and the checks that ask for the member
get its key behind their names, and its name stands where the file has the variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import re2

from bot.core.procedure import Check, Group, Procedure, finds_of, format_of, inside, is_group
from bot.core.procedure.filling import changed, changed_check
from bot.core.procedure.kinds import Step, is_leaf
from bot.core.procedure.kinds.format import Scope, owned
from bot.core.procedure.promql import put_sources
from bot.core.template import literal, names, put

MOST_STEPS = 300
"""How many steps a run has at most, those of all members counted."""
_KEY = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_ID = 80
"""How long the id of a step may be with a member's name behind it, in characters."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a group is repeated for: `variable` is each member of `of`.

    That is a set of the `target`, or a list input where there is no target.
    """

    group: Group
    variable: str
    of: str
    target: str | None

    @property
    def leaves(self) -> Sequence[Step]:
        """The steps that people take or answer, once for each member."""
        return [step for step in _all(self.group.steps) if is_leaf(step)]

    @property
    def told(self) -> str:
        """Whose members they are, in words; its names are plain ids."""
        return f"`{self.of}`" if self.target is None else f"`{self.of}` of {self.target}"


def repeats(steps: Sequence[Step]) -> Iterator[Group]:
    """The groups that are repeated, in the order of the page."""
    for step in steps:
        if is_group(step) and step.for_each is not None:
            yield step
        else:
            yield from repeats([one for _, one in inside(step)])


def repeat(procedure: Procedure, group: Group) -> Repeat:
    """What a group of a *procedure* is repeated for."""
    ((variable, of),) = (group.for_each or {"": ""}).items()
    known = procedure.inputs.get(of)
    if group.target is None and known is not None and known.list:
        return Repeat(group, variable, of, None)
    return Repeat(group, variable, of, group.target or the_target(procedure))


def the_target(procedure: Procedure) -> str:
    """The target that all checks ask; nothing where they ask several, or there is no check."""
    asked = {check.target for check in procedure.checks.values()}
    return asked.pop() if len(asked) == 1 else ""


def fit(repeated: Repeat, members: Sequence[str]) -> frozenset[str]:
    """The members whose names can stand behind the ids of their steps, for everyone to see.

    An id stands in buttons, which hold a few characters; the branches of a question have a dot in
    theirs.
    """
    group = repeated.group
    room = _ID - 1 - max(len(step.id) for step in (group, *_all(group.steps)))
    return frozenset(
        one
        for one in members
        if len(one) <= room
        and re2.fullmatch(_KEY, one)
        and not one.isdecimal()
        and not any(one.startswith(f"{other}.") for other in members)
    )


def _all(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _all([one for _, one in inside(step)])


def found_in(group: Group) -> frozenset[str]:
    """The names of the values that the steps of a group find."""
    return frozenset(name for step in _all(group.steps) for name in finds_of(step))


def checks_of(procedure: Procedure, repeated: Repeat) -> frozenset[str]:
    """The checks that ask for a member: by the variable, or by what its steps find."""
    own = found_in(repeated.group) | {repeated.variable}
    return frozenset(n for n, check in procedure.checks.items() if own & used_by(check))


def used_by(check: Check) -> frozenset[str]:
    """The names in the texts of a check, without the variable of its own `each`."""
    used: set[str] = set()

    def reads(text: str) -> str:
        used.update(names(text))
        return text

    changed_check(check, reads, reads, reads)
    return frozenset(used - (check.each or {}).keys() - check.kept)


def expanded(
    procedure: Procedure, repeated: Repeat, members: Sequence[str], keys: Sequence[str]
) -> Procedure:
    """The *procedure* with the steps of a group for each of its *members*, whose *keys* these are.

    *procedure* may hold the group for other members already.
    """
    group = repeated.group
    steps = frozenset(step.id for step in _all(group.steps))
    values, checks = found_in(group), checks_of(procedure, repeated)
    scopes = [Scope(key, steps, values, checks) for key in keys]
    made = group.model_copy(
        update={
            "steps": tuple(
                _member(repeated, member, scope)
                for member, scope in zip(members, scopes, strict=True)
            )
        }
    )
    asked = {
        scope.check(name): _asking(procedure.checks[name], repeated, member, scope)
        for member, scope in zip(members, scopes, strict=True)
        for name in procedure.checks
        if name in checks
    }
    return procedure.model_copy(
        update={
            "steps": tuple(_replaced(step, made) for step in procedure.steps),
            "checks": {**procedure.checks, **asked},
        }
    )


def with_entries(procedure: Procedure, values: Mapping[str, str]) -> Procedure:
    """The *procedure* with the steps of its groups for each entry of lists that *values* hold.

    A set of a target is the configuration's, so that group is left as it is.
    """
    made = procedure
    for group in repeats(procedure.steps):
        one = repeat(procedure, group)
        given = procedure.inputs[one.of].entries(values.get(one.of, "")) if not one.target else ()
        if given and len(made.leaves()) + len(given) * len(one.leaves) <= MOST_STEPS:
            made = expanded(made, one, given, [str(n) for n, _ in enumerate(given, start=1)])
    return made


def _replaced(step: Step, made: Group) -> Step:
    if step.id == made.id:
        return made
    whole: Step = format_of(step).within(step, lambda one: _replaced(one, made))
    return whole


def _member(repeated: Repeat, member: str, scope: Scope) -> Group:
    """The steps for one member, as a group that has its name."""
    group = repeated.group
    return Group.model_construct(
        id=owned(group.id, scope.key),
        title=literal(member),
        steps=tuple(_copy(step, repeated.variable, member, scope) for step in group.steps),
    )


def _copy(step: Step, variable: str, member: str, scope: Scope) -> Step:
    kind = format_of(step)
    sources = _sources(scope, variable, literal(member))
    made = kind.scoped(changed(step, kind.filled, lambda text: put(text, sources)), scope)
    update: dict[str, Any] = {"id": scope.step(step.id)}
    if step.when is not None:
        asked = Scope(scope.key, scope.steps, scope.values | {variable}, scope.checks)
        update["when"] = step.when.of(asked.value(step.when.name))
    if getattr(step, "danger", None) and not getattr(step, "confirm", None):
        typed = (name for key in kind.typed for text in getattr(step, key) for name in names(text))
        # What is at stake is the member that the commands name.
        update |= {"confirm": literal(member)} if variable in typed else {}
    whole: Step = kind.within(
        made.model_copy(update=update), lambda one: _copy(one, variable, member, scope)
    )
    return whole


def _sources(scope: Scope, variable: str, member: str) -> Mapping[str, str]:
    """What stands in the place of names, as text in which values are put later."""
    own = {name: f"{{{{ {scope.value(name)} }}}}" for name in scope.values}
    return {**own, variable: member}


def _asking(check: Check, repeated: Repeat, member: str, scope: Scope) -> Check:
    sources = _sources(scope, repeated.variable, literal(member))
    in_path = _sources(scope, repeated.variable, quote(member, safe=""))
    own = {*(check.each or ()), *check.kept}
    return changed_check(
        check,
        lambda text: put(text, {k: v for k, v in sources.items() if k not in own}),
        lambda text: put(text, {k: v for k, v in in_path.items() if k not in own}),
        lambda query: put_sources(query, sources, {repeated.variable: member}),
    )
