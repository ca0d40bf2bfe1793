"""One workspace, put together: its memory, its clock, its app and the ways between them.

The rules that several doors share (posting, editing, deleting) are here; HTTP is not.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from . import limits, seed
from .blocks import complete, judge_view, take_message
from .clock import Clock
from .console import Console
from .delivery import Delivery
from .errors import SlackError
from .events import Changes
from .faults import Trouble
from .feed import Feed
from .handles import Handles
from .manifest import App
from .model import Channel, File, Json, Message, Scheduled, User, UserGroup, View
from .places import Places
from .selection import initial_values
from .socket import Sockets
from .state import TEAM_DOMAIN, TEAM_ID, TEAM_NAME, State


class World:
    """All parts of one running workspace."""

    def __init__(
        self,
        base_url: str,
        manifest: Mapping[str, Any] | None = None,
        request_url: str | None = None,
    ) -> None:
        self.base_url = base_url
        self.clock = Clock()
        self.changes = Changes()
        self.app = App(manifest)
        self.state = State(self.clock, base_url, self.changes.tell)
        self.trouble = Trouble()
        self.buckets = limits.Buckets()
        self.calls: deque[Json] = deque(maxlen=limits.CALLS_KEPT)
        self.sockets = Sockets(self.app.app_id, self._app_changed)
        self.delivery = Delivery(self.app, self.clock, self.trouble, self.sockets, request_url)
        self.feed = Feed(self.state, self.app, self.delivery)
        self.places = Places(self.state, self.feed, self.app)
        self.handles = Handles(self.clock, base_url)
        self.uploads: dict[str, str] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.console: Console | None = None
        seed.fill(self.state, self.app)

    async def close(self) -> None:
        """End streams, sockets and deliveries under way."""
        self.changes.close()
        await self.sockets.close()
        await self.delivery.close()

    def _app_changed(self) -> None:
        self.changes.tell({"type": "app", "connected": self.delivery.connected})

    # --- messages ------------------------------------------------------------------------------

    def bot_message(self, channel: Channel, content: Json, **more: Any) -> Message:
        """A message of the app from `text`, `blocks`, `attachments` and `metadata`, judged.

        Raises `SlackError`: `no_text`, `invalid_blocks` and their kin.
        """
        fields = self.content(content)
        if is_hollow(fields):
            raise SlackError("no_text")
        return Message(
            channel=channel.id,
            ts=self.state.new_ts(),
            user=self.app.bot_user,
            bot_id=self.app.bot_id,
            app_id=self.app.app_id,
            **fields,
            **more,
        )

    def content(self, given: Json) -> Json:
        """The parts of a message that were given, judged and completed, and the others empty."""
        text = given.get("text") or ""
        if not isinstance(text, str):
            raise SlackError.arguments("must provide a string [json-pointer:/text]")
        attachments = given.get("attachments") or None
        if attachments is not None and not isinstance(attachments, list):
            raise SlackError("invalid_attachments")
        return {
            "text": text[: limits.MESSAGE_TEXT],
            "blocks": self.judged(given.get("blocks")),
            "attachments": attachments,
            "metadata": _metadata(given.get("metadata")),
        }

    def judged(self, blocks: Any) -> list[Json] | None:
        """The blocks with what Slack fills in; none for none."""
        if not blocks and not isinstance(blocks, dict):
            return None
        verdict, taken = take_message(blocks)
        if verdict.error:
            raise SlackError.arguments(*verdict.problems, code=verdict.error)
        return taken

    def thread(self, channel: Channel, ts: str | None) -> str | None:
        """The parent that a reply to `ts` belongs to. Raises `thread_not_found`."""
        if not ts:
            return None
        found = channel.messages.get(ts)
        if found is None:
            raise SlackError("thread_not_found")
        return found.thread_ts or found.ts

    def post(self, message: Message) -> Message:
        self.state.post(message)
        if not message.ephemeral_for:
            self.feed.posted(message)
        return message

    def edit(self, message: Message, **changes: Any) -> None:
        """Change a message in place; a new text marks it as edited."""
        before = self.state.wire(message)
        if not message.ephemeral_for and changes.get("text", message.text) != message.text:
            message.edited = self.state.new_ts()
        for name, value in changes.items():
            setattr(message, name, value)
        self.state.touched(message)
        if not message.ephemeral_for:
            self.feed.changed(message, before)

    def delete(self, message: Message) -> None:
        channel = self.state.channels[message.channel]
        before = self.state.wire(message)
        self.state.delete(message)
        if message.ephemeral_for:
            return
        if message.subtype == "tombstone":
            self.feed.changed(message, before)
        else:
            self.feed.deleted(channel, before)

    def delete_file(self, file: File) -> None:
        """Delete a file; what showed it shows that it was deleted, or goes if it said nothing."""
        channels = [(self.state.channels[channel], ts) for channel, ts in file.shares]
        showing = [m for channel, ts in channels if (m := channel.messages.get(ts)) is not None]
        before = [self.state.wire(message) for message in showing]
        file.deleted, file.content = True, None
        for message, was in zip(showing, before, strict=True):
            if is_hollow(
                {name: getattr(message, name) for name in ("text", "blocks", "attachments")}
            ):
                self.delete(message)
            else:
                self.state.touched(message)
                self.feed.changed(message, was)

    def react(self, message: Message, user: str, name: str) -> bool:
        added = self.state.react(message, user, name)
        if added:
            self.feed.reacted(message, user, name, "reaction_added")
        return added

    def unreact(self, message: Message, user: str, name: str) -> bool:
        removed = self.state.unreact(message, user, name)
        if removed:
            self.feed.reacted(message, user, name, "reaction_removed")
        return removed

    def stand(self, name: str, real_name: str = "", **standing: Any) -> User:
        """Change what a person is, or add them; who is deactivated is in no channel any more."""
        user = self.state.person(name)
        if user is None:
            made = seed.user_id(re.sub(r"[^a-z0-9]", "", name))
            user = self.state.users[made] = User(made, name, real_name or name.title(), "6a7fdb")
        user.real_name = real_name or user.real_name
        for key, value in standing.items():
            setattr(user, key, value)
        if user.deleted:
            for channel in self.state.channels.values():
                self.state.leave(channel, user.id)
        self.changes.tell({"type": "people", "user": user.id})
        return user

    def group(self, handle: str, name: str, users: list[str]) -> UserGroup:
        """Make a user group, or say who is in one."""
        group = next((g for g in self.state.groups.values() if g.handle == handle), None)
        if group is None:
            return self.group_made(handle, name or handle, users=users)
        self.group_changed(group, name=name or group.name, users=users)
        return group

    def group_made(
        self, handle: str, name: str, description: str = "", users: Iterable[str] = ()
    ) -> UserGroup:
        now = self.clock.now()
        made = UserGroup(self.state.new_id("S"), handle, name, list(users), description, now, now)
        self.state.groups[made.id] = made
        self._group_told(made, "subteam_created")
        return made

    def group_changed(self, group: UserGroup, **changes: Any) -> None:
        group.updated = self.clock.now()
        for name, value in changes.items():
            setattr(group, name, value)
        self._group_told(group, "subteam_updated")

    def _group_told(self, group: UserGroup, kind: str) -> None:
        self.feed.grouped(group, kind)
        self.changes.tell({"type": "people", "user": ""})

    # --- views ---------------------------------------------------------------------------------

    def view_payload(self, view: Any, kind: str) -> Json:
        """The view as Slack keeps it. Raises `invalid_arguments` or `view_too_large`."""
        verdict = judge_view(view)
        if verdict.error:
            raise SlackError.arguments(*verdict.problems, code=verdict.error)
        if self.app.lacks(("files:read",)) and any(_takes_files(one) for one in view["blocks"]):
            raise SlackError("missing_scope", needed="files:read", provided=self.app.scopes)
        if view["type"] != kind:
            raise SlackError.arguments(
                f"unsupported type: {view['type']} [json-pointer:/view/type]"
            )
        return {**view, "blocks": complete(view["blocks"])}

    def new_hash(self) -> str:
        return f"{int(self.clock.now())}.{self.state.new_id('h')}"

    def new_view(self, user: str, payload: Json, under: View | None = None) -> View:
        external = payload.get("external_id")
        if external and self.state.view(None, external):
            raise SlackError("duplicate_external_id")
        view_id = self.state.new_id("V")
        view = View(view_id, user, payload, self.new_hash(), view_id)
        view.values = initial_values(payload["blocks"])
        if under is not None:
            view.root_id, view.previous_id = under.root_id, under.id
        return view

    def replace_view(self, view: View, payload: Json) -> None:
        """Show another view in its place; state lives on where block and action ids do."""
        view.payload, view.hash = payload, self.new_hash()
        kept = initial_values(payload["blocks"])
        for block_id, actions in kept.items():
            for action_id in actions:
                old = view.values.get(block_id, {}).get(action_id)
                if old is not None and old["type"] == actions[action_id]["type"]:
                    actions[action_id] = old
        view.values = kept

    def view_changed(self, view: View) -> None:
        if view.payload["type"] == "home":
            self.state.home_changed(view.user)
        else:
            self.state.views_changed(view.user)

    def view_wire(self, view: View) -> Json:
        return view.wire(TEAM_ID, self.app.app_id, self.app.bot_id)

    # --- about -----------------------------------------------------------------------------------

    @property
    def team(self) -> Json:
        return {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN}


def is_hollow(fields: Json) -> bool:
    """Whether a message of these parts would show nothing."""
    return not (fields["text"].strip() or fields["blocks"] or fields["attachments"])


def _metadata(value: Any) -> Json | None:
    if not value:
        return None
    fits = (
        isinstance(value, dict)
        and isinstance(value.get("event_type"), str)
        and isinstance(value.get("event_payload"), dict)
    )
    if not fits:
        raise SlackError("invalid_metadata_format")
    return {"event_type": value["event_type"], "event_payload": value["event_payload"]}


def _takes_files(block: Json) -> bool:
    """Whether it is an input for files, for which an app must be allowed to read them."""
    element = block.get("element")
    return isinstance(element, dict) and element.get("type") == "file_input"
