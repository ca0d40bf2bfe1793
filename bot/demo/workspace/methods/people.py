"""`auth.test`, `bots.*`, `team.*`, `users.*`, `usergroups.*`, `apps.*`: who is who; the way in."""

from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Json

from .conversations import channels_page
from .paging import page
from .table import Call, method

USERS = ("users:read",)
GROUPS = ("usergroups:read",)


@method("auth.test", "special")
def auth_test(call: Call) -> Json:
    """Whose token it is."""
    world = call.world
    return {
        "url": f"{world.base_url}/",
        "team": world.team["name"],
        "user": world.app.bot_name,
        "team_id": world.team["id"],
        "user_id": world.app.bot_user,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }


@method("bots.info", "tier3", scopes=USERS)
def bots_info(call: Call) -> Json:
    """A bot, by its bot id; without one, only that there is nothing to say."""
    app, asked = call.world.app, call.text("bot")
    if not asked:
        return {}
    if asked != app.bot_id:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": app.bot_name,
            "updated": int(call.world.clock.now()),
            "app_id": app.app_id,
            "user_id": app.bot_user,
            "icons": {},
        }
    }


@method("team.info", "tier3", scopes=("team:read",))
def team_info(call: Call) -> Json:
    """The workspace's name and domain."""
    team = call.world.team
    return {"team": {**team, "email_domain": "", "icon": {"image_default": True}}}


@method("apps.connections.open", "tier1", token="app")  # noqa: S106  # a kind of token
def connections_open(call: Call) -> Json:
    """A WebSocket address that is good for one connection."""
    world = call.world
    host = world.base_url.removeprefix("http://")
    ticket = world.sockets.ticket()
    return {"url": f"ws://{host}/link/?ticket={ticket}&app_id={world.app.app_id}"}


@method("users.info", "tier4", scopes=USERS, needs=("user",))
def users_info(call: Call) -> Json:
    """One user."""
    user, channels = call.user(), call.world.state.channels.values()
    wire = user.wire(call.world.team["id"])
    if user.team:
        shared = any({user.id, call.bot} <= set(channel.members) for channel in channels)
        wire["is_stranger"] = not shared
    return {"user": wire}


@method("users.list", "tier2", scopes=USERS)
def users_list(call: Call) -> Json:
    """A page of all users."""
    everyone = list(call.world.state.users.values())
    shown, cursor = page(call, everyone, 1000)
    return {
        "members": [user.wire(call.world.team["id"]) for user in shown],
        "cache_ts": int(call.world.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


@method("users.conversations", "tier2", scopes=("channels:read", "groups:read", "im:read"))
def users_conversations(call: Call) -> Json:
    """The channels that the app, or the user named, is in."""
    user = call.user().id if call.text("user") else call.bot
    return channels_page(
        call,
        lambda c: user in c.members and (not c.is_private or call.bot in c.members),
    )


@method("usergroups.list", "tier2", scopes=GROUPS)
def usergroups_list(call: Call) -> Json:
    """All user groups."""
    groups = [
        {
            "id": group.id,
            "team_id": call.world.team["id"],
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "description": "",
            "date_delete": 0,
            "user_count": len(group.users),
            **({"users": group.users} if call.flag("include_users") else {}),
        }
        for group in call.world.state.groups.values()
    ]
    return {"usergroups": groups}


@method("usergroups.users.list", "tier2", scopes=GROUPS, needs=("usergroup",))
def usergroups_users_list(call: Call) -> Json:
    """The ids of those in a user group."""
    group = call.world.state.groups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group.users}
