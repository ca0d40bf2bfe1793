"""Rules over checks and the verification: what is counted leads to its goal, and is told apart.

They see a procedure that has its shape.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.checks.comparing import compares
from bot.core.procedure import Check, Procedure, Progress, VerifyGroup
from bot.core.procedure.finding import Finding, Path, quoted


def looks(procedure: Procedure) -> Iterator[Finding]:
    """Find progress that cannot be told, members that are not counted, groups of one name."""
    for name, check in procedure.checks.items():
        here: Path = ("checks", name)
        if check.poll is not None and check.poll.progress is not None:
            yield from _progress(check, check.poll.progress, (*here, "poll", "progress"))
        yield from _enough(check, here)
    yield from _groups(procedure)


def _progress(check: Check, progress: Progress, here: Path) -> Iterator[Finding]:
    """A number has a goal, goes towards it, and is there when the check passes."""
    if progress.goal is None:
        if check.each is None:
            message = "one number alone has no other to reach"
            write = "goal: and the number that is to be reached"
            yield Finding(here, message, write, severity="warning", at_key=True)
        return
    if progress.of == "max" and progress.goal <= 0:
        message = f"a number does not rise to {progress.goal:g}"
        yield Finding((*here, "goal"), message, "of: min, for a number that falls")
        return
    for expectation in check.expect:
        if expectation.pointer != progress.pointer or expectation.comparison is None:
            continue
        how, wanted = expectation.comparison
        if how in _TOWARDS and _TOWARDS[how] != progress.of:
            way = "falls" if _TOWARDS[how] == "min" else "rises"
            message = f"the check passes when this {way}, and `of: {progress.of}` says otherwise"
            at = (*here, "of" if "of" in progress.model_fields_set else "goal")
            yield Finding(at, message, f"of: {_TOWARDS[how]}")
        elif how in _TOWARDS and not compares(how, progress.goal, wanted):
            message = f"at {progress.goal:g} the check does not pass: `{how}: {wanted:g}`"
            yield Finding((*here, "goal"), message, "a goal at which it passes")


_TOWARDS = {"gt": "max", "gte": "max", "lt": "min", "lte": "min"}
"""Where a number goes that a comparison waits for."""


def _enough(check: Check, here: Path) -> Iterator[Finding]:
    """`min_ok` stands alone, and once."""
    seen = False
    for index, expectation in enumerate(check.expect):
        if expectation.min_ok is None:
            continue
        at = (*here, "expect", index)
        if expectation.selector is not None:
            message = f"`min_ok` counts members, and looks at no {expectation.selector[0]}"
            yield Finding((*at, expectation.selector[0]), message, "two entries", at_key=True)
        elif seen:
            yield Finding((*at, "min_ok"), "`min_ok` stands twice", "one of them", at_key=True)
        seen = True


def _groups(procedure: Procedure) -> Iterator[Finding]:
    """Groups of lines can be told apart, and are not too many."""
    if (many := len(procedure.lines())) > MOST_LINES:
        message = f"{many} lines, and a verification has {MOST_LINES} at most"
        yield Finding(("verification",), message, "fewer of them", at_key=True)
    seen: set[str] = set()
    for index, entry in enumerate(procedure.verification):
        if not isinstance(entry, VerifyGroup):
            continue
        if entry.group in seen:
            message = f"there are two groups {quoted(entry.group)}"
            yield Finding(("verification", index, "group"), message, "one group, or another name")
        seen.add(entry.group)


MOST_LINES = 50
"""How many lines a verification may have, those in groups among them."""
