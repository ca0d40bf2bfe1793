"""Slack is asked by team: each workspace through its own client, and no other one."""

from typing import Any, cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.blockkit.picture import Picture
from bot.edges.slack.connection import Identity
from bot.edges.slack.messages import SlackMessages
from bot.edges.slack.people import SlackPeople
from bot.edges.slack.workspaces import Workspace, Workspaces
from bot.ports.messages import Mark, MessageRow, Unserved
from tests.edges.slack.test_threads import Slack, message, thread

HERE = Identity("U0BOT", "B0BOT", "runbook", "T0HERE", "https://here.slack.com/")
THERE = Identity("U0BOT", "B0BOT", "runbook", "T0THERE", "https://there.slack.com/")
PICTURE, MARK = Picture("it failed", ()), Mark(3, "a" * 64)


def answering(ts: str, team: str) -> Slack:
    """A workspace in which everything has the same ids, and other words."""
    return Slack(
        chat_postMessage={"ok": True, "ts": ts},
        users_info={"ok": True, "user": {"id": "U1", "name": f"ana of {team}"}},
        conversations_replies=thread(message(1, f"said in {team}", user="U1")),
    )


def workspace(me: Identity, slack: Slack) -> Workspace:
    return Workspace(me, cast("AsyncWebClient", slack))


def row(team: str | None) -> MessageRow:
    return MessageRow("KC-1/board", "KC-1", "C1", None, 3, 0, unsure=False, team=team)


@pytest.fixture
def both() -> Workspaces:
    return Workspaces(
        workspace(HERE, answering("1.0", "T0HERE")), workspace(THERE, answering("2.0", "T0THERE"))
    )


async def test_a_message_goes_to_the_workspace_that_it_is_of(both: Workspaces) -> None:
    board = SlackMessages(both.client, both.user)
    assert await board.post(row("T0HERE"), None, PICTURE, MARK) == "1.0"
    assert await board.post(row("T0THERE"), None, PICTURE, MARK) == "2.0"
    assert both.link("T0THERE", "C1", "2.0") == "https://there.slack.com/archives/C1/p20"


async def test_names_and_threads_are_each_workspaces_own(both: Workspaces) -> None:
    people = SlackPeople(both.client)
    for team in ("T0HERE", "T0THERE"):
        assert await people.names(team, ["U1"]) == {"U1": f"ana of {team}"}
        (said,) = (await people.thread(team, "C1", "1795763000.000001")).said
        assert said.text == f"said in {team}"


async def test_a_workspace_that_is_not_configured_has_no_client_and_that_is_said_once(
    both: Workspaces, caplog: pytest.LogCaptureFixture
) -> None:
    board = SlackMessages(both.client, both.user)
    for team in ("T0THIRD", "T0THIRD", None):
        with pytest.raises(Unserved, match="not configured for the workspace"):
            await board.update(row(team), PICTURE, MARK)
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert said[0].startswith("this bot is not configured for the workspace T0THIRD: nothing is")


async def test_where_one_is_configured_a_row_of_before_is_of_that() -> None:
    one = Workspaces(workspace(HERE, answering("1.0", "T0HERE")))
    assert await SlackMessages(one.client, one.user).post(row(None), None, PICTURE, MARK) == "1.0"
    with pytest.raises(Unserved):
        one.client("T0THERE")


async def test_a_token_of_another_workspace_reads_no_thread_of_the_same_ids() -> None:
    told: dict[str, Any] = {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0HERE"}
    slack = Slack(auth_test=told, conversations_replies=thread(message(1, "theirs", user="U1")))
    people = SlackPeople(lambda _: cast("AsyncWebClient", slack))
    with pytest.raises(Unserved, match="not one of the workspace T0THERE"):
        await people.thread("T0THERE", "C1", "1795763000.000001")
    assert len((await people.thread("T0HERE", "C1", "1795763000.000001")).said) == 1
