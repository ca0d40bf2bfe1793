"""The story of a run that was started from an alert: that one resolves, and fires again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run
from tests.core.room_story import Roomless
from tests.core.strategies import START, Desk

Act = tuple[Run, c.Command, Sequence[e.Event]]


class Alerted(Roomless):
    """The same, started from an alert."""

    first: Mapping[str, Any] = {**Roomless.first, "episode": "AL-1", "alerts": ("DiskFull",)}


def alerted(desk: Desk, does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """What the run was started from has resolved, and fires again as another episode."""
    first = e.AlertChanged(episode="AL-1", since=START, ended=desk.at)
    again = {"episode": "AL-2", "since": desk.at, "names": ("DiskFull",)}
    yield does(c.HearAlerts((first,)))
    yield does(c.HearAlerts((first, e.AlertChanged(**again, told_at="https://slack.example/p3"))))
