"""The desk: a command comes in, facts go out, and nothing is acknowledged before they are durable.

Decide, append; when another process was first, read again and decide again. The desk calls
neither Slack nor a target. Whoever must know that facts were added asks to be woken.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.app.slices import slices
from bot.app.whereabouts import NoSuchRun as NoSuchRun  # noqa: PLC0414 - spoken of here
from bot.app.whereabouts import Place, Whereabouts
from bot.app.whereabouts import no_such_run as no_such_run  # noqa: PLC0414 - likewise
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.engine.effects import NOTHING, Effects, effects
from bot.core.engine.fold import fold
from bot.core.engine.listing import at_start
from bot.core.engine.starting import prefix
from bot.core.procedure import Procedure
from bot.core.run.actor import Actor
from bot.core.run.drills import titled
from bot.core.run.events import Event, Fact, Person, RunStarted
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.members import Sets, no_sets
from bot.core.run.model import Run
from bot.core.run.values import title_of
from bot.core.sealing.reading import rereads
from bot.core.sealing.record import NO_RUN
from bot.ports.log import Duplicate, Log, Opening, Stale, Unreadable
from bot.ports.work import Due
from bot.ports.world import Clock

logger = logging.getLogger(__name__)

ATTEMPTS = 50
"""How often a command is decided anew because others append to the same run first."""
PIECE = 200
"""How many entries of a run are folded without a pause: some 5 ms."""
CACHED = 200
"""How many runs are kept folded, some 25 kB each; their facts are not kept."""


class UnreadableRun(Refused):
    """A run has entries that this version cannot read; the message is for whoever asked for it."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"{run_id} has entries that this version of the bot cannot read, and nothing was "
            "recorded. Try again: where a newer one runs as well, it may answer. If not, the bot "
            "must be upgraded."
        )


@dataclass(frozen=True, slots=True)
class History:
    """A run, folded, and all its facts; whoever holds it sees no later ones come in."""

    run: Run
    facts: Sequence[Fact]


class ChangedRun(Refused):
    """A run's entries were changed, and make no run; the message is for whoever asked for it."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"The record of {run_id} was changed and makes no run any more: "
            f"`runbook audit {run_id}` says how. Nothing was recorded."
        )


async def folded(facts: Sequence[Fact], run: Run | None = None) -> Run:
    """Fold *facts*, however many, from the start or onto *run*; raises ChangedRun."""
    try:
        async for some in slices(facts, PIECE):
            run = fold(some, run)
        return fold((), run)
    except NO_RUN as changed:
        raise ChangedRun(facts[0].run_id) from changed


def _decided(
    run: Run, command: c.Command, at: datetime, actor: Actor | None, knows: Knows, sets: Sets
) -> tuple[Sequence[Event], Refused | None]:
    """What a command makes of a run, or why nothing."""
    try:
        return decide(run, command, at, actor, knows, sets), None
    except Refused as refused:
        return (), refused


async def nothing_known(*procedures: Procedure) -> Knows:
    """Nobody keeps who holds which role: what procedures say themselves is all there is."""
    return NOTHING_KNOWN


@dataclass(slots=True)
class Desk:
    """Takes commands; `woken` are called with a run's id after facts were added to it.

    `knows` says what is known now of who holds the roles of a procedure, without asking Slack;
    `sets`, who the members of a target's set are.
    `nobody` is how long a run may have nobody on it before people hear of it, `archive` how long
    after it is closed its own channel is archived.

    `unreadable` are the runs that were found to have a fact which this program does not know.
    Whatever is to be done for them is left to the others: to claim it would keep them from it.
    """

    log: Log
    clock: Clock
    nobody: timedelta | None = None
    archive: timedelta | None = None
    woken: list[Callable[[str], None]] = field(default_factory=list)
    knows: Callable[..., Awaitable[Knows]] = nothing_known
    sets: Sets = no_sets
    unreadable: set[str] = field(default_factory=set)
    _changed: set[str] = field(default_factory=set)
    places: Whereabouts = field(init=False)
    _cache: OrderedDict[str, Run] = field(default_factory=OrderedDict)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = Whereabouts(self.log)

    async def run(self, run_id: str) -> Run:
        """The run as of now; raises Refused when there is none with this id."""
        async with self._turn(run_id):
            return await self._read(run_id)

    async def channel(self, run_id: str, asked_in: str | None = None) -> str:
        """The channel that a run is in, empty while it has none; raises Refused without a run.

        *asked_in* is where it is spoken of.
        """
        known = self._cache.get(run_id)
        if known is not None and asked_in in (None, known.channel):
            return known.channel
        return (await self.places.of(run_id, asked_in)).channel

    async def team(self, run_id: str) -> str | None:
        """The workspace that a run is of, which never changes; None where that is not known."""
        return (await self.places.of(run_id)).team

    async def here(self, run_id: str, by: Person, team: str | None, channel: str) -> Run:
        """The run as of now, for someone in a channel of a workspace; raises Refused elsewhere.

        A run is spoken of only in its own channel, since who is elsewhere may not be in that one,
        and of a private procedure's only to those whom it names: for all others there is no such
        run. It is not read before, so nobody else hears that it cannot be.
        """
        of = await self.places.of(run_id, channel)
        if (of.team, of.channel) != (team, channel) or not await self.sees(run_id, by):
            raise no_such_run(run_id)
        return await self.run(run_id)

    async def sees(self, run_id: str, by: Person) -> bool:
        """Whether someone may know of a run: of a private procedure's, only those it names.

        Nothing is folded for it. Raises Refused when there is none, and Unavailable.
        """
        return await self.places.sees(run_id, by, self.knows)

    async def history(self, run_id: str) -> History:
        """The run as of now and all its facts, read for whoever needs them; raises Refused."""
        facts = await self.facts(run_id)
        return History(await self._folded(facts), facts)

    async def facts(self, run_id: str) -> Sequence[Fact]:
        """All facts of a run, at least one, whether they make a run or not; raises Refused."""
        facts = await self._facts(run_id)
        if not facts:
            raise no_such_run(run_id)
        return facts

    def _turn(self, run_id: str) -> asyncio.Lock:
        """One at a time for a run: whoever decides, decides on all that was decided before."""
        return self._turns.setdefault(run_id, asyncio.Lock())

    async def _read(self, run_id: str) -> Run:
        """Fold what is new onto what is known; raises Refused when there is no such run."""
        known = self._cache.get(run_id)
        fresh = await self._facts(run_id, after=known.seq if known else 0)
        if known is not None and rereads(fact.event for fact in fresh):
            # What is folded already has what was erased, or is masked now.
            known, fresh = None, await self._facts(run_id)
        if known is None and not fresh:
            self._turns.pop(run_id, None)
            raise no_such_run(run_id)
        # The run's turn is held meanwhile, and everybody else's clicks go on.
        run = await self._folded(fresh, known)
        self._keep(run)
        return run

    async def _facts(self, run_id: str, after: int = 0) -> list[Fact]:
        """A run's facts; raises UnreadableRun when there is one that this program does not know."""
        try:
            facts = await self.log.read(run_id, after=after)
        except Unreadable as unknown:
            if run_id not in self.unreadable:
                self.unreadable.add(run_id)
                words = "%s; its messages, checks and timers are left to other replicas"
                logger.error(words, unknown, extra={"run": run_id})  # noqa: TRY400 - it says all
            raise UnreadableRun(run_id) from unknown
        self.unreadable.discard(run_id)
        return facts

    async def _folded(self, facts: Sequence[Fact], run: Run | None = None) -> Run:
        """Fold *facts*; raises ChangedRun, and says so once until they make a run again."""
        try:
            made = await folded(facts, run)
        except ChangedRun as changed:
            run_id = facts[0].run_id
            if run_id not in self._changed:
                self._changed.add(run_id)
                words, why = "the record of %s makes no run any more (%s)", changed.__cause__
                logger.error(words, run_id, type(why).__name__, extra={"run": run_id})  # noqa: TRY400
            raise
        self._changed.discard(made.id)
        return made

    def _learn(self, known: Run | None, fresh: Sequence[Fact]) -> Run:
        run = known if known and not fresh else fold(fresh, known)
        self._keep(run)
        return run

    def _keep(self, run: Run) -> None:
        """Remember a run, folded, and forget the one that was asked for longest ago."""
        self.places.moved(run.id, run.channel)
        self._cache[run.id] = run
        self._cache.move_to_end(run.id)
        while len(self._cache) > CACHED:
            old, _ = self._cache.popitem(last=False)
            self._turns.pop(old, None)

    def forget(self, run_id: str) -> None:
        """Read the run anew when it is asked for next: what is known of it is not the record."""
        self._cache.pop(run_id, None)

    async def start(
        self,
        event: RunStarted,
        *,
        delivery: str | None,
        another: bool = False,
        beside: str | None = None,
    ) -> Run | None:
        """Start a run and return it; None when this delivery started it before.

        Raises AlreadyOpen when the channel has an open run of the procedure, unless *another* is
        wanted *beside* it, or when the run that it is to take the place of has another in its
        place; and Stale when that one is not open any more.
        """
        at = self.clock.now()
        procedure = event.procedure
        title = titled(title_of(procedure, event.inputs), drill=event.drill)
        events = at_start(event, at, self.sets)
        try:
            facts = await self.log.begin(
                prefix(procedure.id),
                lambda _: events,
                opening=Opening(
                    procedure.id,
                    title,
                    event.channel,
                    event.by.id,
                    event.team,
                    event.instead_of,
                    beside,
                    private=procedure.private,
                    drill=event.drill,
                ),
                at=at,
                effects=effects(None, events, at, self.nobody, self.archive),
                delivery=delivery,
                unless_open=beside is not None or not another,
            )
        except Duplicate:
            return None
        run = fold(facts)
        self._keep(run)
        self.places.note(run.id, Place(event.team, event.channel, procedure.private))
        self.wake(run.id)
        return run

    async def fire(self, due: Due) -> Run:
        """Do what a timer was set for, in the transaction that takes it: once."""
        return await self.act(due.run_id, c.Fire(due.name, due.at), delivery=None, fires=due)

    async def act(
        self,
        run_id: str,
        command: c.Command,
        *,
        delivery: str | None,
        fires: Due | None = None,
        actor: Actor | None = None,
    ) -> Run:
        """Carry out *command* and return the run after it; raises Refused or Unavailable.

        *actor* is who asks, where that is not who is named in the command.

        A delivery or a timer that was recorded before, or a command that changes nothing, is
        silent. A timer is taken by what it did, even if that was nothing.
        """
        async with self._turn(run_id):
            run = self._cache.get(run_id) or await self._read(run_id)
            for _ in range(ATTEMPTS):
                knows = await self.knows(run.procedure)
                at = self.clock.now()
                events, refused = _decided(run, command, at, actor, knows, self.sets)
                if not events:
                    # Another process may have changed what this one knows of the run.
                    if (later := await self._read(run_id)).seq > run.seq:
                        run = later
                        continue
                    # A delivery that comes twice is not refused by what its first time did.
                    if refused and not (delivery and await self.log.delivered(delivery)):
                        raise refused
                    if refused or fires is None:
                        return run
                try:
                    facts = await self.log.append(
                        run_id,
                        run.seq,
                        events,
                        at=at,
                        effects=self._effects(run, events, at),
                        delivery=delivery,
                        fires=fires,
                    )
                except Stale:
                    run = await self._read(run_id)
                except Duplicate:
                    return run
                else:
                    if rereads(events):
                        self.forget(run_id)
                        run = await self._read(run_id)
                    else:
                        run = self._learn(run, facts)
                    self.wake(run_id)
                    return run
        raise Refused("Too many people changed this run at once. Try again in a moment.")

    def _effects(self, run: Run, events: Sequence[Event], at: datetime) -> Effects:
        return effects(run, events, at, self.nobody, self.archive) if events else NOTHING

    def wake(self, run_id: str) -> None:
        """Tell whoever must know that facts were added to a run, by this process or another."""
        for wake in self.woken:
            wake(run_id)
