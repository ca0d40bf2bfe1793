"""What the desk, the painter and the rounds need of the outside, and nothing of how it is done.

The edges keep these promises; the tests run the same suite against an edge and against its fake.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from bot.core.audit import Checked, Followed
from bot.core.checks import Answer, Look
from bot.core.events import Event, Fact
from bot.core.faulty import Faulty
from bot.core.picture import Picture
from bot.core.postmortem.model import Talk
from bot.core.procedure import Loaded

NO_TIMERS: Mapping[str, datetime | None] = MappingProxyType({})


class Stale(Exception):
    """Someone appended to the run first: read again, decide again."""


class Duplicate(Exception):
    """The delivery was recorded before; nothing has changed."""


class AlreadyOpen(Exception):
    """The channel has an open run of this procedure; `run_id` names it."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self.run_id = run_id


class Unavailable(Exception):
    """The log cannot be read or written just now; nothing was recorded, unless it is *in_doubt*.

    In doubt is a write whose end nobody saw: it is there whole or not at all. Whatever asks again
    with the same delivery, or for the same change, finds out.
    """

    def __init__(self, message: str, *, in_doubt: bool = False) -> None:
        super().__init__(message)
        self.in_doubt = in_doubt


@dataclass(frozen=True, slots=True)
class RunRow:
    """What a list of runs shows of one; `at` is when it started, UTC."""

    run_id: str
    procedure_id: str
    title: str
    channel: str
    started_by: str
    at: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message that is wanted: `shown` lags behind `wanted` until it is painted.

    `key` names it for ever (`KC-7/board`); `ts` is None until it was posted; `unsure` says that a
    post was begun whose end nobody saw, so it is looked up before it is repeated. `generation`
    counts how often the message was lost and wanted anew.
    """

    key: str
    run_id: str
    channel: str
    ts: str | None
    wanted: int
    shown: int
    unsure: bool
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is one painter's to paint until its lease ends; `token` is for fencing.

    `thread` is the ts of the run's board, under which everything else stands; `failures` counts
    the attempts in a row that came to nothing; `trace` is the click's, if it is traced.
    """

    message: MessageRow
    token: int
    thread: str | None
    failures: int
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A timer: the run, its name there, and when it is to be fired, UTC."""

    run_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is not shown yet: how many messages wait, the longest for `oldest` seconds.

    `late` are the keys of those that wait for longer than was asked about.
    """

    waiting: int
    oldest: float
    late: Sequence[str]


class Log(Protocol):
    """Facts, durable and in order, and the wishes for messages that they raise."""

    async def begin(
        self,
        prefix: str,
        make: Callable[[str], Sequence[Event]],
        *,
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
        unless_open: bool,
        timers: Mapping[str, datetime | None] = NO_TIMERS,
    ) -> list[Fact]:
        """Start a run: the next id with *prefix* is given to *make*, whose first event starts it.

        One durable transaction; *touched* and *timers* as in `append`. *unless_open* refuses with
        AlreadyOpen when the channel has an open run of the procedure. Raises Duplicate,
        AlreadyOpen or Unavailable.
        """

    async def append(  # noqa: PLR0913 - all that one transaction takes
        self,
        run_id: str,
        after: int,
        events: Sequence[Event],
        *,
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
        timers: Mapping[str, datetime | None] = NO_TIMERS,
        fires: Due | None = None,
    ) -> list[Fact]:
        """Append *events* as the facts after number *after*, in one durable transaction.

        *touched* says which messages the new facts change: the key within the run (`board`) ->
        the number of the fact that it must show. *delivery* is Slack's id of the click, None for
        the bot's own. *timers* sets timers of the run, or stops those that are None; *fires* takes
        a due one with this append, and raises Duplicate when it was fired, moved or stopped.
        Raises Stale, Duplicate or Unavailable.
        """

    async def read(self, run_id: str, after: int = 0) -> list[Fact]:
        """The run's facts after number *after*, oldest first; empty when there is no such run."""

    async def delivered(self, delivery: str) -> bool:
        """Whether this delivery was recorded before."""

    async def runs(self, *, channel: str | None = None, open_only: bool = False) -> list[RunRow]:
        """The runs, newest first."""

    async def message(self, key: str) -> MessageRow | None:
        """One message's row."""

    async def find_message(self, channel: str, ts: str) -> MessageRow | None:
        """The row of the message that Slack knows by *channel* and *ts*."""


class Records(Log, Protocol):
    """A log whose record can be audited; nothing is raised for what is wrong with it."""

    async def checked(self, run_id: str) -> Checked:
        """What a whole audit of the run finds."""

    async def followed(self, run_id: str, since: int) -> Followed:
        """The hashes of the run's entries from number *since* on, and whether they follow."""


class Wishes(Protocol):
    """The messages that are wanted otherwise than they are shown, shared out among painters.

    Whoever holds a claim calls Slack, and then says how it ended. A claim that outlived its lease
    is fenced: what it says changes nothing but that the message is painted once more.
    """

    async def claim(self, limit: int) -> tuple[Sequence[Claim], float]:
        """Take up to *limit* messages that are due, and the seconds until another may be.

        Messages of the highest interest first: boards before what stands under them, and of those
        the last that people acted on. Slack's allowances are kept here, for all painters together:
        a second between posts into a channel, fifty updates a minute. A post is marked as unsure
        before this returns; the claim's row tells whether it was before.
        """

    async def shown(self, claim: Claim, ts: str, seq: int) -> None:
        """The message is at *ts* and shows the fact numbered *seq*."""

    async def again(self, claim: Claim, seconds: float, *, unsure: bool) -> None:
        """It is not shown; try again in *seconds*. *unsure*: a post may have had its effect."""

    async def hold(self, claim: Claim, seconds: float) -> None:
        """Slack asks to wait: with posts into the channel, or with every update."""

    async def give_up(self, claim: Claim) -> None:
        """Slack will never take it as it is; a later fact may want it again."""

    async def lost(self, key: str, ts: str) -> None:
        """The message at *ts* is not in Slack any more: want it again, as a new post.

        Nothing, when it is at another place by now.
        """

    async def invited(self, channel: str) -> None:
        """What waits for a channel is due at once."""

    async def backlog(self, late_after: float) -> Backlog:
        """What waits; *late_after* is the seconds after which a message is late."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A check to look at, which is one process's until its lease ends."""

    run_id: str
    request: str
    token: int


class Looks(Protocol):
    """The checks that were asked for, shared out among those who look."""

    async def claim(self, limit: int) -> tuple[Sequence[Wanted], float]:
        """Take up to *limit* that are due, and the seconds until another may be."""

    async def again(self, wanted: Wanted, seconds: float) -> None:
        """Look again in *seconds*."""

    async def done(self, wanted: Wanted) -> None:
        """Nobody waits for it any more."""


class Timers(Protocol):
    """The due times that runs have set; `Log.append` sets, stops and fires them."""

    async def due(self, limit: int) -> tuple[Sequence[Due], float]:
        """Up to *limit* that are due, and the seconds until another will be."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to put into a thread."""

    name: str
    title: str
    comment: str
    content: bytes


class Throttled(Exception):
    """Slack asks to wait *seconds* before the next call of this kind."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:g} s")
        self.seconds = seconds


class Unsure(Exception):
    """The call may or may not have had its effect: the answer did not arrive."""


class Gone(Exception):
    """The message is not there any more, or not the bot's to edit; the message says which."""


class Rejected(Exception):
    """Slack will not take this call, now or later; the message is Slack's own word for it."""


class Unfit(Rejected):
    """Slack does not take it in this shape; a shorter one it may."""


class NeedsPerson(Rejected):
    """Slack takes it once someone acts; the message is Slack's name for what is in the way."""


class NotInChannel(NeedsPerson):
    """The bot must be invited first."""


class Barred(NeedsPerson):
    """Slack does not let the bot in: once its token or its scopes are changed, it will."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message says of itself: the entry that it shows, and the log hash up to there."""

    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A file in a thread: Slack's id of it, and its address when Slack told it."""

    id: str
    link: str | None


class Board(Protocol):
    """Messages in Slack. Every call may raise Throttled, Unsure or Rejected."""

    async def post(self, row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        """Post *picture*, which says that it shows *mark*; its ts.

        Raises NotInChannel too, and Gone when the thread is not there: nothing stands then.
        """

    async def update(self, row: MessageRow, picture: Picture, mark: Mark) -> None:
        """Show *picture* of *mark* in place of what is shown; raises Gone too."""

    async def read(self, row: MessageRow) -> Mark | None:
        """What the message that is there says that it shows; None when it says nothing."""

    async def find(
        self, row: MessageRow, thread: str | None, since: datetime
    ) -> tuple[str, int] | None:
        """Look for a message posted under the row's key after *since*.

        Its ts and the number of the fact that it says it shows; None when there is none.
        """

    async def upload(self, row: MessageRow, thread: str, file: Upload) -> Shared:
        """Share *file* in a thread."""

    async def find_upload(self, row: MessageRow, thread: str, name: str) -> Shared | None:
        """Look in the thread for a file of this name."""


class People(Protocol):
    """Who is who, and what they said."""

    async def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The display names of these people; an id that Slack does not know is left out."""

    async def thread(self, channel: str, ts: str) -> Talk:
        """What people and other apps wrote in the thread under *ts*; raises Gone without one."""


Press = Callable[[Callable[[], str]], Awaitable[str]]
"""Does work that takes long where it holds up nobody, and returns its text; raises Unwritten."""


class Unwritten(Exception):
    """Work that took too long, or whose process ended; the message is for the log."""


class Prober(Protocol):
    """Read-only questions to the systems under repair."""

    async def look(self, look: Look) -> list[Answer]:
        """Put every question of *look*, all at once; a failure is an answer too, never a raise."""

    def members(self, target: str, set_name: str) -> Sequence[str] | None:
        """The members of a target's set; None when the target or the set is not configured."""


class Library(Protocol):
    """The procedures that can be started."""

    def get(self, procedure_id: str) -> Loaded | None:
        """The procedure with this id."""

    def all(self) -> Sequence[Loaded]:
        """Every procedure, by id."""

    def faulty(self) -> Sequence[Faulty]:
        """The files that are there and cannot be served, by path."""


class Clock(Protocol):
    """Time, passed in so that tests can move it."""

    def now(self) -> datetime:
        """The time, UTC and aware."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
