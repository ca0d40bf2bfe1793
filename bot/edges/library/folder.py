"""The folder of procedure files: what is good is served, what is faulty is refused by name.

Reading blocks; `refresh` is called off the event loop. It writes nothing but a cache, if it was
given one, and follows no link out of the folder.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.core.lint import Examined, Problem, examine, ordered
from bot.core.procedure import Loaded
from bot.edges.library.cache import Cache, Kept
from bot.edges.library.reader import MAX_BYTES, Read, read

SUFFIXES = frozenset({".yaml", ".yml"})
FEW = 20
"""So many files are parsed sooner than it pays to write them to the cache: some 2 ms each."""


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


@dataclass(frozen=True, slots=True)
class _Looking:
    """One refresh: what was known before, the day, the folder without links, the cache, faults."""

    before: _Shelf
    day: date
    real: Path
    kept: Mapping[tuple[str, str], Kept]
    faults: list[Problem]


def _today() -> date:
    return datetime.now(UTC).date()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Take many files from the cache without the collector, which would walk them all repeatedly.

    What is built has no circles, and stays. It would be half of the time with a thousand files.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def files_of(folder: Path) -> list[Path]:
    """The procedure files of *folder*, in order; an editor's hidden ones are none. OSError."""
    return [
        folder / name
        for name in sorted(os.listdir(folder))  # noqa: PTH208 - names alone, sorted as such
        if name.endswith(tuple(SUFFIXES)) and not name.startswith(".")
    ]


def content_of(path: Path) -> bytes:
    """Read a regular file, at most one byte more than a procedure may have. OSError in words."""
    # Without O_NONBLOCK, opening a pipe would wait for someone to write into it.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError("it is not a regular file")
    with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor
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
    that is open carries its own copy. With a folder for a *cache*, what an earlier process read is
    not parsed again.
    """

    def __init__(
        self, folder: Path, today: Callable[[], date] = _today, *, cache: Path | None = None
    ) -> None:
        self._folder = folder
        self._today = today
        self._shelf = _Shelf()
        self._cache = None if cache is None else Cache(cache, folder)
        self._unkept = 0

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
            files, real = files_of(self._folder), self._folder.resolve()
        except OSError as error:
            # A mount that stutters takes no procedure away: what was served still is.
            fault = _fault(self._folder, f"the folder cannot be read: {error.strerror}")
            self._shelf = replace(before, problems=(fault,))
            return self._shelf.problems != before.problems
        # Later changes are few, and parsed sooner than a cache of all is read.
        kept = self._cache.read(day) if self._cache and not before.entries else {}
        looking = _Looking(before, day, real, kept, faults)
        with _uncollected() if kept else contextlib.nullcontext():
            found = [(str(path), self._entry(path, looking)) for path in files]
        entries = {name: entry for name, entry in found if entry is not None}
        self._keep(day, entries)
        served = self._serve(entries, faults)
        problems = (*faults, *(p for entry in entries.values() for p in entry.problems))
        self._shelf = _Shelf(entries, served, ordered(problems))
        return (served, self._shelf.problems) != (before.served, before.problems)

    def _entry(self, path: Path, looking: _Looking) -> _Entry | None:
        name = str(path)
        try:
            content = _content(path, looking.real)
        except OSError as error:
            fault = _fault(path, f"the file cannot be read: {error.strerror or error}")
            looking.faults.append(fault)
            return None
        sha256, day = hashlib.sha256(content).hexdigest(), looking.day
        known = looking.before.entries.get(name)
        if known is not None and (known.sha256, known.day) == (sha256, day):
            return known
        seen = _kept(looking.kept.get((path.name, sha256)), name)
        if seen is None:
            self._unkept += 1
            seen = examine_file(content, name, day)
        if seen.procedure is None:
            return _Entry(sha256, day, None, seen.problems)
        loaded = Loaded(seen.procedure, content.decode("utf-8-sig"), sha256, name)
        return _Entry(sha256, day, loaded, seen.problems)

    def _keep(self, day: date, entries: dict[str, _Entry]) -> None:
        """Write the cache, once enough was parsed that it lacks."""
        if self._cache is None or self._unkept < FEW:
            return
        self._unkept = 0
        self._cache.write(
            day,
            (
                (Path(name).name, entry.sha256, Examined(procedure, entry.problems))
                for name, entry in entries.items()
                for procedure in [entry.loaded.procedure if entry.loaded else None]
            ),
        )

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


def _content(path: Path, folder: Path) -> bytes:
    """What is in a file of *folder*, itself or by a link; raises OSError in words."""
    if not path.is_symlink():
        return content_of(path)
    try:
        real = path.resolve(strict=True)
    except RuntimeError:
        raise OSError("it is a link that leads to itself") from None
    if not real.is_relative_to(folder):
        raise OSError("it is a link that leads out of the folder")
    return content_of(real)


def _kept(found: Kept | None, name: str) -> Examined | None:
    """What the cache holds of a file, or None: the file itself can always be read."""
    try:
        return found.examined(name) if found else None
    except ValueError:
        return None
