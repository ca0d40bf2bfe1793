"""All bad examples for lint, in the order in which the reference lists them.

`python -m tests.core.lint_tables FILE` writes what lint says of each into the reference.
"""

import sys
from datetime import date
from pathlib import Path

from bot.edges.library import examine_file
from tests.core.lint_alerts import ALERTS
from tests.core.lint_approvals import ANYONE, APPROVALS
from tests.core.lint_case import BASE, Case
from tests.core.lint_each import EACH
from tests.core.lint_each import UNUSED as MEMBERS
from tests.core.lint_evidence import EVIDENCE, UNSEEN
from tests.core.lint_first import FIRST
from tests.core.lint_found import FOUND
from tests.core.lint_found import WARNED as UNUSED
from tests.core.lint_keys import KEYS, SIGNS
from tests.core.lint_looks import DOUBTED, LOOKS
from tests.core.lint_parts import PARTS
from tests.core.lint_queries import KEPT, QUERIES
from tests.core.lint_roles import NAMED, ROLES
from tests.core.lint_rules import RULES
from tests.core.lint_shapes import SHAPES
from tests.core.lint_timing import LATE, TIMING
from tests.core.lint_traps import TRAPS, WARNINGS
from tests.core.lint_ways import FAILURES, WAYS
from tests.core.lint_ways import WARNED as ASKED
from tests.core.lint_yaml import YAML

ERRORS = [
    *SHAPES,
    *RULES,
    *WAYS,
    *FAILURES,
    *EACH,
    *FOUND,
    *ROLES,
    *EVIDENCE,
    *LOOKS,
    *QUERIES,
    *APPROVALS,
    *TIMING,
    *TRAPS,
    *YAML,
    *PARTS,
    *FIRST,
    *KEYS,
    *ALERTS,
]
WARNED = [
    *WARNINGS,
    *ASKED,
    *UNUSED,
    *MEMBERS,
    *NAMED,
    *UNSEEN,
    *DOUBTED,
    *ANYONE,
    *LATE,
    *KEPT,
    *SIGNS,
]

TODAY = date(2026, 11, 22)
"""The day on which the examples are looked at."""
HEAD = "| Severity | When | Lint says |\n|---|---|---|\n"


def whole(case: Case) -> str:
    """All that lint says of an example, without the place."""
    text = BASE.replace(case.old, case.bad).replace("§", "")
    problems = examine_file(text.encode(), "base.yaml", TODAY).problems
    (said,) = (str(one) for one in problems if one.severity == case.severity)
    return said.partition(f": {case.severity}: ")[2]


def row(case: Case) -> str:
    """What lint says of an example, as the reference has it."""
    says = whole(case).replace("|", "\\|")
    return f"| {case.severity} | {case.name} | {says} |"


def written(page: str) -> str:
    """The page with the list at its end as it is now."""
    before, head, _ = page.partition(HEAD)
    return before + head + "".join(f"{row(case)}\n" for case in (*ERRORS, *WARNED))


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(written(file.read_text("utf-8")), "utf-8")
