"""The commands that a person types. Each imports what it needs when it runs, so that help is fast.

Exit status: 0 done, 1 refused or failed, 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cli import audit as audit_command
from bot.cli import coverage as coverage_command
from bot.cli import erase as erase_command
from bot.cli.arguments import add_parsers, command
from bot.core.markup.faces import FACES, MARKDOWN

USAGE = 2
"""The exit status for wrong usage."""
ROOT = Path(__file__).resolve().parents[2]
"""The checkout, which holds the procedures and the manifest that the demo uses."""


class _Version(argparse.Action):
    """Print the version, looked up only when it is asked for, so that help stays fast."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415 - imported late, for fast help

        print(f"runbook {version('runbook-bot')}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """Every command and option, in the order in which people meet them."""
    program = argparse.ArgumentParser(
        prog="runbook",
        description="Walk a team through incident procedures in Slack.",
        epilog="Settings come from the environment: docs/reference/settings.md.",
    )
    program.add_argument(
        "--version", action=_Version, nargs=0, help="print the version of this program"
    )
    commands = program.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    _add_first(commands)
    add_parsers(commands)
    coverage_command.add_parser(commands)
    _add_for_operators(commands)
    return program


def _add_first(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser(
        "serve",
        help="connect the bot to Slack and run it",
        description="Connect the bot to Slack and run it until SIGTERM or Ctrl-C. Needs "
        "SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET: docs/connect-slack.md.",
    )
    serve.set_defaults(handler=_serve)

    demo = command(
        commands,
        "demo",
        "run the local workspace, CivicTrust (a system to break) and the bot together",
    )
    demo.add_argument("--port", type=int, default=8765, help="the page's port (default 8765)")
    demo.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="directory for the demo's files; emptied at each start",
    )
    demo.set_defaults(handler=_demo)


def _add_for_operators(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = command(commands, "export", "write the post-mortem of a run")
    export.add_argument("run_id", metavar="RUN", help="the run's id, such as KC-7")
    export.add_argument(
        "--format",
        choices=(*FACES, "json", "pdf"),
        default=MARKDOWN,
        help="default: %(default)s; json is the run as data, with the chain of its record; "
        "pdf needs more installed, and says what",
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
    export.add_argument(
        "--with-files",
        type=Path,
        metavar="DIR",
        help="also fetch the files that were given as evidence, and compare their SHA-256",
    )
    export.add_argument(
        "--check",
        action="store_true",
        help="write nothing, but say what of it only people can write and nobody has; exit status "
        "1 if anything is missing",
    )
    export.set_defaults(handler=_export)

    audit_command.add_parser(commands)

    migrate = commands.add_parser(
        "migrate",
        help="upgrade the database schema to this version",
        description="Upgrade the schema of the database that RUNBOOK_DATABASE_URL names "
        "(unless set: runbook.db, here). Nothing is done when it is up to date.",
    )
    migrate.add_argument(
        "--seal",
        action="store_true",
        help="also seal what people write from now on, so that it can be erased; run it once the "
        "last older bot has stopped, which cannot read it (on SQLite it needs no command)",
    )
    migrate.set_defaults(handler=_migrate)

    erase_command.add_parser(commands)

    copy = command(commands, "copy", "copy all data to another database")
    copy.add_argument(
        "--from",
        dest="source",
        default=os.environ.get("RUNBOOK_DATABASE_URL"),
        metavar="URL",
        help="source; without it, RUNBOOK_DATABASE_URL",
    )
    copy.add_argument(
        "--to",
        dest="target",
        default=os.environ.get("RUNBOOK_COPY_TO"),
        metavar="URL",
        help="an empty database; without it, RUNBOOK_COPY_TO, which keeps a password out of the "
        "list of processes",
    )
    copy.set_defaults(handler=_copy)

    workspace = command(commands, "workspace", "run only the local Slack workspace")
    workspace.add_argument(
        "--port", type=int, default=0, help="the port on the loopback; 0 takes a free one"
    )
    workspace.add_argument("--json", action="store_true", help="print tokens as one JSON line")
    workspace.add_argument("--manifest", metavar="FILE", help="install the app of this manifest")
    workspace.add_argument("--request-url", metavar="URL", help="deliver by signed HTTP to URL")
    workspace.set_defaults(handler=_workspace)

    reference = command(commands, "reference", "print a page of the reference, as Markdown")
    reference.add_argument("page", choices=("commands", "facts", "settings"), help="which page")
    reference.set_defaults(handler=_reference)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the return value is the exit status. Without one, print the help."""
    words = sys.argv[1:] if argv is None else list(argv)
    program = parser()
    if not words:
        program.print_help()
        return 0
    if words[0] == "help":
        # Others have it as a command.
        words = [*words[1:2], "--help"]
    if unknown := _unknown_command(program, words[0]):
        print(unknown, file=sys.stderr)
        return USAGE
    arguments, left = program.parse_known_args(words)
    if "values" in arguments and not any(word.startswith("-") for word in left):
        # Values may stand behind options as well, where argparse takes no more of them.
        arguments.values += left
        left = []
    if left:
        # The command's own usage is of more help than the list of all commands.
        _commands(program)[words[0]].error(f"it does not know: {' '.join(left)}")
    try:
        return int(arguments.handler(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has had enough of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _commands(program: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    return next(
        action.choices
        for action in program._actions  # noqa: SLF001 - argparse has no public way to list them
        if isinstance(action.choices, Mapping)
    )


def _unknown_command(program: argparse.ArgumentParser, word: str) -> str:
    """Say which command may be meant by *word*; empty when it is a command or an option."""
    choices = _commands(program)
    if word.startswith("-") or word in choices:
        return ""
    import difflib  # noqa: PLC0415 - imported late, for fast help

    meant = difflib.get_close_matches(word, choices, n=2)
    hint = f"Did you mean {' or '.join(meant)}? " if meant else ""
    return f"runbook: there is no command {word}. {hint}`runbook --help` lists all commands."


def _complain(error: object) -> int:
    # Some of the words are Slack's own markup, which a terminal does not draw.
    print(f"runbook: {' '.join(str(error).replace('`', '').split())}", file=sys.stderr)
    return 1


def _serve(_arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import compose, config, serving  # noqa: PLC0415 - imported late, for fast help
    from bot.edges import logs  # noqa: PLC0415 - likewise

    try:
        settings = config.read(os.environ)
        logs.set_up(settings.log_level, settings.log_format)
        logs.hide(config.secrets(settings))
        asyncio.run(serving.serve(settings))
    except compose.REFUSALS as error:
        return _complain(error)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import config  # noqa: PLC0415 - imported late, for fast help
    from bot.cli import log as log_commands  # noqa: PLC0415 - imported late, for fast help

    if arguments.check:
        return _lacks(arguments.run_id.upper())
    try:
        if arguments.format == "pdf" and not arguments.output and sys.stdout.isatty():
            return _complain("a PDF is nothing for a terminal: give --output FILE")
        content, wrong = asyncio.run(
            log_commands.export(config.read(os.environ), arguments.run_id.upper(), arguments.format)
        )
        if arguments.output:
            # What people wrote in an incident is not for every user of the machine.
            arguments.output.touch(mode=0o600)
            arguments.output.chmod(0o600)
            arguments.output.write_bytes(content)
        else:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
    except OSError as error:
        return _complain(f"cannot write {arguments.output}: {error.strerror or error}")
    except log_commands.REFUSALS as error:
        return _complain(error)
    if arguments.with_files is not None and not _fetched(arguments):
        return 1
    return _complain(wrong) if wrong else 0


def _lacks(run_id: str) -> int:
    """Say what people have yet to write of a post-mortem; the exit status."""
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import config  # noqa: PLC0415 - imported late, for fast help
    from bot.cli import log as log_commands  # noqa: PLC0415 - imported late, for fast help

    try:
        missing = asyncio.run(log_commands.lacks(config.read(os.environ), run_id))
    except log_commands.REFUSALS as error:
        return _complain(error)
    print(f"{run_id}: {'missing' if missing else 'nothing is missing'}")
    for one in missing:
        print(f"- {one}")
    return 1 if missing else 0


def _fetched(arguments: argparse.Namespace) -> bool:
    """Fetch a run's files, and say what came of it; whether all are as they were given."""
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import config  # noqa: PLC0415 - imported late, for fast help
    from bot.cli import evidence  # noqa: PLC0415 - imported late, for fast help
    from bot.cli import log as log_commands  # noqa: PLC0415 - imported late, for fast help

    try:
        lines, well = asyncio.run(
            evidence.fetch(config.read(os.environ), arguments.run_id.upper(), arguments.with_files)
        )
    except OSError as error:
        return _complain(f"cannot write {arguments.with_files}: {error.strerror or error}") == 0
    except log_commands.REFUSALS as error:
        return _complain(error) == 0
    for line in lines:
        print(line, file=sys.stderr)
    return well


def _migrate(arguments: argparse.Namespace) -> int:
    from bot import config  # noqa: PLC0415 - imported late, for fast help
    from bot.cli import log as log_commands  # noqa: PLC0415 - imported late, for fast help

    try:
        print(log_commands.migrate(config.read(os.environ), sealed=arguments.seal))
    except log_commands.REFUSALS as error:
        return _complain(error)
    return 0


def _copy(arguments: argparse.Namespace) -> int:
    from bot.cli import log as log_commands  # noqa: PLC0415 - imported late, for fast help

    for option, variable, url in (
        ("--from", "RUNBOOK_DATABASE_URL", arguments.source),
        ("--to", "RUNBOOK_COPY_TO", arguments.target),
    ):
        if not url:
            return _complain(f"name a database: set {variable}, or give {option} URL")
    try:
        print(log_commands.copy(arguments.source, arguments.target))
    except log_commands.REFUSALS as error:
        return _complain(error)
    return 0


def _reference(arguments: argparse.Namespace) -> int:
    from bot.cli import reference  # noqa: PLC0415 - imported late, for fast help

    sys.stdout.write(reference.PAGES[arguments.page](parser()))
    return 0


def _workspace(arguments: argparse.Namespace) -> int:
    from bot.demo.workspace.__main__ import main as serve  # noqa: PLC0415 - imported late

    given = ["--port", str(arguments.port)]
    if arguments.json:
        given.append("--json")
    for option in ("manifest", "request_url"):
        if value := getattr(arguments, option):
            given += [f"--{option.replace('_', '-')}", value]
    return serve(given)


def _demo(arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot.demo import processes, stage  # noqa: PLC0415 - imported late, for fast help

    data = arguments.data or Path.cwd() / ".demo" / str(arguments.port)
    try:
        asyncio.run(stage.run(arguments.port, data.absolute(), ROOT))
    except (processes.StageError, OSError) as error:
        return _complain(error)
    return 0
