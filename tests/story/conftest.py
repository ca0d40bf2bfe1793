"""A workspace, a system under repair, people, and the bot between them: all of them real."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from bot import compose, config, ground
from bot.app import courier, direct, elsewhere, painter, pictures, registrar, removing, roles, shelf
from bot.core.run.events import Fact
from bot.core.run.sendings import POST, paced
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.store import SqlLog, outbox, upgrade
from bot.ports.world import Unwritten
from tests.hanging import HANG_S
from tests.nursery import Program, program
from tests.story.driver import Someone

ROOT = Path(__file__).resolve().parents[2]
PROCEDURES = Path(__file__).parent / "procedures"
NODES = ("node-1", "node-2", "node-3")

AGAIN_S = 0.3
"""Seconds after which the bot tries again what Slack did not do."""

Answering = Callable[[], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def _direct(no_proxy: None) -> None:
    """Nothing here is reached through a proxy."""


class Beside:
    """A press that starts no process of its own.

    Those wait until all others have had their turn, and on a busy machine a claim is over before a
    new one has written anything. The bot's own is used where the stories are about it, and by
    every bot that is a process.
    """

    async def __call__(self, work: Callable[[], str]) -> str:
        try:
            return await asyncio.to_thread(work)
        except Exception as fault:
            raise Unwritten(type(fault).__name__) from fault


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint at once: the tests that are about the pace itself say so."""
    monkeypatch.setattr(outbox, "PACE", 0.05)
    monkeypatch.setattr(outbox, "POSTS", replace(paced(POST), every_s=0.05))
    # Files that a test has just written are looked at twice, as any young file is.
    monkeypatch.setattr(shelf, "CONFIRM", 0.05)
    monkeypatch.setattr(outbox, "LATE_S", AGAIN_S)
    monkeypatch.setattr(ground, "Press", Beside)
    # What went wrong is tried again soon; how long is waited is shown where each of these lives.
    for module in (courier, direct, elsewhere, pictures):
        monkeypatch.setattr(module, "PAUSE", AGAIN_S)
    for module in (painter, registrar, removing, roles):
        monkeypatch.setattr(module, "LONGEST_PAUSE", AGAIN_S)


@pytest.fixture
def manifest() -> Mapping[str, Any]:
    text = (ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8")
    read: Mapping[str, Any] = yaml.safe_load(text)
    return read


@pytest.fixture
async def workspace(manifest: Mapping[str, Any]) -> AsyncIterator[Workspace]:
    async with Workspace.serve(manifest=manifest) as running:
        yield running


@pytest.fixture
def ana(people: PersonClient) -> Someone:
    return Someone(people, "ana")


@pytest.fixture
def ben(people: PersonClient) -> Someone:
    return Someone(people, "ben")


@dataclass(slots=True)
class System:
    """What the checks look at: a JSON answer for each path, or something worse."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        said = self.answers.get(request.path)
        if said is None:
            raise web.HTTPNotFound
        if callable(said):
            answered: web.StreamResponse = await said()
            return answered
        return web.json_response(said)

    def works(self, *, well: bool = True) -> None:
        self.answers["/works"] = {"works": well}

    def agrees(self) -> None:
        for node in NODES:
            self.answers[f"/nodes/{node}"] = {"value": 7}


@contextlib.asynccontextmanager
async def answering(made: System) -> AsyncIterator[None]:
    """Have it answer, at an address of its own."""
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        made.url = f"http://127.0.0.1:{port}"
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def system() -> AsyncIterator[System]:
    made = System()
    async with answering(made):
        yield made


@dataclass(slots=True)
class Bot:
    """The bot as a process of its own would run it, in this loop: start, stop, and read its log."""

    environ: dict[str, str]
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    @property
    def database(self) -> Path:
        return Path(self.environ["RUNBOOK_DATABASE_URL"].removeprefix("sqlite:///"))

    async def start(self) -> None:
        ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._run(ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            await self._task

    async def _run(self, ready: asyncio.Event) -> None:
        async with compose.running(config.read(self.environ)):
            ready.set()
            await self._stop.wait()

    async def stop(self) -> None:
        self._stop.set()
        if self._task is not None:
            async with asyncio.timeout(HANG_S):
                await self._task
            self._task = None

    @contextlib.asynccontextmanager
    async def log(self) -> AsyncIterator[SqlLog]:
        """The log, to read beside the running bot."""
        async with await SqlLog.open(self.environ["RUNBOOK_DATABASE_URL"], read_only=True) as log:
            yield log

    async def facts(self, run_id: str) -> list[Fact]:
        """The run's facts, read beside the running bot; the chain is followed."""
        url = self.environ["RUNBOOK_DATABASE_URL"]
        async with await SqlLog.open(url, read_only=True) as log:
            await log.audit(run_id)
            return await log.read(run_id)

    @contextlib.asynccontextmanager
    async def painting_nothing(self, people: PersonClient) -> AsyncIterator[None]:
        """For a while Slack takes no update, so that people click on what is out of date."""
        await people.faults(rules=[{"method": "chat.update", "fault": "5xx"}])
        try:
            yield
        finally:
            await people.faults()

    async def kinds(self, run_id: str) -> list[str]:
        return [fact.event.kind for fact in await self.facts(run_id)]


@pytest.fixture
def environ(workspace: Workspace, system: System, tmp_path: Path) -> dict[str, str]:
    targets = {"targets": {"system": {"url": system.url, "sets": {"nodes": list(NODES)}}}}
    (tmp_path / "targets.yaml").write_text(yaml.safe_dump(targets), "utf-8")
    return {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "RUNBOOK_DATABASE_URL": f"sqlite:///{tmp_path / 'runbook.db'}",
        "RUNBOOK_PROCEDURES": str(PROCEDURES),
        "RUNBOOK_TARGETS": str(tmp_path / "targets.yaml"),
    }


@pytest.fixture
async def bot(environ: dict[str, str]) -> AsyncIterator[Bot]:
    made = Bot(environ)
    await made.start()
    yield made
    await made.stop()


@dataclass(slots=True)
class Child:
    """The bot in a process of its own, which can be killed."""

    environ: dict[str, str]
    log: Path
    process: Program | None = None

    async def start(self, *arguments: str) -> None:
        """Run `python -m bot serve`, and wait until it says that it is ready."""
        process = await self.run(*(arguments or ("serve",)))
        line = await process.stdout.readline()
        assert line.startswith(b"Ready"), self.log.read_text()

    async def run(self, *arguments: str) -> Program:
        ours = ("RUNBOOK_", "SLACK_")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(ours) and not name.lower().endswith("_proxy")
        }
        with self.log.open("ab") as log:
            environ = {**kept, **self.environ}
            self.process = await program("bot", *arguments, environ=environ, log=log)
        return self.process

    async def end(self, how: str = "terminate") -> int:
        """Send SIGTERM, or SIGKILL for `kill`, and wait; the exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                getattr(self.process, how)()
        await self.process.communicate()
        return await self.process.wait()


@pytest.fixture
async def child(environ: dict[str, str], tmp_path: Path) -> AsyncIterator[Child]:
    made = Child(environ, tmp_path / "bot.log")
    yield made
    if made.process is not None:
        await made.end("kill")


@pytest.fixture
async def replicas(environ: dict[str, str], postgres_url: str) -> AsyncIterator[tuple[Bot, Bot]]:
    await asyncio.to_thread(upgrade, postgres_url)
    both = tuple(Bot({**environ, "RUNBOOK_DATABASE_URL": postgres_url}) for _ in range(2))
    for one in both:
        await one.start()
    yield both[0], both[1]
    for one in both:
        await one.stop()
