"""Procedures that were read before, kept on the disk so that the next start need not parse them.

It may not change what is served: an entry is taken only for the same content under the same name,
read on the same day by the same program, and only from a file that nobody else could have
written. Whatever is wrong with the cache, it is as if there were none.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import platform
import stat
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path

from pydantic import BaseModel

from bot.core.lint import Examined, Problem, Severity
from bot.core.procedure import Procedure

LARGEST = 32 * 1024 * 1024
"""The most bytes that one folder's procedures take in the cache; what does not fit is left out."""
FOLDERS = 8
"""How many folders' procedures are kept; the one written longest ago goes first."""

_ROOT = Path(__file__).resolve().parents[2]
_RULES = ("core", "edges/library")
"""The code that decides what a file means and what is wrong with it."""
_READERS = ("google-re2", "pydantic", "pydantic_core", "PyYAML")
"""The packages that read a file for it."""

logger = logging.getLogger(__name__)


class _File(BaseModel):
    name: str
    sha256: str
    served: bool
    problems: list[tuple[int, int, Severity, str, str]]
    owner: str = ""
    private: bool = False


class _Index(BaseModel):
    program: str
    day: date
    files: list[_File]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in one file: its problems, and its procedure as JSON unless it is refused."""

    file: _File
    procedure: bytes

    def examined(self, name: str) -> Examined:
        """What reading the file again would give, if it is called *name*; raises ValueError."""
        problems = tuple(Problem(name, *problem) for problem in self.file.problems)
        served = self.file.served
        procedure = Procedure.model_validate_json(self.procedure) if served else None
        return Examined(procedure, problems, self.file.owner, self.file.private)


def default_folder(environ: Mapping[str, str]) -> Path:
    """Where caches of this user go, by the XDG base directories."""
    given = environ.get("XDG_CACHE_HOME", "")
    # A relative path is to be ignored, says that specification.
    root = Path(given) if given.startswith("/") else Path(os.path.expanduser("~/.cache"))  # noqa: PTH111 - Path's own raises where there is no home
    return root / "runbook-bot"


class Cache:
    """The cache of one *shelf*, a folder of procedures, in a file of its own below *folder*."""

    def __init__(self, folder: Path, shelf: Path) -> None:
        self._folder = folder / "procedures"
        name = hashlib.sha256(os.fsencode(shelf.absolute())).hexdigest()[:32]
        self._path = self._folder / f"{name}.cache"

    def read(self, day: date) -> dict[tuple[str, str], Kept]:
        """What is kept for *day*, by file name and SHA-256. Raises nothing."""
        with contextlib.suppress(OSError, ValueError):
            return unpacked(_trusted(self._path), day)
        return {}

    def write(self, day: date, files: Iterable[tuple[str, str, Examined]]) -> None:
        """Keep these: file name, SHA-256 and what was found. Raises nothing; says it once."""
        try:
            content = packed(day, files)
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(content)
            self._prune()
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else type(error).__name__
            logger.info("procedures are not kept in %s: %s", self._folder, said)

    def _replace(self, content: bytes) -> None:
        """Put the new file in place of the old one: whoever reads, reads one of the two whole."""
        handle, name = tempfile.mkstemp(suffix=".cache", dir=self._folder)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(content)
            Path(name).replace(self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _prune(self) -> None:
        # What a killed process left half written is among them.
        written = [(path.stat().st_mtime, path) for path in self._folder.glob("*.cache")]
        for _, path in sorted(written, reverse=True)[FOLDERS:]:
            path.unlink(missing_ok=True)


def _trusted(path: Path) -> bytes:
    """Read a cache that only this user can have written; raises OSError or ValueError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor
        is_ = os.fstat(handle)
        if not stat.S_ISREG(is_.st_mode) or is_.st_uid != os.geteuid():
            raise ValueError("not a file of this user")
        if is_.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or is_.st_size > 2 * LARGEST:
            raise ValueError("others may have written it, or it is too large")
        return file.read(2 * LARGEST)


def unpacked(content: bytes, day: date) -> dict[tuple[str, str], Kept]:
    """What `packed` made on the same *day*, by file name and SHA-256; raises ValueError."""
    checksum, _, rest = content.partition(b"\n")
    if hashlib.sha256(rest).hexdigest().encode() != checksum:
        raise ValueError("damaged")
    first, *procedures = rest.split(b"\n")
    index = _Index.model_validate_json(first)
    if (index.program, index.day) != (program(), day):
        raise ValueError("of another day or another program")
    pairs = zip(index.files, procedures, strict=True)
    return {(file.name, file.sha256): Kept(file, procedure) for file, procedure in pairs}


def packed(day: date, files: Iterable[tuple[str, str, Examined]]) -> bytes:
    """What was found in files, as bytes; what does not fit is left out."""
    index, procedures, left = _Index(program=program(), day=day, files=[]), [b""], LARGEST
    for name, sha256, seen in files:
        body = b""
        if seen.procedure is not None:
            # As in the facts: what the file left unset stays unset.
            body = seen.procedure.model_dump_json(by_alias=True, exclude_unset=True).encode()
        problems = [(p.line, p.col, p.severity, p.message, p.write) for p in seen.problems]
        if (left := left - len(body)) < 0:
            break
        index.files.append(
            _File(
                name=name,
                sha256=sha256,
                served=bool(seen.procedure),
                problems=problems,
                owner=seen.owner,
                private=seen.private,
            )
        )
        procedures.append(body)
    procedures[0] = index.model_dump_json().encode()
    rest = b"\n".join(procedures)
    return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


@cache
def program() -> str:
    """The program that reads procedures, told from any other by its code and its packages.

    A version's number would miss a changed rule between two releases. Raises OSError.
    """
    known = hashlib.sha256(platform.python_version().encode())
    for package in _READERS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            known.update(f"{package} {metadata.version(package)}".encode())
    for part in _RULES:
        for path in sorted((_ROOT / part).rglob("*.py")):
            known.update(str(path.relative_to(_ROOT)).encode() + path.read_bytes())
    return known.hexdigest()
