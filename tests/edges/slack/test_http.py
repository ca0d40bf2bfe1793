"""Signed HTTP: Slack's requests are taken, everybody else's refused, whatever they send."""

import hashlib
import hmac
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
import yaml

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import PROCEDURES, ROOT, Bot
from tests.story.driver import INCIDENTS, Someone


@pytest.fixture
def port(unused_tcp_port: int) -> int:
    return unused_tcp_port


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


@pytest.fixture
async def slack(port: int) -> AsyncIterator["Sender"]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield Sender(session)


class Sender:
    """Sends what Slack, or someone else, would send."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, body: bytes, headers: dict[str, str]) -> int:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        data = io.BytesIO(body)
        async with self._session.post("/slack/events", data=data, headers=kind | headers) as answer:
            await answer.read()
            return answer.status


def signed(secret: str, body: bytes, stamp: str | None = None) -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def command(text: str, trigger: str = "1.2.3") -> bytes:
    return urlencode(
        {
            "command": "/runbook",
            "text": text,
            "team_id": "T0WORKSPACE",
            "channel_id": INCIDENTS,
            "user_id": "U0ANA",
            "user_name": "ana",
            "api_app_id": "A0WORKSPACE",
            "trigger_id": trigger,
        }
    ).encode()


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


async def test_a_body_that_is_too_large_is_refused(
    bot: Bot, workspace: Workspace, slack: Sender
) -> None:
    body = b"x" * (3 * 1024 * 1024)
    assert await slack.send(body, signed(workspace.signing_secret, body)) == 413
