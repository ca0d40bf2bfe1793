"""Messages: which are wanted in Slack otherwise than they are shown, and how they get there."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.blockkit.picture import Picture
from bot.core.run.uploads import Imprint


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message that is wanted: `shown` lags behind `wanted` until it is painted.

    `key` names it for ever (`KC-7/board`); `ts` is None until it was posted; `unsure` says that a
    post was begun whose end nobody saw, so it is looked up before it is repeated. `generation`
    counts how often the message was lost and wanted anew; `team` is the workspace of its channel.
    With `to`, a person's id, it stands where they and the bot are alone, and not in its channel;
    with `place`, in the channel of this id or name, of which the bot is a member.
    """

    key: str
    run_id: str
    channel: str
    ts: str | None
    wanted: int
    shown: int
    unsure: bool
    generation: int = 0
    team: str | None = None
    to: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is one painter's to paint until its lease ends; `token` is for fencing.

    `thread` is the ts of the run's board, under which everything else stands; `failures` counts
    the attempts in a row that came to nothing, those included of which nobody wrote down the end,
    since their process died or stood still; `trace` is the click's, if it is traced.
    """

    message: MessageRow
    token: int
    thread: str | None
    failures: int
    trace: str | None = None


MOST_LATE = 1_000
"""How many late messages are named; there may be any number."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is not shown yet: how many messages wait, the longest for `oldest` seconds.

    `late` are the keys of those that wait for longer than was asked about, the longest first.
    """

    waiting: int
    oldest: float
    late: Sequence[str]


class Outbox(Protocol):
    """The messages that are wanted otherwise than they are shown, shared out among painters.

    Whoever holds a claim calls Slack, and then says how it ended. A claim that outlived its lease
    is fenced: what it says changes nothing but that the message is painted once more.
    """

    async def claim(self, limit: int, but: Collection[str] = ()) -> tuple[Sequence[Claim], float]:
        """Take up to *limit* messages that are due, and the seconds until another may be.

        None of the runs in *but*: this program cannot read them, and leaves them to others.

        Messages of the highest interest first: boards before what stands under them, and of those
        the last that people acted on. Slack's allowances are kept here, for all painters together:
        a second between posts into a channel, fifty updates a minute in a workspace. A post is
        marked as unsure before this returns; the claim's row tells whether it was before. An
        attempt whose end nobody wrote down has failed, as soon as its lease has ended.
        """

    async def shown(self, claim: Claim, ts: str, seq: int) -> None:
        """The message is at *ts* and shows the fact numbered *seq*."""

    async def again(
        self, claim: Claim, seconds: float, *, unsure: bool, failed: bool = True
    ) -> None:
        """It is not shown; try again in *seconds*. *unsure*: a post may have had its effect.

        *failed* says whether that counts as a failure.
        """

    async def hold(self, claim: Claim, seconds: float) -> None:
        """Slack asks to wait: with posts into the channel, or with every update."""

    async def give_up(self, claim: Claim) -> None:
        """Slack will never take it as it is; a later fact may want it again."""

    async def lost(self, key: str, ts: str) -> None:
        """The message at *ts* is not in Slack any more: want it again, as a new post.

        Nothing, when it is at another place by now.
        """

    async def invited(self, team: str | None, channel: str) -> None:
        """What waits for a channel of a workspace is due at once."""

    async def behind(self, team: str | None, channel: str) -> Sequence[str]:
        """The keys of what is of a channel's runs and is not shown as it is wanted."""

    async def backlog(self, late_after: float) -> Backlog:
        """What waits; *late_after* is the seconds after which a message is late."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to put into a thread; `imprint` is what its comment says of it."""

    name: str
    title: str
    comment: str
    content: bytes
    imprint: Imprint


class Throttled(Exception):
    """Slack asks to wait *seconds* before the next call of this kind."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:g} s")
        self.seconds = seconds


class Unsure(Exception):
    """The call may or may not have had its effect: the answer did not arrive."""


class Unserved(Unsure):
    """Slack was not called: this process is not configured for the workspace."""


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
    """A file in a thread: Slack's id of it, and its address when Slack told it.

    `imprint` is what its comment says, None where it says nothing: an older version uploaded it.
    """

    id: str
    link: str | None
    imprint: Imprint | None


Link = Callable[[str | None, str, str], str]
"""Makes a message's address from its team, channel and ts; may raise Unserved."""


class Messages(Protocol):
    """Messages in Slack, each in its row's workspace.

    Every call may raise Throttled, Unsure (Unserved, where Slack was not called) or Rejected.
    """

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
        """Look in the thread for a file of this name that the bot uploaded."""

    async def delete_file(self, row: MessageRow, file: str) -> None:
        """Delete one of the bot's files, by Slack's id of it; raises Gone when it is not there."""

    async def take_back(self, row: MessageRow, thread: str, file: str) -> None:
        """Delete the message in a thread that shows a file, if there is one."""
