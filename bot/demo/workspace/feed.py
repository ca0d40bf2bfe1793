"""The Events API: what happened, in the words in which the app hears of it.

It decides which events the app is told of. It changes nothing.
"""

import re
import secrets
from typing import Any

from .delivery import Delivery
from .manifest import App
from .model import Channel, Json, Message, UserGroup
from .state import TEAM_ID, State

SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Feed:
    """Turns changes of the workspace into events for the app."""

    def __init__(self, state: State, app: App, delivery: Delivery) -> None:
        self._state = state
        self._app = app
        self._delivery = delivery

    def posted(self, message: Message) -> None:
        channel = self._state.channels[message.channel]
        if self._app.bot_user not in channel.members:
            return
        event = self._message(channel, message)
        if message.files:
            event["subtype"] = "file_share"
        self._send_message(channel, event)
        self._mentioned(message, event)

    def _mentioned(self, message: Message, event: Json) -> None:
        """Tell of a mention: not in a direct conversation, nor of Slack's own lines."""
        if event["channel_type"] == "im" or message.bot_id == self._app.bot_id:
            return
        said = message.subtype in (None, "bot_message")
        if said and re.search(rf"<@{self._app.bot_user}(\|[^>]*)?>", message.text):
            self._send("app_mention", event | {"type": "app_mention"}, drop=("channel_type",))

    def changed(self, message: Message, before: Json) -> None:
        channel = self._state.channels[message.channel]
        edited = message.edited != before.get("edited", {}).get("ts")
        if edited and self._app.bot_user in channel.members:
            # Slack tells of a mention again when its message is edited.
            self._mentioned(message, self._message(channel, message))
        if not self._app.hears(SUBSCRIPTIONS[channel.kind]):
            return
        now = self._state.wire(message)
        self._send_message(
            channel,
            {
                "type": "message",
                "subtype": "message_changed",
                "message": now,
                "previous_message": before,
                "hidden": True,
                **self._frame(channel),
            },
        )

    def deleted(self, channel: Channel, before: Json) -> None:
        self._send_message(
            channel,
            {
                "type": "message",
                "subtype": "message_deleted",
                "deleted_ts": before["ts"],
                "previous_message": before,
                "hidden": True,
                **self._frame(channel),
            },
        )

    def created(self, channel: Channel) -> None:
        if channel.is_private:
            return
        shown = {"id": channel.id, "name": channel.name, "created": int(channel.created)}
        shown["creator"] = channel.creator
        self._send("channel_created", self._stamped("channel_created", channel=shown))

    def joined(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        event = {"type": "member_joined_channel", "user": user, **self._membership(channel)}
        if inviter:
            event["inviter"] = inviter
        self._send_if_member(channel, "member_joined_channel", event)

    def left(self, channel: Channel, user: str, by: str | None = None) -> None:
        if user == self._app.bot_user:
            name = f"{channel.kind}_left"
            self._send(name, self._stamped(name, channel=channel.id, actor_id=by or user))
            return
        event = {"type": "member_left_channel", "user": user, **self._membership(channel)}
        self._send_if_member(channel, "member_left_channel", event)

    def used(self, channel: Channel, user: str) -> None:
        """The channel was archived, or is in use again."""
        name = f"{channel.kind}_{'archive' if channel.is_archived else 'unarchive'}"
        self._send_known(channel, name, self._stamped(name, channel=channel.id, user=user))

    def renamed(self, channel: Channel) -> None:
        name = f"{channel.kind}_rename"
        shown = {"id": channel.id, "name": channel.name, "created": int(channel.created)}
        self._send_known(channel, name, self._stamped(name, channel=shown))

    def shared(self, channel: Channel, team: str) -> None:
        event = self._stamped("channel_shared", connected_team_id=team, channel=channel.id)
        self._send_if_member(channel, "channel_shared", event)

    def unshared(self, channel: Channel, team: str) -> None:
        event = self._stamped(
            "channel_unshared",
            previously_connected_team_id=team,
            channel=channel.id,
            is_ext_shared=bool(channel.shared_with),
        )
        self._send_if_member(channel, "channel_unshared", event)

    def renumbered(self, channel: Channel, old: str) -> None:
        ids = {"old_channel_id": old, "new_channel_id": channel.id}
        event = self._stamped("channel_id_changed", **ids)
        self._send_known(channel, "channel_id_changed", event)

    def gone(self, channel: Channel) -> None:
        """The channel was deleted."""
        name = f"{channel.kind}_deleted"
        self._send_known(channel, name, self._stamped(name, channel=channel.id))

    def reacted(self, message: Message, user: str, name: str, kind: str) -> None:
        """`kind` is `reaction_added` or `reaction_removed`."""
        event = {
            "type": kind,
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            **({"item_user": message.user} if message.user else {}),
            "event_ts": self._state.new_ts(),
        }
        self._send_if_member(self._state.channels[message.channel], kind, event)

    def pinned(self, message: Message, user: str, item: Json, kind: str) -> None:
        """`kind` is `pin_added` or `pin_removed`."""
        channel = self._state.channels[message.channel]
        event = self._stamped(
            kind,
            user=user,
            channel_id=channel.id,
            item=item | {"message": self._state.wire(message)},
            item_user=message.user,
            pin_count=len(channel.pins),
            has_pins=bool(channel.pins),
        )
        self._send_if_member(channel, kind, event)

    def grouped(self, group: UserGroup, kind: str) -> None:
        """`kind` is `subteam_created` or `subteam_updated`."""
        self._send(kind, self._stamped(kind, subteam=group.wire(TEAM_ID, users=True)))

    def home_opened(self, user: str, view: Json | None) -> None:
        channel = self._state.direct(user, self._app.bot_user)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": "home",
            "event_ts": self._state.new_ts(),
        }
        if view:
            event["view"] = view
        self._send("app_home_opened", event)

    def _message(self, channel: Channel, message: Message) -> Json:
        shown = self._state.wire(message)
        shown |= {"event_ts": message.ts, "channel": channel.id, "channel_type": channel.kind}
        return shown

    def _frame(self, channel: Channel) -> Json:
        ts = self._state.new_ts()
        return {"channel": channel.id, "channel_type": channel.kind, "ts": ts, "event_ts": ts}

    def _membership(self, channel: Channel) -> Json:
        return {
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": TEAM_ID,
            "event_ts": self._state.new_ts(),
        }

    def _send_message(self, channel: Channel, event: Json) -> None:
        self._send_if_member(channel, SUBSCRIPTIONS[channel.kind], event)

    def _send_if_member(self, channel: Channel, subscription: str, event: Json) -> None:
        if self._app.bot_user in channel.members:
            self._send(subscription, event)

    def _send_known(self, channel: Channel, subscription: str, event: Json) -> None:
        """Of a public channel all apps hear, of a private one those that are in it."""
        if channel.is_private:
            self._send_if_member(channel, subscription, event)
        else:
            self._send(subscription, event)

    def _stamped(self, kind: str, **fields: Any) -> Json:
        return {"type": kind, **fields, "event_ts": self._state.new_ts()}

    def _is_shared(self, channel_id: str) -> bool:
        """Whether people of another workspace are in the channel."""
        channel = self._state.channels.get(channel_id)
        if channel is None:
            return False
        users = [self._state.users[member] for member in channel.members]
        return bool(channel.shared_with) or any(user.team for user in users)

    def _send(self, subscription: str, event: Json, drop: tuple[str, ...] = ()) -> None:
        if not self._app.hears(subscription):
            return
        body: dict[str, Any] = {
            "token": self._app.verification_token,
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "context_enterprise_id": None,
            "api_app_id": self._app.app_id,
            "event": {key: value for key, value in event.items() if key not in drop},
            "type": "event_callback",
            "event_id": "Ev" + secrets.token_hex(5).upper(),
            "event_time": int(self._state.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": self._app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": self._is_shared(str(event.get("channel"))),
            "event_context": "4-" + secrets.token_urlsafe(16),
        }
        self._delivery.event(body)
