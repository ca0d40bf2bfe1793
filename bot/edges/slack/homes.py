"""The Home of each person, shown in Slack."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import call


class SlackHomes:
    """Shows Homes in one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def publish(self, person: str, view: Mapping[str, Any]) -> None:
        """Show someone their Home; raises as other calls do."""
        await call(self._client.views_publish, user_id=person, view=dict(view))
