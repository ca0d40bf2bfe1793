"""`conversations.*` that change channels: made, named, filled, emptied, archived."""

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Channel, Json, User
from bot.demo.workspace.naming import wrong_name

from .conversations import channel_wire
from .table import Call, method

MANAGE = ("channels:manage", "groups:write", "im:write")
KICK = ("channels:manage", "groups:write")
INVITE = ("channels:write.invites", "channels:manage", "groups:write.invites", "groups:write")
HEAD = ("channels:write.topic", "channels:manage", "groups:write.topic", "groups:write")


def _place(call: Call, *, member: bool = True) -> Channel:
    """The channel named, which is no direct conversation."""
    channel = call.channel()
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return call.channel(member=True) if member else channel


def _name(call: Call) -> str:
    name = call.text("name")
    if error := wrong_name(name):
        raise SlackError(error)
    if call.world.state.channel(name) is not None:
        raise SlackError("name_taken")
    return name


@method("conversations.create", "tier2", scopes=MANAGE)
def create(call: Call) -> Json:
    """Make a channel called `name`, which the app alone is in; an archived one keeps its name."""
    name = _name(call)
    channel = call.world.places.create(name, call.bot, private=call.flag("is_private"))
    return {"channel": channel_wire(call, channel)}


@method("conversations.invite", "tier3", scopes=INVITE, needs=("channel",))
def invite(call: Call) -> Json:
    """Invite up to 100 `users`; with `force`, those who can be, whatever is wrong with others."""
    channel = _place(call)
    asked = [ref.strip() for ref in call.text("users").split(",") if ref.strip()]
    if not asked:
        raise SlackError("no_user")
    if len(asked) > limits.INVITED_AT_ONCE:
        raise SlackError("too_many_users")
    wrong = {ref: error for ref in asked if (error := _uninvitable(call, channel, ref))}
    errors = [{"user": ref, "ok": False, "error": error} for ref, error in wrong.items()]
    if wrong and (not call.flag("force") or len(wrong) == len(set(asked))):
        raise SlackError(next(iter(wrong.values())), errors=errors)
    for ref in asked:
        if ref not in wrong:
            call.world.places.join(channel, ref, call.bot)
    return {"channel": channel_wire(call, channel), **({"errors": errors} if errors else {})}


def _uninvitable(call: Call, channel: Channel, ref: str) -> str:
    """Why someone cannot be invited, as Slack says it, or ""."""
    state = call.world.state
    user = state.users.get(ref)
    if user is None:
        return "user_not_found"
    if user.id == call.bot:
        return "cant_invite_self"
    if user.id in channel.members:
        return "already_in_channel"
    if user.team and user.team in channel.shared_with:
        return ""
    return _barred(user, [c for c in state.channels.values() if user.id in c.members])


def _barred(user: User, places: list[Channel]) -> str:
    if user.deleted:
        return "cant_invite"
    if user.team:
        return "no_external_invite_permission"
    if user.guest == "single" and any(not place.is_im for place in places):
        return "ura_max_channels"
    return "user_is_restricted" if user.guest else ""


@method("conversations.kick", "tier3", scopes=KICK, needs=("channel", "user"))
def kick(call: Call) -> Json:
    """Put someone out of a channel."""
    channel, user = _place(call), call.user()
    if user.id == call.bot:
        raise SlackError("cant_kick_self")
    if not call.world.places.leave(channel, user.id, call.bot):
        raise SlackError("not_in_channel")
    return {"errors": {}}


@method("conversations.leave", "tier3", scopes=MANAGE, needs=("channel",))
def leave(call: Call) -> Json:
    """Leave a channel; the last one in it cannot."""
    channel = _place(call, member=False)
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.bot not in channel.members:
        return {"ok": False, "not_in_channel": True}
    if len(channel.members) == 1:
        raise SlackError("last_member")
    call.world.places.leave(channel, call.bot)
    return {}


@method("conversations.rename", "tier2", scopes=MANAGE, needs=("channel",))
def rename(call: Call) -> Json:
    """Give a channel that the app made another `name`."""
    channel = _place(call)
    if channel.creator != call.bot:
        raise SlackError("not_authorized")
    if call.text("name") != channel.name:
        call.world.places.rename(channel, _name(call), call.bot)
    return {"channel": channel_wire(call, channel)}


@method("conversations.archive", "tier2", scopes=MANAGE, needs=("channel",))
def archive(call: Call) -> Json:
    """Archive a channel, which puts the app out of it."""
    channel = _place(call, member=False)
    if channel.is_archived:
        raise SlackError("already_archived")
    if call.bot not in channel.members:
        raise SlackError("not_in_channel")
    call.world.places.use(channel, call.bot, archived=True)
    return {}


@method("conversations.unarchive", "tier2", scopes=MANAGE, needs=("channel",))
def unarchive(call: Call) -> Json:
    """Take a channel back into use: not with a bot's token, as no app is in an archived channel."""
    if not _place(call, member=False).is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


@method("conversations.setTopic", "tier2", scopes=HEAD, needs=("channel",))
def set_topic(call: Call) -> Json:
    """Set the `topic`, 250 characters at most."""
    return _head(call, "topic")


@method("conversations.setPurpose", "tier2", scopes=HEAD, needs=("channel",))
def set_purpose(call: Call) -> Json:
    """Set the `purpose`, which people read as the description, 250 characters at most."""
    return _head(call, "purpose")


def _head(call: Call, which: str) -> Json:
    if which not in call.args:
        raise SlackError.arguments(f"missing required field: {which}")
    text = call.text(which)
    channel = _place(call)
    if len(text) > limits.CHANNEL_TOPIC:
        raise SlackError("too_long")
    call.world.places.head(channel, call.bot, which, text)
    return {"channel": channel_wire(call, channel)}


@method("conversations.mark", "tier3", scopes=MANAGE, needs=("channel", "ts"))
def mark(call: Call) -> Json:
    """Say up to which message the app has read."""
    channel = call.channel(member=True)
    ts = call.text("ts")
    seconds, _, parts = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and (not parts or parts.isdigit())):
        raise SlackError("invalid_timestamp")
    channel.last_read = ts
    return {}


@method("conversations.close", "tier2", scopes=("im:write",), needs=("channel",))
def close(call: Call) -> Json:
    """Close a direct conversation; its messages stay, and the next one opens it."""
    channel = call.channel()
    if not channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if not channel.is_open:
        return {"no_op": True, "already_closed": True}
    channel.is_open = False
    return {}
