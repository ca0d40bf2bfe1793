"""Messages in Slack: posted, updated, looked up by the key they carry, and files shared.

Every message carries its key as metadata, so that a post whose answer was lost is found again;
`client_msg_id` lets Slack itself recognise a repeated post. The metadata holds no word of people's,
since every app and person of the workspace can read it:

    {"event_type": "runbook_message",
     "event_payload": {"key": "KC-7/board", "run": "KC-7", "seq": 12, "head": "64 digits"}}

`seq` is the number of the entry that the message shows, `head` the log hash up to there.
"""

import logging
import re
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.blockkit.picture import Picture
from bot.core.ids import is_channel
from bot.core.run.uploads import imprint
from bot.edges.slack.calls import TIMEOUT, call, part, told
from bot.ports.messages import (
    Gone,
    Mark,
    MessageRow,
    NotInChannel,
    Rejected,
    Shared,
    Throttled,
    Unsure,
    Upload,
)

EVENT_TYPE = "runbook_message"
_NAMESPACE = uuid.UUID("6f2d1f0e-5a55-4d0c-9a52-8a0f7c1f3b7e")
PAGES = 100
"""How many pages of a thread or a channel are looked through for a message."""
_PAGE = 200
_CHANNELS = 999
REMEMBERED = 1_000
"""Of how many people it is remembered where they and the bot are alone."""
_HASH = re.compile("[0-9a-f]{64}")
_REFUSALS = range(400, 500)

logger = logging.getLogger(__name__)


class SlackMessages:
    """Shows messages, each through the *client* of its team; keeps bot.ports.messages.Messages.

    *me* gives the bot's own id there.
    """

    def __init__(
        self, client: Callable[[str | None], AsyncWebClient], me: Callable[[str | None], str]
    ) -> None:
        self._client, self._me = client, me
        self._direct: OrderedDict[tuple[str | None, str], str] = OrderedDict()
        self._channels: dict[tuple[str | None, str], str] = {}

    async def post(self, row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        nonce = f"{row.key}#{row.generation}"
        answer = await self._into(
            row,
            self._client(row.team).chat_postMessage,
            thread_ts=thread,
            **_content(row, picture, mark),
            client_msg_id=str(uuid.uuid5(_NAMESPACE, nonce)),
        )
        ts, message = told(answer, "ts"), answer.get("message")
        if thread is not None and message and not message.get("thread_ts"):
            # Slack takes a reply to a root that is gone, and puts it into the channel.
            await self._take_back(row, ts)
            raise Gone("thread_not_found")
        return ts

    async def _into(
        self, row: MessageRow, method: Callable[..., Awaitable[AsyncSlackResponse]], **content: Any
    ) -> dict[str, Any]:
        """Call a method about a message, in its channel.

        One that is known by its name may have another id by now, as Slack gives it when it is
        shared; then the name is asked for anew.
        """
        place = await self._place(row)
        try:
            return await call(method, channel=place, **content)
        except NotInChannel:
            name = (row.place or "").removeprefix("#")
            if self._channels.pop((row.team, name), None) is None:
                raise
        return await call(method, channel=await self._place(row), **content)

    async def _place(self, row: MessageRow) -> str:
        """The channel of a message; Slack's own for one person's, which never changes."""
        if row.place is not None:
            return await self._named(row.team, row.place)
        if row.to is None:
            return row.channel
        whose = (row.team, row.to)
        if whose not in self._direct:
            answer = await call(self._client(row.team).conversations_open, users=row.to)
            self._direct[whose] = told(part(answer, "channel"), "id")
            while len(self._direct) > REMEMBERED:
                self._direct.popitem(last=False)
        return self._direct[whose]

    async def _named(self, team: str | None, place: str) -> str:
        """The id of a channel, by its id or its name; raises Rejected where the bot is in none.

        Slack posts by name as well, but what was posted can be looked for by an id only.
        """
        if is_channel(place):
            return place
        name = place.removeprefix("#")
        if (team, name) not in self._channels:
            cursor = ""
            for _ in range(PAGES):
                answer = await call(
                    self._client(team).users_conversations,
                    types="public_channel,private_channel",
                    exclude_archived=True,
                    limit=_CHANNELS,
                    **({"cursor": cursor} if cursor else {}),
                )
                mine = answer.get("channels", [])
                self._channels |= {(team, one.get("name", "")): one["id"] for one in mine}
                cursor = answer.get("response_metadata", {}).get("next_cursor") or ""
                if not cursor or (team, name) in self._channels:
                    break
        if (team, name) not in self._channels:
            raise Rejected("not_in_channel")
        return self._channels[team, name]

    async def _take_back(self, row: MessageRow, ts: str) -> None:
        try:
            await call(self._client(row.team).chat_delete, channel=row.channel, ts=ts)
        except (Throttled, Unsure, Rejected, Gone) as trouble:
            words = "%s stands outside of its thread and cannot be deleted: %s"
            logger.warning(words, row.key, trouble, extra={"run": row.run_id})

    async def update(self, row: MessageRow, picture: Picture, mark: Mark) -> None:
        content = _content(row, picture, mark)
        await self._into(row, self._client(row.team).chat_update, ts=row.ts, **content)

    async def read(self, row: MessageRow) -> Mark | None:
        answer = await call(
            self._client(row.team).conversations_history,
            channel=row.channel,
            oldest=row.ts,
            latest=row.ts,
            inclusive=True,
            limit=1,
            include_all_metadata=True,
        )
        for message in answer.get("messages", []):
            said = payload(message)
            if message.get("ts") == row.ts and said.get("key") == row.key:
                return mark_of(said)
        return None

    async def find(
        self, row: MessageRow, thread: str | None, since: datetime
    ) -> tuple[str, int] | None:
        async for message in self._messages(row, thread, since):
            said = payload(message)
            if said.get("key") == row.key:
                return str(message["ts"]), int(said.get("seq", 0))
        return None

    async def find_upload(self, row: MessageRow, thread: str, name: str) -> Shared | None:
        # Anyone can upload a file of that name.
        wanted = {"name": name, "user": self._me(row.team)}
        async for message in self._messages(row, thread, None):
            for file in message.get("files", []):
                if wanted.items() <= file.items():
                    said = imprint(str(message.get("text", "")))
                    return Shared(str(file["id"]), file.get("permalink"), said)
        return None

    async def _messages(self, row: MessageRow, thread: str | None, since: datetime | None) -> Any:
        """The messages of a thread, or of the channel since a time, page by page."""
        cursor, client = None, self._client(row.team)
        for _ in range(PAGES):
            common: dict[str, Any] = {
                "include_all_metadata": True,
                "limit": _PAGE,
            }
            if since is not None and thread is None:
                common["oldest"] = f"{since.timestamp():.6f}"
            if cursor:
                common["cursor"] = cursor
            if thread is None:
                answer = await self._into(row, client.conversations_history, **common)
            else:
                answer = await self._into(row, client.conversations_replies, ts=thread, **common)
            for message in answer.get("messages", []):
                yield message
            cursor = answer.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return
        words = "what may have been posted of %s is not looked for beyond %d messages"
        logger.warning(words, row.key, PAGES * _PAGE, extra={"run": row.run_id})

    async def upload(self, row: MessageRow, thread: str, file: Upload) -> Shared:
        place = await call(
            self._client(row.team).files_getUploadURLExternal,
            filename=file.name,
            length=len(file.content),
        )
        url, file_id = told(place, "upload_url"), told(place, "file_id")
        await self._send(row, url, file)
        done = await call(
            self._client(row.team).files_completeUploadExternal,
            files=[{"id": file_id, "title": file.title}],
            channel_id=row.channel,
            thread_ts=thread,
            initial_comment=file.comment,
        )
        shared: dict[str, Any] = next(iter(done.get("files") or ()), {})
        return Shared(file_id, shared.get("permalink"), file.imprint)

    async def delete_file(self, row: MessageRow, file: str) -> None:
        try:
            await call(self._client(row.team).files_delete, file=file)
        except Rejected as refused:
            # When it is uploaded, this means something else.
            if str(refused) == "file_not_found":
                raise Gone("file_not_found") from refused
            raise

    async def take_back(self, row: MessageRow, thread: str, file: str) -> None:
        async for message in self._messages(row, thread, None):
            if any(one.get("id") == file for one in message.get("files", [])):
                client = self._client(row.team)
                await call(client.chat_delete, channel=row.channel, ts=message["ts"])
                return

    async def _send(self, row: MessageRow, url: str, file: Upload) -> None:
        """Send the bytes; the address is Slack's own, and no token goes with them."""
        session = self._client(row.team).session
        if session is None:
            raise Rejected("the client has no session to send files with")
        try:
            async with session.post(
                url, data=file.content, timeout=aiohttp.ClientTimeout(total=TIMEOUT * 3)
            ) as sent:
                if sent.status != HTTPStatus.OK:
                    words = f"the upload was answered with HTTP {sent.status}"
                    raise Rejected(words) if sent.status in _REFUSALS else Unsure(words)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unsure("the upload did not end") from error


def payload(message: dict[str, Any]) -> dict[str, Any]:
    """What a message's metadata says, if it is the bot's."""
    metadata = message.get("metadata") or {}
    said = metadata.get("event_payload") if metadata.get("event_type") == EVENT_TYPE else None
    return said if isinstance(said, dict) else {}


def mark_of(said: dict[str, Any]) -> Mark | None:
    """The entry and the log hash that a payload says a message shows; None for none."""
    seq, head = said.get("seq"), said.get("head")
    if isinstance(seq, int) and isinstance(head, str) and _HASH.fullmatch(head):
        return Mark(seq, head)
    return None


def _content(row: MessageRow, picture: Picture, mark: Mark) -> dict[str, Any]:
    said = {"key": row.key, "run": row.run_id, "seq": mark.seq, "head": mark.head}
    return {
        "text": picture.text[:3_900],
        "blocks": list(picture.blocks),
        "metadata": {
            "event_type": EVENT_TYPE,
            "event_payload": said,
        },
        "unfurl_links": False,
        "unfurl_media": False,
    }
