"""What Slack says of one person: who they are, whose, and which private channels they share."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bot.core.acting.admission import GUEST, Standing
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.slack import connection
from bot.edges.slack.people import SlackPeople, SlackRegistry
from bot.ports.messages import Throttled, Unsure

BOT, ROOM, TEAM = "U0RUNBOOK", "C0KEYROOM", "T0WORKSPACE"


@pytest.fixture
async def registry(workspace: Workspace) -> AsyncIterator[SlackRegistry]:
    async with aiohttp.ClientSession() as session:
        slack = connection.client(workspace.bot_token, workspace.api_url, session)
        yield SlackRegistry(slack, BOT)


async def test_people_and_the_private_channels_that_they_share_with_the_bot(
    registry: SlackRegistry, people: PersonClient
) -> None:
    await people.command("ana", "key-room", "/invite", "@runbook")
    shared = frozenset({ROOM})
    assert await registry.standing("U0DEE") == Standing("", TEAM, None, shared)
    assert await registry.standing("U0BEN") == Standing("", TEAM, None, frozenset())
    public = frozenset({"C0INCIDENTS", "C0TRUSTONCALL", "C0TRUSTSTATUS"})
    assert await registry.standing(BOT) == Standing("bot", TEAM, None, shared, public)


async def test_of_a_guest_the_public_channels_that_they_are_in_are_asked_as_well(
    registry: SlackRegistry, people: PersonClient
) -> None:
    gil = await people.stand("gil", guest="multi")
    found = await registry.standing(gil)
    assert found.channels == frozenset({GUEST})
    await people.command("ana", "incidents", "/invite", "@gil")
    found = await registry.standing(gil)
    assert found.channels == frozenset({GUEST, "C0INCIDENTS"})


async def test_who_is_nobody_here(registry: SlackRegistry, people: PersonClient) -> None:
    await people.stand("eli", deleted=True)
    olga = await people.stand("olga", team="T0OTHER")
    assert (await registry.standing("U0ELI")).kind == "deactivated"
    assert (await registry.standing(olga)).team == "T0OTHER"
    assert await registry.standing("U0NOBODY") == Standing("nobody", None, None, frozenset())


@pytest.mark.parametrize("method", ["users.info", "users.conversations"])
@pytest.mark.parametrize(("fault", "raised"), [("429", Throttled), ("5xx", Unsure)])
async def test_slack_that_cannot_be_asked_now_is_asked_later(
    registry: SlackRegistry, people: PersonClient, method: str, fault: str, raised: Any
) -> None:
    await people.faults(rules=[{"method": method, "fault": fault, "times": 1}])
    with pytest.raises(raised):
        await registry.standing("U0DEE")
    assert (await registry.standing("U0DEE")).team == TEAM


class Odd:
    """Answers users.info and users.conversations as a proxy might, with parts missing."""

    def __init__(self, user: Any, channels: Any) -> None:
        self._user, self._channels = user, channels

    async def users_info(self, **_: Any) -> Any:
        return SimpleNamespace(data={"ok": True, **self._user})

    async def users_conversations(self, **_: Any) -> Any:
        return SimpleNamespace(data={"ok": True, **self._channels})

    async def conversations_info(self, **_: Any) -> Any:
        return SimpleNamespace(data={"ok": True})


SOMEONE = {"user": {"id": "U0DEE", "team_id": TEAM}}


@pytest.mark.parametrize(
    ("user", "channels", "lacks"),
    [
        ({}, {}, "user"),
        ({"user": None}, {}, "user"),
        ({"user": ["U0DEE"]}, {}, "user"),
        (SOMEONE, {"channels": [{}]}, "id"),
        (SOMEONE, {"channels": [{"id": None}]}, "id"),
    ],
)
async def test_an_answer_that_lacks_what_is_asked_for_teaches_nothing(
    user: Any, channels: Any, lacks: str
) -> None:
    odd: Any = Odd(user, channels)
    with pytest.raises(Unsure, match=f"lacks {lacks}$"):
        await SlackRegistry(odd, BOT).standing("U0DEE")


@pytest.mark.parametrize("user", [{}, {"user": {"id": "U0DEE"}}, {"user": {"profile": None}}])
async def test_who_has_no_name_in_the_answer_has_none_and_a_channel_is_private(user: Any) -> None:
    odd: Any = Odd(user, {})
    names = await SlackPeople(lambda _: odd).names(None, ["U0DEE", "C0INCIDENTS"])
    assert names == {"C0INCIDENTS": "a private channel"}
    assert await SlackPeople(lambda _: odd).names(None, ["C0INCIDENTS"], "C0INCIDENTS") == {}


@pytest.mark.parametrize("person", ["U0DEE", BOT])
@pytest.mark.parametrize("method", ["users.conversations", "users.info"])
async def test_an_error_that_tells_nothing_of_the_person_is_no_answer(
    registry: SlackRegistry, people: PersonClient, method: str, person: str
) -> None:
    """Taken for "in no private channel", it would let everyone into all of them."""
    await people.faults(rules=[{"method": method, "error": "something_new"}])
    with pytest.raises(Unsure):
        await registry.standing(person)
