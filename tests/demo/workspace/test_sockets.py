"""Socket Mode at its edges: how many connections, which of them is used, what a broken one does."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.demo.workspace.faults import DeliveryFaults, FaultRule, Faults, Trouble
from tests.demo.workspace.samples import INCIDENTS, Json
from tests.hanging import HANG_S

Socket = aiohttp.ClientWebSocketResponse


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(workspace.url) as session:
        yield session


@contextlib.asynccontextmanager
async def connection(
    workspace: Workspace, http: aiohttp.ClientSession
) -> AsyncIterator[tuple[Socket, Json]]:
    """A connection held by hand, and the first frame that it was sent."""
    client = AsyncWebClient(base_url=workspace.api_url)
    opened = await client.apps_connections_open(app_token=workspace.app_token)
    async with http.ws_connect(opened["url"]) as socket:
        yield socket, await frame(socket)


async def frame(socket: Socket) -> Json:
    read: Json = json.loads((await socket.receive(timeout=HANG_S)).data)
    return read


async def acknowledge(socket: Socket, envelope: Json, **payload: Any) -> None:
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload})


async def test_the_eleventh_connection_is_sent_away(
    workspace: Workspace, http: aiohttp.ClientSession, people: PersonClient
) -> None:
    await people.faults(limits=False)
    async with contextlib.AsyncExitStack() as held:
        for number in range(1, 11):
            _, hello = await held.enter_async_context(connection(workspace, http))
            assert (hello["type"], hello["num_connections"]) == ("hello", number)
        async with connection(workspace, http) as (socket, first):
            assert (first["type"], first["reason"]) == ("disconnect", "too_many_websockets")
            assert (await socket.receive(timeout=HANG_S)).type is aiohttp.WSMsgType.CLOSE
    async with connection(workspace, http) as (_, hello):
        assert hello["type"] == "hello"


async def test_a_ticket_is_good_for_one_connection(
    workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    client = AsyncWebClient(base_url=workspace.api_url)
    opened = await client.apps_connections_open(app_token=workspace.app_token)
    async with http.ws_connect(opened["url"]):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await http.ws_connect(opened["url"])


async def test_any_connection_is_sent_to_and_any_may_acknowledge(
    workspace: Workspace, http: aiohttp.ClientSession, people: PersonClient
) -> None:
    """Each comes after itself and after the other: nobody can count on turns."""
    async with connection(workspace, http) as (one, _), connection(workspace, http) as (other, _):
        reading = {socket: asyncio.create_task(frame(socket)) for socket in (one, other)}
        carried: list[Socket] = []
        while len(set(itertools.pairwise(carried))) < 4:
            asked = asyncio.create_task(people.command("ana", INCIDENTS, "/runbook"))
            await asyncio.wait(reading.values(), return_when=asyncio.FIRST_COMPLETED)
            (by,) = (socket for socket, read in reading.items() if read.done())
            envelope, reading[by] = await reading[by], asyncio.create_task(frame(by))
            await acknowledge(other if by is one else one, envelope, text="taken")
            assert (await asked)["response"]["text"] == "taken"
            carried.append(by)
        for read in reading.values():
            read.cancel()
        await asyncio.gather(*reading.values(), return_exceptions=True)


async def test_after_a_refresh_the_old_connection_is_used_only_if_there_is_no_other(
    workspace: Workspace, http: aiohttp.ClientSession, people: PersonClient
) -> None:
    async with connection(workspace, http) as (old, _):
        await people.faults(socket="refresh")
        assert (await frame(old))["reason"] == "refresh_requested"
        assert not (await people.state())["apps"][0]["connected"]
        asked = asyncio.create_task(people.command("ana", INCIDENTS, "/runbook"))
        await acknowledge(old, await frame(old))
        assert await asked == {"ok": True}
        async with connection(workspace, http) as (new, _):
            for _ in range(3):
                asked = asyncio.create_task(people.command("ana", INCIDENTS, "/runbook"))
                await acknowledge(new, await frame(new))
                assert await asked == {"ok": True}


async def test_an_event_that_a_broken_socket_carried_comes_again(
    workspace: Workspace, http: aiohttp.ClientSession, people: PersonClient
) -> None:
    await people.faults(deliveries={"cut": 1})
    async with connection(workspace, http) as (socket, _):
        await people.say("ana", INCIDENTS, "is anybody there?")
        lost = await frame(socket)
        assert (await socket.receive(timeout=HANG_S)).type in (
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.ERROR,
        )
    await people.faults()
    async with connection(workspace, http) as (socket, _):
        await people.advance(3.1)
        again = await frame(socket)
        await acknowledge(socket, again)
    assert (lost["retry_attempt"], again["retry_attempt"]) == (0, 1)
    assert again["retry_reason"] == "http_timeout"
    assert again["payload"] == lost["payload"]
    assert again["envelope_id"] != lost["envelope_id"]


async def test_what_a_person_did_is_not_sent_again(
    workspace: Workspace, http: aiohttp.ClientSession, people: PersonClient
) -> None:
    await people.faults(deliveries={"cut": 1})
    async with connection(workspace, http) as (socket, _):
        asked = asyncio.create_task(people.command("ana", INCIDENTS, "/runbook"))
        await frame(socket)
    await people.faults()
    async with connection(workspace, http) as (socket, _):
        await people.advance(3.1)
        assert await asked == {"ok": False, "error": "operation_timeout"}
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.1)


SHUFFLED = {"delay": 0.6, "reorder": True}


def delays(seed: int) -> list[float]:
    """How long each of six deliveries is held back."""
    trouble = Trouble()
    trouble.put(Faults(seed=seed, deliveries=DeliveryFaults.model_validate(SHUFFLED)))
    return [trouble.delay() for _ in range(6)]


async def test_deliveries_are_reordered_as_the_seed_says(
    workspace: Workspace, http: aiohttp.ClientSession, people: PersonClient
) -> None:
    seed = next(n for n in range(10_000) if _apart(sorted(delays(n)), 0.06))
    wanted = [n for _, n in sorted(zip(delays(seed), range(6), strict=True))]
    assert wanted != list(range(6))
    async with connection(workspace, http) as (socket, _):
        await people.faults(seed=seed, deliveries=SHUFFLED)
        for number in range(6):
            await people.say("ana", INCIDENTS, str(number))
        seen = []
        for _ in range(6):
            envelope = await frame(socket)
            await acknowledge(socket, envelope)
            seen.append(int(envelope["payload"]["event"]["text"]))
    assert seen == wanted


def _apart(times: list[float], gap: float) -> bool:
    return all(b - a > gap for a, b in itertools.pairwise(times))


def test_one_fault_does_not_disturb_the_dice_of_another() -> None:
    """What befalls the n-th call depends on the seed and n, whatever else goes on meanwhile."""
    faults = Faults(
        seed=5,
        rules=[
            FaultRule(method="chat.*", fault="5xx", rate=0.3),
            FaultRule(method="views.*", fault="429", rate=0.5),
        ],
        deliveries=DeliveryFaults(repeat=0.4, delay=1, reorder=True, cut=0.2),
    )

    def outcomes(*, busy: bool) -> list[bool]:
        trouble, struck = Trouble(), []
        trouble.put(faults)
        for _ in range(50):
            if busy:
                trouble.strike("views.open")
                trouble.delay()
                trouble.cuts()
            struck += [trouble.strike("chat.update") is not None, trouble.repeats()]
        return struck

    assert outcomes(busy=True) == outcomes(busy=False)
    assert set(outcomes(busy=False)) == {True, False}
