"""How a check of a run is told: when it was seen, and how far a wait is."""

from datetime import datetime

from bot.core.run.events import Advance
from bot.core.run.expected import on_board, tolerated
from bot.core.run.model import Run
from bot.core.run.proof import Request, Verdict
from bot.core.text import brief, briefly, clock

WORDS_SHOWN = 140
"""How much of a reason or a note the board shows, in characters."""
TITLE_SHOWN = 200
"""How much of a title, which may hold the value of an input."""


def moment(run: Run, at: datetime) -> str:
    """A time in a run, with its date where it is not on the day of the run's start."""
    return clock(at, since=run.started_at)


def looked(run: Run, seen: Verdict) -> str:
    """That a check failed and when, behind a title, or what it let pass; else nothing."""
    if not seen.green:
        return f" · 🔴\u00a0check failed {moment(run, seen.at)}"
    but = on_board(tolerated(seen.observed, run.procedure))
    return f" · check passed: {briefly(but, WORDS_SHOWN)}" if but else ""


def counted(run: Run, request: Request) -> str:
    """How far a wait is: the bar, the two numbers and what they count."""
    if request.last is None or request.last.advance is None:
        return ""
    return f" · {progress(run, request.check, request.last.advance)}"


def progress(run: Run, check: str, advance: Advance) -> str:
    """How far the number of a check is: what it counts, the bar, the two numbers."""
    return f"{_what_counts(run, check)}{progress_bar(advance)}"


def _what_counts(run: Run, check: str) -> str:
    """The name of the number that a check counts, as the target calls it."""
    poll = run.procedure.checks[check].poll
    if poll is None or poll.progress is None:
        return ""
    name = poll.progress.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return f"{brief(name, 40)} " if name else ""


def progress_bar(far: Advance, width: int = 10) -> str:
    """A bar of *width* signs, and the numbers: those of a whole way where it is told from where."""
    share = min(1.0, max(0.0, _share(far)))
    full = int(share * width)
    bar = "▓" * full + "░" * (width - full)
    if far.begun is None:
        return f"{bar} {_figure(far.now)} of {_figure(far.goal)}"
    way = f"from {_figure(far.begun)} to {_figure(far.goal)}"
    return f"{bar} {int(100 * share)}%: {_figure(far.now)}, {way}"


def _share(far: Advance) -> float:
    """How much of the way is behind, 1 at its end."""
    if far.begun is None:
        return 1.0 if far.goal <= 0 else far.now / far.goal
    way = far.goal - far.begun
    # What was at its goal from the start is there as long as it stays.
    return (far.now - far.begun) / way if way else float(far.now == far.goal)


_WHOLE = 10**15
"""Whole numbers below it are written out."""


def _figure(number: float) -> str:
    whole = number.is_integer() and abs(number) < _WHOLE
    return str(int(number)) if whole else f"{number:g}"
