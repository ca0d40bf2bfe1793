"""What alerts and runs tell each other: a run hears how its alert stands, and the other way round.

Each is a timer of the run, set in the transaction that made it so: by whoever kept what a sender
said, or by the entries of the run. So it is told once, whatever dies in between.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.app.desk import Desk
from bot.core.acts.alerted import HearAlerts
from bot.core.run.actor import System
from bot.core.run.alerted import AlertChanged
from bot.core.run.model import Run
from bot.ports.alerts import Episodes, Told
from bot.ports.messages import Link, Unserved
from bot.ports.work import Due

FOR_ITS_MESSAGE = 5.0
"""How many seconds a run waits for the message of what fires, so that it can link to it."""
_NAMES = 10
"""How many names of alerts an entry has at most."""


@dataclass(slots=True)
class AlertBridge:
    """Tells each other; `patience` is for how long a message is waited for.

    `shown` are called when messages of alerts are to be shown anew, and `heard` by whoever kept
    what runs are to hear.
    """

    desk: Desk
    episodes: Episodes
    link: Link | None = None
    patience: float = FOR_ITS_MESSAGE
    shown: list[Callable[[], None]] = field(default_factory=list)
    heard: list[Callable[[], None]] = field(default_factory=list)

    async def hear(self, due: Due) -> bool:
        """Have a run hear how its alerts stand, in the transaction that takes the timer.

        False where the message of what fires is waited for a moment, so that the run can link it.
        """
        run = await self.desk.run(due.run_id)
        found = [] if run.alert is None else await self.episodes.of_run(run.alert.id, run.id)
        if any(self._comes_soon(one) for one in found):
            return False
        said = HearAlerts(tuple(self._said(one) for one in found))
        alert = System("alert")
        await self.desk.act(run.id, said, delivery=None, fires=due, actor=alert)
        return True

    async def show(self, due: Due) -> None:
        """Have the messages of the alerts show how a run stands; its timer is yet to be taken."""
        run: Run = await self.desk.run(due.run_id)
        if run.alert is None:
            return
        await self.episodes.stands(run.alert.id, run.id)
        for wake in self.shown:
            wake()

    def _said(self, told: Told) -> AlertChanged:
        episode = told.episode
        at = None
        if told.place is not None and self.link is not None:
            with contextlib.suppress(Unserved):
                at = self.link(episode.team, *told.place)
        return AlertChanged(
            episode=episode.id,
            since=episode.began,
            ended=episode.ended,
            names=tuple(dict.fromkeys(one.name for one in episode.alerts))[:_NAMES],
            told_at=at,
            joined=episode.joined,
        )

    def _comes_soon(self, told: Told) -> bool:
        """Whether the message of what fires is about to be posted."""
        fires = told.episode.ended is None
        return fires and told.waits is not None and told.waits < self.patience
