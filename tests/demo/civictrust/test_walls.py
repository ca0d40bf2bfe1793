"""Who may ask what: the read-only gateway, the admin API, the command and its refusals.

Nothing here changes the system, so that all of it shares one.
"""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from bot.demo.civictrust.admin import COMMANDS, TOKEN_HEADER
from bot.demo.civictrust.system import CivicTrust
from tests.demo.civictrust.keyboard import Operator

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDPOINTS = (
    "/nodes",
    "/nodes/node-1/health",
    "/nodes/node-1/state",
    "/cas/orphans",
    "/log/consistency",
    "/keys/key-a",
    "/documents",
    "/overview",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="system")
async def one_system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CivicTrust]:
    async with CivicTrust.serve(data=tmp_path_factory.mktemp("walls")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="http")
async def one_http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_gateway_only_reads_and_answers_to_its_own_name_only(
    system: CivicTrust, http: aiohttp.ClientSession
) -> None:
    for path in ENDPOINTS:
        async with http.head(system.url + path) as answer:
            assert answer.status == 200, path
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            async with http.request(method, system.url + path) as answer:
                assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
        async with http.get(system.url + path, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403, path
    for path in ("/", "/nodes/node-9/state", "/status", "/documents?signed_by=key-zzz"):
        async with http.get(system.url + path) as answer:
            assert answer.status == 404
            assert "error" in await answer.json()


async def test_the_admin_api_wants_its_token_its_name_and_a_body_without_misspellings(
    system: CivicTrust, http: aiohttp.ClientSession
) -> None:
    control = json.loads((system.data / "control.json").read_text())
    assert (system.data / "control.json").stat().st_mode & 0o077 == 0
    token = {TOKEN_HEADER: control["token"]}
    async with http.post(system.admin_url + "/status", data="{}") as answer:
        assert answer.status == 401
    foreign = {**token, "Host": "evil.example"}
    async with http.post(system.admin_url + "/status", data="{}", headers=foreign) as answer:
        assert answer.status == 403
    async with http.post(system.admin_url + "/status", data="{}", headers=token) as answer:
        assert (answer.status, (await answer.json())["ok"]) == (200, True)
    async with http.post(system.admin_url + "/status", data='{"nod": 1}', headers=token) as answer:
        assert answer.status == 422
    async with http.post(system.admin_url + "/nonsense", data="{}", headers=token) as answer:
        assert answer.status == 404


async def test_a_node_answers_nobody_without_the_token(system: CivicTrust) -> None:
    port = system.supervisor.nodes["node-1"].port
    for line in (b'{"do": "status"}', b'{"do": "status", "token": "x"}', b"GET / HTTP/1.1", b"1"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(line + b"\n")
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_private_key_is_for_its_owner_only(system: CivicTrust) -> None:
    keys = list((system.data / "keystore").iterdir())
    assert {path.name for path in keys} == {"key-a.key", "log.key"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys)


async def test_refusals_say_what_to_do(operator: Operator) -> None:
    for arguments, words in (
        (("restart", "node-9"), "the nodes are node-1, node-2, node-3"),
        (("keys", "generate", "../x"), "is not a key's name"),
        (("keys", "generate", "key-a"), "choose another name"),
        (("keys", "revoke", "key-z", "--reason", "x"), "./civictrust keys list"),
        (("issue", "--type", "poem", "--subject", "Al"), "choose permit"),
        (("verify", "doc-4711"), "no document doc-4711"),
        (("reissue", "doc-4711"), "no document doc-4711"),
    ):
        status, printed = await operator.run(*arguments)
        assert status == 1, printed
        assert words in printed
    for wrong in ("verify", "reissue", "issue", "net"):
        assert (await operator.run(wrong))[0] == 2
    explained = await operator.done("--help")
    assert all(command.split("-")[0] in explained for command in COMMANDS)
