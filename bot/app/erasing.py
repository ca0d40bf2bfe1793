"""Erasing: what people wrote and who they are goes out of a run's record, and an entry says so.

What goes is worked out from what is stored, written to the erasure list, which has no word and no
id in it, and only then done, by the desk: a crash in between leaves a list that can be done again.
What a run under way still needs is noted in its record, and done by a timer once it is closed.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal

from bot.app.byhand import NOTHING_LEFT, ByHand, Left
from bot.app.desk import Desk, History, no_such_run
from bot.app.erasure_list import Note, begun, read
from bot.app.tidying import Tidying
from bot.core.acting.erasures import numbers
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.sealing.body import is_sealed, reseal
from bot.core.sealing.erasing import NotTheirs, Plan, Wanted, plan
from bot.core.sealing.files import becomes
from bot.core.sealing.people import People
from bot.core.sealing.record import NO_RUN, Stored
from bot.core.text import counted
from bot.ports.log import Unavailable, every
from bot.ports.messages import Link
from bot.ports.vault import Kept, Vault
from bot.ports.work import Due

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


def is_noted(line: str) -> bool:
    """Whether a line of what was done says that all of it is to go later."""
    return _NOTHING_YET in line


_NOTHING_YET = "nothing yet"


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


@dataclass(frozen=True, slots=True)
class Request:
    """What is to go of a run: who asks for it, how, and by which of Slack's deliveries, if any.

    `noted` is the entry by which it had been asked for while the run was open, `as_role` the role
    that lets it be.
    """

    run_id: str
    wanted: Wanted
    by: e.Person | None = None
    via: Literal["terminal", "slack", "age"] = "terminal"
    delivery: str | None = None
    noted: int | None = None
    as_role: e.AsRole | None = None


@dataclass(slots=True)
class Erasing:
    """Erases at somebody's request; `note` writes a line of the erasure list, durably.

    `address` makes the address of a message in Slack, where that is asked.
    """

    desk: Desk
    vault: Vault
    note: Note
    address: Link | None = None
    by_hand: ByHand = field(init=False)
    tidying: Tidying = field(init=False)

    def __post_init__(self) -> None:
        self.by_hand = ByHand(self.desk, self.address)
        self.tidying = Tidying(self.vault, self.desk.clock)

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
        if not await self.tidying.now():
            if not lines:
                raise Refused(_LEFT)
            lines.append(_LEFT)
        return lines

    async def _runs(self, asked: Asked) -> list[str]:
        """What goes of runs; one that cannot be read keeps none of the others."""
        lines, refusals = list[str](), list[Refused]()
        again = read(asked.again) if asked.again else None
        if again is not None and again.damaged:
            where = f"line{'s' * (len(again.damaged) > 1)} {numbers(again.damaged)} of the list"
            refusals.append(Refused(f"{where} cannot be read"))
        for run_id, wanted in again.wanted if again else await self._wanted(asked):
            try:
                said = await self._of(run_id, wanted, asked)
            except Refused as refused:
                refusals.append(refused)
            except DAMAGED as fault:
                refusals.append(damaged(run_id, fault))
            else:
                lines += [said] if said else []
        if refusals and not lines:
            raise refusals[0]
        lines += [f"{_UNDONE}{refused}" for refused in refusals]
        return lines

    async def _wanted(self, asked: Asked) -> list[tuple[str, Wanted]]:
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
        kept = await self.kept(run_id)
        unknown = ""
        if asked.again:
            # A backup ends before the list does.
            there = tuple(seq for seq in wanted.entries if seq <= len(kept.entries))
            wanted = replace(wanted, entries=there)
            unknown = _unknown(wanted, People(kept.people))
        if asked.dry_run:
            what, left = await _worked_out(run_id, kept, wanted), NOTHING_LEFT
        else:
            what, left = await self.carry_out(kept, Request(run_id, wanted, via=asked.via))
        files = becomes(kept, what.words, what.people)
        return _said(run_id, what, files, unknown, left.plainly(run_id))

    async def carry_out(self, kept: Kept, request: Request) -> tuple[Plan, Left]:
        """Erase what goes of a run that is stored so, and note what is to go later: what it was.

        Beside it what is left in Slack to people.

        Raises Refused or Unavailable.
        """
        run_id, wanted = request.run_id, request.wanted
        what = await _worked_out(run_id, kept, wanted)
        if what.is_empty and request.noted is None:
            return what, NOTHING_LEFT
        if await asyncio.to_thread(_is_of_before, kept):
            await self.vault.seal_of_before(run_id)
            what = await _worked_out(run_id, await self.kept(run_id), wanted)
        command = c.Erase(
            request.by,
            what.words,
            what.people,
            what.unchecked,
            noted=() if request.noted is None else (request.noted,),
            later=_noted(what.later, request),
            via=request.via,
            as_role=request.as_role,
        )
        was = await self.by_hand.before(run_id)
        async with begun(self.note, run_id, what) as by_hand:
            await self.desk.act(run_id, command, delivery=request.delivery)
            left = await self._left(was, kept, what)
            by_hand.extend(left.addresses)
        return what, left

    async def _left(self, was: History | None, kept: Kept, what: Plan) -> Left:
        """What is left to people of what went."""
        if not (what.words or what.people):
            return NOTHING_LEFT
        return await self.by_hand.after(was, kept)

    async def erase(self, kept: Kept, request: Request) -> tuple[Plan, Left]:
        """The same, and see afterwards that nothing is left in a file's write-ahead log."""
        done = await self.carry_out(kept, request)
        self.tidying.want()
        return done

    async def kept(self, run_id: str) -> Kept:
        """A run as it is stored; raises Refused where there is none, or nothing can be erased."""
        kept = await self.vault.kept(run_id)
        if kept is None:
            raise no_such_run(run_id)
        if not kept.sealed:
            raise Refused(
                "Nothing can be erased yet: run `runbook migrate --seal` first, once the last "
                "older bot has stopped."
            )
        return kept

    async def fire(self, due: Due) -> None:
        """Erase what was to go once a run is closed; with the last of it, its timer is stopped."""
        run = await self.desk.run(due.run_id)
        for number, noted in _in_order(run):
            wanted = Wanted(noted.everything, entries=noted.entries, tokens=noted.people)
            request = Request(run.id, wanted, noted.by, noted.via, noted=number)
            _, left = await self.erase(await self.kept(run.id), request)
            if words := left.plainly(run.id):
                logger.warning("erased: %s", words, extra={"run": run.id})
            logger.info("%s is closed: what entry %d asked for is erased", run.id, number)
        # One that was left when nothing is to be erased goes by this.
        if not (await self.desk.run(due.run_id)).to_erase:
            await self.desk.fire(due)


DAMAGED = (*NO_RUN, AttributeError)
"""What reading entries raises that were changed so that they are none."""


def damaged(run_id: str, fault: Exception) -> Refused:
    """Why nothing is erased of a run whose entries cannot be read."""
    logger.warning("%s cannot be erased (%r)", run_id, type(fault))
    return Refused(f"{run_id} is damaged: `runbook audit {run_id}` says how.")


def _noted(later: Wanted | None, request: Request) -> e.ErasureNoted | None:
    """What is to go once the run is closed, as the record says it."""
    if later is None:
        return None
    what: dict[str, Any] = (
        {"everything": True}
        if later.everything
        else {"entries": later.entries, "people": later.tokens}
    )
    by = {} if request.by is None else {"by": request.by}
    return e.ErasureNoted.model_validate({**what, **by, "via": request.via})


def _in_order(run: Run) -> Sequence[tuple[int, e.ErasureNoted]]:
    """What is to be erased of a closed run, by the entries that say so.

    People go last: whoever asked for something is still named in the entry that it is done.
    """
    if run.closed is None:
        return ()
    return sorted(run.to_erase.items(), key=lambda one: one[1].everything or bool(one[1].people))


async def _worked_out(run_id: str, kept: Kept, wanted: Wanted) -> Plan:
    """What goes of a run; out of the event loop, where a long run would keep clicks waiting."""
    return await asyncio.to_thread(planned, run_id, kept, wanted)


def _is_of_before(kept: Kept) -> bool:
    """Whether some of a run's entries were written before entries were sealed."""
    return any(not is_sealed(entry.body) for entry in kept.entries)


def planned(run_id: str, kept: Kept, wanted: Wanted) -> Plan:
    """What goes of a run that is stored so; raises Refused."""
    last = len(kept.entries)
    unknown = [seq for seq in wanted.entries if not 1 <= seq <= last]
    if unknown:
        raise Refused(f"{run_id} has no entry {unknown[0]}: its last is {last}.")
    people = People(kept.people)
    try:
        return plan(in_memory(run_id, kept, people), people, wanted, is_open=kept.open)
    except NotTheirs as theirs:
        raise Refused(
            f"Nothing was erased: entry {theirs} is not yours. You can erase what you wrote "
            "yourself; for more, ask whoever runs the bot."
        ) from theirs


def in_memory(run_id: str, kept: Kept, people: People) -> Sequence[Stored]:
    """The entries of a run as if all were sealed; raises Refused.

    So what would go can be counted, and nothing is changed for nothing.
    """
    return [_sealed(entry, people, run_id) for entry in kept.entries]


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


def _said(run_id: str, what: Plan, files: str, unknown: str = "", left: str = "") -> str:
    """What goes, in words; empty for nothing."""
    parts = [f"the words of {counted(len(what.words), 'entry', 'entries')}"] if what.words else []
    if what.people:
        parts.append(counted(len(what.people), "person", "people"))
    if not parts and what.later is None:
        return f"{run_id}: {unknown}" if unknown else ""
    said = f"{run_id}: {' and '.join(parts) or _NOTHING_YET}"
    if what.unchecked:
        said += f"; no longer to be checked, being older than sealing: {numbers(what.unchecked)}"
    if what.later is not None:
        said += "; its people, inputs and what was seen are erased when it is closed"
    if unknown:
        said += f"; {unknown}"
    if files:
        said += f"; {files}"
    if left:
        said += f"; {left}"
    return said
