"""A vote against stands when its request is over: whoever asks again is held to it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.engine import commands as c
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.views import forms
from tests.core.approving import DEE, EVE, ask, asking, board, plain, told, votes
from tests.core.drawn import accepted_view, aloud
from tests.core.engine.test_ways import refused
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, CHO, Desk


def decline(desk: Desk, by: e.Person, step: str = "revoke", why: str = "Wrong key.") -> int:
    number = desk.run.asked[step].number
    ref = desk.run.outline.by_id[step].ref
    desk.do(c.Vote(ref, by, number, approves=False, reason=why))
    return desk.run.seq


def more(desk: Desk, by: e.Person) -> str:
    view = forms.more(desk.run, by)
    accepted_view(view)
    return aloud(view["blocks"])


def lapse(desk: Desk) -> None:
    asked = desk.run.asked["revoke"]
    assert asked.until is not None
    desk.do(c.Fire(f"approval {asked.number}", asked.until), timedelta(minutes=31))


def cancel(desk: Desk) -> None:
    desk.do(c.CancelApproval("revoke", ANA))


def there_and_back(desk: Desk) -> None:
    for key in ("k2", "k1"):
        desk.do(c.CorrectInput("key", EVE, key))


def nothing(desk: Desk) -> None:
    """Just asked again."""


WAYS = pytest.mark.parametrize("way", [nothing, lapse, cancel, there_and_back])


@WAYS
def test_who_asked_does_not_ask_again_for_exactly_what_was_declined(way: Any) -> None:
    desk = plain()
    ask(desk, "revoke")
    decline(desk, BEN)
    way(desk)
    said = refused(desk, c.AskApproval("revoke", ANA))
    assert said.startswith("Nobody was asked: <@U0BEN> declined exactly this when you asked.")
    assert "Ask for approval" not in more(desk, ANA)
    assert "Ask for approval" in more(desk, CHO)
    assert "Ask for approval" in board(desk), "it is for everyone, and one of them may"


@WAYS
def test_somebody_else_may_and_neither_of_them_counts_and_who_declined_is_named(way: Any) -> None:
    desk = plain(min=1)
    ask(desk, "revoke")
    entry = decline(desk, BEN)
    way(desk)
    request = ask(desk, "revoke", CHO)
    event = desk.facts[request - 1].event
    assert isinstance(event, e.ApprovalRequested)
    assert event.despite == (entry,)
    said = told(desk, request)
    assert "⛔ Declined before by <@U0BEN> at" in said
    assert ": Wrong key." in said
    assert "<@U0CHO>, ana asked, and so do not count." in said
    for one in (ANA, CHO):
        assert "your own vote does not count" in refused(desk, c.Vote("revoke", one, request))
        assert "[*Approve" not in more(desk, one)
    vote = e.ApprovalVoted(step="revoke", by=ANA, request=request, approves=True)
    desk.facts.append(e.Fact("KC-7", desk.run.seq + 1, desk.at, vote, ""))
    assert not fold(desk.facts).asked["revoke"].is_approved, "nor if it were in the record"
    desk.facts.pop()
    votes(desk, "revoke", DEE)
    desk.do(c.Take("revoke", ANA))
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert f"although it was declined before (entry {entry})" in document


def test_what_reads_otherwise_is_asked_for_by_anyone_and_says_that_it_was_declined() -> None:
    desk = plain(min=1)
    ask(desk, "revoke")
    decline(desk, BEN)
    desk.do(c.CorrectInput("key", EVE, "k2"))
    request = ask(desk, "revoke", ANA)
    said = told(desk, request)
    assert "Declined before by <@U0BEN>" in said
    assert "(it read otherwise then): Wrong key." in said
    assert "ana asked, and so does not count." in said
    votes(desk, "revoke", BEN)
    assert not desk.run.declined["revoke"], "what they say now is what they say"


@pytest.mark.parametrize("way", [lapse, cancel])
def test_who_declined_takes_it_back_when_its_request_is_over_and_who_asked_hears_it(
    way: Any,
) -> None:
    desk = plain()
    ask(desk, "revoke")
    decline(desk, BEN)
    decline(desk, DEE, why="So say I.")
    way(desk)
    for one in (BEN, DEE):
        assert "Take my vote back" in more(desk, one)
        request = int(str(forms.more(desk.run, one)).partition("/revoke/")[2].partition("'")[0])
        assert "declined exactly this" in refused(desk, c.AskApproval("revoke", ANA))
        desk.do(c.TakeVoteBack("revoke", one, request))
        assert "Take my vote back" not in more(desk, one)
    if way is cancel:
        said = told(desk, desk.run.seq)
        assert "<@U0ANA>, dee took back that they declined step *1* Revoke k1" in said
    ask(desk, "revoke", ANA)
    assert desk.run.asked["revoke"].earlier == ()


def test_what_lapsed_with_a_vote_against_is_not_approved_by_taking_that_back() -> None:
    desk = plain()
    request = ask(desk, "revoke")
    decline(desk, BEN)
    votes(desk, "revoke", CHO, DEE)
    lapse(desk)
    desk.do(c.TakeVoteBack("revoke", BEN, request))
    assert not desk.run.asked["revoke"].is_approved
    assert "was not approved in time" in refused(desk, c.Take("revoke", ANA))


def test_a_step_that_asks_is_held_to_it_as_well() -> None:
    desk = asking(min=1)
    ask(desk, "agree")
    decline(desk, BEN, "agree")
    assert "declined exactly this" in refused(desk, c.AskApproval("agree", ANA))
    ask(desk, "agree", CHO)
    votes(desk, "agree", DEE)
    desk.do(c.Take("revoke", ANA))


def test_each_of_many_who_asked_is_held_to_it() -> None:
    desk = plain(min=1)
    ask(desk, "revoke", ANA)
    decline(desk, BEN)
    ask(desk, "revoke", CHO)
    decline(desk, DEE)
    for one in (ANA, CHO):
        assert "declined exactly this" in refused(desk, c.AskApproval("revoke", one))
    request = ask(desk, "revoke", EVE)
    assert desk.run.asked["revoke"].askers.keys() == {one.id for one in (ANA, CHO, EVE)}
    assert told(desk, request).count("Declined before by") == 2
