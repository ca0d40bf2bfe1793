"""`runbook audit`: its options, and which audit is asked for."""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

USAGE = 2
"""The exit status for wrong usage."""
SILENT_S = 5.0
"""Seconds after which somebody who waits is told how far it is."""
_RUN = re.compile("[A-Za-z]{1,10}-[0-9]{1,9}")
"""A run's id; any other word is the path of a file."""


def _log_hash(text: str) -> str:
    """A log hash as it is stored; raises what argparse shows."""
    if re.fullmatch("[0-9a-f]{64}", text.lower()) is None:
        raise argparse.ArgumentTypeError("a log hash is 64 digits, 0 to 9 and a to f")
    return text.lower()


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `audit` to the program's commands."""
    audit = commands.add_parser(
        "audit",
        help="check that nobody changed the record of a run",
        description="Check that nobody changed the record of a run, or of all; or whether a file "
        "is one that the bot uploaded. The exit status is 1 when something was changed, is "
        "missing or cannot be checked.",
    )
    which = audit.add_mutually_exclusive_group()
    which.add_argument(
        "which",
        metavar="RUN|FILE",
        nargs="?",
        help="a run's id, such as KC-7, or a file: whether the bot uploaded it (./KC-7 is a file)",
    )
    which.add_argument(
        "--all", action="store_true", help="every run, and the gaps in their numbers"
    )
    audit.add_argument(
        "--head",
        type=_log_hash,
        metavar="HASH",
        help="a log hash (64 digits, from a post-mortem or a board's metadata) that must be in "
        "the run's record",
    )
    audit.add_argument(
        "--slack",
        action="store_true",
        help="also compare what the board in Slack shows; without RUN, all boards. Needs "
        "SLACK_BOT_TOKEN, and works beside a running bot",
    )
    audit.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Audit what is asked for; the exit status: 1 where something is not as it must be."""
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot import config  # noqa: PLC0415 - likewise
    from bot.cli import audits  # noqa: PLC0415 - likewise
    from bot.cli import log as log_commands  # noqa: PLC0415 - likewise
    from bot.edges.slack.connection import SlackRefused  # noqa: PLC0415 - likewise

    word: str | None = arguments.which
    run_id = word.upper() if word is not None and _RUN.fullmatch(word) else None
    if wrong := _usage(arguments, run_id):
        print(f"runbook: {wrong}", file=sys.stderr)
        return USAGE
    said = list[tuple[str, bool]]()
    try:
        settings = config.read(os.environ)
        if run_id is not None:
            said.append(asyncio.run(log_commands.audit(settings, run_id, arguments.head)))
        elif word is not None:
            said.append(asyncio.run(audits.file(settings, Path(word))))
        elif arguments.all:
            said.append(asyncio.run(log_commands.audit_all(settings)))
        if arguments.slack:
            said.append(asyncio.run(audits.slack(settings, run_id, _seldom(time.monotonic))))
    except (*log_commands.REFUSALS, SlackRefused, OSError) as error:
        _print(said)
        print(f"runbook: {' '.join(str(error).replace('`', '').split())}", file=sys.stderr)
        return 1
    _print(said)
    return 0 if all(well for _, well in said) else 1


def _seldom(now: Callable[[], float]) -> Callable[[str], None]:
    """What tells somebody who waits how far it is: on standard error, every few seconds."""
    last = now()

    def say(words: str) -> None:
        nonlocal last
        if now() - last >= SILENT_S:
            last = now()
            print(words, file=sys.stderr, flush=True)

    return say


def _usage(arguments: argparse.Namespace, run_id: str | None) -> str:
    """What of the options does not go together; nothing if all does."""
    if arguments.which is None and not (arguments.all or arguments.slack):
        return "name a RUN or a FILE, or give --all or --slack; `runbook audit --help` tells more"
    if arguments.head and run_id is None:
        return "--head goes with one RUN"
    if arguments.slack and arguments.which is not None and run_id is None:
        return "--slack goes with a RUN, or with none"
    return ""


def _print(said: list[tuple[str, bool]]) -> None:
    for words, _ in said:
        print(words)
