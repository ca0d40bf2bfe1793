"""Slack's side over HTTP: the Web API, uploads and response URLs.

Reads requests and writes answers, faults and limits included; the methods do the work.
"""

import asyncio
import time
from typing import Any

from aiohttp import web

from . import limits
from .errors import SlackError
from .faults import FaultRule
from .methods import KINDS, TABLE, TRUE, Call, Method
from .model import Json
from .responses import respond
from .scopes import of_kind
from .wirejson import loads
from .world import World


class WebApi:
    """The handlers of `/api/`, `/upload/` and `/response/`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self.call),
            web.post("/upload/v1/{key}", self.upload),
            web.get("/files-pri/{file}/{name}", self.private),
            web.post("/response/{key}", self.response),
            web.get("/link/", self._world.sockets.accept),
        ]

    async def call(self, request: web.Request) -> web.Response:
        """Run one method, unless a fault or a limit comes first, and note the call."""
        world, name = self._world, request.match_info["method"]
        fault = world.trouble.strike(name)
        note: Json = {
            "method": name,
            "time": world.clock.now(),
            "fault": fault.fault if fault else None,
        }
        started = time.perf_counter()
        response = await self._faulty(request, name, fault, note)
        dropped = fault is not None and fault.fault in ("drop_before", "drop_after")
        note["status"] = 0 if dropped else response.status
        note["seconds"] = round(time.perf_counter() - started, 4)
        world.calls.append(note)
        world.changes.tell({"type": "call", "call": note})
        if dropped:
            abort(request)
        return response

    async def _faulty(
        self, request: web.Request, name: str, fault: FaultRule | None, note: Json
    ) -> web.Response:
        kind = fault.fault if fault else None
        if fault and kind == "latency":
            await asyncio.sleep(fault.seconds)
        if fault and kind == "429":
            note |= {"ok": False, "error": "ratelimited"}
            return _limited(max(1, round(fault.seconds)))
        if kind in ("5xx", "drop_before"):
            note |= {"ok": False, "error": "service_unavailable"}
            return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)
        try:
            args = await arguments(request)
            note |= {"channel": args.get("channel") or args.get("channel_id"), "ts": args.get("ts")}
            method = _method(name)
            note["tier"] = method.tier
            self._authorise(request, args, method)
            _refuse(fault)
            if wait := self._wait(method, args, note):
                note |= {"ok": False, "error": "ratelimited"}
                return _limited(wait)
            _require(method, args)
            answer = {"ok": True, **method.run(Call(self._world, args))}
        except SlackError as error:
            answer = {"ok": False, "error": error.code, **error.more}
        note |= {"ok": answer["ok"], "error": answer.get("error")}
        note["ts"] = answer.get("ts") or answer.get("message_ts") or note.get("ts")
        return web.json_response(answer, headers={"x-oauth-scopes": self._world.app.scopes})

    def _authorise(self, request: web.Request, args: Json, method: Method) -> None:
        if method.token == "none":  # noqa: S105  # a kind of token
            return
        app = self._world.app
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else str(args.get("token") or "")
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        wanted = {"app": app.app_token, "bot": app.bot_token}
        if token != wanted[method.token]:
            raise SlackError("not_allowed_token_type")
        for scopes in self._scopes(method, args):
            if app.lacks(scopes):
                raise SlackError("missing_scope", needed=",".join(scopes), provided=app.scopes)

    def _scopes(self, method: Method, args: Json) -> list[tuple[str, ...]]:
        """Of each of these the app needs one: by the channel's kind, or by the types asked for."""
        channel = self._world.state.channels.get(str(args.get("channel")))
        if channel is not None:
            return [of_kind(method.scopes, channel.kind)]
        private = args.get("is_private") in TRUE
        types = str(args.get("types") or ("private_channel" if private else "public_channel"))
        kinds = [KINDS[name] for name in types.replace(" ", "").split(",") if name in KINDS]
        return [of_kind(method.scopes, kind) for kind in kinds] or [method.scopes]

    def _wait(self, method: Method, args: Json, note: Json) -> int:
        """Count the call: 0, or the seconds to wait. `note` hears what is left of the limit."""
        world = self._world
        rates = limits.TIERS[method.tier]
        note |= {"limit": round(rates[0].per_second * 60), "left": None}
        if not world.trouble.faults.limits:
            return 0
        now, left = world.clock.now(), []
        for rate in rates:
            key = f"{method.name} {args.get(rate.each)}" if rate.each else method.name
            wait = world.buckets.wait(key, rate, now)
            left.append(world.buckets.left(key, rate, now))
            note["left"] = min(left)
            if wait:
                return wait
        return 0

    async def upload(self, request: web.Request) -> web.Response:
        """Take the bytes of a file: raw, or as the one part of a form."""
        world = self._world
        file = world.state.files.get(world.uploads.get(request.match_info["key"], ""))
        if file is None or file.completed:
            return web.Response(status=404, text="no such upload")
        if request.content_type == "multipart/form-data":
            content = await _first_part(request)
        else:
            content = await request.content.read(limits.FILE_BYTES + 1)
            while chunk := await request.content.read(limits.FILE_BYTES + 1 - len(content)):
                content += chunk
        if len(content) != file.length:
            return web.Response(status=400, text="the length is not the one announced")
        file.content = content
        world.changes.tell({"type": "file", "file": file.id})
        return web.Response(text=f"OK - {len(content)}")

    async def private(self, request: web.Request) -> web.Response:
        """The bytes of a file, for the bot with its token and `files:read`; others must sign in."""
        world = self._world
        fault = world.trouble.strike("files-pri")
        if fault is not None and fault.fault == "latency":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.fault == "429":
            return _limited(max(1, round(fault.seconds)))
        elif fault is not None:
            return web.Response(status=503, text="service_unavailable")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != world.app.bot_token or world.app.lacks(("files:read",)):
            # Slack shows whoever may not read a file the page on which people sign in.
            raise web.HTTPFound(f"{world.base_url}/?redir={request.path}")
        file = world.state.files.get(request.match_info["file"])
        if file is None or file.content is None or file.deleted:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.mimetype)

    async def response(self, request: web.Request) -> web.Response:
        """Answer through a response URL."""
        try:
            handle = self._world.handles.respond(request.match_info["key"])
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.code}, status=404)
        try:
            body = await _body(request)
            if "payload" in body and isinstance(body["payload"], str):
                body = _json(body["payload"])
            respond(self._world, handle, body)
        except SlackError as error:
            refused = {"ok": False, "error": error.code, **error.more}
            return web.json_response(refused, status=400)
        return web.Response(text="ok")


def abort(request: web.Request) -> None:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()


def _limited(seconds: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )


def _refuse(fault: FaultRule | None) -> None:
    """Raise the error of Slack's that a rule asks for."""
    if fault is not None and fault.fault == "error":
        raise SlackError(fault.error or "fatal_error")


def _method(name: str) -> Method:
    if name not in TABLE:
        raise SlackError("unknown_method", req_method=name)
    return TABLE[name]


def _require(method: Method, args: Json) -> None:
    missing = [name for name in method.needs if args.get(name) in (None, "")]
    if missing:
        raise SlackError.arguments(*(f"missing required field: {name}" for name in missing))


async def arguments(request: web.Request) -> Json:
    """The arguments of a call, merged from the query and the body."""
    return {**request.query, **await _body(request)}


async def _body(request: web.Request) -> Json:
    if not request.can_read_body:
        return {}
    if (request.content_length or 0) > limits.JSON_BYTES:
        raise SlackError("request_too_large")
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        try:
            form = await request.post()
        except (ValueError, LookupError, AssertionError):
            # aiohttp has three ways to say that a form is none.
            raise SlackError("invalid_form_data") from None
        except web.HTTPRequestEntityTooLarge:
            raise SlackError("request_too_large") from None
        return {key: value for key, value in form.items() if isinstance(value, str)}
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise SlackError("request_too_large") from None
    if request.content_type != "application/json":
        return {} if not raw.strip() else _other(raw)
    return _json(raw) if raw.strip() else {}


def _other(raw: bytes) -> Json:
    # A response URL takes JSON under any name; the Web API does not, and misses its arguments.
    try:
        return _json(raw)
    except SlackError:
        raise SlackError("invalid_post_type") from None


def _json(raw: str | bytes) -> Json:
    try:
        value: Any = loads(raw)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


async def _first_part(request: web.Request) -> bytes:
    reader = await request.multipart()
    part = await reader.next()
    content = bytearray()
    while part is not None and hasattr(part, "read_chunk"):
        chunk = await part.read_chunk()
        content += chunk
        if not chunk or len(content) > limits.FILE_BYTES:
            break
    return bytes(content)
