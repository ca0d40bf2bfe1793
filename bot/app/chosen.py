"""What people choose to erase in Slack: their own words, or for those who may, anyone's."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.app.erasing import DAMAGED, Erasing, Request, damaged, in_memory
from bot.app.slices import slices
from bot.core.acting.asking import Page, Written
from bot.core.acting.erasures import numbers
from bot.core.acting.sealed import INPUTS, WORDS
from bot.core.acts.erase import ON_A_PAGE
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.sealing.body import Gone, authors, fields_of, hows
from bot.core.sealing.erasing import Plan, Wanted, is_kept
from bot.core.sealing.files import becomes
from bot.core.sealing.people import People
from bot.core.sealing.reading import event_of, gone_from, time_of
from bot.core.sealing.record import Stored
from bot.core.views.written import written
from bot.ports.vault import Kept

PIECE = 200
"""How many entries are looked through without a pause."""


@dataclass(slots=True)
class Chosen:
    """Shows what can be erased, and erases what was chosen; `erasers` may erase anyone's words."""

    erasing: Erasing
    erasers: frozenset[str]

    async def page(self, run: Run, before: int | None, by: Person) -> Page:
        """The newest entries before a number that *by* may erase; raises Refused."""
        try:
            return await self._page(run, before, by)
        except DAMAGED as fault:
            raise damaged(run.id, fault) from fault

    async def _page(self, run: Run, before: int | None, by: Person) -> Page:
        kept = await self.erasing.kept(run.id)
        people = People(kept.people)
        anyone = by.id in self.erasers
        whose = None if anyone else people.token(by.id)
        offered: list[Stored] = []
        if anyone or whose is not None:
            whole = await asyncio.to_thread(in_memory, run.id, kept, people)
            async for some in slices(whole[::-1], PIECE):
                offered += [entry for entry in some if _is_offered(entry, whose)]
        first = next((n for n, one in enumerate(offered) if before is None or one.seq < before), 0)
        shown = offered[first : first + ON_A_PAGE]
        gone = gone_from(kept.entries, people)
        newer = None
        if first:
            back = first - ON_A_PAGE
            newer = offered[back].seq + 1 if back > 0 else 0
        return Page(
            [_written(run, entry, people, gone, names_who=anyone) for entry in shown],
            shown[-1].seq if first + len(shown) < len(offered) else None,
            newer,
            anyone,
        )

    async def erase(self, run_id: str, command: c.Erase, *, delivery: str) -> str:
        """Erase the entries that a person names; what is said to them. Raises Refused."""
        if command.by is None or not command.entries:
            raise Refused("Nothing was erased: tick the entries that are to lose their words.")
        kept = await self.erasing.kept(run_id)
        own = None if command.by.id in self.erasers else command.by.id
        wanted = Wanted(entries=command.entries, own=own)
        request = Request(run_id, wanted, command.by, "slack", delivery)
        try:
            what = await self.erasing.erase(kept, request)
        except DAMAGED as fault:
            raise damaged(run_id, fault) from fault
        if what.is_empty and await self.erasing.desk.log.delivered(delivery):
            # A delivery that comes twice is not answered by what its first time did.
            return ""
        return _answer(run_id, command.entries, kept, what)


def _is_offered(entry: Stored, whose: str | None) -> bool:
    """Whether someone may choose it: anyone's, or what *whose* wrote or typed."""
    if not is_kept(entry):
        return False
    if whose is None:
        return True
    body = json.loads(entry.body)
    return whose in authors(body) and any(how in (WORDS, INPUTS) for how in hows(fields_of(body)))


def _written(run: Run, entry: Stored, people: People, gone: Gone, *, names_who: bool) -> Written:
    at = time_of(entry)
    return written(run, entry.seq, at, event_of(entry, people, gone), names_who=names_who)


def _answer(run_id: str, asked: Sequence[int], kept: Kept, what: Plan) -> str:
    """What came of it, in words; raises Refused where nothing did."""
    later = what.later.entries if what.later else ()
    before = [seq for seq in asked if seq not in {*what.words, *later}]
    said = []
    if what.words:
        said.append(
            f"Erased: the words of {_entries(what.words)} of {run_id}. The board and the thread "
            "show it within a few minutes."
        )
    if later:
        said.append(
            f"{run_id} still needs the words of {_entries(later)}: they are erased when it is "
            "closed, and its thread will say so."
        )
    if before:
        said.append(_before(before, kept))
    if what.is_empty:
        raise Refused(f"Nothing was erased. {' '.join(said)}")
    if what.words and (files := becomes(kept, what.words, ())):
        said.append(f"With them go: {files}.")
    return " ".join(said)


def _before(seqs: Sequence[int], kept: Kept) -> str:
    """Why entries lost nothing."""
    gone = gone_from(kept.entries, People(kept.people)).words
    how = {str(gone[seq]) for seq in seqs if seq in gone}
    was = "was" if len(seqs) == 1 else "were"
    name = _entries(seqs)
    if len(how) == 1 and all(seq in gone for seq in seqs):
        return f"{name[:1].upper()}{name[1:]} {was} {how.pop()}."
    if all(seq in gone for seq in seqs):
        return f"{name[:1].upper()}{name[1:]} {was} erased before."
    return f"{name[:1].upper()}{name[1:]} had no words to erase."


def _entries(seqs: Sequence[int]) -> str:
    return f"{'entry' if len(seqs) == 1 else 'entries'} {numbers(seqs)}"
