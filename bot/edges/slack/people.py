"""Who is who in Slack, and what people wrote in a run's thread."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.acting.admission import GUEST, Kind, Standing
from bot.core.documents.postmortem import LeftOut, Said, Talk
from bot.edges.slack.calls import Unlike, call, part, told
from bot.ports.messages import Barred, Gone, NotInChannel, Rejected, Unserved, Unsure

PAGES = 10
"""How many pages of someone's channels are asked for; each holds nearly a thousand."""
THREAD_PAGES = 50
"""How many pages of a thread are read."""
LONGEST = 12_000
"""How much of a message is taken, in characters: as much as a person can send at once."""
CHARACTERS = 2_000_000
"""How much of all messages of a thread together."""
ASKED = 200
"""How many names are asked for at a time; the others stay ids, and are asked for the next time."""
NAME = 80
"""How much of a name is taken, in characters: Slack lets no longer one be chosen."""
_PAGE = 200
_MENTION = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^>]*)?>")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Me:
    """The bot's own ids, of its user and of its bot."""

    user: str
    bot: str


class SlackPeople:
    """Asks Slack for names and threads, with a team's *client*; keeps bot.ports.world.People."""

    def __init__(self, client: Callable[[str | None], AsyncWebClient]) -> None:
        self._client = client
        self._names: dict[tuple[str | None, str], str] = {}
        self._me: dict[str | None, _Me] = {}

    async def names(self, team: str | None, ids: Sequence[str]) -> Mapping[str, str]:
        unknown = [one for one in dict.fromkeys(ids) if (team, one) not in self._names]
        for one in unknown[:ASKED]:
            if name := await self._ask(team, one):
                self._names[team, one] = name[:NAME]
        return {i: self._names[team, i] for i in ids if (team, i) in self._names}

    async def _ask(self, team: str | None, one: str) -> str | None:
        """The name behind an id: a channel's begins with C or G, all others are people's."""
        try:
            if one[:1] in ("C", "G"):
                info = await call(self._client(team).conversations_info, channel=one)
                return told(part(info, "channel"), "name")
            user = part(await call(self._client(team).users_info, user=one), "user")
        except (Rejected, Unlike):
            return None
        profile = user.get("profile") or {}
        name = profile.get("real_name") or user.get("real_name") or user.get("name")
        return str(name) if name else None

    async def thread(self, team: str | None, channel: str, ts: str) -> Talk:
        me = await self._who_i_am(team)
        said: list[Said] = []
        left_out = LeftOut()
        room = CHARACTERS
        cursor: str | None = None
        for _ in range(THREAD_PAGES):
            answer = await call(
                self._client(team).conversations_replies,
                channel=channel,
                ts=ts,
                limit=_PAGE,
                **({"cursor": cursor} if cursor else {}),
            )
            for message in answer.get("messages", []):
                if message["ts"] == ts:
                    continue
                one = await self._said(team, message)
                if message.get("user") == me.user or message.get("bot_id") == me.bot:
                    left_out += LeftOut(own=1)
                elif (named := _MENTION.match(one.text)) and named[1] == me.user:
                    left_out += LeftOut(to_bot=1)
                elif not one.text.strip() and not one.files:
                    left_out += LeftOut(empty=1)
                elif (room := room - len(one.text)) < 0:
                    left_out += LeftOut(beyond=1)
                else:
                    said.append(one)
            cursor = answer.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return Talk(tuple(said), left_out)
        read = THREAD_PAGES * _PAGE
        root = await call(self._client(team).conversations_replies, channel=channel, ts=ts, limit=1)
        first: dict[str, Any] = next(iter(root.get("messages", [])), {})
        replies = int(first.get("reply_count", 0))
        return Talk(tuple(said), left_out + LeftOut(beyond=max(1, replies + 1 - read)))

    async def _said(self, team: str | None, message: dict[str, Any]) -> Said:
        """A message of a thread: a person's, also through an app, or an app's own."""
        bot = message.get("bot_id")
        text = str(message.get("text") or _attached(message))
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]} … ({len(text) - LONGEST:,} more characters in the thread)"
        return Said(
            at=datetime.fromtimestamp(float(message["ts"]), UTC),
            by=str(message.get("user") or bot or "someone"),
            text=text,
            app=await self._app(team, message, bot) if bot else None,
            files=tuple(
                str(file.get("name") or file.get("title") or "a file")
                for file in message.get("files") or ()
            ),
            edited="edited" in message,
        )

    async def _app(self, team: str | None, message: dict[str, Any], bot: str) -> str:
        """The name of the app that wrote a message; its id when Slack does not tell the name."""
        profile = message.get("bot_profile") or {}
        told = message.get("username") or profile.get("name")
        if told:
            return str(told)
        if (team, bot) not in self._names:
            try:
                found = (await call(self._client(team).bots_info, bot=bot)).get("bot", {})
            except (Rejected, Gone):
                found = {}
            self._names[team, bot] = str(found.get("name") or bot)
        return self._names[team, bot]

    async def _who_i_am(self, team: str | None) -> "_Me":
        """The bot's own ids; raises Unserved where its token is another workspace's."""
        if team not in self._me:
            me = await call(self._client(team).auth_test)
            mine = me.get("team_id")
            if team is not None and mine is not None and mine != team:
                raise Unserved(f"the token is not one of the workspace {team}")
            self._me[team] = _Me(str(me["user_id"]), str(me.get("bot_id")))
        return self._me[team]


def _attached(message: dict[str, Any]) -> str:
    """The words of a message that has them in attachments only, as many apps write."""
    return "\n".join(
        str(one.get("fallback") or one.get("text") or one.get("title") or "")
        for one in message.get("attachments") or ()
        if isinstance(one, dict)
    )


_SCOPES = {"private_channel": "groups:read", "public_channel": "channels:read"}
"""The scope that each kind of channel is asked about with."""
_LOST = {
    "users:read": "a step can be handed to an app or to someone who is deactivated",
    "groups:read": (
        "a form that is older than 30 minutes must be opened again, and a step can be handed to "
        "someone who is not in the channel"
    ),
    "channels:read": "guests see no runs of public channels in Home or alone with the bot",
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
        return Standing(kind, team, enterprise, channels)

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
