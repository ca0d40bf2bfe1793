"""The file that says where alerts are told: read as strictly as a procedure, and kept while faulty.

Reading blocks; the last good text is served while the file cannot be.
"""

from __future__ import annotations

from pathlib import Path

from bot.core.alerts.routing import SCHEMA, Routes
from bot.core.lint import Problem
from bot.core.lint.routes import Routing, examine_routes, is_routes
from bot.edges.library.judging import sha256_of
from bot.edges.library.reader import MAX_BYTES, read


def examine_routing(content: bytes, name: str) -> Routing:
    """Read and look through a file's *content*; *name* is what its problems are filed under."""
    found = read(content, name)
    if found.document is None:
        return Routing(None, found.problems)
    return examine_routes(found.document, name, found.problems)


def says_routes(content: bytes) -> bool:
    """Whether a file's *content* is one of routes, and no procedure's."""
    if SCHEMA.partition("/")[0].encode() not in content:
        return False
    found = read(content, "").document
    return found is not None and is_routes(found)


class RoutesFile:
    """One file of routes; built empty, filled by `refresh`.

    A change is taken up when two looks agree on it, so that nothing is served that is still being
    written; the first look takes what is there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken: str | None = None
        self._seen = ""
        self._routes: Routes | None = None
        self._problems: tuple[Problem, ...] = ()

    @property
    def routes(self) -> Routes | None:
        """What is served: the last good text, None until there was one."""
        return self._routes

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file as it was taken up, errors and warnings."""
        return self._problems

    @property
    def unsettled(self) -> bool:
        """Whether a change was seen that a second look must confirm."""
        return self._taken is not None and self._seen != self._taken

    def refresh(self) -> bool:
        """Look at the file, and take up what changed; whether something did. Blocks."""
        try:
            with self._path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            why = f"the file cannot be read: {error.strerror or error}"
            return self._take(why, Routing(None, (self._problem(why),)))
        sign = sha256_of(content)
        if sign == self._taken:
            self._seen = sign
            return False
        if self._taken is not None and sign != self._seen:
            self._seen = sign
            return False
        return self._take(sign, examine_routing(content, str(self._path)))

    def _problem(self, why: str) -> Problem:
        return Problem(str(self._path), 1, 1, "error", why)

    def _take(self, sign: str, found: Routing) -> bool:
        changed = sign != self._taken
        self._taken = self._seen = sign
        self._problems = found.problems
        if found.routes is not None:
            self._routes = found.routes
        return changed
