"""Messages in the channel of a procedure's owner: somebody there must hear of a run.

They are settled as posts are: what may have been posted is looked for there first. Where the bot is
not in that channel, or what the file says is none, the thread under the board has it instead.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.app.direct import Direct
from bot.core.blockkit.blocks import channel, section
from bot.core.blockkit.picture import Picture
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.run.sendings import ELSEWHERE
from bot.core.text import escape, link
from bot.core.views import notices
from bot.ports.messages import MessageRow


class OwnersChannel(Direct):
    """Brings them; keeps `bot.app.bringing.Bringer`."""

    _whereto = "in an owner's channel"
    _sending = ELSEWHERE

    def _there(self, row: MessageRow, facts: Sequence[Fact], key: str) -> MessageRow | None:
        place = notices.place_of(facts, key)
        return None if place is None else replace(row, place=place)

    async def _drawn(
        self, row: MessageRow, thread: str, run: Run, facts: Sequence[Fact], key: str
    ) -> Picture:
        """It has a link to the board, since nobody there has it before their eyes."""
        picture = notices.draw(await self._means.for_others(run), facts, key)
        where = link(self._means.link(row.team, row.channel, thread), f"The board of {run.id}")
        return Picture(f"{picture.text} {where}", [*picture.blocks, section(where)])

    def _instead(self, facts: Sequence[Fact], key: str, why: str) -> str:
        place = channel(notices.place_of(facts, key) or "")
        return (
            f"This is for the owner, in {place}; Slack does not let me post there "
            f"(`{escape(why)}`). Type `/invite @{self._means.bot}` in that channel."
        )
