"""Rules over looks at the start, and over what is compared with an earlier look of the run.

They see a procedure that has its shape.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.lint.references import undefined
from bot.core.procedure import (
    START,
    Check,
    Earlier,
    Expectation,
    Procedure,
    VerifyByCheck,
    VerifyGroup,
    captures_of,
)
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.using import used_by_check


def earlier(procedure: Procedure) -> Iterator[Finding]:
    """Find comparisons with looks that nobody makes, and looks at the start that cannot be made."""
    for name, check in procedure.checks.items():
        for index, expectation in enumerate(check.expect):
            if expectation.same_as is not None:
                here: Path = ("checks", name, "expect", index, "same_as")
                yield from _compared(procedure, name, check, expectation, here)
    found = {name for one in procedure.leaves() for name in captures_of(one.step)}
    for path, line in _lines(procedure):
        asked = procedure.checks.get(line.check) if line.baseline else None
        if asked is not None and (needs := used_by_check(asked) & found):
            message = f"{quoted(min(needs))} is found by a step, and not known at the start"
            yield Finding((*path, "baseline"), message, "the line without it", at_key=True)


def _lines(procedure: Procedure) -> Iterator[tuple[Path, VerifyByCheck]]:
    for index, entry in enumerate(procedure.verification):
        here: Path = ("verification", index)
        if isinstance(entry, VerifyGroup):
            for n, line in enumerate(entry.lines):
                if isinstance(line, VerifyByCheck):
                    yield (*here, "lines", n), line
        elif isinstance(entry, VerifyByCheck):
            yield here, entry


def _compared(
    procedure: Procedure, name: str, check: Check, one: Expectation, here: Path
) -> Iterator[Finding]:
    """An earlier look is made before, and of the same value."""
    if not isinstance(one.same_as, Earlier):
        if name not in procedure.baselines():
            message = f"{quoted(START)} is a look that nobody makes"
            yield Finding(here, message, f"{{ check: {name}, baseline: true }} in verification")
        return
    other_name = one.same_as.check
    other = procedure.checks.get(other_name)
    here = (*here, "check")
    if other is None:
        yield undefined(here, other_name, "check", procedure.checks, "checks:")
    elif other is check:
        message = "a check is compared with another one, or with its look at the start"
        yield Finding(here, message, "same_as: start")
    elif any(line.check == other_name for _, line in _lines(procedure)):
        message = f"{quoted(other_name)} is looked at in the verification as well, so not before it"
        yield Finding(here, message, "a check of a step")
    elif all(e.selector != one.selector for e in other.expect):
        kind, where = one.selector or ("", "")
        message = f"{quoted(other_name)} does not look at {quoted(where)}"
        yield Finding(here, message, f"{{ {kind}: {where}, exists: true }} there, too")
    elif (other.each is None) != (check.each is None):
        message = f"of {quoted(name)} and {quoted(other_name)} one asks each member alone"
        yield Finding(here, message, "each: in both, or in neither")
