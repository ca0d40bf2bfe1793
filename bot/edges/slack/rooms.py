"""Channels in Slack that are made for runs; each call is made once, and nothing is decided here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import call, part, told
from bot.ports.messages import Rejected
from bot.ports.rooms import Made, Taken

PAGES = 20
"""Through how many pages of the bot's channels is looked for one; each holds nearly a thousand."""
_CHANNELS = 999
_THERE = frozenset({"already_in_channel", "cant_invite_self"})
"""What Slack says of someone who need not be invited."""
_OF_PEOPLE = _THERE | {
    "cant_invite",
    "mention_limit_reached",
    "no_external_invite_permission",
    "ura_max_channels",
    "user_is_restricted",
    "user_not_found",
    "user_team_not_in_channel",
    "users_not_found",
}
"""What Slack says of those who are invited, and not of the bot."""


class SlackRooms:
    """Keeps `bot.ports.rooms.Rooms`, each through the *client* of its team.

    *me* gives the bot's own id there.
    """

    def __init__(
        self, client: Callable[[str | None], AsyncWebClient], me: Callable[[str | None], str]
    ) -> None:
        self._client, self._me = client, me

    async def create(self, team: str | None, name: str, *, private: bool) -> Made:
        try:
            answer = await call(
                self._client(team).conversations_create, name=name, is_private=private
            )
        except Rejected as refused:
            if _code(refused) == "name_taken":
                raise Taken(name) from refused
            raise
        return _made(part(answer, "channel"))

    async def find(self, team: str | None, name: str, since: datetime) -> Made | None:
        cursor = ""
        for _ in range(PAGES):
            answer = await call(
                self._client(team).users_conversations,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=_CHANNELS,
                **({"cursor": cursor} if cursor else {}),
            )
            for one in answer.get("channels", []):
                own = one.get("creator") == self._me(team)
                if one.get("name") == name and own and _time(one) >= since.timestamp():
                    return _made(one)
            cursor = answer.get("response_metadata", {}).get("next_cursor") or ""
            if not cursor:
                break
        return None

    async def invite(
        self, team: str | None, channel: str, people: Sequence[str]
    ) -> Mapping[str, str]:
        try:
            answer = await call(
                self._client(team).conversations_invite,
                channel=channel,
                users=",".join(people),
                force=True,
            )
        except Rejected as refused:
            if _code(refused) not in _OF_PEOPLE:
                raise
            # None of them could be.
            found = _each(_data(refused)) or dict.fromkeys(people, _code(refused))
        else:
            found = _each(answer)
        return {one: why for one, why in found.items() if why not in _THERE}

    async def describe(self, team: str | None, channel: str, topic: str, purpose: str) -> None:
        client = self._client(team)
        await call(client.conversations_setTopic, channel=channel, topic=topic)
        await call(client.conversations_setPurpose, channel=channel, purpose=purpose)

    async def archive(self, team: str | None, channel: str) -> None:
        try:
            await call(self._client(team).conversations_archive, channel=channel)
        except Rejected as refused:
            if _code(refused) != "already_archived":
                raise

    async def is_archived(self, team: str | None, channel: str) -> bool:
        answer = await call(self._client(team).conversations_info, channel=channel)
        return part(answer, "channel").get("is_archived") is True

    async def bookmark(self, team: str | None, channel: str, title: str, link: str) -> None:
        client = self._client(team)
        there = await call(client.bookmarks_list, channel_id=channel)
        if any(one.get("link") == link for one in there.get("bookmarks") or ()):
            return
        await call(client.bookmarks_add, channel_id=channel, title=title, type="link", link=link)


def _made(channel: Mapping[str, Any]) -> Made:
    return Made(told(channel, "id"), told(channel, "name"), channel.get("is_private") is True)


def _time(channel: Mapping[str, Any]) -> float:
    """When a channel was made; one that does not say so is older than any run."""
    created = channel.get("created")
    return float(created) if isinstance(created, int | float) else 0.0


def _code(refused: Rejected) -> str:
    return str(refused).partition(";")[0]


def _data(refused: Rejected) -> Mapping[str, Any]:
    """What Slack answered beside its name of the error."""
    response = getattr(refused.__cause__, "response", None)
    data = response if isinstance(response, dict) else getattr(response, "data", {})
    return data if isinstance(data, dict) else {}


def _each(answer: Mapping[str, Any]) -> dict[str, str]:
    """Why each could not be invited whom Slack names."""
    return {
        str(one["user"]): str(one.get("error", ""))
        for one in answer.get("errors") or ()
        if isinstance(one, dict) and "user" in one
    }
