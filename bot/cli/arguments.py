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

    find = command(subparsers, "search", "find procedures by words, even misspelled")
    find.add_argument(
        "words", nargs="+", metavar="WORD", help="words, or the name of an alert that fired"
    )
    find.set_defaults(handler=_late("run_search"))

    made = command(subparsers, "schema", "print the JSON Schema of a procedure file")
    made.set_defaults(handler=_late("run_schema"))


def _late(name: str) -> Callable[[argparse.Namespace], int]:
    """The function of `bot.cli.procedures` called *name*, imported when it is run."""

    def handler(arguments: argparse.Namespace) -> int:
        from bot.cli import procedures as procedure_commands  # noqa: PLC0415 - imported late, for fast help

        return int(getattr(procedure_commands, name)(arguments))

    return handler
