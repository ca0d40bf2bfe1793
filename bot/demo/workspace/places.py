"""Channels: made, renamed, archived, shared, and who is in them; all are told of it.

It changes channels and says so. Whether somebody may, is for the doors that call it.
"""

from typing import Any

from .feed import Feed
from .manifest import App
from .model import Channel, Heading, Message
from .state import State


class Places:
    """What is done to the channels of one workspace."""

    def __init__(self, state: State, feed: Feed, app: App) -> None:
        self._state = state
        self._feed = feed
        self._app = app

    def create(self, name: str, creator: str, *, private: bool = False) -> Channel:
        """A channel that only who made it is in."""
        state = self._state
        channel = Channel(
            state.new_id("C"), name, state.clock.now(), is_private=private, creator=creator
        )
        state.channels[channel.id] = channel
        channel.members.append(creator)
        state.channel_changed(channel)
        self._feed.created(channel)
        self._feed.joined(channel, creator)
        return channel

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> bool:
        """False if they are in there already."""
        if not self._state.join(channel, user):
            return False
        self._feed.joined(channel, user, inviter)
        words = "has joined the channel"
        self._note(
            channel,
            user,
            f"<@{user}> {words}",
            "channel_join",
            **({"inviter": inviter} if inviter else {}),
        )
        return True

    def leave(self, channel: Channel, user: str, by: str | None = None) -> bool:
        """False if they are not in there; `by` is who put them out."""
        if not self._state.leave(channel, user):
            return False
        self._feed.left(channel, user, by)
        words = "was removed from the channel" if by else "has left the channel"
        self._note(channel, user, f"<@{user}> {words}", "channel_leave")
        return True

    def rename(self, channel: Channel, name: str, by: str) -> None:
        old = channel.name
        channel.previous_names.append(old)
        channel.name = name
        self._feed.renamed(channel)
        self._state.channel_changed(channel)
        words = f'has renamed the channel from "{old}" to "{name}"'
        self._note(channel, by, words, "channel_name", old_name=old, name=name)

    def use(self, channel: Channel, by: str, *, archived: bool) -> bool:
        """Archive a channel, which puts apps out of it, or take it back; False if it was so."""
        if channel.is_archived == archived:
            return False
        word = "archive" if archived else "unarchive"
        if archived:
            self._note(channel, by, "archived the channel", f"channel_{word}")
        channel.is_archived = archived
        self._feed.used(channel, by)
        if archived:
            for user in [m for m in channel.members if self._state.users[m].is_bot]:
                self._state.leave(channel, user)
        else:
            self._note(channel, by, "unarchived the channel", f"channel_{word}")
        self._state.channel_changed(channel)
        return True

    def head(self, channel: Channel, by: str, which: str, text: str) -> None:
        """Set the `topic` or the `purpose`."""
        setattr(channel, which, Heading(text, by, self._state.clock.now()))
        self._state.channel_changed(channel)
        word = "topic" if which == "topic" else "description"
        verb = f"set the channel {word}: {text}" if text else f"cleared the channel {word}"
        self._note(channel, by, verb, f"channel_{which}", **{which: text})

    def share(self, channel: Channel, team: str) -> None:
        """Share a channel with another team; with none, it is not shared any more."""
        before, channel.shared_with = channel.shared_with, [team] if team else []
        for other in before:
            if other != team:
                self._feed.unshared(channel, other)
        if team and team not in before:
            self._feed.shared(channel, team)
        self._state.channel_changed(channel)

    def renumber(self, channel: Channel) -> None:
        """Give a channel another id; all that stands in it stays there."""
        old, state = channel.id, self._state
        channel.id = state.new_id("C")
        # In its place among the others, as people see them.
        kept = {one.id if one is channel else id_: one for id_, one in state.channels.items()}
        state.channels.clear()
        state.channels.update(kept)
        for message in (*channel.messages.values(), *channel.ephemerals.values()):
            message.channel = channel.id
        for file in state.files.values():
            file.shares = [(channel.id if one == old else one, ts) for one, ts in file.shares]
        self._feed.renumbered(channel, old)
        state.channel_changed(channel)

    def delete(self, channel: Channel) -> None:
        """Take a channel away, with all that stands in it."""
        del self._state.channels[channel.id]
        for file in self._state.files.values():
            file.shares = [one for one in file.shares if one[0] != channel.id]
        self._feed.gone(channel)
        self._state.channel_changed(channel)

    def pin(self, channel: Channel, message: Message, by: str) -> None:
        channel.pins[message.ts] = (by, self._state.clock.now())
        self._state.touched(message)
        self._feed.pinned(message, by, self._state.pinned(message), "pin_added")

    def unpin(self, channel: Channel, message: Message, by: str) -> bool:
        """False if it is not pinned."""
        if message.ts not in channel.pins:
            return False
        item = self._state.pinned(message)
        del channel.pins[message.ts]
        self._state.touched(message)
        self._feed.pinned(message, by, item, "pin_removed")
        return True

    def _note(self, channel: Channel, user: str, text: str, subtype: str, **about: Any) -> None:
        """Slack's own line in the channel about what someone did to it."""
        ts = self._state.new_ts()
        message = Message(channel.id, ts, user, text, subtype=subtype, about=about)
        self._state.post(message)
        self._feed.posted(message)
