"""What a person does to the app: commands, clicks, shortcuts; and what they see in return.

Builds the payloads as Slack does and hands them to the delivery. HTTP is not known here.
"""

import re
from typing import Any

from . import typing_in
from .blocks import interactive
from .errors import NotDeliveredError, PersonError, SlackError
from .model import Channel, Json, Message, User, View
from .responses import answer
from .selection import KEYS, chosen, initial_values, option
from .world import World

OK: Json = {"ok": True}


def base(world: World, kind: str, user: User) -> Json:
    """What the payloads of all interactions have in common."""
    return {
        "type": kind,
        "token": world.app.verification_token,
        "team": {"id": world.team["id"], "domain": world.team["domain"]},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team or world.team["id"],
        },
        "api_app_id": world.app.app_id,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": world.handles.trigger(user.id),
    }


async def command(world: World, user: User, channel: Channel, name: str, text: str) -> Json:
    """Type a slash command and see what comes of it."""
    if channel.is_archived:
        return {"ok": False, "error": "is_archived"}
    if name in ("/invite", "/kick", "/remove"):
        return _membership(world, user, channel, name, text)
    if name in ("/join", "/leave"):
        return _own_membership(world, user, channel, name, text)
    known = world.app.command(name)
    if known is None:
        return {"ok": False, "error": "unknown_command"}
    payload = {
        "token": world.app.verification_token,
        "team_id": user.team or world.team["id"],
        "team_domain": world.team["domain"],
        "channel_id": channel.id,
        "channel_name": channel.called,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": typing_in.escaped(world.state, text) if known.should_escape else text,
        "api_app_id": world.app.app_id,
        "is_enterprise_install": "false",
        "response_url": world.handles.response_url(user.id, channel.id),
        "trigger_id": world.handles.trigger(user.id),
    }
    try:
        body = await world.delivery.ask("slash_commands", payload)
        return {**OK, **_shown(world, user, channel, body)}
    except NotDeliveredError as error:
        return {"ok": False, "error": error.error}
    except SlackError as error:
        return {"ok": False, "error": "invalid_command_response", "message": error.code}


def _shown(world: World, user: User, channel: Channel, body: Any) -> Json:
    """The answer in the acknowledgement. An empty one shows nothing."""
    if isinstance(body, str):
        body = {"text": body}
    if not isinstance(body, dict) or not any(body.get(k) for k in ("text", "blocks")):
        return {}
    return {"response": world.state.wire(answer(world, channel, user.id, body))}


def _membership(world: World, user: User, channel: Channel, name: str, text: str) -> Json:
    found = re.fullmatch(r"\s*(?:<@)?@?([A-Za-z0-9._-]+)(?:\|[^>]*)?>?\s*", text)
    other = world.state.person(found[1]) if found else None
    if other is None:
        return {"ok": False, "error": "user_not_found"}
    if channel.is_im:
        return {"ok": False, "error": "method_not_supported_for_channel_type"}
    if name == "/invite":
        changed = world.places.join(channel, other.id, user.id)
        return OK if changed else {"ok": False, "error": "already_in_channel"}
    changed = world.places.leave(channel, other.id, user.id)
    return OK if changed else {"ok": False, "error": "not_in_channel"}


def _own_membership(world: World, user: User, channel: Channel, name: str, text: str) -> Json:
    """Join the public channel named, or leave the one that one looks at."""
    place = world.state.channel(text.strip()) if name == "/join" else channel
    if place is None or (name == "/join" and (place.is_private or user.confined)):
        return {"ok": False, "error": "channel_not_found"}
    if place.is_im:
        return {"ok": False, "error": "method_not_supported_for_channel_type"}
    if name == "/join":
        changed = world.places.join(place, user.id)
        return OK if changed else {"ok": False, "error": "already_in_channel"}
    changed = world.places.leave(place, user.id)
    return OK if changed else {"ok": False, "error": "not_in_channel"}


async def act(world: World, user: User, where: Message | View, given: Json) -> Json:
    """Click an element, or choose in it."""
    blocks = (where.blocks or []) if isinstance(where, Message) else where.payload["blocks"]
    place, element = _find(blocks, given)
    block = place["block"]
    key = KEYS.get(element["type"])
    values = _values(world, user, where, blocks)
    if key is not None:
        values[block["block_id"]][element["action_id"]] = chosen(element, given)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return OK
    payload = base(world, "block_actions", user)
    entry = (
        _entry(element, given)
        if key is None
        else dict(values[block["block_id"]][element["action_id"]])
    )
    entry |= {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": element["type"],
        "action_ts": world.state.new_ts(),
    }
    if isinstance(where, Message):
        payload |= _from_message(world, user, where) | {"state": {"values": values}}
    else:
        payload |= {
            "container": {"type": "view", "view_id": where.id},
            "view": world.view_wire(where),
        }
    return await _ask(world, payload | {"actions": [entry]})


def _find(blocks: list[Json], given: Json) -> tuple[Json, Json]:
    for place, element, _ in interactive(blocks):
        if element.get("action_id") != given.get("action_id"):
            continue
        if given.get("block_id") in (None, place["block"]["block_id"]):
            return place, element
    raise PersonError("no_such_action", "There is no such element; it may have been replaced.")


def _values(world: World, user: User, where: Message | View, blocks: list[Json]) -> Any:
    """What this person has chosen so far; a message remembers it for each person apart."""
    if isinstance(where, View):
        return where.values
    key = (where.channel, where.ts, user.id)
    fresh = initial_values(blocks)
    for block_id, actions in world.state.selections.get(key, {}).items():
        for action_id, entry in actions.items():
            if fresh.get(block_id, {}).get(action_id, {}).get("type") == entry["type"]:
                fresh[block_id][action_id] = entry
    world.state.selections[key] = fresh
    return fresh


def _entry(element: Json, given: Json) -> Json:
    if element["type"] == "overflow":
        return {"selected_option": option(element, given.get("selected_option"))}
    if element["type"] == "feedback_buttons":
        buttons = (element["positive_button"], element["negative_button"])
        found = next((b for b in buttons if b["value"] == given.get("value")), None)
        if found is None:
            raise PersonError("no_such_option", "Give the value of one of the two buttons.")
        return {"value": found["value"], "text": found["text"]}
    return {name: element[name] for name in ("text", "value", "style", "url") if name in element}


def _from_message(world: World, user: User, message: Message) -> Json:
    channel = world.state.channels[message.channel]
    ephemeral = message.ephemeral_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    url = world.handles.response_url(user.id, channel.id, message.ts, ephemeral=ephemeral)
    return {
        "container": container,
        "channel": {"id": channel.id, "name": channel.called},
        "response_url": url,
        **({} if ephemeral else {"message": world.state.wire(message)}),
    }


async def shortcut(world: World, user: User, callback_id: str, message: Message | None) -> Json:
    """Run a global shortcut, or a message shortcut where a message is given."""
    kind = "global" if message is None else "message"
    if not world.app.shortcut(callback_id, kind):
        raise PersonError("no_such_shortcut", f"The app has no {kind} shortcut {callback_id!r}.")
    payload = base(world, "shortcut" if message is None else "message_action", user)
    payload |= {"callback_id": callback_id, "action_ts": world.state.new_ts()}
    if message is not None:
        payload |= _from_message(world, user, message) | {"message_ts": message.ts}
        del payload["container"]
    return await _ask(world, payload)


async def _ask(world: World, payload: Json) -> Json:
    try:
        await world.delivery.ask("interactive", payload)
    except NotDeliveredError as error:
        return {"ok": False, "error": error.error}
    return OK
