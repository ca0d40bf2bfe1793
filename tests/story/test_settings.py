"""What is wrong with the settings is one line that names what to set, and status 1."""

import asyncio
import contextlib
import os
from pathlib import Path

import aiohttp
import pytest

from bot.cli import main as cli
from bot.edges import ending
from tests.hanging import HANG_S
from tests.postgres import free_port
from tests.story.conftest import Child


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xapp-mistaken"}, "SLACK_BOT_TOKEN does not look like xoxb-"),
        ({"SLACK_APP_TOKEN": "xoxb-mistaken"}, "SLACK_APP_TOKEN does not look like xapp-"),
        ({"SLACK_APP_TOKEN": ""}, "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set"),
        ({"RUNBOOK_DATABSE_URL": "sqlite:///x"}, "RUNBOOK_DATABSE_URL is not a setting"),
        ({"RUNBOOK_DATABASE_URL": "mysql://x"}, "RUNBOOK_DATABASE_URL is wrong"),
        ({"RUNBOOK_TARGETS": "/nowhere/targets.yaml"}, "write the targets there"),
        ({"RUNBOOK_HTTP_PORT": "99999"}, "RUNBOOK_HTTP_PORT is wrong"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    changes: dict[str, str],
    said: str,
) -> None:
    for name in [n for n in os.environ if n.startswith(("SLACK_", "RUNBOOK_"))]:
        monkeypatch.delenv(name)
    database = f"sqlite:///{tmp_path / 'runbook.db'}"
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    for name, value in (given | {"RUNBOOK_DATABASE_URL": database} | changes).items():
        monkeypatch.setenv(name, value)
    # The process that ends soon after a refusal is the tests' own here.
    monkeypatch.setattr(ending, "within", lambda *_: None)
    assert cli.main(["serve"]) == 1
    written = capsys.readouterr().err
    assert said in written
    assert written.count("\n") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-secret-wrong"}, "Slack refuses SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-secret-wrong"}, "Slack refuses SLACK_APP_TOKEN"),
    ],
)
async def test_a_token_that_slack_refuses_is_one_line_that_names_it(
    child: Child, changes: dict[str, str], said: str
) -> None:
    child.environ |= changes | {"RUNBOOK_LOG_LEVEL": "ERROR"}
    process = await child.run("serve")
    assert await process.wait() == 1
    written = child.log.read_text()
    assert said in written
    assert written.count("\n") == 1
    assert "secret-wrong" not in written


async def test_a_port_that_is_taken_is_one_line(child: Child, workspace: object) -> None:
    port = child.environ["SLACK_API_URL"].split(":")[2].split("/")[0]
    child.environ |= {
        "SLACK_APP_TOKEN": "",
        "SLACK_SIGNING_SECRET": "s",
        "RUNBOOK_HTTP_PORT": port,
        "RUNBOOK_LOG_LEVEL": "ERROR",
    }
    process = await child.run("serve")
    assert await process.wait() == 1
    written = child.log.read_text()
    assert "RUNBOOK_HTTP_PORT" in written
    assert written.count("\n") == 1


async def test_the_pages_of_procedures_are_there_while_slack_and_database_are_away(
    child: Child, environ: dict[str, str]
) -> None:
    port = free_port()
    child.environ = environ | {
        "RUNBOOK_PAGES_LISTEN": f"127.0.0.1:{port}",
        "RUNBOOK_DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing",
        "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/",
    }
    await child.run("serve")
    address = f"http://127.0.0.1:{port}/procedures/mend-it"

    async def shown() -> str:
        async with asyncio.timeout(HANG_S), aiohttp.ClientSession() as web:
            while True:
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    async with web.get(address) as answer:
                        return await answer.text()
                await asyncio.sleep(0.1)

    assert "<h1>Mend it</h1>" in await shown()
