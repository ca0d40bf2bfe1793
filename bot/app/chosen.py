"""What people choose to erase in Slack: their own words, or for those who may, anyone's."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.app.erasing import DAMAGED, Erasing, Request, damaged, in_memory
from bot.app.slices import slices
from bot.core.acting.asking import Page, Written
from bot.core.acting.erasures import numbers
from bot.core.acting.rights import refusal
from bot.core.acting.sealed import INPUTS, WORDS
from bot.core.acts.erase import ON_A_PAGE
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.run.holding import Holding, as_role
from bot.core.run.model import Run
from bot.core.sealing.body import Gone, authors, fields_of, hows
from bot.core.sealing.erasing import Plan, Wanted, is_kept
from bot.core.sealing.files import becomes
from bot.core.sealing.people import People
from bot.core.sealing.reading import event_of, gone_from, time_of
from bot.core.sealing.record import Stored
from bot.core.sealing.written import written as texts_of
from bot.core.views.written import written
from bot.ports.vault import Kept

PIECE = 200
"""How many entries are looked through without a pause."""


@dataclass(slots=True)
class Chosen:
    """Shows what can be erased, and erases what was chosen.

    `erasers` may erase anyone's words, and so may people with a role that a rule names for it.
    """

    erasing: Erasing
    erasers: frozenset[str]

    async def _role(self, run: Run, by: Person) -> Holding | None:
        """In which role someone may erase anyone's words, None where they need none.

        Holds none where no rule names one: then only `erasers` may.
        """
        if by.id in self.erasers:
            return None
        knows = await self.erasing.desk.knows(run.procedure)
        roles = knows.kept(run.procedure, "erase")
        if not roles:
            return Holding("", holds=False, source="unnamed", age=0)
        return knows.any_of(run.procedure, roles, by.id)

    async def page(self, run: Run, before: int | None, by: Person, words: str = "") -> Page:
        """The newest entries before a number that *by* may erase; raises Refused.

        With *words* those only that have them, in capitals or not.
        """
        try:
            return await self._page(run, before, by, words)
        except DAMAGED as fault:
            raise damaged(run.id, fault) from fault

    async def _page(self, run: Run, before: int | None, by: Person, words: str) -> Page:
        kept = await self.erasing.kept(run.id)
        people = People(kept.people)
        role = await self._role(run, by)
        anyone = role is None or role.holds is True
        whose = None if anyone else people.token(by.id)
        offered: list[Stored] = []
        if anyone or whose is not None:
            whole = await asyncio.to_thread(in_memory, run.id, kept, people)
            async for some in slices(whole[::-1], PIECE):
                offered += [entry for entry in some if _is_offered(entry, whose)]
        if not offered and role is not None and role.role and not anyone:
            raise Refused(await self._needed(run))
        if words:
            offered = [entry for entry in offered if _says(entry, people, words.casefold())]
        first = next((n for n, one in enumerate(offered) if before is None or one.seq < before), 0)
        shown = offered[first : first + ON_A_PAGE]
        gone = gone_from(kept.entries, people)
        newer = None
        if first:
            back = first - ON_A_PAGE
            newer = offered[back].seq + 1 if back > 0 else 0
        return Page(
            [_written(run, entry, people, gone, names_who=anyone) for entry in shown],
            shown[-1].seq if shown and first + len(shown) < len(offered) else None,
            newer,
            anyone,
            words,
        )

    async def erase(self, run_id: str, command: c.Erase, *, delivery: str) -> str:
        """Erase the entries that a person names; what is said to them. Raises Refused."""
        if command.by is None or not command.entries:
            raise Refused("Nothing was erased: tick the entries that are to lose their words.")
        kept = await self.erasing.kept(run_id)
        run = await self.erasing.desk.run(run_id)
        role = await self._role(run, command.by)
        own = None if role is None or role.holds else command.by.id
        wanted = Wanted(entries=command.entries, own=own)
        let = None if role is None else as_role(role)
        request = Request(run_id, wanted, command.by, "slack", delivery, as_role=let)
        try:
            what, left = await self.erasing.erase(kept, request)
        except DAMAGED as fault:
            raise damaged(run_id, fault) from fault
        if what.is_empty and await self.erasing.desk.log.delivered(delivery):
            # A delivery that comes twice is not answered by what its first time did.
            return ""
        if what.is_empty and role is not None and role.role and not role.holds:
            raise Refused(await self._needed(run))
        said = _answer(run_id, command.entries, kept, what)
        by_hand = left.said(run_id)
        return f"{said} {by_hand}." if by_hand else said

    async def _needed(self, run: Run) -> str:
        """Whose it is to erase what others wrote, for someone who chose nothing else."""
        knows = await self.erasing.desk.knows(run.procedure)
        return refusal(run.procedure, "erase", knows.kept(run.procedure, "erase"), knows)


def _is_offered(entry: Stored, whose: str | None) -> bool:
    """Whether someone may choose it: anyone's, or what *whose* wrote or typed."""
    if not is_kept(entry):
        return False
    if whose is None:
        return True
    body = json.loads(entry.body)
    return whose in authors(body) and any(how in (WORDS, INPUTS) for how in hows(fields_of(body)))


def _says(entry: Stored, people: People, words: str) -> bool:
    """Whether somebody wrote these words in an entry, or a check saw them."""
    texts = [one.text for one in texts_of(entry, people)]
    seen = json.loads(entry.beside or "{}").get("values", ())
    return any(words in str(text).casefold() for text in (*texts, *seen))


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
