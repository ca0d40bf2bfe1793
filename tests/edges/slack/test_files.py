"""Files that people gave, read in Slack: within bounds, and with the token to Slack only."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.slack import connection
from bot.edges.slack.files import SlackFiles, holds_files
from bot.ports.files import TooLarge
from bot.ports.messages import Gone, Rejected, Throttled, Unsure

SLACK = URL("https://slack.com/api/")
LOCAL = URL("http://127.0.0.1:8765/api/")


@pytest.fixture
async def files(workspace: Workspace, no_proxy: None) -> AsyncIterator[SlackFiles]:
    async with aiohttp.ClientSession() as session:
        slack = connection.client(workspace.bot_token, workspace.api_url, session)
        yield SlackFiles(lambda _team: slack)


async def read(files: SlackFiles, file: str, most: int = 100) -> bytes:
    return b"".join([piece async for piece in files.read(None, file, most)])


async def test_a_file_is_read_to_its_end(files: SlackFiles, people: PersonClient) -> None:
    file = await people.upload("ana", "out.txt", content="x" * 100)
    assert await read(files, file) == b"x" * 100


async def test_a_file_that_is_too_large_is_not_read(
    files: SlackFiles, people: PersonClient
) -> None:
    file = await people.upload("ana", "out.txt", content="x" * 101)
    with pytest.raises(TooLarge):
        await read(files, file)


async def test_what_is_larger_than_slack_said_is_broken_off(
    files: SlackFiles, people: PersonClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await people.upload("ana", "out.txt", content="x" * 101)
    kept = workspace.world.state.files[file]
    wire = type(kept).wire
    monkeypatch.setattr(type(kept), "wire", lambda one, base: wire(one, base) | {"size": 1})
    with pytest.raises(TooLarge):
        await read(files, file)


async def test_what_is_in_the_way_is_told_apart(
    files: SlackFiles, people: PersonClient, workspace: Workspace
) -> None:
    file = await people.upload("ana", "out.txt", content="x")
    for rule, raised in (
        ({"method": "files.info", "fault": "429"}, Throttled),
        ({"method": "files-pri", "fault": "429"}, Throttled),
        ({"method": "files.info", "fault": "5xx"}, Unsure),
        ({"method": "files-pri", "fault": "5xx"}, Unsure),
        ({"method": "files.info", "fault": "error", "error": "no_permission"}, Rejected),
    ):
        await people.faults(rules=[rule])
        with pytest.raises(raised):
            await read(files, file)
    await people.faults()
    with pytest.raises(Gone):
        await read(files, "F0NOSUCHFILE")
    workspace.world.state.files[file].deleted = True
    with pytest.raises(Gone):
        await read(files, file)


async def test_without_the_scope_it_is_said_once_which_one_lacks(
    files: SlackFiles,
    people: PersonClient,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = await people.upload("ana", "out.txt", content="x")
    monkeypatch.setattr(workspace.world.app, "_scopes", frozenset({"chat:write"}))
    for _ in range(2):
        with pytest.raises(Rejected, match="needs the scope files:read"):
            await read(files, file)
    assert caplog.text.count("until the app has the scope files:read") == 1


async def test_a_page_to_sign_in_is_no_file(
    files: SlackFiles, people: PersonClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack sends there whoever may know of a file and not read it."""
    file = await people.upload("ana", "out.txt", content="x")
    lacks = workspace.world.app.lacks
    asked: list[tuple[str, ...]] = []

    def only_at_first(scopes: tuple[str, ...]) -> bool:
        asked.append(scopes)
        return len(asked) > 1 or lacks(scopes)

    monkeypatch.setattr(type(workspace.world.app), "lacks", lambda _app, one: only_at_first(one))
    with pytest.raises(Rejected, match="files:read"):
        await read(files, file)


@pytest.mark.parametrize(
    ("address", "api", "is_slacks"),
    [
        ("https://files.slack.com/files-pri/T1-F1/x.png", SLACK, True),
        ("https://slack.com/files-pri/T1-F1/x.png", SLACK, True),
        ("http://files.slack.com/x.png", SLACK, False),
        ("https://files.slack.com:8443/x.png", SLACK, False),
        ("https://files.slack.com@evil.example/x.png", SLACK, False),
        ("https://files.slack.com.evil.example/x.png", SLACK, False),
        ("https://drive.example/x.png", SLACK, False),
        ("/x.png", SLACK, False),
        ("http://127.0.0.1:8765/files-pri/F1/x.png", LOCAL, True),
        ("http://127.0.0.1:8766/files-pri/F1/x.png", LOCAL, False),
        ("http://127.0.0.1:x/", LOCAL, False),
    ],
)
def test_the_token_goes_to_slack_only(address: str, api: URL, is_slacks: bool) -> None:  # noqa: FBT001 - a table
    assert holds_files(address, api) is is_slacks
