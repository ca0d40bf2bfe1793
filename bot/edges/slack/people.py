"""Who is who in Slack, and what people wrote in a run's thread."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import call
from bot.ports import Rejected, Said


class SlackPeople:
    """Asks Slack for names and threads; keeps bot.ports.People's promises."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._names: dict[str, str] = {}

    async def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        for user_id in dict.fromkeys(ids):
            if user_id not in self._names:
                await self._ask(user_id)
        return {i: self._names[i] for i in ids if i in self._names}

    async def _ask(self, user_id: str) -> None:
        try:
            user = (await call(self._client.users_info, user=user_id))["user"]
        except Rejected:
            return
        profile = user.get("profile", {})
        name = profile.get("display_name") or user.get("real_name") or user.get("name")
        if name:
            self._names[user_id] = name

    async def thread(self, channel: str, ts: str) -> list[Said]:
        said: list[Said] = []
        cursor: str | None = None
        while True:
            answer = await call(
                self._client.conversations_replies,
                channel=channel,
                ts=ts,
                limit=200,
                **({"cursor": cursor} if cursor else {}),
            )
            said += [
                Said(
                    at=datetime.fromtimestamp(float(message["ts"]), UTC),
                    by=message["user"],
                    text=message.get("text", ""),
                )
                for message in answer.get("messages", [])
                if message.get("user") and not message.get("bot_id") and message["ts"] != ts
            ]
            cursor = answer.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return said
