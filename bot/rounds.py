"""The rounds: every check that was asked for is looked at, again and again if it polls.

What is to be looked at stands in the facts, so after a restart the rounds go on where they were.
A look never hangs a run: its time is bounded, and what went wrong is a red verdict in words.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core import checks
from bot.core.commands import Observe
from bot.core.decide import Refused
from bot.core.events import CheckObserved, Seen
from bot.core.procedure import Check, Poll, show_duration
from bot.core.run import Request, Run
from bot.desk import Desk
from bot.ports import Clock, Log, Prober, Unavailable

PATIENCE = Poll(every=timedelta(seconds=5), deadline=timedelta(minutes=10))
"""How a wait polls when its check does not say."""
RETRY = 2.0
"""Seconds before a verdict that could not be recorded is tried again."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Rounds:
    """Looks at the pending checks of every open run, each in a task of its own."""

    desk: Desk
    log: Log
    prober: Prober
    clock: Clock
    _tasks: dict[tuple[str, str], asyncio.Task[None]] = field(default_factory=dict)
    _scans: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    async def resume(self) -> None:
        """Take up what was pending when the program ended."""
        for row in await self.log.runs(open_only=True):
            self.wake(row.run_id)

    def wake(self, run_id: str) -> None:
        """Look whether the run has new checks to look at."""
        self._changed.add(run_id)
        if run_id not in self._scans:
            loop = asyncio.get_running_loop()
            self._scans[run_id] = loop.create_task(self._scan(run_id), name=f"scan {run_id}")

    async def _scan(self, run_id: str) -> None:
        """Begin to look at what is new; again, when more became new meanwhile."""
        try:
            while run_id in self._changed:
                self._changed.discard(run_id)
                self._begin(await self._read(run_id))
        except Exception:
            logger.exception("the checks of %s cannot be looked at", run_id)
        finally:
            # No await lies between the last look at `changed` and this, so no wake is missed.
            del self._scans[run_id]

    async def _read(self, run_id: str) -> Run:
        """The run as of now; while the log cannot be read, wait for it."""
        while True:
            try:
                return (await self.desk.history(run_id)).run
            except Unavailable:
                logger.warning("cannot read %s yet, to look at its checks", run_id)
                await self.clock.sleep(RETRY)

    def _begin(self, run: Run) -> None:
        run_id = run.id
        for request_id in run.pending:
            key = (run_id, request_id)
            if key not in self._tasks:
                task = asyncio.get_running_loop().create_task(
                    self._watch(run_id, request_id), name=f"check {run_id} {request_id}"
                )
                self._tasks[key] = task
                task.add_done_callback(lambda done, key=key: self._ended(key, done))  # type: ignore[misc]

    def _ended(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._tasks.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the check %s of %s ended with a fault", key[1], key[0], exc_info=error)

    async def close(self) -> None:
        """Stop looking; what is pending stays in the facts."""
        tasks = [*self._scans.values(), *self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, run_id: str, request_id: str) -> None:
        """Look until the request has ended, by this or by something else."""
        last: CheckObserved | None = None
        moved = self.clock.now()
        while True:
            run = await self._read(run_id)
            request = run.pending.get(request_id)
            if request is None:
                return
            check = run.procedure.checks[request.check]
            verdict = await self._look_somehow(run, check)
            now = self.clock.now()
            if last is None or verdict.advance != last.advance:
                moved = now
            poll = check.poll or (PATIENCE if request.wait else None)
            reason = _over(poll, request, waited=now - request.at, still=now - moved)
            seen = CheckObserved(
                request=request_id,
                check=request.check,
                green=verdict.green,
                final=verdict.green or reason is not None,
                reason=None if verdict.green else reason or None,
                seen=verdict.seen,
                advance=verdict.advance,
            )
            if seen.final or seen != last:
                await self._record(run_id, seen)
                last = seen
            if seen.final or poll is None:
                return
            await self.clock.sleep(poll.every.total_seconds())

    async def _look_somehow(self, run: Run, check: Check) -> checks.Verdict:
        """Look; a fault of ours is a red verdict too, or the run would wait for it for ever."""
        try:
            return await self._look(run, check)
        except Exception:
            logger.exception("the check “%s” of %s met a fault", check.title, run.id)
            seen = "the bot could not look; its log says why"
            missing = Seen(expectation="an answer", held=False, seen=seen)
            return checks.Verdict(green=False, seen=(missing,))

    async def _look(self, run: Run, check: Check) -> checks.Verdict:
        members = None
        if check.each is not None:
            (set_name,) = check.each.values()
            members = self.prober.members(check.target, set_name)
            if members is None:
                what = f"the target {check.target} has no set `{set_name}` in the configuration"
                missing = Seen(expectation="an answer", held=False, seen=what)
                return checks.Verdict(green=False, seen=(missing,))
        answers = await self.prober.look(checks.plan(check, run.inputs, members))
        return checks.judge(check, run.inputs, answers)

    async def _record(self, run_id: str, seen: CheckObserved) -> None:
        """Append a verdict; while the log cannot be written, wait for it."""
        while True:
            try:
                await self.desk.act(run_id, Observe(seen), delivery=None)
            except (Unavailable, Refused) as trouble:
                # An observation is refused only while many others append to the same run.
                logger.warning("cannot record a verdict of %s yet: %s", run_id, trouble)
                await self.clock.sleep(RETRY)
            else:
                return


def _over(poll: Poll | None, request: Request, waited: timedelta, still: timedelta) -> str | None:
    """Why a red look is the last one, in words; empty for a single look, None to go on."""
    if poll is None:
        return ""
    if waited >= poll.deadline:
        return f"not green within {show_duration(poll.deadline)}"
    if poll.stall_after is not None and still >= poll.stall_after:
        return f"no progress for {show_duration(poll.stall_after)}"
    return None
