"""Whether a document has the shape of a procedure, in an author's words.

The models decide; this only turns what pydantic says into what is wrong and what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.lint.problem import Document
from bot.core.lint.vocabulary import ELSEWHERE, METHODS, keys_of, model_at, name_of
from bot.core.procedure import ID_PATTERN, RESERVED_IDS, RIGHTS, Procedure
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.search import nearest

_SAMPLES = {
    "schema": "schema: procedure/v1",
    "id": "id: revoke-key, small letters, digits and dashes",
    "symptoms": "symptoms: and a list of how the trouble shows",
    "steps": "steps: and a list of what to do",
    "until": "until: (a check)",
    "check": "check: (a check), or confirm: (a sentence)",
    "lines": "lines: and a list of lines, as in verification",
    "group": "group: (what its lines are about)",
}
_KINDS = {
    "bool_type": ("true or false", "true or false"),
    "int_type": ("a whole number", "a whole number"),
    "float_type": ("a number", "a number"),
    "finite_number": ("a number", "a number"),
    "tuple_type": ("a list", "one `- ` line for each"),
    "dict_type": ("a mapping of names", "name: and what belongs to it"),
    "model_type": ("a mapping of keys", "key: value"),
    "model_attributes_type": ("a mapping of keys", "key: value"),
}
_PATTERNS = {
    "severity": ("a severity is SEV1 to SEV5", "SEV1"),
    "url": ("a link starts with http:// or https:// and has no blanks", "the whole address"),
    "image": (
        "a picture is a PNG, JPEG or GIF in the file's folder or below it",
        "its path from there, such as images/panel.png",
    ),
    "header": ("a header's name is letters, digits and dashes", "Retry-After"),
    "people": ("a person is named by their id in Slack", "U012ABCDEF, as their profile has it"),
    "slack_group": ("a user group is named by its handle or its id", "key-custodians"),
    "pointer": ("a pointer starts with a slash (RFC 6901)", "/status"),
}
_GRADE = re.compile(r"[A-Za-z]*[ -]?([1-5])")
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
            yield Finding(path, message, "the value in quotes, or leave the line out", at_key=True)
            return
        yield Finding(path, f"{what} is empty", "a value, or leave the line out", at_key=True)


def _may_be_null(path: Path) -> bool:
    """A null can be expected of an answer; nowhere else does it mean anything."""
    return "expect" in path and any(key in path[-2:] for key in ("equals", "not_equals", "in"))


def _cut_by_comma(document: Document, path: Path) -> bool:
    return path[:-1] in document.flow and document.raw.get(path) == ""


def _words(document: Document, errors: list[ErrorDetails]) -> Iterator[Finding]:
    located = [(_path(document.data, error), error) for error in errors]
    seen: set[tuple[Path, bool]] = set()
    for path, error in located:
        missing = error["type"] == "missing"
        if not missing and (path, missing) in seen:
            continue  # the other branches of a union say the same of the same value
        if error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]:
            continue  # pydantic counts only the good entries; the bad ones are said themselves
        seen.add((path, missing))
        empty = error["input"] is None and not missing and error["type"] != "extra_forbidden"
        if empty and not _cut_by_comma(document, path):
            continue  # already said: it is empty
        yield _finding(document, path, error)


def _path(data: Any, error: ErrorDetails) -> Path:
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
        key = str(error["loc"][-1])
        return Finding(path, f"{quoted(key)} is missing", _SAMPLES.get(key, f"{key}: …"))
    if kind == "author":
        context = error["ctx"]
        at = (*path, context["at"]) if context["at"] else path
        return Finding(at, str(context["message"]), str(context["write"]))
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    if last in _UNIONS:
        return Finding(path, *_UNIONS[last])
    if value is None and kind.endswith("_type"):
        # A word of a flow mapping with no colon behind it, such as `{ nodes }`.
        return Finding(path, f"{quoted(last)} has no value", f"{last}: …", at_key=True)
    if kind == "string_type":
        return _not_a_text(document, path, value)
    what, write = _misfit(last, kind, error)
    return Finding(path, what, write)


def _bad_name(path: Path) -> Finding:
    name = quoted(path[-1])
    if path[0] in ("checks", "roles"):
        what = "check" if path[0] == "checks" else "role"
        message, write = f"{name} cannot name a {what}", "small letters, digits and dashes"
    elif path[0] == "glossary":
        message = f"{name} is no word to explain"
        write = "one line of 60 characters at most, with no blank at its ends"
    else:
        message, write = f"{name} cannot name a value", "letters, digits and underscores"
    return Finding(path, message, write, at_key=True)


def _unknown_key(document: Document, path: Path) -> Finding:
    key, inside = str(path[-1]), _at(document.data, path[:-1])
    model = model_at(path[:-1], inside)
    where = name_of(model)
    if _cut_by_comma(document, path):
        message = f"the comma before {quoted(key)} cut the text in two"
        return Finding(path, message, "quotes around the whole text", at_key=True)
    if key.lower() in METHODS:
        message = f"a check only looks, with GET or HEAD; {quoted(key)} is not for checks"
        return Finding(path, message, "get: /path", at_key=True)
    keys = keys_of(model)
    meant = nearest((name for name in keys if name not in inside), key, limit=1)
    write = f"{meant[0]}:" if meant else ELSEWHERE.get(key, f"one of {', '.join(keys)}")
    return Finding(path, f"{where} has no key {quoted(key)}", write, at_key=True)


def _not_a_text(document: Document, path: Path, value: Any) -> Finding:
    if isinstance(value, dict):
        if path in document.flow:
            return Finding(path, "a mapping where one text is meant", "one text")
        return Finding(path, _MAPPING, _QUOTE)
    if isinstance(value, list):
        return Finding(path, "a list where one text is meant", "one text")
    raw = document.raw.get(path, str(value))
    kind = "a truth value" if isinstance(value, bool) else "a number"
    return Finding(path, f"{quoted(raw)} is {kind}, where a text is meant", f'"{raw}"')


def _misfit(last: str, kind: str, error: ErrorDetails) -> tuple[str, str]:
    context = error.get("ctx", {})
    match kind:
        case "string_pattern_mismatch":
            return _mismatch(last, error["input"])
        case "too_short" if error["input"]:
            return f"{quoted(last)} needs {context['min_length']} at least", "more of them"
        case "too_long":
            return f"{quoted(last)} has {context['max_length']} at most", "fewer of them"
        case "string_too_short" | "too_short":
            return f"{quoted(last)} is empty", "a value, or leave the line out"
        case "string_too_long":
            return f"longer than {context['max_length']} characters", "less"
        case "greater_than_equal" | "less_than_equal":
            most = "le" in context
            limit = str(context["le" if most else "ge"])
            return f"a number {'up to' if most else 'from'} {limit} is meant here", limit
        case "literal_error":
            known = str(context["expected"]).replace("'", "")
            return f"{quoted(error['input'])} is not known here", known
    what, write = _KINDS.get(kind, ("another kind of value", "see docs/procedure-format.md"))
    return f"{what} is meant here", write


def _mismatch(last: str, value: Any) -> tuple[str, str]:
    if last == "severity" and (grade := _GRADE.fullmatch(str(value).strip())):
        # `sev2` and `P2` are SEV2: to write SEV1 instead would be another severity.
        return _PATTERNS[last][0], f"SEV{grade[1]}"
    if last in _PATTERNS:
        return _PATTERNS[last]
    if last in ("id", "check", "until", "target", "role", *RIGHTS):
        what = f"{quoted(value)} cannot be an id"
        return what, "small letters, digits and dashes, at most 80"
    if "\n" in str(value) or "\r" in str(value):
        return "one line is meant here", "the text in one line"
    return f"{quoted(value)} cannot be a name", "letters, digits and underscores"


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
    elif found != stem and re.fullmatch(ID_PATTERN, found):  # else its shape is what is wrong
        message = f"the id {quoted(found)} is not the file's name"
        rename = f"rename the file to {found}.yaml"
        may = re.fullmatch(ID_PATTERN, stem) and stem not in RESERVED_IDS
        yield Finding(("id",), message, f"id: {stem}, or {rename}" if may else rename)
