"""`auth.test`, `bots.*`, `team.*`, `users.*`, `apps.*`, `api.test`: who is who; the way in."""

from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Json, User

from .conversations import channels_page
from .paging import page
from .table import Call, method

USERS = ("users:read",)
EMAIL = ("users:read.email",)


@method("api.test", "tier4", token="none")  # noqa: S106  # a kind of token
def api_test(call: Call) -> Json:
    """Answers with what it was sent, or with the `error` that it was asked for."""
    args = {name: value for name, value in call.args.items() if name != "token"}
    if error := call.text("error"):
        raise SlackError(error, args=args)
    return {"args": args} if args else {}


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
    asked = call.text("bot")
    if not asked:
        return {}
    bot = next((u for u in call.world.state.users.values() if u.bot_id == asked), None)
    if bot is None:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": bot.bot_id,
            "deleted": False,
            "name": bot.name if bot.id == call.bot else bot.real_name,
            "updated": int(call.world.clock.now()),
            "app_id": bot.app_id,
            "user_id": bot.id,
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
    wire = _shown(call, user)
    if user.team:
        shared = any({user.id, call.bot} <= set(channel.members) for channel in channels)
        wire["is_stranger"] = not shared
    return {"user": wire}


def _shown(call: Call, user: User) -> Json:
    """A user as the app may see one: addresses are for a scope of their own."""
    wire = user.wire(call.world.team["id"], call.world.clock.now())
    if call.world.app.lacks(EMAIL):
        wire["profile"].pop("email", None)
    return wire


@method("users.lookupByEmail", "tier3", scopes=EMAIL, needs=("email",))
def users_lookup_by_email(call: Call) -> Json:
    """The user with that address, who is not deactivated."""
    asked = call.text("email").lower()
    for user in call.world.state.users.values():
        wire = _shown(call, user)
        if wire["profile"].get("email") == asked and not user.deleted:
            return {"user": wire}
    raise SlackError("users_not_found")


@method("users.profile.get", "tier4", scopes=("users.profile:read",))
def users_profile_get(call: Call) -> Json:
    """The profile of a user, or the app's own."""
    user = call.user() if call.text("user") else call.world.state.users[call.bot]
    return {"profile": _shown(call, user)["profile"]}


@method("users.list", "tier2", scopes=USERS)
def users_list(call: Call) -> Json:
    """A page of all users."""
    everyone = list(call.world.state.users.values())
    shown, cursor = page(call, everyone, 1000)
    return {
        "members": [_shown(call, user) for user in shown],
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
