"""The folder of procedure files: what is good is served, what is faulty is refused by name.

Reading blocks; `refresh` is called off the event loop. It never writes, and follows no link out
of the folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.core.lint import Examined, Problem, examine, ordered
from bot.core.procedure import Loaded
from bot.edges.library.reader import MAX_BYTES, Read, read

SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file as it was last read: its problems, and the procedure if it may be served."""

    sha256: str
    day: date
    loaded: Loaded | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """All files at one moment; replaced whole, so that readers never see half a refresh."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    served: dict[str, Loaded] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def _today() -> date:
    return datetime.now(UTC).date()


def files_of(folder: Path) -> list[Path]:
    """The procedure files of *folder*, in order; an editor's hidden ones are none. OSError."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in SUFFIXES and not path.name.startswith(".")
    )


def content_of(path: Path) -> bytes:
    """Read a regular file, at most one byte more than a procedure may have. OSError in words."""
    if path.exists() and not path.is_file():
        raise OSError("it is not a regular file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def examine_file(content: bytes, name: str, today: date) -> Examined:
    """Read and look through one file's *content*; *name* is what its problems are filed under."""
    found: Read = read(content, name)
    if found.document is None:
        return Examined(None, ordered(found.problems))
    return examine(found.document, name, today=today, found=found.problems)


class Library:
    """The procedures of one folder, by id; built empty, filled by `refresh`.

    `get`, `all` and `problems` only look at what the last `refresh` found, so an event loop may
    call them while another thread refreshes. A file that turned faulty is no longer served: a run
    that is open carries its own copy.
    """

    def __init__(self, folder: Path, today: Callable[[], date] = _today) -> None:
        self._folder = folder
        self._today = today
        self._shelf = _Shelf()

    def get(self, procedure_id: str) -> Loaded | None:
        """The procedure with this id, or None when none is served under it."""
        return self._shelf.served.get(procedure_id)

    def all(self) -> tuple[Loaded, ...]:
        """Every procedure that is served, by id."""
        return tuple(self._shelf.served.values())

    def problems(self) -> tuple[Problem, ...]:
        """What the last refresh found wrong, errors and warnings, by file and line."""
        return self._shelf.problems

    def refresh(self) -> bool:
        """Read the folder again and tell whether anything changed. Blocks; raises nothing.

        Every file is hashed and only one whose content is new is parsed, so an edit that keeps
        size and time is seen, too.
        """
        before, day = self._shelf, self._today()
        faults: list[Problem] = []
        try:
            files = list(files_of(self._folder))
        except OSError as error:
            # A mount that stutters takes no procedure away: what was served still is.
            fault = _fault(self._folder, f"the folder cannot be read: {error.strerror}")
            self._shelf = replace(before, problems=(fault,))
            return self._shelf.problems != before.problems
        entries = {
            name: entry
            for path in files
            if (entry := self._entry(path, name := str(path), before, day, faults))
        }
        served = self._serve(entries, faults)
        problems = (*faults, *(p for entry in entries.values() for p in entry.problems))
        self._shelf = _Shelf(entries, served, ordered(problems))
        return (served, self._shelf.problems) != (before.served, before.problems)

    def _entry(
        self, path: Path, name: str, before: _Shelf, day: date, faults: list[Problem]
    ) -> _Entry | None:
        try:
            content = self._content(path)
        except OSError as error:
            faults.append(_fault(path, f"the file cannot be read: {error.strerror or error}"))
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        known = before.entries.get(name)
        if known is not None and (known.sha256, known.day) == (sha256, day):
            return known
        seen = examine_file(content, name, day)
        if seen.procedure is None:
            return _Entry(sha256, day, None, seen.problems)
        loaded = Loaded(seen.procedure, content.decode("utf-8-sig"), sha256, name)
        return _Entry(sha256, day, loaded, seen.problems)

    def _content(self, path: Path) -> bytes:
        try:
            real = path.resolve(strict=True)
        except RuntimeError:
            raise OSError("it is a link that leads to itself") from None
        if not real.is_relative_to(self._folder.resolve()):
            raise OSError("it is a link that leads out of the folder")
        return content_of(real)

    def _serve(self, entries: dict[str, _Entry], faults: list[Problem]) -> dict[str, Loaded]:
        served: dict[str, Loaded] = {}
        for name, entry in entries.items():
            if entry.loaded is None:
                continue
            first = served.setdefault(entry.loaded.procedure.id, entry.loaded)
            if first is not entry.loaded:
                message = f"`{first.procedure.id}` is already in {Path(first.path).name}"
                faults.append(_fault(Path(name), message, "one file for each procedure"))
        return dict(sorted(served.items()))


def _fault(path: Path, message: str, write: str = "") -> Problem:
    return Problem(str(path), 1, 1, "error", message, write)
