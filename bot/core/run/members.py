"""The members that the steps of a group are done for: who they are, by the keys of their steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.core.procedure import Placed
from bot.core.procedure.each import MOST_STEPS, Repeat, expanded, fit
from bot.core.procedure.kinds.format import owned
from bot.core.run import events as e
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.states import State

Sets = Callable[[str, str], Sequence[str] | None]
"""The members of a target's set, as they are configured now; None where there is no such set."""


def no_sets(target: str, name: str) -> None:
    """Nothing is configured."""
    return


def listing(run: Run, group: str, sets: Sets) -> e.MembersListed:
    """The fact that says for whom the steps of a group are done, as things stand now."""
    repeated = run.repeated[group]
    there = (
        _entries(run, repeated) if repeated.target is None else sets(repeated.target, repeated.of)
    )
    said = {"group": group, "of": repeated.of, **_target(repeated)}
    before = run.listed.get(group, {})
    # Whoever is on a step of an earlier member, or has done one, does not lose it.
    busy = [one for key, one in before.items() if _is_begun(run, group, key)]
    members = list(dict.fromkeys((*(there or ()), *busy)))
    if trouble := _trouble(run, repeated, there, len(members)):
        return e.MembersListed(**said, trouble=trouble)
    keys = _keys(run, repeated, members)
    known = {} if repeated.target is None else {"members": tuple(members)}
    return e.MembersListed(**said, **known, keys=tuple(keys))


def _target(repeated: Repeat) -> Mapping[str, str]:
    return {} if repeated.target is None else {"target": repeated.target}


def _entries(run: Run, repeated: Repeat) -> Sequence[str]:
    return run.procedure.inputs[repeated.of].entries(run.inputs.get(repeated.of, ""))


def _is_begun(run: Run, group: str, key: str) -> bool:
    return any(
        run.steps[one.step.id].state is not State.OPEN or one.step.id in run.asked
        for one in run.placed
        if any(around.id == owned(group, key) for around in one.groups)
    )


def _trouble(run: Run, repeated: Repeat, there: Sequence[str] | None, many: int) -> str | None:
    """Why the members cannot be taken, in words."""
    if there is None:
        return f"the configuration has no set {repeated.of} of {repeated.target or 'any target'}"
    if not there:
        whose = f"the set {repeated.of} of {repeated.target}" if repeated.target else repeated.of
        return f"{whose} has no members"
    inside = len(repeated.leaves)
    others = sum(all(g.id != repeated.group.id for g in one.groups) for one in run.placed)
    if others + many * inside > MOST_STEPS:
        total = others + many * inside
        return f"with {many} members it makes {total} steps, and a run has {MOST_STEPS} at most"
    return None


def _keys(run: Run, repeated: Repeat, members: Sequence[str]) -> Sequence[str]:
    """What the steps of each member have behind their ids, once and for all.

    A member's name, where an id holds it; else, and for what people gave, a number.
    """
    group = repeated.group.id
    keys = {member: key for key, member in run.listed.get(group, {}).items()}
    ids = [one.id for one in repeated.leaves]
    used = {key for one in ids for key in _used(run, one)}
    names = fit(repeated, members) if repeated.target is not None else frozenset()
    for member in members:
        if member in keys:
            continue
        key = member if member in names else None
        if key is None:
            numbers = [int(one) for one in used if one.isdecimal()]
            key = str(max(numbers, default=0) + 1)
        keys[member] = key
        used.add(key)
    return [keys[member] for member in members]


def _used(run: Run, step: str) -> Sequence[str]:
    begins = owned(step, "")
    return [one.removeprefix(begins) for one in (*run.steps, *run.former) if one.startswith(begins)]


def with_members(run: Run, event: e.MembersListed) -> Run:
    """The run with the steps of a group for each of its members."""
    repeated = run.repeated[event.group]
    members = _members(run, repeated, event)
    procedure = expanded(run.procedure, repeated, tuple(members.values()), tuple(members))
    placed = procedure.leaves()
    steps = {one.step.id: _step(run, one) for one in placed}
    former = {
        p.step.id: (p, run.steps[p.step.id].round) for p in run.placed if p.step.id not in steps
    }
    own = {owned(repeated.variable, key): member for key, member in members.items()}
    return replace(
        run,
        procedure=procedure,
        placed=placed,
        steps=steps,
        former={**run.former, **former},
        pending={k: r for k, r in run.pending.items() if r.step is None or r.step in steps},
        found={**run.found, **own},
        listed={**run.listed, event.group: members},
        unlisted={k: trouble for k, trouble in run.unlisted.items() if k != event.group},
    )


def _step(run: Run, placed: Placed) -> Step:
    """A step as it stands: one that comes back is in another round than it was."""
    step_id = placed.step.id
    if step_id in run.steps:
        return run.steps[step_id]
    before = run.former.get(step_id)
    return Step() if before is None else Step(round=before[1] + 1)


def _members(run: Run, repeated: Repeat, event: e.MembersListed) -> Mapping[str, str]:
    """The members by their keys; those of a list are what the run has in its input.

    What was erased of it is told by its number.
    """
    if event.target is not None:
        return dict(zip(event.keys, event.members, strict=True))
    before = run.listed.get(event.group, {})
    fresh = [one for one in _entries(run, repeated) if one not in before.values()]
    new = [key for key in event.keys if key not in before]
    if len(fresh) != len(new):
        fresh = [f"{event.of} {key}" for key in new]
    return {
        **{k: m for k, m in before.items() if k in event.keys},
        **dict(zip(new, fresh, strict=True)),
    }
