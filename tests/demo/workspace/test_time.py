"""Limits that only time lifts, and views that go stale: tiers, stacks, hashes."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.demo.workspace.methods import TABLE
from tests.demo.workspace.samples import INCIDENTS, NOTE, typed

HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


@pytest.mark.parametrize(
    ("method", "sent", "at_once", "seconds"),
    [
        ("users.conversations", {}, 20, 3),
        ("conversations.info", {"channel": INCIDENTS}, 50, 2),
        ("users.info", {"user": "U0ANA"}, 100, 1),
        ("views.publish", {"user_id": "U0ANA", "view": HOME}, 100, 1),
    ],
)
async def test_a_tier_lets_its_minute_through_and_then_says_when_to_come_back(
    people: PersonClient,
    slack: AsyncWebClient,
    method: str,
    sent: dict[str, Any],
    at_once: int,
    seconds: int,
) -> None:
    for _ in range(at_once):
        assert (await slack.api_call(method, json=sent))["ok"]
    with pytest.raises(SlackApiError, match="ratelimited") as limited:
        await asyncio.gather(*(slack.api_call(method, json=sent) for _ in range(at_once)))
    assert limited.value.response.status_code == 429
    assert 1 <= int(limited.value.response.headers["Retry-After"]) <= seconds
    assert (await slack.auth_test())["ok"], "another method is not held up"
    await people.advance(seconds)
    assert (await slack.api_call(method, json=sent))["ok"]


async def test_the_connections_of_an_app_are_the_rarest(
    workspace: Workspace, people: PersonClient
) -> None:
    client = AsyncWebClient(base_url=workspace.api_url)
    client.retry_handlers = []
    for _ in range(10):
        await client.apps_connections_open(app_token=workspace.app_token)
    with pytest.raises(SlackApiError) as limited:
        await client.apps_connections_open(app_token=workspace.app_token)
    assert 50 <= int(limited.value.response.headers["Retry-After"]) <= 60
    await people.advance(60)
    assert (await client.apps_connections_open(app_token=workspace.app_token))["ok"]


def test_the_documented_tiers_are_the_tables() -> None:
    documented = {
        "tier1": ["apps.connections.open"],
        "tier2": ["users.conversations", "usergroups.users.list"],
        "tier3": ["chat.update", "conversations.replies", "conversations.history", "reactions.add"],
        "tier4": [
            "chat.postEphemeral",
            "views.open",
            "views.push",
            "views.update",
            "views.publish",
            "users.info",
            "files.getUploadURLExternal",
            "files.completeUploadExternal",
        ],
        "posting": ["chat.postMessage"],
    }
    for tier, methods in documented.items():
        assert {TABLE[name].tier for name in methods} == {tier}


async def test_a_call_says_what_it_counts_against_and_what_is_left(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    async def last() -> tuple[object, ...]:
        call = (await people.calls())[-1]
        return call["method"], call.get("tier"), call.get("limit"), call.get("left")

    # Two calls in a row here are less than a second apart, or time gives one back.

    for left in (3, 2, 1, 0):
        await slack.chat_postMessage(channel=INCIDENTS, text="x")
        assert await last() == ("chat.postMessage", "posting", 60, left)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await slack.chat_postMessage(channel=INCIDENTS, text="x")
    assert await last() == ("chat.postMessage", "posting", 60, 0)
    await slack.chat_postMessage(channel="C0TRUSTONCALL", text="x")
    assert await last() == ("chat.postMessage", "posting", 60, 3)
    await slack.users_info(user="U0ANA")
    assert await last() == ("users.info", "tier4", 100, 99)
    await people.faults(limits=False)
    await slack.users_info(user="U0ANA")
    assert await last() == ("users.info", "tier4", 100, None)
    with pytest.raises(SlackApiError, match="unknown_method"):
        await slack.api_call("no.such")
    assert await last() == ("no.such", None, None, None)


async def test_a_stack_holds_three_modals(
    workspace: Workspace, slack: AsyncWebClient, people: PersonClient
) -> None:
    def trigger() -> str:
        return workspace.world.handles.trigger("U0ANA")

    first = (await slack.views_open(trigger_id=trigger(), view=NOTE))["view"]
    second = (await slack.views_push(trigger_id=trigger(), view=NOTE))["view"]
    third = (await slack.views_push(trigger_id=trigger(), view=NOTE))["view"]
    assert (second["previous_view_id"], third["previous_view_id"]) == (first["id"], second["id"])
    assert {view["root_view_id"] for view in (second, third)} == {first["id"]}
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await slack.views_push(trigger_id=trigger(), view=NOTE)
    assert len(await people.views("ana")) == 3
    under = await people.submit("ana", first, typed("below"))
    assert under["error"] == "view_not_open", "only the top one can be used"
    await people.request("POST", f"views/{third['id']}/close", {"user": "ana", "all": True})
    assert await people.views("ana") == []


async def test_a_view_is_updated_by_its_id_or_its_name_and_never_from_a_stale_one(
    workspace: Workspace, slack: AsyncWebClient, people: PersonClient
) -> None:
    named = NOTE | {"external_id": "note-1", "private_metadata": "x" * 3000}
    trigger = workspace.world.handles.trigger("U0ANA")
    opened = (await slack.views_open(trigger_id=trigger, view=named))["view"]
    assert opened["private_metadata"] == "x" * 3000
    changed = await slack.views_update(
        external_id="note-1", hash=opened["hash"], view=named | {"private_metadata": "second"}
    )
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await slack.views_update(view_id=opened["id"], hash=opened["hash"], view=named)
    (shown,) = await people.views("ana")
    assert (shown["private_metadata"], shown["hash"]) == ("second", changed["view"]["hash"])
    # Without a hash the last one wins, as in Slack.
    await slack.views_update(view_id=opened["id"], view=named | {"private_metadata": "third"})
    trigger = workspace.world.handles.trigger("U0BEN")
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await slack.views_open(trigger_id=trigger, view=named)


async def test_a_refused_view_leaves_its_trigger_good(
    workspace: Workspace, slack: AsyncWebClient, people: PersonClient
) -> None:
    trigger = workspace.world.handles.trigger("U0ANA")
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await slack.views_open(trigger_id=trigger, view=NOTE | {"blocks": [{"type": "table"}]})
    assert (await slack.views_open(trigger_id=trigger, view=NOTE))["ok"]
    assert len(await people.views("ana")) == 1
