"""`bookmarks.*`: links at the top of a channel."""

import re

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Bookmark, Channel, Json

from .table import Call, method

WRITE = ("bookmarks:write",)
LINK = re.compile(r"https?://\S+")
EMOJI = re.compile(r":[a-z0-9_+'-]{1,100}:")


def _place(call: Call) -> Channel:
    channel = call.channel("channel_id")
    if channel.is_archived or call.bot not in channel.members:
        raise SlackError("permission_denied")
    return channel


def _parts(call: Call) -> dict[str, str]:
    """Of title, link and emoji those that were given, judged."""
    names = [name for name in ("title", "link", "emoji") if name in call.args]
    given: dict[str, str] = {name: call.text(name) for name in names}
    for name, most in (("title", limits.BOOKMARK_TITLE), ("link", limits.BOOKMARK_LINK)):
        if len(given.get(name, "")) > most:
            problem = f"must be less than {most + 1} characters [json-pointer:/{name}]"
            raise SlackError.arguments(problem)
    if "link" in given and not LINK.fullmatch(given["link"]):
        raise SlackError("invalid_link")
    if given.get("emoji") and not EMOJI.fullmatch(given["emoji"]):
        raise SlackError("invalid_emoji")
    return given


def _known(call: Call, channel: Channel) -> Bookmark:
    found = channel.bookmarks.get(call.text("bookmark_id"))
    if found is None:
        raise SlackError("not_found")
    return found


@method("bookmarks.add", "tier2", scopes=WRITE, needs=("channel_id", "title", "type"))
def add(call: Call) -> Json:
    """Put a link at the top of a channel, which takes 100; of the types, `link` alone."""
    channel = _place(call)
    if call.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    parts = {"link": "", **_parts(call)}
    if not parts["link"]:
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= limits.BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    state = call.world.state
    made = Bookmark(state.new_id("Bk"), channel.id, parts["title"], parts["link"])
    made.emoji, made.created, made.by = parts.get("emoji", ""), state.clock.now(), call.bot
    channel.bookmarks[made.id] = made
    state.channel_changed(channel)
    return {"bookmark": made.wire(call.world.team["id"])}


@method("bookmarks.edit", "tier2", scopes=WRITE, needs=("channel_id", "bookmark_id"))
def edit(call: Call) -> Json:
    """Change the title, link or emoji of a bookmark."""
    channel = _place(call)
    found = _known(call, channel)
    for name, value in _parts(call).items():
        setattr(found, name, value)
    found.updated, found.by = call.world.clock.now(), call.bot
    call.world.state.channel_changed(channel)
    return {"bookmark": found.wire(call.world.team["id"])}


@method("bookmarks.remove", "tier2", scopes=WRITE, needs=("channel_id", "bookmark_id"))
def remove(call: Call) -> Json:
    """Take a bookmark away."""
    channel = _place(call)
    del channel.bookmarks[_known(call, channel).id]
    call.world.state.channel_changed(channel)
    return {}


@method("bookmarks.list", "tier3", scopes=("bookmarks:read",), needs=("channel_id",))
def list_bookmarks(call: Call) -> Json:
    """The bookmarks of a channel, the oldest first."""
    found = call.channel("channel_id").bookmarks.values()
    return {"bookmarks": [one.wire(call.world.team["id"]) for one in found]}
