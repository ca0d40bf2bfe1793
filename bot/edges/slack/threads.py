"""What was said in a thread, read from Slack page by page, as much of it as there is room for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.app.slices import slices
from bot.core.acting.evidence import LARGEST
from bot.core.blockkit.readable import said as words_of
from bot.core.documents.postmortem import NOTHING, Attached, LeftOut, Room, Said, Talk
from bot.core.documents.postmortem.talk import TOO_LARGE
from bot.core.words.spoken import said_to
from bot.edges.slack.calls import Unlike, call, told
from bot.edges.slack.naming import NAME, Naming
from bot.ports.messages import Unserved

PAGES = 50
"""How many pages of a thread are read."""
FIRST, LATER = 200, 500
"""How many messages are asked for at a time: most threads are short, and a long one takes turns."""
LONGEST = 12_000
"""How much of a message is taken, in characters: as much as a person can send at once."""
FILES = 20
"""How many files of one message are told of: twice as many as Slack's own client sends."""
FILE_NAME = 255
_AT_ONCE = 50
"""How many messages are looked at without a pause."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own ids, of its user and of its bot."""

    user: str
    bot: str


class Threads:
    """Reads threads, with a team's *client*."""

    def __init__(self, client: Callable[[str | None], AsyncWebClient], naming: Naming) -> None:
        self._client, self._naming = client, naming
        self._me: dict[str | None, Me] = {}

    async def read(self, team: str | None, channel: str, ts: str, room: Room) -> Talk:
        """The thread under *ts*; raises Gone without one."""
        me = await self._who_i_am(team)
        heard = _Heard(room)
        cursor: str | None = None
        replies = 0
        for page in range(PAGES):
            answer = await call(
                self._client(team).conversations_replies,
                channel=channel,
                ts=ts,
                limit=LATER if page else FIRST,
                **({"cursor": cursor} if cursor else {}),
            )
            found = answer.get("messages")
            if not isinstance(found, list):
                raise Unlike("Slack's answer lacks messages")
            async for some in slices(found, _AT_ONCE):
                for message in some:
                    if not isinstance(message, dict):
                        raise Unlike("Slack's answer has a message that is none")
                    if told(message, "ts") == ts:
                        replies = _whole(message, "reply_count") or 0
                    elif to_whom := whose(message, me):
                        heard.pass_over(to_whom)
                    else:
                        heard.hear(await self._said(team, message))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return heard.talk(0)
            if heard.read >= room.messages:
                break
        return heard.talk(max(1, replies - heard.read))

    async def _said(self, team: str | None, message: Mapping[str, Any]) -> Said:
        """A message of a thread: a person's, also through an app, or an app's own."""
        text = words_of(message)
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]} … ({len(text) - LONGEST:,} more characters in the thread)"
        files = message.get("files")
        edit = message.get("edited")
        edited = edit.get("ts") if isinstance(edit, dict) else None
        user, bot = message.get("user"), message.get("bot_id")
        by = next((one for one in (user, bot) if isinstance(one, str) and one), "someone")
        app, through, alias = await self._app(team, message, by) if bot else (None, False, None)
        return Said(
            at=_time(told(message, "ts")),
            by=by,
            text=text,
            app=app,
            through=through,
            alias=alias,
            files=tuple(map(_file, files[:FILES])) if isinstance(files, list) else (),
            edited="edited" in message,
            edited_at=_time(edited) if isinstance(edited, str) else None,
        )

    async def _app(
        self, team: str | None, message: Mapping[str, Any], by: str
    ) -> tuple[str, bool, str | None]:
        """The app that wrote a message, whether a person did through it, what it called itself."""
        profile = message.get("bot_profile")
        name = profile.get("name") if isinstance(profile, dict) else None
        alias = message.get("username")
        alias = alias[:NAME] if isinstance(alias, str) and alias else None
        if not isinstance(name, str) or not name:
            name = (await self._naming.of(team, str(message["bot_id"]))).name
        name = (name or alias or "an app")[:NAME]
        through = False
        if by == message.get("user") and message.get("subtype") != "bot_message":
            # An app's own user is an app's; whoever else is named there is a person.
            through = not (await self._naming.of(team, by)).is_app
        return name, through, None if through or alias == name else alias

    async def _who_i_am(self, team: str | None) -> Me:
        """The bot's own ids; raises Unserved where its token is another workspace's."""
        if team not in self._me:
            me = await call(self._client(team).auth_test)
            mine = me.get("team_id")
            if team is not None and mine is not None and mine != team:
                raise Unserved(f"the token is not one of the workspace {team}")
            self._me[team] = Me(told(me, "user_id"), str(me.get("bot_id")))
        return self._me[team]


def whose(message: Mapping[str, Any], me: Me) -> str:
    """Whether a message is the bot's own (`own`), was said to it (`to_bot`), or is talk."""
    if message.get("user") == me.user or message.get("bot_id") == me.bot:
        return "own"
    text = message.get("text")
    return "to_bot" if isinstance(text, str) and said_to(text, me.user) else ""


@dataclass(slots=True)
class _Heard:
    """What was read so far."""

    room: Room
    said: list[Said] = field(default_factory=list)
    left_out: LeftOut = NOTHING
    read: int = 0
    spent: int = 0

    def pass_over(self, whose: str) -> None:
        """Count a message that is no talk."""
        self.read += 1
        self.left_out += LeftOut(own=1) if whose == "own" else LeftOut(to_bot=1)

    def hear(self, one: Said) -> None:
        """Take a message in, or count it."""
        self.read += 1
        if not one.text.strip() and not one.files:
            self.left_out += LeftOut(empty=1)
        elif self.read > self.room.messages or self.spent + len(one.text) > self.room.characters:
            # The talk ends there: what is short and comes later would stand in a wrong context.
            self.spent = self.room.characters + 1
            self.left_out += LeftOut(beyond=1)
        else:
            self.spent += len(one.text)
            self.said.append(one)

    def talk(self, beyond: int) -> Talk:
        return Talk(tuple(self.said), self.left_out + LeftOut(beyond=beyond))


def _time(ts: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unlike("a time in Slack's answer is none") from None


def _whole(of: Mapping[str, Any], name: str) -> int | None:
    found = of.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _file(found: Any) -> Attached:
    """A file of a message, as far as the message says."""
    file: Mapping[str, Any] = found if isinstance(found, dict) else {}
    if file.get("mode") == "tombstone":
        return Attached("a file", why="it was deleted")
    name = file.get("name") or file.get("title")
    name = name[:FILE_NAME] if isinstance(name, str) else "a file"
    one, size = file.get("id"), _whole(file, "size")
    why = None
    if not isinstance(one, str) or not one:
        one, why = None, "Slack does not show it to the bot"
    elif file.get("is_external"):
        why = "it is not kept by Slack, so the bot did not read it"
    elif size is not None and size > LARGEST:
        why = TOO_LARGE
    return Attached(name, one, size, why=why)
