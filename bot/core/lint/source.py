"""Rules over a file's texts before they mean anything: what YAML cut off, and placeholders.

They hold for any document, whether or not it has the shape of a procedure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.lint.angles import place_for
from bot.core.lint.problem import Document
from bot.core.lint.texts import is_condition, is_filled, is_typed, texts
from bot.core.procedure.finding import Finding, Path, in_quotes, quoted
from bot.core.template import malformed, names

_TYPOGRAPHIC = re.compile("[\u2018\u2019\u201c\u201d\u2013\u2014\u00a0]")
_AROUND = re.compile("[\u201c\u201e\u2018]([^\u201c\u201d\u201e\u2018\u2019]+)[\u201c\u201d\u2019]")
"""A text in quotes that a word processor made of plain ones."""
_NAMES = frozenset(
    {"schema", "id", "severity", "estimate", "reviewed", "review_every", "danger", "target"}
    | {"drill_every"}
    | {"check", "until", "every", "deadline", "stall_after", "header", "differs_from", "of", "get"}
    | {"timeout", "remind", "for"}
    | {"label", "annotation"}
    | {"head", "url", "reason", "role", "goto", "name", "image", "slack_group"}
)
"""Keys whose values hold no blank, so that a comment beside one cuts nothing off."""
_OWN_BRACES = frozenset({"pattern", "matches", "jmespath", "enum"})
"""Keys whose texts are in a language of their own, where braces are braces."""


def source(document: Document) -> Iterator[Finding]:
    """Find texts that are not what their author sees in the file."""
    for path, text in texts(document.data):
        command = is_typed(path)
        if text and not text.strip() and path and "expect" not in path:
            what = quoted(next(part for part in reversed(path) if isinstance(part, str)))
            yield Finding(path, f"{what} is empty", "a value, or leave the line out")
        if path and (comment := document.comments.get(path)) and not _is_name(path):
            yield _cut(path, comment, command=command)
        if path and (around := _AROUND.fullmatch(text)) and not command and path[-1] != "when":
            message = "these quotes are typographic, and part of the text to YAML"
            yield Finding(path, message, in_quotes(around[1]), severity="warning")
        if path and path[-1] == "pattern" and len(text) > 2 and text[0] == text[-1] == "/":  # noqa: PLR2004 - more than the slashes
            message = "the slashes are part of the pattern"
            yield Finding(path, message, in_quotes(text[1:-1]), severity="warning")
        if command and (sign := _TYPOGRAPHIC.search(text)):
            message = f"a typographic sign (U+{ord(sign[0]):04X}) in a command"
            yield Finding(path, message, "the plain sign of the keyboard", severity="warning")
        if command and (meant := place_for(text)):
            yield Finding(path, *meant, severity="warning")
        yield from _braces(path, text)


def _is_name(path: Path) -> bool:
    return path[-1] in _NAMES or not {"each", "for_each"}.isdisjoint(path[-2:-1])


def _cut(path: Path, comment: str, *, command: bool) -> Finding:
    """Say that a text ends where its author did not end it."""
    what = "command" if command else "text"
    message = f"{quoted(comment)} is a comment to YAML, and lost to the {what}"
    if command:
        return Finding(path, message, "the command in quotes, or after `|` on a line of its own")
    return Finding(path, message, "the text in quotes; a comment goes on a line of its own")


def _braces(path: Path, text: str) -> Iterator[Finding]:
    keys = [part for part in path if isinstance(part, str)]
    if not keys or keys[-1] in _OWN_BRACES or keys[0] in _OWN_BRACES:
        return
    if malformed(text):
        message = "two opening braces that are no placeholder"
        yield Finding(path, message, r"{{ name }}, or \{{ for the braces themselves")
    elif any(True for _ in names(text)) and not (is_filled(path) or is_condition(path)):
        message = f"no placeholder is filled in here ({quoted(keys[-1])})"
        yield Finding(path, message, "the text without a placeholder")
