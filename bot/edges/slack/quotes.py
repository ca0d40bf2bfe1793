"""Reading one message of a channel in which the bot is: for a reaction, which brings no words."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.run.pins import Quote
from bot.edges.slack.calls import call_within
from bot.edges.slack.connection import Identity
from bot.edges.slack.inbound.fields import TS, Fields, Malformed
from bot.edges.slack.inbound.quoted import quote
from bot.ports.messages import Barred, Gone, NotInChannel, Rejected
from bot.wire.seldom import Seldom

LONGEST_S = 2.0
"""Seconds that the answer may take: the event is acknowledged within three."""
_FEW = 10

logger = logging.getLogger(__name__)


class SlackQuotes:
    """Reads messages for the bot that is *me*."""

    def __init__(self, client: AsyncWebClient, me: Identity) -> None:
        self._client, self._me = client, me
        self._seldom = Seldom(logger)

    async def read(self, channel: str, ts: str) -> Quote | None:
        """The message as it is now, None where Slack does not give it.

        Raises Throttled or Unsure where it may give it later.
        """
        try:
            # The message over a thread comes with each of its answers.
            answer = await call_within(
                LONGEST_S,
                self._client.conversations_replies,
                channel=channel,
                ts=ts,
                oldest=ts,
                latest=ts,
                inclusive=True,
                limit=_FEW,
            )
        except Barred as barred:
            words = (
                "Slack does not let the bot read messages (%s): until the app has the scopes "
                "channels:history and groups:history and is installed again, a reaction adds "
                "nothing to a timeline; the shortcut does"
            )
            self._seldom.warn("barred", words, barred)
            return None
        except (Gone, NotInChannel, Rejected):
            return None
        try:
            for one in Fields(answer).several("messages"):
                if one.maybe("ts", TS) == ts:
                    return quote(self._me, channel, one)
        except Malformed as odd:
            self._seldom.warn("odd", "a message that was reacted to cannot be read: %s", odd)
        return None
