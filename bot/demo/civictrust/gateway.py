"""The read-only gateway that checks ask. It answers GET and HEAD, and can change nothing."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from bot.demo.civictrust.cluster import Cluster
from bot.demo.civictrust.documents import UNKNOWN
from bot.demo.civictrust.metrics import TYPE, Metrics
from bot.demo.civictrust.overview import Overview
from bot.demo.civictrust.rpc import Message
from bot.demo.civictrust.supervisor import NODES
from bot.demo.civictrust.web import errors_as_json, own_host_only, problem

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _read_only(request: web.Request, handler: _Handler) -> web.StreamResponse:
    if request.method not in ("GET", "HEAD"):
        refusal = problem(HTTPStatus.METHOD_NOT_ALLOWED, "this gateway is read-only")
        refusal.headers["Allow"] = "GET, HEAD"
        return refusal
    return await handler(request)


def _picked(status: Message, *names: str) -> web.Response:
    return web.json_response({name: status[name] for name in names})


class Gateway:
    """One method per endpoint."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._metrics = Metrics(cluster)
        self._overview = Overview(cluster)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[own_host_only, _read_only, errors_as_json])
        app.router.add_get("/nodes", self.nodes)
        app.router.add_get("/nodes/{node}/health", self.health)
        app.router.add_get("/nodes/{node}/state", self.state)
        app.router.add_get("/cas/orphans", self.orphans)
        app.router.add_get("/log/consistency", self.consistency)
        app.router.add_get("/keys/{key}", self.key)
        app.router.add_get("/documents", self.documents)
        app.router.add_get("/metrics", self.metrics)
        app.router.add_get("/overview", self.overview)
        return app

    async def nodes(self, _: web.Request) -> web.Response:
        return web.json_response({"nodes": await self._cluster.nodes()})

    async def health(self, request: web.Request) -> web.Response:
        status = await self._status(request)
        healthy = {**status, "healthy": status["leader"] is not None}
        return _picked(healthy, "node", "healthy", "role", "leader", "term", "lsn", "pid", "uptime")

    async def state(self, request: web.Request) -> web.Response:
        return _picked(await self._status(request), "node", "lsn", "state_hash", "log_size")

    async def orphans(self, _: web.Request) -> web.Response:
        orphans = await self._cluster.orphans()
        return web.json_response({"orphans": orphans, "count": len(orphans)})

    async def consistency(self, _: web.Request) -> web.Response:
        return web.json_response(await self._cluster.consistency())

    async def key(self, request: web.Request) -> web.Response:
        return web.json_response(await self._key(request.match_info["key"]))

    async def documents(self, request: web.Request) -> web.Response:
        signed_by = request.query.get("signed_by")
        if signed_by is not None:
            await self._key(signed_by)
        return web.json_response(await self._cluster.documents(signed_by))

    async def metrics(self, _: web.Request) -> web.Response:
        body = await self._metrics.exposition()
        return web.Response(body=body, headers={"Content-Type": TYPE})

    async def overview(self, _: web.Request) -> web.Response:
        return web.json_response(await self._overview.look())

    async def _key(self, name: str) -> Message:
        """What is known of a key; 404 when nothing is, so that nobody takes it for an answer."""
        key = await self._cluster.key(name)
        if key["status"] == UNKNOWN:
            raise web.HTTPNotFound(reason="there is no key of that name")
        return key

    async def _status(self, request: web.Request) -> Message:
        node = request.match_info["node"]
        if node not in NODES:
            raise web.HTTPNotFound(reason=f"there is no node of that name: {', '.join(NODES)}")
        return await self._cluster.ask(node, {"do": "status"})
