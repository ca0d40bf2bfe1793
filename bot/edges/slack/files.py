"""Files that people gave in Slack, read with the bot's token and piece by piece.

A file's private address is Slack's own word for it, and still the token goes nowhere but to Slack.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.edges.slack.calls import Unlike, call, part
from bot.edges.slack.hosts import is_at, parsed
from bot.ports.files import TooLarge
from bot.ports.messages import Barred, Gone, Rejected, Throttled, Unsure

READ_S = 60.0
"""Seconds in which a file must have been read."""
_PIECE = 64 * 1024
_GONE = frozenset({"file_not_found", "file_deleted"})
_SCOPE = "the bot may not read files: its app needs the scope files:read, and to be installed again"
_NOT_THERE = "the file is not in Slack any more"

logger = logging.getLogger(__name__)


class SlackFiles:
    """Keeps `bot.ports.files.Files`, with the *client* of each team."""

    def __init__(self, client: Callable[[str | None], AsyncWebClient]) -> None:
        self._client = client
        self._told = False

    async def read(self, team: str | None, file: str, most: int) -> AsyncIterator[bytes]:
        client = self._client(team)
        address = await self._address(client, file, most)
        if client.session is None:
            raise Rejected("the client has no session to read files with")
        try:
            async with (
                asyncio.timeout(READ_S),
                client.session.get(
                    address,
                    headers={"Authorization": f"Bearer {client.token}"},
                    allow_redirects=False,
                ) as answer,
            ):
                self._judge(answer)
                left = most
                async for piece in answer.content.iter_chunked(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise TooLarge(_too_large(most))
                    yield piece
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unsure(f"the file was not read to its end: {type(error).__name__}") from error

    async def _address(self, client: AsyncWebClient, file: str, most: int) -> str:
        """Where a file's bytes are; Slack tells it to whom it lets read them."""
        try:
            of: Any = part(await call(client.files_info, file=file), "file")
        except Barred as barred:
            self._say()
            raise Rejected(_SCOPE) from barred
        except (Rejected, Gone) as refused:
            code = str(refused).partition(";")[0]
            if code in _GONE:
                raise Gone(_NOT_THERE) from refused
            raise Rejected(f"Slack does not show the file ({code})") from refused
        if of.get("mode") == "tombstone":
            raise Gone(_NOT_THERE)
        if isinstance(size := of.get("size"), int) and size > most:
            raise TooLarge(_too_large(most))
        address = of.get("url_private_download") or of.get("url_private")
        if not isinstance(address, str):
            raise Unlike("Slack's answer lacks url_private")
        if not holds_files(address, URL(client.base_url)):
            raise Rejected("the file is not kept by Slack, so it is not read")
        return address

    def _judge(self, answer: aiohttp.ClientResponse) -> None:
        match answer.status:
            case HTTPStatus.OK:
                return
            case HTTPStatus.TOO_MANY_REQUESTS:
                wait = answer.headers.get("Retry-After", "")
                raise Throttled(float(wait) if wait.isdigit() else 1.0)
            case HTTPStatus.FOUND | HTTPStatus.FORBIDDEN:
                # Slack shows whoever may not read a file the page on which people sign in.
                self._say()
                raise Rejected(_SCOPE)
            case HTTPStatus.NOT_FOUND:
                raise Gone(_NOT_THERE)
            case status:
                raise Unsure(f"Slack answered with HTTP {status}")

    def _say(self) -> None:
        """Say once what is lost, and what would mend it."""
        if not self._told:
            self._told = True
            logger.warning(
                "Slack does not let the bot read files: until the app has the scope files:read "
                "and is installed again, no form asks for a file, and no file has a SHA-256"
            )


def _too_large(most: int) -> str:
    return f"it has more than {most // (1024 * 1024)} MB"


def holds_files(address: str, api: URL) -> bool:
    """Whether *address* is one at which the Slack whose Web API is at *api* keeps files.

    That is `https://files.` before the API's domain, or the API's own host, spoken to as it is.
    """
    url = parsed(address)
    if url is None:
        return False
    own = (url.host, url.scheme, url.port) == (api.host, api.scheme, api.port)
    return own or is_at(url, "files", api)
