"""Socket Mode: envelopes over a WebSocket that the bot opens, so that nothing need reach the bot.

A connection counts as alive only as long as it answers pings; one that went quiet is given up for
a new one. Nothing is decided here: envelopes go to the app, its answers go back.
"""

import asyncio
import json
import logging
import re
import time
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, ClientWSTimeout, WSMsgType
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.edges.slack import connection
from bot.edges.slack.calls import call_within, told
from bot.edges.slack.connection import RETRY, SlackRefused
from bot.edges.slack.inbound import bodies
from bot.edges.slack.inbound.fields import NAME, Fields, Malformed
from bot.ports.messages import NotInChannel, Rejected, Throttled, Unsure
from bot.wire.seldom import Seldom

PING = 1.5
"""Seconds between two pings of a connection."""
LOST = 4
"""How many pings may go unanswered before a connection is given up."""
DOUBTFUL = 2
"""How many may, before it is no longer called alive."""
CONNECT_FIRST_S = 4.0
"""Seconds that Slack has at first to give an address and to greet; twice as many after each try."""
CONNECT_MAX_S = 32.0
"""The most seconds that it gets."""
REFUSED = 30.0
"""Seconds between two attempts while Slack refuses a token that it took before."""
LINGER = 2.0
"""Seconds that a connection which was told to go is still read, after another took its place."""
DEADLINE = 3.0
"""Seconds after which an acknowledgement is of no use to Slack."""
FAREWELL = 3.0
"""Seconds that a stop waits for what was taken."""
GOODBYE = 1.0
"""Seconds that the other side has to hang up as well."""

_AGAIN, _HTTP_OK = 503, 200

logger = logging.getLogger(__name__)


class _Line:
    """One connection. It is read until it is left, and takes acknowledgements until it is closed.

    `over` says that another is wanted in its place, `next` is that other one.
    """

    def __init__(self, link: "SocketMode", socket: ClientWebSocketResponse, ping: float) -> None:
        self._link, self._socket, self._every = link, socket, ping
        self._unanswered = 0
        self.greeted, self.over = asyncio.Event(), asyncio.Event()
        self.next: asyncio.Future[_Line] = asyncio.get_running_loop().create_future()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._ping())]

    @property
    def alive(self) -> bool:
        """Whether it was greeted, is open, and answered one of the last pings."""
        return self.greeted.is_set() and not self._socket.closed and self._unanswered <= DOUBTFUL

    async def send(self, message: dict[str, Any]) -> None:
        """Send; raises ConnectionError when the connection is closed."""
        await self._socket.send_str(json.dumps(message))

    async def linger(self) -> None:
        """Read on for a while, for what Slack sent before it knew of the other connection."""
        if self.alive:
            await asyncio.wait(self._tasks, timeout=LINGER, return_when=asyncio.FIRST_COMPLETED)

    async def leave(self) -> None:
        """Read no more. What was not read is nobody's: it is not acknowledged either."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Hang up."""
        await self.leave()
        await self._socket.close()

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._heard(message.data)
                elif message.type is WSMsgType.PING:
                    await self._socket.pong(message.data)
                elif message.type is WSMsgType.PONG:
                    self._unanswered = 0
        except (ConnectionError, aiohttp.ClientError) as error:
            logger.info("the socket broke: %s", type(error).__name__)
        finally:
            self.over.set()

    def _heard(self, text: str) -> None:
        try:
            message = bodies.read_json(text, sound=True)
        except bodies.Unreadable:
            self._link.seldom.warn("frame", "Slack sent a frame that cannot be read")
            return
        if message.get("type") == "hello":
            self.greeted.set()
        elif message.get("type") == "disconnect":
            # It will be closed soon, and until then may still carry something.
            self.over.set()
        elif "envelope_id" in message:
            self._link.take(self, message)

    async def _ping(self) -> None:
        try:
            # Counted, not timed: after a pause of ours, the answers may well be waiting.
            while self._unanswered < LOST:
                await asyncio.sleep(self._every)
                self._unanswered += 1
                async with asyncio.timeout(self._every):
                    await self._socket.ping(b"runbook")
            logger.warning("the socket answers no pings any more; opening another")
        except (ConnectionError, aiohttp.ClientError, TimeoutError) as error:
            logger.info("the socket broke: %s", type(error).__name__)
        finally:
            self.over.set()


class SocketMode:
    """Listens over a socket that the bot opens; *ping* is the seconds between two pings of it."""

    def __init__(self, app: AsyncApp, app_token: str, *, ping: float = PING) -> None:
        self._app, self._token, self._every = app, app_token, ping
        self._line: _Line | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._taken: set[asyncio.Task[None]] = set()
        self._left: dict[asyncio.Task[None], _Line] = {}
        self.seldom = Seldom(logger)

    async def open(self) -> None:
        """Connect; waits while Slack cannot be reached, raises SlackRefused for a bad token."""
        self._line = await self._connected()
        self._keeper = asyncio.create_task(self._keep(self._line), name="socket")

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What must not end by itself: it raises SlackRefused when the token is taken no more."""
        return [self._keeper] if self._keeper is not None else []

    def alive(self) -> bool:
        """Whether there is a connection, and it answered lately: within three pings."""
        kept = self._keeper is not None and not self._keeper.done()
        return kept and self._line is not None and self._line.alive

    async def close(self) -> None:
        """Take no more, finish and acknowledge what was taken, and hang up.

        Takes FAREWELL and GOODBYE seconds at most.
        """
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        line, self._line = self._line, None
        reading = [*self._left.values()] if line is None else [line, *self._left.values()]
        await asyncio.gather(*(one.leave() for one in reading))
        if self._taken:
            _, late = await asyncio.wait(self._taken, timeout=FAREWELL)
            if late:
                logger.warning("stopping with %d deliveries unacknowledged", len(late))
            for task in late:
                task.cancel()
        if line is not None:
            self._put_away(line)
        await asyncio.gather(*self._left, return_exceptions=True)

    # Staying connected. -------------------------------------------------------------------------

    async def _keep(self, line: _Line) -> None:
        """Put a new connection in the place of each that is over; the old one goes after that."""
        while True:
            await line.over.wait()
            try:
                fresh = await self._connected()
            except SlackRefused as refused:
                logger.error("%s", refused)  # noqa: TRY400 - the words say it all
                await asyncio.sleep(REFUSED)
                continue
            self._line = fresh
            line.next.set_result(fresh)
            self._put_away(line)
            line = fresh

    def _put_away(self, line: _Line) -> None:
        """Close a connection in its own time; the task is kept until it ends."""
        task = asyncio.create_task(self._retire(line), name="socket: goodbye")
        self._left[task] = line
        task.add_done_callback(self._left.pop)

    async def _retire(self, line: _Line) -> None:
        await line.linger()
        await line.close()

    async def _connected(self) -> _Line:
        """A new connection that Slack has greeted; raises SlackRefused."""
        patience = CONNECT_FIRST_S
        while True:
            try:
                async with asyncio.timeout(patience):
                    return await self._greeted(await self._address())
            except Throttled as throttled:
                logger.warning("Slack cannot be reached yet (%s)", throttled)
                await asyncio.sleep(throttled.seconds)
            except TimeoutError:
                # A connection that went silent holds what is sent over it; the next try has a
                # fresh one. A Slack that is slow needs time instead.
                logger.warning("Slack did not answer within %g s; trying again", patience)
                patience = min(2 * patience, CONNECT_MAX_S)
            except (Unsure, aiohttp.ClientError, OSError) as trouble:
                # The words of the others hold the address, and that a ticket.
                why = trouble if isinstance(trouble, Unsure) else type(trouble).__name__
                logger.warning("Slack cannot be reached yet (%s); trying again", why)
                await asyncio.sleep(RETRY)

    async def _greeted(self, address: str) -> _Line:
        session = self._app.client.session
        assert session is not None  # noqa: S101 - the client was made with one
        socket = await session.ws_connect(
            _as_request(address), autoping=False, timeout=ClientWSTimeout(ws_close=GOODBYE)
        )
        line = _Line(self, socket, self._every)
        greeted = asyncio.create_task(line.greeted.wait())
        over = asyncio.create_task(line.over.wait())
        try:
            await asyncio.wait({greeted, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            greeted.cancel()
            over.cancel()
            if not line.greeted.is_set():
                self._put_away(line)
        if not line.greeted.is_set():
            raise ConnectionRefusedError
        return line

    async def _address(self) -> str:
        """The address of a new connection; it is good for one.

        Raises Throttled, Unsure or SlackRefused.
        """
        try:
            # Whoever waits for the connection says for how long.
            method = self._app.client.apps_connections_open
            answer = await call_within(None, method, app_token=self._token)
        except (Rejected, NotInChannel) as refused:
            raise SlackRefused(
                f"Slack refuses SLACK_APP_TOKEN ({refused}). Set it to an app-level token with "
                "the scope connections:write."
            ) from refused
        return told(answer, "url")

    # Envelopes. ---------------------------------------------------------------------------------

    def take(self, line: _Line, envelope: dict[str, Any]) -> None:
        """Have an envelope answered; the task is kept until it ends."""
        task = asyncio.create_task(self._answer(line, envelope, time.perf_counter()))
        self._taken.add(task)
        task.add_done_callback(self._taken.discard)

    async def _answer(self, line: _Line, envelope: dict[str, Any], received: float) -> None:
        answer: dict[str, Any] = {}
        try:
            fields = Fields(envelope)
            answer["envelope_id"] = fields.one("envelope_id", NAME)
            fields.inner("payload")
            response = await connection.dispatch(self._app, envelope["payload"], received)
        except Malformed as malformed:
            self.seldom.warn("malformed", "a delivery of Slack's was refused: %s", malformed)
            if not answer:
                return
        else:
            if response.status == _AGAIN:
                # Unacknowledged: Slack delivers it again.
                return
            answer |= _payload(response)
        try:
            async with asyncio.timeout(DEADLINE):
                await self._acknowledge(line, answer)
        except TimeoutError:
            logger.warning("an acknowledgment could not be sent: there is no connection")

    async def _acknowledge(self, line: _Line, answer: dict[str, Any]) -> None:
        """Send *answer* where the envelope came from, or else over what came in its place."""
        while True:
            try:
                await line.send(answer)
            except ConnectionError:
                line = await asyncio.shield(line.next)
            else:
                return


def _payload(response: BoltResponse) -> dict[str, Any]:
    """What an acknowledgement carries: an object, words as an object, or nothing."""
    if not response.body or response.status != _HTTP_OK:
        return {}
    kind = response.headers.get("content-type", [""])[0]
    if kind.startswith("application/json"):
        return {"payload": json.loads(response.body)}
    return {"payload": {"text": response.body}}


def _as_request(address: str) -> str:
    """The address as that of the request which opens the socket.

    Under that scheme the proxy is looked for that the environment names for Slack; nobody sets one
    for `wss`.
    """
    return re.sub(r"^ws(s?):", r"http\1:", address)
