"""Drills: runs that are an exercise. They are as any other run is, and are marked everywhere.

The last drill of a procedure reminds of the next: a timer of that run fires when one is due.
"""

from datetime import datetime
from typing import Literal

from bot.core.person import Happened, Person

SIGN = "🎯"
"""What stands in front of a message about a drill."""
MARK = "Drill: "
"""How the title of a drill begins, in every view, list and document."""


STARTS = (
    "This starts a drill: an exercise that goes as a real run does, commands and checks included, "
    "and is marked as a drill wherever it is shown."
)
"""What someone who is about to start one is told."""
IS_ONE = "This is a drill: an exercise. Its commands and checks are those of a real run."
"""What the board says of one."""


def titled(title: str, *, drill: bool) -> str:
    """The title of a run, which says that it is a drill if it is one."""
    return f"{MARK}{title}" if drill else title


class DrillDue(Happened):
    """Another drill of the procedure is due since `due`, and someone was reminded of it.

    That is the owner's channel, `place`, or who closed this one, `whom`.
    """

    kind: Literal["drill_due"] = "drill_due"
    v: Literal[1] = 1
    due: datetime
    place: str | None = None
    whom: Person | None = None
