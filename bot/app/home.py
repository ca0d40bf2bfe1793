"""Homes: what people see when they open the bot's Home, and for a while after.

Slack says that somebody opened it and never that they left, so each is followed for some minutes:
it is drawn once more when facts were added and it would look otherwise. Nothing of it is kept: it
is a picture of what stands in the log, drawn for nobody who does not look. Everything else goes
first: one Home is drawn at a time, and none that nobody just asked for while boards are painted.
"""

import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.app.admission import Admission
from bot.app.catalog import Catalog, catalog
from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.app.poller import Poller
from bot.app.sight import Sight
from bot.core.blockkit.blocks import Block
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run.events import Person
from bot.core.views import home
from bot.ports.log import Log, RunRow, Unavailable
from bot.ports.messages import Gone, NotInChannel, Rejected, Throttled, Unsure
from bot.ports.world import Clock, Library

FOLLOWED = 15 * 60.0
"""Seconds for which a Home is followed after it was opened."""
APART = 10.0
"""Seconds between two pictures of one Home, but for what the one who looks asks for."""
PACE = 1.0
"""Seconds between two pictures of whatever Homes: Slack takes a hundred in a minute."""
MOST = 200
"""How many Homes are followed at a time; the one that was opened longest ago is let go."""
RUNS = 40
"""How many open runs one Home is drawn of."""
CLOSED = 40
"""Among how many of the newest runs those are looked for that are over and have no channel."""
DRILLED, LATER = 50, 10
"""Of how many procedures it is asked whether a drill is due, and how many drills are looked at."""
BUSY, LATE = 1.0, 60.0
"""Seconds for which a Home waits while boards are painted, at a time and in all."""
TRIES = 3
"""How often in a row a picture is tried whose end nobody saw."""

logger = logging.getLogger(__name__)


class Publisher(Protocol):
    """Slack, shown a Home; raises as other calls to Slack do."""

    async def publish(self, person: str, view: Mapping[str, Any]) -> None:
        """Show someone their Home."""


@dataclass(slots=True)
class _Followed:
    """A Home: until when it is followed, when it is due, when it was drawn, and how it looked.

    `asked` says that the one who looks waits for it; `words` are those that they look for.
    """

    until: float
    due: float | None
    drawn: float = -APART
    look: str = ""
    asked: bool = True
    words: str = ""
    tries: int = 0


@dataclass(slots=True)
class Homes:
    """Draws Homes for the people whom `admission` lets act.

    `link` makes a message's address; `busy` says whether boards are being painted, `coverage` in a
    line how many alerts have a procedure, if that is known.
    """

    desk: Desk
    log: Log
    library: Library
    admission: Admission
    publisher: Publisher
    clock: Clock
    link: Callable[[str, str], str]
    busy: Callable[[], bool]
    command: str = "/runbook"
    coverage: Callable[[], str] = str
    poller: Poller = field(init=False)
    _sight: Sight = field(init=False)
    _followed: OrderedDict[str, _Followed] = field(default_factory=OrderedDict)
    _free: float = 0.0
    _told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.poller = Poller("home", self.clock, self._round)
        self._sight = Sight(self.desk, self.log, self.admission.inside)

    # What makes one due. ------------------------------------------------------------------------

    def opened(self, person: str) -> None:
        """Someone opened their Home."""
        now = self.clock.monotonic()
        one = self._followed.get(person)
        if one is None:
            one = self._followed[person] = _Followed(now + FOLLOWED, now)
        one.until, one.asked = now + FOLLOWED, True
        one.due = max(now, one.drawn + APART)
        self._followed.move_to_end(person)
        while len(self._followed) > MOST:
            self._followed.popitem(last=False)
        self.poller.wake()

    def look_for(self, person: str, words: str) -> None:
        """Someone looks for procedures in their Home."""
        self.opened(person)
        one = self._followed[person]
        one.words, one.due = words[: home.WORDS_LIMIT], self.clock.monotonic()

    def wake(self, _run_id: str = "") -> None:
        """Facts were added to a run: whatever is followed may look otherwise."""
        for one in self._followed.values():
            if one.due is None:
                one.due = one.drawn + APART
        if self._followed:
            self.poller.wake()

    # Drawing. -----------------------------------------------------------------------------------

    async def _round(self) -> float:
        now = self.clock.monotonic()
        for person in [who for who, one in self._followed.items() if one.until < now]:
            del self._followed[person]
        # Who just asked for theirs goes before those that are only followed.
        due, _, person = min(
            (
                (max(one.due, now), not one.asked, who)
                for who, one in self._followed.items()
                if one.due is not None
            ),
            default=(now + FOLLOWED, False, ""),
        )
        if max(due, self._free) > now:
            return max(due, self._free) - now
        one = self._followed[person]
        if not one.asked and self.busy() and now - (one.due or now) < LATE:
            return BUSY
        self._free = now + PACE
        await self._drawn(person, one, now)
        return 0.0

    async def _drawn(self, person: str, one: _Followed, now: float) -> None:
        # Who was not known is asked about when they open it: a little later there is more to see.
        first, asked = one.drawn < 0 or one.asked, one.asked
        one.due, one.drawn, one.asked = (now + APART if first else None), now, False
        try:
            blocks = await self._blocks(Person(id=person), one.words)
            look = hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()
            if asked or look != one.look:
                await self.publisher.publish(person, home.view(blocks, self.clock.now()))
            one.look, one.tries = look, 0
        except Unavailable:
            one.due, one.asked = now, asked
            raise
        except Throttled as throttled:
            self._free = now + throttled.seconds
            one.due, one.asked = self._free, asked
        except Unsure as trouble:
            one.tries += 1
            one.due = now + APART if one.tries < TRIES else None
            logger.info("a Home may not have been shown (%s)", trouble)
        except (Rejected, NotInChannel, Gone) as refused:
            self._followed.pop(person, None)
            self._tell(str(refused) or type(refused).__name__)
        except Exception:
            # One Home that cannot be drawn must not stand in the way of the others.
            self._followed.pop(person, None)
            logger.exception("a Home could not be drawn")

    def _tell(self, why: str) -> None:
        """Say once for each reason that Slack shows no Home."""
        if why in self._told or len(self._told) >= MOST:
            return
        self._told.add(why)
        logger.warning(
            "Slack shows no Home (%s): switch on the Home tab of the app, or take its event "
            "app_home_opened away; everything else works",
            why,
        )

    async def _blocks(self, person: Person, words: str) -> list[Block]:
        try:
            by = await self.admission.welcome(person, None, outside=False)
        except Refused as refused:
            return home.refused(str(refused))
        shown = await catalog(self.library, self.desk.knows, by, self.command)
        rows = await self._sight.runs(by, self.admission.team, RUNS + 1)
        placed = [one for row in rows[:RUNS] if (one := await self._placed(row)) is not None]
        offer = await self._offer(shown, words)
        drills = await self._due(by, shown)
        shut = await self._shut(by)
        more, known = len(rows) > RUNS, self.coverage()
        return home.draw(by, placed, offer, more=more, drills=drills, known=known, shut=shut)

    async def _shut(self, by: Person) -> list[home.Placed]:
        """The newest closed runs that someone was in, and whose boards can be shown nowhere."""
        found: list[home.Placed] = []
        for row in await self._sight.closed(by, self.admission.team, CLOSED):
            one = await self._placed(row)
            if one is not None and home.is_shut(by, one.run):
                found.append(one)
        return found

    async def _due(self, by: Person, shown: Catalog) -> list[home.Drill]:
        """The drills that are due, of the procedures that someone sees; the longest ago first."""
        often = [one.procedure for one in shown.shown if one.procedure.drill_every is not None]
        due = [one for p in often[:DRILLED] if (one := await self._drill(by, p)) is not None]
        return sorted(due, key=lambda one: (one.last is not None, one.last, one.procedure.id))

    async def _drill(self, by: Person, procedure: Procedure) -> home.Drill | None:
        """The next drill of a procedure, if it is due; one by mistake was none.

        When the last one ended is told to those who may see that.
        """
        for row in await self.log.runs(procedure=procedure.id, drill=True, limit=LATER):
            if row.team != self.admission.team:
                continue
            try:
                closed = (await self.desk.run(row.run_id)).closed
            except (UnreadableRun, ChangedRun):
                continue
            if closed is not None and closed.mistake is not None:
                continue
            every = procedure.drill_every
            if closed is None or every is None or closed.at + every > self.clock.now():
                return None
            hidden = not await self._sight.may(by, row, {})
            return home.Drill(procedure, None if hidden else closed.at, hidden=hidden)
        return home.Drill(procedure, None)

    async def _placed(self, row: RunRow) -> home.Placed | None:
        """A run with its board; None for one that this version cannot read."""
        try:
            run = await self.desk.run(row.run_id)
        except (UnreadableRun, ChangedRun):
            return None
        board = await self.log.message(f"{run.id}/board")
        address = self.link(board.channel, board.ts) if board and board.ts else None
        return home.Placed(run, address, await self.desk.knows(run.procedure))

    async def _offer(self, shown: Catalog, words: str) -> home.Offer:
        found: list[Procedure] = [one.procedure for one in shown.shown]
        if words.strip():
            found = list(await shown.found(words))
        some = [(one, shown.mark(one)) for one in found[: home.PROCEDURES]]
        return home.Offer(some, len(found) - len(some), words.strip())
