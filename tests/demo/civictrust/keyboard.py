"""Someone at the keyboard of a running system."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.civictrust.consensus import Pace
from tests.hanging import HANG_S

QUICK = Pace(catch_up_pause=0.1)


@dataclass(frozen=True)
class Operator:
    """Someone at the keyboard of a running system: runs commands, looks at endpoints."""

    url: str
    launcher: Path
    http: aiohttp.ClientSession

    async def run(self, *arguments: str) -> tuple[int, str]:
        """Run `./civictrust …` in its folder; return the exit status and all it printed."""
        process = await asyncio.create_subprocess_exec(
            "./civictrust",
            *arguments,
            cwd=self.launcher.parent,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, printed.decode()

    async def done(self, *arguments: str) -> str:
        """What a command printed that succeeded; one that had no answer is typed once more."""
        async with asyncio.timeout(HANG_S):
            while True:
                status, printed = await self.run(*arguments)
                if status == 0 or "does not answer" not in printed:
                    break
        assert status == 0, printed
        return printed

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(self.url + path) as answer:
            return answer.status, await answer.json()

    async def value(self, path: str) -> Any:
        """What is answered, once it is: a node that is given up on is asked again."""
        async with asyncio.timeout(HANG_S):
            while True:
                status, body = await self.get(path)
                if status == 200 or not str(body.get("error")).endswith("does not answer"):
                    break
                await asyncio.sleep(0.02)
        assert status == 200, body
        return body

    async def states(self) -> list[Any]:
        return [await self.value(f"/nodes/node-{n}/state") for n in (1, 2, 3)]

    async def leader(self) -> str:
        """Who leads, once somebody does: who does not answer in time leads nobody."""
        async with asyncio.timeout(HANG_S):
            while True:
                nodes = (await self.value("/nodes"))["nodes"]
                if found := [str(node["name"]) for node in nodes if node["role"] == "leader"]:
                    return found[0]
                await asyncio.sleep(0.02)

    async def replicas_are_equal(self) -> bool:
        return len({state["state_hash"] for state in await self.states()}) == 1


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition holds; a test that waits in vain fails."""
    async with asyncio.timeout(HANG_S):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


def is_running(pid: int) -> bool:
    """A process that ended but was not yet collected by its parent does not run."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
