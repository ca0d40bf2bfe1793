"""Every way in which something of a run gets to Slack: how urgent, how often, and if it is lost.

The answer to a call may not arrive, and then nobody knows whether it had its effect. What is done
about that is a property of the kind of call, so it stands here. Something that someone must hear
is never only an ephemeral message, since that is the kind which is not repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Lost(Enum):
    """What is done after a call whose answer did not arrive."""

    LOOKED_UP = "it is looked for in Slack before it is repeated"
    HARMLESS = "it is repeated, which changes nothing twice"
    ANOTHER_WAY = "it is repeated in another way: seen twice is better than never"
    AT_MOST_ONCE = "it is not repeated"


class Of(Enum):
    """Whose calls are counted together."""

    CHANNEL = "those into one channel"
    WORKSPACE = "those of one workspace"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often such a call may be made by all painters together, as Slack allows it.

    One in every `every_s` seconds, and up to `at_once` of them after a quiet time.
    """

    of: Of
    every_s: float
    at_once: int = 1

    @property
    def ahead_s(self) -> float:
        """Seconds that they may be spent ahead of now."""
        return (self.at_once - 1) * self.every_s


@dataclass(frozen=True, slots=True)
class Sending:
    """A kind of call: Slack's `methods`, one after the other, and what is done if one is lost.

    `lease_s` is for how many seconds a claim on such a message is one painter's, and `begin_s` in
    how many of them a call may be begun; `pace` is how often it is made. None for what nobody
    claims: it answers one person's click, and is as seldom.
    """

    methods: tuple[str, ...]
    lost: Lost
    lease_s: float | None = None
    begin_s: float | None = None
    pace: Pace | None = None


APART_S = 1.0
"""Seconds between two calls for one message, whatever they are."""
INTO_A_CHANNEL = Pace(Of.CHANNEL, every_s=1.0)
"""What is new in a channel, a message or a file: Slack allows about one a second."""

POST = Sending(
    ("chat.postMessage",), Lost.LOOKED_UP, lease_s=12.0, begin_s=6.0, pace=INTO_A_CHANNEL
)
UPDATE = Sending(
    ("chat.update",),
    Lost.HARMLESS,
    lease_s=12.0,
    begin_s=6.0,
    # Fifty a minute: tier 3.
    pace=Pace(Of.WORKSPACE, every_s=60 / 50, at_once=20),
)
UPLOAD = Sending(
    ("files.getUploadURLExternal", "files.completeUploadExternal"),
    Lost.LOOKED_UP,
    lease_s=60.0,
    begin_s=30.0,
    pace=INTO_A_CHANNEL,
)
DELETE_FILE = Sending(
    ("files.delete",),
    Lost.HARMLESS,
    lease_s=60.0,
    begin_s=30.0,
    # Slack allows as many, and they are counted together: nobody waits for it.
    pace=UPDATE.pace,
)
DIRECT = Sending(
    ("conversations.open", "chat.postMessage"),
    Lost.LOOKED_UP,
    lease_s=12.0,
    begin_s=1.5,
    pace=INTO_A_CHANNEL,
)
DIRECT_UPDATE = Sending(
    ("conversations.open", "chat.update"),
    Lost.HARMLESS,
    lease_s=12.0,
    begin_s=1.5,
    pace=UPDATE.pace,
)
"""What only one person sees, where they and the bot are alone."""
ELSEWHERE = Sending(
    ("chat.postMessage",), Lost.LOOKED_UP, lease_s=12.0, begin_s=1.5, pace=INTO_A_CHANNEL
)
"""What stands in a channel that is not the run's, whose id may have to be asked for first."""
ELSEWHERE_UPDATE = Sending(
    ("chat.update",), Lost.HARMLESS, lease_s=12.0, begin_s=1.5, pace=UPDATE.pace
)
MAKE = Sending(
    ("conversations.create",),
    # Its name has the run's id, so the one that was made is found by that.
    Lost.LOOKED_UP,
    lease_s=12.0,
    begin_s=1.5,
    # Twenty a minute: tier 2.
    pace=INTO_A_CHANNEL,
)
FURNISH = Sending(
    (
        "conversations.setTopic",
        "conversations.setPurpose",
        "conversations.invite",
        "bookmarks.list",
        "bookmarks.add",
    ),
    Lost.HARMLESS,
    lease_s=60.0,
    begin_s=30.0,
    pace=INTO_A_CHANNEL,
)
"""Who is there already is not invited twice, and the bookmarks are looked at first."""
ARCHIVE = Sending(
    ("conversations.archive",),
    # Whether it is archived can be asked.
    Lost.LOOKED_UP,
    lease_s=60.0,
    begin_s=30.0,
    pace=INTO_A_CHANNEL,
)
"""What it needs is read under the claim, so that has time."""
ALERT = Sending(
    ("chat.postMessage",), Lost.LOOKED_UP, lease_s=12.0, begin_s=3.0, pace=INTO_A_CHANNEL
)
"""The message of an episode of alerts, which is of no run."""
ALERT_UPDATE = Sending(
    ("chat.update",),
    Lost.HARMLESS,
    lease_s=12.0,
    begin_s=3.0,
    # Half of all updates, which are counted together.
    pace=Pace(Of.WORKSPACE, every_s=60 / 25, at_once=10),
)
ANSWER = Sending(("response_url",), Lost.ANOTHER_WAY)
"""What only one person sees, at the address that came with what they did."""
EPHEMERAL = Sending(("chat.postEphemeral",), Lost.AT_MOST_ONCE)
"""The same where no address takes it; nobody else sees either, so twice is in nobody's way."""
HOME = Sending(("views.publish",), Lost.HARMLESS)
"""Someone's Home, drawn whole each time; it is of no run, and of no channel."""
REPLY = Sending(("chat.postMessage",), Lost.AT_MOST_ONCE)
"""An answer in the conversation in which someone asked the bot alone: they can ask again."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: how it gets to Slack `first`, how it is changed `then`, if it ever is.

    The lower the `priority`, the earlier it is sent; it is stored with the message. What has 0
    stands under no board.
    """

    priority: int
    first: Sending
    then: Sending | None = None


KINDS: Mapping[str, Kind] = {
    "board": Kind(0, POST, UPDATE),
    "secret": Kind(0, DIRECT, DIRECT_UPDATE),
    "handoff": Kind(0, DIRECT, DIRECT_UPDATE),
    "owner": Kind(0, ELSEWHERE, ELSEWHERE_UPDATE),
    "update": Kind(1, ELSEWHERE, ELSEWHERE_UPDATE),
    "room": Kind(0, MAKE),
    "nowhere": Kind(0, DIRECT, DIRECT_UPDATE),
    "furnish": Kind(2, FURNISH),
    "archive": Kind(3, ARCHIVE),
    "back": Kind(1, ELSEWHERE),
    "notice": Kind(1, POST, UPDATE),
    "reminder": Kind(1, ELSEWHERE),
    "drill": Kind(1, ELSEWHERE),
    "wait": Kind(1, POST, UPDATE),
    "verify": Kind(1, POST, UPDATE),
    "write": Kind(1, POST, UPDATE),
    "export": Kind(2, UPLOAD, DELETE_FILE),
    "picture": Kind(2, UPLOAD),
}
"""By the first word of a message's key within its run: `board`, `notice/12`."""

LEASES: Mapping[int, float] = {
    kind.priority: kind.first.lease_s for kind in KINDS.values() if kind.first.lease_s is not None
}
"""Seconds that a claim lasts, by the priority of a message."""


def kind_of(name: str) -> Kind:
    """The kind of a message, by its key within its run."""
    return KINDS[name.partition("/")[0]]


def paced(sending: Sending) -> Pace:
    """How often a kind of call is made; raises ValueError for one that has no pace."""
    if sending.pace is None:
        raise ValueError(f"{sending.methods} is made as often as someone asks")
    return sending.pace


def in_time(sending: Sending, held_s: float) -> bool:
    """Whether such a call may still be begun on a claim that has been held for so many seconds."""
    return sending.begin_s is None or held_s <= sending.begin_s
