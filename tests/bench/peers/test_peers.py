"""Posts a second and Slack calls for each, beside errbot and opsdroid, against one workspace.

A person says `!ping N` and the bot answers; ours is mentioned, and answers likewise. Slack's limits
are off, so that the bots are measured and not the limits. It installs the peers, each into an
environment of its own that is deleted afterwards: run `make bench-peers`.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.demo.workspace.client import PersonClient
from tests.bench import report
from tests.bench.databases import database
from tests.bench.processes import ROOT, environment, free_port, program, workspace

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

HERE = Path(__file__).parent
TIMES = 200
ANSWERS = ("chat.postMessage", "chat.postEphemeral")
PEERS = ("errbot", "opsdroid")


async def run(*command: str, **more: str) -> None:
    done = await asyncio.create_subprocess_exec(*command, env={**os.environ, **more})
    assert await done.wait() == 0, command


@contextlib.asynccontextmanager
async def peer(name: str, slack: Mapping[str, str], place: Path, port: int) -> AsyncIterator[None]:
    """Install a peer, and start it with its Slack backend."""
    python = place / "bin" / "python"
    await run(sys.executable, "-m", "venv", str(place))
    wanted = str(HERE / f"requirements-{name}.txt")
    await run(str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", wanted)
    started = await asyncio.create_subprocess_exec(
        *(str(python), str(HERE / f"start_{name}.py"), str(place / "bench"), str(port)),
        cwd=place,
        env={"PATH": os.defpath, "HOME": str(place), **environment(slack), **socket_of(slack)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        # Neither ends soon when it is asked to.
        started.kill()
        await started.wait()


def socket_of(slack: Mapping[str, str]) -> dict[str, str]:
    return {"SLACK_APP_TOKEN": slack["app_token"]}


@contextlib.asynccontextmanager
async def ours(slack: Mapping[str, str]) -> AsyncIterator[None]:
    async with database("sqlite") as url:
        settings = {
            **environment(slack),
            **socket_of(slack),
            "RUNBOOK_DATABASE_URL": url,
            "RUNBOOK_PROCEDURES": str(ROOT / "procedures"),
            "RUNBOOK_LOG_LEVEL": "ERROR",
        }
        async with program(settings, "bot", "serve"):
            yield


async def answered(people: PersonClient, text: str) -> tuple[float, Counter[str]]:
    """Say *text* many times over; answers a second, and the Slack calls by method."""

    async def answers() -> int:
        return sum(call["method"] in ANSWERS for call in await people.calls())

    async def connected() -> bool:
        await people.say("U0ANA", "C0INCIDENTS", text)
        await asyncio.sleep(0.5)
        return await answers() > 0

    await people.until(connected, 90)
    await asyncio.sleep(2)
    before = await people.calls()
    have = await answers()
    begun = time.perf_counter()
    for _ in range(TIMES):
        await people.say("U0ANA", "C0INCIDENTS", text)

    async def all_answered() -> bool:
        return await answers() >= have + TIMES

    await people.until(all_answered, 120)
    rate = TIMES / (time.perf_counter() - begun)
    return rate, Counter(call["method"] for call in (await people.calls())[len(before) :])


async def test_beside_the_peers(tmp_path: Path) -> None:
    """One bot at a time, each with a fresh workspace."""
    rows = []
    for name in (*PEERS, "runbook"):
        port = free_port()
        url = f"http://127.0.0.1:{port}/connector/slack" if name == "opsdroid" else ""
        async with workspace(url) as slack, PersonClient(slack["url"]) as people:
            await people.faults(limits=False)
            bot = ours(slack) if name == "runbook" else peer(name, slack, tmp_path / name, port)
            async with bot:
                said = f"<@{slack['bot_user']}> list" if name == "runbook" else "!ping 1"
                try:
                    rate, calls = await answered(people, said)
                except TimeoutError:
                    rows.append((name, "not all answered", "", ""))
                    continue
        each = sum(calls.values()) / TIMES
        print(name, f"{rate:.0f} answers a second,", dict(calls), flush=True)
        rows.append((name, f"{rate:.0f}", f"{each:.1f}", ", ".join(sorted(calls))))
    report.table(
        "Answers to what a person says, by Socket Mode (opsdroid: by HTTP)",
        ("bot", "answers /s", "Slack calls an answer", "methods"),
        rows,
    )
