"""What stands in Slack where the bot can change nothing: whoever erases is told, by link.

An archived channel puts the bot out, and so does whoever removes it. What was shown there is still
to be read. When it is back, it draws it again by itself; until then somebody can do it by hand.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.app.desk import ChangedRun, Desk, History, UnreadableRun
from bot.core.acting.messages import BOARD
from bot.core.acting.moving import lacks_channel
from bot.core.engine.decide import Refused
from bot.core.run.sendings import POST, kind_of
from bot.core.text import counted, link
from bot.core.views import notices
from bot.ports.messages import Link, Unserved
from bot.ports.vault import Kept

SAID = 10
"""How many messages are named in one answer; the erasure list has all."""


@dataclass(frozen=True, slots=True)
class Left:
    """Messages in Slack that still show what was erased: what each is called, and its address.

    `error` is why nothing can be changed where they stand, as Slack has it.
    """

    messages: Sequence[tuple[str, str]] = ()
    error: str = ""

    @property
    def addresses(self) -> Sequence[str]:
        return [address for _, address in self.messages]

    def said(self, run_id: str) -> str:
        """The same to whoever erased it in Slack; empty where nothing is left."""
        return self._told(run_id, lambda name, at: link(at, name) if "://" in at else f"`{at}`")

    def plainly(self, run_id: str) -> str:
        """The same at a terminal."""
        return self._told(run_id, lambda name, at: f"{name} {at}")

    def _told(self, run_id: str, shown: Callable[[str, str], str]) -> str:
        if not self.messages:
            return ""
        many = len(self.messages)
        some = ", ".join(shown(*one) for one in self.messages[:SAID])
        more = f" and {many - SAID} more, which the erasure list names" if many > SAID else ""
        stand = "stands" if many == 1 else "stand"
        return (
            f"{counted(many, 'message')} of {run_id} {stand} where I can change nothing "
            f"({self.error}), and must go by hand: {some}{more}. Have them deleted there; or "
            "unarchive the channel and invite me, and what is in the run's own channel I do myself"
        )


NOTHING_LEFT = Left()


@dataclass(frozen=True, slots=True)
class ByHand:
    """Finds them; *address* makes a message's address, None where Slack is not asked."""

    desk: Desk
    address: Link | None = None

    async def before(self, run_id: str) -> History | None:
        """A run as it is before something of it is erased, for `after`."""
        with contextlib.suppress(UnreadableRun, ChangedRun):
            return await self.desk.history(run_id)
        return None

    async def after(self, was: History | None, kept: Kept) -> Left:
        """What still shows what was erased of a run since; *kept* is the run as it was stored."""
        if was is None:
            return NOTHING_LEFT
        run, team = was.run, await self.desk.team(was.run.id)
        found = [
            ("an earlier board", self._of(team, channel, ts))
            for channel, ts in run.showing.boards(run.channel)
            if channel != run.channel
        ]
        error = "it is in a channel that the run has left" if found else ""
        refused = run.showing.refused
        if lacks_channel(run) and refused is not None:
            error = refused.error
            now = await self.before(run.id)
            for key, channel, ts in kept.standing:
                if channel == run.channel and self._differs(was, now, key):
                    name = "the board" if key == BOARD else f"the message of entry {_entry(key)}"
                    found.append((name, self._of(team, channel, ts)))
        return Left(found, error)

    def _differs(self, was: History, now: History | None, key: str) -> bool:
        """Whether a message would look otherwise by now; what cannot be drawn does."""
        if kind_of(key).first is not POST:
            return False
        if now is None:
            return True
        try:
            shown, wanted = (notices.draw(one.run, one.facts, key) for one in (was, now))
        except (Refused, ValueError, LookupError, TypeError):
            return True
        if key == BOARD:
            # Its foot says how many entries there are, and that does not matter here.
            return shown.blocks[:-1] != wanted.blocks[:-1]
        return shown != wanted

    def _of(self, team: str | None, channel: str, ts: str) -> str:
        if self.address is not None:
            with contextlib.suppress(Unserved):
                return self.address(team, channel, ts)
        return f"/archives/{channel}/p{ts.replace('.', '')}"


def _entry(key: str) -> str:
    return key.partition("/")[2]
