"""Rules over a procedure's use and age: it proves recovery, fits a page, and was reviewed.

All of them warn: an old procedure is better than none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.core.documents.printing import PAGE_LINES, page_lines
from bot.core.procedure import Procedure, show_duration
from bot.core.procedure.finding import Finding


def upkeep(procedure: Procedure, today: date) -> Iterator[Finding]:
    """Warn of what makes a procedure worth less on the night it is needed."""
    if not procedure.verification:
        message, write = "nothing proves recovery", "verification: and a list of checks"
        yield Finding((), message, write, severity="warning")
    lines = page_lines(procedure)
    if lines > PAGE_LINES:
        message = f"{lines} lines when printed, and a page has {PAGE_LINES}"
        yield Finding((), message, "less, or two procedures", severity="warning")
    reviewed, every = procedure.reviewed, procedure.review_every
    if reviewed is None:
        if every is not None:
            message = "a review is asked for, and none is on record"
            write = f"reviewed: {today.isoformat()}, once it is"
            yield Finding(("review_every",), message, write, "warning", at_key=True)
    elif reviewed > today:
        message = "the review is in the future"
        yield Finding(("reviewed",), message, "the day of the last review", severity="warning")
    elif every is not None and today - reviewed > every:
        late = show_duration(today - reviewed - every)
        message = f"the review is {late} overdue"
        write = f"reviewed: {today.isoformat()}, once it is reviewed"
        yield Finding(("reviewed",), message, write, severity="warning")
