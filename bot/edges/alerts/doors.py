"""The doors that the settings open, each on an address and port of its own."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.alerts.model import Notification
from bot.edges.alerts import alertmanager, events
from bot.edges.alerts.proof import Bearer, Signed, same
from bot.edges.alerts.server import Answer, Door, DoorServer, Take


@dataclass(frozen=True, slots=True)
class Webhook:
    """A door that is told of groups: a token in a header proves who sends, or a signature."""

    name: str
    read: Callable[[bytes], Notification]
    bearer: Bearer | None
    signed: Signed | None = None
    path: str = "/alerts"
    methods: tuple[str, ...] = ("POST",)

    def is_known(self, headers: Any) -> bool:
        """Whether the token is there, and whatever is needed for a signature."""
        if self.bearer is not None and not self.bearer.proves(headers):
            return False
        return self.signed is None or self.signed.could_prove(headers)

    def proves(self, headers: Any, body: bytes) -> bool:
        """Whether the body is signed, where it must be."""
        return self.signed is None or self.signed.proves(headers, body)

    async def take(self, body: bytes, take: Take) -> Answer:
        """Hand a group on."""
        await take(self.read(body))
        return Answer(200, "kept")

    def refuse(self, answer: Answer) -> Answer:
        """As it is: nobody but people reads it."""
        return answer


@dataclass(frozen=True, slots=True)
class Events:
    """A door for events: the routing key in the body proves who sends."""

    key: str = field(repr=False)
    name: str = "events"
    path: str = "/v2/enqueue"
    methods: tuple[str, ...] = ("POST",)

    def is_known(self, headers: Any) -> bool:
        """Nothing is known before the body is."""
        return True

    def proves(self, headers: Any, body: bytes) -> bool:
        """Whether the body has the key."""
        return same(self.key, events.routing_key(body))

    async def take(self, body: bytes, take: Take) -> Answer:
        """Hand an event on, and answer as the API that it is compatible with."""
        read = events.read(body)
        if read.said is not None:
            await take(read.said)
        says = {"status": "success", "message": "Event processed", "dedup_key": read.dedup_key}
        return Answer(202, says)

    def refuse(self, answer: Answer) -> Answer:
        """As clients of that API expect it."""
        says = {
            "status": "invalid event" if answer.status == 400 else "refused",  # noqa: PLR2004 - HTTP's
            "message": "Event object is invalid" if answer.status == 400 else str(answer.says),  # noqa: PLR2004 - likewise
            "errors": [str(answer.says)],
        }
        return Answer(answer.status, says, answer.headers)


Place = tuple[str, int]


@dataclass(slots=True)
class Doors:
    """The doors that are open; *take* keeps what comes, *heard* is told how each request ended."""

    take: Take
    heard: Callable[[str, int], None]
    clock: Callable[[], float] = time.time
    _servers: list[DoorServer] = field(default_factory=list)

    async def alertmanager(self, place: Place, token: str) -> None:
        """Open the door for Alertmanager; raises DoorRefused."""
        await self._open(Webhook("alertmanager", alertmanager.read, Bearer(token)), place)

    async def grafana(self, place: Place, token: str | None, secret: str | None) -> None:
        """Open the door for Grafana, with a token, a secret that it signs with, or both."""
        bearer = Bearer(token) if token is not None else None
        signed = Signed(secret, self.clock) if secret is not None else None
        methods = ("POST", "PUT")
        door = Webhook("grafana", alertmanager.read_grafana, bearer, signed, methods=methods)
        await self._open(door, place)

    async def events(self, place: Place, key: str) -> None:
        """Open the door for events; raises DoorRefused."""
        await self._open(Events(key), place)

    async def _open(self, door: Door, place: Place) -> None:
        server = DoorServer(door, place, self.take, self.heard)
        await server.open()
        self._servers.append(server)

    async def close(self) -> None:
        """Take no more requests."""
        for server in self._servers:
            await server.close()

    @property
    def open_ones(self) -> Sequence[DoorServer]:
        """Those that are open."""
        return self._servers
