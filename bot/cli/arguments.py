"""What the commands about procedure files take; what they do is in `bot.cli.procedures`.

Apart from it so that `runbook --help` need not read a single model.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.markup.faces import FACES, TEXT

if TYPE_CHECKING:
    _Parsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names its type so


def command(
    subparsers: _Parsers, name: str, does: str, description: str | None = None
) -> argparse.ArgumentParser:
    """Add a command; its own help says at least what the list of all says."""
    more = description or f"{does[:1].upper()}{does[1:]}."
    return subparsers.add_parser(name, help=does, description=more)


def add_parsers(subparsers: _Parsers) -> None:
    """Add the commands; `handler(arguments)` of what is parsed gives the exit code."""
    lint = command(
        subparsers,
        "lint",
        "check procedure files",
        "Check procedure files: what is wrong, where, and what to write instead. Exit status 1 "
        "when there is an error.",
    )
    lint.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files or folders (default: RUNBOOK_PROCEDURES, or procedures)",
    )
    lint.add_argument(
        "--targets",
        type=Path,
        metavar="FILE",
        help="warn of targets that are not in FILE (default: RUNBOOK_TARGETS, if it is set)",
    )
    lint.set_defaults(handler=_late("run_lint"))

    show = command(subparsers, "show", "print a procedure on one page")
    show.add_argument("which", nargs="?", metavar="ID|FILE", help="a procedure's id or file")
    show.add_argument("--all", action="store_true", help="print every procedure of the folder")
    show.add_argument(
        "--format", choices=(*FACES, "json"), default=TEXT, help="default: %(default)s"
    )
    show.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set an input, such as node=node-2 (repeatable)",
    )
    show.set_defaults(handler=_late("run_show"))

    _add_check(subparsers)

    _add_preview(subparsers)

    find = command(subparsers, "search", "find procedures by words, even misspelled")
    find.add_argument(
        "words", nargs="+", metavar="WORD", help="words, or the name of an alert that fired"
    )
    find.set_defaults(handler=_late("run_search"))

    made = command(subparsers, "schema", "print the JSON Schema of a procedure file")
    made.add_argument(
        "--routes", action="store_true", help="that of the file that says where alerts are told"
    )
    made.add_argument("--run", action="store_true", help="that of `runbook export --format json`")
    made.set_defaults(handler=_late("run_schema"))


def _add_check(subparsers: _Parsers) -> None:
    look = command(
        subparsers,
        "check",
        "look at the checks of a procedure",
        "Look at the checks of a procedure's verification, at the targets of the configuration, "
        "as the bot does. Nothing is recorded. Exit status: 0 all passed, 1 one failed, 2 wrong "
        "usage.",
    )
    look.add_argument("which", metavar="ID|FILE", help="a procedure's id or file")
    look.add_argument(
        "values",
        nargs="*",
        metavar="NAME=VALUE",
        help="an input, or a value that a step finds, such as node=node-2",
    )
    look.add_argument(
        "--only", action="append", default=[], metavar="CHECK", help="this check (repeatable)"
    )
    look.add_argument("--all", action="store_true", help="also the checks of its steps")
    look.add_argument("--json", action="store_true", help="one line of JSON for each look")
    look.add_argument("--watch", action="store_true", help="look again until Ctrl-C")
    look.add_argument(
        "--every",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="with --watch: from one look to the next, at least 1 (default 5)",
    )
    look.add_argument(
        "--for",
        dest="for_seconds",
        type=float,
        default=3_600.0,
        metavar="SECONDS",
        help="with --watch: at most for so long (default 3600)",
    )
    look.add_argument(
        "--targets",
        type=Path,
        metavar="FILE",
        help="the systems that may be asked (default: RUNBOOK_TARGETS)",
    )
    look.set_defaults(handler=_late("run_check", "checking"))


def _add_preview(subparsers: _Parsers) -> None:
    seen = command(
        subparsers,
        "preview",
        "show a procedure's file as a board, before anyone else sees it",
        "Run the local workspace with a run of this file that has just begun: its board to click "
        "through, and its printed page. No Slack account is needed, and nothing is kept.",
    )
    seen.add_argument("file", metavar="FILE", help="a procedure's file")
    seen.add_argument(
        "values",
        nargs="*",
        metavar="NAME=VALUE",
        help="an input, such as node=node-2; what is required and not given is made up",
    )
    seen.add_argument("--port", type=int, default=8766, help="the page's port (default 8766)")
    seen.add_argument(
        "--targets",
        type=Path,
        metavar="FILE",
        help="the systems that its checks may ask (default: RUNBOOK_TARGETS)",
    )
    seen.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="directory for its files; emptied at each start",
    )
    seen.set_defaults(handler=_late("run_preview", "previewing"))


def _late(name: str, module: str = "procedures") -> Callable[[argparse.Namespace], int]:
    """The function of a module beside this one called *name*, imported when it is run."""

    def handler(arguments: argparse.Namespace) -> int:
        from importlib import import_module  # noqa: PLC0415 - imported late, for fast help

        return int(getattr(import_module(f"bot.cli.{module}"), name)(arguments))

    return handler
