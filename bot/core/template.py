r"""Placeholders: `{{ name }}` in a procedure's texts, commands and paths.

A placeholder is exactly two braces, one identifier, two braces; `\{{` stands for a literal
brace pair. There is no template language and there will be none: a command that a person is to
type at 3 AM must be readable in the file as it will be on the board.
"""

import re
from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r"\\\{\{|\{\{\s*([A-Za-z_][A-Za-z0-9_]*(?:@[A-Za-z0-9._-]+)?)\s*\}\}")
"""A name may be one member's, `snapshot@node-1`: the bot writes such names, and no file does."""
_OPENING = re.compile(r"\\\{\{|\{\{")


def names(text: str) -> Iterator[str]:
    """Yield each placeholder's name in *text*, in order, repeats included."""
    return (match[1] for match in _TOKEN.finditer(text) if match[1])


def spans(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Where each placeholder stands in *text*, with its name; None for an escaped brace pair."""
    return ((match.start(), match.end(), match[1]) for match in _TOKEN.finditer(text))


def malformed(text: str) -> bool:
    """Tell whether *text* opens braces that are neither a placeholder nor escaped."""
    opened = sum(match[0] == "{{" for match in _OPENING.finditer(text))
    return opened != sum(1 for _ in names(text))


def bare(name: str) -> str:
    """A name as the file has it: one member's without the member, for where that is told."""
    return name.partition("@")[0]


def literal(text: str) -> str:
    """*text* as it is written where placeholders are filled in: its braces are braces."""
    return text.replace("{{", r"\{{")


def put(text: str, sources: Mapping[str, str]) -> str:
    """Put other template text in the place of some names; all else is left to be filled in."""

    def one(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name is None else sources.get(name, match[0])

    return _TOKEN.sub(one, text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put *values* into *text*; a name without a value keeps its braces, so that it is seen."""

    def one(match: re.Match[str]) -> str:
        name = match[1]
        return "{{" if name is None else values.get(name, match[0])

    return _TOKEN.sub(one, text)
