"""`views.*`: the modals and the App Home."""

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Json, View

from .table import Call, method


@method("views.open", "tier4", needs=("trigger_id", "view"))
def open_view(call: Call) -> Json:
    """Open a modal for the person whose trigger it is, in place of any that is open."""
    world = call.world
    payload = world.view_payload(call.decoded("view"), "modal")
    user = world.handles.redeem(call.args.get("trigger_id"))
    view = world.new_view(user, payload)
    world.state.modals[user] = [view]
    return _shown(call, view)


@method("views.push", "tier4", needs=("trigger_id", "view"))
def push(call: Call) -> Json:
    """Put a modal on top of the person's open ones, three at most."""
    world = call.world
    payload = world.view_payload(call.decoded("view"), "modal")
    user = world.handles.redeem(call.args.get("trigger_id"))
    stack = world.state.stack(user)
    if len(stack) >= limits.VIEWS_DEEP:
        raise SlackError("push_limit_reached")
    view = world.new_view(user, payload, stack[-1] if stack else None)
    stack.append(view)
    return _shown(call, view)


@method("views.update", "tier4", needs=("view",))
def update(call: Call) -> Json:
    """Change an open modal. What was typed stays where block and element keep their ids."""
    world = call.world
    view = world.state.view(call.text("view_id"), call.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    payload = world.view_payload(call.decoded("view"), view.payload["type"])
    _check_hash(call, view)
    world.replace_view(view, payload)
    return _shown(call, view)


@method("views.publish", "tier4", needs=("user_id", "view"))
def publish(call: Call) -> Json:
    """Show a person their App Home."""
    world = call.world
    payload = world.view_payload(call.decoded("view"), "home")
    user = call.user("user_id")
    if user.is_bot:
        raise SlackError("user_not_found")
    view = world.state.homes.get(user.id)
    if view is None:
        view = world.new_view(user.id, payload)
        world.state.homes[user.id] = view
    else:
        _check_hash(call, view)
        world.replace_view(view, payload)
    return _shown(call, view)


def _check_hash(call: Call, view: View) -> None:
    given = call.text("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


def _shown(call: Call, view: View) -> Json:
    call.world.view_changed(view)
    return {"view": call.world.view_wire(view)}
