"""What a report says: as lines for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from bot.core.coverage.gaps import LEVELS, Gap
from bot.core.coverage.rules import Rules
from bot.core.procedure.finding import printable
from bot.core.text import counted

SCHEMA = "coverage/v1"


def covered(rules: Rules, gaps: Sequence[Gap]) -> tuple[int, int]:
    """How many alerts have a procedure, and how many there are, each name once."""
    alerts = {rule.alert for rule in rules.rules}
    without = {gap.about for gap in gaps if gap.kind.name == "no-procedure"}
    return len(alerts - without), len(alerts)


def summary(rules: Rules, gaps: Sequence[Gap]) -> str:
    """One line: how many alerts have a procedure, and how many gaps there are."""
    have, alerts = covered(rules, gaps)
    counts = Counter(gap.kind.level for gap in gaps)
    told = ", ".join(counted(counts[level], level) for level in LEVELS)
    return f"alerts with a procedure: {have:,} of {alerts:,}; {told}"


def text(rules: Rules, gaps: Sequence[Gap]) -> str:
    """The report as lines; each gap in one that begins with its place, as compilers print it."""
    lines: list[str] = []
    for kind, some in groupby(gaps, key=lambda gap: gap.kind):
        found = list(some)
        lines.append(f"{kind.means} ({len(found)}):")
        lines += [f"  {_line(gap)}" for gap in found]
        lines.append("")
    lines.append(summary(rules, gaps))
    return "\n".join(map(printable, lines)) + "\n"


def _line(gap: Gap) -> str:
    about = "" if gap.about == gap.at.file else f" {gap.about}:"
    advice = f". {gap.advice}" if gap.advice else ""
    file, line, column = gap.at
    return f"{file}:{line}:{column}: {gap.kind.level}:{about} {gap.message}{advice}"


def as_json(rules: Rules, gaps: Sequence[Gap]) -> str:
    """The report as JSON: what is covered, and every gap with its place."""
    have, alerts = covered(rules, gaps)
    report = {
        "schema": SCHEMA,
        "alerts": alerts,
        "covered": have,
        "gaps": [
            {
                "kind": gap.kind.name,
                "level": gap.kind.level,
                "file": gap.at.file,
                "line": gap.at.line,
                "column": gap.at.column,
                "about": gap.about,
                "message": gap.message,
                "advice": gap.advice,
            }
            for gap in gaps
        ],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"
