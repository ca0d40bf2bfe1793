"""The workspaces that the bot is configured for: each has a client and a name for the bot there.

Whoever calls Slack asks here for the client of a team. One that is not configured has none: that
is said in the log, once, and whatever was to be shown there waits for a process that has one.
"""

import logging
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.connection import Identity
from bot.ports.messages import Unserved

REMEMBERED = 100
"""Of how many teams it is remembered that it was said."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One that is configured: who the bot is there, and how Slack is called."""

    me: Identity
    client: AsyncWebClient


class Workspaces:
    """Those that are configured; today that is one."""

    def __init__(self, *configured: Workspace) -> None:
        self._by_team = {one.me.team_id: one for one in configured}
        self._told: set[str] = set()

    def of(self, team: str | None) -> Workspace:
        """The workspace of a team; raises Unserved for one that is not configured.

        Without a team it is a row's of before there were any: the only workspace's.
        """
        if team is None and len(self._by_team) == 1:
            return next(iter(self._by_team.values()))
        found = self._by_team.get(team or "")
        if found is None:
            raise Unserved(self._unserved(team or "without a team"))
        return found

    def client(self, team: str | None) -> AsyncWebClient:
        """The client of a team; raises Unserved."""
        return self.of(team).client

    def user(self, team: str | None) -> str:
        """The bot's own id in a team; raises Unserved."""
        return self.of(team).me.user_id

    def link(self, team: str | None, channel: str, ts: str) -> str:
        """The address of a message, as Slack itself writes it; raises Unserved."""
        return self.of(team).me.link(channel, ts)

    def _unserved(self, team: str) -> str:
        words = f"this bot is not configured for the workspace {team}"
        if team not in self._told and len(self._told) < REMEMBERED:
            self._told.add(team)
            logger.error("%s: nothing is shown there and nobody there is answered", words)
        return words
