"""Names that lead nowhere, in a document that is no procedure yet: told together with its shape.

Nothing is taken for granted of the document, and where its shape makes a name doubtful, nothing is
said: `references` says it once the shape is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.lint.problem import Document, Finding, Path
from bot.core.lint.references import twice, undefined
from bot.core.lint.texts import placeholders
from bot.core.procedure import ID_PATTERN, NAME_PATTERN


def loose(document: Document) -> Iterator[Finding]:
    """Find ids that stand twice, and checks and inputs that do not exist."""
    if not isinstance(document.data, dict):
        return
    steps = list(_steps(document.data.get("steps"), ("steps",)))
    yield from _steps_once(steps)
    checks = _named(document.data.get("checks"), ID_PATTERN)
    for path, name in _uses(document.data, steps):
        if checks is not None and name not in checks and re.fullmatch(ID_PATTERN, name):
            yield undefined(path, name, "check", checks, "checks:")
    inputs = _named(document.data.get("inputs"), NAME_PATTERN)
    for path, name in placeholders(document):
        # A check's own path may use a member, which only a check of the right shape tells.
        if inputs is not None and name not in inputs and path[:1] != ("checks",):
            yield undefined(path, name, "input", inputs, "inputs:")


def _steps_once(steps: list[tuple[Path, Mapping[Any, Any]]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, step in steps:
        name = step.get("id")
        if isinstance(name, str) and re.fullmatch(ID_PATTERN, name):
            if name in seen:
                yield twice(path, name)
            seen.add(name)


def _steps(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    for index, step in enumerate(value if isinstance(value, list) else ()):
        if isinstance(step, dict):
            yield (*path, index), step
            yield from _steps(step.get("steps"), (*path, index, "steps"))


def _named(value: Any, pattern: str) -> list[str] | None:
    """The names under a key; None where one of them, or all of it, is wrong already."""
    if not isinstance(value, dict):
        return None
    return list(value) if all(re.fullmatch(pattern, str(name)) for name in value) else None


def _uses(data: Mapping[Any, Any], steps: list[tuple[Path, Any]]) -> Iterator[tuple[Path, str]]:
    places = [((*path, "check"), step.get("check")) for path, step in steps]
    places += [
        ((*path, "wait", "until"), wait.get("until"))
        for path, step in steps
        if isinstance(wait := step.get("wait"), dict)
    ]
    lines = data.get("verification")
    for index, line in enumerate(lines if isinstance(lines, list) else ()):
        if isinstance(line, dict):
            places.append((("verification", index, "check"), line.get("check")))
    yield from ((path, name) for path, name in places if isinstance(name, str))
