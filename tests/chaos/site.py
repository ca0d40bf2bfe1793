"""The place where things go wrong: a workspace, a database, and the bot's replicas as processes.

Each replica is what `python -m bot serve` is, and nothing else; a test kills, pauses and starts it
again, and can stand between it and its database. It judges nothing.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from aiohttp import web

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests import nursery
from tests.hanging import HANG_S
from tests.postgres import free_port
from tests.proxy import Proxy
from tests.scratch import aged

ROOT = Path(__file__).resolve().parents[2]


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, with a replica's settings in place of any that it has."""
    ours = ("RUNBOOK_", "SLACK_", "OTEL_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and not name.lower().endswith("_proxy")
    }
    return {**kept, **given}


@dataclass(slots=True)
class Replica:
    """One process of the bot, which ends with the test's."""

    name: str
    environ: dict[str, str]
    log: Path
    cwd: Path = ROOT
    python: str = sys.executable
    module: str = "bot.demo.tied"
    """What starts the program, and ends with this process."""
    starts: list[float] = field(default_factory=list)
    """Seconds from each start until it was ready."""
    _process: asyncio.subprocess.Process | nursery.Program | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _reading: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Start it, and wait for nothing."""
        self._ready = asyncio.Event()
        self._process = await self._spawn("serve")
        self._reading = asyncio.create_task(self._read(self._process, self._ready))

    async def run(self, command: str) -> int:
        """Run another command with the same settings; its exit status."""
        process = await self._spawn(command)
        assert process.stdout is not None
        await process.stdout.read()
        return await process.wait()

    def _apart(self, environ: Mapping[str, str]) -> bool:
        """Whether it needs an interpreter of its own: another code, another Python, a library."""
        code = self.cwd != ROOT and (self.cwd / "bot").exists()
        return code or self.python != sys.executable or "LD_PRELOAD" in environ

    async def _spawn(self, command: str) -> asyncio.subprocess.Process | nursery.Program:
        runs, environ = (self.module, "bot", *command.split()), environment(self.environ)
        with self.log.open("ab") as log:
            if not self._apart(environ):
                return await nursery.program(*runs, environ=environ, log=log, cwd=self.cwd)
            return await asyncio.create_subprocess_exec(
                *(self.python, "-m", *runs),
                cwd=self.cwd,
                env=environ,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def _read(
        self, process: asyncio.subprocess.Process | nursery.Program, ready: asyncio.Event
    ) -> None:
        assert process.stdout is not None
        started = time.monotonic()
        while line := await process.stdout.readline():
            if line.startswith(b"Ready"):
                self.starts.append(time.monotonic() - started)
                ready.set()

    async def start(self) -> None:
        """Start it, and wait until it says that it is ready."""
        await self.begin()
        await self.ready()

    async def ready(self) -> None:
        assert self._process is not None
        ready = asyncio.create_task(self._ready.wait())
        ended = asyncio.create_task(self._process.wait())
        await asyncio.wait({ready, ended}, timeout=HANG_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        ended.cancel()
        assert self._ready.is_set(), f"{self.name} does not start:\n{self.said()}"

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8", "replace")[-4000:]

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it is alive."""
        if self.alive:
            assert self._process is not None
            self._process.send_signal(number)

    async def end(self, number: signal.Signals = signal.SIGKILL) -> int | None:
        """Send a signal that ends it, and wait until it has ended; its exit status."""
        self.send(number)
        if self._process is None:
            return None
        status = await self._process.wait()
        if self._reading is not None:
            await self._reading
        return status


@dataclass(frozen=True, slots=True)
class Kept:
    """How a message looked, and the last entry of its run then."""

    sight: Any
    seq: int


@dataclass(slots=True)
class Site:
    """What a scenario has to do with; `url` is the database's own, no proxy between."""

    workspace: Workspace
    people: PersonClient
    folder: Path
    url: str
    mode: str
    replicas: list[Replica] = field(default_factory=list)
    between: list[Proxy] = field(default_factory=list)
    """Where there are any: the way of each replica to its database."""
    kept: dict[str, Kept] = field(default_factory=dict)
    """What another version has drawn, by the message's key: right as long as nothing changes it."""

    @property
    def database(self) -> str:
        return urlsplit(self.url).scheme

    async def faults(self, **faults: Any) -> None:
        """Let these things go wrong, and nothing else; rate limits only if they are asked for."""
        await self.people.faults(**{"limits": False, **faults})

    async def heal(self) -> None:
        """End all that goes wrong outside the bot, and have every replica run."""
        await self.faults()
        for way in self.between:
            way.release()
        for replica in self.replicas:
            replica.send(signal.SIGCONT)
            if not replica.alive:
                await replica.begin()
        await asyncio.gather(*(replica.ready() for replica in self.replicas))

    @property
    def start_seconds(self) -> str:
        """How long a start takes until the replica is ready: the median of all, and the worst."""
        taken = sorted(second for replica in self.replicas for second in replica.starts)
        return f"{taken[len(taken) // 2]:.1f} s, at most {taken[-1]:.1f} s" if taken else "-"


def procedures(folder: Path, names: Sequence[str]) -> Path:
    """A procedure of each person's own, so that all can have a run at the same time."""
    folder.mkdir()
    for name in names:
        steps = [
            {"id": f"s{n}", "title": f"Part {n}", "do": "See to {{ thing }}."} for n in range(1, 5)
        ]
        made = {
            "schema": "procedure/v1",
            "id": f"chore-{name}",
            "title": f"Chore of {name}",
            "summary": "Some work.",
            "severity": "SEV3",
            "owner": {"team": "trust-platform", "slack": "#trust-oncall"},
            "estimate": "10m",
            "reviewed": "2026-11-01",
            "review_every": "3650d",
            "symptoms": ["There is work to do"],
            "inputs": {
                "thing": {"description": "What", "pattern": "[a-z0-9 -]+", "required": True}
            },
            "checks": {
                "works": {
                    "title": "It works",
                    "target": "system",
                    "get": "/works",
                    "expect": [{"pointer": "/works", "equals": True}],
                }
            },
            "steps": [{**steps[0], "check": "works"}, *steps[1:]],
            "verification": [{"check": "works"}, {"confirm": "The work is done"}],
        }
        text = yaml.safe_dump(made, sort_keys=False, allow_unicode=True)
        (folder / f"chore-{name}.yaml").write_text(text, "utf-8")
    return folder


@contextlib.asynccontextmanager
async def _system() -> AsyncIterator[str]:
    """A system that works, for the checks to look at; its address."""

    async def works(_: web.Request) -> web.Response:
        return web.json_response({"works": True})

    app = web.Application()
    app.router.add_get("/works", works)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def site(
    folder: Path,
    *,
    names: Sequence[str],
    url: str,
    replicas: int = 1,
    mode: str = "socket",
    proxied: bool = False,
    environ: Mapping[str, str] | None = None,
    more: Sequence[Mapping[str, str]] = (),
    make: Callable[..., Replica] = Replica,
) -> AsyncIterator[Site]:
    """Set it all up, with every replica ready, and take it down.

    *mode* is `socket` or `http`, where a proxy deals requests out to the replicas. *environ* is
    for all replicas, and each of *more* for one. With *proxied*, each has a proxy of its own to
    the database. *make* makes a replica, if it is not to be a common one.
    """
    manifest = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8"))
    async with contextlib.AsyncExitStack() as stack:
        system = await stack.enter_async_context(_system())
        targets = folder / "targets.yaml"
        targets.write_text(yaml.safe_dump({"targets": {"system": {"url": system}}}), "utf-8")
        request_url = None
        ports: list[int] = []
        if mode == "http":
            door = await stack.enter_async_context(Proxy.to(lambda: ports))
            request_url = f"http://127.0.0.1:{door.port}/slack/events"
        workspace = await stack.enter_async_context(
            Workspace.serve(manifest=manifest, request_url=request_url)
        )
        people = await stack.enter_async_context(PersonClient(workspace.url))
        made = Site(workspace, people, folder, url, mode)
        common = {
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "RUNBOOK_PROCEDURES": str(procedures(folder / "procedures", names)),
            "RUNBOOK_TARGETS": str(targets),
            "RUNBOOK_DATABASE_URL": url,
            **(environ or {}),
        }
        for number in range(replicas):
            own = dict(common)
            if mode == "http":
                ports.append(free_port())
                own["SLACK_SIGNING_SECRET"] = workspace.signing_secret
                own["RUNBOOK_HTTP_PORT"] = str(ports[-1])
            else:
                own["SLACK_APP_TOKEN"] = workspace.app_token
            if proxied:
                way = await stack.enter_async_context(Proxy.to(_port_of(url)))
                made.between.append(way)
                own["RUNBOOK_DATABASE_URL"] = _through(url, way.port)
            own.update(more[number] if number < len(more) else {})
            name = f"replica-{number + 1}"
            made.replicas.append(make(name, own, folder / f"{name}.log"))
        aged(Path(common["RUNBOOK_PROCEDURES"]))
        await made.faults()
        if made.database != "sqlite":
            # Whoever sets up several replicas makes the tables first.
            first = make("migrate", made.replicas[0].environ, folder / "migrate.log")
            assert await first.run("migrate") == 0, first.said()
        for replica in made.replicas:
            stack.push_async_callback(replica.end)
            await replica.begin()
        await asyncio.gather(*(replica.ready() for replica in made.replicas))
        yield made


def _port_of(url: str) -> Any:
    port = urlsplit(url).port
    return lambda: [port]


def _through(url: str, port: int) -> str:
    """The database's URL by way of another port."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{port}")).geturl()
