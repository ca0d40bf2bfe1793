"""Whatever is sent, each door answers with a refusal of its own, and the workspace goes on."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.demo.workspace import Workspace
from bot.demo.workspace.methods import TABLE
from tests.demo.workspace.samples import INCIDENTS, Json
from tests.hanging import HANG_S
from tests.profiles import examples

BEARER = {"Authorization": "Bearer xoxb-local-workspace-bot"}
JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(workspace.url) as session:
        async with session.put("/workspace/faults", json={"limits": False}) as response:
            assert response.ok
        yield session


def post(**sent: Any) -> bytes:
    return json.dumps({"channel": INCIDENTS, "text": "x", **sent}).encode()


IDS = [f"U{n:07d}" for n in range(10_000)]


@pytest.mark.parametrize(
    ("method", "kind", "body", "error"),
    [
        ("chat.postMessage", JSON_TYPE, b'{"channel": "\xff"}', "invalid_json"),
        ("chat.postMessage", JSON_TYPE, b'{"channel": NaN}', "invalid_json"),
        ("chat.postMessage", JSON_TYPE, b"\x00", "invalid_json"),
        ("chat.postMessage", JSON_TYPE, b'"C0INCIDENTS"', "json_not_object"),
        ("chat.postMessage", JSON_TYPE, b'{"a":' * 70 + b"1" + b"}" * 70, "invalid_json"),
        ("chat.postMessage", "text/plain", b"hello", "invalid_post_type"),
        ("chat.postMessage", "application/xml", b"<a/>", "invalid_post_type"),
        ("chat.postMessage", FORM_TYPE + "; charset=klingon", b"channel=x", "invalid_form_data"),
        ("chat.postMessage", "multipart/form-data", b"--x", "invalid_form_data"),
        ("chat.postMessage", FORM_TYPE, b"channel=%00&text=x", "channel_not_found"),
        ("chat.postMessage", JSON_TYPE, post(channel=IDS), "invalid_arguments"),
        ("chat.postMessage", JSON_TYPE, post(channel="C" * 500_000), "channel_not_found"),
        ("chat.postMessage", JSON_TYPE, post(blocks=[{}] * 10_000), "invalid_blocks"),
        ("chat.postMessage", JSON_TYPE, post(blocks="[" * 10_000), "invalid_blocks_format"),
        ("chat.postMessage", JSON_TYPE, post(text="x" * (1 << 20)), "request_too_large"),
        ("users.info", JSON_TYPE, json.dumps({"user": ",".join(IDS)}).encode(), "user_not_found"),
        ("conversations.open", JSON_TYPE, json.dumps({"users": IDS}).encode(), "invalid_arguments"),
        (
            "conversations.list",
            JSON_TYPE,
            json.dumps({"types": ",".join(IDS)}).encode(),
            "invalid_types",
        ),
        (
            "files.completeUploadExternal",
            JSON_TYPE,
            json.dumps({"files": [{"id": i} for i in IDS]}).encode(),
            "file_not_found",
        ),
    ],
)
async def test_slack_has_an_error_for_it(
    http: aiohttp.ClientSession, method: str, kind: str, body: bytes, error: str
) -> None:
    headers = BEARER | {"Content-Type": kind}
    async with http.post(f"/api/{method}", data=io.BytesIO(body), headers=headers) as response:
        assert (await response.json())["error"] == error
    await goes_on(http)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("Bearer", "not_authed"),
        ("Basic xoxb-local-workspace-bot", "not_authed"),
        ("Bearer xoxb-local-workspace-bot-", "invalid_auth"),
        ("Bearer " + "x" * 5000, "invalid_auth"),
        ("Bearer xapp-1-A0WORKSPACE-local", "not_allowed_token_type"),
    ],
)
async def test_only_the_right_token_opens_a_method(
    http: aiohttp.ClientSession, token: str, error: str
) -> None:
    async with http.post("/api/auth.test", headers={"Authorization": token}) as response:
        assert await response.json() == {"ok": False, "error": error}


async def test_text_with_anything_in_it_is_kept_as_it_came(http: aiohttp.ClientSession) -> None:
    text = "NUL \x00, bell \x07, \u202eright to left, \U0001f9ea, \ufffe"
    headers = BEARER | {"Content-Type": JSON_TYPE}
    async with http.post("/api/chat.postMessage", data=post(text=text), headers=headers) as answer:
        assert (await answer.json())["message"]["text"] == text
    async with http.get(f"/workspace/channels/{INCIDENTS}/messages") as answer:
        assert (await answer.json())["messages"][0]["text"] == text


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /api/auth.test HTTP/1.1\r\n\r\n",
        b"POST /api/auth.test HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999\r\n\r\nshort",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /link/?ticket=x HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\r\n",
    ],
)
async def test_what_is_no_request_leaves_the_workspace_running(
    workspace: Workspace, http: aiohttp.ClientSession, raw: bytes
) -> None:
    port = URL(workspace.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), HANG_S)
    assert b" 200 " not in answer.partition(b"\r\n")[0]
    writer.close()
    await writer.wait_closed()
    await goes_on(http)


PATHS = st.sampled_from(
    [
        *(f"/api/{name}" for name in TABLE),
        *(
            f"/workspace/{name}"
            for name in (
                "commands",
                "messages",
                "actions",
                "shortcuts",
                "reactions",
                "home",
                "faults",
                "clock",
                "views/V1/submit",
                f"channels/{INCIDENTS}/messages",
            )
        ),
        "/response/none",
        "/upload/v1/none",
        "/link/",
    ]
)
NAMES = sorted({name for row in TABLE.values() for name in row.needs} | {"user", "text", "blocks"})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(INCIDENTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
BODIES = st.binary(max_size=40) | st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4).map(
    lambda sent: json.dumps(sent).encode("utf-8", "surrogatepass")
)
KINDS = st.sampled_from([JSON_TYPE, FORM_TYPE, "text/plain", "multipart/form-data; boundary=x"])


@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(verb=st.sampled_from(["GET", "POST", "PUT", "DELETE"]), path=PATHS, body=BODIES, kind=KINDS)
async def test_anything_sent_anywhere_is_answered(
    http: aiohttp.ClientSession, verb: str, path: str, body: bytes, kind: str
) -> None:
    headers = BEARER | {"Content-Type": kind}
    async with http.request(verb, path, data=body, headers=headers) as response:
        assert response.status < 500
        if response.content_type == "application/json":
            assert isinstance(await response.json(), dict)
        else:
            await response.read()
    await goes_on(http)


async def goes_on(http: aiohttp.ClientSession) -> None:
    async with http.post("/api/auth.test", headers=BEARER) as response:
        answer: Json = await response.json()
    assert answer["ok"], answer
