"""`runbook coverage`: its options, and what is read for the report.

Exit status: 0 nothing as bad as `--fail-on`, 1 something is, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

USAGE = 2
"""The exit status for wrong usage."""
FORMATS = ("text", "json", "sarif")
LEVELS = ("error", "warning", "note", "never")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `coverage` to the program's commands."""
    parser = commands.add_parser(
        "coverage",
        help="say which alerts have no procedure, and what else is not covered",
        description="Compare alerting rules with the procedures: alerts without a procedure, "
        "procedures whose alert is gone, links that lead to nothing, checks whose target is not "
        "configured, reviews that are overdue. With RUNBOOK_DATABASE_URL set, also what was never "
        "run or drilled, and steps that are always skipped. Nothing is changed anywhere.",
    )
    parser.add_argument(
        "--rules",
        nargs="+",
        default=[],
        type=Path,
        metavar="PATH",
        help="files of rules as Prometheus loads them or PrometheusRule resources, and folders",
    )
    parser.add_argument(
        "--prometheus", metavar="URL", help="also the rules that this running Prometheus has"
    )
    parser.add_argument(
        "--online",
        action="store_true",
        help="also ask each link that leads elsewhere whether it is there",
    )
    parser.add_argument(
        "--procedures",
        type=Path,
        metavar="DIR",
        help="the procedures' folder (default: RUNBOOK_PROCEDURES, or procedures)",
    )
    parser.add_argument(
        "--targets",
        type=Path,
        metavar="FILE",
        help="the bot's targets (default: RUNBOOK_TARGETS, if it is set)",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: %(default)s")
    parser.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        default="error",
        help="the least that makes the exit status 1 (default: %(default)s)",
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the report; the exit status says whether something is as bad as was asked for."""
    import asyncio  # noqa: PLC0415 - imported late, for fast help

    from bot.cli import coverages  # noqa: PLC0415 - likewise

    if not arguments.rules and not arguments.prometheus:
        print("runbook: name rules: --rules FILE…, or --prometheus URL", file=sys.stderr)
        return USAGE
    try:
        asked = coverages.Asked(
            rules=tuple(arguments.rules),
            prometheus=arguments.prometheus,
            online=arguments.online,
            procedures=arguments.procedures,
            targets=arguments.targets,
        )
        report = asyncio.run(coverages.report(asked, os.environ))
        text = report.written(arguments.format)
        if arguments.output:
            arguments.output.write_text(text, encoding="utf-8")
            print(report.summary(), file=sys.stderr)
        else:
            sys.stdout.write(text)
    except coverages.UNUSABLE as error:
        print(f"runbook: {error}", file=sys.stderr)
        return USAGE
    except (*coverages.REFUSALS, OSError) as error:
        print(f"runbook: {' '.join(str(error).replace('`', '').split())}", file=sys.stderr)
        return 1
    return 1 if report.is_as_bad_as(arguments.fail_on) else 0
