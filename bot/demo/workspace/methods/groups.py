"""`usergroups.*`: groups of people who are mentioned as one."""

import re

from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Json, UserGroup

from .table import Call, method

READ = ("usergroups:read",)
WRITE = ("usergroups:write",)
HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def _known(call: Call) -> UserGroup:
    found = call.world.state.groups.get(call.text("usergroup"))
    if found is None:
        raise SlackError("no_such_subteam")
    return found


def _shown(call: Call, group: UserGroup) -> Json:
    return {"usergroup": group.wire(call.world.team["id"], users=True)}


def _named(call: Call, own: UserGroup | None) -> dict[str, str]:
    """Of name, handle and description those that were given; no two groups share the first two."""
    given = {name: call.text(name) for name in ("name", "handle", "description") if call.text(name)}
    if own is None:
        given.setdefault("handle", re.sub(r"[^a-z0-9._-]+", "-", given["name"].lower()).strip("-"))
    if "handle" in given and not HANDLE.fullmatch(given["handle"]):
        raise SlackError("bad_handle")
    others = [group for group in call.world.state.groups.values() if group is not own]
    if any(group.name == given.get("name") for group in others):
        raise SlackError("name_already_exists")
    taken = {group.handle for group in others} | {u.name for u in call.world.state.users.values()}
    if given.get("handle") in taken:
        raise SlackError("handle_already_exists")
    return given


@method("usergroups.list", "tier2", scopes=READ)
def list_groups(call: Call) -> Json:
    """All user groups; disabled ones with `include_disabled`, who is in them `include_users`."""
    team, users = call.world.team["id"], call.flag("include_users")
    groups = call.world.state.groups.values()
    shown = [group for group in groups if not group.disabled or call.flag("include_disabled")]
    return {"usergroups": [group.wire(team, users=users) for group in shown]}


@method("usergroups.create", "tier2", scopes=WRITE, needs=("name",))
def create(call: Call) -> Json:
    """Make a user group; its handle is made of its name unless it is given."""
    group = call.world.group_made(**_named(call, None))
    return _shown(call, group)


@method("usergroups.update", "tier2", scopes=WRITE, needs=("usergroup",))
def update(call: Call) -> Json:
    """Change the name, handle or description of a user group."""
    group = _known(call)
    call.world.group_changed(group, **_named(call, group))
    return _shown(call, group)


@method("usergroups.enable", "tier2", scopes=WRITE, needs=("usergroup",))
def enable(call: Call) -> Json:
    """Take a disabled user group back into use."""
    group = _known(call)
    call.world.group_changed(group, disabled=0.0)
    return _shown(call, group)


@method("usergroups.disable", "tier2", scopes=WRITE, needs=("usergroup",))
def disable(call: Call) -> Json:
    """Disable a user group: it is listed on request only."""
    group = _known(call)
    call.world.group_changed(group, disabled=call.world.clock.now())
    return _shown(call, group)


@method("usergroups.users.list", "tier2", scopes=READ, needs=("usergroup",))
def list_users(call: Call) -> Json:
    """The ids of those in a user group."""
    group = _known(call)
    if group.disabled and not call.flag("include_disabled"):
        raise SlackError("no_such_subteam")
    return {"users": group.users}


@method("usergroups.users.update", "tier2", scopes=WRITE, needs=("usergroup",))
def update_users(call: Call) -> Json:
    """Say who is in a user group: `users`, all of them, and no fewer than one."""
    group = _known(call)
    users = list(dict.fromkeys(u.strip() for u in call.text("users").split(",") if u.strip()))
    if not users:
        raise SlackError("no_users_provided")
    if not set(users) <= set(call.world.state.users):
        raise SlackError("invalid_users")
    call.world.group_changed(group, users=users)
    return _shown(call, group)
