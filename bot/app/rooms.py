"""A run's own channel: made once, then furnished, and told of where somebody asked for it.

Its name has the day and the run's id. So one whose answer was lost is found again: Slack says that
the name is taken, and the channel is the bot's own, made since the run began. Each step is a claim
of its own, and what came of it is an entry; whoever dies in between, the next goes on from there.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.app.bringing import Means, TooOld
from bot.app.desk import folded
from bot.app.direct import Direct
from bot.core.blockkit.blocks import channel, section
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.run.events import Fact, Person
from bot.core.run.model import Run
from bot.core.run.rooms import ChannelFurnished, ChannelMade, ChannelNotMade
from bot.core.run.sendings import ELSEWHERE, FURNISH, MAKE, POST, Sending, in_time
from bot.core.text import escape, link, mention
from bot.core.views import notices
from bot.ports.messages import Claim, Gone, MessageRow, Rejected, Throttled, Unsure
from bot.ports.rooms import Made, Taken

CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ when a channel is looked for."""
PATIENCE = timedelta(minutes=1)
"""How long a run waits for a channel from a Slack that does not answer, or puts it off."""
TRIES = 3
"""How often it is tried at the least, also when the bot was away for longer than that."""
PAUSE = 2.0
"""Seconds between two tries."""
NAMES = 5
"""How many names are tried that may be taken by others."""
AT_ONCE = 100
"""How many people are invited with one call."""
MOST = 1_000
"""How many people are invited into one channel by the bot."""
GIVEN_UP = 5
"""How often something of a channel is tried that nobody waits for."""
NO_ANSWER = "no_answer"
"""In place of Slack's name of an error, where Slack said nothing."""

logger = logging.getLogger(__name__)


def names(run: Run) -> Sequence[str]:
    """What the channel of a run may be called, the first before the others."""
    first = f"inc-{run.started_at:%Y%m%d}-{run.id.lower()}"
    return [first, *(f"{first}-{n}" for n in range(2, NAMES + 1))]


class Making:
    """Makes the channel; keeps `bot.app.bringing.Bringer`."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._told: set[str] = set()

    async def bring(self, claim: Claim, thread: str, facts: Sequence[Fact], begun: float) -> bool:
        """Make it once, or record why Slack does not make it."""
        row, outbox = claim.message, self._means.outbox
        run = await folded(facts)
        if run.room is None or run.channel or run.room.error is not None:
            # It was recorded, and its end was not.
            await outbox.give_up(claim)
            return True
        late = claim.failures >= TRIES and self._means.clock.now() - run.started_at > PATIENCE
        try:
            made = await self._made(row, run, begun)
        except (Throttled, Unsure) as trouble:
            if not late:
                put_off = isinstance(trouble, Throttled)
                pause = trouble.seconds if isinstance(trouble, Throttled) else PAUSE
                words = "the channel of %s is not made yet (%s); again in %.0f s"
                logger.warning(words, run.id, trouble, pause, extra={"run": run.id})
                await outbox.again(claim, pause, unsure=row.unsure or not put_off)
                return False
            await self._report(run, ChannelNotMade(error=NO_ANSWER, **_instead(run)))
        except (Rejected, Gone) as refused:
            error = str(refused).partition(";")[0]
            self._say(run, error)
            await self._report(run, ChannelNotMade(error=error, **_instead(run)))
        else:
            event = ChannelMade(channel=made.id, name=made.name, private=made.private)
            await self._report(run, event)
        await outbox.give_up(claim)
        return True

    async def _made(self, row: MessageRow, run: Run, begun: float) -> Made:
        """A channel of a name that nobody else has; raises Rejected where all are taken."""
        rooms, private = self._means.rooms, run.room is not None and run.room.private
        for name in names(run):
            _still(self._means, MAKE, begun)
            try:
                return await rooms.create(row.team, name, private=private)
            except Taken:
                _still(self._means, POST, begun)
                found = await rooms.find(row.team, name, run.started_at - CLOCKS_APART)
                if found is not None:
                    return found
        raise Rejected("name_taken")

    async def _report(self, run: Run, event: ChannelMade | ChannelNotMade) -> None:
        await self._means.desk.act(run.id, c.TellRoom(event), delivery=None)

    def _say(self, run: Run, error: str) -> None:
        """Say why no channel is made; what an operator must change, in words, once."""
        if error != "missing_scope":
            words = "Slack made no channel for %s: %s"
            logger.warning(words, run.id, error, extra={"run": run.id})
        elif error not in self._told:
            self._told.add(error)
            logger.warning(
                "runs get no channel of their own until the app has the scopes channels:manage and "
                "groups:write and is installed again; everything else works"
            )


def _instead(run: Run) -> dict[str, str]:
    """Where the board comes: where it was typed, but for what was to be private, nowhere."""
    room = run.room
    if room is None or room.private or not room.asked_in:
        return {}
    return {"channel": room.asked_in}


def _still(means: Means, sending: Sending, begun: float) -> None:
    if not in_time(sending, means.clock.monotonic() - begun):
        raise TooOld


class Furnishing:
    """Invites people, and says above the channel what it is; keeps `Bringer`."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._invited: dict[str, dict[str, str]] = {}

    async def bring(self, claim: Claim, thread: str, facts: Sequence[Fact], begun: float) -> bool:
        """Do it, and record what of it could not be done."""
        row, run = claim.message, await folded(facts)
        if run.room is None or run.room.furnished or run.closed is not None:
            await self._means.outbox.give_up(claim)
            return True
        last = claim.failures + 1 >= GIVEN_UP
        people, lacking = await self._people(run)
        left: dict[str, str] = {}

        async def invite() -> None:
            left.update(await self._invite(row, run, people, begun))

        link = self._means.link(row.team, run.channel, thread)
        # Above the channel a bare address is only long; the bookmark beside it has the link.
        topic = f"{run.id} · {run.procedure.id}"
        purpose = f"The channel of {run.id}, a run of {run.procedure.id}. Its board: {link}"
        rooms, where = self._means.rooms, (row.team, run.channel)
        parts: Sequence[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("invitations", invite),
            ("topic", lambda: rooms.describe(*where, topic[:LIMIT], purpose[:LIMIT])),
            ("bookmark", lambda: rooms.bookmark(*where, f"Board of {run.id}", link)),
        ]
        for what, does in parts:
            _still(self._means, FURNISH, begun)
            try:
                await does()
            except Throttled as throttled:
                await self._means.outbox.again(
                    claim, throttled.seconds, unsure=row.unsure, failed=False
                )
                return False
            except Unsure:
                if not last:
                    raise
                lacking.append(f"{what} ({NO_ANSWER})")
            except (Rejected, Gone) as refused:
                lacking.append(f"{what} ({str(refused).partition(';')[0]})")
        said = [mention(Person(id=one)) for one in left]
        why = {"why": next(iter(left.values()))} if left else {}
        event = ChannelFurnished(
            invited=len(people) - len(left),
            **({"left_out": tuple(said), **why} if left else {}),
            **({"lacking": tuple(lacking)} if lacking else {}),
        )
        if lacking:
            words = "not everything of the channel of %s is there: %s"
            logger.warning(words, run.id, "; ".join(lacking), extra={"run": run.id})
        await self._means.desk.act(run.id, c.TellRoom(event), delivery=None)
        self._invited.pop(run.id, None)
        await self._means.outbox.give_up(claim)
        return True

    async def _people(self, run: Run) -> tuple[list[str], list[str]]:
        """Who is invited: who asked, who has a role; and the roles of which that is not known."""
        procedure, knows = run.procedure, await self._means.desk.knows(run.procedure)
        people = dict.fromkeys([run.started_by.id, *(one.id for one in run.cast.values())])
        lacking: list[str] = []
        for role in procedure.roles:
            people |= dict.fromkeys(knows.people(procedure, role))
            told = knows.members(procedure, role)
            people |= dict.fromkeys(sorted(told.people) if told.fresh else ())
            if knows.group(procedure, role) is not None and not told.fresh:
                lacking.append(f"people of the role {role} (their group is not known)")
        return [one for one in people if not Person(id=one).is_erased][:MOST], lacking

    async def _invite(
        self, row: MessageRow, run: Run, people: Sequence[str], begun: float
    ) -> dict[str, str]:
        """Invite all who were not yet, so many at a time: why each is not there who is not."""
        done = self._invited.setdefault(run.id, {})
        rest = [one for one in people if one not in done]
        for at in range(0, len(rest), AT_ONCE):
            some = rest[at : at + AT_ONCE]
            _still(self._means, FURNISH, begun)
            refused = await self._means.rooms.invite(row.team, run.channel, some)
            done.update({one: refused.get(one, "") for one in some})
        return {one: why for one, why in done.items() if why}


LIMIT = 250
"""How long a topic or a description may be, in characters: Slack takes no more."""


class LinkBack(Direct):
    """Says that the channel is there: where it was asked for, or to the one who asked alone."""

    _whereto = "where a run was asked for"
    _sending = ELSEWHERE

    def _there(self, row: MessageRow, facts: Sequence[Fact], key: str) -> MessageRow | None:
        place = notices.place_of(facts, key)
        return super()._there(row, facts, key) if place is None else replace(row, place=place)

    async def _drawn(
        self, row: MessageRow, thread: str, run: Run, facts: Sequence[Fact], key: str
    ) -> Picture:
        picture = notices.draw(run, facts, key)
        where = link(self._means.link(row.team, run.channel, thread), f"The board of {run.id}")
        return Picture(f"{picture.text} {where}", [*picture.blocks, section(where)])

    def _instead(self, facts: Sequence[Fact], key: str, why: str) -> str:
        place = notices.place_of(facts, key)
        if place is None:
            return super()._instead(facts, key, why)
        return f"Slack does not let me say it in {channel(place)} (`{escape(why)}`)."
