"""Messages in Slack: posted, updated, looked up by the key they carry, and files shared.

Every message carries its key as metadata, so that a post whose answer was lost is found again;
`client_msg_id` lets Slack itself recognise a repeated post.
"""

import uuid
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.picture import Picture
from bot.edges.slack.calls import TIMEOUT, call
from bot.ports import MessageRow, Rejected, Unsure, Upload

EVENT_TYPE = "runbook_message"
_NAMESPACE = uuid.UUID("6f2d1f0e-5a55-4d0c-9a52-8a0f7c1f3b7e")
_PAGE = 200


class SlackBoard:
    """Shows messages through *client*; keeps bot.ports.Board's promises."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(self, row: MessageRow, thread: str | None, picture: Picture, seq: int) -> str:
        nonce = f"{row.key}#{row.generation}"
        answer = await call(
            self._client.chat_postMessage,
            channel=row.channel,
            thread_ts=thread,
            **_content(row, picture, seq),
            client_msg_id=str(uuid.uuid5(_NAMESPACE, nonce)),
        )
        return str(answer["ts"])

    async def update(self, row: MessageRow, picture: Picture, seq: int) -> None:
        content = _content(row, picture, seq)
        await call(self._client.chat_update, channel=row.channel, ts=row.ts, **content)

    async def find(
        self, row: MessageRow, thread: str | None, since: datetime
    ) -> tuple[str, int] | None:
        async for message in self._messages(row, thread, since):
            metadata = message.get("metadata", {})
            payload = metadata.get("event_payload", {})
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == row.key:
                return str(message["ts"]), int(payload.get("seq", 0))
        return None

    async def find_upload(self, row: MessageRow, thread: str, name: str) -> str | None:
        async for message in self._messages(row, thread, None):
            for file in message.get("files", []):
                if file.get("name") == name:
                    return str(file["id"])
        return None

    async def _messages(self, row: MessageRow, thread: str | None, since: datetime | None) -> Any:
        """The messages of a thread, or of the channel since a time, page by page."""
        cursor = None
        while True:
            common: dict[str, Any] = {
                "channel": row.channel,
                "include_all_metadata": True,
                "limit": _PAGE,
            }
            if since is not None and thread is None:
                common["oldest"] = f"{since.timestamp():.6f}"
            if cursor:
                common["cursor"] = cursor
            if thread is None:
                answer = await call(self._client.conversations_history, **common)
            else:
                answer = await call(self._client.conversations_replies, ts=thread, **common)
            for message in answer.get("messages", []):
                yield message
            cursor = answer.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return

    async def upload(self, row: MessageRow, thread: str, file: Upload) -> str:
        place = await call(
            self._client.files_getUploadURLExternal, filename=file.name, length=len(file.content)
        )
        await self._send(place["upload_url"], file)
        await call(
            self._client.files_completeUploadExternal,
            files=[{"id": place["file_id"], "title": file.title}],
            channel_id=row.channel,
            thread_ts=thread,
            initial_comment=file.comment,
        )
        return str(place["file_id"])

    async def _send(self, url: str, file: Upload) -> None:
        """Send the bytes; the address is Slack's own, and no token goes with them."""
        session = self._client.session
        if session is None:
            raise Rejected("the client has no session to send files with")
        try:
            async with session.post(
                url, data=file.content, timeout=aiohttp.ClientTimeout(total=TIMEOUT * 3)
            ) as sent:
                if sent.status != 200:  # noqa: PLR2004 - HTTP
                    raise Unsure(f"the upload was answered with HTTP {sent.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unsure("the upload did not end") from error


def _content(row: MessageRow, picture: Picture, seq: int) -> dict[str, Any]:
    return {
        "text": picture.text[:3_900],
        "blocks": list(picture.blocks),
        "metadata": {
            "event_type": EVENT_TYPE,
            "event_payload": {"key": row.key, "run": row.run_id, "seq": seq},
        },
        "unfurl_links": False,
        "unfurl_media": False,
    }
