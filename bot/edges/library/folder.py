"""The folder of procedure files: what is good is served, what is faulty is refused by name.

A file that is there and cannot be served takes nothing away: its last good text is served, marked.
Reading blocks; `refresh` is called off the event loop. It writes nothing but a cache, if it was
given one, and follows no link out of the folder.
"""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePath

from bot.app.shelf import KeptText
from bot.core.lint import Examined, Problem, ordered
from bot.core.procedure import Loaded
from bot.core.views.faulty import Faulty
from bot.edges.library.cache import Cache, Kept
from bot.edges.library.commits import Commits
from bot.edges.library.entries import Entry, after, serve
from bot.edges.library.judging import Beside, elsewhere, examine_file, sha256_of
from bot.edges.library.pictures import picture
from bot.edges.library.place import Content, Place, Unread

FEW = 20
"""So many files are parsed sooner than it pays to write them to the cache: some 2 ms each."""
SETTLED = 2.0
"""Seconds since a file's last change after which one look is enough, at the start."""

_Sign = tuple[int, int, str]
"""By what two looks agree: size, time of the last change, hash; or -1, -1, why it is not read."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """All files at one moment; replaced whole, so that readers never see half a refresh."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    served: Mapping[str, Loaded] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    faulty: tuple[Faulty, ...] = ()
    unsettled: Mapping[str, _Sign] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Looking:
    """One refresh: what was known before, the day, the open folder, the cache, what is new."""

    before: _Shelf
    day: date
    place: Place
    kept: Mapping[tuple[str, str], Kept]
    first: bool
    unsettled: dict[str, _Sign] = field(default_factory=dict)


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


class Library:
    """The procedures of one folder, by id; built empty, filled by `refresh`.

    What only looks (`get`, `all`, `problems`, `faulty`) sees what the last `refresh` found, so an
    event loop may call it while another thread refreshes. With a folder for a *cache*, what an
    earlier process read is not parsed again.

    A *patient* one takes a change up when two looks agree on it, so that no file is served that is
    still being written; at the start it trusts a file that has not changed for `SETTLED` seconds.

    With *beside*, what is new after the first look is judged there; that takes the lock of
    the interpreter from nobody who clicks meanwhile. With *commits*, what is served says which
    commit has its text.
    """

    def __init__(
        self,
        folder: Path,
        today: Callable[[], date] = _today,
        *,
        cache: Path | None = None,
        patient: bool = False,
        beside: Beside | None = None,
        commits: Commits | None = None,
    ) -> None:
        self._folder = folder
        self._today = today
        self._patient = patient
        self._beside = beside
        self._commits = commits
        self._shelf = _Shelf()
        self._cache = None if cache is None else Cache(cache, folder)
        self._unkept = 0
        self._looked = False

    def get(self, procedure_id: str) -> Loaded | None:
        """The procedure with this id, or None when none is served under it."""
        return self._shelf.served.get(procedure_id)

    def picture(self, procedure_id: str, image: str) -> bytes:
        """A picture of a procedure, by its path from the file; blocks, and raises OSError."""
        loaded = self.get(procedure_id)
        if loaded is None:
            raise OSError("the procedure is not in the folder any more")
        file = PurePath(loaded.path).relative_to(self._folder).as_posix()
        with Place(self._folder) as place:
            return picture(place, file, image)

    def all(self) -> tuple[Loaded, ...]:
        """Every procedure that is served, by id."""
        return tuple(self._shelf.served.values())

    def problems(self) -> tuple[Problem, ...]:
        """What the last refresh found wrong, errors and warnings, by file and line."""
        return self._shelf.problems

    def faulty(self) -> tuple[Faulty, ...]:
        """The files that are there and cannot be served, by path."""
        return self._shelf.faulty

    @property
    def unsettled(self) -> bool:
        """Whether a change was seen that a second look must confirm."""
        return bool(self._shelf.unsettled)

    def paths(self) -> frozenset[str]:
        """The paths, below the folder, of all files that are there."""
        return self._shelf.paths

    def taken(self) -> Mapping[str, Loaded]:
        """What the files themselves say, where it can be served, by path below the folder."""
        entries = self._shelf.entries.items()
        return {path: entry.loaded for path, entry in entries if entry.loaded is not None}

    def lacking(self) -> Mapping[str, str]:
        """The files that cannot be served and have no good text here: path -> what is there."""
        entries = self._shelf.entries.items()
        return {path: entry.sha256 for path, entry in entries if entry.good is None}

    def refresh(self) -> bool:
        """Read the folder again and tell whether anything changed. Blocks; raises nothing.

        Every file is hashed and only one whose content is new is parsed, so an edit that keeps
        size and time is seen, too.
        """
        before, day = self._shelf, self._today()
        try:
            with Place(self._folder) as place:
                listing = place.files()
                # Later changes are few, and parsed sooner than a cache of all is read.
                kept = self._cache.read(day) if self._cache and not before.entries else {}
                if self._beside is not None and self._looked:
                    judged = elsewhere(self._beside, self._fresh(listing.files, place, day), day)
                    self._unkept += len(judged)
                    kept = {**kept, **judged}
                looking = _Looking(before, day, place, kept, first=not self._looked)
                with _uncollected() if kept else contextlib.nullcontext():
                    found = [(path, self._entry(path, looking)) for path in listing.files]
        except OSError as error:
            # A mount that stutters takes no procedure away: what was served still is.
            why = f"the folder cannot be read: {error.strerror or error}"
            fault = Problem(str(self._folder), 1, 1, "error", why)
            self._shelf = replace(before, problems=(fault,))
            return self._shelf.problems != before.problems
        self._looked = True
        entries = {path: entry for path, entry in found if entry is not None}
        self._keep(day, entries)
        if self._commits is not None:
            self._commits.look()
        self._put(entries, listing.unread, looking.unsettled, frozenset(listing.files))
        now = self._shelf
        return (now.served, now.problems) != (before.served, before.problems)

    def _fresh(self, paths: Sequence[str], place: Place, day: date) -> Iterator[tuple[str, bytes]]:
        """The names and contents of the files that this look may have to judge."""
        for path in paths:
            known = self._shelf.entries.get(path)
            due = path in self._shelf.unsettled or not self._patient
            if due or (known is not None and known.day != day):
                with contextlib.suppress(OSError):
                    data = place.read(path).data
                    if known is None or (known.sha256, known.day) != (sha256_of(data), day):
                        yield PurePath(path).name, data

    def fall_back(self, path: str, texts: Sequence[KeptText]) -> bool:
        """Serve the first of *texts* that is good to this program, while the file is not.

        Whether there was one. Blocks; called by whoever calls `refresh`.
        """
        entry = self._shelf.entries.get(path)
        if entry is None or entry.good is not None:
            return False
        for text in texts:
            seen = examine_file(text.source.encode(), self._name(path), entry.day)
            if seen.procedure is not None:
                good = Loaded(seen.procedure, text.source, text.sha256, self._name(path))
                self._change({path: replace(entry, good=good, since=text.at)})
                return True
        return False

    def took_up(self, since: Mapping[str, tuple[str, datetime]]) -> None:
        """Set when texts were taken up: path -> the text's SHA-256 and the time."""
        entries = self._shelf.entries
        self._change(
            {
                path: replace(entries[path], since=at)
                for path, (sha256, at) in since.items()
                if path in entries and (good := entries[path].good) and good.sha256 == sha256
            }
        )

    def _change(self, changed: Mapping[str, Entry]) -> None:
        shelf = self._shelf
        entries = {**shelf.entries, **changed}
        served, faulty, _ = serve(entries, self._folder)
        served = self._committed(served)
        self._shelf = replace(shelf, entries=entries, served=served, faulty=faulty)

    def _committed(self, served: dict[str, Loaded]) -> dict[str, Loaded]:
        """What is served, each with its commit, if it has one."""
        if self._commits is None:
            return served
        commits = {name: self._commits.of(loaded) for name, loaded in served.items()}
        return {name: replace(one, commit=commits[name]) for name, one in served.items()}

    def _name(self, path: str) -> str:
        return str(self._folder / path)

    def _entry(self, path: str, looking: _Looking) -> Entry | None:
        known, day = looking.before.entries.get(path), looking.day
        content: Content | None = None
        try:
            content = looking.place.read(path)
        except OSError as error:
            fault = f"the file cannot be read: {error.strerror or error}"
            sign = (-1, -1, fault)
        else:
            fault = ""
            sign = (content.size, content.changed, sha256_of(content.data))
        if known is not None and (known.sha256, known.day) == (sign[2], day):
            return known
        if not self._is_settled(path, sign, known, looking):
            looking.unsettled[path] = sign
            return known
        if content is None:
            problem = Problem(self._name(path), 1, 1, "error", fault)
            return after(known, Entry(fault, day, None, (problem,)))
        return after(known, self._taken_up(path, content.data, sign[2], looking))

    def _is_settled(self, path: str, sign: _Sign, known: Entry | None, looking: _Looking) -> bool:
        if not self._patient or (known is not None and known.sha256 == sign[2]):
            return True
        if looking.first:
            # An old file is whole. What cannot be read at all has nothing that could be half.
            age = time.time() - sign[1] / 1e9
            return sign[0] < 0 or age > SETTLED
        return looking.before.unsettled.get(path) == sign

    def _taken_up(self, path: str, data: bytes, sha256: str, looking: _Looking) -> Entry:
        name = self._name(path)
        seen = _kept(looking.kept.get((PurePath(path).name, sha256)), name)
        if seen is None:
            self._unkept += 1
            seen = examine_file(data, name, looking.day)
        if seen.procedure is None:
            return Entry(
                sha256, looking.day, None, seen.problems, owner=seen.owner, private=seen.private
            )
        loaded = Loaded(seen.procedure, data.decode("utf-8-sig"), sha256, name)
        return Entry(sha256, looking.day, loaded, seen.problems, loaded, datetime.now(UTC))

    def _keep(self, day: date, entries: dict[str, Entry]) -> None:
        """Write the cache, once enough was parsed that it lacks."""
        if self._cache is None or self._unkept < FEW:
            return
        self._unkept = 0
        self._cache.write(
            day,
            (
                (
                    PurePath(path).name,
                    entry.sha256,
                    Examined(procedure, entry.problems, entry.owner, entry.private),
                )
                for path, entry in entries.items()
                for procedure in [entry.loaded.procedure if entry.loaded else None]
            ),
        )

    def _put(
        self,
        entries: Mapping[str, Entry],
        unread: Sequence[Unread],
        unsettled: Mapping[str, _Sign],
        paths: frozenset[str],
    ) -> None:
        served, faulty, doubles = serve(entries, self._folder)
        left = [
            Problem(self._name(one.path), 1, 1, one.severity, one.why, one.write) for one in unread
        ]
        problems = (*left, *doubles, *(p for entry in entries.values() for p in entry.problems))
        served = self._committed(served)
        self._shelf = _Shelf(entries, served, ordered(problems), faulty, unsettled, paths)


def _kept(found: Kept | None, name: str) -> Examined | None:
    """What the cache holds of a file, or None: the file itself can always be read."""
    try:
        return found.examined(name) if found else None
    except ValueError:
        return None
