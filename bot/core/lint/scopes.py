"""Where the variable of a `for_each` is known: in the steps of its group, and in what asks for it.

It reads the document as it is, whatever shape it has.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.lint.problem import Document
from bot.core.lint.texts import checks_named, steps_in
from bot.core.procedure.finding import Path


class Scopes:
    """The variables of a document, each with the steps that know it."""

    def __init__(self, document: Document) -> None:
        self._inside = list(_groups(document))
        self._asked: dict[str, set[str]] = {}
        for path, check in checks_named(document):
            self._asked.setdefault(check, set()).update(self._of_steps(path))

    @property
    def variables(self) -> set[str]:
        """All of them."""
        return {variable for _, variable in self._inside}

    def known(self, path: Path) -> set[str]:
        """Those that a text at *path* may name."""
        if path[:1] == ("checks",) and len(path) > 1:
            return self._asked.get(str(path[1]), set())
        return self._of_steps(path)

    def _of_steps(self, path: Path) -> set[str]:
        return {variable for way, variable in self._inside if path[: len(way)] == way}


def _groups(document: Document) -> Iterator[tuple[Path, str]]:
    for path, step in steps_in(document):
        for_each = step.get("for_each")
        for variable in for_each if isinstance(for_each, dict) else ():
            yield (*path, "steps"), str(variable)
