"""The registrar: asks Slack who people are and which private channels they share with the bot.

Nobody is asked about on the way of a click: whoever appears is a row, which one process claims and
asks about. A step that was handed to someone who turns out not to be able to have it comes back.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from bot.app.acquaintances import Acquaintances, Asking, Registry
from bot.app.desk import Desk
from bot.app.poller import Poller
from bot.core.acting.admission import cannot_take
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.model import Run, State
from bot.ports.log import Log, Unavailable, every
from bot.ports.messages import Throttled, Unsure
from bot.ports.world import Clock

HANDS = 4
"""How many people one process asks about at a time."""
LONGEST_PAUSE = 600.0
"""Seconds between two attempts about someone of whom nothing is learned."""
PATIENT = 7 * 24 * 3600.0
"""Seconds for which someone is asked about whose steps may stand in a run that cannot be read."""
SHOW = 600.0
"""Seconds after which the bot itself is said to be there still, so that its channels are asked."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Registrar:
    """Asks about whoever is due in the workspace of *team*.

    *bot* is the bot's own id there, *home* its team and organization.
    """

    desk: Desk
    log: Log
    acquaintances: Acquaintances
    registry: Registry
    clock: Clock
    bot: str
    home: frozenset[str]
    external: bool = False
    team: str | None = None
    poller: Poller = field(init=False)
    _shown: float | None = None

    def __post_init__(self) -> None:
        self.poller = Poller("registrar", self.clock, self._round)

    async def _round(self) -> float:
        now = self.clock.monotonic()
        if self._shown is None or now - self._shown > SHOW:
            await self.acquaintances.met([self.bot])
            self._shown = now
        asked, pause = await self.acquaintances.claim(HANDS)
        await asyncio.gather(*(self._ask(one) for one in asked))
        return pause if len(asked) < HANDS else 0.0

    async def _ask(self, asking: Asking) -> None:
        """Ask about one person, and keep the answer or say when to ask again."""
        try:
            standing = await self.registry.standing(asking.person)
            await self.acquaintances.learned(asking, standing)
            followed = await self._followed(asking)
            if followed and standing.channels is not None:
                await self.acquaintances.done(asking)
            else:
                # What was said is kept; where they are is still to be learned.
                await self.acquaintances.again(asking, _pause(asking))
        except Throttled as throttled:
            await self.acquaintances.hold(asking, throttled.seconds)
        except Unsure as trouble:
            logger.info("nothing was learned of someone (%s); asking again", trouble)
            await self.acquaintances.again(asking, _pause(asking))
        except Unavailable:
            raise
        except Exception:
            # One person must not be in the way of all others.
            logger.exception("asking about someone met a fault")
            await self.acquaintances.again(asking, LONGEST_PAUSE)

    async def _followed(self, asking: Asking) -> bool:
        """Bring back what was handed to someone who cannot have it; whether that was to be known.

        Where the bot's own channels are not known yet, nobody can be said to be outside.
        """
        if not asking.awaited:
            return True
        told = True
        async for row in every(self.log, open_only=True):
            if row.team != self.team:
                continue
            try:
                run = await self.desk.run(row.run_id)
            except Unavailable:
                raise
            except Exception as trouble:
                # One record that cannot be read must not stand in the way of the other runs.
                # The desk says once what is the matter with one that is of a newer version, or was
                # changed.
                if not isinstance(trouble, Refused):
                    logger.exception("%s cannot be read", row.run_id, extra={"run": row.run_id})
                # Another replica can, or a later version; what is there may have been handed over.
                told = told and asking.at - asking.awaited > PATIENT
                continue
            steps = _handed(run, asking.person)
            if not steps:
                continue
            known = await self.acquaintances.known(asking.person, run.channel, self.bot)
            why = cannot_take(known, self.home, external=self.external)
            told = told and (why is not None or known.private is not None)
            for step in steps if why else ():
                back = c.BringBack(step, asking.person, why or "outside")
                # A run that was closed meanwhile has no use for it.
                with contextlib.suppress(Refused):
                    await self.desk.act(run.id, back, delivery=None)
        return told


def _handed(run: Run, person: str) -> list[str]:
    """The steps that someone has because they were handed to them."""
    return [
        step_id
        for step_id, step in run.steps.items()
        if step.state is State.TAKEN
        and step.handed is not None
        and step.holder is not None
        and step.holder.id == person
    ]


def _pause(asking: Asking) -> float:
    """Seconds before another attempt, the more the more have failed."""
    return float(min(LONGEST_PAUSE, 2.0 ** min(asking.failures + 1, 10)))
