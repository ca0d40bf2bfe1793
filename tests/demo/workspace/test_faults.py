"""What goes wrong on request: limits, dropped connections, sockets and deliveries."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace.client import PersonClient
from tests.demo.workspace.samples import INCIDENTS, Connect


async def test_a_post_whose_answer_was_lost_is_not_posted_twice(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    await people.faults(rules=[{"method": "chat.postMessage", "times": 1, "fault": "drop_after"}])
    post = {"channel": INCIDENTS, "text": "Run KC-7", "client_msg_id": "9f1c"}
    with pytest.raises(aiohttp.ClientConnectionError):
        await slack.api_call("chat.postMessage", json=post)
    (message,) = await people.messages(INCIDENTS)
    again = await slack.api_call("chat.postMessage", json=post)
    assert again["ts"] == message["ts"]
    assert len(await people.messages(INCIDENTS)) == 1


async def test_without_deduplication_it_is_posted_twice(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    await people.faults(deduplicate=False)
    for _ in range(2):
        await slack.api_call(
            "chat.postMessage", json={"channel": INCIDENTS, "text": "x", "client_msg_id": "9f1c"}
        )
    assert len(await people.messages(INCIDENTS)) == 2


async def test_a_call_dropped_before_its_effect_has_none(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    await people.faults(rules=[{"method": "chat.*", "times": 1, "fault": "drop_before"}])
    with pytest.raises(aiohttp.ClientConnectionError):
        await slack.chat_postMessage(channel=INCIDENTS, text="lost")
    assert await people.messages(INCIDENTS) == []
    await slack.chat_postMessage(channel=INCIDENTS, text="kept")
    calls = await people.calls("chat.postMessage")
    assert [call["fault"] for call in calls] == ["drop_before", None]
    assert [call["status"] for call in calls] == [0, 200]


async def test_a_fault_names_its_method_and_wears_off(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    shown = await people.faults(
        seed=7,
        rules=[
            {"method": "chat.update", "times": 1, "fault": "429", "seconds": 7},
            {"method": "chat.update", "times": 1, "fault": "5xx"},
        ],
    )
    assert [rule["times"] for rule in shown["faults"]["rules"]] == [1, 1]
    ts = (await slack.chat_postMessage(channel=INCIDENTS, text="a"))["ts"]
    with pytest.raises(SlackApiError) as limited:
        await slack.chat_update(channel=INCIDENTS, ts=ts, text="b")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError) as broken:
        await slack.chat_update(channel=INCIDENTS, ts=ts, text="b")
    assert broken.value.response.status_code == 503
    await slack.chat_update(channel=INCIDENTS, ts=ts, text="b")
    assert (await people.messages(INCIDENTS))[0]["text"] == "b"


async def test_a_slow_call_is_slow_and_then_works(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    rule = {"method": "auth.test", "times": 1, "fault": "latency", "seconds": 0.1}
    await people.faults(rules=[rule])
    assert (await slack.auth_test())["ok"]
    (call,) = await people.calls("auth.test")
    assert (call["fault"], call["seconds"] >= 0.1) == ("latency", True)


async def test_the_same_seed_fails_the_same_calls(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    async def outcomes(seed: int) -> list[int]:
        await people.faults(seed=seed, rules=[{"method": "*", "rate": 0.5, "fault": "5xx"}])
        before = len(await people.calls())
        for _ in range(20):
            try:
                await slack.auth_test()
            except SlackApiError:
                continue
        return [call["status"] for call in (await people.calls())[before:]]

    first = await outcomes(1)
    assert {200, 503} == set(first)
    assert await outcomes(1) == first
    assert await outcomes(2) != first


async def test_posting_is_limited_by_channel_until_time_passes(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    refusals: list[SlackApiError] = []

    async def post(channel: str) -> int:
        try:
            await slack.chat_postMessage(channel=channel, text="x")
        except SlackApiError as error:
            refusals.append(error)
            return int(error.response.status_code)
        return 200

    # So many at once that no machine is too slow for them to be more than one a second.
    answers = await asyncio.gather(*(post(INCIDENTS) for _ in range(40)))
    assert set(answers) == {200, 429}
    assert answers.count(200) >= 4
    assert {error.response["error"] for error in refusals} == {"ratelimited"}
    assert {error.response.headers["Retry-After"] for error in refusals} == {"1"}
    assert await post("C0TRUSTONCALL") == 200
    await people.advance(1)
    assert await post(INCIDENTS) == 200
    await people.faults(limits=False)
    assert [await post(INCIDENTS) for _ in range(9)] == [200] * 9


async def test_the_sdk_waits_as_long_as_it_is_told(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    slack.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    await people.faults(rules=[{"method": "auth.test", "times": 1, "fault": "429", "seconds": 1}])
    assert (await slack.auth_test())["ok"]
    assert [call["status"] for call in await people.calls("auth.test")] == [429, 200]


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_the_app_comes_back_after_its_socket_went(
    how: str, app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    @app.command("/runbook")
    async def start(ack: Any) -> None:
        await ack("Still here")

    async with connect(app) as handler:
        handler.client.ping_interval = 0.2
        await people.faults(socket=how)
        if how == "cut":
            await handler.client.connect_to_new_endpoint(force=True)

        async def answered() -> bool:
            shown = await people.command("ana", INCIDENTS, "/runbook")
            return bool(shown["ok"])

        await people.until(answered)
        opened = await people.calls("apps.connections.open")
        assert len(opened) >= 2


async def test_an_acknowledgement_may_come_over_the_new_socket(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    go_on = asyncio.Event()
    heard = asyncio.Event()

    @app.command("/runbook")
    async def start(ack: Any) -> None:
        heard.set()
        await go_on.wait()
        await ack("Here over the other one")

    async with connect(app):
        asked = asyncio.create_task(people.command("ana", INCIDENTS, "/runbook"))
        await heard.wait()
        await people.faults(socket="refresh")

        async def reconnected() -> bool:
            return len(await people.calls("apps.connections.open")) == 2

        await people.until(reconnected)
        go_on.set()
        assert (await asked)["response"]["text"] == "Here over the other one"


async def test_deliveries_are_repeated_and_delayed(
    app: AsyncApp, connect: Connect, people: PersonClient
) -> None:
    events: list[str] = []

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        events.append(body["event_id"])

    async with connect(app):
        await people.faults(deliveries={"repeat": 1.0, "delay": 0.05})
        await people.say("ana", "incidents", "@runbook hello")
        assert events == []

        async def both() -> bool:
            return len(events) == 2

        await people.until(both)
    assert len(set(events)) == 1


async def test_ending_the_faults_ends_them_all(people: PersonClient, slack: AsyncWebClient) -> None:
    await people.faults(limits=False, rules=[{"method": "*", "fault": "5xx"}])
    ended = await people.request("DELETE", "faults")
    assert ended["faults"]["rules"] == []
    assert ended["faults"]["limits"]
    assert (await slack.auth_test())["ok"]


async def test_a_fault_that_is_none_is_refused(people: PersonClient) -> None:
    answer = await people.faults(rules=[{"method": "*", "fault": "gremlins"}])
    assert (answer["ok"], answer["error"]) == (False, "invalid_body")
