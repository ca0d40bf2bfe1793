"""Values of the right kind that do not fit: too long, too few, or of another pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from bot.core.lint.meant import name, pointer, slug
from bot.core.procedure import RIGHTS
from bot.core.procedure.finding import quoted

_PATTERNS = {
    "severity": ("a severity is SEV1 to SEV5", "SEV1"),
    "url": ("a link starts with http:// or https:// and has no blanks", "the whole address"),
    "image": (
        "a picture is a PNG, JPEG or GIF in the file's folder or below it",
        "its path from there, such as images/panel.png",
    ),
    "header": ("a header's name is letters, digits and dashes", "Retry-After"),
    "people": ("a person is named by their id in Slack", "U012ABCDEF, as their profile has it"),
    "updates": ("an update goes into a channel, by its name or its id", '"#status"'),
    "slack_group": ("a user group is named by its handle or its id", "key-custodians"),
}
_GRADE = re.compile(r"[\u201c\u201d]?[A-Za-z]*[ -]?([1-5])[\u201c\u201d]?")


def misfit(last: str, kind: str, error: ErrorDetails, raw: str) -> tuple[str, str]:
    """What is wrong with a value of the right kind behind the key *last*, and what to write."""
    context = error.get("ctx", {})
    match kind:
        case "string_pattern_mismatch":
            return _mismatch(last, error["input"])
        case "too_short" | "too_long" | "string_too_short" | "string_too_long":
            return _size(last, kind, error["input"], context)
        case "greater_than_equal" | "less_than_equal":
            most = "le" in context
            limit = str(context["le" if most else "ge"])
            return f"a number {'up to' if most else 'from'} {limit} is meant here", limit
        case "literal_error":
            known = str(context["expected"]).replace("'", "")
            more = f", and goal: {raw}" if last == "of" and raw.isdigit() else ""
            return f"{quoted(raw)} is not known here", f"{last}: {known}{more}"
        case "bool_type":
            said = next((yes for yes, words in _TRUTH.items() if raw.lower() in words), None)
            return "true or false is meant here", f"{last}: {said}" if said else "true or false"
        case "int_type" | "float_type" | "finite_number":
            whole = "a whole number" if last in ("min", "min_ok") else "a number"
            found = _NUMBER.match(raw)
            return f"{whole} is meant here", f"{last}: {found[0]}" if found else whole
    return "another kind of value is meant here", "see docs/procedure-format.md"


def _size(last: str, kind: str, value: Any, context: Mapping[str, Any]) -> tuple[str, str]:
    match kind:
        case "too_short" if last == "options" and value:
            return "a question has 2 answers at least", "one more, or a plain step with do:"
        case "too_long" if last in ("each", "for_each"):
            return f"{quoted(last)} has one name", f"{last}: {{ node: nodes }}"
        case "too_short" if value:
            return f"{quoted(last)} needs {context['min_length']} at least", "more of them"
        case "too_long":
            return f"{quoted(last)} has {context['max_length']} at most", "fewer of them"
        case "string_too_long":
            has = len(str(value))
            return f"longer than {context['max_length']} characters (it has {has:,})", "less"
    return f"{quoted(last)} is empty", "a value, or leave the line out"


_TRUTH = {"true": ("true", "yes", "on", "1"), "false": ("false", "no", "off", "0")}
_NUMBER = re.compile(r"[1-9][0-9]{0,8}(?![0-9%])")


def _mismatch(last: str, value: Any) -> tuple[str, str]:
    if last == "severity" and (grade := _GRADE.fullmatch(str(value).strip())):
        # `sev2` and `P2` are SEV2: to write SEV1 instead would be another severity.
        return _PATTERNS[last][0], f"SEV{grade[1]}"
    if last == "pointer":
        return "a pointer starts with a slash (RFC 6901)", f"pointer: {pointer(str(value))}"
    if last in _PATTERNS:
        return _PATTERNS[last]
    if last in ("id", "check", "until", "target", "role", *RIGHTS):
        what = f"{quoted(value)} cannot be an id"
        return what, f"{slug(value)}, of small letters, digits and dashes, at most 80"
    if "\n" in str(value) or "\r" in str(value):
        return "one line is meant here", "the text in one line"
    what = f"{quoted(value)} cannot be a name"
    return what, f"{name(value)}, of letters, digits and underscores"
