"""All acts: the one place that knows each of them. What is missing here is an error of types."""

from typing import Never

from bot.core import events as e
from bot.core.acting.meaning import Meanings
from bot.core.acts import (
    close,
    confirm,
    export,
    fail,
    finish,
    fire,
    give_back,
    hand_over,
    look,
    note,
    reopen,
    report,
    skip,
    start,
    take,
    undo,
    verify,
)

_NONE: Meanings[Never] = Meanings({})

MEANINGS: Meanings[e.Event] = (
    _NONE.plus(start.STARTED)
    .plus(take.TAKEN)
    .plus(finish.DONE)
    .plus(skip.SKIPPED)
    .plus(fail.FAILED)
    .plus(give_back.GIVEN_BACK)
    .plus(hand_over.HANDED_OVER)
    .plus(hand_over.RETURNED)
    .plus(undo.UNDONE)
    .plus(note.ADDED)
    .plus(verify.REQUESTED)
    .plus(look.REQUESTED)
    .plus(look.OBSERVED)
    .plus(confirm.CONFIRMED)
    .plus(confirm.WITHDRAWN)
    .plus(export.REQUESTED)
    .plus(close.REQUESTED)
    .plus(close.KEPT_OPEN)
    .plus(close.CLOSED)
    .plus(reopen.REOPENED)
    .plus(fire.FIRED)
    .plus(report.BOARD_REPLACED)
    .plus(report.REFUSED)
    .plus(report.RESUMED)
)
"""What each kind of fact means."""


def matters(event: e.Event) -> bool:
    """Whether what happened may have changed the system, so that what was seen before is old."""
    found = MEANINGS.of(event).matters
    return found is not None and found.when(event)
