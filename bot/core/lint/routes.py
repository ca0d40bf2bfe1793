"""Whether a file of routes says where alerts are told, in an author's words.

The models decide; this turns what they say into what is wrong and what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.alerts.routing import SCHEMA, Route, Routes
from bot.core.lint.meant import as_list, as_names, name, text
from bot.core.lint.misfits import misfit
from bot.core.lint.problem import Document, Problem, ordered
from bot.core.lint.shape import path_in
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.search import misspelt

_SAMPLES = {
    "schema": f"schema: {SCHEMA}",
    "default": 'default: "#incidents", the channel of all that no route fits',
    "matches": "matches: [{ team: storage }]",
    "channel": 'channel: "#storage"',
}
_KEYS = {
    **dict.fromkeys(("match", "matchers", "when", "if", "labels"), "matches:"),
    **dict.fromkeys(("to", "slack", "slack_channel", "receiver", "room"), "channel:"),
    **dict.fromkeys(("rules", "route"), "routes:"),
    **dict.fromkeys(("fallback", "else", "default_channel"), "default:"),
    "continue": "nothing: the first route that fits says where",
}
_CHANNEL = "a channel is named with its sign, or by its id"


@dataclass(frozen=True, slots=True)
class Routing:
    """A file of routes looked through: what it says if nothing is an error, and all problems."""

    routes: Routes | None
    problems: tuple[Problem, ...]


def is_routes(document: Document) -> bool:
    """Whether a document means to be a file of routes."""
    said = document.data.get("schema") if isinstance(document.data, dict) else None
    return isinstance(said, str) and said.partition("/")[0] == SCHEMA.partition("/")[0]


def examine_routes(document: Document, file: str, found: tuple[Problem, ...] = ()) -> Routing:
    """Look through the *document* of a file of routes; *found* is what its reader found."""
    routes: Routes | None = None
    try:
        routes = Routes.model_validate(document.data)
    except ValidationError as error:
        findings = list(_findings(document, error.errors(include_url=False)))
    else:
        findings = list(_never_reached(routes))
    taken = {(one.line, one.col) for one in found}
    placed = (document.problem(file, one) for one in findings)
    problems = (*found, *(one for one in placed if (one.line, one.col) not in taken))
    refused = any(one.severity == "error" for one in problems)
    return Routing(None if refused else routes, ordered(problems))


def _findings(document: Document, errors: Sequence[ErrorDetails]) -> Iterator[Finding]:
    """What is wrong, each once: a key that is misspelt is not missing as well."""
    said = {
        (*path_in(document.data, one)[:-1], meant.rstrip(":"))
        for one in errors
        if one["type"] == "extra_forbidden" and (meant := _meant(path_in(document.data, one)))
    }
    for one in errors:
        path = path_in(document.data, one)
        if one["type"] == "missing" and (*path, one["loc"][-1]) in said:
            continue
        if one["type"] == "too_short" and len(one["input"]) >= one["ctx"]["min_length"]:
            continue  # only the good entries are counted; the bad ones are said themselves
        yield _finding(document, one)


def _finding(document: Document, error: ErrorDetails) -> Finding:
    path, kind, value = path_in(document.data, error), error["type"], error["input"]
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    if error["loc"] and error["loc"][-1] == "[key]":
        write = f"{name(path[-1])}, of letters, digits and underscores"
        return Finding(path, f"{quoted(path[-1])} cannot name a label", write, at_key=True)
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        key = str(error["loc"][-1])
        return Finding(path, f"{quoted(key)} is missing", _SAMPLES.get(key, f"{key}: …"))
    if kind == "author":
        return Finding(path, str(error["ctx"]["message"]), str(error["ctx"]["write"]))
    if value is None:
        write = _SAMPLES.get(last, "a value, or leave the line out")
        return Finding(path, f"{quoted(last)} is empty", write, at_key=True)
    if last in ("default", "channel") and kind.startswith("string"):
        meant = str(value).lstrip("#").replace(" ", "-")[:80]
        return Finding(path, _CHANNEL, f'"#{meant}"' if meant else '"#incidents"')
    return Finding(path, *_wrong(document, path, kind, error))


def _wrong(document: Document, path: Path, kind: str, error: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a value of another kind, or of another size, and what to write."""
    value, last = error["input"], path[-1] if path else ""
    if kind == "tuple_type":
        return as_list(path, value)
    if kind == "dict_type" and path:
        return as_names(path[-2:], value)
    if kind == "model_type" and path:
        return (
            "a route has keys of its own",
            '- { matches: [{ team: storage }], channel: "#storage" }',
        )
    if not path:
        return "a file of routes has keys of its own", "schema:, default: and routes:"
    if kind == "string_type":
        said = "|".join(map(str, value)) if isinstance(value, list) else value
        raw = document.raw.get(path, str(said))
        return "one text says what the label may be", f"{last}: {text(raw)}"
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    return misfit(key, kind, error, document.raw.get(path, str(value)))


def _unknown_key(path: Path) -> Finding:
    of = "a file of routes" if len(path) == 1 else "a route"
    write = _meant(path) or f"one of {', '.join(_known(path))}"
    return Finding(path, f"{of} has no key {quoted(path[-1])}", write, at_key=True)


def _meant(path: Path) -> str | None:
    """What to write in place of a key that there is not; None where nothing is like it."""
    key = str(path[-1])
    near = misspelt(_known(path), key)
    return _KEYS.get(key.lower()) or (f"{near}:" if near else None)


def _known(path: Path) -> list[str]:
    model = Routes if len(path) == 1 else Route
    return [field.alias or one for one, field in model.model_fields.items()]


def _never_reached(routes: Routes) -> Iterator[Finding]:
    """Warn of routes of which an earlier one takes all that they fit."""
    before: list[set[tuple[str, Any]]] = []
    for index, route in enumerate(routes.routes):
        mine = [set(matcher.items()) for matcher in route.matches]
        if all(any(earlier <= one for earlier in before) for one in mine):
            message = "an earlier route takes all that this one fits"
            write = "it before that one, or leave it out"
            yield Finding(("routes", index), message, write, severity="warning")
        before += mine
