"""The shelf of procedures: looks at the folder again and again, and keeps the texts that were good.

A file that is there and cannot be served takes no procedure away: its last good text is served,
from memory or, after a restart, from the database. Each program judges for itself. What changed is
logged once. It reads no file and asks no database itself.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.lint import Problem
from bot.core.lint.references import targets as unknown_targets
from bot.core.procedure import Loaded
from bot.core.views.faulty import Faulty, logged
from bot.ports.log import Unavailable

LOOK = 5.0
"""Seconds between two looks at the folder."""
CONFIRM = 2.0
"""Seconds after which a change is looked at again, before it is taken up."""

logger = logging.getLogger(__name__)


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

    async def known(self, program: str) -> Mapping[str, tuple[str, datetime]]:
        """What *program* took up, where no other text is newer: path -> SHA-256 and time.

        Raises Unavailable, as the others do.
        """

    async def last(self, path: str) -> Sequence[KeptText]:
        """Every program's text under *path*, the newest first."""

    async def forget(self, paths: Sequence[str], program: str | None = None) -> None:
        """Forget the texts under these paths, of one program or of all: the files are gone."""


class Folder(Protocol):
    """The folder of procedures; what it does blocks, what it tells is what it last found."""

    def refresh(self) -> bool:
        """Look at every file; whether what is served or what is wrong has changed."""

    def problems(self) -> Sequence[Problem]:
        """What is wrong, errors and warnings."""

    def faulty(self) -> Sequence[Faulty]:
        """The files that are there and cannot be served."""

    @property
    def unsettled(self) -> bool:
        """Whether a change waits for a second look."""

    def all(self) -> Sequence[Loaded]:
        """Every procedure that is served."""

    def paths(self) -> frozenset[str]:
        """The paths of all files that are there."""

    def taken(self) -> Mapping[str, Loaded]:
        """What the files say, where it can be served, by path."""

    def lacking(self) -> Mapping[str, str]:
        """The files that cannot be served and have no good text: path -> what is there."""

    def fall_back(self, path: str, texts: Sequence[KeptText]) -> bool:
        """Serve the first good one of *texts* while the file is faulty; whether there is one."""

    def took_up(self, since: Mapping[str, tuple[str, datetime]]) -> None:
        """Set when texts were taken up: path -> SHA-256 and time."""


class Shelf:
    """Keeps a folder's procedures up to date; *refused* is told how many files cannot be served.

    *targets* are the targets of the configuration with the names of their sets.
    """

    def __init__(
        self,
        folder: Folder,
        program: str,
        refused: Callable[[int], None],
        targets: Mapping[str, Collection[str]] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._folder, self._program, self._refused, self._sleep = folder, program, refused, sleep
        self._targets = targets
        self._texts: Texts | None = None
        self._kept: dict[str, str] | None = None
        self._asked: dict[str, str] = {}
        self._gone: frozenset[str] = frozenset()
        self._problems: frozenset[Problem] = frozenset()
        self._faulty: dict[str, str] = {}
        self._asking: dict[str, str] = {}

    async def open(self) -> None:
        """Look for the first time: as often as it takes to see no file that is being written."""
        await asyncio.to_thread(self._folder.refresh)
        if self._folder.unsettled:
            await self._sleep(CONFIRM)
            await asyncio.to_thread(self._folder.refresh)
        self._tell_problems()

    async def opened(self, texts: Texts) -> None:
        """Fall back on *texts* from now on, and keep what was taken up there."""
        self._texts = texts
        await self._keep()
        self._tell()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            soon = self._folder.unsettled or self._gone
            await self._sleep(CONFIRM if soon else LOOK)
            await self.look()

    async def look(self) -> None:
        """Look once, take up what changed, and say it."""
        await asyncio.to_thread(self._folder.refresh)
        await self._keep()
        self._tell()

    async def _keep(self) -> None:
        """Bring the database to what the folder holds, and back; later, if it does not answer."""
        with contextlib.suppress(Unavailable):
            if self._texts is not None:
                await self._synchronize(self._texts)

    async def _synchronize(self, texts: Texts) -> None:
        paths = self._folder.paths()
        if self._kept is None:
            known = await texts.known(self._program)
            self._folder.took_up(known)
            self._kept = {path: sha256 for path, (sha256, _) in known.items()}
            # These went while nobody looked. Other programs may have other folders.
            if paths and (gone := known.keys() - paths):
                await texts.forget([*gone], self._program)
        await self._put(texts, self._kept)
        for path, there in self._folder.lacking().items():
            if self._asked.get(path) != there:
                last = await texts.last(path)
                if last:
                    await asyncio.to_thread(self._folder.fall_back, path, last)
                self._asked[path] = there
        await self._forget(texts, self._kept, paths)

    async def _put(self, texts: Texts, kept: dict[str, str]) -> None:
        fresh = {
            path: loaded
            for path, loaded in self._folder.taken().items()
            if kept.get(path) != loaded.sha256
        }
        if fresh:
            rows = [(path, loaded.sha256, loaded.source) for path, loaded in fresh.items()]
            at = await texts.keep(rows, self._program)
            self._folder.took_up({path: (sha256, at) for path, sha256, _ in rows})
            kept.update((path, sha256) for path, sha256, _ in rows)

    async def _forget(self, texts: Texts, kept: dict[str, str], paths: frozenset[str]) -> None:
        """Forget the texts of files that two looks did not find.

        One look may fall between an editor's two steps; and a folder that is empty all at once was
        not emptied by hand.
        """
        missing = frozenset(kept.keys() - paths) if paths else frozenset()
        if gone := missing & self._gone:
            await texts.forget([*gone])
            for path in gone:
                del kept[path]
        self._gone = missing - gone

    def _tell(self) -> None:
        """Log what is new, once, and measure."""
        self._tell_problems()
        now = {faulty.path: logged(faulty) for faulty in self._folder.faulty()}
        for path, words in now.items():
            if self._faulty.get(path) != words:
                logger.warning("%s", words)
        for path in self._faulty.keys() - now.keys():
            there = path in self._folder.paths()
            logger.info("%s %s", path, "has no error any more" if there else "is gone")
        self._faulty = now
        self._refused(len(now))

    def _tell_problems(self) -> None:
        problems = frozenset(self._folder.problems())
        for problem in self._folder.problems():
            if problem not in self._problems:
                logger.warning("%s", problem)
        self._problems = problems
        self._tell_targets()

    def _tell_targets(self) -> None:
        """Log, once for each text, the checks that can only fail as the targets are configured."""
        before, self._asking = self._asking, {}
        if self._targets is None:
            return
        for loaded in self._folder.all():
            self._asking[loaded.path] = loaded.sha256
            if before.get(loaded.path) != loaded.sha256:
                for found in unknown_targets(loaded.procedure, self._targets):
                    words = "%s: check %s: %s in the configuration; until there is, it fails"
                    logger.warning(words, loaded.path, found.path[1], found.message)
