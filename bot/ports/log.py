"""The log: facts, durable and in order, and how a write of them may end."""

from collections.abc import AsyncIterator, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.engine.effects import Effects
from bot.core.run.events import Event, Fact, RunStarted
from bot.core.sealing.record import Checked, Followed
from bot.core.sealing.written import Written
from bot.ports.messages import MessageRow
from bot.ports.vault import Kept
from bot.ports.work import Due

MOST = 100
"""How many runs one question brings; there may be any number."""


class Stale(Exception):
    """Someone appended to the run first: read again, decide again."""


class Duplicate(Exception):
    """The delivery was recorded before; nothing has changed."""


class AlreadyOpen(Exception):
    """The channel has an open run of this procedure, or one in its place; `run_id` names it."""

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


class Unreadable(Exception):
    """A run has a fact that this program does not know: a newer one wrote it, or it was damaged."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """What a list of runs shows of one; `at` is when it started, UTC.

    `team` is the workspace that it is of, None where that is not known. The later a run began, the
    higher is its `place` in this log. `private` says whether only some may know of it, None where
    that was not written down. `drill` says that it is an exercise.
    """

    run_id: str
    procedure_id: str
    title: str
    channel: str
    started_by: str
    at: datetime
    open: bool
    team: str | None = None
    place: int = field(default=0, compare=False)
    private: bool | None = field(default=None, compare=False)
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """What a list of runs shows of one from its beginning; `instead_of` is whose place it takes.

    `beside` is the open run that it is wanted beside; `private` says that only some may know of it,
    `drill` that it is an exercise.
    """

    procedure_id: str
    title: str
    channel: str
    started_by: str
    team: str | None = None
    instead_of: str | None = None
    beside: str | None = None
    private: bool = False
    drill: bool = False


class Log(Protocol):
    """Facts, durable and in order, and what they put into the outbox."""

    async def begin(
        self,
        prefix: str,
        make: Callable[[str], Sequence[Event]],
        *,
        opening: Opening,
        at: datetime,
        effects: Effects,
        delivery: str | None,
        unless_open: bool,
    ) -> list[Fact]:
        """Start a run: the next id with *prefix* is given to *make*, whose first event starts it.

        One durable transaction; *effects* as in `append`. *unless_open* refuses with AlreadyOpen
        when the channel, in its workspace, has an open run of the procedure, a drill if this is
        one, and the opening does not say that it is wanted beside that one. One that is started
        in place of a run is refused with AlreadyOpen when another one was, and with Stale when
        that run is not open any more. Raises Duplicate, AlreadyOpen, Stale or Unavailable.
        """

    async def append(
        self,
        run_id: str,
        after: int,
        events: Sequence[Event],
        *,
        at: datetime,
        effects: Effects,
        delivery: str | None,
        fires: Due | None = None,
    ) -> list[Fact]:
        """Append *events* as the facts after number *after*, in one durable transaction.

        *effects* is what they set off, which is noted in the same transaction. *delivery* is
        Slack's id of the click, None for the bot's own. *fires* takes a due timer of the run with
        this append, even if there are no events, and raises Duplicate when it was fired, moved or
        stopped. Raises Stale, Duplicate or Unavailable.
        """

    async def read(self, run_id: str, after: int = 0) -> list[Fact]:
        """The run's facts after number *after*, oldest first; empty when there is no such run.

        Raises Unreadable when one of them is of no kind that this program knows.
        """

    async def beginning(self, run_id: str) -> RunStarted | None:
        """What a run began with, whatever came after it; None when there is no such run.

        Raises Unreadable when this program cannot read that.
        """

    async def written(self, run_id: str, seq: int) -> Sequence[Written]:
        """What somebody wrote in the run's fact number *seq*, unmasked; empty once it was erased.

        For whoever looks for secrets in it, and for the looks of a run whose inputs are masked.
        """

    async def delivered(self, delivery: str) -> bool:
        """Whether this delivery was recorded before."""

    async def runs(  # noqa: PLR0913 - each narrows the list
        self,
        *,
        team: str | None = None,
        channel: str | None = None,
        procedure: str | None = None,
        open_only: bool = False,
        private: bool | None = None,
        drill: bool | None = None,
        before: int | None = None,
        limit: int = MOST,
    ) -> list[RunRow]:
        """The newest *limit* runs of all workspaces or of a *channel* of the one of *team*.

        Newest first; *before* leaves out those of that place and of later ones. *private* asks for
        those that everyone may know of, or for the others, with those of which it is not known;
        *drill* for exercises alone, or for none.
        """

    async def count(
        self,
        *,
        team: str | None = None,
        channel: str | None = None,
        open_only: bool = False,
        private: bool | None = None,
        drill: bool | None = None,
    ) -> int:
        """How many runs there are, of all workspaces or of a *channel* of the one of *team*.

        *private* and *drill* count only some, as `runs` does.
        """

    async def having(self, run_ids: Sequence[str], kind: str) -> AbstractSet[str]:
        """Those of some runs that have a fact of this kind."""

    async def row(self, run_id: str) -> RunRow | None:
        """What a list of runs shows of one; None when there is no such run."""

    async def team(self, run_id: str) -> str | None:
        """The team of the workspace that a run is of; None where that is not known."""

    async def message(self, key: str) -> MessageRow | None:
        """One message's row."""

    async def find_message(self, team: str | None, channel: str, ts: str) -> MessageRow | None:
        """The row of the message that Slack knows by *channel* and *ts* in a workspace."""


async def every(
    log: Log, *, team: str | None = None, channel: str | None = None, open_only: bool = False
) -> AsyncIterator[RunRow]:
    """All runs, or all open ones, however many: asked for some at a time, the newest first."""
    before = None
    while rows := await log.runs(team=team, channel=channel, open_only=open_only, before=before):
        for row in rows:
            yield row
        before = rows[-1].place


class Records(Log, Protocol):
    """A log whose record can be audited; nothing is raised for what is wrong with it."""

    async def checked(self, run_id: str) -> Checked:
        """What a whole audit of the run finds."""

    async def kept(self, run_id: str) -> Kept | None:
        """A run as it is stored; None when there is none."""

    async def followed(self, run_id: str, since: int) -> Followed:
        """The hashes of the run's entries from number *since* on, and whether they follow."""

    async def pictured(
        self, team: str | None, channel: str, sha256: str
    ) -> tuple[str, str | None] | None:
        """A file in a channel with the picture of this hash, by the record of its runs.

        Slack's id of it and its address, of the newest; None where there is none.
        """

    async def is_sealed(self) -> bool:
        """Whether entries are written sealed: no program that cannot read that works here."""
