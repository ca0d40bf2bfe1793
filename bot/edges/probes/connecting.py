"""Whether a target takes a connection, and what its certificate says. Nothing is sent to it."""

import asyncio
import json
import socket
import ssl
import time
from datetime import UTC, datetime

from yarl import URL

from bot.edges.probes.addresses import open_socket
from bot.edges.probes.names import Resolver

_DAY = 86_400


async def connect(base: URL, resolver: Resolver) -> bytes:
    """Connect to the target, and hang up; what there is to know of it, as JSON."""
    sock = await _connected(base, resolver)
    sock.close()
    return json.dumps({"connected": True}).encode()


async def certificate(base: URL, resolver: Resolver) -> bytes:
    """What the target's certificate says, which must be one that the system trusts; as JSON."""
    sock = await _connected(base, resolver)
    context = ssl.create_default_context()
    try:
        _, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=base.host)
    except BaseException:
        sock.close()
        raise
    try:
        told = writer.get_extra_info("peercert") or {}
    finally:
        writer.close()
    ends = ssl.cert_time_to_seconds(told["notAfter"])
    document = {
        "days_left": int((ends - time.time()) // _DAY),
        "expires": datetime.fromtimestamp(ends, UTC).isoformat(),
        "names": [name for _, name in told.get("subjectAltName", ())],
        "issuer": _called(told.get("issuer", ())),
    }
    return json.dumps(document).encode()


def _called(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """The name of whoever issued it."""
    names = dict(pair for part in parts for pair in part)
    return names.get("commonName") or names.get("organizationName", "")


async def _connected(base: URL, resolver: Resolver) -> socket.socket:
    """A socket to the first address of the target that takes it; none is forbidden."""
    last: OSError = OSError("no address")
    for one in await resolver.resolve(base.host or "", base.port or 0):
        address = (one["host"], one["port"])
        sock = open_socket((one["family"], socket.SOCK_STREAM, one["proto"], "", address))
        sock.settimeout(0)
        try:
            await asyncio.get_running_loop().sock_connect(sock, address)
        except OSError as trouble:
            sock.close()
            last = trouble
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise last
