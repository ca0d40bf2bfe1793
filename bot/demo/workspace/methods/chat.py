"""`chat.*`: what the app says, changes and takes back."""

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Json, Message
from bot.demo.workspace.world import World, is_hollow

from .table import Call, method

WRITE = ("chat:write",)


@method("chat.postMessage", "posting", scopes=WRITE, needs=("channel",))
def post_message(call: Call) -> Json:
    """Post; the same `client_msg_id` again answers with the message that is there."""
    world = call.world
    channel = call.channel(member=True, by_name=True)
    client_id = call.text("client_msg_id") or None
    if client_id and world.trouble.faults.deduplicate:
        earlier = channel.messages.get(channel.client_ids.get(client_id, ""))
        if earlier is not None:
            return _posted(call, earlier)
    message = world.bot_message(
        channel,
        call.content(),
        thread_ts=world.thread(channel, call.text("thread_ts")),
        broadcast=call.flag("reply_broadcast"),
        client_msg_id=client_id,
    )
    return _posted(call, world.post(message))


def _posted(call: Call, message: Message) -> Json:
    shown = call.world.state.wire(message)
    return {"channel": message.channel, "ts": message.ts, "message": shown}


@method("chat.update", "tier3", scopes=WRITE, needs=("channel", "ts"))
def update(call: Call) -> Json:
    """Change one's own message. What is not given stays; an empty list takes blocks away."""
    world = call.world
    channel = call.channel(member=True)
    message = call.message(channel)
    if message.bot_id != world.app.bot_id:
        raise SlackError("cant_update_message")
    if len(call.text("text")) > limits.UPDATE_TEXT:
        raise SlackError("msg_too_long")
    parts = ("text", "blocks", "attachments", "metadata")
    judged = world.content(call.content())
    changes = {name: judged[name] for name in parts if name in call.args}
    kept = {name: getattr(message, name) for name in parts}
    if is_hollow(kept | changes):
        raise SlackError("no_text")
    world.edit(message, **changes)
    return {**_posted(call, message), "text": message.text}


@method("chat.delete", "tier3", scopes=WRITE, needs=("channel", "ts"))
def delete(call: Call) -> Json:
    """Take back one's own message."""
    channel = call.channel(member=True)
    message = call.message(channel)
    if message.bot_id != call.world.app.bot_id:
        raise SlackError("cant_delete_message")
    call.world.delete(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", "tier4", scopes=WRITE, needs=("channel", "user"))
def post_ephemeral(call: Call) -> Json:
    """Show a message to one person, who must be in the channel."""
    channel = call.channel(member=True)
    if call.text("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = call.world.bot_message(
        channel,
        call.content(),
        thread_ts=call.text("thread_ts") or None,
        ephemeral_for=call.text("user"),
    )
    call.world.post(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink", "special", needs=("channel", "message_ts"))
def get_permalink(call: Call) -> Json:
    """A link to a message, which the page answers."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": permalink(call.world, message)}


def permalink(world: World, message: Message) -> str:
    """The link to a message, which the page answers."""
    link = f"{world.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return link
