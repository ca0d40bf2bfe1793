"""`chat.scheduleMessage` and its kin: messages that are posted later, by the workspace's clock."""

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Json, Scheduled
from bot.demo.workspace.world import World

from .chat import WRITE
from .paging import page
from .table import Call, method


@method("chat.scheduleMessage", "tier3", scopes=WRITE, needs=("channel", "post_at"))
def schedule(call: Call) -> Json:
    """Post at `post_at`, within 120 days; a channel takes 30 messages for any five minutes."""
    world = call.world
    channel = call.channel(member=True, by_name=True)
    at = _time(call)
    message = world.bot_message(
        channel, call.content(), thread_ts=world.thread(channel, call.text("thread_ts"))
    )
    near = [
        one
        for one in world.scheduled.values()
        if one.message.channel == channel.id and abs(one.at - at) < limits.SCHEDULED_WINDOW
    ]
    if len(near) >= limits.SCHEDULED_IN_WINDOW:
        raise SlackError("restricted_too_many")
    made = Scheduled(world.state.new_id("Q"), at, world.clock.now(), message)
    world.scheduled[made.id] = made
    world.delivery.spawn(_later(world, made))
    shown = {"text": message.text, "bot_id": message.bot_id, "type": "delayed_message"}
    return {
        "channel": channel.id,
        "scheduled_message_id": made.id,
        "post_at": str(at),
        "message": shown | {"subtype": "bot_message"},
    }


def _time(call: Call) -> int:
    text, now = call.text("post_at"), call.world.clock.now()
    if not (text.isascii() and text.isdigit() and len(text) <= limits.TIME_DIGITS):
        raise SlackError("invalid_time")
    if int(text) <= now:
        raise SlackError("time_in_past")
    if int(text) > now + limits.SCHEDULED_AHEAD:
        raise SlackError("time_too_far")
    return int(text)


async def _later(world: World, made: Scheduled) -> None:
    """Post it when its time comes, unless it was deleted or the app may not write there now."""
    await world.clock.sleep(made.at - world.clock.now())
    if world.scheduled.pop(made.id, None) is None:
        return
    message = made.message
    channel = world.state.channels[message.channel]
    if channel.is_archived or world.app.bot_user not in channel.members:
        return
    message.ts = world.state.new_ts()
    world.post(message)


@method(
    "chat.deleteScheduledMessage",
    "tier3",
    scopes=WRITE,
    needs=("channel", "scheduled_message_id"),
)
def delete(call: Call) -> Json:
    """Take back a message before it is posted."""
    channel = call.channel()
    found = call.world.scheduled.get(call.text("scheduled_message_id"))
    if found is None or found.message.channel != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.world.scheduled[found.id]
    return {}


@method("chat.scheduledMessages.list", "tier3")
def listed(call: Call) -> Json:
    """What is still to be posted, in a channel or in all, the next first."""
    ref = call.text("channel")
    if ref and ref not in call.world.state.channels:
        raise SlackError("invalid_channel")
    waiting = [s for s in call.world.scheduled.values() if ref in ("", s.message.channel)]
    shown, cursor = page(call, sorted(waiting, key=lambda one: one.at), 100)
    return {
        "scheduled_messages": [one.wire() for one in shown],
        "response_metadata": {"next_cursor": cursor},
    }
