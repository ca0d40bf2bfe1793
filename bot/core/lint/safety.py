"""Rules over what reaches a shell or a target: nothing unbounded, nothing but a path.

They see a procedure that has its shape; names are judged in `references`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from jmespath.exceptions import JMESPathError

from bot.core.checks.query import burden
from bot.core.lint.each import scoped
from bot.core.lint.problem import Document
from bot.core.lint.references import walk
from bot.core.lint.texts import is_typed, placeholders
from bot.core.procedure import Asked, Check, Poll, Procedure, captures_of
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.promql import places
from bot.core.template import names

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DOTS = re.compile(r"(^|/)(\.|%2e){2}(?=$|[/?;])", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")

_HOSTILE = (
    "a b",
    "x; ls",
    "x|ls",
    "x&ls",
    "$(ls)",
    "`ls`",
    "x>y",
    "x'y",
    'x"y',
    "../x",
    "x?y",
    "x#y",
)
"""Values that would change a command or a path; a pattern that lets one through guards little."""


def safety(procedure: Procedure, document: Document) -> Iterator[Finding]:
    """Find inputs that could carry anything, and checks that could ask for anything."""
    exposed = {name for path, name in placeholders(document) if _exposes(path)}
    exposed |= {name for check in procedure.checks.values() for name in _bare(check)}
    exposed |= {one.of for _, one in scoped(procedure) if one.variable in exposed}
    for check in procedure.checks.values():
        exposed |= {of for name, of in (check.each or {}).items() if name in names(check.path)}
    for name in sorted(exposed & procedure.inputs.keys()):
        yield from _guard(name, procedure.inputs[name], ("inputs", name))
    for path, step in walk(procedure.steps):
        for name, spec in captures_of(step).items():
            if name in exposed:
                yield from _guard(name, spec, (*path, "captures", name))
    for name, check in procedure.checks.items():
        yield from _check(procedure, ("checks", name), check)


def _exposes(path: Path) -> bool:
    """Whether a text is typed into a shell or is part of an address."""
    return is_typed(path) or path[-1] in ("get", "head", "dns", "url", "where")


def _bare(check: Check) -> Iterator[str]:
    """The values that stand in a query outside of quotes, where one could ask for anything."""
    for place in places(check.promql or ""):
        if place.name is not None and not place.quote:
            yield place.name


def _guard(name: str, given: Asked, here: Path) -> Iterator[Finding]:
    if not given.guarded:
        message = f"{quoted(name)} goes into a command or an address unchecked"
        yield Finding(here, message, 'pattern: "[a-z0-9-]+", or enum: [a, b]', at_key=True)
    elif given.enum is None:
        through = next((bad for bad in _HOSTILE if given.refusal(bad) is None), None)
        if through is not None:
            message = f"the pattern lets {quoted(through)} into a command or an address"
            write = 'a narrower one, such as "[a-z0-9-]+"'
            yield Finding((*here, "pattern"), message, write, severity="warning")


def _check(procedure: Procedure, here: Path, check: Check) -> Iterator[Finding]:
    at = (*here, check.asks)
    for place, text in _asked(check):
        trouble = _name(text) if check.dns is not None else text and _address(text)
        if trouble:
            yield Finding((*here, *place), *trouble)
    for variable in check.each or ():
        found = (name for one in procedure.leaves() for name in captures_of(one.step))
        if variable in procedure.inputs or variable in found:
            kind = "an input" if variable in procedure.inputs else "a value of a step"
            message = f"{quoted(variable)} is the name of {kind}, too"
            yield Finding((*here, "each", variable), message, "another name", at_key=True)
        elif check.path and variable not in names(check.path):
            what = "path" if check.dns is None else "name"
            message = f"the {what} asks every member for the same: it lacks {quoted(variable)}"
            yield Finding(at, message, f"{{{{ {variable} }}}} in the {what}")
    if check.poll is not None:
        yield from _poll((*here, "poll"), check.poll)
    for index, expectation in enumerate(check.expect):
        kind, selected = expectation.selector or ("", "")
        place = (*here, "expect", index, kind)
        if kind in ("pointer", "jmespath") and check.head is not None:
            yield Finding(place, "an answer to HEAD has no body to look into", "get: in the check")
        if kind == "jmespath":
            yield from _query(place, selected)


def _asked(check: Check) -> Iterator[tuple[Path, str]]:
    """Each path or name that is asked for, by where it stands in the check."""
    if check.requests is None:
        yield (check.asks,), check.path
    for index, one in enumerate(check.requests or ()):
        yield ("requests", index, "get"), one.get


def _poll(here: Path, poll: Poll) -> Iterator[Finding]:
    if poll.deadline <= poll.every:
        message = "the deadline comes before the second look"
        yield Finding((*here, "deadline"), message, "a deadline longer than every")
    if poll.stall_after is not None:
        if poll.stall_after >= poll.deadline:
            message = "the deadline comes before the stall is told"
            yield Finding((*here, "stall_after"), message, "a time shorter than the deadline")
        if poll.progress is None:
            message = "nothing shows whether it stalls"
            yield Finding((*here, "stall_after"), message, "progress: { pointer: /lsn }, too")


_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)


def _name(name: str) -> tuple[str, str] | None:
    """Say why *name* is none that a server of names knows, and what to write."""
    if _NAME.fullmatch(_PLACEHOLDER.sub("x", name)) is None:
        return f"{quoted(name)} is no name of the DNS", "the name alone: www.example.com"
    return None


def _address(path: str) -> tuple[str, str] | None:
    """Say why *path* is no path on a target, and what to write; None when it is one."""
    bare = _PLACEHOLDER.sub("x", path)
    if (asked := _PROMETHEUS.fullmatch(path)) and (
        _SENT.fullmatch(bare) is None or "+" in asked[1]
    ):
        write = f"promql: {unquote(asked[1].partition('&')[0])}"
        return "a query in PromQL is sent encoded, and the bot does that", write
    if _SCHEME.match(bare) or bare.startswith("//"):
        return "an address; the target's own is in the bot's configuration", "the path: /keys"
    if not bare.startswith("/"):
        return "a path starts with a slash", f"/{path}"
    if "#" in bare:
        return "a fragment (`#`) is never sent to a target", "the path without it"
    if _DOTS.search(bare):
        return "`..` leads out of the path", "the path that is meant"
    if "\\" in bare or any(c.isspace() or not c.isprintable() for c in bare):
        return "a blank or a backslash in a path", "%20, or the path that is meant"
    if "+" in bare.partition("?")[2]:
        return "`+` is read as a blank in a query", "%20 for a blank, %2B for the sign"
    if _SENT.fullmatch(bare) is None:
        sign = next(one for one in bare if _SENT.fullmatch("/" + one) is None)
        return f"{quoted(sign)} is not sent as it stands", _encoded(path)
    return None


_SENT = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*", re.ASCII)
"""What is sent as it stands; the prober asks for no other path."""
_PROMETHEUS = re.compile(r"/.*api/v1/query(?:_range)?\?query=(.*)", re.DOTALL)


def _encoded(path: str) -> str:
    """The path as it is sent, with its placeholders as they are."""
    made, last = "", 0
    for found in _PLACEHOLDER.finditer(path):
        made += quote(path[last : found.start()], safe="/?=&-._~!$'()*,;:@%") + found[0]
        last = found.end()
    return made + quote(path[last:], safe="/?=&-._~!$'()*,;:@%")


def _query(path: Path, query: str) -> Iterator[Finding]:
    try:
        if too_much := burden(query):
            yield Finding(path, too_much, "less; the target can compute the rest")
    except JMESPathError as error:
        why = str(error).partition("\n")[0]
        yield Finding(path, f"not a JMESPath expression: {why}", "length(orphans), for example")
