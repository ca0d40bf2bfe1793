"""`runbook preview` as a process: the board of a file, its printed page, and what it refuses."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.demo.workspace.client import PersonClient
from tests.story.driver import INCIDENTS, Someone, words

ROOT = Path(__file__).parents[2]
FILE = """\
schema: procedure/v1
id: lamp-out
title: The lamp is out
symptoms: [It is dark]
inputs:
  lamp: { description: Which lamp, enum: [hall, stairs], required: true }
roles:
  electrician: { description: may open the box, slack_group: electricians }
steps:
  - { id: screw, title: Screw in a bulb, role: electrician, run: ["bulb {{ lamp }}"] }
verification:
  - confirm: It is light
"""
PREVIEW_WITHIN_S = 120.0

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def start(tmp_path: Path, no_proxy: None) -> AsyncIterator[Start]:
    running: list[asyncio.subprocess.Process] = []

    async def started(*words: str) -> asyncio.subprocess.Process:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("RUNBOOK_", "SLACK_"))}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "preview", *words, "--port", "0", "--data", str(tmp_path / "data")),
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        running.append(process)
        return process

    yield started
    for process in running:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def said(process: asyncio.subprocess.Process) -> str:
    """All that it says once it is ready."""
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(PREVIEW_WITHIN_S):
        try:
            return (await process.stdout.readuntil(b"Ctrl-C ends it.\n")).decode()
        except asyncio.IncompleteReadError:
            pytest.fail((await process.stderr.read()).decode())


async def test_a_file_is_a_board_with_values_made_up_and_everybody_has_its_roles(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "lamp-out.yaml").write_text(FILE)
    process = await start("lamp-out.yaml")
    told = await said(process)
    assert "Made-up values: lamp=hall." in told
    assert "type again:  /runbook start lamp-out lamp=hall" in told
    assert "all fail, since no systems are configured" in told
    page = (tmp_path / "data/lamp-out.txt").read_text()
    assert "bulb hall" in page
    url = re.search(r"Ready: (\S+)/#/incidents\?as=ana", told)
    assert url is not None
    async with PersonClient(url[1]) as people:
        ben = Someone(people, "ben", INCIDENTS)
        await ben.board("LO-1")
        await ben.does("Take")
        assert "bulb hall" in words(await ben.board("LO-1", "Done"))
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0


async def test_values_of_ones_own_and_systems_of_ones_own_are_used(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "lamp-out.yaml").write_text(FILE)
    (tmp_path / "mine.yaml").write_text("targets: { house: { url: http://127.0.0.1:9 } }\n")
    process = await start("lamp-out.yaml", "lamp=stairs", "--targets", "mine.yaml")
    told = await said(process)
    assert "Made-up" not in told
    assert f"at the systems of {tmp_path / 'mine.yaml'}" in told
    configured = (tmp_path / "data/targets.yaml").read_text()
    assert "http://127.0.0.1:9" in configured
    assert "electrician" in configured


@pytest.mark.parametrize(
    ("line", "status", "says"),
    [
        (("wrong.yaml",), 1, "wrong.yaml:1:1: error: "),
        (("none.yaml",), 2, "there is no file none.yaml"),
        (("lamp-out",), 2, "lamp-out is no file of a procedure; name one that ends in .yaml"),
        (("lamp-out.yaml", "lamp=cellar"), 2, "lamp "),
    ],
)
async def test_what_cannot_be_shown_is_said_at_once(
    start: Start, tmp_path: Path, line: tuple[str, ...], status: int, says: str
) -> None:
    (tmp_path / "lamp-out.yaml").write_text(FILE)
    (tmp_path / "wrong.yaml").write_text("id: wrong\n")
    process = await start(*line)
    _, told = await process.communicate()
    assert process.returncode == status
    assert says in told.decode()
    assert "Traceback" not in told.decode()
