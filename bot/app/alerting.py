"""What is known beside an alert: which procedures fit, which runs were started, where it is told.

The announcer asks for each message. Nothing is started here, and nothing is guessed.
"""

import logging
from asyncio import to_thread
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.app.pointing import Pointer
from bot.core.alerts import crowd, message
from bot.core.alerts.crowd import Crowd
from bot.core.alerts.message import Offer, Started
from bot.core.alerts.model import Episode, Notification
from bot.core.alerts.routing import Destination, Routes, destination, in_common
from bot.core.blockkit.picture import Picture
from bot.core.engine.decide import Refused
from bot.core.text import brief, clock, mention
from bot.core.views.alerted import crowd_offers, ended, offers
from bot.ports.alerts import Episodes, Shown
from bot.ports.world import Library

_TITLE = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alerting:
    """Makes the messages of alerts; `channel` is where all are told that no route tells elsewhere.

    `routes` gives the routes as they are now, None where there is no file of them; `episodes` has
    the groups that a message counts.
    """

    library: Library
    pointer: Pointer
    channel: str | None
    routes: Callable[[], Routes | None]
    episodes: Episodes

    def place(self, said: Notification) -> str | None:
        """Where an episode is told that begins with this."""
        where = self._destination({**in_common(said.alerts), **said.labels})
        return None if where is None else where.channel

    async def draw(self, claim: Shown) -> Picture:
        """The message that a claim is to show."""
        shows = claim.shows
        if isinstance(shows, Crowd):
            return crowd.draw(shows, await self._of_many(shows) if shows.firing else ())
        fits: Sequence[Offer] = ()
        if shows.ended is None and shows.joined is None:
            fits = await to_thread(self._offers, shows)
        runs = [one for run_id in shows.runs if (one := await self._started(shows, run_id))]
        before = None if claim.before is None else self.pointer.link(*claim.before)
        return message.draw(shows, fits, runs, before)

    async def _of_many(self, many: Crowd) -> Sequence[crowd.Offer]:
        """What fits the groups of a crowd; nobody vouches for who may see what is private."""
        looked_at = await self.episodes.counted(many.id, crowd.LOOKED_AT)
        procedures = [loaded.procedure for loaded in self.library.all()]
        return await to_thread(crowd_offers, procedures, many, looked_at)

    def _destination(self, labels: dict[str, str]) -> Destination | None:
        routes = self.routes()
        if routes is not None:
            return destination(routes, labels)
        return None if self.channel is None else Destination(self.channel)

    def _offers(self, episode: Episode) -> Sequence[Offer]:
        where = self._destination({**in_common(episode.alerts), **episode.labels})
        # What is told elsewhere than it would be now is told to people nobody vouches for.
        private = where is not None and where.private and where.channel == episode.channel
        procedures = [loaded.procedure for loaded in self.library.all()]
        return offers(procedures, episode.alerts, episode.id, private=private)

    async def _started(self, episode: Episode, run_id: str) -> Started | None:
        """A run that was started from it, as far as it can be read."""
        try:
            run = await self.pointer.desk.run(run_id)
        except Refused:
            return None
        by = f"started {clock(run.started_at)} by {mention(run.started_by)}"
        title = "" if run.procedure.private else f"{brief(run.title, _TITLE)}, "
        before = run.alert is not None and run.alert.id != episode.id
        words = f"{title}{by}{ended(run)}"
        return Started(run.id, await self.pointer.address(run), words, before)
