"""The guide to the workspace says what is so: its tables are the code's, and its examples run."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.demo.workspace.methods import TABLE
from bot.demo.workspace.person import DOORS
from bot.demo.workspace.reference import reference, renewed
from tests.conformance.programs import NODE, node_with_bolt, running

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "workspace.md"


def example(language: str) -> str:
    """The only block of that language in the guide."""
    (found,) = re.findall(
        rf"^```{language}\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(found)


def test_the_reference_is_what_the_code_says() -> None:
    page = GUIDE.read_text("utf-8")
    assert page == renewed(page), "out of date; run: make docs"


def test_the_reference_leaves_nothing_out() -> None:
    tables = reference()
    assert all(f"`{door.verb} /workspace/{door.path}`" in tables for door in DOORS)
    assert all(f"| `{name}` |" in tables for name in TABLE)
    rows = [line for line in tables.splitlines() if line.startswith("| `")]
    assert all(not re.search(r"\|\s+\|$", row) for row in rows), "each says what it does"


async def greeted(program: list[str], **environment: str) -> str:
    async with (
        Workspace.serve() as workspace,
        running(program, workspace, more=environment),
        PersonClient(workspace.url) as people,
    ):

        async def connected() -> bool:
            return bool((await people.state())["apps"][0]["connected"])

        await people.until(connected)
        shown = await people.command("ana", "incidents", "/hello")
    return str(shown["response"]["text"])


async def test_the_python_example_runs(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(example("python"))
    assert await greeted([sys.executable, str(tmp_path / "app.py")]) == "Hello ana"


async def test_the_node_example_runs(tmp_path: Path) -> None:
    node = node_with_bolt()
    (tmp_path / "app.js").write_text(example("js"))
    text = await greeted([node, str(tmp_path / "app.js")], NODE_PATH=str(NODE / "node_modules"))
    assert text == "Hello ana"


async def test_the_line_that_is_shown_is_the_line_that_is_printed() -> None:
    (line,) = re.findall(r"^```json\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    async with Workspace.serve() as workspace:
        printed: dict[str, Any] = workspace.line()
    assert json.loads(line) == printed | {"url": "http://127.0.0.1:8770"}


@pytest.mark.parametrize("body", re.findall(r"-d '(.*?)'", GUIDE.read_text("utf-8"), re.DOTALL))
async def test_what_the_guide_sends_is_taken(body: str) -> None:
    sent = yaml.safe_load(body)
    path = "commands" if "command" in sent else "clock" if "advance" in sent else "faults"
    verb = "PUT" if path == "faults" else "POST"
    async with Workspace.serve() as workspace, PersonClient(workspace.url) as people:
        answer = await people.request(verb, path, sent)
    assert answer["ok"] or answer["error"] == "dispatch_failed"
