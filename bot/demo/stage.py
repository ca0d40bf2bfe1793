"""The demo: a local Slack workspace, CivicTrust with three nodes, and the bot, started together.

The bot is a process of its own that knows only addresses and tokens: it is reached over Slack's
wire and plain HTTP, as in a real workspace. Nothing here imports it.
"""

import asyncio
import contextlib
import json
import os
import shlex
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.demo.workspace import Workspace

PATIENCE = 30.0
"""Seconds that one part of the demo may take to start."""
FAREWELL = 10.0
"""Seconds that a part has to end by itself."""
MARK = "demo.json"
BREAK = "./civictrust chaos leak"

NODES = ["node-1", "node-2", "node-3"]


class StageError(Exception):
    """The demo cannot start or go on; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the parts of a running demo are."""

    url: str
    civictrust_url: str
    launcher: Path
    data: Path
    parts: tuple[asyncio.subprocess.Process, ...]

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
    async with staged(port, data, root) as stage:
        _say(stage)
        ends = {asyncio.create_task(part.wait()): part for part in stage.parts}
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopped, *ends], return_when=asyncio.FIRST_COMPLETED)
        for task in (stopped, *ends):
            task.cancel()
        if stopped not in done:
            raise StageError(f"a part of the demo ended by itself; its log is in {data}")


def _say(stage: Stage) -> None:
    here = Path.cwd()
    folder = stage.launcher.parent
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    lines = (
        f"Ready: {stage.url}",
        f"  1. In another terminal, break it:  cd {shlex.quote(str(shown))} && {BREAK}",
        "  2. On the page, in #incidents, type:  /runbook key-compromise key_id=key-a",
        "  3. Take the steps as Ana and as Ben, press Verify now, Close… and Post-mortem",
        f"Written to {stage.data / MARK}. Ctrl-C ends it all.",
    )
    print("\n".join(lines), flush=True)  # noqa: T201 - for the one who started it


@contextlib.asynccontextmanager
async def staged(port: int, data: Path, root: Path) -> AsyncIterator[Stage]:
    """The demo, running, with fresh data in *data*; port 0 takes a free one."""
    manifest = yaml.safe_load((root / "deploy" / "slack-manifest.yaml").read_text("utf-8"))
    async with contextlib.AsyncExitStack() as stack:
        try:
            workspace = await stack.enter_async_context(Workspace.serve(port, manifest=manifest))
        except OSError:
            raise StageError(
                f"port {port} is in use. Stop what listens there, or choose another: "
                "PORT=8766 make demo"
            ) from None
        _fresh(data)
        system, told = await _part(
            stack,
            data,
            "civictrust",
            ["-m", "bot.demo.civictrust", "serve", "--data", str(data / "civictrust")],
            _environment({}),
        )
        civictrust = json.loads(told)
        settings = _settings(workspace, civictrust["url"], data, root)
        bot, _ = await _part(stack, data, "bot", ["-m", "bot", "serve"], _environment(settings))
        stage = Stage(
            workspace.url, civictrust["url"], Path(civictrust["launcher"]), data, (system, bot)
        )
        (data / MARK).write_text(json.dumps(stage.described(), indent=2) + "\n", "utf-8")
        yield stage


def _fresh(data: Path) -> None:
    """Empty the demo's folder; a folder that is something else's is left alone."""
    if data.exists() and any(data.iterdir()):
        if not (data / MARK).exists() and not (data / "civictrust").exists():
            raise StageError(f"{data} is not empty and not a demo's; choose another folder")
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)


def _settings(workspace: Workspace, civictrust_url: str, data: Path, root: Path) -> dict[str, str]:
    """The bot's environment; it is also written to `bot.env`, for the commands of `runbook`."""
    targets = {"targets": {"civictrust": {"url": civictrust_url, "sets": {"nodes": NODES}}}}
    (data / "targets.yaml").write_text(yaml.safe_dump(targets, sort_keys=False), "utf-8")
    settings = {
        "SLACK_API_URL": f"{workspace.url}/api/",
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "RUNBOOK_DATABASE_URL": f"sqlite:///{data / 'runbook.db'}",
        "RUNBOOK_PROCEDURES": str(root / "procedures"),
        "RUNBOOK_TARGETS": str(data / "targets.yaml"),
    }
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in settings.items()]
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


async def _part(
    stack: contextlib.AsyncExitStack,
    data: Path,
    name: str,
    arguments: list[str],
    environment: Mapping[str, str],
) -> tuple[asyncio.subprocess.Process, str]:
    """Start a part, logging to NAME.log, and wait for the line that says that it is ready."""
    with (data / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=environment,
            # Ctrl-C reaches a terminal's whole group; each part is ended by its own id instead.
            start_new_session=True,
        )
    stack.push_async_callback(_end, process)
    if process.stdout is None:
        raise StageError(f"{name} has no output to wait for")
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    except TimeoutError:
        line = b""
    if not line:
        raise StageError(f"{name} did not start: {_last_line(data / f'{name}.log')}")
    return process, line.decode()


def _last_line(path: Path) -> str:
    lines = path.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"it said nothing; see {path}"


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a part to end, and insist after a while."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), FAREWELL)
        except TimeoutError:
            process.kill()
            await process.wait()
