"""The checker: every check that was asked for is looked at, again and again if it polls.

What is to be looked at stands in the facts, and how far a poll is as well; so each look is a small
piece of work that any process may claim, and after a death another goes on. A look never hangs a
run: its time is bounded, and what went wrong is a red verdict in words. An answer whose judging
takes long is judged in a process of its own.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.app.faults import Faults
from bot.app.poller import Poller
from bot.app.searching import inputs_of, masked_in
from bot.core.checks import judging as checks
from bot.core.checks.asking import Answer, plan
from bot.core.checks.earlier import against
from bot.core.checks.query import Allowance, Heavy
from bot.core.checks.verdict import Verdict, red
from bot.core.engine.commands import Observe, TellBaseline
from bot.core.engine.decide import Refused
from bot.core.procedure import Check, show_duration
from bot.core.procedure.using import entries_of, lists_of, used_by_check
from bot.core.run.events import BaselineSeen, CheckObserved, Seen
from bot.core.run.model import Run
from bot.core.run.polling import DEFAULT_POLL, over
from bot.core.run.proof import Request
from bot.ports.log import Unavailable
from bot.ports.work import Looks, Wanted
from bot.ports.world import Clock, Detector, Press, Prober, TooMuch

CLOSING = timedelta(seconds=15)
"""How long the looks of a closing may take, from when it was asked for."""
LEAST = timedelta(seconds=3)
"""How long such a look gets all the same, when the bot was away meanwhile."""
RETRY = 2.0
"""Seconds before a verdict that could not be recorded is sought again."""
HANDS = 64
"""How many checks one process looks at, at a time, beside those of closings."""
CLOSINGS = 2_000
"""How many looks of closings one process has under way: forty runs of fifty lines each."""

logger = logging.getLogger(__name__)


def _looked(run: Run, check: Check, name: str | None) -> Sequence[Seen] | None:
    """What the last look at a check showed, or the one of *check* at the start."""
    if name is not None:
        last = run.verdicts.get(name)
        return None if last is None else last.observed.seen
    began = (one for n, one in run.baseline.items() if run.procedure.checks[n] is check)
    first = next(began, None)
    return None if first is None else first.seen.seen


def _unobserved(green: bool) -> None:  # noqa: FBT001 - the verdict is all there is to say
    """Nobody wants to know."""


@dataclass(slots=True)
class Checker:
    """Looks at the checks that are wanted, each look in a task of its own.

    `press` judges what takes long, `detector` finds secrets in answers.
    """

    desk: Desk
    looks: Looks
    prober: Prober
    clock: Clock
    press: Press
    observe: Callable[[bool], None] = field(default=_unobserved)
    detector: Detector | None = None
    poller: Poller = field(init=False)
    _tasks: dict[asyncio.Task[None], Wanted] = field(default_factory=dict)
    _faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.poller = Poller("checker", self.clock, self._round)

    async def close(self) -> None:
        """Stop looking; what was begun is begun anew by whoever claims it next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _round(self) -> float:
        last = sum(one.last for one in self._tasks.values())
        hands = max(0, HANDS - (len(self._tasks) - last))
        wanted, pause = await self.looks.claim(
            hands, self.desk.unreadable, last=max(0, CLOSINGS - last)
        )
        under_way = {(one.run_id, one.request) for one in self._tasks.values() if one.last}
        for one in wanted:
            if (one.run_id, one.request) in under_way:
                # It hangs, is cut off in time, and says so then.
                continue
            name = f"check {one.run_id} {one.request}"
            task = asyncio.get_running_loop().create_task(self._look_at(one), name=name)
            self._tasks[task] = one
            task.add_done_callback(self._ended)
        return pause

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            run_id = task.get_name().split()[1]
            logger.error(
                "%s ended with a fault", task.get_name(), exc_info=error, extra={"run": run_id}
            )
        self.poller.wake()

    async def _look_at(self, wanted: Wanted) -> None:
        """Look once, record what is new, and say when to look again."""
        try:
            again = await self._once(wanted)
            self._faults.over(f"{wanted.run_id} {wanted.request}")
            if again is not None:
                await self.looks.again(wanted, again)
        except UnreadableRun:
            # Whoever can read it looks.
            await self._later(wanted, 0.0)
        except ChangedRun:
            # The desk has said so; a backup may be restored.
            await self._later(wanted, self._faults.met(f"{wanted.run_id} {wanted.request}"))
        except (Unavailable, Refused) as trouble:
            # An observation is refused only while many others append to the same run.
            logger.warning(
                "no verdict on %s of %s yet: %s",
                wanted.request,
                wanted.run_id,
                trouble,
                extra={"run": wanted.run_id},
            )
            await self._later(wanted, RETRY)
        except Exception:  # noqa: BLE001 - it is said, once
            # A run that cannot be folded would be claimed again with each lease, for ever.
            what = f"{wanted.run_id} {wanted.request}"
            words = "check %s met a fault; it is tried again, ever more seldom"
            say = partial(logger.exception, words, what, extra={"run": wanted.run_id})
            await self._later(wanted, self._faults.met(what, say))

    async def _later(self, wanted: Wanted, seconds: float) -> None:
        try:
            await self.looks.again(wanted, seconds)
        except Unavailable:
            logger.debug("the claim on %s of %s ends by itself", wanted.request, wanted.run_id)

    async def _once(self, wanted: Wanted) -> float | None:
        """One look; the seconds until the next, or None when it was the last.

        What ends a request takes its row: this is one that an older version ended.
        """
        run = await self.desk.run(wanted.run_id)
        if (name := run.awaited.get(wanted.request)) is not None:
            await self._at_start(run, name)
            return None
        request = run.pending.get(wanted.request)
        if request is None:
            await self.looks.done(wanted)
            return None
        check = run.procedure.checks[request.check]
        verdict = await self._look_in_time(run, check, request)
        self.observe(verdict.green)
        now = self.clock.now()
        last, moved = request.last, request.moved or request.at
        advance = request.told(verdict.advance, check.poll.progress if check.poll else None)
        if request.moves(advance):
            moved = now
        poll = check.poll or (DEFAULT_POLL if request.wait else None)
        if request.once:
            poll = None
        reason = "" if poll is None else over(poll, now - request.at, now - moved)
        seen = CheckObserved(
            request=request.id,
            check=request.check,
            green=verdict.green,
            final=verdict.green or reason is not None,
            reason=None if verdict.green else reason or None,
            seen=verdict.seen,
            advance=advance,
        )
        if seen.final or seen != last:
            await self.desk.act(run.id, Observe(seen), delivery=None)
        return None if seen.final or poll is None else poll.every.total_seconds()

    async def _at_start(self, run: Run, name: str) -> None:
        """One look, which is recorded as it is: it is evidence, and nothing waits for it."""
        check = run.procedure.checks[name]
        verdict = await self._look_somehow(run, check, begins=True)
        seen = BaselineSeen(check=name, green=verdict.green, seen=verdict.seen)
        await self.desk.act(run.id, TellBaseline(seen), delivery=None)

    async def _look_in_time(self, run: Run, check: Check, request: Request) -> Verdict:
        """Look; at the look of a closing no longer than people were told that it takes."""
        if not request.once:
            return await self._look_somehow(run, check)
        left = max(CLOSING - (self.clock.now() - request.at), LEAST)
        looking = asyncio.ensure_future(self._look_somehow(run, check))
        waiting = asyncio.ensure_future(self.clock.sleep(left.total_seconds()))
        try:
            await asyncio.wait({looking, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if looking.done():
                return looking.result()
        finally:
            looking.cancel()
            waiting.cancel()
        return red(f"no answer within {show_duration(CLOSING)}")

    async def _look_somehow(self, run: Run, check: Check, *, begins: bool = False) -> Verdict:
        """Look; a fault of ours is a red verdict too, or the run would wait for it for ever."""
        try:
            return await self._look(run, check, begins=begins)
        except Exception:
            logger.exception(
                "the check “%s” of %s met a fault", check.title, run.id, extra={"run": run.id}
            )
            return red("the bot could not look; its log says why")

    async def _look(self, run: Run, check: Check, *, begins: bool = False) -> Verdict:
        if lacking := run.outline.texts.missing_in(used_by_check(check)):
            # Asked for half an address, a target would answer about something else.
            return red(f"not asked: {run.outline.texts.told(lacking)}")
        # What people read masked, the system is asked with.
        inputs = {**run.outline.values, **await inputs_of(self.desk.log, run)}
        members = entries_of(run.procedure, check, inputs)
        if members is not None and not run.hidden.isdisjoint((check.each or {}).values()):
            return red("not asked: its list is masked, and each entry would be named")
        if members is None and check.each is not None:
            (set_name,) = check.each.values()
            members = self.prober.members(check.target, set_name)
            if members is None:
                return red(
                    f"the target {check.target} has no set `{set_name}` in the configuration"
                )
        answers = await self.prober.look(
            plan(check, inputs, members, self.clock.now(), lists_of(run.procedure))
        )
        held = against(run.procedure, check, partial(_looked, run, check), begins=begins)
        verdict = await self._judge(held, inputs, answers)
        return await masked_in(verdict, self.detector, {n: inputs[n] for n in run.hidden}, run)

    async def _judge(
        self, check: Check, inputs: Mapping[str, str], answers: Sequence[Answer]
    ) -> Verdict:
        """Judge; an answer is the target's, and what is asked of it may be any author's."""
        try:
            return checks.judge(check, inputs, answers, Allowance(checks.HERE))
        except Heavy:
            work = partial(checks.judged, check, inputs, answers)
        try:
            return checks.read_verdict(await self.press(work))
        except TooMuch as trouble:
            logger.warning("the check “%s” cannot be judged: %s", check.title, trouble)
            return red(f"the answer cannot be judged: {trouble}")
