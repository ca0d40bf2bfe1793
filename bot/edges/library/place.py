"""Which files of a folder are procedures, and how one of them is opened: never outside the folder.

Every name on the way to a file is opened by itself, below the one before, and no link is followed
but by hand; so a link that is swapped in meanwhile leads nowhere.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import TracebackType
from typing import NamedTuple, Self

from bot.core.lint import Severity
from bot.edges.library.reader import MAX_BYTES

SUFFIXES = frozenset({".yaml", ".yml"})
"""How the name of a procedure's file ends, in small letters or in capitals."""
MAX_DEPTH = 8
"""How many folders deep a file may be."""
MAX_FILES = 10_000
"""How many files are read, and how many folders are looked into."""
MAX_NAMES = 100_000
"""How many names are looked at."""
MAX_PATH = 500
"""The longest path below the folder, in characters."""
MAX_LINKS = 40
"""How many links may lead to one file; as many as the kernel follows."""

_ALIKE = re.compile(r"\.ya?ml(?=[^a-z]|$)", re.IGNORECASE)
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = _READ | os.O_DIRECTORY


def is_procedure(name: str) -> bool:
    """Whether a file called *name* is read as a procedure."""
    return PurePath(name).suffix.lower() in SUFFIXES and not name.startswith(".")


class Unread(NamedTuple):
    """A path below the folder that is not read, and why; it may be no procedure at all."""

    path: str
    why: str
    write: str = ""
    severity: Severity = "warning"


class Content(NamedTuple):
    """What is in a file, at most one byte more than it may have, and when it changed."""

    data: bytes
    size: int
    changed: int


@dataclass(slots=True)
class Listing:
    """The paths of the procedures' files below a folder, in order, and what is not read."""

    files: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    names: int = 0
    folders: set[tuple[int, int]] = field(default_factory=set)


class Place:
    """A folder of procedures, open; raises OSError where it cannot be."""

    def __init__(self, folder: Path) -> None:
        self._roots = (PurePath(folder.absolute()), PurePath(folder.resolve()))
        self._root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._root)

    def files(self) -> Listing:
        """Find the procedures' files, in subfolders too; hidden names are an editor's own."""
        found = Listing()
        self._walk(self._root, "", found)
        found.files.sort()
        return found

    def read(self, path: str, most: int = MAX_BYTES) -> Content:
        """Read the file at *path* below the folder, to one byte more than *most*; raises OSError.

        Its words are for people.
        """
        handle = self._open(path)
        # Without O_NONBLOCK, opening a pipe would have waited for someone to write into it.
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError("it is not a regular file")
        with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor
            data, now = file.read(most + 1), os.fstat(handle)
        return Content(data, now.st_size, now.st_mtime_ns)

    def _walk(self, handle: int, above: str, found: Listing) -> None:
        about = os.fstat(handle)
        if (about.st_dev, about.st_ino) in found.folders:
            return  # by a link, once more
        found.folders.add((about.st_dev, about.st_ino))
        with os.scandir(handle) as names:
            # A bounded list: what follows it would be left out with a word in any case.
            entries = [entry for entry, _ in zip(names, range(MAX_NAMES), strict=False)]
        for entry in sorted(entries, key=lambda one: one.name):
            found.names += 1
            if found.names > MAX_NAMES or max(len(found.files), len(found.folders)) >= MAX_FILES:
                why = "there are too many files in this folder; what follows is not read"
                if not any(one.why == why for one in found.unread):
                    found.unread.append(
                        Unread(above + entry.name, why, "a folder alone", severity="error")
                    )
                return
            self._name(entry, handle, above, found)

    def _name(self, entry: os.DirEntry[str], handle: int, above: str, found: Listing) -> None:
        name, path = entry.name, above + entry.name
        if name.startswith("."):
            return
        if is_procedure(name):
            if why := _unspeakable(path):
                found.unread.append(
                    Unread(path, why, "a short name of plain letters", severity="error")
                )
            else:
                found.files.append(path)
        elif entry.is_dir(follow_symlinks=False):
            with contextlib.suppress(OSError):
                self._below(os.open(name, _FOLDER, dir_fd=handle), path, found)
                return
            found.unread.append(Unread(path, "this folder cannot be read", severity="error"))
        elif entry.is_symlink() and _leads_to_folder(entry):
            try:
                self._below(self._open(path, folder=True), path, found)
            except OSError as error:
                found.unread.append(Unread(path, f"a folder that is not read: {error}"))
        elif _ALIKE.search(name) and not name.startswith("#") and not name.endswith("~"):
            why = "this file is not read: its name does not end in .yaml or .yml"
            found.unread.append(Unread(path, why, "a name that does, if it is a procedure"))

    def _below(self, handle: int, path: str, found: Listing) -> None:
        try:
            if path.count("/") + 1 > MAX_DEPTH:
                why = f"a folder that is not read: it is more than {MAX_DEPTH} deep"
                found.unread.append(Unread(path, why, "fewer folders", severity="error"))
            else:
                self._walk(handle, f"{path}/", found)
        finally:
            os.close(handle)

    def _open(self, path: str, *, folder: bool = False) -> int:
        """Open what is at *path*, by links that stay inside; raises OSError in words."""
        try:
            return self._followed(path, _FOLDER if folder else _READ)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise OSError("it is a link that was changed while it was read") from None
            raise

    def _followed(self, path: str, flags: int) -> int:
        way, left = [os.dup(self._root)], deque(path.split("/"))
        links = 0
        try:
            while left:
                name = left.popleft()
                if name in ("", "."):
                    continue
                if name == "..":
                    os.close(way.pop())
                    if not way:
                        raise OSError("it is a link that leads out of the folder")
                    continue
                target = _link(name, way[-1])
                if target is None:
                    way.append(os.open(name, _FOLDER if left else flags, dir_fd=way[-1]))
                    continue
                links += 1
                if links > MAX_LINKS:
                    raise OSError("it is a link that leads to itself")
                if target.startswith("/"):
                    target = self._inside(target)
                    while len(way) > 1:
                        os.close(way.pop())
                left.extendleft(reversed(target.split("/")))
            return os.dup(way[-1])
        finally:
            for handle in way:
                os.close(handle)

    def _inside(self, target: str) -> str:
        """What a link's address from the top is below the folder; raises OSError."""
        for root in self._roots:
            with contextlib.suppress(ValueError):
                return str(PurePath(target).relative_to(root))
        raise OSError("it is a link that leads out of the folder")


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):  # it may lead to itself
        return link.is_dir()
    return False


def _link(name: str, folder: int) -> str | None:
    """Where a link leads, or None for what is none; raises OSError for what is not there."""
    try:
        return os.readlink(name, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.EINVAL:
            return None
        raise


def _unspeakable(path: str) -> str | None:
    """Why a file cannot be known by *path*, or None."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "the file is not read: its name is not UTF-8 text"
    if len(path) > MAX_PATH:
        return f"the file is not read: its path has more than {MAX_PATH} characters"
    return None


def place_of(file: Path, folder: Path) -> tuple[Path, str]:
    """The folder that *file* must stay in, *folder* or the one around it, and its path there."""
    with contextlib.suppress(ValueError):
        inside = PurePath(os.path.abspath(file)).relative_to(os.path.abspath(folder))  # noqa: PTH100 - Path's own keeps `..`
        return folder, inside.as_posix()
    return file.parent, file.name
