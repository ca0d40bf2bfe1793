"""The same conversation through every client that apps are built with, none of them modified."""

import sys
from pathlib import Path

import pytest

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.conformance.conversation import SOCKET_STEPS, STEPS, Step, Talk
from tests.conformance.programs import free_port, node_with_bolt, running

APPS = Path(__file__).parent / "apps"


def command(app: str) -> list[str]:
    """How to run the app."""
    if app == "node/app.js":
        return [node_with_bolt(), str(APPS / app)]
    return [sys.executable, str(APPS / app)]


async def converse(talk: Talk, steps: tuple[Step, ...]) -> None:
    await talk.people.faults(limits=False)
    for step in steps:
        try:
            await step(talk)
        except Exception as error:
            error.add_note(f"in the step {step.__name__!r}")
            raise


@pytest.mark.parametrize("app", ["async_bolt.py", "sync_bolt.py", "node/app.js"])
async def test_over_socket_mode(app: str) -> None:
    program = command(app)
    async with (
        Workspace.serve() as workspace,
        running(program, workspace),
        PersonClient(workspace.url) as people,
    ):
        await converse(Talk(workspace, people), (*STEPS, *SOCKET_STEPS))


@pytest.mark.parametrize("app", ["async_bolt.py", "sync_bolt.py"])
async def test_over_signed_http(app: str) -> None:
    port = free_port()
    async with (
        Workspace.serve(request_url=f"http://127.0.0.1:{port}/slack/events") as workspace,
        running(command(app), workspace, port),
        PersonClient(workspace.url) as people,
    ):
        await converse(Talk(workspace, people), STEPS)
