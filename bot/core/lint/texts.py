"""Where the texts of a document are, and which of them hold placeholders.

The one place that knows in which keys the bot puts values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.core.lint.problem import Document, Path
from bot.core.template import names

_IN_STEPS = frozenset(
    {"title", "where", "do", "run", "expected", "on_failure", "rollback", "warnings"}
)
_BY_HAND = frozenset({("by_hand",), ("by_hand", "run"), ("by_hand", "expected")})
_IN_CHECKS = frozenset({("title",), ("get",), ("head",), *_BY_HAND})
_IN_EXPECT = frozenset({("equals",), ("not_equals",), ("contains",)})


def texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in the plain *value*, with its path, in the order of the file."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, (*path, index))


def is_filled(path: Path) -> bool:
    """Whether the bot puts values into the text at *path* of a procedure."""
    if path[:1] == ("checks",):
        return path[2:] in _IN_CHECKS or (path[2:3] == ("expect",) and path[4:] in _IN_EXPECT)
    keys = [part for part in path if isinstance(part, str)]
    if path[:1] == ("steps",):
        return keys[-1] in _IN_STEPS or keys[-2:] == ["links", "url"]
    return keys in (["verification", "confirm"], ["where"])


def is_typed(path: Path) -> bool:
    """Whether the text at *path* of a procedure is a command, which a person types as it stands."""
    if path[:1] == ("checks",):
        return path[2:] in (("by_hand",), ("by_hand", "run"))
    return path[:1] == ("steps",) and "run" in path[-2:]


def placeholders(document: Document) -> Iterator[tuple[Path, str]]:
    """Every placeholder that is filled in, by the path of its text."""
    for path, text in texts(document.data):
        if is_filled(path):
            yield from ((path, name) for name in names(text))
