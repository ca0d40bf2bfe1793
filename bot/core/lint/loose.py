"""Names that lead nowhere, in a document that is no procedure yet: told together with its shape.

Nothing is taken for granted of the document, and where its shape makes a name doubtful, nothing is
said: `references` says it once the shape is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.core.lint.problem import Document
from bot.core.lint.references import twice, undefined
from bot.core.lint.scopes import Scopes
from bot.core.lint.texts import checks_named, placeholders, steps_in
from bot.core.procedure import ID_PATTERN, NAME_PATTERN
from bot.core.procedure.finding import Finding


def loose(document: Document) -> Iterator[Finding]:
    """Find ids that stand twice, and checks and inputs that do not exist."""
    if not isinstance(document.data, dict):
        return
    yield from _steps_once(document)
    checks = _named(document.data.get("checks"), ID_PATTERN)
    for path, name in checks_named(document):
        if checks is not None and name not in checks and re.fullmatch(ID_PATTERN, name):
            yield undefined(path, name, "check", checks, "checks:")
    inputs = _named(document.data.get("inputs"), NAME_PATTERN)
    for _, step in steps_in(document):
        asked = step.get("captures", {})
        wrong = not isinstance(asked, dict) or not isinstance(step.get("for_each", {}), dict)
        inputs = None if inputs is None or wrong else [*inputs, *asked]
    variables = Scopes(document).variables
    for path, name in placeholders(document):
        # A check's own path may use a member, which only a check of the right shape tells.
        known = inputs is None or name in inputs or name in variables
        if not known and inputs is not None and path[:1] != ("checks",):
            yield undefined(path, name, "input", inputs, "inputs:")


def _steps_once(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, step in steps_in(document):
        name = step.get("id")
        if isinstance(name, str) and re.fullmatch(ID_PATTERN, name):
            if name in seen:
                yield twice(path, name)
            seen.add(name)


def _named(value: Any, pattern: str) -> list[str] | None:
    """The names under a key; None where one of them, or all of it, is wrong already."""
    if not isinstance(value, dict):
        return None
    return list(value) if all(re.fullmatch(pattern, str(name)) for name in value) else None
