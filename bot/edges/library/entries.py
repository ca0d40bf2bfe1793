"""The files of a folder as they were last taken up, and which of their texts are served.

Pure: nothing here reads a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePath

from bot.core.lint import Document, Examined, Problem
from bot.core.procedure import Loaded
from bot.core.views.faulty import Faulty


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was last taken up.

    `loaded` is what it says, if that may be served; `good` the last text that could be, which was
    taken up at `since`.
    """

    sha256: str
    day: date
    loaded: Loaded | None
    problems: tuple[Problem, ...]
    good: Loaded | None = None
    since: datetime | None = None
    owner: str = ""
    private: bool = False

    def examined(self) -> Examined:
        """What was found in it."""
        procedure = self.loaded.procedure if self.loaded else None
        return Examined(procedure, self.problems, self.owner, self.private)


_ONE = "one file for each procedure"


def serve(
    entries: Mapping[str, Entry], folder: Path
) -> tuple[dict[str, Loaded], tuple[Faulty, ...], list[Problem]]:
    """What is served, by id; what is not, and why; and problems between files."""
    served: dict[str, Loaded] = {}
    faulty: list[Faulty] = []
    doubles: list[Problem] = []
    for path, entry in entries.items():
        if entry.loaded is None:
            continue
        first = served.setdefault(entry.loaded.procedure.id, entry.loaded)
        if first is not entry.loaded:
            where = PurePath(first.path).relative_to(folder)
            message = f"`{first.procedure.id}` is already in {where}"
            double = Problem(str(folder / path), 1, 1, "error", message, _ONE)
            doubles.append(double)
            faulty.append(_faulty("", path, entry, double, served=False))
    # What a file says goes before what another one once said.
    for path, entry in entries.items():
        if entry.loaded is None:
            stem = PurePath(path).stem.lower()
            known = stem if entry.good is None else entry.good.procedure.id
            kept = entry.good
            is_served = kept is not None and served.setdefault(known, kept) is kept
            error = next(p for p in entry.problems if p.severity == "error")
            faulty.append(_faulty(known, path, entry, error, served=is_served))
    faulty.sort(key=lambda one: one.path)
    return dict(sorted(served.items())), tuple(faulty), doubles


def after(before: Entry | None, now: Entry) -> Entry:
    """What is known of a file *now*: a faulty one keeps the good text of *before*."""
    if before is None or before.good is None:
        return now
    if now.loaded is None:
        return replace(now, good=before.good, since=before.since)
    same = before.good.sha256 == now.sha256
    return replace(now, since=before.since) if same else now


def _faulty(known: str, path: str, entry: Entry, problem: Problem, *, served: bool) -> Faulty:
    good = entry.good.procedure.owner if entry.good else None
    owner = f"{good.team} ({good.slack})" if good and good.slack else good.team if good else ""
    since = entry.since if served else None
    return Faulty(
        known,
        path,
        problem.line,
        problem.message,
        problem.write,
        owner or entry.owner,
        since,
        private=entry.private or (entry.good is not None and entry.good.procedure.private),
    )


_PRIVATE = re.compile(rb"""(?m)(?:^|[{,])[ \t]*["']?private["']?\s*:\s*["']?(?!false\b)\S""")
"""The key in whatever style; no blank at the beginning of a line is looked at twice."""


def is_private(content: bytes) -> bool:
    """Whether a file that has an error may hide a procedure, whatever else can be read of it."""
    return _PRIVATE.search(content) is not None


def owner_of(document: Document | None) -> str:
    """Who looks after a procedure that has an error, as far as its file can be understood."""
    data = document.data if document else None
    owner = data.get("owner") if isinstance(data, dict) else None
    told = [owner.get(key) for key in ("team", "slack")] if isinstance(owner, dict) else []
    names = [name[:80] for name in told if isinstance(name, str) and name]
    return f"{names[0]} ({names[1]})" if len(names) > 1 else "".join(names)
