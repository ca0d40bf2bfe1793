"""What the commands about procedure files take; what they do is in `bot.procedure_commands`.

Apart from it so that `runbook --help` need not read a single model.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.documents.faces import FACES, TEXT

if TYPE_CHECKING:
    _Parsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names its type so


def add_parsers(subparsers: _Parsers) -> None:
    """Add the commands; `handler(arguments)` of what is parsed gives the exit code."""
    lint = subparsers.add_parser("lint", help="check procedure files")
    lint.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders")
    lint.add_argument(
        "--targets",
        type=Path,
        metavar="FILE",
        help="warn of targets that are not in FILE (default: RUNBOOK_TARGETS, if it is set)",
    )
    lint.set_defaults(handler=_late("run_lint"))

    show = subparsers.add_parser("show", help="print a procedure on one page")
    show.add_argument("which", nargs="?", metavar="ID|FILE", help="a procedure's id or file")
    show.add_argument("--all", action="store_true", help="print every procedure of the folder")
    show.add_argument("--format", choices=(*FACES, "json"), default=TEXT)
    show.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set an input, such as node=node-2 (repeatable)",
    )
    show.set_defaults(handler=_late("run_show"))

    find = subparsers.add_parser("search", help="find procedures by words, even misspelled")
    find.add_argument("words", nargs="+", metavar="WORD")
    find.set_defaults(handler=_late("run_search"))

    made = subparsers.add_parser("schema", help="print the JSON Schema of a procedure file")
    made.set_defaults(handler=_late("run_schema"))


def _late(name: str) -> Callable[[argparse.Namespace], int]:
    """The function of `bot.procedure_commands` called *name*, imported when it is run."""

    def handler(arguments: argparse.Namespace) -> int:
        from bot import procedure_commands  # noqa: PLC0415 - imported late, for fast help

        return int(getattr(procedure_commands, name)(arguments))

    return handler
