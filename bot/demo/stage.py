"""The demo: a local Slack workspace, CivicTrust with three nodes, and the bot, started together.

The bot is a process of its own that knows only addresses and tokens: it is reached over Slack's
wire and plain HTTP, as in a real workspace. Nothing here imports it.
"""

import contextlib
import json
import os
import secrets
import shlex
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.demo.admin_host import AdminHost
from bot.demo.folder import TYPED_IN, fresh, write_whole
from bot.demo.processes import Part, StageError, environment, ready, started, until_stopped, watch
from bot.demo.workspace import Workspace

HOST = "127.0.0.1"
TOLD = "demo.json"
_LISTEN = "RUNBOOK_ALERTS_ALERTMANAGER_LISTEN"
_TOKEN = "RUNBOOK_ALERTS_ALERTMANAGER_TOKEN"  # noqa: S105 - the name of a setting
_PROCEDURES = "RUNBOOK_PROCEDURES"
BREAK = "./civictrust chaos leak"
START = "/runbook key-compromise key_id=key-a new_key_id=key-b"

NODES = ["node-1", "node-2", "node-3"]


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
    await until_stopped(_show(port, data, root))


async def _show(port: int, data: Path, root: Path) -> None:
    """Run the demo until it is cancelled, or a part ends by itself."""
    async with staged(port, data, root) as stage:
        _say(stage)
        await watch(stage.parts)


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
        stack.enter_context(fresh(data))
        # Both parts start at once: the bot is told where CivicTrust will answer.
        gateway = stack.enter_context(socket.create_server((HOST, 0)))
        civictrust_url = f"http://{HOST}:{gateway.getsockname()[1]}"
        settings = _settings(workspace, civictrust_url, data, own or root / "procedures") | _doors()
        serve = ["serve", "--data", str(data / TYPED_IN), "--fd", str(gateway.fileno())]
        system = await started(
            stack, data, "civictrust", ["bot.demo.civictrust", *serve], {}, [gateway.fileno()]
        )
        bot = await started(stack, data, "bot", ["bot", "serve"], settings)
        told = json.loads(await ready(system))
        await ready(bot)
        # Each half knows the other as an address, or as something with a few methods.
        launcher = Path(told["launcher"])
        host = await stack.enter_async_context(AdminHost(civictrust_url, launcher, environment({})))
        await stack.enter_async_context(workspace.beside(host))
        alerting = await _alerted(stack, data, root, civictrust_url, settings)
        parts = (system, bot, alerting)
        stage = Stage(workspace.url, civictrust_url, launcher, data, own, parts)
        write_whole(data / TOLD, json.dumps(stage.described(), indent=2) + "\n")
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
    part = await started(stack, data, "alerting", ["bot.demo.alerting", *words], secret)
    await ready(part)
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
