"""Who is who in Slack, and what people wrote in a run's thread."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.acting.admission import GUEST, Kind, Standing
from bot.core.documents.postmortem import WHOLE, Room, Talk
from bot.edges.slack.calls import Unlike, call, part, told
from bot.edges.slack.naming import Naming
from bot.edges.slack.threads import Threads
from bot.ports.messages import Barred, NotInChannel, Rejected, Unsure

PAGES = 10
"""How many pages of someone's channels are asked for; each holds nearly a thousand."""
logger = logging.getLogger(__name__)


class SlackPeople:
    """Asks Slack for names and threads, with a team's *client*; keeps bot.ports.world.People."""

    def __init__(self, client: Callable[[str | None], AsyncWebClient]) -> None:
        self._naming = Naming(client)
        self._threads = Threads(client, self._naming)

    async def names(
        self, team: str | None, ids: Sequence[str], within: str | None = None
    ) -> Mapping[str, str]:
        return await self._naming.names(team, ids, within)

    async def thread(self, team: str | None, channel: str, ts: str, room: Room = WHOLE) -> Talk:
        return await self._threads.read(team, channel, ts, room)


_SCOPES = {"private_channel": "groups:read", "public_channel": "channels:read"}
"""The scope that each kind of channel is asked about with."""
_LOST = {
    "users:read": "a step can be handed to an app or to someone who is deactivated",
    "groups:read": (
        "a form that is older than 30 minutes must be opened again, and a step can be handed to "
        "someone who is not in the channel"
    ),
    "channels:read": "nobody sees runs of public channels in Home or alone with the bot",
}
"""What does not work while Slack does not let the bot ask, by the scope that it lacks."""


_NOBODY = ("user_not_found", "users_not_found", "user_not_visible")
"""What Slack says where there is no such person, or none that the bot may know of."""


class SlackRegistry:
    """Asks Slack about one person; keeps bot.app.acquaintances.Registry's promises."""

    def __init__(self, client: AsyncWebClient, bot: str) -> None:
        self._client, self._bot = client, bot
        self._barred: set[str] = set()

    async def standing(self, person: str) -> Standing:
        kind, team, enterprise, guest = await self._who(person)
        channels = await self._channels(person, "private_channel")
        if guest and channels is not None:
            # A member sees every public channel, a guest those that they are in.
            public = await self._channels(person, "public_channel")
            channels = channels | (public or frozenset()) | {GUEST}
        everyones = None
        if person == self._bot and channels is not None:
            # What is not among the private ones need not be public: the bot may not be in it.
            everyones = await self._channels(person, "public_channel")
        return Standing(kind, team, enterprise, channels, everyones)

    async def _who(self, person: str) -> tuple[Kind, str | None, str | None, bool]:
        try:
            user = part(await call(self._client.users_info, user=person), "user")
        except Barred as barred:
            self._told("users:read", barred)
            return "", None, None, False
        except (Rejected, NotInChannel) as refused:
            if str(refused).partition(";")[0] not in _NOBODY:
                # Whatever else Slack says tells nothing of the person.
                raise Unsure(f"Slack does not tell ({refused})") from refused
            return "nobody", None, None, False
        self._barred.discard("users:read")
        is_bot = user.get("is_bot") or person == "USLACKBOT"
        kind: Kind = "bot" if is_bot else "deactivated" if user.get("deleted") else ""
        company = user.get("enterprise_user") or {}
        guest = user.get("is_restricted") is True or user.get("is_ultra_restricted") is True
        return kind, user.get("team_id"), company.get("enterprise_id"), guest

    async def _channels(self, person: str, types: str) -> frozenset[str] | None:
        found: set[str] = set()
        asked: dict[str, Any] = {"types": types, "limit": 999}
        scope = _SCOPES[types]
        if person != self._bot:
            asked["user"] = person
        for _ in range(PAGES):
            try:
                answer = await call(self._client.users_conversations, **asked)
            except Barred as barred:
                self._told(scope, barred)
                return None
            except (Rejected, NotInChannel) as refused:
                # Someone whom Slack does not show is in no channel that the bot knows of. The bot
                # itself is somewhere; were nothing known of it, private channels would pass as
                # public ones.
                if str(refused).partition(";")[0] not in _NOBODY or person == self._bot:
                    raise Unsure(f"Slack does not tell ({refused})") from refused
                return frozenset()
            if not isinstance(answer.get("channels"), list):
                raise Unlike("Slack's answer lacks channels")
            found |= {told(channel, "id") for channel in answer.get("channels", [])}
            asked["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                self._barred.discard(scope)
                return frozenset(found)
        logger.warning("someone is in more channels than are read (%s)", types)
        return None

    def _told(self, scope: str, barred: Barred) -> None:
        """Say once what is lost, and what would mend it."""
        if scope not in self._barred:
            self._barred.add(scope)
            logger.warning(
                "Slack does not let the bot ask (%s): until the app has the scope %s and is "
                "installed again, %s",
                barred,
                scope,
                _LOST[scope],
            )
