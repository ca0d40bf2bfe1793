"""What the desk, the painter and the rounds need of the outside, and nothing of how it is done.

The edges keep these promises; the tests run the same suite against an edge and against its fake.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.checks import Answer, Look
from bot.core.events import Event, Fact
from bot.core.picture import Picture
from bot.core.postmortem.model import Said as Said  # noqa: PLC0414 - spoken of here
from bot.core.procedure import Loaded


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
    """The log cannot be read or written just now; nothing was recorded."""


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
    ) -> list[Fact]:
        """Start a run: the next id with *prefix* is given to *make*, whose first event starts it.

        One durable transaction; *touched* as in `append`. *unless_open* refuses with AlreadyOpen
        when the channel has an open run of the procedure. Raises Duplicate, AlreadyOpen or
        Unavailable.
        """

    async def append(
        self,
        run_id: str,
        after: int,
        events: Sequence[Event],
        *,
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
    ) -> list[Fact]:
        """Append *events* as the facts after number *after*, in one durable transaction.

        *touched* says which messages the new facts change: the key within the run (`board`) ->
        the number of the fact that it must show. *delivery*
        is Slack's id of the click, None for the bot's own. Raises Stale, Duplicate or Unavailable.
        """

    async def read(self, run_id: str, after: int = 0) -> list[Fact]:
        """The run's facts after number *after*, oldest first; empty when there is no such run."""

    async def delivered(self, delivery: str) -> bool:
        """Whether this delivery was recorded before."""

    async def runs(self, *, channel: str | None = None, open_only: bool = False) -> list[RunRow]:
        """The runs, newest first."""

    async def dirty(self) -> list[MessageRow]:
        """The messages that are wanted otherwise than they are shown, longest waiting first."""

    async def message(self, key: str) -> MessageRow | None:
        """One message's row."""

    async def find_message(self, channel: str, ts: str) -> MessageRow | None:
        """The row of the message that Slack knows by *channel* and *ts*."""

    async def posting(self, key: str) -> None:
        """Remember, durably, that a post of this message is about to be tried."""

    async def posted(self, key: str, ts: str, shown: int) -> None:
        """Remember where the message is and which fact it shows."""

    async def lost(self, key: str) -> None:
        """The message is not in Slack any more: want it again, as a new post."""

    async def given_up(self, key: str, shown: int) -> None:
        """Want this message no more at fact *shown*: Slack will never take it."""


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
    """The message is not there any more."""


class NotInChannel(Exception):
    """The bot must be invited first."""


class Rejected(Exception):
    """Slack will not take this call, now or later; the message is Slack's own word for it."""


class Barred(Rejected):
    """Slack does not let the bot in: its token or its scopes want mending, and then it will."""


class Board(Protocol):
    """Messages in Slack. Every call may raise Throttled, Unsure or Rejected."""

    async def post(self, row: MessageRow, thread: str | None, picture: Picture) -> str:
        """Post and return the message's ts; raises NotInChannel too."""

    async def update(self, row: MessageRow, picture: Picture) -> None:
        """Show *picture* in place of what the message shows; raises Gone too."""

    async def find(self, row: MessageRow, thread: str | None, since: datetime) -> str | None:
        """Look for a message posted under the row's key after *since*; its ts, or None."""

    async def upload(self, row: MessageRow, thread: str, file: Upload) -> str:
        """Share *file* in a thread and return the file's id."""

    async def find_upload(self, row: MessageRow, thread: str, name: str) -> str | None:
        """Look in the thread for a file of this name; the file's id, or None."""


class People(Protocol):
    """Who is who, and what they said."""

    async def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The display names of these people; an id that Slack does not know is left out."""

    async def thread(self, channel: str, ts: str) -> list[Said]:
        """What people wrote in the thread under *ts*, oldest first, the bot's messages left out."""


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


class Clock(Protocol):
    """Time, passed in so that tests can move it."""

    def now(self) -> datetime:
        """The time, UTC and aware."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
