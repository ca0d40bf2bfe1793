"""Start, order about and end the three node processes. Knows nothing of documents.

Nodes hang on their standard input: if this process dies, however it dies, they end by themselves.
"""

import asyncio
import contextlib
import dataclasses
import json
import secrets
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from bot.demo.civictrust.consensus import Pace
from bot.demo.civictrust.rpc import Message, RefusedError

NODES = ("node-1", "node-2", "node-3")
_PROJECT = Path(__file__).resolve().parents[3]
_START_DEADLINE = 20.0  # seconds; only a machine on its knees needs that long


class NodeProcess:
    """One node, dead or alive, with its own folder."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.cut_off = False
        self.port: int | None = None
        self._process: Process | None = None
        self._ordering = asyncio.Lock()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.alive else None

    @property
    def epitaph(self) -> str:
        """Say how the process ended, if it did."""
        code = self._process.returncode if self._process is not None else None
        if code is None:
            return "not started"
        return (
            f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        )

    async def start(self, setting: Message) -> None:
        """Start the process and wait until it listens. Raises RefusedError if it does not."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.demo.civictrust",
            "node",
            self.name,
            str(self.folder),
            stdin=PIPE,
            stdout=PIPE,
            cwd=_PROJECT,
            start_new_session=True,  # Ctrl-C is for the supervisor, which ends its nodes itself
        )
        self.port = (await self._tell(setting))["port"]

    async def order(self, message: Message) -> None:
        await self._tell(message)

    async def stop(self) -> None:
        """End the process if it runs, and let go of its pipes."""
        process, self.port = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        await process.wait()
        process.stdin.close()
        with contextlib.suppress(ConnectionError):
            await process.stdin.wait_closed()
        await process.stdout.read()

    async def wait(self) -> None:
        """Wait for the process to end by itself."""
        if self._process is not None:
            await self._process.wait()
        self.port = None

    async def _tell(self, message: Message) -> Message:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RefusedError(f"{self.name} is down; ./civictrust restart {self.name}")
        async with self._ordering:
            try:
                process.stdin.write(json.dumps(message).encode() + b"\n")
                await process.stdin.drain()
                line = await asyncio.wait_for(process.stdout.readline(), _START_DEADLINE)
            except ConnectionError:
                line = b""
        if not line:
            raise RefusedError(f"{self.name} is down; ./civictrust restart {self.name}")
        answer: Message = json.loads(line)
        return answer


class Supervisor:
    """The three nodes below `data`. `start`, then `stop`; in between, one may die and come back."""

    def __init__(self, data: Path, pace: Pace) -> None:
        self.token = secrets.token_hex(16)
        self.keystore = data / "keystore"
        self._pace = pace
        self.nodes = {name: NodeProcess(name, data / name) for name in NODES}

    def node(self, name: str) -> NodeProcess:
        """Return a node by name. Raises RefusedError."""
        if name not in self.nodes:
            raise RefusedError(f"there is no {name}; the nodes are {', '.join(NODES)}")
        return self.nodes[name]

    async def start(self) -> None:
        await asyncio.gather(*(self._launch(node) for node in self.nodes.values()))
        await self._introduce()

    async def restart(self, name: str) -> None:
        """Start a node's process again. A cut cable stays cut: it is not part of the process."""
        node = self.node(name)
        await node.stop()
        await self._launch(node)
        if node.cut_off:
            await node.order({"cut_off": True})
        await self._introduce()

    async def cut_off(self, name: str, *, cut: bool) -> None:
        """Cut a node off from its peers and from everyone who asks it, or connect it again."""
        node = self.node(name)
        await node.order({"cut_off": cut})
        node.cut_off = cut

    async def stop(self) -> None:
        await asyncio.gather(*(node.stop() for node in self.nodes.values()))

    async def _launch(self, node: NodeProcess) -> None:
        setting: dict[str, Any] = {
            "token": self.token,
            "keystore": str(self.keystore),
            "peers": [name for name in NODES if name != node.name],
            "pace": dataclasses.asdict(self._pace),
        }
        await node.start(setting)

    async def _introduce(self) -> None:
        """Tell every living node where the others listen."""
        ports = {name: node.port for name, node in self.nodes.items()}
        for node in self.nodes.values():
            if node.alive:
                await node.order({"ports": ports})
