"""Who is who in Slack, and what people wrote in a run's thread."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import call
from bot.ports import NotInChannel, Rejected, Said


class SlackPeople:
    """Asks Slack for names and threads; keeps bot.ports.People's promises."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._names: dict[str, str] = {}

    async def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        for one in dict.fromkeys(ids):
            if one not in self._names and (name := await self._ask(one)):
                self._names[one] = name
        return {i: self._names[i] for i in ids if i in self._names}

    async def _ask(self, one: str) -> str | None:
        """The name behind an id: a channel's begins with C or G, all others are people's."""
        try:
            if one[:1] in ("C", "G"):
                channel = (await call(self._client.conversations_info, channel=one))["channel"]
                return str(channel["name"])
            user = (await call(self._client.users_info, user=one))["user"]
        except (Rejected, NotInChannel):
            return None
        profile = user.get("profile", {})
        return str(profile.get("real_name") or user.get("real_name") or user["name"])

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
