"""Socket Mode: what an envelope is answered with, and what is done with a connection's ends."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.response import BoltResponse

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.slack import connection
from bot.edges.slack.connection import SlackRefused
from bot.edges.slack.inbound import socket_mode
from bot.edges.slack.inbound.socket_mode import SocketMode
from tests.edges.slack.conftest import ME
from tests.edges.slack.sockets import PING, Linked, Taker, until
from tests.hanging import HANG_S

ENVELOPE = {"type": "slash_commands", "payload": {"command": "/runbook"}}
JSON = {"content-type": ["application/json;charset=utf-8"]}


class Answering(Taker):
    """Answers with what it is given, and keeps what it was asked."""

    def __init__(self, status: int, body: str, headers: Any = None) -> None:
        super().__init__()
        self.heard: list[dict[str, Any]] = []
        self._answer = BoltResponse(status=status, body=body, headers=headers or {})

    async def take(self, body: dict[str, Any], received: float) -> BoltResponse | None:
        self.heard.append(body)
        return self._answer


@pytest.mark.parametrize(
    ("answer", "payload"),
    [
        (Answering(200, "some words"), {"text": "some words"}),
        (Answering(200, '{"response_action": "clear"}', JSON), {"response_action": "clear"}),
        (Answering(200, '{"a": 1}', {"content-type": ["text/plain"]}), {"text": '{"a": 1}'}),
        (Answering(200, ""), None),
        (Answering(400, "some words"), None),
    ],
)
async def test_an_acknowledgement_carries_what_was_answered(
    linked: Linked, workspace: Workspace, answer: Answering, payload: Any
) -> None:
    async with linked(answer), asyncio.timeout(HANG_S):
        assert await workspace.world.sockets.send(ENVELOPE) == payload


async def test_what_cannot_be_written_down_is_taken_out_of_what_comes(
    linked: Linked, workspace: Workspace
) -> None:
    """Half a character, or one that a database does not take."""
    taker = Answering(200, "")
    async with linked(taker), asyncio.timeout(HANG_S):
        said = {"command": "/runbook", "text": "cut \ud83d and \0 nothing"}
        await workspace.world.sockets.send({"type": "slash_commands", "payload": said})
    [body] = taker.heard
    assert body["text"] == "cut ? and  nothing"


async def test_a_frame_that_cannot_be_read_ends_nothing(
    linked: Linked, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    async with linked(Answering(200, "words")) as link, asyncio.timeout(HANG_S):
        before = link._line
        for frame in ("no JSON", "[1]", "{"):
            await workspace.world.sockets._open[0].send_str(frame)
        assert await workspace.world.sockets.send(ENVELOPE) == {"text": "words"}
        assert link._line is before
    assert len(caplog.records) == 1


async def test_a_connection_that_answers_its_pings_is_kept(linked: Linked) -> None:
    async with linked(Answering(200, "")) as link:
        before = link._line
        assert before is not None
        for _ in range(socket_mode.LOST * 3):
            await asyncio.sleep(PING)
            assert link.alive()
        assert link._line is before


async def test_a_connection_that_was_told_to_go_is_closed_after_a_while(
    linked: Linked,
    workspace: Workspace,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Slack itself closes it; one that forgets to would otherwise be read for good."""
    monkeypatch.setattr(socket_mode, "LINGER", 0.1)
    async with linked(Answering(200, "")) as link:
        before = link._line
        old = workspace.world.sockets._open[0]
        await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await until(lambda: link._line is not before)
        await until(lambda: old.closed)
        assert link.alive()


async def test_an_acknowledgement_that_cannot_be_sent_is_given_up_after_its_deadline(
    linked: Linked,
    workspace: Workspace,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Slack has told the person by then that nothing came."""
    monkeypatch.setattr(socket_mode, "DEADLINE", 0.1)
    taker = Taker()
    async with linked(taker) as link:

        async def nowhere() -> str:
            await asyncio.Event().wait()
            return ""

        monkeypatch.setattr(link, "_address", nowhere)
        click = asyncio.create_task(people.command("U0ANA", "C0INCIDENTS", "/runbook", "slow"))
        await until(lambda: taker.taken == ["slow"])
        await people.faults(socket="cut")
        await until(lambda: not link.alive())
        taker.free.set()
        await until(lambda: not link._taken)
        click.cancel()
    assert "an acknowledgment could not be sent" in caplog.text


async def test_a_token_that_slack_never_took_is_told_with_what_to_do(
    workspace: Workspace,
) -> None:
    async with aiohttp.ClientSession() as session:
        slack = connection.client(workspace.bot_token, workspace.api_url, session)
        link = SocketMode(connection.app(slack, ME, Taker().take), "xapp-wrong")
        with pytest.raises(
            SlackRefused,
            match=r"Slack refuses SLACK_APP_TOKEN \(invalid_auth\)\. Set it to an app-level token "
            r"with the scope connections:write\.",
        ):
            await link.open()
        await link.close()


async def test_an_address_that_does_not_answer_is_left_out_of_the_log(
    linked: Linked,
    unused_tcp_port: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It holds a ticket: whoever has that can listen in the bot's place."""
    monkeypatch.setattr(socket_mode, "RETRY", 0.01)
    found = SocketMode._address
    tried: list[str] = []

    async def first_elsewhere(link: SocketMode) -> str:
        tried.append("")
        if len(tried) == 1:
            return f"ws://127.0.0.1:{unused_tcp_port}/link?ticket=secret"
        return await found(link)

    monkeypatch.setattr(SocketMode, "_address", first_elsewhere)
    async with linked(Answering(200, "")) as link:
        assert link.alive()
    assert "cannot be reached yet (ClientConnectorError)" in caplog.text
    assert "secret" not in caplog.text


async def test_a_slack_that_does_not_answer_has_twice_as_long_each_time_up_to_a_limit(
    linked: Linked,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(socket_mode, "CONNECT_FIRST_S", 0.1)
    monkeypatch.setattr(socket_mode, "CONNECT_MAX_S", 0.3)
    rule = {"method": "apps.connections.open", "fault": "latency", "seconds": 60, "times": 4}
    await people.faults(rules=[rule])
    async with linked(Answering(200, "")) as link:
        assert link.alive()
    waited = [r.getMessage() for r in caplog.records if "did not answer" in r.getMessage()]
    assert [said.split(" s;")[0].rsplit(" ", 1)[1] for said in waited[:4]] == [
        "0.1",
        "0.2",
        "0.3",
        "0.3",
    ]
