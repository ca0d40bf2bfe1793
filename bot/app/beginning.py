"""Where a run begins that another has to do with: in its place, or led to by one of its steps."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.app.desk import Desk
from bot.app.pointing import Pointer
from bot.core.acting.intents import Begin
from bot.core.acting.rights import allowed
from bot.core.acts.lead import leads
from bot.core.engine.decide import Refused
from bot.core.run.events import Person, RunStarted
from bot.core.run.model import Run
from bot.ports.alerts import Episodes
from bot.ports.log import AlreadyOpen, Log, Stale

_NAMES = 10
"""How many names of alerts the first entry of a run has at most."""
_TRIES = 5
"""How often a run is started in place of another that changes meanwhile."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Starts runs; `command` is the name of the bot's slash command.

    `episodes` knows the alerts from whose messages runs are started.
    """

    desk: Desk
    log: Log
    pointer: Pointer
    command: str
    episodes: Episodes | None = None

    async def start(self, begin: Begin, event: RunStarted, delivery: str) -> Run | None:
        """Start a run as a delivery asks for; None where it did so before.

        Raises AlreadyOpen where one is open already, and Refused where another is in the way.
        """
        if begin.led_from is not None:
            event = await self._led(begin, event, delivery)
        if begin.alert is not None:
            event = await self._alerted(begin.alert, event)
        for _ in range(_TRIES):
            with contextlib.suppress(Stale):
                # The old one was closed, or opened again, in between.
                if begin.instead is not None:
                    event = await self._instead(begin.instead, event, delivery)
                return await self.desk.start(
                    event, delivery=delivery, another=begin.another, beside=begin.beside
                )
        raise Refused(f"{begin.instead} is being closed and opened again. Try again in a moment.")

    async def may(self, begin: Begin, by: Person, team: str | None, channel: str) -> None:
        """Raises Refused where what leads to it does not: nobody fills in a form for nothing."""
        if begin.led_from is not None:
            await self._leads(begin, by, team, channel)

    async def _leads(
        self, begin: Begin, by: Person, team: str | None, channel: str
    ) -> tuple[Run, str]:
        """The run that leads to another, and the id of its step; raises Refused.

        To go on from a step is to work on it, so it asks for the right to do that.
        """
        run_id = begin.led_from or ""
        old = await self.desk.here(run_id, by, team, channel)
        if old.closed is not None:
            raise Refused(
                f"{run_id} is closed, so nothing was started from it: "
                f"`{self.command} {begin.procedure}` starts a run by itself."
            )
        step = begin.led_step or ""
        allowed(old, "take", step, by, await self.desk.knows(old.procedure))
        return old, leads(old, step, begin.procedure, by)

    async def _led(self, begin: Begin, event: RunStarted, delivery: str) -> RunStarted:
        """The first entry of a run that a step of another leads to, which must be open here."""
        try:
            old, step = await self._leads(begin, event.by, event.team, event.channel)
        except Refused:
            if await self.log.delivered(delivery):
                # It is what this delivery did itself, the first time.
                return event
            raise
        at = await self.pointer.address(old)
        led = {"led_from": old.id, "led_step": step, "led_at": at}
        return event.model_copy(update={**led, **_as_drill(old)})

    async def _alerted(self, which: str, event: RunStarted) -> RunStarted:
        """The first entry of a run that is started from an alert, as far as it is known still."""
        found = None if self.episodes is None else await self.episodes.told(which)
        # The message of many counts groups, and is none of them.
        by_alert = event.model_copy(update={"via": "alert"})
        if found is None or found.episode.team not in (None, event.team):
            return by_alert
        episode = found.episode
        names = tuple(dict.fromkeys(one.name for one in episode.alerts))[:_NAMES]
        at = None if found.place is None else self.pointer.link(*found.place)
        known = {"episode": episode.id, "episode_at": at, "detected_at": episode.began}
        return by_alert.model_copy(update={"alerts": names, **known})

    async def _instead(self, run_id: str, event: RunStarted, delivery: str) -> RunStarted:
        """The first entry of a run that is started in place of another, which must be open here."""
        old = await self.desk.here(run_id, event.by, event.team, event.channel)
        if old.closed is not None and old.closed.again is not None:
            if await self.log.delivered(delivery):
                # It is what this delivery did itself, the first time.
                return event
            raise AlreadyOpen(old.closed.again)
        if old.closed is not None:
            raise Refused(f"{run_id} is closed. Start a new run: `{self.command} list`.")
        # It closes the old run, so it asks for the right to do that.
        allowed(old, "close", None, event.by, await self.desk.knows(old.procedure))
        at = await self.pointer.address(old)
        return event.model_copy(update={"instead_of": run_id, "instead_at": at, **_as_drill(old)})


def _as_drill(old: Run) -> Mapping[str, Any]:
    """What comes of a drill is a drill; what an entry does not say, it does not say of another."""
    return {"drill": True} if old.drill else {}
