"""What a workspace consists of, and how each part looks on the wire. No I/O, no rules."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person or a bot."""

    id: str
    name: str
    real_name: str
    color: str
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    app_id: str = ""
    team: str = ""
    guest: Literal["", "multi", "single"] = ""
    deleted: bool = False

    @property
    def bot_id(self) -> str:
        """What its messages call a bot; nothing for people."""
        return "B" + self.id[1:] if self.is_bot else ""

    @property
    def confined(self) -> bool:
        """Whether they see only the channels that they are in."""
        return bool(self.guest or self.team)

    def wire(self, team_id: str, now: float) -> Json:
        """As `users.info` shows it; `team` is where someone of another workspace is at home."""
        offset = datetime.fromtimestamp(now, ZoneInfo(self.tz)).utcoffset()
        team_id = self.team or team_id
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": "" if self.is_bot else self.name,
            "display_name_normalized": "" if self.is_bot else self.name,
            "title": "",
            "phone": "",
            "status_text": "",
            "status_emoji": "",
            "fields": {},
            "team": team_id,
        }
        if self.is_bot:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id}
        else:
            profile["email"] = f"{self.name}@example.com"
        return {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "color": self.color,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": profile,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "single",
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
        }


@dataclass(slots=True)
class UserGroup:
    """A group of people that can be mentioned as one."""

    id: str
    handle: str
    name: str
    users: list[str]
    description: str = ""
    created: float = 0.0
    updated: float = 0.0
    disabled: float = 0.0

    def wire(self, team_id: str, *, users: bool = False) -> Json:
        return {
            "id": self.id,
            "team_id": team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "handle": self.handle,
            "description": self.description,
            "is_external": False,
            "date_create": int(self.created),
            "date_update": int(self.updated),
            "date_delete": int(self.disabled),
            "user_count": len(self.users),
            **({"users": list(self.users)} if users else {}),
        }


@dataclass(slots=True)
class Bookmark:
    """A link at the top of a channel."""

    id: str
    channel: str
    title: str
    link: str
    emoji: str = ""
    created: float = 0.0
    updated: float = 0.0
    by: str = ""

    def wire(self, team_id: str) -> Json:
        return {
            "id": self.id,
            "channel_id": self.channel,
            "title": self.title,
            "link": self.link,
            "emoji": self.emoji,
            "icon_url": None,
            "type": "link",
            "entity_id": None,
            "date_created": int(self.created),
            "date_updated": int(self.updated),
            "rank": "g",
            "last_updated_by_user_id": self.by,
            "last_updated_by_team_id": team_id,
            "shortcut_id": None,
            "app_id": None,
        }


@dataclass(slots=True)
class File:
    """An uploaded file, and the messages that show it; of a deleted one nothing is left."""

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    created: float
    length: int
    content: bytes | None = None
    completed: bool = False
    deleted: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)

    def wire(self, base: str) -> Json:
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        url = f"{base}/workspace/files/{self.id}"
        private = f"{base}/files-pri/{self.id}/{quote(self.name)}"
        return {
            "id": self.id,
            "created": int(self.created),
            "timestamp": int(self.created),
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2].lower() or "text",
            "user": self.user,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "is_public": bool(self.shares),
            "url": url,
            "url_private": private,
            "url_private_download": private,
            "permalink": url,
        }


@dataclass(slots=True)
class Message:
    """A message of a channel, or one that a single person sees (`ephemeral_for`)."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    metadata: Json | None = None
    subtype: str | None = None
    client_msg_id: str | None = None
    ephemeral_for: str | None = None
    replies: list[str] = field(default_factory=list)
    about: Json = field(default_factory=dict)
    """What a message of its subtype says beside: who invited, the new topic."""

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class Scheduled:
    """A message that is posted later."""

    id: str
    at: int
    created: float
    message: Message

    def wire(self) -> Json:
        return {
            "id": self.id,
            "channel_id": self.message.channel,
            "post_at": self.at,
            "date_created": int(self.created),
            "text": self.message.text,
        }


@dataclass(slots=True)
class Heading:
    """The topic or the purpose of a channel, and who set it when."""

    value: str = ""
    creator: str = ""
    last_set: float = 0.0

    def wire(self) -> Json:
        return {"value": self.value, "creator": self.creator, "last_set": int(self.last_set)}


@dataclass(slots=True)
class Channel:
    """A conversation and its messages, oldest first (a timestamp is its message's id)."""

    id: str
    name: str
    created: float
    topic: Heading = field(default_factory=Heading)
    purpose: Heading = field(default_factory=Heading)
    creator: str = ""
    is_private: bool = False
    is_im: bool = False
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    client_ids: dict[str, str] = field(default_factory=dict)
    is_archived: bool = False
    is_open: bool = True
    last_read: str = "0000000000.000000"
    bookmarks: dict[str, Bookmark] = field(default_factory=dict)
    pins: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Who pinned which message, and when."""
    shared_with: list[str] = field(default_factory=list)
    """The teams that it is shared with by Slack Connect."""
    previous_names: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What the Events API calls `channel_type`."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    @property
    def called(self) -> str:
        """What interactions call it: Slack gives the names of public channels only."""
        return {"im": "directmessage", "group": "privategroup"}.get(self.kind, self.name)

    def wire(self, team_id: str) -> Json:
        """As `conversations.info` shows it to the app."""
        common = {
            "id": self.id,
            "created": int(self.created),
            "is_archived": self.is_archived,
            "is_im": self.is_im,
            "is_org_shared": False,
            "context_team_id": team_id,
            "last_read": self.last_read,
        }
        if self.is_im:
            return common | {"user": self.members[0], "is_open": self.is_open}
        return common | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_general": False,
            "is_shared": bool(self.shared_with),
            "is_ext_shared": bool(self.shared_with),
            "shared_team_ids": [team_id, *self.shared_with],
            "unlinked": 0,
            "creator": self.creator,
            "topic": self.topic.wire(),
            "purpose": self.purpose.wire(),
            "previous_names": list(self.previous_names),
        }


@dataclass(slots=True)
class View:
    """A modal of one person's stack, or their App Home."""

    id: str
    user: str
    payload: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)

    def wire(self, team_id: str, app_id: str, bot_id: str) -> Json:
        given = self.payload
        return {
            "id": self.id,
            "team_id": team_id,
            "type": given["type"],
            "blocks": given["blocks"],
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": given.get("title") or _plain("View Title"),
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "close": given.get("close"),
            "submit": given.get("submit"),
            "submit_disabled": given.get("submit_disabled", False),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": app_id,
            "external_id": given.get("external_id", ""),
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
        }


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}
