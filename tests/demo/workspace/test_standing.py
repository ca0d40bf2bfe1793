"""People who come and go, guests, people of another workspace, and those who are deactivated."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient

INCIDENTS, KEY_ROOM = "C0INCIDENTS", "C0KEYROOM"


async def private_channels(slack: AsyncWebClient, user: str) -> list[str]:
    answer = await slack.users_conversations(user=user, types="private_channel", limit=200)
    return [channel["id"] for channel in answer["channels"]]


async def test_the_app_is_told_the_private_channels_that_it_shares_with_someone(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    assert await private_channels(slack, "U0DEE") == [], "the app is not in there"
    await people.command("ana", "key-room", "/invite", "@runbook")
    assert await private_channels(slack, "U0DEE") == [KEY_ROOM]
    assert await private_channels(slack, "U0BEN") == []
    assert (await people.command("dee", "key-room", "/leave"))["ok"]
    assert await private_channels(slack, "U0DEE") == []
    assert (await people.command("dee", "key-room", "/leave"))["error"] == "no_such_channel"


async def test_who_left_a_public_channel_joins_it_again(people: PersonClient) -> None:
    assert (await people.command("ben", "incidents", "/leave"))["ok"]
    assert (await people.command("ben", "incidents", "/leave"))["error"] == "not_in_channel"
    assert (await people.command("ben", "random", "/join", "#incidents"))["ok"]
    assert (await people.command("ben", "random", "/join", "#key-room"))["error"] == (
        "channel_not_found"
    )


@pytest.mark.parametrize("guest", ["multi", "single"])
async def test_a_guest_sees_the_channels_that_they_are_in_and_no_other(
    people: PersonClient, slack: AsyncWebClient, guest: str
) -> None:
    made = await people.stand("gil", guest=guest)
    user = (await slack.users_info(user=made))["user"]
    assert (user["is_restricted"], user["is_ultra_restricted"]) == (
        True,
        guest == "single",
    )
    refused = await people.request(
        "POST", "messages", {"user": "gil", "channel": "incidents", "text": "hello"}
    )
    assert refused["error"] == "no_such_channel"
    await people.command("ana", "incidents", "/invite", "@gil")
    assert await people.say("gil", "incidents", "hello")


async def test_someone_of_another_workspace_says_so_in_all_that_they_do(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    made = await people.stand("olga", real_name="Olga Outside", team="T0OTHER")
    assert (await slack.users_info(user=made))["user"]["is_stranger"] is True
    await people.command("ana", "incidents", "/invite", "@olga")
    user: Any = (await slack.users_info(user=made))["user"]
    assert (user["team_id"], user["is_stranger"]) == ("T0OTHER", False)
    ts = await people.say("olga", "incidents", "hello")
    found = (await slack.conversations_history(channel=INCIDENTS))["messages"]
    assert next(m for m in found if m["ts"] == ts)["team"] == "T0OTHER"


async def test_who_is_deactivated_is_in_no_channel_and_does_nothing(
    people: PersonClient, slack: AsyncWebClient, workspace: Workspace
) -> None:
    made = await people.stand("ben", deleted=True)
    assert (await slack.users_info(user=made))["user"]["deleted"] is True
    assert made not in (await slack.conversations_members(channel=INCIDENTS))["members"]
    refused = await people.request(
        "POST", "messages", {"user": "ben", "channel": "incidents", "text": "hello"}
    )
    assert refused["error"] == "account_inactive"
    with pytest.raises(SlackApiError, match="user_not_found"):
        await slack.users_info(user="U0NOBODY")


async def test_a_user_group_is_made_and_changed_and_the_app_sees_who_is_in_it(
    people: PersonClient, slack: AsyncWebClient
) -> None:
    made = await people.group("leads", "ana", "U0BEN", "ana")
    listed = (await slack.usergroups_list(include_users=True))["usergroups"]
    assert [(g["handle"], g["users"]) for g in listed if g["id"] == made] == [
        ("leads", ["U0ANA", "U0BEN"])
    ]
    assert await people.group("leads", "ben") == made
    assert (await slack.usergroups_users_list(usergroup=made))["users"] == ["U0BEN"]
    wrong = await people.request("POST", "groups", {"handle": "leads", "users": ["nobody"]})
    assert wrong["error"] == "no_such_user"
