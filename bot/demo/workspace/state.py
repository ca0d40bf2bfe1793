"""The workspace's memory: who is there, what was said. Every change is told to `listener`.

Pure and in memory: it awaits nothing, sends nothing, and judges no request.
"""

import itertools
import secrets
from collections.abc import Callable, Iterable

from .clock import Clock
from .model import Channel, File, Json, Message, User, UserGroup, View

TEAM_ID = "T0WORKSPACE"
TEAM_NAME = "Workspace"
TEAM_DOMAIN = "workspace"


class State:
    """Users, channels, messages, files and views of one team."""

    def __init__(self, clock: Clock, base_url: str, listener: Callable[[Json], None]) -> None:
        self.clock = clock
        self.base_url = base_url
        self.users: dict[str, User] = {}
        self.groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.selections: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = {}
        self._tell = listener
        self._last_ts = 0
        self._ids = itertools.count(1)

    # --- names -------------------------------------------------------------------------------

    def new_ts(self) -> str:
        """A timestamp that no other message has, and that sorts after all of them."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids):04d}{secrets.token_hex(3).upper()}"

    def channel(self, ref: object) -> Channel | None:
        """By id, or by name with or without its `#`."""
        if not isinstance(ref, str):
            return None
        if found := self.channels.get(ref):
            return found
        name = ref.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == name and not c.is_im), None)

    def person(self, ref: object) -> User | None:
        """By id, or by name with or without its `@`."""
        if not isinstance(ref, str):
            return None
        name = ref.removeprefix("@")
        return self.users.get(ref) or next((u for u in self.users.values() if u.name == name), None)

    def direct(self, user: str, bot: str) -> Channel:
        """The conversation between a person and the app, opened on first use."""
        for channel in self.channels.values():
            if channel.is_im and channel.members[0] == user:
                channel.is_open = True
                return channel
        name = f"dm-{self.users[user].name}"
        channel = Channel(self.new_id("D"), name, self.clock.now(), is_im=True, members=[user, bot])
        self.channels[channel.id] = channel
        self._tell({"type": "membership", "channel": channel.id, "user": user})
        return channel

    # --- messages ----------------------------------------------------------------------------

    def post(self, message: Message) -> None:
        """Add a message, and count it as a reply where it is one."""
        channel = self.channels[message.channel]
        if message.ephemeral_for:
            channel.ephemerals[message.ts] = message
            self._say("ephemeral", message)
            return
        channel.messages[message.ts] = message
        channel.is_open = True
        if message.client_msg_id:
            channel.client_ids[message.client_msg_id] = message.ts
        if message.is_reply and message.thread_ts in channel.messages:
            parent = channel.messages[message.thread_ts]
            parent.thread_ts = parent.ts
            parent.replies.append(message.ts)
            self._say("message", message)
            self._say("message_changed", parent)
        else:
            self._say("message", message)

    def touched(self, message: Message) -> None:
        """Tell that a message has been changed in place."""
        self._say("ephemeral" if message.ephemeral_for else "message_changed", message)

    def delete(self, message: Message) -> None:
        """Take a message out. One with replies leaves a tombstone, as the thread stays."""
        channel = self.channels[message.channel]
        if message.ephemeral_for:
            channel.ephemerals.pop(message.ts, None)
            self._say("ephemeral_deleted", message)
            return
        if message.replies:
            message.subtype, message.text = "tombstone", "This message was deleted."
            message.user, message.bot_id, message.app_id = "USLACKBOT", None, None
            message.blocks = message.attachments = message.metadata = message.client_msg_id = None
            message.files, message.reactions, message.about = [], {}, {}
            channel.pins.pop(message.ts, None)
            self._say("message_changed", message)
            return
        channel.messages.pop(message.ts, None)
        channel.pins.pop(message.ts, None)
        self._say("message_deleted", message)
        if message.is_reply and (parent := channel.messages.get(message.thread_ts or "")):
            parent.replies.remove(message.ts)
            if not parent.replies:
                parent.thread_ts = None
            self._say("message_changed", parent)

    def react(self, message: Message, user: str, name: str) -> bool:
        """Add a reaction; False if that user's was there already."""
        users = message.reactions.setdefault(name, [])
        if user in users:
            return False
        users.append(user)
        self._say("reaction", message)
        return True

    def unreact(self, message: Message, user: str, name: str) -> bool:
        """Take a reaction back; False if there was none of that user."""
        users = message.reactions.get(name, [])
        if user not in users:
            return False
        users.remove(user)
        if not users:
            del message.reactions[name]
        self._say("reaction", message)
        return True

    def wire(self, message: Message, *, metadata: bool = True) -> Json:
        """The message as Slack shows it."""
        shown: Json = {"type": "message", "ts": message.ts}
        optional = {
            "user": message.user,
            "bot_id": message.bot_id,
            "app_id": message.app_id,
            "client_msg_id": message.client_msg_id,
            "subtype": message.subtype or ("thread_broadcast" if message.broadcast else None),
            "blocks": message.blocks,
            "attachments": message.attachments,
            "thread_ts": message.thread_ts,
            "metadata": message.metadata if metadata else None,
        }
        shown |= {key: value for key, value in optional.items() if value} | message.about
        author = self.users.get(message.user)
        shown |= {"text": message.text, "team": (author.team if author else "") or TEAM_ID}
        if message.bot_id and message.user:
            shown["bot_profile"] = self._bot_profile(message)
        if message.edited:
            shown["edited"] = {"user": message.user, "ts": message.edited}
        if message.files:
            shown["files"] = [self.files[f].wire(self.base_url) for f in message.files]
            shown["upload"] = False
        if message.reactions:
            shown["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in message.reactions.items()
            ]
        if message.ts in self.channels[message.channel].pins:
            shown["pinned_to"] = [message.channel]
        if message.ephemeral_for:
            shown |= {"ephemeral": True, "is_ephemeral": True}
        return shown | self._thread_fields(message)

    def pinned(self, message: Message) -> Json:
        """A pin, without the words of its message."""
        by, created = self.channels[message.channel].pins[message.ts]
        shown = {"type": "message", "channel": message.channel}
        return shown | {"created": int(created), "created_by": by}

    def _thread_fields(self, message: Message) -> Json:
        channel = self.channels[message.channel]
        if message.is_reply:
            parent = channel.messages.get(message.thread_ts or "")
            return {"parent_user_id": parent.user} if parent and parent.user else {}
        if not message.replies:
            return {}
        users = list(dict.fromkeys(_author(channel.messages[ts]) for ts in message.replies))
        return {
            "reply_count": len(message.replies),
            "reply_users": users[:5],
            "reply_users_count": len(users),
            "latest_reply": message.replies[-1],
            "subscribed": False,
            "is_locked": False,
        }

    def _bot_profile(self, message: Message) -> Json:
        return {
            "id": message.bot_id,
            "app_id": message.app_id,
            "name": next(u.real_name for u in self.users.values() if u.bot_id == message.bot_id),
            "deleted": False,
            "updated": 0,
            "team_id": TEAM_ID,
        }

    def _say(self, kind: str, message: Message) -> None:
        change: Json = {"type": kind, "channel": message.channel, "ts": message.ts}
        if message.thread_ts:
            change["thread_ts"] = message.thread_ts
        change["user"] = message.ephemeral_for or message.user
        if not kind.endswith("_deleted"):
            change["message"] = self.wire(message)
        self._tell(change)

    # --- members, files, views ----------------------------------------------------------------

    def join(self, channel: Channel, user: str) -> bool:
        """Make the user a member; False if they were one."""
        if user in channel.members:
            return False
        channel.members.append(user)
        self._tell({"type": "membership", "channel": channel.id, "user": user})
        return True

    def leave(self, channel: Channel, user: str) -> bool:
        """Take the user out; False if they were not in."""
        if user not in channel.members:
            return False
        channel.members.remove(user)
        self._tell({"type": "membership", "channel": channel.id, "user": user})
        return True

    def channel_changed(self, channel: Channel) -> None:
        """Tell that a channel has another name, or is archived or in use again."""
        self._tell({"type": "membership", "channel": channel.id, "user": ""})

    def stored(self) -> int:
        """The bytes of all files."""
        return sum(len(f.content or b"") for f in self.files.values())

    def stack(self, user: str) -> list[View]:
        """The person's open modals, bottom first."""
        return self.modals.setdefault(user, [])

    def view(self, view_id: object, external_id: object = None) -> View | None:
        """An open modal or a home, by its id or its `external_id`."""
        return next(
            (
                v
                for v in self.views()
                if v.id == view_id or (external_id and v.payload.get("external_id") == external_id)
            ),
            None,
        )

    def views(self) -> Iterable[View]:
        return itertools.chain(*self.modals.values(), self.homes.values())

    def views_changed(self, user: str) -> None:
        self._tell({"type": "views", "user": user})

    def home_changed(self, user: str) -> None:
        self._tell({"type": "home", "user": user})


def _author(message: Message) -> str:
    """Whose reply it is: a webhook's has no user."""
    return message.user or message.bot_id or ""
