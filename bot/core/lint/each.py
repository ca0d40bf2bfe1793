"""Rules over groups that are done for each member: whose members, and who knows which of them.

They see a procedure that has its shape, and whose steps each have an id of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.lint.problem import Document
from bot.core.lint.references import walk
from bot.core.lint.scopes import Scopes
from bot.core.lint.texts import checks_named, placeholders
from bot.core.procedure import Group, Procedure, finds_of, is_group
from bot.core.procedure.each import Repeat, found_in, repeat
from bot.core.procedure.finding import Finding, Path, quoted


def scoped(procedure: Procedure) -> Sequence[tuple[Path, Repeat]]:
    """The groups that are repeated, each with the path to its steps."""
    return [
        ((*path, "steps"), repeat(procedure, step))
        for path, step in walk(procedure.steps)
        if is_group(step) and step.for_each is not None
    ]


def each(procedure: Procedure, document: Document) -> Iterator[Finding]:
    """Find groups whose members cannot be known, and names that are a member's elsewhere."""
    groups = scoped(procedure)
    if not groups:
        return
    for path, one in groups:
        yield from _sources(procedure, path[:-1], one)
        around = next((o for p, o in groups if p != path and path[: len(p)] == p), None)
        if around is not None:
            message = f"this is done for each {one.variable} of each {around.variable}"
            write = "one `for_each` around all of these steps, or two groups beside each other"
            yield Finding((*path[:-1], "for_each"), message, write, at_key=True)
    yield from _variables(procedure, document, groups)
    yield from _checks(procedure, document, groups)
    yield from _own(procedure, document, groups)


def _sources(procedure: Procedure, path: Path, one: Repeat) -> Iterator[Finding]:
    """It is known whose members they are."""
    at: Path = (*path, "for_each", one.variable)
    given = procedure.inputs.get(one.of)
    if one.target is None:
        return
    if given is not None and one.group.target is None:
        message = f"{quoted(one.of)} is an input of one value"
        yield Finding(at, message, "list: true at the input, or the name of a set")
    elif not one.target:
        message = f"it is not clear which target has the set {quoted(one.of)}"
        yield Finding(at, message, "target: and its name, beside for_each")


def _variables(
    procedure: Procedure, document: Document, groups: Sequence[tuple[Path, Repeat]]
) -> Iterator[Finding]:
    """Every variable is one thing's name, and is used."""
    answers = {name for one in procedure.leaves() for name in finds_of(one.step)}
    scopes = Scopes(document)
    used = {(path, name) for path, name in placeholders(document) if name in scopes.known(path)}
    asked = {
        (path, step.when.name) for path, step in walk(procedure.steps) if step.when is not None
    }
    checks = dict(checks_named(document))
    for path, one in groups:
        at: Path = (*path[:-1], "for_each", one.variable)
        if one.variable in procedure.inputs or one.variable in answers:
            what = "an input" if one.variable in procedure.inputs else "an answer"
            message = f"{quoted(one.variable)} is the name of {what}, too"
            yield Finding(at, message, "another name", at_key=True)
            continue
        mine = {("checks", name) for p, name in checks.items() if p[: len(path)] == path}
        for _, name in sorted(mine):
            check = procedure.checks.get(name)
            if check is not None and one.variable in (check.each or ()):
                where: Path = ("checks", name, "each", one.variable)
                message = f"{quoted(one.variable)} is a member of the group that asks for it, too"
                yield Finding(where, message, "another name", at_key=True)
        if not any(
            name == one.variable and (p[: len(path)] == path or p[:2] in mine)
            for p, name in (*used, *asked)
        ):
            message = f"no step of it uses {quoted(one.variable)}"
            write = f"{{{{ {one.variable} }}}} where the member is meant"
            yield Finding(at, message, write, severity="warning", at_key=True)


def _checks(
    procedure: Procedure, document: Document, groups: Sequence[tuple[Path, Repeat]]
) -> Iterator[Finding]:
    """A check that asks for a member is asked for by steps of members only."""
    asking: dict[str, list[Path]] = {}
    for path, name in checks_named(document):
        asking.setdefault(name, []).append(path)
    told: set[tuple[str, str]] = set()
    for path, name in placeholders(document):
        check = str(path[1]) if path[0] == "checks" else ""
        ways = [way for way, one in groups if one.variable == name]
        if not check or not ways or name in procedure.inputs or (check, name) in told:
            continue
        if name in (procedure.checks[check].each or {}):
            continue
        others = [p for p in asking.get(check, ()) if not any(p[: len(w)] == w for w in ways)]
        if others and len(others) < len(asking[check]):
            told.add((check, name))
            if any(p[0] == "verification" for p in others):
                message = f"the verification asks this check, and {quoted(name)} is nobody there"
                write = "another check there: of all at once, or with each: { node: nodes }"
                yield Finding(path, message, write)
                continue
            message = f"{quoted(name)} is known where steps are done for each, and not to all"
            yield Finding(path, f"{message} that ask this check", "a check of its own for these")


def _own(
    procedure: Procedure, document: Document, groups: Sequence[tuple[Path, Repeat]]
) -> Iterator[Finding]:
    """What a member's steps find is that member's."""
    owners = {name: (way, one.group) for way, one in groups for name in found_in(one.group)}
    whens = [
        ((*path, "when"), step.when.name)
        for path, step in walk(procedure.steps)
        if step.when is not None
    ]
    for path, name in (*placeholders(document), *whens):
        if name not in owners or path[0] == "checks":
            continue
        way, group = owners[name]
        if path[: len(way)] != way:
            yield _elsewhere(path, name, group)


def _elsewhere(path: Path, name: str, group: Group) -> Finding:
    message = f"{quoted(name)} is each member's own, and this stands outside"
    return Finding(path, message, f"it in a step of {quoted(group.title)}")
