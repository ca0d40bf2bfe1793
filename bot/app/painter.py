"""The painter: messages in Slack are brought to what the facts say, and kept there.

Level-triggered: each message has a fact that it must show and one that it shows, and whatever
lies between is painted at once, the latest only. A message is claimed before it is painted, so
that any number of painters share the work; a post whose end nobody saw is looked up before it is
repeated. A fact is never undone because Slack failed. What only a person can end is recorded, told
once to the one who started the run, and tried again seldom.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.app import hindrances, watch
from bot.app.bringers import BRINGERS
from bot.app.bringing import (
    Bringer,
    Document,
    IsPublic,
    Means,
    ReadPicture,
    TooOld,
    no_picture,
)
from bot.app.canvas import Canvas, key_in_run
from bot.app.desk import ChangedRun, Desk, History, UnreadableRun
from bot.app.faults import Faults
from bot.app.hindrances import Hindrances, Tell
from bot.app.poller import Poller
from bot.app.witness import OutOfDate, Witness
from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.run.events import BoardReplaced
from bot.core.run.model import Run
from bot.core.run.sendings import POST
from bot.core.run.showing import disagreement
from bot.ports.log import Records, Unavailable
from bot.ports.messages import (
    Claim,
    Gone,
    Link,
    Mark,
    MessageRow,
    Messages,
    NeedsPerson,
    Outbox,
    Rejected,
    Throttled,
    Unsure,
)
from bot.ports.rooms import Rooms
from bot.ports.world import Clock

HANDS = 16
"""How many messages one painter paints at a time."""
LONGEST_PAUSE = 8.0
"""Seconds between two attempts when Slack stays out of reach."""
GIVE_BACK = 10
"""How often a claim that could not be settled is handed back, a second apart."""
REMEMBERED = 100
"""How many deletions are kept in mind while calls are in flight."""
FAREWELL = 1.5
"""Seconds that a stop waits for calls in flight; what they did is looked up by the next painter."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Painter:
    """Paints what is wanted; `document` makes the file of an export, `tell` tells people."""

    desk: Desk
    log: Records
    outbox: Outbox
    messages: Messages
    clock: Clock
    document: Document
    tell: Tell
    link: Link
    hindrances: Hindrances
    rooms: Rooms
    is_public: IsPublic
    picture: ReadPicture = no_picture
    poller: Poller = field(init=False)
    witness: Witness = field(init=False)
    canvas: Canvas = field(init=False)
    brings: Mapping[str, Bringer] = field(init=False)
    _in_flight: dict[asyncio.Task[None], Claim] = field(default_factory=dict)
    _deleted: dict[tuple[str | None, str, str], None] = field(default_factory=dict)
    _faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.poller = Poller("painter", self.clock, self._round)
        self.witness = Witness(self.log, self.messages)
        self.canvas = Canvas(self.desk, self.messages, self.clock, self.link)
        work = (self.desk, self.log, self.outbox, self.messages, self.clock, self.document)
        people = (self.tell, self.link, self.hindrances.bot)
        means = Means(*work, *people, self.picture, self.rooms, self.is_public)
        self.brings = {word: make(means) for word, make in BRINGERS.items()}

    @property
    def busy(self) -> bool:
        """Whether calls to Slack are under way."""
        return bool(self._in_flight)

    async def joined(self, team: str | None, channel: str) -> None:
        """The bot is in *channel* now, or it is in use again: what waited for that is due."""
        await self.outbox.invited(team, channel)
        await self.hindrances.back(team, channel)
        self.poller.wake()

    async def deleted(self, team: str | None, channel: str, ts: str) -> None:
        """Someone deleted a message; a board is posted again."""
        if self._in_flight:
            # A call that is under way may yet write down that the message is there.
            self._deleted[team, channel, ts] = None
            while len(self._deleted) > REMEMBERED:
                del self._deleted[next(iter(self._deleted))]
        await self._lost(team, channel, ts)

    async def _lost(self, team: str | None, channel: str, ts: str) -> None:
        row = await self.log.find_message(team, channel, ts)
        if row is not None and row.key == _board(row):
            await self._replace(row.run_id, BoardReplaced(board=ts, why="deleted"))
            self.poller.wake()

    async def _replace(self, run_id: str, event: BoardReplaced) -> None:
        """Have a board posted in place of the one that is not the board any more."""
        # What people said under it is looked for there: it is recorded before it is let go.
        await self.desk.act(run_id, c.Report(event), delivery=None)
        await self.outbox.lost(f"{run_id}/{effects.BOARD}", event.board)

    async def close(self) -> None:
        """Let the calls in flight end; the claims of those that take too long are handed back."""
        if not self._in_flight:
            return
        _, late = await asyncio.wait(self._in_flight, timeout=FAREWELL)
        claims = [self._in_flight[task] for task in late]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(Unavailable):
            for claim in claims:
                unsure = claim.message.ts is None
                await self.outbox.again(claim, 0.0, unsure=unsure)

    async def _round(self) -> float:
        """Begin whatever is due; seconds until something else will be."""
        hands = HANDS - len(self._in_flight)
        if hands <= 0:
            return LONGEST_PAUSE
        # A claim's time runs from before it is made: its commit may take a while.
        begun = self.clock.monotonic()
        claims, pause = await self.outbox.claim(hands, self.desk.unreadable)
        for claim in claims:
            name = f"paint {claim.message.key}"
            task = asyncio.get_running_loop().create_task(self._paint(claim, begun), name=name)
            self._in_flight[task] = claim
            task.add_done_callback(self._landed)
        return pause

    def _landed(self, task: asyncio.Task[None]) -> None:
        claim = self._in_flight.pop(task)
        if not self._in_flight:
            self._deleted.clear()
        if not task.cancelled() and (error := task.exception()) is not None:
            row = claim.message
            logger.error(
                "painting %s ended with a fault", row.key, exc_info=error, extra=_about(row)
            )
        self.poller.wake()

    async def _paint(self, claim: Claim, begun: float) -> None:
        """Bring one message to what is wanted of it, or say when to try again."""
        row = claim.message
        try:
            with watch.span("paint", parent=claim.trace, run=row.run_id):
                await self._try(claim, begun)
            for place in tuple(self._deleted):
                await self._lost(*place)
        except Unavailable as trouble:
            # What was done is looked up by whoever claims it next.
            logger.warning("%s: the log cannot be used (%s)", row.key, trouble, extra=_about(row))
            await self._give_back(claim)

    async def _give_back(self, claim: Claim) -> None:
        """Hand the claim back as soon as that can be written, or the message waits for its end."""
        unsure = claim.message.ts is None
        for _ in range(GIVE_BACK):
            await self.clock.sleep(1.0)
            with contextlib.suppress(Unavailable):
                await self.outbox.again(claim, 0.0, unsure=unsure)
                for place in tuple(self._deleted):
                    await self._lost(*place)
                return

    async def _try(self, claim: Claim, begun: float) -> None:
        row = claim.message
        try:
            await self._show(claim, begun)
            self._faults.over(row.key)
        except Throttled as throttled:
            await self.outbox.hold(claim, throttled.seconds)
        except (TooOld, OutOfDate, UnreadableRun):
            # Whoever has the time, or can read the run, paints it.
            await self.outbox.again(claim, _pause(claim), unsure=row.unsure)
        except ChangedRun:
            # The desk has said so; a backup may be restored.
            await self.outbox.again(claim, self._faults.met(row.key), unsure=row.unsure)
        except Unsure as trouble:
            pause = _pause(claim)
            words = "%s is not shown yet (%s); again in %.0f s"
            logger.warning(words, row.key, trouble, pause, extra=_about(row))
            await self.outbox.again(claim, pause, unsure=row.unsure or row.ts is None)
        except NeedsPerson as trouble:
            await self._needed(claim, trouble)
        except Gone as gone:
            await self._gone(claim, str(gone))
        except (Rejected, Refused) as never:
            await self._never(claim, never)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - it is said, once
            words = "%s cannot be painted; it is tried again, ever more seldom"
            say = partial(logger.exception, words, row.key, extra=_about(row))
            pause = self._faults.met(row.key, say)
            await self.outbox.again(claim, pause, unsure=row.ts is None)

    async def _needed(self, claim: Claim, trouble: NeedsPerson) -> None:
        row = claim.message
        if await self.hindrances.left_behind(row):
            # Its run is elsewhere by now, and nobody need do anything about it.
            await self.outbox.give_up(claim)
        else:
            pause = hindrances.pause(trouble, claim.failures)
            await self.outbox.again(claim, pause, unsure=row.unsure)
            await self.hindrances.refused(row, str(trouble))

    async def _never(self, claim: Claim, never: Exception) -> None:
        row = claim.message
        words = "%s cannot be shown; it is tried again at its next change"
        logger.error(words, row.key, exc_info=never, extra=_about(row))
        # Another message is given up for good, and nothing would ever end its trouble.
        if isinstance(never, Rejected) and row.key == _board(row):
            await self.hindrances.refused(row, str(never).partition(";")[0])
        await self.outbox.give_up(claim)

    async def _known(self, row: MessageRow) -> History:
        """A message's run, and the run's facts unless it is a board, which is drawn without."""
        if row.key == _board(row):
            return History(await self.desk.run(row.run_id), ())
        return await self.desk.history(row.run_id)

    async def _gone(self, claim: Claim, error: str) -> None:
        """Post a board again; a message without its thread waits for the board's new one."""
        row = claim.message
        if row.key == _board(row) and row.ts is not None:
            event = BoardReplaced(
                board=row.ts, why="deleted" if "not_found" in error else "not_editable"
            )
            await self._replace(row.run_id, event)
        elif row.ts is None and claim.thread is not None:
            event = BoardReplaced(board=claim.thread, why="deleted")
            await self._replace(row.run_id, event)
            await self.outbox.again(claim, 0.0, unsure=False)
        else:
            await self.outbox.give_up(claim)

    async def _show(self, claim: Claim, begun: float) -> None:
        row, thread, key = claim.message, claim.thread, key_in_run(claim.message)
        if row.ts is None and thread is not None and not await self._stands(row, thread):
            # It was made known together with the loss of its thread: the new board comes first.
            await self.outbox.again(claim, 0.0, unsure=row.unsure)
            return
        bringer = self.brings.get(key.partition("/")[0])
        if bringer is not None:
            await self._bring(bringer, claim, thread or "", begun)
            return
        history = await self._known(row)
        run = history.run
        if row.ts is None:
            ts, seq = await self.canvas.post(claim, history, begun)
            self._seen(row, ts, run, seq)
            await self.outbox.shown(claim, ts, seq)
        elif await self._objects(claim, run):
            return
        else:
            await self.canvas.update(row, history, begun)
            self._seen(row, row.ts, run, run.seq)
            await self.outbox.shown(claim, row.ts, run.seq)
        await self.hindrances.taken(run, key)

    async def _bring(self, bringer: Bringer, claim: Claim, thread: str, begun: float) -> None:
        """Bring something, also of a record that was changed and makes no run any more."""
        row = claim.message
        facts, run = await self.desk.facts(row.run_id), None
        with contextlib.suppress(ChangedRun):
            run = await self.desk.run(row.run_id)
        if await bringer.bring(claim, thread, facts, begun) and run is not None:
            await self.hindrances.taken(run, key_in_run(row))

    async def _stands(self, row: MessageRow, thread: str) -> bool:
        """Whether the board at *thread* is still the board, once it was seen to."""
        board = _board(row)
        painting = {task for task, other in self._in_flight.items() if other.message.key == board}
        if painting:
            await asyncio.wait(painting, timeout=POST.begin_s)
        root = await self.log.message(board)
        return root is not None and root.ts == thread

    def _seen(self, row: MessageRow, ts: str, run: Run, seq: int) -> None:
        if row.key == _board(row) and seq == run.seq:
            self.witness.showed(row.key, ts, Mark(run.seq, run.head))

    async def _objects(self, claim: Claim, run: Run) -> bool:
        """Whether the board shows what is not in the record: then it stays, and a new one comes."""
        row = claim.message
        if row.key != _board(row):
            return False
        try:
            event = await self.witness.objection(row, run, claim.failures)
        except Throttled as throttled:
            # It was not an update that Slack asks to wait with.
            await self.outbox.again(claim, throttled.seconds, unsure=row.unsure)
            return True
        except OutOfDate:
            self.desk.forget(run.id)
            raise
        if event is None:
            return False
        words = "the record of %s was changed: %s; a new board is posted, and the old one stays"
        logger.error(words, run.id, disagreement(event), extra=_about(row))
        self.desk.forget(run.id)
        await self._replace(run.id, event)
        return True


def _board(row: MessageRow) -> str:
    return f"{row.run_id}/{effects.BOARD}"


def _pause(claim: Claim) -> float:
    """Seconds before another attempt, the more the more have failed."""
    return min(LONGEST_PAUSE, 2.0 ** min(claim.failures, 10))


def _about(row: MessageRow) -> dict[str, str]:
    """What a line of the log says beside its words."""
    return {"run": row.run_id}
