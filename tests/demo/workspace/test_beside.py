"""A system beside the workspace: who asks for it, what is run at its terminal, who is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.workspace import Workspace, console
from bot.demo.workspace.client import PersonClient
from tests.demo.workspace.beside import Pretended
from tests.hanging import HANG_S


@pytest.fixture
async def system(workspace: Workspace) -> AsyncIterator[Pretended]:
    system = Pretended()
    async with workspace.beside(system):
        yield system


def typed(line: str, user: str = "ana") -> dict[str, str]:
    return {"user": user, "line": line}


async def test_without_one_there_is_nothing_to_see_and_nothing_to_type(
    people: PersonClient,
) -> None:
    assert (await people.state())["system"] is None
    assert await people.request("GET", "system") == {"system": None}
    for path, body in (
        ("system/lines", typed("./trust status")),
        ("system/presses", {"user": "ana", "press": "break"}),
    ):
        answer = await people.request("POST", path, body)
        assert (answer["ok"], answer["error"]) == (False, "no_system")


async def test_a_line_is_run_and_stays_to_be_seen_with_who_typed_it(
    people: PersonClient, system: Pretended
) -> None:
    assert (await people.state())["system"] == {"name": "Trust", "prompt": "./trust"}
    answer = await people.request("POST", "system/lines", typed("./trust status"))
    assert (answer["ok"], answer["status"]) == (True, 0)
    assert answer["output"] == "./trust status: done\n"
    shown = (await people.request("GET", "system"))["system"]
    (line,) = shown["lines"]
    assert (line["user"], line["line"]) == ("U0ANA", "./trust status")
    assert shown["seen"]["says"] == "Well."
    assert [press["id"] for press in shown["presses"]] == ["break", "heal"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("rm -rf .", "not_allowed"),
        ("./trust a\nb", "invalid_body"),
        ("./trust \x1b[2J", "invalid_body"),
        ("", "invalid_body"),
        ("./trust " + "x" * 2000, "invalid_body"),
    ],
)
async def test_what_is_not_one_of_its_commands_is_not_run(
    people: PersonClient, system: Pretended, line: str, error: str
) -> None:
    answer = await people.request("POST", "system/lines", typed(line))
    assert (answer["ok"], answer["error"]) == (False, error)
    assert system.ran == []
    assert (await people.request("GET", "system"))["system"]["lines"] == []


async def test_a_button_runs_the_lines_that_it_stands_for(
    people: PersonClient, system: Pretended
) -> None:
    answer = await people.request("POST", "system/presses", {"user": "ben", "press": "break"})
    assert [line["line"] for line in answer["lines"]] == ["./trust break", "./trust status"]
    assert [line["status"] for line in answer["lines"]] == [1, 0]
    answer = await people.request("POST", "system/presses", {"user": "ben", "press": "chaos"})
    assert answer["error"] == "no_such_button"


async def test_lines_are_run_one_after_another_and_those_that_wait_are_seen(
    people: PersonClient, system: Pretended
) -> None:
    system.free.clear()
    calls = [
        asyncio.create_task(people.request("POST", "system/lines", typed(f"./trust {n}")))
        for n in (1, 2)
    ]

    async def both() -> list[Any]:
        lines: list[Any] = (await people.request("GET", "system"))["system"]["lines"]
        return lines if len(lines) == 2 else []

    lines = await people.until(both)
    assert [line["status"] for line in lines] == [None, None]
    assert len(system.ran) == 1
    system.free.set()
    assert [answer["status"] for answer in await asyncio.gather(*calls)] == [0, 0]


async def test_it_is_looked_at_while_a_page_is_open_and_a_change_is_told_once(
    workspace: Workspace, people: PersonClient, system: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "EVERY_S", 0.01)
    assert system.looks == 0
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{workspace.url}/workspace/events") as stream,
        asyncio.timeout(HANG_S),
    ):
        told = [event async for event in _events(stream, 1)]
        looks = system.looks

        async def again() -> bool:
            return system.looks > looks + 2

        await people.until(again)
        system.words = "Broken."
        told += [event async for event in _events(stream, 1)]
        assert told == [{"type": "system"}, {"type": "system"}]


async def _events(stream: aiohttp.ClientResponse, count: int) -> AsyncIterator[dict[str, str]]:
    """The next events of a stream."""
    while count:
        line = (await stream.content.readline()).decode()
        if line.startswith("data: "):
            count -= 1
            yield json.loads(line.removeprefix("data: "))
