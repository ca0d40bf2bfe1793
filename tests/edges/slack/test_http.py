"""Signed HTTP: Slack's requests are taken, everybody else's refused, whatever they send."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
import yaml

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.slack.connection import SlackRefused
from bot.edges.slack.inbound import signed_http
from bot.edges.slack.inbound.signed_http import SignedHttp
from tests.edges.slack.conftest import SECRET, Listener, Sender, command, signed
from tests.hanging import HANG_S
from tests.story.conftest import PROCEDURES, ROOT, Bot
from tests.story.driver import Someone


@pytest.fixture
async def workspace(port: int) -> AsyncIterator[Workspace]:
    manifest = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8"))
    url = f"http://127.0.0.1:{port}/slack/events"
    async with Workspace.serve(manifest=manifest, request_url=url) as running:
        yield running


@pytest.fixture
async def bot(workspace: Workspace, port: int, tmp_path: Path) -> AsyncIterator[Bot]:
    made = Bot(
        {
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "RUNBOOK_DATABASE_URL": f"sqlite:///{tmp_path / 'runbook.db'}",
            "RUNBOOK_PROCEDURES": str(PROCEDURES),
            "RUNBOOK_HTTP_PORT": str(port),
        }
    )
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def ana(workspace: Workspace) -> AsyncIterator[Someone]:
    async with PersonClient(workspace.url) as people:
        yield Someone(people, "ana")


async def test_a_run_goes_its_way_over_signed_http(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.does("Take", row="step 1")
    await ana.does("Note…", await ana.board("MI-1", "since"))
    assert (await ana.fills({"Note": "over HTTP"}))["ok"]
    await ana.board("MI-1", "over HTTP")
    await ana.says("@runbook status")
    await ana.told("Mend it")


async def test_an_odd_or_stale_timestamp_is_refused_even_when_it_is_signed(
    bot: Bot, workspace: Workspace, slack: Sender
) -> None:
    body = command("mend-it thing=lamp")
    stale = str(int(time.time()) - 301)
    for stamp in (stale, "soon", "-1", "1e9", "²", "9" * 5000, "0", "1234567890123456", "1_7"):
        headers = signed(workspace.signing_secret, body, stamp)
        assert await slack.send(body, headers) == 401, stamp


async def test_what_is_not_signed_is_refused_before_it_is_read(bot: Bot, slack: Sender) -> None:
    stamp = {"X-Slack-Request-Timestamp": str(int(time.time()))}
    for body in (b"", b"payload={", b"{", b"\xff\xfe", command("list")):
        for kind in ("application/json", "application/json; charset=bogus", "text/plain"):
            for signature in ("", "v0=", "v0=00", "v0=ü", "v1=" + "0" * 64):
                sign = {"X-Slack-Signature": signature, "Content-Type": kind}
                assert await slack.send(body, stamp | sign) == 401, (body, kind, signature)
            assert await slack.send(body, {"Content-Type": kind}) == 401


async def test_a_signature_of_another_body_or_secret_is_refused(
    bot: Bot, workspace: Workspace, slack: Sender, ana: Someone
) -> None:
    body = command("mend-it thing=lamp")
    assert await slack.send(body, signed("another secret", body)) == 401
    headers = signed(workspace.signing_secret, command("list"))
    assert await slack.send(body, headers) == 401
    assert await ana.boards() == []


async def test_a_replayed_request_is_harmless(
    bot: Bot, workspace: Workspace, slack: Sender, ana: Someone
) -> None:
    body = command("mend-it thing=lamp")
    headers = signed(workspace.signing_secret, body)
    for _ in range(3):
        assert await slack.send(body, headers) == 200
    await bot.stop()
    await bot.start()
    assert await slack.send(body, headers) == 200
    await ana.board("MI-1")
    assert len(await ana.boards()) == 1
    assert len(await bot.facts("MI-1")) == 1


async def test_what_is_for_another_app_of_the_workspace_is_refused(
    bot: Bot, workspace: Workspace, slack: Sender, ana: Someone
) -> None:
    body = command("mend-it thing=lamp").replace(b"A0WORKSPACE", b"A0OTHER")
    assert await slack.send(body, signed(workspace.signing_secret, body)) == 403
    assert await ana.boards() == []


async def test_a_body_that_is_too_large_is_refused(
    bot: Bot, workspace: Workspace, slack: Sender
) -> None:
    body = b"x" * (3 * 1024 * 1024)
    assert await slack.send(body, signed(workspace.signing_secret, body)) == 413


# The link alone, with listeners of the test's. ------------------------------------------------

JSON = {"Content-Type": "application/json"}


async def test_slacks_own_checks_of_the_address_are_answered(
    link: SignedHttp, listener: Listener, slack: Sender
) -> None:
    asked = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw"}).encode()
    status, said = await slack.ask(asked, signed(SECRET, asked) | JSON)
    assert (status, json.loads(said)) == (200, {"challenge": "3eZbrw"})
    assert await slack.send(asked, JSON) == 401
    check = b"ssl_check=1&token=t"
    assert await slack.send(check, signed(SECRET, check)) == 200
    assert listener.heard == []


async def test_the_clock_that_is_passed_in_judges_the_age(
    link: SignedHttp, slack: Sender, clock: list[float]
) -> None:
    body = command("list")
    clock[0] = 3600.0
    assert await slack.send(body, signed(SECRET, body)) == 401
    assert await slack.send(body, signed(SECRET, body, str(int(time.time() + 3600)))) == 200


async def test_a_signed_body_that_cannot_be_read_is_refused(
    link: SignedHttp, listener: Listener, slack: Sender
) -> None:
    for body in (b"payload=x", b"payload=%5B%5D", b"payload=", b"{", b'{"a":' * 99_999):
        assert await slack.send(body, signed(SECRET, body)) == 400, body[:20]
    assert await slack.send(b"[1]", signed(SECRET, b"[1]") | JSON) == 400
    assert listener.heard == []


async def test_half_a_character_and_the_word_payload_come_through(
    link: SignedHttp, listener: Listener, slack: Sender
) -> None:
    click = urlencode({"payload": '{"actions": [], "text": "cut \\ud83d"}'}).encode()
    words = command("search payload too large")
    for body in (click, words):
        assert await slack.ask(body, signed(SECRET, body)) == (200, "taken")
    assert [body["text"] for body in listener.heard] == ["cut ?", "search payload too large"]


async def test_a_fault_beyond_the_listeners_is_told_with_a_reference(
    link: SignedHttp, slack: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    body = command("break")
    status, said = await slack.ask(body, signed(SECRET, body))
    assert status == 200
    assert "Something went wrong on my side" in said
    reference = said.removesuffix(".").rsplit(" ", 1)[1]
    assert [reference in r.getMessage() for r in caplog.records].count(True) == 1


async def knocked_at(port: int) -> None:
    """Connect again and again, until that is refused."""
    async with asyncio.timeout(HANG_S):
        while True:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await asyncio.sleep(0.01)


async def test_a_stop_ends_what_is_under_way_and_takes_no_more(
    link: SignedHttp, listener: Listener, slack: Sender, port: int
) -> None:
    assert link.alive()
    listener.free.clear()
    body = command("list")
    under_way = asyncio.create_task(slack.ask(body, signed(SECRET, body)))
    await listener.begun.wait()
    closing = asyncio.create_task(link.close())
    with pytest.raises(ConnectionError):
        await knocked_at(port)
    assert not link.alive()
    assert not closing.done()
    listener.free.set()
    assert await under_way == (200, "taken")
    await closing
    assert len(listener.heard) == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/healthz", 200, "ok\n"),
        ("HEAD", "/healthz", 200, ""),
        ("POST", "/healthz", 404, "not found\n"),
        ("GET", "/", 404, "not found\n"),
        ("POST", "/slack/events/", 404, "not found\n"),
        ("GET", "/slack/events", 405, "POST only\n"),
        ("POST", "/slack/events", 401, "not signed by Slack\n"),
    ],
)
async def test_whoever_sets_this_up_reads_what_is_wrong(
    link: SignedHttp, port: int, method: str, path: str, status: int, said: str
) -> None:
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        session.request(method, path) as answer,
    ):
        assert (answer.status, await answer.text()) == (status, said)
        assert answer.headers.get("Allow") == ("POST" if status == 405 else None)


async def test_why_a_request_is_refused_is_said_to_who_sent_it(
    link: SignedHttp, slack: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = command("list")
    packed = signed(SECRET, body) | {"Content-Encoding": "gzip"}
    assert await slack.ask(body, packed) == (415, "send it unpacked\n")
    assert await slack.ask(body, signed("another", body)) == (401, "not signed by Slack\n")
    odd = b"{"
    assert await slack.ask(odd, signed(SECRET, odd)) == (
        400,
        "neither a form nor a JSON object of Slack's\n",
    )
    monkeypatch.setattr(signed_http, "BODY_LIMIT", 10)
    assert await slack.ask(body, signed(SECRET, body)) == (413, "more than 10 bytes\n")


async def test_a_body_of_just_the_limit_is_read(
    link: SignedHttp, slack: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = command("list")
    monkeypatch.setattr(signed_http, "BODY_LIMIT", len(body))
    assert await slack.ask(body, signed(SECRET, body)) == (200, "taken")


async def test_a_fault_of_ours_is_a_500_in_the_log_and_ends_the_connection(
    link: SignedHttp,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def faulty(request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(link, "_receive", faulty)
    body = command("list")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        sign = signed(SECRET, body)
        async with session.post("/slack/events", data=body, headers=sign) as answer:
            assert answer.status == 500
            assert answer.headers["Connection"] == "close"
    [logged] = caplog.records
    assert logged.getMessage() == "a request could not be answered"


async def test_a_port_that_cannot_be_had_is_told_with_the_settings_that_name_it(
    link: SignedHttp, port: int
) -> None:
    second = SignedHttp(link._app, SECRET, "127.0.0.1", port)
    assert not second.alive()
    with pytest.raises(SlackRefused) as refused:
        await second.open()
    said = str(refused.value)
    assert said.startswith(f"cannot listen on 127.0.0.1, port {port} (")
    assert (
        "in use). Set RUNBOOK_HTTP_HOST and RUNBOOK_HTTP_PORT to an address that is free." in said
    )
    await second.close()
    assert not second.alive()
    assert second.tasks == []


async def test_a_stop_leaves_nothing_of_it_in_the_log_of_others(link: SignedHttp) -> None:
    before = len(logging.getLogger("asyncio").filters)
    await link.close()
    assert len(logging.getLogger("asyncio").filters) == before - 1
