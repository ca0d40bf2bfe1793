"""The desk: a command comes in, facts go out, and nothing is acknowledged before they are durable.

Read, decide, append; when someone else was first, read again and decide again. The desk calls
neither Slack nor a target. Whoever must know that facts were added asks to be woken.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.core import commands as c
from bot.core.decide import Refused, decide
from bot.core.events import Fact, RunStarted
from bot.core.notices import touched
from bot.core.run import Run, fold
from bot.core.starting import prefix
from bot.core.text import escape
from bot.ports import Clock, Duplicate, Log, Stale

ATTEMPTS = 50
"""How often a command is decided anew because others append to the same run first."""
CACHED = 500
"""How many runs are kept folded."""


@dataclass(slots=True)
class History:
    """A run, folded, and all its facts."""

    run: Run
    facts: list[Fact]


@dataclass(slots=True)
class Desk:
    """Takes commands; `woken` are called with a run's id after facts were added to it."""

    log: Log
    clock: Clock
    woken: list[Callable[[str], None]] = field(default_factory=list)
    _cache: OrderedDict[str, History] = field(default_factory=OrderedDict)
    _reading: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def history(self, run_id: str) -> History:
        """The run as of now; raises Refused when there is none with this id."""
        lock = self._reading.setdefault(run_id, asyncio.Lock())
        async with lock:
            known = self._cache.get(run_id)
            fresh = await self.log.read(run_id, after=known.run.seq if known else 0)
            if known is None and not fresh:
                del self._reading[run_id]
                raise Refused(
                    f"There is no run `{escape(run_id[:40])}`. "
                    "`/runbook status` lists the open ones."
                )
            return self._learn(run_id, known, fresh)

    def _learn(self, run_id: str, known: History | None, fresh: list[Fact]) -> History:
        """Fold later facts onto what is known, and remember the result."""
        if known is None:
            known = History(fold(fresh), list(fresh))
        elif fresh:
            later = [fact for fact in fresh if fact.seq > known.run.seq]
            known = History(fold(later, known.run), known.facts)
            known.facts.extend(later)
        self._cache[run_id] = known
        self._cache.move_to_end(run_id)
        while len(self._cache) > CACHED:
            old, _ = self._cache.popitem(last=False)
            self._reading.pop(old, None)
        return known

    async def start(
        self, event: RunStarted, *, delivery: str | None, another: bool = False
    ) -> Run | None:
        """Start a run and return it; None when this delivery started it before.

        Raises AlreadyOpen when the channel has an open run of the procedure, unless *another*.
        """
        try:
            facts = await self.log.begin(
                prefix(event.procedure.id),
                lambda _: [event],
                at=self.clock.now(),
                touched=touched(None, [event]),
                delivery=delivery,
                unless_open=not another,
            )
        except Duplicate:
            return None
        run = fold(facts)
        self._cache[run.id] = History(run, list(facts))
        self._wake(run.id)
        return run

    async def act(self, run_id: str, command: c.Command, *, delivery: str | None) -> Run:
        """Carry out *command* and return the run after it; raises Refused or Unavailable.

        A delivery that was recorded before, or a command that changes nothing, is silent.
        """
        for _ in range(ATTEMPTS):
            history = await self.history(run_id)
            try:
                events = decide(history.run, command)
            except Refused:
                # A delivery that comes twice must not be refused by what its first time did.
                if delivery is not None and await self.log.delivered(delivery):
                    return history.run
                raise
            if not events:
                return history.run
            try:
                await self.log.append(
                    run_id,
                    history.run.seq,
                    events,
                    at=self.clock.now(),
                    touched=touched(history.run, events),
                    delivery=delivery,
                )
            except Stale:
                continue
            except Duplicate:
                return history.run
            run = (await self.history(run_id)).run
            self._wake(run_id)
            return run
        raise Refused("Too many people changed this run at once. Try again in a moment.")

    def _wake(self, run_id: str) -> None:
        for wake in self.woken:
            wake(run_id)
