"""What keeps messages from Slack until a person acts: recorded, and told once.

It is a fact, so that every replica knows it, and whoever asks for the run reads it in the answer.
Nothing is painted here.
"""

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.app.desk import Desk
from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.run.events import Person, PostingRefused, PostingResumed
from bot.core.run.model import Run, State
from bot.core.run.rooms import ChannelIdChanged
from bot.core.run.showing import now_shared, obstacle
from bot.core.run.slack_errors import DELETED, Class, class_of, remedy
from bot.core.text import counted
from bot.ports.log import Log, Unavailable, every
from bot.ports.messages import Barred, MessageRow, NeedsPerson

Tell = Callable[[Person, str | None, str, str], Awaitable[None]]
"""Tell a person something in a team's channel that nobody else sees; what fails is logged."""

REFUSED_PAUSE = 60.0
"""Seconds before what needs a person is tried again, if no invitation comes first; then twice."""
LONGEST_REFUSED = 600.0
"""The longest of these pauses."""
CLOSED = 20
"""Of how many runs of a channel that is shut it is recorded, those that are over among them."""
SAID = 10
"""How many runs are named in one line of the log."""

logger = logging.getLogger(__name__)


def pause(trouble: NeedsPerson, failures: int) -> float:
    """Seconds before what needs a person is tried again, after so many failures."""
    doubled = 2.0 ** min(failures, 10)
    if isinstance(trouble, Barred):
        # Nothing tells the bot that its token is good again.
        return min(REFUSED_PAUSE, doubled)
    return min(LONGEST_REFUSED, REFUSED_PAUSE * doubled)


@dataclass(slots=True)
class Hindrances:
    """Records and tells what Slack refuses; `bot` is the bot's name there."""

    desk: Desk
    log: Log
    tell: Tell
    bot: str

    async def left(self, team: str | None, channel: str, error: str) -> None:
        """Nothing can be shown in *channel* any more: who works there is told what to do.

        *error* is how Slack will refuse what the bot shows there.
        """
        about = f"nothing can be shown in {channel} any more ({error})"
        async for run in self._open_in(team, channel, about):
            await self._learn(run, effects.BOARD, error, _at_work(run))
        # Of those that are over nobody need hear; whoever reopens one is asked for a channel.
        event = PostingRefused(message=effects.BOARD, error=error)
        await self._of_closed(team, channel, event)

    async def back(self, team: str | None, channel: str) -> None:
        """The bot is in *channel* again: also runs that are over can be shown there."""
        await self._of_closed(team, channel, PostingResumed(message=effects.BOARD))

    async def _of_closed(
        self, team: str | None, channel: str, event: PostingRefused | PostingResumed
    ) -> None:
        """Record it of the newest closed runs of a channel; nobody is told."""
        rows = await self.log.runs(team=team, channel=channel, limit=CLOSED)
        for row in rows:
            if not row.open:
                # The desk says once what is the matter with one that cannot be read.
                with contextlib.suppress(Refused):
                    await self.desk.act(row.run_id, c.Report(event), delivery=None)

    async def shared(self, team: str | None, channel: str, *, they_act: bool) -> None:
        """A channel is shared with another organization: who works there hears who reads it now.

        *they_act* says that its people may act on runs.
        """
        runs: dict[str, list[str]] = {}
        people: dict[str, Person] = {}
        async for run in self._open_in(team, channel, f"{channel} is shared now"):
            for one in _at_work(run):
                runs.setdefault(one.id, []).append(run.id)
                people[one.id] = one
        for person in people.values():
            if not person.is_erased:
                text = now_shared(runs[person.id], they_act=they_act)
                await self.tell(person, team, channel, text)

    async def renumbered(self, team: str | None, was: str, channel: str) -> None:
        """Slack gave a channel another id: its runs, also those that are closed, go by that."""
        event = ChannelIdChanged(channel=channel, was=was)
        async for row in every(self.log, team=team, channel=was):
            try:
                await self.desk.act(row.run_id, c.TellRoom(event), delivery=None)
            except Refused:
                words = "%s stays in %s, whose id is %s now: it cannot be read"
                logger.warning(words, row.run_id, was, channel, extra={"run": row.run_id})

    async def _open_in(self, team: str | None, channel: str, about: str) -> AsyncIterator[Run]:
        """The open runs of a channel; which cannot be read is logged, with what it is *about*."""
        unread: list[str] = []
        async for row in every(self.log, team=team, channel=channel, open_only=True):
            try:
                run = await self.desk.run(row.run_id)
            except Unavailable:
                raise
            except Refused:
                # The desk says once what is the matter with each.
                unread.append(row.run_id)
                continue
            except Exception:
                # One record that cannot be read leaves those of the other runs told.
                logger.exception("%s cannot be read", row.run_id, extra={"run": row.run_id})
                continue
            yield run
        if unread:
            words = "%s, and who works on %s is not told: %s"
            some = ", ".join(unread[:SAID]) + (" and others" if len(unread) > SAID else "")
            why = f"{counted(len(unread), 'run')} cannot be read"
            logger.warning(words, about, some, why, extra={"run": unread[0]})

    async def refused(self, row: MessageRow, error: str) -> None:
        """Slack refuses a message; the one who started its run is told."""
        run = await self.desk.run(row.run_id)
        await self._learn(run, row.key.partition("/")[2], error, [run.started_by])

    async def left_behind(self, row: MessageRow) -> bool:
        """Whether a message stands in a channel that its run has left."""
        return row.channel != (await self.desk.run(row.run_id)).channel

    async def taken(self, run: Run, message: str) -> None:
        """Record that Slack takes a message that it refused."""
        refused = run.showing.refused
        if refused is not None and refused.message == message:
            event = PostingResumed(message=message)
            await self.desk.act(run.id, c.Report(event), delivery=None)

    async def _learn(self, run: Run, message: str, error: str, people: Sequence[Person]) -> None:
        """Record it and tell people, unless it is known: once, until Slack takes it."""
        known = run.showing.refused
        if known is not None and known.error == DELETED and class_of(error) is Class.OUTSIDE:
            # That is how Slack says it of a channel that is gone, into which nobody can invite.
            return
        event = PostingRefused(message=message, error=error)
        run = await self.desk.act(run.id, c.Report(event), delivery=None)
        if run.showing.refused in (known, None):
            return
        words = "Slack refuses %s of %s: %s; %s"
        about = remedy(error, self.bot)
        # Not to be invited yet is no fault.
        level = logging.WARNING if class_of(error) is Class.OUTSIDE else logging.ERROR
        logger.log(level, words, message, run.id, error, about, extra={"run": run.id})
        row = await self.log.message(f"{run.id}/{effects.BOARD}")
        posted = row is not None and row.ts is not None
        text = obstacle(run.id, error, self.bot, posted=posted)
        team = await self.desk.team(run.id)
        for person in {one.id: one for one in people if not one.is_erased}.values():
            await self.tell(person, team, run.channel, text)


def _at_work(run: Run) -> Sequence[Person]:
    """Who started a run, and who is on a step of it."""
    holders = [step.holder for step in run.steps.values() if step.state is State.TAKEN]
    return [run.started_by, *(one for one in holders if one is not None)]
