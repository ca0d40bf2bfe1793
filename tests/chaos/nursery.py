"""Starts replicas in a part of the time: the program is loaded once, and forked for each.

What is forked is `bot.cli.main.main(["serve"])`, as `python -m bot serve` calls it. Each line of
standard input asks for one: its environment, and the files for its output. It ends with its
starter, and its children with it.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.site import ROOT, Replica, environment
from tests.hanging import HANG_S

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Fork a replica for each line; print its process id."""
    # Loaded before the first fork, so that no child has to.
    import bot.serving  # noqa: F401, PLC0415 - it is this module's purpose
    from bot.cli import main as cli  # noqa: PLC0415 - the tests' own process needs none of it

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(asked)
            status = cli.main(["serve"])
            sys.stdout.flush()
            os._exit(status)
        print(pid, flush=True)


def _be(asked: dict[str, dict[str, str]]) -> None:
    """Make a new process of the fork: its own environment, files and end."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(asked["environ"])
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(asked["files"]["out"], append), 1)
    os.dup2(os.open(asked["files"]["log"], append), 2)


@dataclass(slots=True)
class Nursery:
    """The process that forks."""

    _process: asyncio.subprocess.Process
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls) -> AsyncIterator["Nursery"]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.nursery"),
            cwd=ROOT,
            env=environment({}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def fork(self, environ: dict[str, str], **files: str) -> int:
        """Start a replica; its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"environ": environment(environ), "files": files}
        async with self._turn:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            return int(await self._process.stdout.readline())


@dataclass(slots=True)
class Forked(Replica):
    """A replica that the nursery starts; for killing, since nobody hears how it ended."""

    nursery: Nursery | None = None
    _pid: int = 0
    _handle: int = -1
    _begun: float = 0.0

    @property
    def _out(self) -> Path:
        return self.log.with_suffix(".out")

    async def begin(self) -> None:
        assert self.nursery is not None
        self._out.unlink(missing_ok=True)
        self._begun = time.monotonic()
        files = {"out": str(self._out), "log": str(self.log)}
        self._pid = await self.nursery.fork(self.environ, **files)
        self._handle = os.pidfd_open(self._pid)

    async def ready(self) -> None:
        while "Ready" not in (self._out.read_text() if self._out.exists() else ""):
            assert self.alive, f"{self.name} does not start:\n{self.said()}"
            assert time.monotonic() - self._begun < HANG_S, self.said()
            await asyncio.sleep(0.01)
        self.starts.append(time.monotonic() - self._begun)

    @property
    def alive(self) -> bool:
        if self._handle < 0:
            return False
        try:
            signal.pidfd_send_signal(self._handle, 0)
        except ProcessLookupError:
            return False
        return True

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._handle >= 0:
                signal.pidfd_send_signal(self._handle, number)

    async def end(self, number: signal.Signals = signal.SIGKILL) -> int | None:
        self.send(number)
        while self.alive:  # noqa: ASYNC110 - it is nobody's child here
            await asyncio.sleep(0.002)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        return None


if __name__ == "__main__":
    main()
