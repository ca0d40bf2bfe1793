"""Who may come in, what the page is served with, what the streams tell, and how it all ends."""

import asyncio
import json
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.hanging import HANG_S

INCIDENTS = "C0INCIDENTS"


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(workspace.url) as session:
        yield session


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:1234"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_only_local_requests_are_let_in(
    http: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    for path in ("/workspace/state", "/api/auth.test"):
        async with http.get(path, headers=headers) as response:
            assert response.status == status


async def test_the_servers_own_origin_is_let_in(
    http: aiohttp.ClientSession, workspace: Workspace
) -> None:
    body = {"user": "ana", "channel": "incidents", "text": "hi"}
    own = {"Origin": workspace.url}
    async with http.post("/workspace/messages", json=body, headers=own) as response:
        assert response.status == 200


async def test_the_page_allows_no_foreign_script(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/page/..%2fserver.py", "/page/%2e%2e/server.py", "/page/nothing.js", "/page/", "/x"]
)
async def test_nothing_beside_the_page_is_served(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("verb", "path", "body", "error"),
    [
        ("POST", "messages", "{", "invalid_json"),
        ("POST", "messages", '{"user": "ana"}', "invalid_body"),
        (
            "POST",
            "messages",
            '{"user": "zoe", "channel": "incidents", "text": "x"}',
            "no_such_user",
        ),
        (
            "POST",
            "messages",
            '{"user": "ana", "channel": "nowhere", "text": "x"}',
            "no_such_channel",
        ),
        (
            "POST",
            "messages",
            '{"user": "ben", "channel": "key-room", "text": "x"}',
            "no_such_channel",
        ),
        (
            "POST",
            "messages",
            '{"user": "ana", "channel": "incidents", "text": "x", "thread_ts": "1.2"}',
            "thread_not_found",
        ),
        (
            "POST",
            "commands",
            '{"user": "ana", "channel": "incidents", "command": "runbook"}',
            "invalid_body",
        ),
        ("POST", "actions", '{"user": "ana", "action_id": "x", "view_id": "V404"}', "no_such_view"),
        (
            "POST",
            "actions",
            '{"user": "ana", "action_id": "x", "channel": "incidents", "message_ts": "1"}',
            "no_such_message",
        ),
        ("POST", "views/V404/submit", '{"user": "ana", "values": {}}', "no_such_view"),
        ("GET", "views", "", "no_such_user"),
        ("GET", "channels/C404/messages", "", "no_such_channel"),
        ("GET", "files/F404", "", "no_such_file"),
        ("GET", "calls?since=yesterday", "", "invalid_since"),
        ("POST", "clock", '{"advance": -1}', "invalid_body"),
        ("POST", "clock", '{"advance": NaN}', "invalid_json"),
        ("PUT", "faults", "[" * 5000, "invalid_json"),
    ],
)
async def test_a_person_is_told_what_was_wrong(
    http: aiohttp.ClientSession, verb: str, path: str, body: str, error: str
) -> None:
    async with http.request(verb, f"/workspace/{path}", data=body or None) as response:
        answer = await response.json()
        assert response.status in (400, 404)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert answer["message"]


async def test_one_person_cannot_use_what_another_sees(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    shown = await slack.chat_postEphemeral(channel=INCIDENTS, user="U0BEN", text="for ben")
    message = {"type": "message", "ts": shown["message_ts"]}
    refused = await people.click("ana", message, "x", channel=INCIDENTS)
    assert refused["error"] == "no_such_message"
    theirs = await people.say("ben", "incidents", "mine")
    assert (await people.delete("ana", INCIDENTS, theirs))["error"] == "cant_delete_message"


async def test_the_stream_tells_all_that_changes_and_resumes(
    http: aiohttp.ClientSession, people: PersonClient, slack: AsyncWebClient
) -> None:
    async with http.get("/workspace/events") as response:
        assert response.content_type == "text/event-stream"
        ts = await people.say("ana", "incidents", "hello")
        await people.react("ben", "incidents", ts, "eyes")
        await slack.chat_postMessage(channel=INCIDENTS, text="reply", thread_ts=ts)
        seen = [await _next(response) for _ in range(5)]
    kinds = [change["type"] for _, change in seen]
    assert kinds == ["message", "reaction", "message", "message_changed", "call"]
    assert seen[0][1]["message"]["text"] == "hello"
    assert seen[3][1]["message"]["reply_count"] == 1
    resumed = {"Last-Event-ID": str(seen[2][0])}
    async with http.get("/workspace/events", headers=resumed) as response:
        assert (await _next(response))[1]["type"] == "message_changed"


async def _next(response: aiohttp.ClientResponse) -> tuple[int, dict[str, Any]]:
    number = 0
    async for line in response.content:
        if line.startswith(b"id: "):
            number = int(line[4:])
        elif line.startswith(b"data: "):
            return number, json.loads(line[6:])
    raise AssertionError("the stream ended")


async def test_what_people_type_is_stored_as_slack_stores_it(people: PersonClient) -> None:
    for typed, stored in {
        "@ana see #random": "<@U0ANA> see <#C0RANDOM|random>",
        "<@U0BEN> and @nobody": "<@U0BEN> and @nobody",
        "@key-custodians @here": "<!subteam^S0KEYCUSTODIANS> <!here>",
        "a < b & c > d": "a &lt; b &amp; c &gt; d",
        "<!channel> <!here|x>": "&lt;!channel&gt; &lt;!here|x&gt;",
        "<https://x.example/|here>": "&lt;<https://x.example/>|here&gt;",
        "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
        "ana@example.com": "ana@example.com",
        "https://x.example/?a=1&b=2": "<https://x.example/?a=1&amp;b=2>",
    }.items():
        await people.say("ana", "incidents", typed)
        assert (await people.messages(INCIDENTS))[-1]["text"] == stored


async def _start(*options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.demo.workspace",
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_program_prints_one_line_and_ends_on_a_signal(
    number: signal.Signals, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text("display_information: {name: Helper}\n")
    program = await _start("--json", "--manifest", str(manifest))
    assert program.stdout is not None
    shown = json.loads(await program.stdout.readline())
    assert list(shown) == ["url", "bot_token", "app_token", "signing_secret", "team", "bot_user"]
    async with aiohttp.ClientSession(shown["url"]) as session:
        stream = await session.get("/workspace/events")
        await stream.content.readline()
        slack = AsyncWebClient(token=shown["app_token"], base_url=f"{shown['url']}/api/")
        opened = await slack.apps_connections_open(app_token=shown["app_token"])
        async with session.ws_connect(opened["url"]) as held:
            assert json.loads((await held.receive()).data)["type"] == "hello"
            program.send_signal(number)
            out, err = await asyncio.wait_for(program.communicate(), HANG_S)
            assert (await held.receive()).type is aiohttp.WSMsgType.CLOSE
        stream.close()
    assert (program.returncode, out, err) == (0, b"", b"")


async def test_a_port_in_use_is_one_line_and_a_failure(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        program = await _start("--port", str(taken.getsockname()[1]))
        out, err = await program.communicate()
    assert (program.returncode, out) == (1, b"")
    assert re.fullmatch(rb"runbook workspace: [^\n]*in use[^\n]*\n", err)
    broken = tmp_path / "manifest.yaml"
    broken.write_text("display_information: {}\n")
    program = await _start("--manifest", str(broken))
    _, err = await program.communicate()
    assert (program.returncode, err.count(b"\n")) == (1, 1)
