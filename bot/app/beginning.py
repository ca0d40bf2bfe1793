"""Where a run begins that another has to do with: in its place, or led to by one of its steps."""

import contextlib
from dataclasses import dataclass

from bot.app.desk import Desk
from bot.app.pointing import Pointer
from bot.core.acting.intents import Begin
from bot.core.acting.rights import allowed
from bot.core.engine.decide import Refused
from bot.core.run.events import RunStarted
from bot.core.run.model import Run
from bot.ports.log import AlreadyOpen, Log, Stale

_TRIES = 5
"""How often a run is started in place of another that changes meanwhile."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Starts runs; `command` is the name of the bot's slash command."""

    desk: Desk
    log: Log
    pointer: Pointer
    command: str

    async def start(self, begin: Begin, event: RunStarted, delivery: str) -> Run | None:
        """Start a run as a delivery asks for; None where it did so before.

        Raises AlreadyOpen where one is open already, and Refused where another is in the way.
        """
        if begin.led_from is not None:
            event = await self._led(begin.led_from, begin.led_step, event)
        for _ in range(_TRIES):
            with contextlib.suppress(Stale):
                # The old one was closed, or opened again, in between.
                if begin.instead is not None:
                    event = await self._instead(begin.instead, event, delivery)
                return await self.desk.start(
                    event, delivery=delivery, another=begin.another, beside=begin.beside
                )
        raise Refused(f"{begin.instead} is being closed and opened again. Try again in a moment.")

    async def _led(self, run_id: str, step: str | None, event: RunStarted) -> RunStarted:
        """The first entry of a run that a step of another leads to, which must be open here."""
        old = await self._here(run_id, event)
        if old.closed is not None:
            raise Refused(
                f"{run_id} is closed, so nothing was started from it: "
                f"`{self.command} {event.procedure.id}` starts a run by itself."
            )
        if step not in old.steps:
            raise Refused(f"{run_id} has no such step. Its board shows the steps it has.")
        at = await self.pointer.address(old)
        return event.model_copy(update={"led_from": run_id, "led_step": step, "led_at": at})

    async def _instead(self, run_id: str, event: RunStarted, delivery: str) -> RunStarted:
        """The first entry of a run that is started in place of another, which must be open here."""
        old = await self._here(run_id, event)
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
        return event.model_copy(update={"instead_of": run_id, "instead_at": at})

    async def _here(self, run_id: str, event: RunStarted) -> Run:
        """A run of the same channel; raises Refused where there is none that the person sees."""
        return await self.desk.here(run_id, event.by, event.team, event.channel)
