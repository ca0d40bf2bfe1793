"""What a person does with a modal: submit it, read what is wrong with it, close it."""

import logging
from typing import Any

from . import limits
from .errors import NotDeliveredError, PersonError, SlackError
from .interactions import OK, base
from .model import Json, User, View
from .selection import files_chosen, merge, refusals, with_files
from .world import World

log = logging.getLogger(__name__)


async def submit(world: World, user: User, view: View, values: Any) -> Json:
    """Submit the modal. Slack's client refuses first, then the app may."""
    _check_on_top(world, user, view)
    view.values = merge(view.payload["blocks"], view.values, values)
    with_files(view.values, {one: _file(world, user, one) for one in files_chosen(view.values)})
    if problems := refusals(view.payload["blocks"], view.values):
        return {"ok": False, "errors": problems}
    payload = base(world, "view_submission", user)
    payload |= {"view": world.view_wire(view), "response_urls": []}
    try:
        body = await world.delivery.ask("interactive", payload)
        return _answered(world, view, body)
    except NotDeliveredError as error:
        return {"ok": False, "error": error.error}
    except SlackError as error:
        log.warning("The answer to a view_submission was refused: %s %s", error.code, error.more)
        return {"ok": False, "error": "invalid_view_response", "message": str(error.more)}


def _file(world: World, user: User, file_id: str) -> Json:
    """What Slack tells the app of a file that a person chose. Raises `no_such_file`."""
    file = world.state.files.get(file_id)
    if file is None or file.deleted or file.user != user.id:
        raise PersonError("no_such_file", f"{user.name} has uploaded no file {file_id!r}.")
    return file.wire(world.base_url)


def _answered(world: World, view: View, body: Any) -> Json:
    """Do what the acknowledgement asks for; an empty one closes the modal."""
    body = body if isinstance(body, dict) else {}
    action = body.get("response_action")
    stack = world.state.stack(view.user)
    if action == "errors":
        return {"ok": False, "errors": _errors(view, body.get("errors"))}
    if action == "update":
        world.replace_view(view, world.view_payload(body.get("view"), "modal"))
    elif action == "push":
        if len(stack) >= limits.VIEWS_DEEP:
            raise SlackError("push_limit_reached")
        payload = world.view_payload(body.get("view"), "modal")
        stack.append(world.new_view(view.user, payload, view))
    elif action == "clear":
        stack.clear()
    elif view in stack:
        stack.remove(view)
    world.view_changed(view)
    return OK


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {b["block_id"] for b in view.payload["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_arguments", errors=errors)
    return {block_id: str(text) for block_id, text in errors.items()}


async def close(world: World, user: User, view: View, *, everything: bool) -> Json:
    """Close the modal, or all of the stack; the app hears of it if it asked to."""
    _check_on_top(world, user, view)
    stack = world.state.stack(user.id)
    clear = everything or bool(view.payload.get("clear_on_close"))
    gone = list(reversed(stack)) if clear else [view]
    for one in gone:
        stack.remove(one)
        if one.payload.get("notify_on_close"):
            payload = base(world, "view_closed", user)
            del payload["trigger_id"]
            payload |= {"view": world.view_wire(one), "is_cleared": clear}
            world.delivery.tell("interactive", payload)
    world.view_changed(view)
    return OK


def _check_on_top(world: World, user: User, view: View) -> None:
    stack = world.state.stack(user.id)
    if not stack or stack[-1] is not view:
        raise PersonError("view_not_open", "That modal is not on top of this person's stack.", 404)
