"""Apps as programs of their own: where a workspace is stands in their environment.

It starts and ends them, and installs what Node's need. It knows nothing of what they do.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from bot.demo.workspace import Workspace

NODE = Path(__file__).parent / "apps" / "node"
START_SECONDS = 20.0
INSTALL_SECONDS = 100.0


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.asynccontextmanager
async def running(
    command: Sequence[str],
    workspace: Workspace,
    port: int | None = None,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run an app until the block ends; it has said a line when the block begins.

    `more` goes into its environment.
    """
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment |= {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
    }
    environment |= more or {}
    if port is not None:
        environment["PORT"] = str(port)
    program = await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert program.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            said = await program.stdout.readline()
        assert said, f"{command} ended before it was ready"
        yield program
    finally:
        with contextlib.suppress(ProcessLookupError):
            program.kill()
        await program.communicate()


def node_with_bolt() -> str:
    """The path of Node, with @slack/bolt installed beside the app; skips where there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("there is no Node with npm here")
    lock = NODE / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    modules = NODE / "node_modules"
    with (NODE / "node_modules.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        stamp = modules / ".installed"
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(npm)
            stamp.write_text(wanted)
    return node


def _install(npm: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # npm, found on the path, and nothing from outside
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=NODE,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        failure = done.stderr.strip() if done.returncode else ""
    except subprocess.TimeoutExpired:
        failure = f"it took more than {INSTALL_SECONDS:.0f} s"
    if failure:
        words = f"npm could not install @slack/bolt: {failure.splitlines()[-1]}"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
