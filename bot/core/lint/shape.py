"""Whether a document has the shape of a procedure, in an author's words.

The models decide; this only turns what pydantic says into what is wrong and what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.lint.meant import (
    as_keys,
    as_list,
    as_names,
    as_text,
    behind,
    filled_in,
    name,
    slug,
    text,
)
from bot.core.lint.misfits import misfit
from bot.core.lint.problem import Document
from bot.core.lint.synonyms import meant_by
from bot.core.lint.texts import steps_in
from bot.core.lint.vocabulary import METHODS, advice, meant_key, model_at, name_of
from bot.core.procedure import (
    ID_PATTERN,
    RESERVED_IDS,
    Check,
    Procedure,
    Symptom,
    Task,
    VerifyByCheck,
)
from bot.core.procedure.finding import Finding, Path, in_quotes, quoted
from bot.core.words.verbs import FIRST

_SAMPLES = {
    "schema": "schema: procedure/v1",
    "id": "id: revoke-key, small letters, digits and dashes",
    "symptoms": "symptoms: and a list of how the trouble shows",
    "steps": "steps: and a list of what to do",
    "options": "options: and a list of 2 to 5 answers",
    "check": "check: (a check), or confirm: (a sentence)",
    "lines": "lines: and a list of lines, as in verification",
    "group": "group: (what its lines are about)",
    "every": "every: 5s",
    "deadline": "deadline: 10m",
    "pointer": "pointer: /position",
    "target": "target: (the system that is asked, a name of the bot's configuration)",
    "goto": "goto: (the id of a step)",
    "run": "run: (the command)",
    "url": "url: https://…",
}
_OPERAND = ("a text, a number, true, false or null is compared", "one of these")
_UNIONS = {
    "status": ("a status is a number from 100 to 599, or a list of them", "200, or [200, 204]"),
    **dict.fromkeys(("equals", "not_equals", "in", "contains"), _OPERAND),
}
_MAPPING = "the blank after a colon made a mapping of this text"
_QUOTE = "the text in quotes, or after `|` on a line of its own"


def shape(document: Document) -> tuple[Procedure | None, list[Finding]]:
    """Read *document* as a procedure; findings say why it is none."""
    empties = list(_empty(document, document.data, ()))
    try:
        procedure = Procedure.model_validate(document.data)
    except ValidationError as error:
        return None, empties + list(_words(document, error.errors(include_url=False)))
    return (None if empties else procedure), empties


def _empty(document: Document, value: Any, path: Path) -> Iterator[Finding]:
    """Find keys with nothing behind them, which the models would take for absent."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _empty(document, inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _empty(document, inner, (*path, index))
    elif value is None and not _may_be_null(path) and not _cut_by_comma(document, path):
        last = path[-1] if path else "the file"
        what = quoted(last) if isinstance(last, str) else "this entry"
        if comment := document.comments.get(path):
            message = f"{what} is empty: {quoted(comment)} is a comment to YAML"
            begin = f"{last}: " if isinstance(last, str) else "- "
            write = f"{begin}{in_quotes(comment)}, or leave the line out"
            yield Finding(path, message, write, at_key=True)
            return
        write = behind(path) or "a value, or leave the line out"
        yield Finding(path, f"{what} is empty", write, at_key=True)


def _may_be_null(path: Path) -> bool:
    """A null can be expected of an answer; nowhere else does it mean anything."""
    return "expect" in path and any(key in path[-2:] for key in ("equals", "not_equals", "in"))


def _cut_by_comma(document: Document, path: Path) -> bool:
    return path[:-1] in document.flow and document.raw.get(path) == ""


def _words(document: Document, errors: list[ErrorDetails]) -> Iterator[Finding]:
    located = [(path_in(document.data, error), error) for error in errors]
    misspelt = {known for path, error in located for known in _misspelt(document, path, error)}
    seen: set[tuple[Path, bool]] = set()
    for path, error in located:
        missing = error["type"] == "missing"
        if missing and (*path, str(error["loc"][-1])) in misspelt:
            continue  # it is there, and misspelt: that is said where it stands
        if not missing and (path, missing) in seen:
            continue  # the other branches of a union say the same of the same value
        if error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]:
            continue  # pydantic counts only the good entries; the bad ones are said themselves
        seen.add((path, missing))
        empty = error["input"] is None and not missing and error["type"] != "extra_forbidden"
        if empty and not _cut_by_comma(document, path):
            continue  # already said: it is empty
        yield _finding(document, path, error)


def _misspelt(document: Document, path: Path, error: ErrorDetails) -> Iterator[Path]:
    """What an unknown key was meant for, by its path."""
    if error["type"] == "extra_forbidden":
        inside = _at(document.data, path[:-1])
        model = model_at(path[:-1], inside)
        written = advice(model, str(path[-1]), inside).partition(":")[0]
        known = meant_key(model, str(path[-1]))
        for key in (written, known, *(("check",) if written == "confirm" else ())):
            if key is not None:
                yield (*path[:-1], key)
        if _colon_in_text(document, path, inside):
            yield from ((*path[:-1], key) for key in ("text", "check"))


def _colon_in_text(document: Document, path: Path, inside: Any) -> bool:
    """Whether the one key of an entry is the beginning of a sentence, up to its colon."""
    return (
        model_at(path[:-1], inside) in (Symptom, VerifyByCheck)
        and len(inside) == 1
        and path[:-1] not in document.flow
        and isinstance(inside[path[-1]], str)
        and meant_by(model_at(path[:-1], inside), str(path[-1])) is None
    )


def path_in(data: Any, error: ErrorDetails) -> Path:
    """Follow pydantic's location through *data*, past the names of tags and of union branches."""
    path: list[str | int] = []
    for part in error["loc"]:
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
            path.append(part)
    return tuple(path)


def _finding(document: Document, path: Path, error: ErrorDetails) -> Finding:
    kind, value = error["type"], error["input"]
    if error["loc"] and error["loc"][-1] == "[key]":
        return _bad_name(path)
    if kind == "extra_forbidden":
        return _unknown_key(document, path)
    if kind == "missing":
        return _missing(path, str(error["loc"][-1]), value)
    if kind == "author":
        context = error["ctx"]
        at = (*path, context["at"]) if context["at"] else path
        if at[-2:] == ("wait", "for") and _is_check(document, value):
            return Finding(at, "`for` is a time, and this is a check", f"until: {value}")
        return Finding(at, str(context["message"]), str(context["write"]))
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    if (
        last in _UNIONS
        and path[0] != "matches"
        and not (last == "in" and not isinstance(value, list))
    ):
        return Finding(path, *_UNIONS[last])
    if value is None and kind.endswith("_type"):
        # A word of a flow mapping with no colon behind it, such as `{ nodes }`.
        return Finding(path, f"{quoted(last)} has no value", f"{last}: …", at_key=True)
    if kind == "string_type":
        return _not_a_text(document, path, value)
    if kind in _OF_KIND:
        return Finding(path, *_OF_KIND[kind](path, value))
    raw = document.raw.get(path, str(value))
    what, write = misfit(last, kind, error, raw)
    return Finding(path, what, write)


_OF_KIND = {
    "tuple_type": as_list,
    "dict_type": as_names,
    "model_type": as_keys,
    "model_attributes_type": as_keys,
}


def _is_check(document: Document, value: Any) -> bool:
    checks = document.data.get("checks") if isinstance(document.data, dict) else None
    return isinstance(checks, dict) and isinstance(value, str) and value in checks


def _missing(path: Path, key: str, inside: Any) -> Finding:
    write = _SAMPLES.get(key, f"{key}: …")
    if key == "id" and path and isinstance(inside, dict) and isinstance(inside.get("title"), str):
        write = f"id: {slug(inside['title'])}, or another short name"
    return Finding(path, f"{quoted(key)} is missing", write)


def _bad_name(path: Path) -> Finding:
    bad = quoted(path[-1])
    if path[0] in ("checks", "roles"):
        what = "check" if path[0] == "checks" else "role"
        message = f"{bad} cannot name a {what}"
        write = f"{slug(path[-1])}, of small letters, digits and dashes"
    elif path[0] == "matches":
        message = f"{bad} cannot name a label"
        write = f"{name(path[-1])}, of letters, digits and underscores"
    elif path[0] == "glossary":
        message = f"{bad} is no word to explain"
        write = "one line of 60 characters at most, with no blank at its ends"
    else:
        message = f"{bad} cannot name a value"
        write = f"{name(path[-1])}, of letters, digits and underscores"
    return Finding(path, message, write, at_key=True)


def _unknown_key(document: Document, path: Path) -> Finding:
    key, inside = str(path[-1]), _at(document.data, path[:-1])
    model = model_at(path[:-1], inside)
    if _cut_by_comma(document, path):
        message = f"the comma before {quoted(key)} cut the text in two"
        return Finding(path, message, "quotes around the whole text", at_key=True)
    if _colon_in_text(document, path, inside):
        return Finding(path[:-1], _MAPPING, f"- {in_quotes(f'{key}: {inside[key]}')}")
    if model is Check and key.lower() in METHODS:
        message = f"a check only looks, with GET or HEAD; {quoted(key)} is not for checks"
        return Finding(path, message, "get: /path", at_key=True)
    write = filled_in(advice(model, key, inside), inside[key])
    return Finding(path, f"{name_of(model)} has no key {quoted(key)}", write, at_key=True)


def _not_a_text(document: Document, path: Path, value: Any) -> Finding:
    last = path[-1]
    if isinstance(value, dict):
        return Finding(path, *_mapping(document, path, value))
    if isinstance(value, list):
        return Finding(path, *as_text(path, value))
    raw = document.raw.get(path, str(value))
    kind = "a truth value" if isinstance(value, bool) else "a number"
    if last == "goto":
        message = f"{quoted(raw)} is {kind}, and a step is named by its id"
        return Finding(path, message, "goto: (the `id` of that step)")
    if last == "confirm" and isinstance(value, bool):
        write = 'confirm: "{{ node }}", or leave it out: danger: destructive asks by itself'
        return Finding(path, "`confirm` is the text that is to be typed", write)
    return Finding(path, f"{quoted(raw)} is {kind}, where a text is meant", f'"{raw}"')


def _mapping(document: Document, path: Path, value: dict[Any, Any]) -> tuple[str, str]:
    """What is wrong where a text is meant and a mapping stands, and the line to write."""
    last = path[-1]
    if last == "promql":
        return "braces at its beginning make a mapping of this query", "it in quotes, or after `|`"
    if last == "on_failure" and "goto" in value:
        what = "a failure leads nowhere by itself: people read what to do"
        titles = {step.get("id"): step.get("title") for _, step in steps_in(document)}
        named = titles.get(value["goto"]) if isinstance(value["goto"], str) else None
        to = text(f"Go on with the step {named or value['goto']}")
        return what, f"on_failure: {to}, or a list of steps"
    if last == "on_failure" and {"id", "title", "do", "run"} & value.keys():
        return "the steps for a failure are a list", f"`- ` before {quoted(next(iter(value)))}"
    if last == "on_failure" and "steps" in value:
        return "the steps for a failure stand under `on_failure` itself", "them without `steps:`"
    if last in ("check", "until"):
        what = f"{quoted(last)} is the name of a check"
        return what, f"{last}: NAME, and NAME: with these keys under `checks:`"
    key, inner = next(iter(value.items()), ("", ""))
    begin = "- " if isinstance(last, int) else f"{last}: "
    if len(value) > 1 or isinstance(inner, dict | list):
        if path in document.flow:
            return "a mapping where one text is meant", "one text"
        return _MAPPING, _QUOTE
    if path in document.flow or last == "starts":
        return "a mapping where one text is meant", f"{begin}{text(inner)}"
    if meant_by(Task, str(key)) == "run:" or key in ("run", "text"):
        return "a mapping where one text is meant", f"{begin}{text(inner)}"
    return _MAPPING, f"{begin}{in_quotes(f'{key}: {inner}')}"


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def identity(document: Document, stem: str) -> Iterator[Finding]:
    """Compare the id with the name of the file and the words that the bot keeps for itself."""
    found = document.data.get("id") if isinstance(document.data, dict) else None
    if not isinstance(found, str) or not found:
        return
    if found in RESERVED_IDS:
        yield Finding(("id",), f"`/runbook {found}` means something else", "another id")
        return
    if found in FIRST:
        # It may be older than the word: it is served, and found by who types what they always did.
        message = f"`/runbook {found}` does something with a run, and `start {found}` starts this"
        write = "another id, if people are to start it by its id alone"
        yield Finding(("id",), message, write, severity="warning")
    if found != stem and re.fullmatch(ID_PATTERN, found):  # else its shape is what is wrong
        message = f"the id {quoted(found)} is not the file's name"
        rename = f"rename the file to {found}.yaml"
        may = re.fullmatch(ID_PATTERN, stem) and stem not in RESERVED_IDS
        yield Finding(("id",), message, f"id: {stem}, or {rename}" if may else rename)
