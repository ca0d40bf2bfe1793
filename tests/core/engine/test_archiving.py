"""A run's own channel on its way into the archive: whatever comes in between, no step too far."""

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import effects
from bot.core.run import events as e
from bot.core.run.archiving import (
    ANNOUNCE,
    ARCHIVE,
    ArchiveAnnounced,
    ArchiveBegun,
    ChannelArchived,
    ChannelKept,
    ChannelNotArchived,
    notice,
)
from bot.core.run.model import Run
from bot.core.run.polling import alarms, ends
from bot.core.run.rooms import ChannelMade
from bot.core.views import notices
from bot.core.views.board import draw
from tests.core.drawn import accepted, aloud
from tests.core.room import WAITING
from tests.core.strategies import ANA, BEN, Desk

WEEK = timedelta(days=7)
OWN = "C0OWN"
MADE = c.TellRoom(ChannelMade(channel=OWN, name="inc-1", private=False))
BEGUN = c.TellArchive(ArchiveBegun())
GONE = c.TellArchive(ChannelArchived(channel=OWN))


class Owned(Desk):
    """A run that is to have a channel of its own."""

    first: Mapping[str, Any] = {"room": "public", "asked_in": "C0TRUST"}
    channel = ""


def announced(desk: Desk) -> c.TellArchive:
    return c.TellArchive(ArchiveAnnounced(due=desk.at + timedelta(days=1)))


def over() -> Desk:
    desk = Owned(WAITING)
    desk.do(MADE)
    desk.do(c.Mistake(ANA, "None"))
    return desk


def test_it_is_set_for_a_day_before_or_half_the_time() -> None:
    desk = over()
    (at,) = ends(desk.run, WEEK).values()
    assert at == desk.at + timedelta(days=6)
    assert set(alarms(desk.run, None, WEEK)) == {ANNOUNCE}
    assert not alarms(desk.run)
    assert notice(timedelta(hours=1)) == timedelta(minutes=30)
    desk.do(announced(desk))
    # What people were told holds, whatever is set by then.
    assert ends(desk.run, None) == {ARCHIVE: desk.at - timedelta(seconds=1) + timedelta(days=1)}


def test_a_run_in_a_channel_of_others_never_has_it_archived() -> None:
    desk = Desk(WAITING)
    desk.do(c.Mistake(ANA, "None"))
    assert not ends(desk.run, WEEK)
    assert not desk.do(announced(desk))
    # It is written up where it was in another run's channel, and says nothing there.
    made = desk.do(BEGUN)
    assert set(effects(desk.run, made, desk.at).messages) == {"board", f"export/{desk.run.seq + 1}"}
    assert not desk.do(BEGUN)
    left = desk.do(c.TellArchive(ChannelNotArchived(error="no_post_mortem")))
    assert "notice" not in str(effects(desk.run, left, desk.at).messages)


def test_who_closed_it_is_mentioned_and_the_button_goes_with_its_use() -> None:
    desk = over()
    desk.do(announced(desk))
    entry = desk.run.seq
    said = aloud(notices.draw(desk.run, desk.facts, f"notice/{entry}").blocks)
    assert f"<@{ANA.id}>" in said
    assert "[Keep the channel]" in said
    assert "unless someone keeps it" in aloud(draw(desk.run).blocks)
    before = desk.run
    made = desk.do(c.KeepChannel(BEN))
    # The message of before is edited, and there is no other.
    assert set(effects(before, made, desk.at).messages) == {"board", f"notice/{entry}"}
    said = aloud(notices.draw(desk.run, desk.facts, f"notice/{entry}").blocks)
    assert "this channel stays, says ben" in said
    assert "[Keep" not in said
    assert not ends(desk.run, WEEK)
    assert not desk.do(c.KeepChannel(ANA))


def test_what_is_not_about_to_go_cannot_be_kept() -> None:
    desk = over()
    with pytest.raises(Refused, match="is not about to be archived"):
        desk.do(c.KeepChannel(ANA))


@pytest.mark.parametrize("error", ["open_run", "no_post_mortem", "not_shown", "missing_scope", "x"])
def test_why_it_stays_is_told_with_what_can_be_done_by_hand(error: str) -> None:
    desk = over()
    desk.do(announced(desk))
    desk.do(BEGUN)
    desk.do(c.TellArchive(ChannelNotArchived(error=error, run="OT-1")))
    picture = notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}")
    accepted(picture)
    said = aloud(picture.blocks)
    assert f"<@{ANA.id}>" in said
    assert "archive it" in said or "Anyone here can" in said
    assert not ends(desk.run, WEEK)


ASKED = st.sampled_from(
    ["announced", "begun", "gone", "spared", "keep", "reopen", "close", "shut", "resumed"]
)


def given_as(desk: Desk, what: str) -> c.Command:
    board = "board"
    commands: Mapping[str, c.Command] = {
        "announced": announced(desk),
        "begun": BEGUN,
        "gone": GONE,
        "spared": c.TellArchive(ChannelNotArchived(error="open_run")),
        "keep": c.KeepChannel(BEN),
        "reopen": c.Reopen(BEN, "It is back.", "C0OTHER", "7.0"),
        "close": c.Mistake(ANA, "None"),
        "shut": c.Report(e.PostingRefused(message=board, error="not_in_channel")),
        "resumed": c.Report(e.PostingResumed(message=board)),
    }
    return commands[what]


SAYS = {
    ArchiveAnnounced: "told",
    ChannelKept: "kept",
    ArchiveBegun: "begun",
    ChannelArchived: "archived",
}
OVER = {"kept", "begun", "archived"}
"""After which nothing more is to be set."""


def goes_on(before: Run, event: e.Event, done: set[str]) -> set[str]:
    """What was done by then, if the event may follow."""
    match event:
        case ArchiveAnnounced() | ArchiveBegun():
            assert before.closed is not None
            assert not done & OVER
            # One that went on in another channel is only written up.
            told = isinstance(event, ArchiveAnnounced) or not before.in_its_own or "told" in done
            assert told
        case ChannelKept():
            assert "told" in done
        case ChannelArchived():
            assert "archived" not in done
        case e.RunReopened():
            return set()
        case e.PostingResumed():
            return done - {"told"}
    return done | ({SAYS[type(event)]} if type(event) in SAYS else set())


@given(st.lists(ASKED, max_size=25))
def test_whatever_happens_it_goes_only_closed_told_of_and_not_kept(asked: list[str]) -> None:
    desk = over()
    done: set[str] = set()
    for what in asked:
        before = desk.run
        made: tuple[e.Event, ...] = ()
        with contextlib.suppress(Refused):
            made = tuple(desk.do(given_as(desk, what)))
        for event in made:
            done = goes_on(before, event, done)
        due = ends(desk.run, WEEK)
        assert len(due) <= 1
        if due:
            assert desk.run.closed is not None
            assert desk.run.in_its_own
            assert not done & OVER
            assert (ARCHIVE in due) == ("told" in done)
        accepted(draw(desk.run))
        for fact in desk.facts:
            if isinstance(fact.event, ArchiveAnnounced | ChannelNotArchived):
                accepted(notices.draw(desk.run, desk.facts, f"notice/{fact.seq}"))
