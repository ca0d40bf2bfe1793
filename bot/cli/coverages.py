"""What `runbook coverage` reads, and the report of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

import aiohttp

from bot import config
from bot.app.desk import Desk
from bot.app.usage import usage
from bot.cli.log import REFUSALS
from bot.cli.procedures import UsageError, known_targets
from bot.core.coverage import (
    FAIL_ON,
    Gap,
    Known,
    Rules,
    Use,
    as_json,
    gaps,
    sarif,
    summary,
    text,
)
from bot.core.procedure import Procedure
from bot.edges.clock import SystemClock
from bot.edges.library import Library, default_folder
from bot.edges.rules import RulesError, answers, checkout, from_prometheus, look, read_files
from bot.edges.store import SqlLog

__all__ = ["REFUSALS", "UNUSABLE", "Asked", "Report", "report"]

UNUSABLE = (RulesError, UsageError)
"""What is wrong with what was named, in words for whoever named it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to have compared, and with what."""

    rules: tuple[Path, ...]
    prometheus: str | None
    online: bool
    procedures: Path | None
    targets: Path | None


@dataclass(frozen=True, slots=True)
class Report:
    """What was found."""

    rules: Rules
    gaps: tuple[Gap, ...]

    def written(self, form: str) -> str:
        """The report in one of the forms that the command offers."""
        if form == "json":
            return as_json(self.rules, self.gaps)
        if form == "sarif":
            return sarif(self.gaps, version("runbook-bot"))
        return text(self.rules, self.gaps)

    def summary(self) -> str:
        """The report in one line."""
        return summary(self.rules, self.gaps)

    def is_as_bad_as(self, level: str) -> bool:
        """Whether there is a gap of this level, or of a worse one."""
        bad = FAIL_ON[: FAIL_ON.index(level) + 1] if level != "never" else ()
        return any(gap.kind.level in bad for gap in self.gaps)


async def report(asked: Asked, environment: Mapping[str, str]) -> Report:
    """Read all that is asked for, and compare it; raises what UNUSABLE and REFUSALS have."""
    procedures = _procedures(asked, environment)
    rules = read_files(asked.rules)
    near = checkout(asked.rules[0]) if asked.rules else None
    repository = near[1] if near else None
    answered = None
    if asked.prometheus or asked.online:
        async with aiohttp.ClientSession(trust_env=True) as session:
            if asked.prometheus:
                loaded = await from_prometheus(asked.prometheus, session)
                rules = Rules((*rules.rules, *loaded.rules), rules.unread)
            if asked.online:
                answered = await answers(rules.rules, repository, session, _progress(sys.stderr))
    known = Known(
        repository=repository,
        there=look(rules.rules, near[0], repository) if near else {},
        answers=answered,
        targets=known_targets(asked.targets),
        use=await _use(environment, {one.id for one in procedures.values()}),
    )
    return Report(rules, gaps(rules, procedures, known, datetime.now(UTC).date()))


def _procedures(asked: Asked, environment: Mapping[str, str]) -> Mapping[str, Procedure]:
    folder = asked.procedures or Path(environment.get("RUNBOOK_PROCEDURES") or "procedures")
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; --procedures names another")
    given = environment.get("RUNBOOK_CACHE")
    library = Library(folder, cache=Path(given) if given else default_folder(environment))
    library.refresh()
    return {str(loaded.path): loaded.procedure for loaded in library.all()}


async def _use(
    environment: Mapping[str, str], procedures: Collection[str]
) -> Mapping[str, Use] | None:
    """How procedures were used, as the record says; None where no database is named."""
    if not environment.get("RUNBOOK_DATABASE_URL"):
        return None
    settings = config.read(environment)
    async with await SqlLog.open(settings.database_url, read_only=True) as log:
        return await usage(log, Desk(log, SystemClock()), procedures)


def _progress(stream: TextIO) -> Callable[[int, int], None]:
    """Tells somebody at a terminal how far it is; elsewhere it would be in the way."""

    def told(done: int, of: int) -> None:
        if stream.isatty():
            end = "\n" if done == of else ""
            stream.write(f"\r{done} of {of} links asked{end}")
            stream.flush()

    return told
