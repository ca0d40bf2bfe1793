"""An item of the timeline, wherever it comes from, and the table of them all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.documents.postmortem.wording import clock
from bot.core.markup.model import Inline, Table

ENTRIES, MESSAGES = 0, 1
"""Which items come first of those that are of one time."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that happened or was said: a row of the timeline.

    `order` is its place: a time, which kind it is, and its place among those. `at` is the time
    that is shown, `mark` the number of its entry, or a sign of what it is.
    """

    order: tuple[datetime, int, int]
    at: datetime
    mark: str
    who: Inline
    what: Inline


def table(items: Iterable[Item], day: datetime) -> Table:
    """All items in one order of time; those of *day* without their date."""
    rows = sorted(items, key=lambda one: one.order)
    cells = ((clock(one.at, day), one.mark, one.who, one.what) for one in rows)
    return Table(("Time", "#", "Who", "What"), tuple(cells))
