"""Starts Python programs in a part of the time: one process has loaded the bot, and forks for each.

What is forked does what `python -m MODULE ARGUMENT…` does, with the environment, the folder and the
files that it is given. To load the bot takes a second of a processor, and the tests start it
hundreds of times. A program that needs an interpreter of its own (another Python, libraries loaded
before it) is started as any other, and so is whatever these start themselves.

`program` starts one, and what it returns is used as an `asyncio.subprocess.Process` is. All ends
with the process that asked first: the nursery at the end of its socket, and its children with it.
"""

import asyncio
import atexit
import contextlib
import ctypes
import functools
import gc
import inspect
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[1]
_PR_SET_PDEATHSIG = 1
_LARGEST = 1 << 20
"""Bytes of what is asked: an environment, above all."""


@dataclass(slots=True)
class Program:
    """One that runs, or has ended; its standard input is held open until then."""

    pid: int
    stdout: asyncio.StreamReader
    _handle: int
    _input: int
    _told: int
    """Where the nursery says how it ended."""
    _transport: asyncio.ReadTransport
    _status: int | None = None
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def returncode(self) -> int | None:
        """How it ended, as `subprocess` has it: a signal is a number below zero."""
        if self._status is None:
            with contextlib.suppress(BlockingIOError):
                self._read()
        return self._status

    def _read(self) -> None:
        said = os.read(self._told, 16)
        asyncio.get_running_loop().remove_reader(self._told)
        # The nursery itself may have been killed, and its children with it.
        self._status = int(said) if said else -signal.SIGKILL
        for number in (self._told, self._handle, self._input):
            os.close(number)
        self._ended.set()

    def send_signal(self, number: int) -> None:
        """Raises ProcessLookupError when it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError(self.pid)
        signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        await self._ended.wait()
        assert self._status is not None
        return self._status

    async def communicate(self) -> tuple[bytes, None]:
        """What it writes until its end."""
        said = await self.stdout.read()
        await self.wait()
        self._transport.close()
        return said, None


async def program(
    module: str,
    *arguments: str,
    environ: Mapping[str, str],
    log: BinaryIO | None = None,
    cwd: Path = ROOT,
) -> Program:
    """Start `python -m MODULE ARGUMENT…`; *log* takes its standard error, else its output does."""
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as theirs:
        ours: list[int] = []

        def pipe(*, reads: bool) -> int:
            """A pipe, of which the program reads or writes its end; that end."""
            read, write = os.pipe()
            theirs.callback(os.close, read if reads else write)
            ours.append(write if reads else read)
            return read if reads else write

        given = [pipe(reads=True), pipe(reads=False), pipe(reads=False)]
        given.insert(2, log.fileno() if log is not None else given[1])
        asked = {"run": [module, *arguments], "environ": dict(environ), "cwd": str(cwd)}
        pid = _nursery().fork(asked, given)
    handle = os.pidfd_open(pid)
    input_, output, told = ours
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(output, "rb", 0)
    )
    made = Program(pid, reader, handle, input_, told, transport)
    os.set_blocking(told, False)
    loop.add_reader(told, made._read)
    return made


@functools.cache
def _nursery() -> "_Nursery":
    return _Nursery()


class _Nursery:
    """The process that forks, as the one that asks sees it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - ours
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self._end)

    def fork(self, asked: Mapping[str, object], files: list[int]) -> int:
        socket.send_fds(self._socket, [json.dumps(asked).encode()], files)
        return int(self._socket.recv(16))

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


class _Forker:
    """The process that forks, as it sees itself."""

    def __init__(self, asks: socket.socket) -> None:
        self._asks = asks
        self._children: dict[int, int] = {}
        """Where it is to be told how each ended."""
        signal.signal(signal.SIGCHLD, lambda *_: self._tell())

    def serve(self) -> list[str] | None:
        """Fork for all who ask; what a child is to run, or None at the end."""
        while True:
            said, files, _, _ = socket.recv_fds(self._asks, _LARGEST, 8)
            if not said:
                return None
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
            pid = os.fork()
            if pid == 0:
                return self._be(json.loads(said), files)
            *passed, told = files
            self._children[pid] = told
            for number in passed:
                os.close(number)
            self._asks.send(str(pid).encode())
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])

    def _tell(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                told = self._children.pop(pid)
                # Whoever asked may be gone.
                with contextlib.suppress(BrokenPipeError):
                    os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(told)

    def _be(self, asked: dict[str, object], files: list[int]) -> list[str]:
        """Make a new process of the fork: its own environment, folder, files and end."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        self._asks.close()
        for number in self._children.values():
            os.close(number)
        environ, run = asked["environ"], asked["run"]
        assert isinstance(environ, dict)
        assert isinstance(run, list)
        os.environ.clear()
        os.environ.update(environ)
        time.tzset()
        os.chdir(str(asked["cwd"]))
        for to, number in enumerate(files[:3]):
            os.dup2(number, to)
        for number in files:
            os.close(number)
        return run


def main() -> None:
    """Fork for the other end of the socket; a fork runs what it was made for, and ends as it."""
    # Loaded before the first fork, so that no child has to.
    import bot.cli.main  # noqa: PLC0415 - the tests' own process needs none of it
    import bot.serving  # noqa: F401, PLC0415

    asks = socket.socket(fileno=int(sys.argv[1]))
    # Bolt looks through all modules for who calls it: half of the search is remembered.
    inspect.stack()
    # What was loaded stays shared with the children.
    gc.collect()
    gc.freeze()
    run = _Forker(asks).serve()
    if run is not None:
        sys.argv = run
        runpy.run_module(run[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
