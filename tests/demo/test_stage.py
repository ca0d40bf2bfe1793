"""`runbook demo` as a process: what it prints and writes, what it refuses, and how it ends."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.demo.civictrust.keyboard import eventually, is_running

ROOT = Path(__file__).parents[2]
DEMO_WITHIN_S = 60.0


@dataclass
class Show:
    """One run of the command."""

    process: asyncio.subprocess.Process
    data: Path
    pids: list[int] = field(default_factory=list)

    async def ready(self) -> list[str]:
        """All five lines, once it is ready."""
        assert self.process.stdout is not None
        async with asyncio.timeout(DEMO_WITHIN_S):
            lines = [(await self.process.stdout.readline()).decode() for _ in range(5)]
        self.pids = descendants(self.process.pid)
        return lines

    def told(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.data / "demo.json").read_text("utf-8"))
        return found

    async def ended(self) -> tuple[int, str]:
        """Wait for the end; the exit status, and what was said on standard error."""
        async with asyncio.timeout(DEMO_WITHIN_S):
            _, said = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, said.decode()

    async def all_gone(self) -> None:
        async def gone() -> bool:
            return not any(is_running(pid) for pid in self.pids)

        await eventually(gone)


Start = Callable[..., Awaitable[Show]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    shows: list[Show] = []

    async def started(*, port: int = 0, data: Path | None = None, **environment: str) -> Show:
        folder = data or tmp_path / "demo"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "demo", "--port", str(port), "--data", str(folder)),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        shows.append(Show(process, folder))
        return shows[-1]

    yield started
    for show in shows:
        if show.process.returncode is None:
            show.process.kill()
            await show.ended()
        await show.all_gone()


def descendants(pid: int) -> list[int]:
    """The processes below this one, its children first."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [below for child in found for below in descendants(child)]


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def environment_of(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def part(show: Show, words: str) -> int:
    """The process of a part, by its command line."""
    return next(pid for pid in show.pids if words in command_line(pid))


async def test_it_says_what_to_do_and_tells_programs_where_it_is(start: Start) -> None:
    """Strange settings and a proxy that answers nobody stand in the environment throughout."""
    proxy = "http://127.0.0.1:9"
    strange = {"RUNBOOK_TARGETS": "/nowhere", "SLACK_BOT_TOKEN": "xoxb-strange"}
    strange |= {"HTTP_PROXY": proxy, "https_proxy": proxy, "ALL_PROXY": proxy}
    show = await start(**strange)
    lines = await show.ready()
    told = show.told()
    assert set(told) == {"url", "civictrust_url", "launcher", "data"}
    assert lines[0] == f"Ready: {told['url']}\n"
    assert [line[:4] for line in lines[1:4]] == ["  1.", "  2.", "  3."]
    assert "press CivicTrust and break it" in lines[1]
    assert f"cd {show.data / 'civictrust'} && ./civictrust chaos leak" in lines[1]
    assert "/runbook key-compromise key_id=key-a new_key_id=key-b" in lines[2]
    assert str(show.data / "demo.json") in lines[4]
    assert told["data"] == str(show.data)
    assert Path(told["launcher"]) == show.data / "civictrust" / "civictrust"
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{told['url']}/workspace/state") as answer:
            state = await answer.json()
        assert [app["connected"] for app in state["apps"]] == [True]
        async with http.get(f"{told['civictrust_url']}/nodes") as answer:
            assert len((await answer.json())["nodes"]) == 3

    # No part has a setting that is not the demo's own.
    system, bot = part(show, "civictrust serve"), part(show, "tied bot serve")
    names = ("RUNBOOK_", "SLACK_")
    assert not [n for n in environment_of(part(show, "bot.demo.alerting")) if n.startswith(names)]
    assert not [name for name in environment_of(system) if name.startswith(names)]
    own = environment_of(bot)
    assert own["RUNBOOK_TARGETS"] == str(show.data / "targets.yaml")
    assert own["SLACK_BOT_TOKEN"] != "xoxb-strange"
    assert not [name for name in own if name.lower().endswith("_proxy")]

    again = await start()
    status, said = await again.ended()
    assert (status, said.count("\n")) == (1, 1)
    assert f"a demo runs in {show.data} already" in said

    taken = int(told["url"].rpartition(":")[2])
    status, said = await (await start(port=taken, data=show.data.with_name("other"))).ended()
    assert (status, said.count("\n")) == (1, 1)
    assert f"port {taken} is in use" in said
    assert f"PORT={taken + 1} make demo" in said

    show.process.send_signal(signal.SIGINT)
    assert await show.ended() == (0, "")
    await show.all_gone()


async def test_procedures_of_ones_own_are_served_and_said_to_be(
    start: Start, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    status, said = await (await start(RUNBOOK_PROCEDURES=str(own))).ended()
    assert (status, said) == (
        1,
        f"runbook: there is no folder {own}, which RUNBOOK_PROCEDURES names\n",
    )
    own.mkdir()
    shutil.copy(ROOT / "procedures" / "crash-recovery.yaml", own)
    # A path is one from where the demo is started.
    show = await start(RUNBOOK_PROCEDURES="own")
    lines = await show.ready()
    assert lines[1].startswith(f"  Procedures: those of {own}, as RUNBOOK_PROCEDURES says.")
    assert environment_of(part(show, "tied bot serve"))["RUNBOOK_PROCEDURES"] == str(own)
    show.process.send_signal(signal.SIGTERM)
    assert (await show.ended())[0] == 0


async def test_each_start_has_fresh_data_and_sigterm_ends_it(start: Start) -> None:
    first = await start()
    await first.ready()
    old = first.told()["url"]
    (first.data / "civictrust" / "left-over").write_text("old")
    shell = await asyncio.create_subprocess_exec(
        "sh",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=first.data / "civictrust",
    )
    first.process.terminate()
    assert await first.ended() == (0, "")
    await first.all_gone()
    second = await start()
    await second.ready()
    assert not (second.data / "civictrust" / "left-over").exists()
    # A terminal that was in the folder still is, and works.
    said, _ = await shell.communicate(b"pwd -P && ./civictrust state-hash\n")
    assert said.decode().splitlines()[0] == str(second.data / "civictrust")
    assert "identical on 3/3 nodes" in said.decode()
    assert second.told()["url"] != old or second.pids != first.pids
    second.process.terminate()
    assert await second.ended() == (0, "")


async def test_ctrl_c_is_heard_while_the_parts_still_start(start: Start) -> None:
    show = await start()

    async def begun() -> bool:
        show.pids = descendants(show.process.pid)
        return any("tied" in command_line(pid) for pid in show.pids)

    await eventually(begun)
    show.process.send_signal(signal.SIGINT)
    assert await show.ended() == (0, "")
    await show.all_gone()


@pytest.mark.parametrize("name", ["civictrust", "notes.txt"])
async def test_a_folder_of_someone_elses_is_refused_and_left_alone(
    start: Start, tmp_path: Path, name: str
) -> None:
    data = tmp_path / "mine"
    (data / name).mkdir(parents=True)
    status, said = await (await start(data=data)).ended()
    assert (status, said.count("\n")) == (1, 1)
    assert "is not empty and not a demo's" in said
    assert [path.name for path in data.iterdir()] == [name]


@pytest.mark.parametrize(("words", "name"), [("serve --data", "civictrust"), ("bot serve", "bot")])
async def test_a_part_that_dies_ends_the_demo_with_one_line(
    start: Start, words: str, name: str
) -> None:
    show = await start()
    await show.ready()
    os.kill(part(show, words), signal.SIGKILL)
    status, said = await show.ended()
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith(f"runbook: {name} ended by itself: killed (signal 9); its log is ")
    await show.all_gone()


async def test_a_killed_demo_leaves_no_process_behind(start: Start) -> None:
    show = await start()
    await show.ready()
    assert len(show.pids) == 6  # the bot, what tells it of alerts, CivicTrust, and its three nodes
    show.process.kill()
    await show.ended()
    await show.all_gone()


@pytest.mark.parametrize("given", [["PORT=8766"], []])
async def test_make_passes_the_port_on(given: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PORT"}
    if not given:
        environment["PORT"] = "8766"
    process = await asyncio.create_subprocess_exec(
        *("make", "--no-print-directory", "--dry-run", "demo", *given),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    assert printed.decode().splitlines()[-1].endswith("runbook demo --port 8766")


async def test_a_port_in_use_leaves_the_data_of_the_last_demo_alone(
    start: Start, tmp_path: Path
) -> None:
    data = tmp_path / "demo"
    data.mkdir()
    (data / "notes.txt").write_text("mine")
    with socket.create_server(("127.0.0.1", 0)) as busy:
        status, said = await (await start(port=busy.getsockname()[1])).ended()
    assert (status, "is in use" in said) == (1, True)
    assert (data / "notes.txt").read_text() == "mine"
