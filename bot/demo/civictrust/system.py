"""The whole demonstration in one object: three nodes, the gateway, the admin API, the launcher.

It is the only module that puts the parts together.
"""

import asyncio
import contextlib
import fcntl
import json
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from bot.demo.civictrust import admin
from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.cluster import Cluster
from bot.demo.civictrust.consensus import Pace
from bot.demo.civictrust.durable import write_file
from bot.demo.civictrust.gateway import Gateway
from bot.demo.civictrust.keystore import LOG_KEY, Keystore
from bot.demo.civictrust.operations import System
from bot.demo.civictrust.receipts import Receipts
from bot.demo.civictrust.rpc import RefusedError
from bot.demo.civictrust.supervisor import Supervisor
from bot.demo.civictrust.web import listen

_FIRST_KEY = "key-a"
_FIRST_DOCUMENTS = (
    ("certificate", "Ada"),
    ("permit", "Ben"),
    ("deed", "Cleo"),
    ("license", "Dan"),
    ("certificate", "Eve"),
    ("permit", "Fay"),
)
_PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class CivicTrust:
    """A running system: `url` is the read-only gateway, `launcher` the operator's command."""

    url: str
    admin_url: str
    launcher: Path
    data: Path
    supervisor: Supervisor

    @classmethod
    @contextlib.asynccontextmanager
    async def serve(
        cls, *, data: Path, port: int | socket = 0, admin_port: int = 0, pace: Pace | None = None
    ) -> AsyncIterator["CivicTrust"]:
        """Run the system on the folder `data`, which it fills if it is new, and end it on exit.

        Port 0 takes a free one; a bound socket is taken as it is. Raises RefusedError if the
        folder is in use, OSError if a port is.
        """
        data = data.resolve()  # noqa: ASYNC240 - at the start, nobody waits yet
        data.mkdir(parents=True, exist_ok=True)
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(_only_one(data))
            supervisor = Supervisor(data, pace or Pace())
            keys = Keystore(supervisor.keystore)
            keys.generate(LOG_KEY)
            cluster = Cluster(lambda node: supervisor.nodes[node].port, supervisor.token)
            system = System(supervisor, cluster, keys, Receipts(data / "receipts"))
            stack.push_async_callback(supervisor.stop)
            await supervisor.start()
            await _begin(system)
            gateway, url = await listen(Gateway(cluster).app(), port)
            stack.push_async_callback(gateway.cleanup)
            office, admin_url = await listen(admin.app(system, supervisor.token), admin_port)
            stack.push_async_callback(office.cleanup)
            control = data / "control.json"
            write_file(control, canonical({"url": admin_url, "token": supervisor.token}), 0o600)
            stack.callback(control.unlink, missing_ok=True)
            yield cls(url, admin_url, _write_launcher(data), data, supervisor)


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the folder for this process alone; the lock goes when the process does."""
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefusedError(f"CivicTrust runs in {data} already") from error
        yield


async def _begin(system: System) -> None:
    """Wait for a leader; give a new system its first key and documents."""
    await system.cluster.leader(15.0)
    if system.keys.generate(_FIRST_KEY):
        await system.cluster.ask_leader({"do": "register", "key": _FIRST_KEY})
        for kind, subject in _FIRST_DOCUMENTS:
            await system.issue(kind, subject)


def _write_launcher(data: Path) -> Path:
    """Write the command `civictrust` into the folder, with this interpreter and this code."""
    launcher = data / "civictrust"
    script = (
        "#!/bin/sh\n"
        'CIVICTRUST_DATA=$(cd "$(dirname "$0")" && pwd)\n'
        f"PYTHONPATH={shlex.quote(str(_PROJECT))}\n"
        "export CIVICTRUST_DATA PYTHONPATH\n"
        f'exec {shlex.quote(sys.executable)} -m bot.demo.civictrust "$@"\n'
    )
    write_file(launcher, script.encode(), 0o755)
    return launcher


async def _serve(data: Path, port: int | socket, admin_port: int, pace: Pace) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with CivicTrust.serve(data=data, port=port, admin_port=admin_port, pace=pace) as running:
        ready = {
            "url": running.url,
            "launcher": str(running.launcher),
            "data": str(running.data),
            "nodes": {name: node.pid for name, node in running.supervisor.nodes.items()},
        }
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await stopped.wait()


def serve(data: Path, port: int | socket, admin_port: int, pace: Pace) -> int:
    """Run until SIGTERM or SIGINT; print one line of JSON when ready. Return the exit status."""
    try:
        asyncio.run(_serve(data, port, admin_port, pace))
    except (RefusedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
