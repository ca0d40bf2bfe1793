"""`python -m bot.demo.workspace`: serve a workspace until SIGTERM or SIGINT. It only starts it."""

import argparse
import asyncio
import errno
import json
import signal
import sys
from pathlib import Path
from typing import Any

import yaml

from .server import Workspace


def main(argv: list[str] | None = None) -> int:
    """Serve; 0 after a signal, 1 if the port is taken or the manifest is none."""
    parser = argparse.ArgumentParser(
        prog="runbook workspace", description="A local Slack workspace."
    )
    parser.add_argument("--port", type=int, default=0, help="a port of the loopback; 0 takes any")
    parser.add_argument("--json", action="store_true", help="print one JSON line with the tokens")
    parser.add_argument("--manifest", type=Path, help="install the app of this manifest")
    parser.add_argument("--request-url", help="deliver by signed HTTP instead of Socket Mode")
    options = parser.parse_args(argv)
    try:
        asyncio.run(serve(options))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            words = f"port {options.port} is in use. Stop what listens there, or choose another"
        else:
            words = f"{error.filename or 'it'} cannot be used: {error.strerror or error}"
        print(f"runbook workspace: {words}", file=sys.stderr)  # noqa: T201  # a program speaks
        return 1
    except (ValueError, yaml.YAMLError) as error:
        print(f"runbook workspace: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201  # a program speaks
        return 1
    return 0


async def serve(options: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with Workspace.serve(
        options.port, manifest=_manifest(options.manifest), request_url=options.request_url
    ) as workspace:
        shown = json.dumps(workspace.line()) if options.json else f"Workspace at {workspace.url}"
        print(shown, flush=True)  # noqa: T201  # a program speaks
        await stop.wait()


def _manifest(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(read, dict):
        raise ValueError(f"{path} is no manifest")  # noqa: TRY004  # the file is wrong, not a type
    return read


if __name__ == "__main__":
    sys.exit(main())
