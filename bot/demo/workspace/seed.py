"""Who and what a fresh workspace holds. It only fills a `State`."""

from .manifest import App
from .model import Channel, Heading, User, UserGroup
from .state import State

PEOPLE = (
    ("ana", "Ana Ferreira", "4bbe2e"),
    ("ben", "Ben Okafor", "e7392d"),
    ("chloe", "Chloe Lindqvist", "3c989f"),
    ("dee", "Dee Marchetti", "9f69e7"),
    ("eli", "Eli Novak", "d58247"),
)
CHANNELS = (
    ("incidents", "Runs of procedures. One message is one run.", True),
    ("trust-oncall", "On call for CivicTrust", True),
    ("trust-status", "How CivicTrust is, for whoever relies on it", True),
    ("random", "Everything else. The bot is not here until someone invites it.", False),
)


def user_id(name: str) -> str:
    """The id of one of the people above."""
    return "U0" + name.upper()


def fill(state: State, app: App) -> None:
    """The team's people, its bot, its channels and its user group."""
    for name, real_name, color in PEOPLE:
        state.users[user_id(name)] = User(user_id(name), name, real_name, color)
    state.users[app.bot_user] = User(
        app.bot_user, app.bot_name, app.name, "6b7280", is_bot=True, app_id=app.app_id
    )
    everyone = [user_id(name) for name, _, _ in PEOPLE]
    now = state.clock.now()
    for name, topic, with_bot in CHANNELS:
        channel_id = "C0" + name.upper().replace("-", "")
        members = [*everyone, app.bot_user] if with_bot else list(everyone)
        state.channels[channel_id] = Channel(channel_id, name, now, Heading(topic), members=members)
    private = Channel("C0KEYROOM", "key-room", now, is_private=True)
    private.topic = Heading("Key custodians only")
    private.members = [user_id("ana"), user_id("dee")]
    state.channels[private.id] = private
    group = UserGroup("S0KEYCUSTODIANS", "key-custodians", "Key custodians", [user_id("dee")])
    state.groups[group.id] = group
