"""Messages to one person: where they and the bot are alone, or else in the run's thread.

Someone must hear it, so it is settled as any post is. Slack may not let the bot write to a person:
its app has no scope for that, or their account does not take it. Then they are named in the thread
under the board, where others read it too; it says nothing that others may not read. Where the
message is stands nowhere: what was posted in one way is not there in the other.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.app.bringing import Means, TooOld
from bot.app.desk import folded
from bot.core.blockkit.blocks import section
from bot.core.blockkit.picture import Picture
from bot.core.engine.effects import BOARD
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.run.sendings import DIRECT, in_time
from bot.core.text import mention
from bot.core.views import notices
from bot.ports.messages import Claim, Gone, Mark, MessageRow, Rejected, Throttled

CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ when a post is looked for."""
PAUSE = 8.0
"""Seconds until it is tried again when there is no board to stand under."""

logger = logging.getLogger(__name__)


class Direct:
    """Brings them; keeps `bot.app.bringing.Bringer`."""

    _whereto = "to someone alone"
    _sending = DIRECT

    def __init__(self, means: Means) -> None:
        self._means = means
        self._told: set[str] = set()

    async def bring(self, claim: Claim, thread: str, facts: Sequence[Fact], begun: float) -> bool:
        """Bring one to what is wanted of it; raises what the painter tries again after."""
        row, outbox = claim.message, self._means.outbox
        key = row.key.partition("/")[2]
        there = self._there(row, facts, key)
        if there is None:
            await outbox.give_up(claim)
            return True
        run = await folded(facts)
        picture = await self._drawn(row, thread, run, facts, key)
        try:
            shown = await self._in_one_way(there, None, run, picture, begun)
        except Throttled as throttled:
            # It is not posts into the run's channel that Slack asks to wait with.
            await outbox.again(claim, throttled.seconds, unsure=row.unsure, failed=False)
            return False
        except (Rejected, Gone) as refused:
            self._say(str(refused))
            root = await self._means.log.message(f"{row.run_id}/{BOARD}")
            if root is None or root.ts is None:
                await outbox.again(claim, PAUSE, unsure=row.unsure)
                return False
            named = self._instead(facts, key, str(refused))
            picture = self._for_others(run, facts, key, picture)
            open_to_all = Picture(f"{named} {picture.text}", [section(named), *picture.blocks])
            # It may have been wanted before the run had a channel.
            here = replace(row, channel=root.channel)
            shown = await self._in_one_way(here, root.ts, run, open_to_all, begun)
        await outbox.shown(claim, *shown)
        return True

    def _there(self, row: MessageRow, facts: Sequence[Fact], key: str) -> MessageRow | None:
        """The message, with where it is to stand; None where there is nobody any more."""
        to = notices.addressee(facts, key)
        return None if to is None else replace(row, to=to.id)

    async def _drawn(
        self, row: MessageRow, thread: str, run: Run, facts: Sequence[Fact], key: str
    ) -> Picture:
        """What it shows where it is to stand."""
        return notices.draw(run, facts, key)

    def _for_others(self, run: Run, facts: Sequence[Fact], key: str, picture: Picture) -> Picture:
        """What of it stands under the board, where others read it too."""
        return picture

    def _instead(self, facts: Sequence[Fact], key: str, why: str) -> str:
        """What stands in front of it under the board, where Slack does not take it elsewhere."""
        to = notices.addressee(facts, key)
        whom = "" if to is None else f"{mention(to)} "
        return f"{whom}This is for you; Slack does not let me write to you directly."

    def _say(self, why: str) -> None:
        """Say in the log, once, why people are told in threads."""
        if why not in self._told:
            self._told.add(why)
            words = "Slack does not take a message %s (%s); it is shown in the thread"
            logger.warning(words, self._whereto, why)

    async def _in_one_way(
        self, row: MessageRow, thread: str | None, run: Run, picture: Picture, begun: float
    ) -> tuple[str, int]:
        """Post or change it there; the ts, and the number of the fact that it shows for sure."""
        messages = self._means.messages
        if row.ts is None and row.unsure:
            found = await messages.find(row, thread, run.started_at - CLOCKS_APART)
            if found is not None:
                return found[0], min(found[1], run.seq)
        if not in_time(self._sending, self._means.clock.monotonic() - begun):
            raise TooOld
        mark = Mark(run.seq, run.head)
        if row.ts is not None:
            await messages.update(row, picture, mark)
            return row.ts, run.seq
        ts = await messages.post(row, thread, picture, mark)
        # Slack may have recognised it as one that it had: that one shows what was known then.
        return ts, 0 if row.unsure else run.seq
