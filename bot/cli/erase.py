"""`runbook erase`: its options, and the question before anything goes.

What is asked is counted first and shown; on a terminal the person says yes to that, elsewhere the
command needs `--yes`.
"""

import argparse
import os
import re
import sys
from pathlib import Path

USAGE = 2
"""The exit status for wrong usage."""
LONGEST_DAYS = 36_500
"""A hundred years."""


def _days(text: str) -> int:
    """An age such as `400d`, in days; raises what argparse shows."""
    found = re.fullmatch(r"([0-9]{1,5})d", text)
    if found is None or not 0 < int(found[1]) <= LONGEST_DAYS:
        raise argparse.ArgumentTypeError("an age is a number of days, such as 400d")
    return int(found[1])


def _fact(text: str) -> tuple[str, int]:
    """An entry of a run, such as `KC-7/12`; raises what argparse shows."""
    run, _, number = text.rpartition("/")
    if not run or not number.isascii() or not number.isdigit():
        raise argparse.ArgumentTypeError("an entry is a run and a number, such as KC-7/12")
    return run.upper(), int(number)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `erase` to the program's commands."""
    erase = commands.add_parser(
        "erase",
        help="erase what people wrote, or who they are, from the record",
        description="Erase what people wrote, or who they are, from the record, for good. What "
        "happened and when stays, and the record still proves that nothing else was changed. "
        "docs/privacy.md says what is erased, and what cannot be reached.",
    )
    which = erase.add_mutually_exclusive_group()
    which.add_argument(
        "run_id", metavar="RUN", nargs="?", help="all of a run; of an open one, only words"
    )
    which.add_argument("--person", metavar="ID", help="someone, by their id in Slack, in all runs")
    which.add_argument("--fact", type=_fact, metavar="RUN/N", help="the words of one entry")
    which.add_argument(
        "--older-than", type=_days, metavar="400d", help="all closed runs that began so long ago"
    )
    which.add_argument(
        "--again", type=Path, metavar="LIST", help="an erasure list, after a backup was restored"
    )
    erase.add_argument("--dry-run", action="store_true", help="only count what would go")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    erase.add_argument(
        "--rewrite",
        action="store_true",
        help="PostgreSQL: then rewrite the tables' files, so that nothing is left in them",
    )
    erase.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Count, ask, erase; the exit status: 1 where something was to be erased and was not."""
    import asyncio  # noqa: PLC0415 - imported late, for fast help
    from dataclasses import replace  # noqa: PLC0415 - likewise

    from bot import config  # noqa: PLC0415 - likewise
    from bot.app.erasing import Asked, is_noted, is_undone  # noqa: PLC0415 - likewise
    from bot.cli import log as log_commands  # noqa: PLC0415 - likewise

    entry_of, entry = arguments.fact or (None, None)
    undone = False
    try:
        asked = Asked(
            run=entry_of or (arguments.run_id.upper() if arguments.run_id else None),
            entry=entry,
            person=arguments.person,
            older_than_days=arguments.older_than,
            again=_list(arguments.again),
        )
        something = asked != Asked()
        if not something and not arguments.rewrite:
            print("runbook: say what to erase; `runbook erase --help` lists it", file=sys.stderr)
            return USAGE
        settings = config.read(os.environ)
        if something:
            would = asyncio.run(log_commands.erase(settings, replace(asked, dry_run=True)))
            if not would:
                print("Nothing to erase.")
            else:
                print("\n".join(would))
            if would and not arguments.dry_run:
                if not _sure("Erase this for good?", yes=arguments.yes):
                    return USAGE
                left = asyncio.run(log_commands.erase(settings, asked))
                as_said = left[: len(would)] == would
                end = "Noted." if all(map(is_noted, would)) else "Erased."
                print("\n".join([end, *left[len(would) :]] if as_said else left))
                undone = any(map(is_undone, left))
        if arguments.rewrite and not arguments.dry_run:
            print(log_commands.rewriting(settings))
            if not _sure("Rewrite the tables now?", yes=arguments.yes):
                return USAGE
            log_commands.rewritten(settings)
            print("Rewritten.")
    except (*log_commands.REFUSALS, OSError) as error:
        print(f"runbook: {' '.join(str(error).replace('`', '').split())}", file=sys.stderr)
        return 1
    return int(undone)


def _list(path: Path | None) -> tuple[str, ...]:
    """The lines of an erasure list; raises OSError."""
    return () if path is None else tuple(path.read_text("utf-8").splitlines())


def _typed(question: str) -> str:
    """What a person types; nothing if they end it."""
    try:
        return input(question)
    except EOFError:
        return ""


def _sure(question: str, *, yes: bool) -> bool:
    """Whether it is to be done; where nobody can be asked, only with `--yes`."""
    if yes:
        return True
    if not sys.stdin.isatty():
        print("runbook: nothing was done; --yes does it without asking", file=sys.stderr)
        return False
    if _typed(f"{question} Type yes: ").strip().lower() == "yes":
        return True
    print("Nothing was done.")
    return False
