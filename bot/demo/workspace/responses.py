"""Answers of the app that are no Web API calls: the body of an acknowledgement, a response URL."""

from typing import Any

from .errors import SlackError
from .handles import ResponseUrl
from .model import Channel, Json, Message
from .world import World


def respond(world: World, handle: ResponseUrl, body: Any) -> Message | None:
    """Do what the app asks for through a response URL. Raises `SlackError`."""
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    original = _original(world, handle)
    if original is not None and body.get("delete_original") in (True, "true"):
        world.delete(original)
        return None
    if original is not None and body.get("replace_original") in (True, "true"):
        return _replace(world, original, body)
    return answer(world, _channel(world, handle), handle.user, body)


def answer(world: World, channel: Channel, user: str, body: Json) -> Message:
    """Show a body: to all with `"response_type": "in_channel"`, else to this person only."""
    to_all = body.get("response_type") == "in_channel"
    thread_ts = body.get("thread_ts")
    message = world.bot_message(
        channel,
        body,
        thread_ts=world.thread(channel, thread_ts if isinstance(thread_ts, str) else None),
        ephemeral_for=None if to_all else user,
    )
    return world.post(message)


def _replace(world: World, original: Message, body: Json) -> Message:
    channel = world.state.channels[original.channel]
    fresh = world.bot_message(channel, body)
    world.edit(original, text=fresh.text, blocks=fresh.blocks, attachments=fresh.attachments)
    return original


def _original(world: World, handle: ResponseUrl) -> Message | None:
    if handle.message_ts is None:
        return None
    channel = _channel(world, handle)
    return (channel.ephemerals if handle.ephemeral else channel.messages).get(handle.message_ts)


def _channel(world: World, handle: ResponseUrl) -> Channel:
    channel = world.state.channels.get(handle.channel)
    if channel is None:
        raise SlackError("channel_not_found")
    return channel
