"""Erasing: what people wrote and who they are goes out of a run's record, and an entry says so.

What goes is worked out from what is stored, written to the erasure list, which has no word and no
id in it, and only then done, by the desk: a crash in between leaves a list that can be done again.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from bot.app.desk import Desk, no_such_run
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.sealing.body import is_sealed, reseal
from bot.core.sealing.erasing import Plan, Wanted, plan
from bot.core.sealing.people import People
from bot.core.sealing.reading import numbers
from bot.core.sealing.record import NO_RUN, Stored
from bot.core.text import counted
from bot.ports.log import Unavailable, every
from bot.ports.vault import Kept, Vault

OFTEN_S = 6 * 3_600.0
"""Seconds between two looks for runs that are old."""

logger = logging.getLogger(__name__)

_LEFT = (
    "Some of it is still in the write-ahead log, since a backup or another reader is in the way. "
    "Run the same command again."
)


_UNDONE = "not erased: "


def is_undone(line: str) -> bool:
    """Whether a line of what was done says that something was not."""
    return line == _LEFT or line.startswith(_UNDONE)


def listed(database: Path | None) -> Path:
    """Where the erasure list is: beside the file of a database, or where the command is given."""
    if database is None:
        return Path("runbook-erasures.jsonl")
    return database.with_name(database.name + ".erasures")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operator asks for: one of a run, one of its entries, a person, an age, a list."""

    run: str | None = None
    entry: int | None = None
    person: str | None = None
    older_than_days: int | None = None
    again: tuple[str, ...] = ()
    dry_run: bool = False
    via: Literal["terminal", "age"] = "terminal"

    def to_json(self) -> dict[str, Any]:
        """As it goes to the bot that has the database."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Asked":
        """What was asked of this bot; raises TypeError for what is no such thing."""
        return cls(**{**said, "again": tuple(said.get("again", ()))})


async def forget_old(erasing: "Erasing", days: int) -> None:
    """Erase closed runs that began so many days ago, a few times a day, until cancelled."""
    asked = Asked(older_than_days=days, via="age")
    clock = erasing.desk.clock
    while True:
        try:
            for line in await erasing.do(asked):
                level = logging.WARNING if is_undone(line) else logging.INFO
                logger.log(level, "erasing what is old: %s", line)
        except (Refused, Unavailable, OSError) as trouble:
            logger.warning("what is older than %s days is not erased yet (%s)", days, trouble)
        await clock.sleep(OFTEN_S)


@dataclass(slots=True)
class Erasing:
    """Erases at an operator's request; `note` writes a line of the erasure list, durably."""

    desk: Desk
    vault: Vault
    note: Callable[[str], None]

    async def answer(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the command of another process asks; its lines, or why not."""
        try:
            return {"lines": await self.do(Asked.from_json(said))}
        except (Refused, Unavailable) as refused:
            return {"refused": str(refused)}
        except TypeError:
            return {"refused": "The bot is of another version than this command."}

    async def do(self, asked: Asked) -> list[str]:
        """What goes, or would go, one line a run; none for nothing. Raises Refused, Unavailable."""
        lines = await self._runs(asked)
        if asked.person is not None and await self.vault.knows(asked.person):
            lines.append(f"{asked.person}: what Slack said of them")
            if not asked.dry_run:
                await self.vault.forget(asked.person)
        if asked.dry_run and lines:
            return lines
        # Also when there is nothing more to erase: the time before, a reader was in the way.
        if not await self.vault.tidy():
            if not lines:
                raise Refused(_LEFT)
            lines.append(_LEFT)
        return lines

    async def _runs(self, asked: Asked) -> list[str]:
        """What goes of runs; one that cannot be read keeps none of the others."""
        lines, refusals = list[str](), list[Refused]()
        for run_id, wanted in await self._wanted(asked):
            try:
                said = await self._of(run_id, wanted, asked)
            except Refused as refused:
                refusals.append(refused)
            except (*NO_RUN, AttributeError) as damaged:
                logger.warning("%s cannot be erased (%r)", run_id, type(damaged))
                refusals.append(Refused(f"{run_id} is damaged: `runbook audit {run_id}` says how."))
            else:
                lines += [said] if said else []
        if refusals and not lines:
            raise refusals[0]
        lines += [f"{_UNDONE}{refused}" for refused in refusals]
        return lines

    async def _wanted(self, asked: Asked) -> list[tuple[str, Wanted]]:
        if asked.again:
            return _lines(asked.again)
        if asked.run is not None:
            if asked.entry is not None:
                return [(asked.run, Wanted(entries=(asked.entry,)))]
            return [(asked.run, Wanted(everything=True))]
        runs = [run async for run in every(self.desk.log)]
        if asked.person is not None:
            return [(run.run_id, Wanted(person=asked.person)) for run in runs]
        if asked.older_than_days is None:
            return []
        before = self.desk.clock.now() - timedelta(days=asked.older_than_days)
        old = [run.run_id for run in runs if not run.open and run.at < before]
        return [(run_id, Wanted(everything=True)) for run_id in old]

    async def _of(self, run_id: str, wanted: Wanted, asked: Asked) -> str:
        kept = await self.vault.kept(run_id)
        if kept is None and asked.again:
            return f"{run_id}: not in this database"
        kept = await self._kept(run_id)
        unknown = ""
        if asked.again:
            # A backup ends before the list does.
            there = tuple(seq for seq in wanted.entries if seq <= len(kept.entries))
            wanted = replace(wanted, entries=there)
            unknown = _unknown(wanted, People(kept.people))
        people = People(kept.people)
        entries = kept.entries
        if any(not is_sealed(entry.body) for entry in entries):
            # In memory first: what would go can be counted, and nothing is changed for nothing.
            entries = [_sealed(entry, people, run_id) for entry in entries]
        what = _plan(run_id, entries, people, wanted, is_open=kept.open)
        if asked.dry_run or not (what.words or what.people):
            return _said(run_id, what, kept.files, unknown)
        if entries is not kept.entries:
            await self.vault.seal_of_before(run_id)
            kept = await self._kept(run_id)
            what = _plan(run_id, kept.entries, People(kept.people), wanted, is_open=kept.open)
        line = {"run": run_id, "entries": what.words, "people": what.people}
        # Clicks do not wait for the disk.
        await asyncio.to_thread(self.note, json.dumps(line, separators=(",", ":")))
        event = e.Erased(
            entries=what.words, people=what.people, unchecked=what.unchecked, via=asked.via
        )
        await self.desk.act(run_id, c.Erase(event), delivery=None)
        return _said(run_id, what, kept.files, unknown)

    async def _kept(self, run_id: str) -> Kept:
        kept = await self.vault.kept(run_id)
        if kept is None:
            raise no_such_run(run_id)
        if not kept.sealed:
            raise Refused(
                "Nothing can be erased yet: run `runbook migrate --seal` first, once the last "
                "older bot has stopped."
            )
        return kept


def _lines(texts: Sequence[str]) -> list[tuple[str, Wanted]]:
    """The lines of an erasure list; raises Refused.

    The last may be torn: a line is on the disk before anything is erased for it, so nothing was.
    """
    written = [text for text in texts if text.strip()]
    try:
        return [_line(text) for text in written]
    except Refused:
        if len(written) < 2:  # noqa: PLR2004 - one before the last
            raise
        return [_line(text) for text in written[:-1]]


def _line(text: str) -> tuple[str, Wanted]:
    """A line of an erasure list; raises Refused."""
    try:
        said = json.loads(text)
        return said["run"], Wanted(entries=tuple(said["entries"]), tokens=tuple(said["people"]))
    except (ValueError, KeyError, TypeError) as wrong:
        raise Refused("The file is no erasure list: a line of it cannot be read.") from wrong


def _plan(
    run_id: str, entries: Sequence[Stored], people: People, wanted: Wanted, *, is_open: bool
) -> Plan:
    unknown = [seq for seq in wanted.entries if not 1 <= seq <= len(entries)]
    if unknown:
        raise Refused(f"{run_id} has no entry {unknown[0]}: its last is {len(entries)}.")
    return plan(entries, people, wanted, is_open=is_open)


def _sealed(entry: Stored, people: People, run_id: str) -> Stored:
    """An entry as it would be sealed, to count what would go."""
    if is_sealed(entry.body):
        return entry
    try:
        made = reseal(entry.body, people, str)
    except ValueError as unknown:
        raise Refused(
            f"{run_id} has entries that this version cannot read: upgrade the bot first."
        ) from unknown
    return Stored(entry.seq, entry.at, entry.kind, made.body, entry.hash, made.beside)


def _unknown(wanted: Wanted, people: People) -> str:
    """What is said of people on a list who are not known here by their tokens; empty for none.

    A person of an entry that was sealed after the backup was made has another token here.
    """
    missing = len(set(wanted.tokens) - set(people.tokens))
    if not missing:
        return ""
    whom = counted(missing, "person", "people")
    return f"{whom} on the list cannot be found: erase them with --person"


def _said(run_id: str, what: Plan, files: Sequence[str], unknown: str = "") -> str:
    """What goes, in words; empty for nothing."""
    parts = [f"the words of {counted(len(what.words), 'entry', 'entries')}"] if what.words else []
    if what.people:
        parts.append(counted(len(what.people), "person", "people"))
    if not parts and not what.waiting:
        return f"{run_id}: {unknown}" if unknown else ""
    said = f"{run_id}: {' and '.join(parts) or 'nothing yet'}"
    if what.unchecked:
        said += f"; no longer to be checked, being older than sealing: {numbers(what.unchecked)}"
    if what.waiting:
        said += "; its people, inputs and what was seen can go once it is closed"
    if unknown:
        said += f"; {unknown}"
    if files:
        said += f"; delete in Slack by hand: {', '.join(files)}"
    return said
