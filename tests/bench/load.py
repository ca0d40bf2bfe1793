"""`python -m tests.bench.load`: signed requests over keep-alive connections, timed one by one.

A process of its own, so that one core is the server's. HTTP is written and read by hand, since a
client library would cost more than the server. All requests are made and signed before the first
is sent. Each connection has one request under way; an answer other than 200 ends the program.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.bench.payloads import PREFIX, Sender  # noqa: E402 - found from the checkout's root

SECRET = "BENCH_SIGNING_SECRET"  # the variable that holds it
_END = b"\r\n\r\n"


class BadAnswer(Exception):
    """The server answered something else than 200."""


class Connection(asyncio.Protocol):
    """Sends its requests one after the other, each when the one before was answered."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self._requests = iter(requests)
        self._seen = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.seconds: list[float] = []
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def next(self) -> None:
        """Send the next request, or end."""
        assert self._transport is not None
        request = next(self._requests, None)
        if request is None:
            self.ended.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._seen += data
        head, found, rest = self._seen.partition(_END)
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(rest) < length:
            return
        if not head.startswith(b"HTTP/1.1 200 "):
            self._fail(BadAnswer(f"{head[:200]!r} {rest[:200]!r}"))
            return
        self.seconds.append(now - self._sent)
        self._seen = b""
        self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or BadAnswer("the server hung up"))

    def _fail(self, error: Exception) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)


async def fire(host: str, port: int, requests: Sequence[Sequence[bytes]]) -> dict[str, Any]:
    """Send all requests, one connection for each list of them, and measure."""
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(lambda mine=mine: Connection(mine), host, port))[1]  # type: ignore[misc]
        for mine in requests
    ]
    gc.collect()
    gc.freeze()
    begun = time.perf_counter()
    for connection in made:
        connection.next()
    await asyncio.gather(*(connection.ended for connection in made))
    seconds = time.perf_counter() - begun
    each = sorted(took for connection in made for took in connection.seconds)
    return {
        "count": len(each),
        "seconds": round(seconds, 4),
        "rate": round(len(each) / seconds, 1),
        "bytes": round(sum(map(len, requests[0])) / max(1, len(requests[0]))),
        **{f"p{q}": round(1_000 * each[len(each) * q // 100], 3) for q in (50, 90, 99)},
        "max": round(1_000 * each[-1], 3),
    }


def requests_of(options: argparse.Namespace) -> Iterator[list[bytes]]:
    """What each connection sends."""
    at = urlsplit(options.url)
    sender = Sender(at.path, at.netloc, os.environ[SECRET], options.tag)
    for number in range(options.connections):
        first = number * options.each
        run = f"{PREFIX}-{options.run + (0 if options.kind == 'notes' else number)}"
        user = f"U{number:03}"
        if options.kind == "start":
            yield [sender.start(first + n) for n in range(options.each)]
        elif options.kind == "notes":
            yield list(sender.notes(run, user, first, options.each))
        else:
            yield list(sender.turns(run, user, first, options.each))


def main() -> int:
    """Run one load and print its figures, times in milliseconds, as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="such as http://127.0.0.1:3000/slack/events")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--each", type=int, default=100, help="requests of each connection")
    parser.add_argument(
        "--kind",
        choices=("turns", "notes", "start"),
        default="turns",
        help="clicks on a run of each connection's own, notes for one run, or runs to start",
    )
    parser.add_argument("--run", type=int, default=1, help="number of the first run, or the one")
    parser.add_argument("--tag", required=True, help="names the deliveries; never use it again")
    options = parser.parse_args()
    at = urlsplit(options.url)
    requests = list(requests_of(options))
    print(json.dumps(asyncio.run(fire(at.hostname or "", at.port or 80, requests))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
