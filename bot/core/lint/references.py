"""Rules over names: every one that is used exists, is defined once, and is used.

They see a procedure that has its shape; what a name leads to is judged in `safety`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from bot.core.lint.problem import Document
from bot.core.lint.scopes import Scopes
from bot.core.lint.texts import checks_named, placeholders, texts
from bot.core.procedure import ASKS, Procedure, Step, captures_of, format_of, inside, is_group
from bot.core.procedure.each import repeat
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.promql import places
from bot.core.procedure.search import nearest

_TIME = re.compile(r"[0-9]+[smhd]")


def walk(steps: Iterable[Step], path: Path = ("steps",)) -> Iterator[tuple[Path, Step]]:
    """Every step and group with its path in the document, in the order of the page."""
    for index, step in enumerate(steps):
        yield from _from(step, (*path, index))


def _from(step: Step, path: Path) -> Iterator[tuple[Path, Step]]:
    yield path, step
    for way, one in inside(step):
        yield from _from(one, (*path, *way))


def references(procedure: Procedure, document: Document) -> Iterator[Finding]:
    """Find names that lead nowhere, stand for two things, or that nothing uses."""
    yield from _few(procedure)
    yield from _steps_once(procedure)
    yield from _checks(procedure, document)
    yield from _of_kinds(procedure)
    yield from _inputs(procedure, document)
    yield from _filled(procedure)
    yield from _glossary(procedure, document)


MOST = {"steps": 300, "checks": 300, "inputs": 50, "glossary": 50}
"""How many of each a procedure may have, groups counted among the steps.

More is drawn, looked at and asked for by nobody: a form of Slack's holds a hundred blocks.
"""


def _few(procedure: Procedure) -> Iterator[Finding]:
    counts = {
        "steps": sum(1 for _ in walk(procedure.steps)),
        "checks": len(procedure.checks),
        "inputs": len(procedure.inputs),
        "glossary": len(procedure.glossary),
    }
    for what, count in counts.items():
        if count > MOST[what]:
            named = "words in `glossary`" if what == "glossary" else what
            message = f"{count:,} {named}, and a procedure has {MOST[what]} at most"
            yield Finding((what,), message, "several procedures", at_key=True)


def _steps_once(procedure: Procedure) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, step in walk(procedure.steps):
        if step.id in seen:
            yield twice(path, step.id)
        seen.add(step.id)


def twice(path: Path, name: str) -> Finding:
    """Say that the id of the step at *path* is another's."""
    message = f"the step id {quoted(name)} stands twice"
    return Finding((*path, "id"), message, "an id of its own for each step and group")


def _checks(procedure: Procedure, document: Document) -> Iterator[Finding]:
    used: set[str] = set()
    for path, name in checks_named(document):
        used.add(name)
        if name not in procedure.checks and path[-1] == "until" and _TIME.fullmatch(name):
            message = "`until` is the name of a check, and this is a time"
            yield Finding(path, message, f"for: {name}")
        elif name not in procedure.checks:
            yield undefined(path, name, "check", procedure.checks, "checks:")
    for name in procedure.checks:
        if name not in used:
            yield Finding(
                ("checks", name),
                f"nothing uses the check {quoted(name)}",
                f"`- check: {name}` in verification, or leave it out",
                severity="warning",
                at_key=True,
            )


def _of_kinds(procedure: Procedure) -> Iterator[Finding]:
    """What the kinds of steps have to say of their own."""
    for path, step in walk(procedure.steps):
        yield from format_of(step).rules(step, path, procedure.checks)


def undefined(path: Path, name: str, kind: str, known: Iterable[str], where: str) -> Finding:
    """Say that *name* leads nowhere, and what it may have been meant for."""
    meant = nearest(known, name, limit=1)
    write = meant[0] if meant else f"the {kind} under `{where}`"
    return Finding(path, f"there is no {kind} {quoted(name)}", write)


def _inputs(procedure: Procedure, document: Document) -> Iterator[Finding]:
    used = {step.when.name for _, step in walk(procedure.steps) if step.when is not None}
    found = [name for _, step in walk(procedure.steps) for name in captures_of(step)]
    used |= {of for _, step in walk(procedure.steps) for of in _repeated(step)}
    used |= {of for check in procedure.checks.values() for of in (check.each or {}).values()}
    scopes = Scopes(document)
    for path, name in placeholders(document):
        used.add(name)
        own = _members(procedure, path)
        member = name in own or name in scopes.known(path)
        if name not in procedure.inputs and name not in found and not member:
            where = _known_elsewhere(procedure, scopes, path, name)
            known = [*procedure.inputs, *found, *own]
            yield where or undefined(path, name, "input", known, "inputs:")
        elif name in procedure.inputs and procedure.inputs[name].list and _is_address(path):
            if path[-1] == "promql" and _in_pattern(procedure, path, name):
                continue
            message = f"{quoted(name)} is a list, and one value is meant here"
            write = f'a pattern: label=~"{{{{ {name} }}}}"' if path[-1] == "promql" else _ONE
            yield Finding(path, message, write)
    yield from _differences(procedure)
    lowered: dict[str, str] = {}
    for name, given in procedure.inputs.items():
        here = ("inputs", name)
        first = lowered.setdefault(name.lower(), name)
        if first != name:
            message = f"{quoted(name)} and {quoted(first)} differ only in capitals"
            yield Finding(here, message, "two names that no one confuses", at_key=True)
        if name not in used:
            message, write = (
                f"nothing uses the input {quoted(name)}",
                f"{{{{ {name} }}}} where it is meant",
            )
            yield Finding(here, message, write, severity="warning", at_key=True)
        elif not given.required and given.default is None:
            message = f"the input {quoted(name)} may stay empty where it is used"
            yield Finding(here, message, "required: true, or a default", at_key=True)
        if given.required and given.default is not None:
            message = "an input with a default is never missing"
            yield Finding(
                (*here, "required"), message, "required or default", "warning", at_key=True
            )


def _filled(procedure: Procedure) -> Iterator[Finding]:
    """Warn of values that come from an alert, where no alert leads to the procedure."""
    if procedure.alerts or procedure.matches or any(one.alert for one in procedure.symptoms):
        return
    for name, given in procedure.inputs.items():
        if given.from_ is not None:
            message = f"{quoted(name)} is filled from an alert, and none suggests this procedure"
            write = "alerts: or matches:, with the alerts that do"
            yield Finding(("inputs", name, "from"), message, write, "warning", at_key=True)


def _known_elsewhere(procedure: Procedure, scopes: Scopes, path: Path, name: str) -> Finding | None:
    """Say where a name is known, that is not known here; None where it is known nowhere."""
    if name in scopes.variables:
        message = f"{quoted(name)} is known only in the steps that are done for each"
        return Finding(path, message, f"it in a step of the group with for_each: {{ {name}: … }}")
    check = procedure.checks.get(str(path[1])) if path[0] == "checks" else None
    if check is not None and name in check.kept:
        message = f"{quoted(name)} is known only in the paths of later requests"
        return Finding(path, message, "the text without it, or an input")
    if check is not None and name in (check.each or {}):
        message = f"{quoted(name)} is known only in the path of this check"
        return Finding(path, message, "the text without it")
    return None


_ONE = "an input of one value"


def _in_pattern(procedure: Procedure, path: Path, name: str) -> bool:
    """Whether a list stands in a query only where any of its entries may be meant."""
    query = procedure.checks[str(path[1])].promql or ""
    return all(place.pattern for place in places(query) if place.name == name)


def _repeated(step: Step) -> Iterable[str]:
    """The list for each entry of which a step is done, or the set."""
    return (step.for_each or {}).values() if is_group(step) else ()


def _glossary(procedure: Procedure, document: Document) -> Iterator[Finding]:
    """Every word that is explained is one that the page says, and is explained once."""
    page = [text for path, text in texts(document.data) if path[:1] != ("glossary",)]
    said = "\n".join(page).casefold()
    lowered: dict[str, str] = {}
    for word in procedure.glossary:
        here = ("glossary", word)
        first = lowered.setdefault(word.casefold(), word)
        if first != word:
            message = f"{quoted(word)} and {quoted(first)} differ only in capitals"
            yield Finding(here, message, "one of them", at_key=True)
        elif word.casefold() not in said:
            message = f"the page never says {quoted(word)}"
            yield Finding(here, message, "the word as the page says it", "warning", at_key=True)


def _is_address(path: Path) -> bool:
    """Whether a text is an address, or is compared with an answer: a list has no place there."""
    return path[-1] in (*ASKS, "url") or (path[0] == "checks" and "expect" in path)


def _differences(procedure: Procedure) -> Iterator[Finding]:
    """Every `differs_from` leads to another input, and never round to where it began."""
    for name, given in procedure.inputs.items():
        other, here = given.differs_from, ("inputs", name, "differs_from")
        if other is None:
            continue
        if other == name:
            yield Finding(here, f"{quoted(name)} cannot differ from itself", "another input")
        elif other in procedure.inputs and procedure.inputs[other].list:
            yield Finding(here, f"{quoted(other)} is a list, and no one value", "another input")
        elif other not in procedure.inputs:
            others = [one for one in procedure.inputs if one != name]
            yield undefined(here, other, "input", others, "inputs:")
        elif name == next(iter(_round(procedure, name)), None):
            message = f"`differs_from` leads from {quoted(name)} back to it"
            yield Finding(here, message, "it at one of the two inputs, not at both")
        elif given.default is not None and given.default == procedure.inputs[other].default:
            message = f"{quoted(name)} and {quoted(other)} have the same default, and must differ"
            yield Finding(("inputs", name, "default"), message, "another default, or none")


def _round(procedure: Procedure, name: str) -> list[str]:
    """The inputs through which `differs_from` leads back to *name*, as the file orders them."""
    seen, at = {name}, procedure.inputs[name].differs_from
    while at is not None and at in procedure.inputs and at not in seen:
        seen.add(at)
        at = procedure.inputs[at].differs_from
    return [one for one in procedure.inputs if one in seen] if at == name else []


def _members(procedure: Procedure, path: Path) -> Iterable[str]:
    """What a check's own path may use: its `each`, or what an earlier request keeps."""
    if path[0] == "checks" and path[2:3] == ("requests",):
        requests = procedure.checks[str(path[1])].requests or ()
        return {name for one in requests[: int(path[3])] for name in one.keep}
    if path[0] == "checks" and path[2:] in (("get",), ("head",), ("dns",)):
        return procedure.checks[str(path[1])].each or ()
    return ()


def targets(procedure: Procedure, known: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Warn of targets and sets that the bot's configuration does not have: name -> its sets."""
    for name, check in procedure.checks.items():
        here: Path = ("checks", name)
        if check.target not in known:
            found = undefined((*here, "target"), check.target, "target", known, "targets:")
            yield replace(found, severity="warning")
        else:
            sets = known[check.target]
            for variable, members in (check.each or {}).items():
                listed = members in procedure.inputs and procedure.inputs[members].list
                if members not in sets and not listed:
                    at = (*here, "each", variable)
                    found = undefined(at, members, f"set of {check.target}", sets, "sets:")
                    yield replace(found, severity="warning")
    yield from _targets_of_groups(procedure, known)


def _targets_of_groups(
    procedure: Procedure, known: Mapping[str, Collection[str]]
) -> Iterator[Finding]:
    for path, step in walk(procedure.steps):
        if not is_group(step) or step.for_each is None:
            continue
        one = repeat(procedure, step)
        at: Path = (*path, "for_each", one.variable)
        sets = known.get(one.target or "")
        if step.target is not None and sets is None:
            found = undefined((*path, "target"), step.target, "target", known, "targets:")
            yield replace(found, severity="warning")
        elif sets is not None and one.of not in sets:
            found = undefined(at, one.of, f"set of {one.target}", sets, "sets:")
            yield replace(found, severity="warning")
