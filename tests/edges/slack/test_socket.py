"""Socket Mode against the local workspace: silence, refreshes, refusals, stopping in the middle."""

import asyncio
import logging
import time
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.slack.connection import Identity, SlackRefused
from bot.edges.slack.inbound import socket_mode
from tests.edges.slack.sockets import Linked, Taker, Wire, until
from tests.hanging import HANG_S

ME = Identity("U0BOT", "B0BOT", "runbook", "T0", "http://127.0.0.1:9/")
ANA, CHANNEL = "U0ANA", "C0INCIDENTS"


async def test_a_socket_that_goes_silent_is_replaced_and_the_next_click_works(
    linked: Linked, desk: Taker, wire: Wire, people: PersonClient
) -> None:
    async with linked(desk, wire.port) as link:
        assert link.alive()
        assert "took one" in str(await people.command(ANA, CHANNEL, "/runbook", "one"))
        line = link._line
        assert line is not None
        wire.silence()
        await until(lambda: not link.alive())
        assert not line.over.is_set(), "readiness says so before the connection is given up"
        await until(link.alive)

        async def taken() -> bool:
            return "took two" in str(await people.command(ANA, CHANNEL, "/runbook", "two"))

        # Slack itself may send one more over the socket that is gone.
        await people.until(taken)


async def test_a_network_that_is_silent_for_a_while_does_not_hold_the_bot_up(
    linked: Linked,
    desk: Taker,
    wire: Wire,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The question for an address goes into the void as well, and so does the new socket."""
    monkeypatch.setattr(socket_mode, "CONNECT_FIRST_S", 0.1)
    async with linked(desk, wire.port) as link:
        wire.silent = True
        await until(lambda: caplog.text.count("did not answer within") == 2)
        wire.silent = False
        wire.silence()
        await until(link.alive)

        async def taken() -> bool:
            return "took on" in str(await people.command(ANA, CHANNEL, "/runbook", "on"))

        # Slack itself may send over the socket that is gone.
        await people.until(taken)


async def test_a_slow_slack_gets_more_time(
    linked: Linked, desk: Taker, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "CONNECT_FIRST_S", 0.1)
    slow = {"method": "apps.connections.open", "fault": "latency", "seconds": 0.5}
    await people.faults(rules=[slow])
    async with linked(desk) as link:
        assert link.alive()


async def test_what_was_taken_before_a_refresh_is_acknowledged_after_it(
    linked: Linked, people: PersonClient
) -> None:
    desk = Taker()
    async with linked(desk) as link:
        click = asyncio.create_task(people.command(ANA, CHANNEL, "/runbook", "slow"))
        await until(lambda: desk.taken == ["slow"])
        before = link._line
        await people.faults(socket="refresh")
        await until(lambda: link._line is not before)
        desk.free.set()
        assert "it took slow" in str(await click)
        assert link.alive()


async def test_what_still_comes_over_a_socket_that_is_to_go_is_taken(
    linked: Linked,
    desk: Taker,
    workspace: Workspace,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = asyncio.Event()
    async with linked(desk) as link:
        address = link._address

        async def later() -> str:
            await gate.wait()
            return await address()

        monkeypatch.setattr(link, "_address", later)
        before = link._line
        old = workspace.world.sockets._open[0]
        await people.faults(socket="refresh")
        # While there is no other connection, and for a while after that.
        assert "took one" in str(await people.command(ANA, CHANNEL, "/runbook", "one"))
        gate.set()
        await until(lambda: link._line is not before)
        late = {"command": "/runbook", "text": "two"}
        await old.send_json({"envelope_id": "e", "type": "slash_commands", "payload": late})
        await until(lambda: desk.taken == ["one", "two"])


async def test_what_was_taken_before_a_cut_is_acknowledged_over_the_next_socket(
    linked: Linked, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, gate = Taker(), asyncio.Event()
    async with linked(desk) as link:
        address = link._address

        async def later() -> str:
            await gate.wait()
            return await address()

        monkeypatch.setattr(link, "_address", later)
        click = asyncio.create_task(people.command(ANA, CHANNEL, "/runbook", "slow"))
        await until(lambda: desk.taken == ["slow"])
        await people.faults(socket="cut")
        await until(lambda: not link.alive())
        desk.free.set()
        # The answer is there, and nothing to send it over.
        assert not (await asyncio.wait({click}, timeout=0.1))[0]
        gate.set()
        assert "it took slow" in str(await click)


async def test_a_stop_finishes_what_was_taken_and_takes_no_more(
    linked: Linked, people: PersonClient, workspace: Workspace
) -> None:
    desk = Taker()
    async with linked(desk) as link:
        first = asyncio.create_task(people.command(ANA, CHANNEL, "/runbook", "first"))
        await until(lambda: desk.taken == ["first"])
        closing = asyncio.create_task(link.close())
        await until(lambda: not link.alive())
        late = asyncio.create_task(people.command(ANA, CHANNEL, "/runbook", "late"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(late), 0.3)
        assert not closing.done()
        desk.free.set()
        assert "it took first" in str(await first)
        await closing
        await people.advance(4)
        # Slack tells the person that it was not taken, and it was not: not even a part of it.
        assert not (await late)["ok"]
        assert desk.taken == ["first"]


async def test_while_one_replica_stops_another_goes_on(
    linked: Linked, people: PersonClient
) -> None:
    going, staying = Taker("one"), Taker("other")
    going.free.set()
    staying.free.set()
    async with linked(staying):
        async with linked(going):
            while not (going.taken and staying.taken):  # whichever Slack chooses
                assert "took" in str(await people.command(ANA, CHANNEL, "/runbook", "any"))
        before = len(going.taken)
        for n in range(8):
            assert f"other took {n}" in str(await people.command(ANA, CHANNEL, "/runbook", str(n)))
        assert len(going.taken) == before


async def test_a_stop_ends_in_time_though_neither_a_listener_nor_slack_does(
    linked: Linked, wire: Wire, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "FAREWELL", 0.3)
    desk = Taker()
    async with linked(desk, wire.port) as link:
        click = asyncio.create_task(people.command(ANA, CHANNEL, "/runbook", "stuck"))
        await until(lambda: desk.taken == ["stuck"])
        wire.silent = True
        begun = time.monotonic()
        await link.close()
        assert time.monotonic() - begun < HANG_S
        await people.advance(4)
        assert not (await click)["ok"]


async def test_a_token_that_is_refused_later_is_told_of_and_tried_again(
    linked: Linked,
    desk: Taker,
    people: PersonClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(socket_mode, "REFUSED", 0.05)
    async with linked(desk) as link:
        address = link._address
        refused = 0

        async def refusing() -> str:
            nonlocal refused
            refused += 1
            if refused < 3:
                raise SlackRefused("Slack refuses SLACK_APP_TOKEN")
            return await address()

        monkeypatch.setattr(link, "_address", refusing)
        await people.faults(socket="cut")
        await until(lambda: refused == 3 and link.alive())
    assert [r.levelno for r in caplog.records if "refuses" in r.message] == [logging.ERROR] * 2


async def test_what_is_no_delivery_is_acknowledged_and_told_of_once(
    linked: Linked, workspace: Workspace, desk: Taker, caplog: pytest.LogCaptureFixture
) -> None:
    odd: list[Any] = [{"type": "view_submission", "user": 0, "view": {}}, {"team": [1]}, "x", None]
    async with linked(desk), asyncio.timeout(HANG_S):
        for payload in odd:
            envelope = {"type": "interactive", "payload": payload}
            assert await workspace.world.sockets.send(envelope, cut=False) is None
    assert [r.getMessage().partition(":")[0] for r in caplog.records] == [
        "a delivery of Slack's was refused"
    ]
    assert desk.taken == []


class Status(Taker):
    """Answers with the status that it is told."""

    async def take(self, body: dict[str, Any], received: float) -> BoltResponse:
        return BoltResponse(status=body["status"], body="no words of this are shown")


async def test_only_what_is_to_come_again_is_left_unacknowledged(
    linked: Linked, workspace: Workspace
) -> None:
    async with linked(Status()):
        for status in (400, 403, 500):
            envelope = {"type": "events_api", "payload": {"status": status}}
            async with asyncio.timeout(HANG_S):
                assert await workspace.world.sockets.send(envelope, cut=False) is None
        again = workspace.world.sockets.send({"type": "x", "payload": {"status": 503}}, cut=False)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(again, 0.3)
