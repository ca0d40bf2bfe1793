"""The commands that a person types. Each imports what it needs when it runs, so that help is fast.

Exit status: 0 done, 1 refused or failed, 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.procedure_arguments import add_parsers

ROOT = Path(__file__).resolve().parent.parent
"""The checkout, which holds the procedures and the manifest that the demo uses."""


def parser() -> argparse.ArgumentParser:
    """Every command and option."""
    program = argparse.ArgumentParser(
        prog="runbook",
        description="A Slack bot that serves runbook procedures.",
        epilog="Settings come from the environment: docs/reference/settings.md.",
    )
    commands = program.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_parsers(commands)

    serve = commands.add_parser("serve", help="connect the bot to Slack and run it")
    serve.set_defaults(handler=_serve)

    migrate = commands.add_parser("migrate", help="bring the database to this version's schema")
    migrate.set_defaults(handler=_migrate)

    copy = commands.add_parser("copy", help="move a deployment to another database")
    copy.add_argument("--from", dest="source", required=True, metavar="URL", help="what to copy")
    copy.add_argument("--to", dest="target", required=True, metavar="URL", help="an empty one")
    copy.set_defaults(handler=_copy)

    export = commands.add_parser("export", help="write the post-mortem of a run")
    export.add_argument("run_id", metavar="RUN", help="the run's id, such as KC-7")
    export.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
    export.set_defaults(handler=_export)

    audit = commands.add_parser("audit", help="check that nobody changed the facts of a run")
    audit.add_argument("run_id", metavar="RUN", help="the run's id, such as KC-7")
    audit.set_defaults(handler=_audit)

    workspace = commands.add_parser("workspace", help="serve a local Slack workspace alone")
    workspace.add_argument(
        "--port", default="0", help="the port on the loopback; 0 takes a free one"
    )
    workspace.add_argument("--json", action="store_true", help="print tokens as one JSON line")
    workspace.add_argument("--manifest", metavar="FILE", help="install the app of this manifest")
    workspace.add_argument("--request-url", metavar="URL", help="deliver by signed HTTP to URL")
    workspace.set_defaults(handler=_workspace)

    reference = commands.add_parser("reference", help="print a page of the reference, as Markdown")
    reference.add_argument("page", choices=("commands", "facts", "settings"))
    reference.set_defaults(handler=_reference)

    demo = commands.add_parser("demo", help="run the workspace, CivicTrust and the bot together")
    demo.add_argument("--port", type=int, default=8765, help="the page's port (default 8765)")
    demo.add_argument("--data", type=Path, metavar="DIR", help="where its files go, made anew")
    demo.set_defaults(handler=_demo)
    return program


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the return value is the exit status."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.handler(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has had enough of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(error: object) -> int:
    # Some of the words are Slack's own markup, which a terminal does not draw.
    print(f"runbook: {' '.join(str(error).replace('`', '').split())}", file=sys.stderr)
    return 1


def _serve(_arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import compose, config  # noqa: PLC0415 - imported late, for fast help
    from bot.edges import logs  # noqa: PLC0415 - likewise

    try:
        settings = config.read(os.environ)
        logs.set_up(settings.log_level, settings.log_format)
        logs.hide(config.secrets(settings))
        asyncio.run(compose.serve(settings))
    except compose.REFUSALS as error:
        return _complain(error)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import config, log_commands  # noqa: PLC0415 - imported late, for fast help

    try:
        text = asyncio.run(log_commands.export(config.read(os.environ), arguments.run_id.upper()))
        if arguments.output:
            arguments.output.write_text(text, encoding="utf-8")
        else:
            sys.stdout.write(text)
    except (*log_commands.REFUSALS, OSError) as error:
        return _complain(error)
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    from bot import config, log_commands  # noqa: PLC0415 - imported late, for fast help

    try:
        print(log_commands.migrate(config.read(os.environ)))
    except log_commands.REFUSALS as error:
        return _complain(error)
    return 0


def _copy(arguments: argparse.Namespace) -> int:
    from bot import log_commands  # noqa: PLC0415 - imported late, for fast help

    try:
        print(log_commands.copy(arguments.source, arguments.target))
    except log_commands.REFUSALS as error:
        return _complain(error)
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import config, log_commands  # noqa: PLC0415 - imported late, for fast help

    try:
        print(asyncio.run(log_commands.audit(config.read(os.environ), arguments.run_id.upper())))
    except log_commands.REFUSALS as error:
        return _complain(error)
    return 0


def _reference(arguments: argparse.Namespace) -> int:
    from bot import reference  # noqa: PLC0415 - imported late, for fast help

    sys.stdout.write(reference.PAGES[arguments.page](parser()))
    return 0


def _workspace(arguments: argparse.Namespace) -> int:
    from bot.demo.workspace.__main__ import main as serve  # noqa: PLC0415 - imported late

    given = ["--port", arguments.port]
    if arguments.json:
        given.append("--json")
    for option in ("manifest", "request_url"):
        if value := getattr(arguments, option):
            given += [f"--{option.replace('_', '-')}", value]
    return serve(given)


def _demo(arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot.demo import stage  # noqa: PLC0415 - imported late, for fast help

    data = arguments.data or Path.cwd() / ".demo" / str(arguments.port)
    try:
        asyncio.run(stage.run(arguments.port, data.absolute(), ROOT))
    except (stage.StageError, OSError) as error:
        return _complain(error)
    return 0
