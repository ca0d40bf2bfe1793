"""The courier: brings a post-mortem into its run's thread, or says there that it will not come.

Whoever asked for one hears of the end, and once. What the file is kept from by the bot itself is
tried a few times, what Slack refuses until a person acts is told at once, and what passes is tried
for a while. How often it was tried stands in the message's row, so a restart begins nothing again.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.bringing import Means, TooOld
from bot.app.removing import delete, report
from bot.core.blockkit.blocks import section
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import EXPORT
from bot.core.run import events as e
from bot.core.run.archiving import NO_POST_MORTEM, ArchiveBegun, ChannelNotArchived
from bot.core.run.sendings import UPLOAD, in_time
from bot.core.run.slack_errors import remedy
from bot.core.run.uploads import Brought, brought, is_to_go
from bot.core.text import escape, mention
from bot.ports.log import Unavailable
from bot.ports.messages import (
    Claim,
    Gone,
    Mark,
    MessageRow,
    NeedsPerson,
    NotInChannel,
    Rejected,
    Shared,
    Throttled,
    Unsure,
)
from bot.ports.world import TooMuch

GIVEN_UP = 5
"""How often a file is tried, also if its writing ends the bot each time."""
PASSING = timedelta(minutes=30)
"""How long after it was asked for what passes does not count: Slack may be away."""
STOPPED = f"It was begun {GIVEN_UP} times, and each time the bot stopped or heard no end of it."
PAUSE = 8.0
"""Seconds between two attempts."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """When a file was asked for, and by whom; None where the bot itself needs it."""

    at: datetime
    by: e.Person | None


@dataclass(slots=True)
class Courier:
    """Brings post-mortems."""

    means: Means

    async def bring(self, claim: Claim, thread: str, facts: Sequence[e.Fact], begun: float) -> bool:
        """Bring one file, or say how it ended; keeps `bot.app.bringing.Bringer`."""
        row = claim.message
        seq = int(row.key.partition(EXPORT)[2])
        asked = _asked(facts, seq)
        if (file := brought(facts, seq, row.ts)) is not None:
            return await self._is_there(claim, thread, facts, file, asked, begun)
        if row.ts is not None:
            # Of the one who asked, and of what was in the way, something was erased.
            await self.means.messages.update(row, _ended(row, asked, ""), _mark(facts[-1]))
            await self.means.outbox.shown(claim, row.ts, row.wanted)
            return True
        try:
            # Before this attempt the end may have been told, and nobody saw that it was.
            if row.unsure and (told := await self.means.messages.find(row, thread, facts[0].at)):
                await self.means.outbox.shown(claim, told[0], row.wanted)
            elif row.unsure and claim.failures >= GIVEN_UP:
                logger.error("%s is given up", row.key, extra={"run": row.run_id})
                await self._say(claim, thread, asked, facts[-1], STOPPED)
            else:
                return await self._upload(claim, thread, seq, asked, begun)
        except (Gone, NotInChannel, Unavailable):
            raise
        except Exception as trouble:
            age = self.means.clock.now() - asked.at if asked is not None else PASSING
            passes = isinstance(trouble, Throttled | Unsure) and age < PASSING
            if not passes and (why := self._end(claim, trouble)):
                logger.exception("%s is given up", row.key, extra={"run": row.run_id})
                await self._say(claim, thread, asked, facts[-1], why)
            elif isinstance(trouble, TooOld):
                raise
            else:
                # What Slack asks to wait with is not posts into the channel.
                pause = trouble.seconds if isinstance(trouble, Throttled) else PAUSE
                if passes and isinstance(trouble, Unsure):
                    # What just passes is tried soon, and the longer it lasts, the less often.
                    pause = min(PAUSE, max(1.0, age.total_seconds() / 2))
                words = "%s is not there yet (%s); again in %.0f s"
                logger.warning(words, row.key, trouble, pause, extra={"run": row.run_id})
                unsure = row.unsure or isinstance(trouble, Unsure)
                await self.means.outbox.again(claim, pause, unsure=unsure, failed=not passes)
                return False
        return True

    async def _upload(
        self, claim: Claim, thread: str, seq: int, asked: _Asked | None, begun: float
    ) -> bool:
        row = claim.message
        file = await self.means.document(row.run_id, seq)
        found = (
            await self.means.messages.find_upload(row, thread, file.name) if row.unsure else None
        )
        if found is None and not in_time(UPLOAD, self.means.clock.monotonic() - begun):
            raise TooOld
        shared = found or await self.means.messages.upload(row, thread, file)
        await self._record(row, seq, shared)
        facts = await self.means.desk.facts(row.run_id)
        there = brought(facts, seq, shared.id)
        if there is not None and is_to_go(facts, there):
            # It was written while somebody took back or erased what it tells.
            if asked is not None and asked.by is not None:
                await self.means.tell(asked.by, row.team, row.channel, _too_late(row.run_id))
            return await delete(self.means, claim, thread, there, begun)
        await self._told(claim, thread, shared.id, shared.link, asked)
        return True

    async def _record(self, row: MessageRow, seq: int, shared: Shared) -> None:
        """Put a file into the record, unless an older program must read that, or uploaded it."""
        if (said := shared.imprint) is None or not await self.means.log.is_sealed():
            return
        event = e.FileUploaded(
            document="post_mortem",
            request=seq,
            entry=said.entry,
            sha256=said.sha256,
            file=shared.id,
            link=shared.link,
        )
        await report(self.means.desk, row, event)

    async def _is_there(
        self,
        claim: Claim,
        thread: str,
        facts: Sequence[e.Fact],
        file: Brought,
        asked: _Asked | None,
        begun: float,
    ) -> bool:
        """Say that a file is there, if nobody did; delete it if it tells what was erased."""
        if is_to_go(facts, file):
            return await delete(self.means, claim, thread, file, begun)
        if claim.message.ts is None:
            await self._told(claim, thread, file.file, file.link, asked)
        else:
            await self.means.outbox.shown(claim, file.file, claim.message.wanted)
        return True

    async def _told(
        self, claim: Claim, thread: str, file: str, link: str | None, asked: _Asked | None
    ) -> None:
        """Settle a file that is there, and tell the one who asked for it."""
        row = claim.message
        await self.means.outbox.shown(claim, file, row.wanted)
        if asked is not None and asked.by is not None:
            link = link or self.means.link(row.team, row.channel, thread)
            text = f"The post-mortem of {row.run_id} is <{link}|in its thread>."
            await self.means.tell(asked.by, row.team, row.channel, text)

    def _end(self, claim: Claim, trouble: Exception) -> str | None:
        """Why there is no further attempt, in words for people; None when there is one."""
        if isinstance(trouble, NeedsPerson):
            error = str(trouble)
            return f"Slack does not take the file (`{error}`). {remedy(error, self.means.bot)}"
        if isinstance(trouble, Refused):
            return str(trouble)
        if claim.failures + 1 < GIVEN_UP:
            return None
        if isinstance(trouble, TooMuch):
            return f"It could not be written: {trouble}. The bot's log says more."
        if isinstance(trouble, Rejected):
            return f"Slack does not take the file (`{escape(str(trouble))}`)."
        if not isinstance(trouble, Throttled | Unsure):
            return "It could not be written, and the bot's log says why."
        minutes = PASSING // timedelta(minutes=1)
        return f"Slack did not take the file for {minutes} minutes."

    async def _say(
        self, claim: Claim, thread: str, asked: _Asked | None, last: e.Fact, why: str
    ) -> None:
        """Name the one who asked in the thread, in place of the file."""
        row = claim.message
        if asked is not None and asked.by is None:
            # Nobody asked: the run whose channel stays for that says so.
            event = ChannelNotArchived(error=NO_POST_MORTEM)
            await self.means.desk.act(row.run_id, c.TellArchive(event), delivery=None)
            await self.means.outbox.give_up(claim)
            return
        ts = await self.means.messages.post(row, thread, _ended(row, asked, why), _mark(last))
        await self.means.outbox.shown(claim, ts, row.wanted)


def _ended(row: MessageRow, asked: _Asked | None, why: str) -> Picture:
    """What is said in place of a file."""
    who = f"{mention(asked.by)} " if asked is not None and asked.by is not None else ""
    because = f" {why}" if why else ""
    text = (
        f"{who}There is no post-mortem of {row.run_id} here.{because} "
        f"To try again, type `/runbook export {row.run_id}`."
    )
    return Picture(text, [section(text)])


def _too_late(run_id: str) -> str:
    return (
        f"While I wrote the post-mortem of {run_id}, a part of what it tells was deleted or "
        f"erased, so I delete the file. To get one without it, type `/runbook export {run_id}`."
    )


def _mark(last: e.Fact) -> Mark:
    return Mark(last.seq, last.hash)


def _asked(facts: Sequence[e.Fact], seq: int) -> _Asked | None:
    """Who asked for a file with the fact numbered *seq*; None where a changed record hides it."""
    for fact in facts:
        if fact.seq == seq and isinstance(fact.event, e.ExportRequested | ArchiveBegun):
            by = fact.event.by if isinstance(fact.event, e.ExportRequested) else None
            return _Asked(fact.at, by)
    return None
