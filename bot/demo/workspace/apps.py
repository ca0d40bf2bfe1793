"""Other apps than the one that is tried, by their names, and what they write. Posts nothing."""

import re

from .bodies import Post
from .errors import PersonError, SlackError
from .model import Channel, Message, User
from .world import World


def known(world: World, name: str) -> User:
    """The bot user of the app of that name, which is installed the first time it is named."""
    state = world.state
    slug = re.sub(r"[^A-Z0-9]", "", name.upper()) or "OTHER"
    made = f"U0APP{slug}"
    if made not in state.users:
        handle = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "other"
        state.users[made] = User(made, handle, name, "8d8d8d", is_bot=True, app_id=f"A0APP{slug}")
        world.changes.tell({"type": "people", "user": made})
    return state.users[made]


def message(world: World, user: User, channel: Channel, text: str, body: Post) -> Message:
    """What an app posts: as its bot, through a webhook (no user), or on behalf of the person.

    Raises `PersonError`.
    """
    bot = known(world, body.app or "")
    try:
        given = {"text": text, "blocks": body.blocks, "attachments": body.attachments}
        parts = world.content(given)
    except SlackError as error:
        raise PersonError(error.code, "Slack would not take these blocks.") from error
    author = {"bot": bot.id, "person": user.id, "webhook": ""}[body.by]
    made = Message(channel.id, world.state.new_ts(), author, **parts)
    made.bot_id, made.app_id = bot.bot_id, bot.app_id
    if body.by == "webhook":
        made.subtype, made.about = "bot_message", {"username": bot.real_name}
    return made
