"""The demo: a local Slack workspace, CivicTrust with three nodes, and the bot, started together.

The bot is a process of its own that knows only addresses and tokens: it is reached over Slack's
wire and plain HTTP, as in a real workspace. Nothing here imports it.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.demo.admin_host import AdminHost
from bot.demo.workspace import Workspace

HOST = "127.0.0.1"
STARTED_WITHIN_S = 30.0
"""Seconds that one part of the demo may take to start."""
FAREWELL = 10.0
"""Seconds that a part has to end by itself."""
MARK = ".runbook-demo"
"""A file by which a folder is known as a demo's, and may be emptied."""
TOLD = "demo.json"
TYPED_IN = "civictrust"
"""The folder in which people type; a shell that is in it still is after a restart."""
_LISTEN = "RUNBOOK_ALERTS_ALERTMANAGER_LISTEN"
_TOKEN = "RUNBOOK_ALERTS_ALERTMANAGER_TOKEN"  # noqa: S105 - the name of a setting
_PROCEDURES = "RUNBOOK_PROCEDURES"
BREAK = "./civictrust chaos leak"
START = "/runbook key-compromise key_id=key-a new_key_id=key-b"

NODES = ["node-1", "node-2", "node-3"]


class StageError(Exception):
    """The demo cannot start or go on; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process of the demo, with what it says in its log."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_words(self) -> str:
        """Why it ended: the signal that killed it, or the log's last line."""
        if self.process.returncode is not None and self.process.returncode < 0:
            return f"killed (signal {-self.process.returncode}); its log is {self.log}"
        lines = self.log.read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing; see {self.log}"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the parts of a running demo are."""

    url: str
    civictrust_url: str
    launcher: Path
    data: Path
    own: Path | None
    """The folder of procedures that is served in place of the checkout's."""
    parts: tuple[Part, ...]

    def described(self) -> dict[str, str]:
        """The content of demo.json."""
        return {
            "url": self.url,
            "civictrust_url": self.civictrust_url,
            "launcher": str(self.launcher),
            "data": str(self.data),
        }


async def run(port: int, data: Path, root: Path) -> None:
    """Run the demo until SIGINT or SIGTERM; *root* holds `procedures/` and `deploy/`.

    Raises StageError when a part cannot start, or ends by itself.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    show = asyncio.create_task(_show(port, data, root))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([show, stopped], return_when=asyncio.FIRST_COMPLETED)
    for task in (show, stopped):
        task.cancel()
    # Who stops the demo before it is ready has it stopped too.
    with contextlib.suppress(asyncio.CancelledError):
        await show


async def _show(port: int, data: Path, root: Path) -> None:
    """Run the demo until it is cancelled, or a part ends by itself."""
    async with staged(port, data, root) as stage:
        _say(stage)
        ends = {asyncio.create_task(part.process.wait()): part for part in stage.parts}
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in ends:
                task.cancel()
        part = ends[done.pop()]
        raise StageError(f"{part.name} ended by itself: {part.last_words()}")


def _say(stage: Stage) -> None:
    folder = stage.launcher.parent.absolute()
    own = (
        f"  Procedures: those of {stage.own}, as {_PROCEDURES} says. What follows is of the demo's "
        f"own, which it has without {_PROCEDURES}."
    )
    typed = f"cd {shlex.quote(str(folder))} && {BREAK}"
    lines = (
        f"Ready: {stage.url}",
        *([own] if stage.own is not None else []),
        f"  1. On the page, press {AdminHost.name} and break it; or in another terminal:  {typed}",
        f"  2. In #incidents, press Start on the alert that comes, or type:  {START}",
        "  3. Take the steps as Ana and as Ben, run their commands in the panel, and close the run",
        f"Written to {stage.data / TOLD}. Ctrl-C ends it all, and the next start is new:",
        "download a post-mortem that you want to keep from its message on the page.",
    )
    print("\n".join(lines), flush=True)  # noqa: T201 - for the one who started it


@contextlib.asynccontextmanager
async def staged(port: int, data: Path, root: Path) -> AsyncIterator[Stage]:
    """The demo, running, with fresh data in *data*; port 0 takes a free one."""
    own = _own_procedures()
    manifest = yaml.safe_load((root / "deploy" / "slack-manifest.yaml").read_text("utf-8"))
    async with contextlib.AsyncExitStack() as stack:
        try:
            workspace = await stack.enter_async_context(Workspace.serve(port, manifest=manifest))
        except OSError:
            raise StageError(
                f"port {port} is in use. Stop what listens there, or choose another: "
                f"PORT={port + 1} make demo"
            ) from None
        stack.enter_context(_fresh(data))
        # Both parts start at once: the bot is told where CivicTrust will answer.
        gateway = stack.enter_context(socket.create_server((HOST, 0)))
        civictrust_url = f"http://{HOST}:{gateway.getsockname()[1]}"
        settings = _settings(workspace, civictrust_url, data, own or root / "procedures") | _doors()
        serve = ["serve", "--data", str(data / TYPED_IN), "--fd", str(gateway.fileno())]
        system = await _started(
            stack, data, "civictrust", ["bot.demo.civictrust", *serve], {}, [gateway.fileno()]
        )
        bot = await _started(stack, data, "bot", ["bot", "serve"], settings)
        told = json.loads(await _ready(system))
        await _ready(bot)
        # Each half knows the other as an address, or as something with a few methods.
        launcher = Path(told["launcher"])
        host = await stack.enter_async_context(
            AdminHost(civictrust_url, launcher, _environment({}))
        )
        await stack.enter_async_context(workspace.beside(host))
        alerting = await _alerted(stack, data, root, civictrust_url, settings)
        parts = (system, bot, alerting)
        stage = Stage(workspace.url, civictrust_url, launcher, data, own, parts)
        _write_whole(data / TOLD, json.dumps(stage.described(), indent=2) + "\n")
        yield stage


def _own_procedures() -> Path | None:
    """The folder that the environment names, as for all commands; raises StageError."""
    named = os.environ.get(_PROCEDURES)
    if not named:
        return None
    folder = Path(named).absolute()
    if not folder.is_dir():
        raise StageError(f"there is no folder {folder}, which {_PROCEDURES} names")
    return folder


async def _alerted(
    stack: contextlib.AsyncExitStack,
    data: Path,
    root: Path,
    civictrust_url: str,
    settings: Mapping[str, str],
) -> Part:
    """What sees that the system is broken, and tells the bot, as Alertmanager does."""
    words = [
        *("--metrics", f"{civictrust_url}/metrics"),
        *("--rules", str(root / "deploy" / "civictrust-alerts.yaml")),
        *("--webhook", f"http://{settings[_LISTEN]}/alerts"),
    ]
    secret = {"ALERTING_TOKEN": settings[_TOKEN]}
    part = await _started(stack, data, "alerting", ["bot.demo.alerting", *words], secret)
    await _ready(part)
    return part


def _doors() -> dict[str, str]:
    """What opens the bot's door for alerts, on a port that was free just now."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    return {
        "RUNBOOK_ALERTS_CHANNEL": "#incidents",
        _LISTEN: f"{HOST}:{port}",
        _TOKEN: secrets.token_hex(16),
    }


def _write_whole(path: Path, text: str) -> None:
    """Write a file atomically."""
    aside = path.with_suffix(".new")
    aside.write_text(text, "utf-8")
    aside.replace(path)


@contextlib.contextmanager
def _fresh(data: Path) -> Iterator[None]:
    """Empty the demo's folder and hold it; a folder that is not a demo's is left alone."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = list(data.iterdir())
    if there and not (data / MARK).exists():
        raise StageError(f"{data} is not empty and not a demo's; choose another folder")
    # The demo's tokens are in there.
    data.chmod(0o700)
    with (data / MARK).open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StageError(f"a demo runs in {data} already; choose another folder") from None
        for path in there:
            if path.name != MARK:
                _remove(path, keep=path.name == TYPED_IN)
        yield


def _remove(path: Path, *, keep: bool) -> None:
    """Remove a file or a folder; a folder to *keep* is emptied, since a shell may be in it."""
    if not path.is_dir() or path.is_symlink():
        path.unlink()
        return
    for inner in path.iterdir() if keep else ():
        _remove(inner, keep=False)
    if not keep:
        shutil.rmtree(path)


def _settings(
    workspace: Workspace, civictrust_url: str, data: Path, procedures: Path
) -> dict[str, str]:
    """The bot's environment; it is also written to `bot.env`, for the commands of `runbook`."""
    everyone = [one.id for one in workspace.world.state.users.values() if not one.is_bot]
    configuration = {
        "targets": {"civictrust": {"url": civictrust_url, "sets": {"nodes": NODES}}},
        # Whoever is at the page is to get through each story, with one other person at the most.
        "roles": {"custodian": {"people": everyone}},
    }
    (data / "targets.yaml").write_text(yaml.safe_dump(configuration, sort_keys=False), "utf-8")
    settings = {
        "SLACK_API_URL": f"{workspace.url}/api/",
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "RUNBOOK_DATABASE_URL": f"sqlite:///{data / 'runbook.db'}",
        _PROCEDURES: str(procedures),
        "RUNBOOK_TARGETS": str(data / "targets.yaml"),
    }
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in settings.items()]
    (data / "bot.env").touch(mode=0o600)
    (data / "bot.env").write_text("".join(lines), "utf-8")
    return settings


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a part: ours with *settings*; no other bot's settings, and no proxy.

    The SDK ignores NO_PROXY, so that a proxy variable would capture the loopback too.
    """
    ours = ("RUNBOOK_", "SLACK_")
    proxies = {"http_proxy", "https_proxy", "all_proxy"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and name.lower() not in proxies
    }
    return {**kept, **settings}


async def _started(
    stack: contextlib.AsyncExitStack,
    data: Path,
    name: str,
    module: Sequence[str],
    settings: Mapping[str, str],
    keep: Sequence[int] = (),
) -> Part:
    """Start a part that logs to NAME.log and ends with this process, however that ends."""
    path = data / f"{name}.log"
    with path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.demo.tied",
            *module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=_environment(settings),
            pass_fds=keep,
            # Ctrl-C reaches a terminal's whole group; each part is ended by its own id instead.
            start_new_session=True,
        )
    stack.push_async_callback(_end, process)
    return Part(name, process, path)


async def _ready(part: Part) -> bytes:
    """The line by which a part says that it is ready."""
    line = b""
    if part.process.stdout is not None:
        with contextlib.suppress(TimeoutError):
            line = await asyncio.wait_for(part.process.stdout.readline(), STARTED_WITHIN_S)
    if not line:
        raise StageError(f"{part.name} did not start: {part.last_words()}")
    return line


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a part to end, and insist after a while."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    try:
        # Not before it has ended does it read to the end of what a part says.
        await asyncio.wait_for(process.communicate(), FAREWELL)
    except TimeoutError:
        process.kill()
        await process.communicate()
