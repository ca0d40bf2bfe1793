"""`conversations.*`: which channels there are, who is in them and what was said."""

from collections.abc import Callable

from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Channel, Json, Message

from .paging import page
from .table import Call, method

READ = ("channels:read", "groups:read", "im:read")
HISTORY = ("channels:history", "groups:history", "im:history")
KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def channel_wire(call: Call, channel: Channel) -> Json:
    """The channel as the app sees it."""
    return {
        **channel.wire(call.world.team["id"]),
        "is_member": call.bot in channel.members,
        "num_members": len(channel.members),
    }


@method("conversations.info", "tier3", scopes=READ, needs=("channel",))
def info(call: Call) -> Json:
    """One channel."""
    return {"channel": channel_wire(call, call.channel())}


@method("conversations.list", "tier2", scopes=READ)
def list_channels(call: Call) -> Json:
    """The channels that the app may know of."""
    return channels_page(
        call, lambda channel: not channel.is_private or call.bot in channel.members
    )


def channels_page(call: Call, known: Callable[[Channel], bool]) -> Json:
    """A page of the channels that are known and of the types asked for."""
    kinds = (call.text("types") or "public_channel").replace(" ", "").split(",")
    if not set(kinds) <= set(KINDS):
        raise SlackError("invalid_types")
    wanted = {KINDS[kind] for kind in kinds}
    channels = [c for c in call.world.state.channels.values() if c.kind in wanted and known(c)]
    shown, cursor = page(call, channels, 100)
    return {
        "channels": [channel_wire(call, channel) for channel in shown],
        "response_metadata": {"next_cursor": cursor},
    }


@method("conversations.members", "tier4", scopes=READ, needs=("channel",))
def members(call: Call) -> Json:
    """A page of the ids of those who are in a channel."""
    shown, cursor = page(call, call.channel().members, 100)
    return {"members": list(shown), "response_metadata": {"next_cursor": cursor}}


@method("conversations.join", "tier3", scopes=("channels:join",), needs=("channel",))
def join(call: Call) -> Json:
    """Join a public channel."""
    channel = call.channel()
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    joined = call.world.places.join(channel, call.bot)
    answer: Json = {"channel": channel_wire(call, channel)}
    return answer if joined else {**answer, "warning": "already_in_channel"}


@method("conversations.open", "tier3", scopes=("im:write",))
def open_direct(call: Call) -> Json:
    """Open the direct conversation with one person, or again by its `channel`."""
    if call.text("channel"):
        channel = call.channel()
        if not channel.is_im:
            raise SlackError("method_not_supported_for_channel_type")
        channel.is_open = True
        return _opened(call, channel)
    if not call.text("users"):
        raise SlackError("users_list_not_supplied")
    user = call.user("users")
    if user.id == call.bot:
        raise SlackError("user_not_found")
    return _opened(call, call.world.state.direct(user.id, call.bot))


def _opened(call: Call, channel: Channel) -> Json:
    whole = call.flag("return_im")
    return {"channel": channel.wire(call.world.team["id"]) if whole else {"id": channel.id}}


@method("conversations.history", "tier3", scopes=HISTORY, needs=("channel",))
def history(call: Call) -> Json:
    """The channel's messages, newest first; replies only where they were sent to it too."""
    channel = call.channel(member=True)
    found = [m for m in channel.messages.values() if not m.is_reply or m.broadcast]
    return _messages(call, [m for m in reversed(found) if _within(call, m)])


@method("conversations.replies", "tier3", scopes=HISTORY, needs=("channel", "ts"))
def replies(call: Call) -> Json:
    """A thread, oldest first, from its parent on."""
    channel = call.channel(member=True)
    asked = channel.messages.get(call.text("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    parent = channel.messages[asked.thread_ts or asked.ts]
    thread = [channel.messages[ts] for ts in parent.replies if _within(call, channel.messages[ts])]
    return _messages(call, [parent, *thread])


def _within(call: Call, message: Message) -> bool:
    try:
        ts = float(message.ts)
        oldest = float(call.text("oldest") or 0)
        latest = float(call.text("latest") or "inf")
    except ValueError:
        raise SlackError("invalid_ts_latest") from None
    return oldest <= ts <= latest if call.flag("inclusive") else oldest < ts < latest


def _messages(call: Call, found: list[Message]) -> Json:
    shown, cursor = page(call, found, 100)
    metadata = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [call.world.state.wire(m, metadata=metadata) for m in shown],
        "has_more": bool(cursor),
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer
