"""Rules over where a procedure goes: answers that lead somewhere, conditions that can be known.

They see a procedure that has its shape, and whose steps each have an id of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bot.core.lint.each import scoped
from bot.core.lint.references import undefined, walk
from bot.core.procedure import (
    Condition,
    Container,
    Option,
    Placed,
    Procedure,
    captures_of,
    containers_of,
    finds_of,
    options_of,
)
from bot.core.procedure import Step as ProcedureStep
from bot.core.procedure.each import Repeat
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.kinds.decide import ENDS
from bot.core.run.need import first_of


def ways(procedure: Procedure) -> Iterator[Finding]:
    """Find answers that lead nowhere or round for ever, and conditions on what is not known."""
    paths = {step.id: path for path, step in walk(procedure.steps)}
    if len(paths) != sum(1 for _ in walk(procedure.steps)):
        return  # An id that stands twice is told of already, and names no place.
    yield from _names(procedure, paths)
    yield from _conditions(procedure)
    wrong = list(_gotos(procedure, paths))
    yield from wrong
    if not wrong:
        yield from _round_for_ever(procedure, paths)


# Values. ----------------------------------------------------------------------------------------


def _names(procedure: Procedure, paths: dict[str, Path]) -> Iterator[Finding]:
    """Every name of a value is one thing's."""
    seen = dict.fromkeys(procedure.inputs, "an input")
    used = {step.when.name for _, step in walk(procedure.steps) if step.when is not None}
    for one in procedure.leaves():
        for name in finds_of(one.step):
            asked = name in captures_of(one.step)
            at = (*paths[one.step.id], *(("captures", name) if asked else ("decide", "name")))
            if name in seen:
                message = f"{quoted(name)} is the name of {seen[name]}, too"
                yield Finding(at, message, "another name", at_key=asked)
            elif name not in used and not asked:
                message = f"no condition asks for {quoted(name)}"
                write = f'when: "{{{{ {name} }}}} is …" at a later step, or no name'
                yield Finding(at, message, write, severity="warning")
            seen.setdefault(name, "a value of another step" if asked else "an answer")


def _conditions(procedure: Procedure) -> Iterator[Finding]:
    """Every condition is on a value that is known by then, and that can be what it asks for."""
    placed = procedure.leaves()
    found = {name: n for n, one in enumerate(placed) for name in finds_of(one.step)}
    scopes = scoped(procedure)
    for path, step in walk(procedure.steps):
        if step.when is None:
            continue
        here, name = (*path, "when"), step.when.name
        if (worded := _no_language(here, step.when)) is not None:
            yield worded
        elif name in procedure.inputs and procedure.inputs[name].list and step.when.values:
            message = f"{quoted(name)} is a list, and no condition compares one"
            yield Finding(here, message, f'"{{{{ {name} }}}} exists", or another value')
        elif name in procedure.inputs:
            yield from _possible(here, step.when, procedure.inputs[name].refusal)
        elif (of := next((o for w, o in scopes if _is_of(o, name, path, w)), None)) is not None:
            if of.target is None:
                yield from _possible(here, step.when, procedure.inputs[of.of].refusal)
        elif name not in found:
            unnamed = _by_id(here, step.when, procedure)
            known = [*procedure.inputs, *found]
            yield unnamed or undefined(here, name, "value", known, "inputs:")
        elif found[name] >= (first_of(placed, step.id) or 0):
            number = placed[found[name]].number
            message = f"{quoted(name)} is found by step {number}, which does not come before this"
            yield Finding(here, message, "a step after it")
        else:
            finder = placed[found[name]].step
            answers = [option.id for option in options_of(finder)]
            spec = captures_of(finder).get(name)
            refusal = partial(_no_answer, answers) if spec is None else spec.refusal
            yield from _possible(here, step.when, refusal)


def _by_id(here: Path, when: Condition, procedure: Procedure) -> Finding | None:
    """A condition on the id of a question, where the name of its answer is meant."""
    asked = (one for _, one in walk(procedure.steps) if one.id == when.name and options_of(one))
    if (question := next(asked, None)) is None:
        return None
    message = f"{quoted(when.name)} is the id of a question, and its answer has "
    if name := next(iter(finds_of(question)), None):
        return Finding(here, f"{message}the name {quoted(name)}", f"{{{{ {name} }}}} in its place")
    write = f"name: {when.name.replace('-', '_')} in its `decide:`, and that name here"
    return Finding(here, f"{message}no name", write)


def _no_language(here: Path, when: Condition) -> Finding | None:
    """A condition that asks for more than one value is, or for what it is not."""
    said = ", ".join(when.values)
    if said.startswith(("not ", "!")):
        write = f'the values that it may have: "{{{{ {when.name} }}}} in a, b"'
        return Finding(here, "a condition has no `not`", write)
    if "{{" in said:
        write = "one of them here, and the other at a group around it"
        return Finding(here, "a condition compares one value, and has no `and` or `or`", write)
    return None


def _is_of(one: Repeat, name: str, path: Path, way: Path) -> bool:
    """Whether a name at a path is the variable of a group that is done for each."""
    return one.variable == name and path[: len(way)] == way


def _no_answer(known: Sequence[str], value: str) -> str | None:
    """Why a value is no answer, in words; None where it is one of the *known*."""
    return None if value in known else f"is one of {', '.join(known)}"


def _possible(
    here: Path, when: Condition, refusal: Callable[[str], str | None]
) -> Iterator[Finding]:
    for value in when.values:
        if (why := refusal(value)) is not None:
            message = f"{quoted(when.name)} is never {quoted(value)}"
            yield Finding(here, message, f"a value that it can have; it {why}")


# Where answers lead. ----------------------------------------------------------------------------


def _gotos(procedure: Procedure, paths: dict[str, Path]) -> Iterator[Finding]:
    """Every `goto` leads to a step or a group that can be gone to from its question."""
    around = dict(_around(procedure.steps, ()))
    placed = procedure.leaves()
    for one in placed:
        for index, option in enumerate(options_of(one.step)):
            if option.goto is None:
                continue
            at = (*paths[one.step.id], "decide", "options", index, "then", "goto")
            if option.goto not in paths and option.goto in ENDS:
                message = f"there is no step {quoted(option.goto)}, and a run is ended by people"
                yield Finding(at, message, _to_the_end(placed[-1]))
            elif option.goto not in paths:
                yield undefined(at, option.goto, "step", paths, "steps:")
            elif option.goto == one.step.id:
                yield Finding(at, "a question cannot lead to itself", "the step before it")
            elif (into := _into(around[option.goto], around[one.step.id])) is not None:
                message = f"this leads into {into}, in which the question does not stand"
                yield Finding(at, message, "a step outside of it, or the whole of it")


def _to_the_end(last: Placed) -> str:
    """What an answer leads to after which nothing is left to do: never to what harms."""
    harmless = last.step.danger is None and not any(one.when for one in (last.step, *last.groups))
    if harmless and not last.groups:
        return f"{last.step.id}, which is the last step"
    return "the id of a last step, one that says what to tell and to close the run"


_Way = tuple[tuple[Container, str], ...]
"""What a step stands in, and the way in each by which it is reached."""


def _around(steps: Sequence[ProcedureStep], outside: _Way) -> Iterator[tuple[str, _Way]]:
    for step in steps:
        yield step.id, outside
        for container, _ in containers_of(step):
            for inner in container.steps:
                yield from _around([inner], (*outside, (container, inner.id)))


def _into(target: _Way, question: _Way) -> str | None:
    """What a way leads into, from outside, that is entered only by a choice."""
    mine = {(container.id, by if container.one_of else "") for container, by in question}
    for container, by in target:
        chosen = container.one_of or bool(
            container.answers or container.fails or container.for_each
        )
        if chosen and (container.id, by if container.one_of else "") not in mine:
            kind = "the failure of" if container.fails else "the branch"
            kind = "an alternative of" if container.one_of else kind
            kind = "the members of" if container.for_each else kind
            return f"{kind} {quoted(container.title)}"
    return None


def _round_for_ever(procedure: Procedure, paths: dict[str, Path]) -> Iterator[Finding]:
    """From every step the end can be reached, and every step can be."""
    placed = procedure.leaves()
    after = [_after(placed, n) for n in range(len(placed))]
    back: list[list[int]] = [[] for _ in range(len(placed) + 1)]
    for n, following in enumerate(after):
        for one_after in following:
            back[one_after].append(n)
    reached, leaves = _reached([0], after), _reached([len(placed)], back)
    for n in sorted(reached - leaves):
        if any(option.goto for option in options_of(placed[n].step)):
            message = "every answer leads back: nobody gets out of this round"
            at = (*paths[placed[n].step.id], "decide")
            yield Finding(at, message, "an answer that goes on", at_key=True)
    if not reached - leaves:
        for n, one in enumerate(placed):
            if n not in reached and n - 1 in reached:
                write = "an answer that goes on, or no such step"
                yield Finding(paths[one.step.id], "no answer leads to this step", write)


def reachable(placed: Sequence[Placed], without: int) -> set[int]:
    """The indexes of the steps that can be reached while nobody does one of them."""
    after = [_after(placed, n) if n != without else [] for n in range(len(placed))]
    return _reached([0], after) - {without}


def _after(placed: Sequence[Placed], n: int) -> list[int]:
    """The indexes of the steps that can come next; the end is one more than the last."""
    options = options_of(placed[n].step)
    following = [_next(placed, n, option) for option in options or (None,)]
    fails = placed[n].step.id
    if n + 1 < len(placed) and any(one.fails == fails for one in placed[n + 1].groups):
        following.append(n + 1)
    return list(dict.fromkeys(following))


def _next(placed: Sequence[Placed], n: int, option: Option | None) -> int:
    if option is not None and option.goto is not None:
        target = first_of(placed, option.goto)
        return n if target is None else target
    if option is not None and option.steps:
        inside = first_of(placed, option.steps[0].id)
        return n if inside is None else inside
    mine = {container.id for container in placed[n].groups}
    for later in range(n + 1, len(placed)):
        if all(one.id in mine for one in placed[later].groups if one.answers or one.fails):
            return later
    return len(placed)


def _reached(begun: list[int], following: Sequence[Sequence[int]]) -> set[int]:
    found: set[int] = set()
    while begun:
        n = begun.pop()
        if n not in found:
            found.add(n)
            begun += following[n] if n < len(following) else ()
    return found
