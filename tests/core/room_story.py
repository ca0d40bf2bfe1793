"""The story of a run's channel: there is none, then one is chosen, then one is made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.archiving import (
    ArchiveAnnounced,
    ArchiveBegun,
    ChannelArchived,
    ChannelNotArchived,
)
from bot.core.run.model import Run
from bot.core.run.rooms import ChannelFurnished, ChannelIdChanged, ChannelMade, ChannelNotMade
from tests.core.strategies import ANA, Desk, Drill

Act = tuple[Run, c.Command, Sequence[e.Event]]


class Roomless(Drill):
    """An exercise that is to have a channel of its own."""

    first: Mapping[str, Any] = {"drill": True, "room": "private", "asked_in": "C0TRUST"}
    channel = ""


def placed(does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """There is no channel, then somebody chooses one, then there is one of its own."""
    yield does(c.TellRoom(ChannelNotMade(error="missing_scope")))
    yield does(c.ChooseChannel("C0OTHER", ANA))
    yield does(c.TellRoom(ChannelMade(channel="C0OWN", name="inc-1", private=True)))
    yield does(c.TellRoom(ChannelIdChanged(channel="C0SHARED", was="C0OWN")))
    left = ChannelFurnished(
        invited=2, left_out=("<@U0CYD>",), why="cant_invite", lacking=("topic",)
    )
    yield does(c.TellRoom(left))


def archived(desk: Desk, does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """Closed, it is announced that its channel goes: it is kept, not archived, and archived."""
    due = desk.at + timedelta(days=1)
    yield does(c.Mistake(ANA, "A false alarm."))
    for end in (c.KeepChannel(ANA), ChannelNotArchived(error="open_run", run="OT-1")):
        yield does(c.TellArchive(ArchiveAnnounced(due=due)))
        yield does(end if isinstance(end, c.KeepChannel) else c.TellArchive(end))
        yield does(c.Reopen(ANA, "It is back."))
        yield does(c.Mistake(ANA, "A false alarm."))
    yield does(c.TellArchive(ArchiveAnnounced(due=due)))
    yield does(c.TellArchive(ArchiveBegun()))
    yield does(c.TellArchive(ChannelArchived(channel="C0SHARED", seen=False)))
    yield does(c.Reopen(ANA, "It is back.", "C0ANOTHER", "7.0"))
