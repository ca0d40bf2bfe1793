"""What Slack says of user groups, and the words for why it says nothing."""

import logging
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bot.app.groups import Untold
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.slack import connection
from bot.edges.slack.groups import SlackDirectory
from bot.ports.messages import Throttled, Unsure

GROUP = "S0KEYCUSTODIANS"


@pytest.fixture
async def directory(workspace: Workspace) -> AsyncIterator[SlackDirectory]:
    async with aiohttp.ClientSession() as session:
        slack = connection.client(workspace.bot_token, workspace.api_url, session)
        yield SlackDirectory(slack)


async def test_groups_by_handle_and_by_id_and_who_is_in_them(directory: SlackDirectory) -> None:
    assert await directory.ids() == {"key-custodians": GROUP, GROUP: GROUP}
    assert await directory.people(GROUP) == {"U0DEE"}


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("missing_scope", "the app needs the scope usergroups:read, and to be installed again"),
        ("plan_upgrade_required", "this Slack plan has no user groups"),
        ("something_new", "Slack does not tell (something_new)"),
    ],
)
async def test_what_is_in_the_way_is_said_once(
    directory: SlackDirectory,
    people: PersonClient,
    caplog: pytest.LogCaptureFixture,
    error: str,
    says: str,
) -> None:
    await people.faults(rules=[{"method": "usergroups.list", "error": error}])
    for _ in range(2):
        with pytest.raises(Untold) as untold:
            await directory.ids()
        assert str(untold.value) == says
    warned = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    lost = "until then nobody holds a role by a user group, only by a list of people"
    assert [words for words in warned if words.startswith(says)] == [
        f"{says}; {lost} (docs/roles.md)"
    ]


@pytest.mark.parametrize(("fault", "raised"), [("429", Throttled), ("5xx", Unsure)])
async def test_slack_that_cannot_be_asked_now_is_asked_later(
    directory: SlackDirectory, people: PersonClient, fault: str, raised: Any
) -> None:
    await people.faults(rules=[{"method": "usergroups.users.list", "fault": fault, "times": 1}])
    with pytest.raises(raised):
        await directory.people(GROUP)
    assert await directory.people(GROUP) == {"U0DEE"}


class Odd:
    """Answers as a proxy might, with parts missing."""

    def __init__(self, **answer: Any) -> None:
        self._answer = answer

    async def usergroups_list(self, **_: Any) -> Any:
        return SimpleNamespace(data={"ok": True, **self._answer})

    usergroups_users_list = usergroups_list


@pytest.mark.parametrize("groups", [None, {}, [{}], [{"id": "S1"}], [{"handle": "x"}]])
async def test_an_answer_that_lacks_what_is_asked_for_teaches_nothing(groups: Any) -> None:
    odd: Any = Odd(usergroups=groups)
    with pytest.raises(Unsure):
        await SlackDirectory(odd).ids()


async def test_only_ids_of_people_are_taken_for_people() -> None:
    odd: Any = Odd(users=["U0DEE", 7, "<!here>", None])
    assert await SlackDirectory(odd).people("S1") == {"U0DEE"}
    with pytest.raises(Unsure):
        await SlackDirectory(Odd()).people("S1")  # type: ignore[arg-type]
