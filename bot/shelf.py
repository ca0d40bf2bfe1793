"""The shelf of procedures: what of the folder is served, and the last good texts behind it.

It reads no file and asks no database itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptText:
    """A good text of a procedure's file: its path in the folder, who took it up, and when (UTC).

    *sha256* is the file's, in hex; *program* names the program that found the text to be good.
    """

    path: str
    program: str
    sha256: str
    source: str
    at: datetime


class Texts(Protocol):
    """The texts of procedures that were good, kept for when their files cannot be served.

    Each program has one text a path, and replaces its own only: an older program, which refuses a
    key that a newer one knows, can neither take that text away nor lose the one that it knows. A
    program that has none of its own (it was upgraded while the file was faulty) judges the others'.
    """

    async def keep(self, texts: Sequence[tuple[str, str, str]], program: str) -> datetime:
        """Keep (path, SHA-256, text) as what *program* took up now; the time. Raises Unavailable.

        What it took up before under these paths goes, and so do texts of programs long gone.
        """

    async def known(self, program: str) -> Mapping[str, str]:
        """The SHA-256 by path of what *program* took up, where no other text is newer.

        Raises Unavailable, as the others do.
        """

    async def last(self, path: str) -> Sequence[KeptText]:
        """Every program's text under *path*, the newest first."""

    async def forget(self, paths: Sequence[str], program: str | None = None) -> None:
        """Forget the texts under these paths, of one program or of all: the files are gone."""
