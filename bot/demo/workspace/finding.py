"""What a person's request speaks of, found, or refused in words. It changes nothing."""

from .errors import PersonError, SlackError
from .model import Channel, Message, User, View
from .world import World


class Finder:
    """Finds people, channels, messages and views of one workspace."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._state = world.state

    def _user(self, ref: str | None) -> User:
        user = self._state.person(ref)
        if user is None:
            raise PersonError(
                "no_such_user", f"There is no user {ref!r}; see /workspace/state.", 404
            )
        if user.deleted:
            raise PersonError("account_inactive", f"{user.name} is deactivated.", 403)
        return user

    def _channel(self, ref: str | None, viewer: str | None = None) -> Channel:
        channel = self._state.channel(ref)
        hidden = (
            channel is not None
            and viewer is not None
            and (channel.is_private or channel.is_im or self._user(viewer).confined)
            and self._user(viewer).id not in channel.members
        )
        if channel is None or hidden:
            message = f"There is no channel {ref!r}; see /workspace/state."
            raise PersonError("no_such_channel", message, 404)
        return channel

    def _message(self, channel: Channel, ts: str | None, user: User) -> Message:
        found = channel.messages.get(ts or "")
        ephemeral = channel.ephemerals.get(ts or "")
        if found is None and ephemeral is not None and ephemeral.ephemeral_for == user.id:
            found = ephemeral
        if found is None:
            raise PersonError("no_such_message", "There is no such message in the channel.", 404)
        return found

    def _thread(self, channel: Channel, thread_ts: str | None) -> str | None:
        try:
            return self._world.thread(channel, thread_ts)
        except SlackError as error:
            raise PersonError(error.code, "There is no such thread.", 404) from error

    def _view(self, view_id: str, user: User) -> View:
        view = self._state.view(view_id)
        if view is None or view.user != user.id:
            raise PersonError("no_such_view", "This person has no such view open.", 404)
        return view
