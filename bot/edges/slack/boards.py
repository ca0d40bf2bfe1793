"""Boards in Slack, read at a command's request: one by one, or a whole channel back.

A running bot uses the same allowance (`conversations.history`, fifty a minute), so what is read
here is paced, and waits as long as Slack asks.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import call
from bot.edges.slack.messages import mark_of, payload
from bot.ports.boards import Board, Page
from bot.ports.messages import Throttled, Unsure

AT_ONCE = 20
"""How many calls are made before they are spaced out."""
PACE = 1.5
"""Seconds between two calls after that."""
TRIES = 5
"""How often a call is made that Slack puts off, or does not answer."""
AGAIN = 2.0
"""Seconds before a call is repeated that was not answered."""
PAGES = 100
"""How many pages of a channel are read."""
_PAGE = 200
_BOARD = "/board"

Sleep = Callable[[float], Awaitable[None]]


class SlackBoards:
    """Keeps `bot.ports.boards.Boards`; only what was posted as *bot_id* is believed."""

    def __init__(self, client: AsyncWebClient, bot_id: str, sleep: Sleep = asyncio.sleep) -> None:
        self._client, self._bot_id, self._sleep = client, bot_id, sleep
        self._calls = 0

    async def at(self, run_id: str, channel: str, ts: str) -> Board | None:
        answer = await self._history(channel=channel, oldest=ts, latest=ts, inclusive=True, limit=1)
        for message in answer.get("messages", []):
            if message.get("ts") == ts and message.get("subtype") != "tombstone":
                said = payload(message)
                mine = said.get("key") == f"{run_id}{_BOARD}" and self._is_own(message)
                return Board(run_id, ts, mark_of(said) if mine else None)
        return None

    async def back(self, channel: str, since: float) -> AsyncIterator[Page]:
        cursor: str | None = None
        for _ in range(PAGES):
            more = {"cursor": cursor} if cursor else {}
            answer = await self._history(
                channel=channel, oldest=f"{since:.6f}", limit=_PAGE, **more
            )
            messages = answer.get("messages", [])
            cursor = answer.get("response_metadata", {}).get("next_cursor")
            last = float(messages[-1]["ts"]) if cursor and messages else since
            yield Page(tuple(self._boards(messages)), last)
            if not cursor:
                return

    def _boards(self, messages: list[dict[str, Any]]) -> list[Board]:
        found = []
        for message in messages:
            said = payload(message)
            key = str(said.get("key", ""))
            if key.endswith(_BOARD) and self._is_own(message):
                run_id = key.removesuffix(_BOARD)
                found.append(Board(run_id, str(message["ts"]), mark_of(said)))
        return found

    def _is_own(self, message: dict[str, Any]) -> bool:
        # Another app can write the same metadata.
        return message.get("bot_id") == self._bot_id

    async def _history(self, **asked: Any) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            self._calls += 1
            if self._calls > AT_ONCE:
                await self._sleep(PACE)
            try:
                return await call(
                    self._client.conversations_history, include_all_metadata=True, **asked
                )
            except Throttled as asks:
                if not left:
                    raise Unsure(f"Slack asks to wait for {asks.seconds:g} s more") from asks
                await self._sleep(asks.seconds)
            except Unsure:
                if not left:
                    raise
                await self._sleep(AGAIN)
        raise AssertionError("unreachable")
