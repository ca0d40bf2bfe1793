"""The installed app: who it is, its secrets, and what its manifest lets it do.

It opens no file and judges no manifest.
"""

from collections.abc import Mapping
from typing import Any

from .manifest_schema import Command, read_manifest
from .scopes import EVENTS


class App:
    """The one app of the workspace. Without a manifest it may do and hear everything.

    Raises `ManifestError` for a manifest that Slack would not take.
    """

    app_id = "A0WORKSPACE"
    bot_user = "U0RUNBOOK"
    bot_id = "B0RUNBOOK"
    bot_token = "xoxb-local-workspace-bot"  # noqa: S105  # works on this loopback server only
    app_token = "xapp-1-A0WORKSPACE-local"  # noqa: S105  # likewise
    signing_secret = "local-workspace-signing-secret"  # noqa: S105  # likewise
    verification_token = "local-workspace-verification"  # noqa: S105  # likewise

    def __init__(self, manifest: Mapping[str, Any] | None = None) -> None:
        read = None if manifest is None else read_manifest(manifest)
        self.name = read.display_information.name if read else "Runbook"
        bot = read.features.bot_user if read else None
        self.bot_name = (bot.display_name if bot else self.name).lower().replace(" ", "-")
        self.commands = {c.command: c for c in read.features.slash_commands} if read else {}
        self.shortcuts = {s.callback_id: s for s in read.features.shortcuts} if read else {}
        asked = read.oauth_config.scopes if read else None
        self._scopes = frozenset([*asked.bot, *asked.bot_optional]) if asked else None
        self._events = frozenset(read.settings.event_subscriptions.bot_events) if read else None
        self.limited = read is not None

    def command(self, name: str) -> Command | None:
        """The command of that name; any name will do for an app without a manifest."""
        if not self.limited:
            return Command.model_construct(command=name, description="", should_escape=True)
        return self.commands.get(name)

    def shortcut(self, callback_id: str, kind: str) -> bool:
        if not self.limited:
            return True
        found = self.shortcuts.get(callback_id)
        return found is not None and found.type == kind

    def hears(self, subscription: str) -> bool:
        """Whether events of that subscription (`message.channels`, `app_mention`) are sent.

        Those that the app has no scope for are not, subscribed to or not.
        """
        if self._events is None:
            return True
        return subscription in self._events and not self.lacks(EVENTS[subscription])

    def lacks(self, needed: tuple[str, ...]) -> bool:
        """Whether none of these scopes was granted. No scope needed is none lacked."""
        return bool(needed) and self._scopes is not None and self._scopes.isdisjoint(needed)

    @property
    def scopes(self) -> str:
        return ",".join(sorted(self._scopes or ()))
