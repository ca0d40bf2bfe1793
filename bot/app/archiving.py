"""A run's own channel goes into the archive: when its time comes, and once, whatever dies.

An archived channel puts the bot out, and then it can show, read and erase nothing there. So it
waits until no run is open in the channel, until each that was in it has its post-mortem there,
with what was said in its thread, and until all that stands in it is shown as it is to stay. Slack
is asked whether the channel is archived before it is asked again to archive it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.app.bringing import Means, TooOld
from bot.app.desk import ChangedRun, Desk, UnreadableRun, folded
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.archiving import (
    ANNOUNCE,
    NO_POST_MORTEM,
    NOT_SHOWN,
    OPEN_RUN,
    ArchiveAnnounced,
    ArchiveBegun,
    ChannelArchived,
    ChannelNotArchived,
    notice,
)
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.run.sendings import ARCHIVE, POST, UPLOAD, in_time, kind_of
from bot.core.run.uploads import brought, is_to_go
from bot.ports.log import Log, RunRow, every
from bot.ports.messages import Claim, Gone, MessageRow, NotInChannel, Rejected, Throttled, Unsure
from bot.ports.work import Due

IN_USE = 3_600.0
"""Seconds after which it is looked again whether runs are open in a channel that is to go."""
PAUSE = 2.0
"""Seconds between two looks at whether all is written and shown."""
PATIENCE = timedelta(hours=1)
"""How long that may take; then the channel stays."""
GIVEN_UP = 5
"""How often Slack is called that does not answer."""
NO_ANSWER = "no_answer"
"""In place of Slack's name of an error, where Slack said nothing."""
SHOWN_THERE = (POST, UPLOAD)
"""How what stands in a run's own channel gets there."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Archives:
    """Fires the timers of it; `after` is how long after its run is closed a channel goes."""

    desk: Desk
    log: Log
    after: timedelta | None

    async def fire(self, due: Due) -> float | None:
        """Fire one; the seconds until it is tried again where the channel is in use."""
        run = await self.desk.run(due.run_id)
        if due.name == ANNOUNCE:
            if self.after is None:
                # It was set while channels were archived; they are not any more.
                await self.desk.act(run.id, c.TellArchive(None), delivery=None, fires=due)
                return None
            until = max(due.at, self.desk.clock.now()) + notice(self.after)
            event = c.TellArchive(ArchiveAnnounced(due=until))
            await self.desk.act(run.id, event, delivery=None, fires=due)
            return None
        team = await self.desk.team(run.id)
        if run.in_its_own and await self.log.runs(
            team=team, channel=run.channel, open_only=True, limit=1
        ):
            return IN_USE
        begun = c.TellArchive(ArchiveBegun())
        await self.desk.act(run.id, begun, delivery=None, fires=due)
        if (await self.desk.run(run.id)).ending.begun is not None:
            await _others_written(self.desk, self.log, run, team)
        return None


async def _others_written(desk: Desk, log: Log, run: Run, team: str | None) -> None:
    """Have the others that were in the channel written up as well."""
    async for row in every(log, team=team, channel=run.channel):
        if row.run_id != run.id and not row.open:
            await desk.act(row.run_id, c.TellArchive(ArchiveBegun()), delivery=None)


@dataclass(frozen=True, slots=True)
class _Way:
    """What is in the way: `error` keeps the channel as it is, about `run`; else it is waited."""

    error: str | None = None
    run: str | None = None


class Archiving:
    """Archives the channel, or records why not; keeps `bot.app.bringing.Bringer`."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def bring(self, claim: Claim, thread: str, facts: Sequence[Fact], begun: float) -> bool:
        """Archive it, once all is written and shown."""
        row, outbox = claim.message, self._means.outbox
        run = await folded(facts)
        if run.closed is None or not _is_asked(run, row):
            # It was reopened, kept or archived meanwhile.
            await outbox.give_up(claim)
            return True
        try:
            if (seen := await self._seen(row, run)) is not None:
                await self._archived(row, run, seen=seen)
            elif (way := await self._in_the_way(row, run, facts)) is None:
                if not in_time(ARCHIVE, self._means.clock.monotonic() - begun):
                    raise TooOld
                await self._means.rooms.archive(row.team, run.channel)
                await self._archived(row, run, seen=True)
            elif way.error is None:
                # Nothing was asked of Slack.
                await outbox.again(claim, PAUSE, unsure=row.unsure, failed=False)
                return False
            else:
                await self._spared(run, way.error, way.run)
        except Throttled as throttled:
            await outbox.again(claim, throttled.seconds, unsure=row.unsure, failed=False)
            return False
        except Unsure as trouble:
            if claim.failures + 1 < GIVEN_UP:
                words = "the channel of %s may not be archived (%s); again in %.0f s"
                logger.warning(words, run.id, trouble, PAUSE, extra={"run": run.id})
                await outbox.again(claim, PAUSE, unsure=True)
                return False
            await self._spared(run, NO_ANSWER)
        except (Rejected, Gone) as refused:
            await self._spared(run, str(refused).partition(";")[0])
        await outbox.give_up(claim)
        return True

    async def _seen(self, row: MessageRow, run: Run) -> bool | None:
        """Whether Slack shows it archived; None if it is not, and where nobody asked for it yet.

        After a call whose end nobody saw, it shows nothing of a private one: it puts the bot out.
        """
        refused = run.showing.refused
        if refused is not None:
            # Slack has told that it is archived, or that the bot was put out otherwise.
            return True if refused.error == "is_archived" else None
        if not row.unsure:
            return None
        try:
            return await self._means.rooms.is_archived(row.team, run.channel) or None
        except NotInChannel:
            return False

    async def _in_the_way(self, row: MessageRow, run: Run, facts: Sequence[Fact]) -> _Way | None:
        """What keeps the channel from being archived now, if anything does."""
        late = self._means.clock.now() - facts[(run.ending.begun or 1) - 1].at > PATIENCE
        waits = False
        async for one in every(self._means.log, team=row.team, channel=run.channel):
            if (way := await self._of(one)) is None:
                continue
            if way.error is not None:
                return way
            if late:
                return _Way(NO_POST_MORTEM, one.run_id)
            waits = True
        behind = await self._means.outbox.behind(row.team, run.channel)
        if any(kind_of(key.partition("/")[2]).first in SHOWN_THERE for key in behind):
            return _Way(NOT_SHOWN if late else None)
        return _Way() if waits else None

    async def _of(self, row: RunRow) -> _Way | None:
        """What of one run that is or was in the channel is in the way."""
        if row.open:
            return _Way(OPEN_RUN, row.run_id)
        try:
            history = await self._means.desk.history(row.run_id)
        except (UnreadableRun, ChangedRun):
            return _Way(NO_POST_MORTEM, row.run_id)
        run = history.run
        if run.closed is None:
            return _Way(OPEN_RUN, row.run_id)
        if run.ending.spared is not None:
            return _Way(run.ending.spared, row.run_id)
        if (asked := run.ending.begun) is None:
            # Whoever fired the timer died before, or it was closed since.
            await self._means.desk.act(run.id, c.TellArchive(ArchiveBegun()), delivery=None)
            return _Way()
        file = brought(history.facts, asked, None)
        if file is None:
            return _Way()
        gone = any(one.file == file.file for one in run.showing.deleted)
        if gone or is_to_go(history.facts, file):
            return _Way(NO_POST_MORTEM, row.run_id)
        return None

    async def _archived(self, row: MessageRow, run: Run, *, seen: bool) -> None:
        """Record it of all runs that were there, of the one whose own it is at last."""
        told = {} if seen else {"seen": False}
        command = c.TellArchive(ChannelArchived(channel=run.channel, **told))
        async for one in every(self._means.log, team=row.team, channel=run.channel):
            if one.run_id != run.id:
                try:
                    await self._means.desk.act(one.run_id, command, delivery=None)
                except Refused as refused:
                    logger.warning("%s: %s", one.run_id, refused, extra={"run": one.run_id})
        await self._means.desk.act(run.id, command, delivery=None)
        logger.info("the channel of %s is archived", run.id, extra={"run": run.id})

    async def _spared(self, run: Run, error: str, about: str | None = None) -> None:
        which = {} if about in (None, run.id) else {"run": about}
        words = "the channel of %s is not archived: %s"
        logger.warning(words, run.id, error, extra={"run": run.id})
        event = ChannelNotArchived(error=error, **which)
        await self._means.desk.act(run.id, c.TellArchive(event), delivery=None)


def _is_asked(run: Run, row: MessageRow) -> bool:
    """Whether it is this row that the channel is to be archived by, still."""
    asked = int(row.key.rpartition("/")[2])
    return run.in_its_own and run.ending.begun == asked and not run.ending.is_settled
