"""What Slack delivers, once the door has checked it: each kind with its fields, of known types.

Nothing is read or decided here. A delivery says who sent it, of which team they are, and where it
was done: the channel and the message of a click, or the form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.run.events import MessageTakenBack, Person
from bot.core.run.pins import Quote

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did it; `team` is their own team, and `outside` says that it is not the bot's.

    Where Slack does not say whose they are, `team` is None, and they are not called outside.
    """

    by: Person
    team: str | None
    outside: bool


@dataclass(frozen=True, slots=True)
class SentView:
    """An open form: `about` is what the bot wrote into it; `stacked` over another one.

    `home` says that it is no form, but someone's Home.
    """

    id: str
    about: Json
    stacked: bool
    home: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, `name` is its own; `direct` when typed in a direct conversation."""

    sender: Sender
    name: str
    text: str
    channel: str
    direct: bool
    trigger: str
    response_url: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """A click, on a message (`channel` and its `message`) or in a form (`view`).

    `thread` is the thread in which the message is an answer, if it is in one.
    `payload` is the whole, for `bot.core.views.clicks`, which knows what a control means.
    """

    sender: Sender
    channel: str | None
    message: str | None
    thread: str | None
    direct: bool
    view: SentView | None
    trigger: str
    response_url: str | None
    payload: Json


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent; `payload` is the whole, for `bot.core.views.clicks`."""

    sender: Sender
    view: SentView
    trigger: str | None
    payload: Json


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut of a message, which Slack hands over whole; `name` is the shortcut's own."""

    sender: Sender
    name: str
    quote: Quote
    direct: bool
    trigger: str
    response_url: str | None


@dataclass(frozen=True, slots=True)
class Reacted:
    """Someone put the emoji of the timeline on a message, or took it away (`added` is False).

    It says neither what the message is nor of which team they are.
    """

    sender: Sender
    id: str
    channel: str
    ts: str
    added: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """Words to the bot in a message; `edited` when they came of changing an older one.

    `alone` says that nobody else reads the conversation.
    """

    sender: Sender
    id: str
    text: str
    channel: str
    direct: bool
    thread: str | None
    edited: bool
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Someone, perhaps the bot itself, is in a channel now."""

    user: str
    channel: str


@dataclass(frozen=True, slots=True)
class Left:
    """Someone is not in a channel any more."""

    user: str
    channel: str


@dataclass(frozen=True, slots=True)
class AtHome:
    """Someone opened the bot's Home."""

    user: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message is gone; `talk` says what it was, where people said it to one another in a thread.

    What was said to the bot is no such talk, and what it said itself is its own.
    """

    channel: str
    ts: str
    talk: MessageTakenBack | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of a type that is listened to, in which there is nothing to do."""


@dataclass(frozen=True, slots=True)
class OfChannel:
    """Something happened to a channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class Shut(OfChannel):
    """A channel in which the bot can show nothing any more; *error* is how Slack will say so."""

    error: str


@dataclass(frozen=True, slots=True)
class Opened(OfChannel):
    """An archived channel is in use again."""


@dataclass(frozen=True, slots=True)
class Shared(OfChannel):
    """A channel is shared with another organization from now on."""


@dataclass(frozen=True, slots=True)
class Renumbered(OfChannel):
    """A channel has another id: *was* is the one of before, *channel* that of now."""

    was: str


Delivery = (
    Command
    | Action
    | Submission
    | Shortcut
    | Reacted
    | Mention
    | Joined
    | Left
    | OfChannel
    | AtHome
    | Deleted
    | Heard
)
"""What can come through the door."""


def named(event: Delivery | None) -> str:
    """What kind of event it is, in words."""
    match event:
        case Mention():
            return "a message"
        case Reacted():
            return "a reaction"
        case Joined():
            return "an invitation"
        case Left():
            return "someone who left"
        case Deleted():
            return "a lost message"
        case AtHome():
            return "someone's Home"
        case OfChannel():
            return "a channel"
    return "an event"
