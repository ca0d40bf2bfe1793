"""What happens to an approval, for the story in which everything happens."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

from bot.core.engine import commands as c
from bot.core.run.polling import alarms
from tests.core.strategies import ANA, BEN, Desk

T = TypeVar("T")


def agreed(desk: Desk, does: Callable[[c.Command], T]) -> Iterator[T]:
    """All that can happen to an approval."""
    yield does(c.AskApproval("agree", ANA))
    yield does(c.Vote("agree", BEN, desk.run.seq))
    yield does(c.Undo("agree", ANA))
    yield does(c.AskApproval("agree", ANA))
    request = desk.run.seq
    yield does(c.Vote("agree", BEN, request, approves=False, reason="It is late."))
    yield does(c.TakeVoteBack("agree", BEN, request))
    (timer,) = (name for name in alarms(desk.run) if name.startswith("approval"))
    desk.at += timedelta(hours=1)
    yield does(c.Fire(timer, desk.at))
    yield does(c.AskApproval("agree", ANA))
    yield does(c.CancelApproval("agree", ANA))
