"""`reactions.*` and `pins.*`: what is stuck to a message."""

import re

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Channel, Json, Message

from .chat import permalink
from .table import Call, method

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,6}")
PIN = ("pins:write",)


def _item(call: Call, *, member: bool = True) -> tuple[Channel, Message]:
    """The message that `channel` and `timestamp` name."""
    if not call.text("channel") or not call.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.channel(member=member)
    if not TS.fullmatch(call.text("timestamp")):
        raise SlackError("bad_timestamp")
    return channel, call.message(channel, "timestamp")


def _emoji(call: Call) -> str:
    name = call.text("name").strip(":")
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


@method("reactions.add", "tier3", scopes=("reactions:write",), needs=("name",))
def add_reaction(call: Call) -> Json:
    """React to a message; a person gives up to 23 emoji to one, which has up to 50."""
    _, message = _item(call)
    name = _emoji(call)
    if call.bot not in message.reactions.get(name, []):
        if name not in message.reactions and len(message.reactions) >= limits.EMOJI:
            raise SlackError("too_many_emoji")
        if sum(call.bot in users for users in message.reactions.values()) >= limits.EMOJI_OF_ONE:
            raise SlackError("too_many_reactions")
    if not call.world.react(message, call.bot, name):
        raise SlackError("already_reacted")
    return {}


@method("reactions.remove", "tier2", scopes=("reactions:write",), needs=("name",))
def remove_reaction(call: Call) -> Json:
    """Take back one's own reaction."""
    _, message = _item(call)
    if not call.world.unreact(message, call.bot, _emoji(call)):
        raise SlackError("no_reaction")
    return {}


@method("reactions.get", "tier3", scopes=("reactions:read",))
def get_reactions(call: Call) -> Json:
    """A message with its reactions."""
    channel, message = _item(call, member=False)
    shown = call.world.state.wire(message, metadata=False)
    shown["permalink"] = permalink(call.world, message)
    return {"type": "message", "channel": channel.id, "message": shown}


@method("pins.add", "tier2", scopes=PIN, needs=("channel",))
def add_pin(call: Call) -> Json:
    """Pin a message to its channel, which takes 100."""
    channel, message = _item(call)
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= limits.PINS:
        raise SlackError("too_many_pins")
    call.world.places.pin(channel, message, call.bot)
    return {}


@method("pins.remove", "tier2", scopes=PIN, needs=("channel",))
def remove_pin(call: Call) -> Json:
    """Take a pin back, whoever pinned it."""
    channel, message = _item(call)
    if not call.world.places.unpin(channel, message, call.bot):
        raise SlackError("no_pin")
    return {}


@method("pins.list", "tier2", scopes=("pins:read",), needs=("channel",))
def list_pins(call: Call) -> Json:
    """What is pinned in a channel, the newest first."""
    channel = call.channel()
    items = []
    for ts in reversed(channel.pins):
        message = channel.messages[ts]
        shown = call.world.state.wire(message, metadata=False)
        shown["permalink"] = permalink(call.world, message)
        items.append(call.world.state.pinned(message) | {"message": shown})
    return {"items": items}
