"""Where the texts of a document are, and which of them hold placeholders.

The one place that knows in which keys the bot puts values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.core.lint.problem import Document
from bot.core.procedure import ASKS, FORMATS, found
from bot.core.procedure.finding import Path
from bot.core.template import names

_IN_STEPS = frozenset(keys for one in FORMATS for keys in one.filled)
_ASKS = tuple(dict.fromkeys(keys for one in FORMATS for keys in one.asks))
_LISTS = tuple(dict.fromkeys(keys for one in FORMATS for keys in one.lists))
_TYPED = frozenset(key for one in FORMATS for key in one.typed)
_BY_HAND = frozenset({("by_hand",), ("by_hand", "run"), ("by_hand", "expected")})
_IN_CHECKS = frozenset({("title",), *((key,) for key in ASKS), *_BY_HAND})
_ELSEWHERE = (
    ["where"],
    ["verification", "confirm"],
    ["verification", "group"],
    ["verification", "lines", "confirm"],
)
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
        if path[2:3] == ("requests",):
            return path[4:] == ("get",)
        return path[2:] in _IN_CHECKS or (path[2:3] == ("expect",) and path[4:] in _IN_EXPECT)
    keys = [part for part in path if isinstance(part, str)]
    if path[:1] == ("steps",):
        return any(tuple(keys[-len(end) :]) == end for end in _IN_STEPS)
    return keys in _ELSEWHERE


def is_condition(path: Path) -> bool:
    """Whether the text at *path* names a value in braces only to ask for it."""
    return path[:1] == ("steps",) and path[-1:] == ("when",)


def is_typed(path: Path) -> bool:
    """Whether the text at *path* of a procedure is a command, which a person types as it stands."""
    if path[:1] == ("checks",):
        return path[2:] in (("by_hand",), ("by_hand", "run"))
    return path[:1] == ("steps",) and not _TYPED.isdisjoint(path[-2:])


def steps_in(document: Document) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    """Every step and group of *document*, whatever shape it has, in the order of the page."""
    if isinstance(document.data, dict):
        yield from _steps(document.data.get("steps"), ("steps",))


def _steps(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    for index, step in enumerate(value if isinstance(value, list) else ()):
        if isinstance(step, dict):
            yield (*path, index), step
            for way in _LISTS:
                yield from _found_steps(step, way, (*path, index))


def _found_steps(
    step: Mapping[Any, Any], way: tuple[str, ...], path: Path
) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    """The steps in a step, which stand in a list behind these keys, and those in them."""
    *before, last = way
    parts = [((), step)] if not before else found(step, tuple(before))
    for at, part in parts:
        if isinstance(part, dict):
            yield from _steps(part.get(last), (*path, *at, last))


def checks_named(document: Document) -> Iterator[tuple[Path, str]]:
    """Every name of a check that is used, with its path, whatever shape *document* has."""
    places: list[tuple[Path, Any, tuple[str, ...]]] = [
        (path, step, keys) for path, step in steps_in(document) for keys in _ASKS
    ]
    for way in (("verification",), ("verification", "lines")):
        places += [(path, line, ("check",)) for path, line in found(document.data, way)]
    for path, part, keys in places:
        name = _value(part, keys)
        if isinstance(name, str):
            yield (*path, *keys), name


def _value(part: Any, keys: Iterable[str]) -> Any:
    """What stands behind *keys*, one in the other; None where one of them is not there."""
    for key in keys:
        part = part.get(key) if isinstance(part, dict) else None
    return part


def placeholders(document: Document) -> Iterator[tuple[Path, str]]:
    """Every placeholder that is filled in, by the path of its text."""
    for path, text in texts(document.data):
        if is_filled(path):
            yield from ((path, name) for name in names(text))
