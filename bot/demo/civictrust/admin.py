"""The admin API, which the `./civictrust` command uses and the bot never has: POST /COMMAND.

Each command's body is a model, so that nothing misspelt is ignored. It does none of the work.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.demo.civictrust import chaos, operations, paperwork
from bot.demo.civictrust.operations import Report, System
from bot.demo.civictrust.web import errors_as_json, own_host_only, problem

TOKEN_HEADER = "X-CivicTrust-Token"  # noqa: S105 - the header's name, not a token

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Nothing(_Body):
    pass


class _Issue(_Body):
    type: _Text
    subject: _Text
    count: Annotated[int, Field(ge=1, le=1000)]
    key: _Text | None


class _Recover(_Body):
    check_partial: bool


class _Node(_Body):
    node: _Text


class _AnyNode(_Body):
    node: _Text | None


class _Key(_Body):
    key: _Text


class _AnyKey(_Body):
    key: _Text | None


class _Revoke(_Body):
    key: _Text
    reason: _Text


class _Documents(_Body):
    signed_by: _Text | None
    critical: bool


class _Reissue(_Body):
    ids: list[_Text]
    signed_by: _Text | None
    critical: bool
    key: _Text | None


class _Verify(_Body):
    ids: list[_Text]


COMMANDS: dict[str, tuple[type[_Body], Callable[..., Awaitable[Report]]]] = {
    "status": (_Nothing, operations.status),
    "issue": (_Issue, operations.issue),
    "recover": (_Recover, operations.recover),
    "restart": (_Node, operations.restart),
    "net-status": (_Nothing, operations.net_status),
    "net-heal": (_Node, operations.net_heal),
    "state-hash": (_Nothing, operations.state_hash),
    "log-check": (_Nothing, operations.log_check),
    "keys-list": (_Nothing, operations.keys_list),
    "keys-generate": (_Key, operations.keys_generate),
    "keys-register": (_Key, operations.keys_register),
    "keys-revoke": (_Revoke, operations.keys_revoke),
    "documents": (_Documents, paperwork.documents),
    "reissue": (_Reissue, paperwork.reissue),
    "verify": (_Verify, paperwork.verify),
    "chaos-crash": (_Nothing, chaos.crash),
    "chaos-partition": (_AnyNode, chaos.partition),
    "chaos-leak": (_AnyKey, chaos.leak),
}


def app(system: System, token: str) -> web.Application:
    """Build the API. Answers `{"lines": [...], "ok": bool}`, or `{"error"}` with a 4xx or 5xx."""
    one_at_a_time = asyncio.Lock()  # two operators' commands do not interleave

    async def command(request: web.Request) -> web.Response:
        given = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(given.encode(), token.encode()):
            return problem(HTTPStatus.UNAUTHORIZED, "wrong token")
        known = COMMANDS.get(request.match_info["command"])
        if known is None:
            return problem(HTTPStatus.NOT_FOUND, "no such command")
        model, operation = known
        try:
            body = model.model_validate_json(await request.read())
        except ValidationError as error:
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, _first_of(error))
        async with one_at_a_time:
            report = await operation(system, **dict(body))
        return web.json_response(asdict(report))

    application = web.Application(middlewares=[own_host_only, errors_as_json])
    application.router.add_post("/{command}", command)
    return application


def _first_of(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
