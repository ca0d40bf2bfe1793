"""A procedure as people will see it: a run of it that has just begun, on the local workspace.

As in the demo, the bot is a process of its own, and nothing here imports it.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.demo.folder import fresh
from bot.demo.processes import Part, StageError, ready, started, until_stopped, watch
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient

STARTER = "ana"
BOARD_WITHIN_S = 60.0
"""Seconds within which a board is there, or something is wrong."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    """What is previewed: the folder that is served, the line that is typed, and what goes with it.

    `typed` is without the command's own name. `roles` are those that everybody plays here,
    `targets` is the author's file of systems, if there is one, `page` the printed page.
    """

    folder: Path
    procedure_id: str
    typed: str
    made_up: Mapping[str, str]
    roles: Sequence[str]
    targets: Path | None
    page: str


async def run(port: int, data: Path, manifest: Json, script: Script) -> None:
    """Show it until SIGINT or SIGTERM; raises StageError when it cannot, or when the bot ends."""
    await until_stopped(_show(port, data, manifest, script))


async def _show(port: int, data: Path, manifest: Json, script: Script) -> None:
    async with previewed(port, data, manifest, script) as (url, bot):
        print("\n".join(_words(url, data, script)), flush=True)  # noqa: T201 - for the author
        await watch([bot])


@contextlib.asynccontextmanager
async def previewed(
    port: int, data: Path, manifest: Json, script: Script
) -> AsyncIterator[tuple[str, Part]]:
    """A workspace in which a run of it has begun; its address, and the bot."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            workspace = await stack.enter_async_context(Workspace.serve(port, manifest=manifest))
        except OSError:
            raise StageError(
                f"port {port} is in use. Stop what listens there, or choose another with --port"
            ) from None
        stack.enter_context(fresh(data))
        page = data / f"{script.procedure_id}.txt"
        page.write_text(script.page, "utf-8")
        settings = _settings(workspace, data, script)
        bot = await started(stack, data, "bot", ["bot", "serve"], settings)
        await ready(bot)
        people = await stack.enter_async_context(PersonClient(workspace.url))
        await _begin(people, script)
        yield workspace.url, bot


def _settings(workspace: Workspace, data: Path, script: Script) -> dict[str, str]:
    everyone = [one.id for one in workspace.world.state.users.values() if not one.is_bot]
    told = yaml.safe_load(script.targets.read_text("utf-8")) if script.targets else None
    configuration = told if isinstance(told, dict) else {}
    # One person is to get through all of it.
    known = configuration.get("roles")
    roles = {name: {"people": everyone} for name in script.roles}
    configuration["roles"] = {**(known if isinstance(known, dict) else {}), **roles}
    (data / "targets.yaml").write_text(yaml.safe_dump(configuration, sort_keys=False), "utf-8")
    return {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "RUNBOOK_DATABASE_URL": f"sqlite:///{data / 'runbook.db'}",
        "RUNBOOK_PROCEDURES": str(script.folder),
        "RUNBOOK_TARGETS": str(data / "targets.yaml"),
    }


async def _begin(people: PersonClient, script: Script) -> None:
    """Start a run as someone would, and wait for its board; raises StageError."""
    state = await people.state()
    user = next(one["id"] for one in state["users"] if one["name"] == STARTER)
    channel = next(one["id"] for one in state["channels"] if one["name"] == "incidents")
    answer = await people.command(user, channel, "/runbook", script.typed)
    if "response" in answer:
        raise StageError(f"the bot does not start it: {answer['response'].get('text', '')}")

    async def board() -> bool:
        return any(one.get("bot_id") for one in await people.messages(channel))

    try:
        await people.until(board, BOARD_WITHIN_S)
    except TimeoutError:
        raise StageError(f"no board came within {BOARD_WITHIN_S:g} s") from None


def _words(url: str, data: Path, script: Script) -> Sequence[str]:
    asked = " ".join(f"{name}={value}" for name, value in script.made_up.items())
    return [
        f"Ready: {url}/#/incidents?as={STARTER}",
        f"  Someone else:  {url}/#/incidents?as=ben",
        "  Phone:         the same address in a narrow window, or on the phone layout of a browser",
        f"  Printed page:  {data / f'{script.procedure_id}.txt'}",
        *([f"  Made-up values: {asked}. Yours go behind the file."] if asked else []),
        "  Checks:        "
        + (
            f"at the systems of {script.targets}"
            if script.targets
            else "all fail, since no systems are configured: RUNBOOK_TARGETS, or --targets"
        ),
        f"After a change of the file, type again:  /runbook {script.typed}",
        "Ctrl-C ends it.",
    ]
