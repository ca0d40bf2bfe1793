"""Threads and names, as much of them as there is room for."""

import math
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.documents.postmortem import WHOLE, LeftOut, Room
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.demo.workspace.model import Message
from bot.edges.slack import connection, naming, threads
from bot.edges.slack.people import SlackPeople

ROOT = "1700000000.000000"


class Slack:
    """A thread of *count* messages and people without end, in pages."""

    def __init__(self, count: int, text: str = "Hi", name: str = "Ana") -> None:
        self.count, self.text, self.name = count, text, name
        self.asked = 0

    async def conversations_replies(
        self, *, channel: str, ts: str, limit: int, cursor: str = "0"
    ) -> Any:
        self.asked += 1
        first, last = int(cursor), min(int(cursor) + limit, self.count)
        messages = [
            {"user": f"U{n}", "text": self.text, "ts": f"{1_700_000_001 + n}.000000"}
            for n in range(first, last)
        ]
        following = str(last) if last < self.count else ""
        return _answer(messages=messages, response_metadata={"next_cursor": following})

    async def auth_test(self) -> Any:
        return _answer(user_id="U0BOT", bot_id="B0BOT")

    async def users_info(self, *, user: str) -> Any:
        self.asked += 1
        return _answer(user={"name": self.name})


def _answer(**data: Any) -> Any:
    return SimpleNamespace(data={"ok": True, **data})


def asking(slack: Slack) -> SlackPeople:
    return SlackPeople(lambda _: cast("AsyncWebClient", slack))


async def test_a_thread_is_read_to_its_end() -> None:
    talk = await asking(Slack(450)).thread(None, "C1", ROOT)
    assert (len(talk.said), talk.left_out.beyond) == (450, 0)


async def test_a_long_message_is_cut_and_says_how_much_is_missing() -> None:
    (said,) = (await asking(Slack(1, "x" * 39_998)).thread(None, "C1", ROOT)).said
    assert said.text.startswith("x" * threads.LONGEST + " … (27,998 more characters")


async def test_many_long_messages_are_the_beginning_of_a_thread() -> None:
    talk = await asking(Slack(2_000, "x" * threads.LONGEST)).thread(None, "C1", ROOT)
    assert talk.left_out.beyond == 2_000 - len(talk.said)
    assert sum(len(one.text) for one in talk.said) <= WHOLE.characters


async def test_names_are_cut_and_so_many_are_asked_for_at_a_time() -> None:
    slack = Slack(0, name="n" * 4_000)
    names = await asking(slack).names(None, [f"U{n}" for n in range(1_000)])
    assert slack.asked == len(names) == naming.ASKED
    assert {len(name) for name in names.values()} == {naming.NAME}


def _filled(workspace: Workspace, many: int) -> str:
    """A thread of so many replies in the workspace; its ts."""
    state = workspace.world.state
    channel = state.channels["C0INCIDENTS"]
    channel.members.append(workspace.bot_user)
    root = Message(channel.id, state.new_ts(), "U0ANA", "the board")
    channel.messages[root.ts], root.thread_ts = root, root.ts
    for n in range(many):
        one = Message(channel.id, state.new_ts(), "U0BEN", f"message {n}", thread_ts=root.ts)
        channel.messages[one.ts] = one
        root.replies.append(one.ts)
    return root.ts


async def test_ten_thousand_messages_are_read_in_pages_of_the_workspace(
    workspace: Workspace, people: PersonClient
) -> None:
    """The cost grows in step: of each message once, in so few calls that Slack allows them."""
    root = _filled(workspace, WHOLE.messages + 20)
    async with aiohttp.ClientSession() as session:
        slack = connection.client(workspace.bot_token, workspace.api_url, session)
        talk = await SlackPeople(lambda _: slack).thread(None, "C0INCIDENTS", root)
    assert [one.text for one in talk.said] == [f"message {n}" for n in range(WHOLE.messages)]
    assert talk.left_out == LeftOut(beyond=20)
    calls = await people.calls("conversations.replies")
    assert len(calls) <= 2 + WHOLE.messages // threads.LATER


@pytest.mark.parametrize("many", [1_000, 4_000])
async def test_a_thread_costs_a_call_for_so_many_messages(many: int) -> None:
    slack = Slack(many)
    talk = await asking(slack).thread(None, "C1", ROOT)
    assert len(talk.said) == many
    assert slack.asked == 1 + math.ceil((many - threads.FIRST) / threads.LATER)


async def test_what_is_left_of_the_room_bounds_the_next_thread() -> None:
    talk = await asking(Slack(450)).thread(None, "C1", ROOT, Room(300, 10_000))
    assert len(talk.said) == 300
    assert talk.left_out.beyond == 150
