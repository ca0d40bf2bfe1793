"""The table of Web API methods and what one call gives its method. It runs no method itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Channel, Json, Message, User
from bot.demo.workspace.wirejson import loads
from bot.demo.workspace.world import World

Token = Literal["bot", "app", "none"]
TRUE = (True, 1, "1", "true", "True")
"""The ways in which an argument says yes."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the workspace and the arguments, merged from query, form and JSON."""

    world: World
    args: Json

    def text(self, name: str) -> str:
        """The argument as a string, and "" if it is not there."""
        value = self.args.get(name)
        if value is None:
            return ""
        if isinstance(value, bool | dict | list):
            raise SlackError.arguments(f"must provide a string [json-pointer:/{name}]")
        return str(value)

    def flag(self, name: str) -> bool:
        return self.args.get(name) in TRUE

    def whole(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = self.args.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            raise SlackError.arguments(f"must provide a number [json-pointer:/{name}]") from None
        if number < 1:
            raise SlackError("invalid_limit")
        return min(number, most)

    def decoded(self, name: str, error: str = "invalid_arguments") -> Any:
        """An argument that is JSON: as such in a JSON body, as a string in a form."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return loads(value)
        except ValueError:
            raise SlackError(error) from None

    def content(self) -> Json:
        """What a message is made of, decoded."""
        return {
            "text": self.text("text"),
            "blocks": self.decoded("blocks", "invalid_blocks_format"),
            "attachments": self.decoded("attachments", "invalid_attachments"),
            "metadata": self.decoded("metadata", "invalid_metadata_format"),
        }

    @property
    def bot(self) -> str:
        return self.world.app.bot_user

    def channel(
        self, name: str = "channel", *, member: bool = False, by_name: bool = False
    ) -> Channel:
        """The channel named, if the app may know of it, and be in it where it must."""
        ref = self.text(name)
        state = self.world.state
        channel = state.channel(ref) if by_name else state.channels.get(ref)
        if by_name and channel is None and ref in state.users and ref != self.bot:
            channel = state.direct(ref, self.bot)
        if channel is None or (channel.is_private and self.bot not in channel.members):
            raise SlackError("channel_not_found")
        if member and channel.is_archived:
            raise SlackError("is_archived")
        if member and self.bot not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def message(self, channel: Channel, name: str = "ts") -> Message:
        found = channel.messages.get(self.text(name))
        if found is None or found.subtype == "tombstone":
            raise SlackError("message_not_found")
        return found

    def user(self, name: str = "user") -> User:
        found = self.world.state.users.get(self.text(name))
        if found is None:
            raise SlackError("user_not_found")
        return found


Run = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the table. One of `scopes` suffices; `needs` are the required arguments."""

    name: str
    run: Run
    tier: str
    scopes: tuple[str, ...]
    needs: tuple[str, ...]
    token: Token


TABLE: dict[str, Method] = {}


def method(
    name: str,
    tier: str,
    *,
    scopes: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    token: Token = "bot",  # noqa: S107  # a kind of token, not a secret
) -> Callable[[Run], Run]:
    """Enter a function into the table. It answers what goes beside `"ok": true`."""

    def enter(run: Run) -> Run:
        TABLE[name] = Method(name, run, tier, scopes, needs, token)
        return run

    return enter
