"""The installed app: who it is, its secrets, and what its manifest lets it do.

Reads a manifest that is already parsed; opens no file.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Command(BaseModel):
    """A slash command of the manifest."""

    command: str = Field(pattern=r"^/[^\sA-Z]{1,31}$")
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class Shortcut(BaseModel):
    """A global or message shortcut of the manifest."""

    name: str = Field(min_length=1, max_length=24)
    type: str = Field(pattern=r"^(global|message)$")
    callback_id: str = Field(min_length=1, max_length=255)
    description: str = ""


class _Display(BaseModel):
    name: str = Field(min_length=1, max_length=35)


class _BotUser(BaseModel):
    display_name: str = Field(min_length=1, max_length=80)


class _Features(BaseModel):
    bot_user: _BotUser | None = None
    slash_commands: list[Command] = Field(default_factory=list, max_length=50)
    shortcuts: list[Shortcut] = Field(default_factory=list, max_length=10)


class _Scopes(BaseModel):
    bot: list[str] = Field(default_factory=list)


class _OAuth(BaseModel):
    scopes: _Scopes = Field(default_factory=_Scopes)


class _Subscriptions(BaseModel):
    bot_events: list[str] = Field(default_factory=list)


class _Settings(BaseModel):
    event_subscriptions: _Subscriptions = Field(default_factory=_Subscriptions)


class Manifest(BaseModel):
    """The parts of an app manifest that the workspace acts on; it leaves the rest unread."""

    model_config = ConfigDict(extra="ignore")

    display_information: _Display
    features: _Features = Field(default_factory=_Features)
    oauth_config: _OAuth = Field(default_factory=_OAuth)
    settings: _Settings = Field(default_factory=_Settings)


class App:
    """The one app of the workspace. Without a manifest it may do and hear everything."""

    app_id = "A0WORKSPACE"
    bot_user = "U0RUNBOOK"
    bot_id = "B0RUNBOOK"
    bot_token = "xoxb-local-workspace-bot"  # noqa: S105  # works on this loopback server only
    app_token = "xapp-1-A0WORKSPACE-local"  # noqa: S105  # likewise
    signing_secret = "local-workspace-signing-secret"  # noqa: S105  # likewise
    verification_token = "local-workspace-verification"  # noqa: S105  # likewise

    def __init__(self, manifest: Mapping[str, Any] | None = None) -> None:
        read = None if manifest is None else Manifest.model_validate(manifest)
        self.name = read.display_information.name if read else "Runbook"
        bot = read.features.bot_user if read else None
        self.bot_name = (bot.display_name if bot else self.name).lower().replace(" ", "-")
        self.commands = {c.command: c for c in read.features.slash_commands} if read else {}
        self.shortcuts = {s.callback_id: s for s in read.features.shortcuts} if read else {}
        self._scopes = frozenset(read.oauth_config.scopes.bot) if read else None
        self._events = frozenset(read.settings.event_subscriptions.bot_events) if read else None
        self.limited = read is not None

    def command(self, name: str) -> Command | None:
        """The command of that name; any name will do for an app without a manifest."""
        if not self.limited:
            return Command.model_construct(command=name, should_escape=True)
        return self.commands.get(name)

    def shortcut(self, callback_id: str, kind: str) -> bool:
        if not self.limited:
            return True
        found = self.shortcuts.get(callback_id)
        return found is not None and found.type == kind

    def hears(self, subscription: str) -> bool:
        """Whether events of that subscription (`message.channels`, `app_mention`) are sent."""
        return self._events is None or subscription in self._events

    def lacks(self, needed: tuple[str, ...]) -> bool:
        """Whether none of these scopes was granted. No scope needed is none lacked."""
        return bool(needed) and self._scopes is not None and self._scopes.isdisjoint(needed)

    @property
    def scopes(self) -> str:
        return ",".join(sorted(self._scopes or ()))
