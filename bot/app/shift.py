"""A change of shift over all runs that someone is in: each has its entries, one message asks.

The last entry is that of the run whose message asks for all, so whoever dies in between leaves
requests in the threads of the others, each whole in itself, and the same words again do the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.app.admission import Admission
from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.app.pointing import Pointer
from bot.app.sight import Sight
from bot.core.acting.shift import roles_of, steps_of
from bot.core.acting.shift import said as told
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.text import counted, mention

LOOKED_AT = 300
"""Through how many open runs is looked for those that someone is in."""
AT_ONCE = 8
"""For how many runs one message asks."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Hands off, and accepts, what someone has in several runs."""

    desk: Desk
    sight: Sight
    admission: Admission
    pointer: Pointer

    async def hand_off(
        self, by: Person, to: Person, team: str | None, channel: str, delivery: str
    ) -> str:
        """Ask *to* to take over in every open run that *by* is in; what came of it, in words.

        *channel* is where they ask, which they see. Raises Refused where there is nothing.
        """
        if to.id == by.id:
            raise Refused("Nothing was recorded: choose someone else to hand off to.")
        mine = await self._mine(by, team, channel)
        if not mine:
            raise Refused(
                "Nothing was recorded: you are on no step and have no role in any open run that I "
                "know you to see, so there is nothing to hand off."
            )
        refused: dict[str, str] = {}
        known: list[Run] = []
        done: list[Run] = []
        for run in mine[:AT_ONCE]:
            if await self._sees(run, to):
                known.append(run)
            else:
                # In its own thread: who is not in that channel does not hear of it.
                done += await self._ask(by, to, [run], refused, delivery)
        done += await self._ask(by, to, known, refused, delivery)
        return await self._said(by, to, done, refused, len(mine) - AT_ONCE)

    async def _mine(self, by: Person, team: str | None, channel: str) -> list[Run]:
        """The open runs in which someone has a step or a role, the newest first."""
        found: list[Run] = []
        for row in await self.sight.runs(by, team, LOOKED_AT, here=channel):
            try:
                run = await self.desk.run(row.run_id)
            except (UnreadableRun, ChangedRun):
                continue
            if steps_of(run, by) or roles_of(run, by):
                found.append(run)
        return found

    async def _sees(self, run: Run, to: Person) -> bool:
        """Whether someone is known to see a run; who is not is asked about, for the next time."""
        if await self.desk.sees(run.id, to) and await self.admission.inside(to, run.channel):
            return True
        await self.admission.note(to.id)
        return False

    async def _ask(
        self,
        by: Person,
        to: Person,
        runs: Sequence[Run],
        refused: dict[str, str],
        delivery: str,
    ) -> list[Run]:
        """Offer it in each; the runs of which they are asked, the one whose message asks last."""
        done: list[Run] = []
        for place, run in enumerate(reversed(runs), start=1):
            others = tuple(one.id for one in done)
            last = place == len(runs)
            command = c.HandOff(by, to, within=None if last else runs[0].id)
            if last and others:
                command = replace(command, others=others)
            try:
                done.append(
                    await self.admission.act(run.id, command, delivery=f"{delivery}/{run.id}")
                )
            except Refused as why:
                refused[run.id] = str(why).removeprefix("Nothing was recorded: ").rstrip(".")
        return done

    async def _said(
        self, by: Person, to: Person, done: Sequence[Run], refused: dict[str, str], more: int
    ) -> str:
        head = (
            f"{mention(to)} is asked to take over from you. You have it until they accept, and "
            "you hear of their answer."
        )
        lines = [head if done else "Nobody is asked to take over from you."]
        for run in reversed(done):
            has = told(steps_of(run, by), roles_of(run, by))
            lines.append(f"• {await self.pointer.linked(run)}: {has}")
        lines += [f"• {run_id}: not asked: {why}." for run_id, why in refused.items()]
        if more > 0:
            lines.append(f"You are in {counted(more, 'older run')} as well: type the same again.")
        return "\n".join(lines)

    async def accept(self, run_id: str, command: c.AcceptHandoff, delivery: str) -> str:
        """Accept it in every run that one message asks for; what came of it, in words."""
        run = await self.desk.run(run_id)
        others = run.together.get(command.request, ())
        # One after the other: the one whose message asks is last, and that is drawn of all.
        lines = [await self._accepted(other, run_id, command, delivery) for other in others]
        lines += [await self._accepted(run_id, None, command, delivery)]
        return "\n".join(filter(None, lines))

    async def _accepted(
        self, run_id: str, within: str | None, command: c.AcceptHandoff, delivery: str
    ) -> str:
        if not await self.desk.sees(run_id, command.by):
            return ""
        run = await self.desk.run(run_id)
        if within is not None:
            waits = (
                one.number
                for one in run.handoffs.values()
                if one.within == within and one.to.id == command.by.id
            )
            # One that is over by now was answered by itself.
            number = next(waits, None)
            if number is None:
                return ""
            command = replace(command, request=number)
        try:
            after = await self.desk.act(run_id, command, delivery=f"{delivery}/{run_id}")
        except Refused as why:
            return f"{run_id}: {why}"
        has = told(steps_of(after, command.by), roles_of(after, command.by)) or "nothing"
        return f"{run_id}: you have {has} now."
