"""The same workspace delivers by signed HTTP to an unmodified Bolt app behind aiohttp."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient

INCIDENTS = "C0INCIDENTS"
BUTTON = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    ],
}
MODAL = {
    "type": "modal",
    "callback_id": "ask",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why?"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


class Site:
    """A web site that may hold a Bolt app, and notes what it was sent."""

    def __init__(self) -> None:
        self.app: AsyncApp | None = None
        self.requests: list[tuple[dict[str, str], str]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}

    async def handle(self, request: web.Request) -> web.Response:
        from slack_bolt.adapter.aiohttp import (  # noqa: PLC0415  # needs aiohttp's own loop
            to_aiohttp_response,
            to_bolt_request,
        )

        self.requests.append((dict(request.headers), await request.text()))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0), headers=self.headers)
        assert self.app is not None
        answer = await self.app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)


@pytest.fixture
async def site() -> AsyncIterator[tuple[Site, str]]:
    held = Site()
    server = web.Application()
    server.router.add_post("/slack/events", held.handle)
    runner = web.AppRunner(server)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    port = runner.addresses[0][1]
    yield held, f"http://127.0.0.1:{port}/slack/events"
    await runner.cleanup()


@pytest.fixture
async def workspace(site: tuple[Site, str]) -> AsyncIterator[Workspace]:
    async with Workspace.serve(request_url=site[1]) as running:
        yield running


async def test_commands_clicks_modals_and_events_arrive_with_a_good_signature(
    site: tuple[Site, str], app: AsyncApp, people: PersonClient, slack: AsyncWebClient
) -> None:
    texts: list[str] = []

    @app.command("/runbook")
    async def start(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"Started {command['text']}")

    @app.action("go")
    async def clicked(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        await ack()

    @app.view("ask")
    async def asked(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["why"]["text"]["value"]
        if text == "because":
            await ack(response_action="errors", errors={"why": "Say more."})
        else:
            texts.append(text)
            await ack()

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        texts.append(event["text"])

    site[0].app = app
    shown = await people.command("ana", INCIDENTS, "/runbook", "key-compromise")
    assert shown["response"]["text"] == "Started key-compromise"
    await slack.chat_postMessage(channel=INCIDENTS, text="Go?", blocks=[BUTTON])
    message = (await people.messages(INCIDENTS))[0]
    assert await people.click("ben", message, "go", channel=INCIDENTS) == {"ok": True}
    (view,) = await people.views("ben")
    values = {"why": {"text": {"value": "because"}}}
    assert (await people.submit("ben", view, values))["errors"] == {"why": "Say more."}
    values["why"]["text"]["value"] = "the key leaked"
    assert await people.submit("ben", view, values) == {"ok": True}
    await people.say("ana", "incidents", "@runbook help")

    async def heard() -> bool:
        return len(texts) == 2

    await people.until(heard)
    assert texts == ["the key leaked", "<@U0RUNBOOK> help"]


async def test_events_are_tried_again_as_slack_does_and_clicks_are_not(
    site: tuple[Site, str], app: AsyncApp, people: PersonClient
) -> None:
    held = site[0]
    held.app = app
    held.statuses = [500, 500, 500]
    failed = await people.command("ana", INCIDENTS, "/runbook")
    assert failed == {"ok": False, "error": "dispatch_failed"}
    assert len(held.requests) == 1
    await people.say("ana", "incidents", "hello")

    async def tried(times: int) -> bool:
        return len(held.requests) == 1 + times

    await people.until(lambda: tried(2))
    await asyncio.sleep(0.05)
    assert len(held.requests) == 3, "the next try waits for a minute"
    await people.advance(61)
    await people.until(lambda: tried(3))
    headers = [headers for headers, _ in held.requests[1:]]
    assert "X-Slack-Retry-Num" not in headers[0]
    assert [h["X-Slack-Retry-Num"] for h in headers[1:]] == ["1", "2"]
    assert headers[1]["X-Slack-Retry-Reason"] == "http_error"
    assert len({body for _, body in held.requests[1:]}) == 1, "one event keeps its id"


async def test_an_app_may_ask_for_no_retry(
    site: tuple[Site, str], app: AsyncApp, people: PersonClient
) -> None:
    held = site[0]
    held.app, held.statuses, held.headers = app, [500, 500], {"X-Slack-No-Retry": "1"}
    await people.say("ana", "incidents", "hello")

    async def tried() -> bool:
        return len(held.requests) == 1

    await people.until(tried)
    await people.advance(400)
    await asyncio.sleep(0.05)
    assert len(held.requests) == 1


async def test_signatures_are_of_the_real_time_wherever_the_clock_was_moved(
    site: tuple[Site, str], app: AsyncApp, people: PersonClient
) -> None:
    @app.command("/runbook")
    async def start(ack: Any) -> None:
        await ack("Started")

    site[0].app = app
    await people.advance(86_400)
    assert (await people.command("ana", INCIDENTS, "/runbook"))["ok"]


async def test_nobody_at_the_request_url_is_a_failed_dispatch() -> None:
    async with (
        Workspace.serve(request_url="http://127.0.0.1:9/none") as workspace,
        PersonClient(workspace.url) as people,
    ):
        answer = await people.command("ana", INCIDENTS, "/runbook")
    assert answer == {"ok": False, "error": "dispatch_failed"}
