"""Rules over a file's texts before they mean anything: what YAML cut off, and placeholders.

They hold for any document, whether or not it has the shape of a procedure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.lint.problem import Document, Finding, Path, quoted
from bot.core.lint.texts import is_filled, is_typed, texts
from bot.core.template import malformed, names

_TYPOGRAPHIC = re.compile("[\u2018\u2019\u201c\u201d\u2013\u2014\u00a0]")
_OWN_BRACES = frozenset({"pattern", "matches", "jmespath", "enum"})
"""Keys whose texts are in a language of their own, where braces are braces."""


def source(document: Document) -> Iterator[Finding]:
    """Find texts that are not what their author sees in the file."""
    for path, text in texts(document.data):
        if is_typed(path):
            yield from _command(document, path, text)
        yield from _braces(path, text)


def _command(document: Document, path: Path, text: str) -> Iterator[Finding]:
    if comment := document.comments.get(path):
        message = f"{quoted(comment)} is a comment to YAML, and lost to the command"
        yield Finding(path, message, "the command in quotes, or after `|` on a line of its own")
    if sign := _TYPOGRAPHIC.search(text):
        message = f"a typographic sign (U+{ord(sign[0]):04X}) in a command"
        yield Finding(path, message, "the plain sign of the keyboard", severity="warning")


def _braces(path: Path, text: str) -> Iterator[Finding]:
    keys = [part for part in path if isinstance(part, str)]
    if not keys or keys[-1] in _OWN_BRACES:
        return
    if malformed(text):
        message = "two opening braces that are no placeholder"
        yield Finding(path, message, r"{{ name }}, or \{{ for the braces themselves")
    elif any(True for _ in names(text)) and not is_filled(path):
        message = f"no placeholder is filled in here ({quoted(keys[-1])})"
        yield Finding(path, message, "the text without a placeholder")
