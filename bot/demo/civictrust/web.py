"""What the gateway and the admin API share: loopback only, JSON errors. It routes nothing."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from socket import socket

from aiohttp import web

from bot.demo.civictrust.cluster import NoLeaderError
from bot.demo.civictrust.rpc import RefusedError, UnreachableError

_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def problem(status: int, words: str) -> web.Response:
    """Answer `{"error": words}`."""
    return web.json_response({"error": words}, status=status)


@web.middleware
async def own_host_only(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Refuse a foreign Host: a web page must not reach this by rebinding its name to loopback."""
    name = request.host.rpartition(":")[0] if ":" in request.host else request.host
    if name not in _OWN_NAMES and request.host not in _OWN_NAMES:
        return problem(HTTPStatus.FORBIDDEN, f"unknown host {request.host!r}")
    return await handler(request)


@web.middleware
async def errors_as_json(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn each known trouble into a status and `{"error": words}`; others are faults of ours."""
    try:
        return await handler(request)
    except UnreachableError as error:
        status = HTTPStatus.SERVICE_UNAVAILABLE if error.gone else HTTPStatus.GATEWAY_TIMEOUT
        return problem(status, str(error))
    except NoLeaderError as error:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
    except RefusedError as error:
        return problem(HTTPStatus.CONFLICT, str(error))
    except web.HTTPException as error:
        return problem(error.status, error.reason)


async def listen(app: web.Application, at: int | socket) -> tuple[web.AppRunner, str]:
    """Serve on a loopback port (0 is a free one) or a bound socket; return its end, and the URL."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", at) if isinstance(at, int) else web.SockSite(runner, at)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    host, bound, *_ = runner.addresses[0]
    return runner, f"http://{host}:{bound}"
