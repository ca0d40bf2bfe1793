"""How a check of a run is told: when it was seen, and how far a wait is."""

from datetime import datetime

from bot.core.run.events import Advance
from bot.core.run.model import Run
from bot.core.run.proof import Request, Verdict
from bot.core.text import brief, clock

WORDS_SHOWN = 140
"""How much of a reason or a note the board shows, in characters."""
TITLE_SHOWN = 200
"""How much of a title, which may hold the value of an input."""


def moment(run: Run, at: datetime) -> str:
    """A time in a run, with its date where it is not on the day of the run's start."""
    return clock(at, since=run.started_at)


def failed(run: Run, seen: Verdict) -> str:
    """That a check failed and when, behind a title; nothing where it passed."""
    return "" if seen.green else f" · 🔴\u00a0check failed {moment(run, seen.at)}"


def counted(run: Run, request: Request) -> str:
    """How far a wait is: the bar, the two numbers and what they count."""
    if request.last is None or request.last.advance is None:
        return ""
    return f" · {progress(run, request.check, request.last.advance)}"


def progress(run: Run, check: str, advance: Advance) -> str:
    """How far the number of a check is: what it counts, the bar, the two numbers."""
    return f"{_what_counts(run, check)}{progress_bar(advance.now, advance.goal)}"


def _what_counts(run: Run, check: str) -> str:
    """The name of the number that a check counts, as the target calls it."""
    poll = run.procedure.checks[check].poll
    if poll is None or poll.progress is None:
        return ""
    name = poll.progress.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return f"{brief(name, 40)} " if name else ""


def progress_bar(now: float, goal: float, width: int = 10) -> str:
    """A bar of *width* signs, and the two numbers."""
    share = 1.0 if goal <= 0 else min(1.0, max(0.0, now / goal))
    full = int(share * width)
    return f"{'▓' * full}{'░' * (width - full)} {now:g} of {goal:g}"
