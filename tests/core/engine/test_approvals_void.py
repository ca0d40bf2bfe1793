"""Approvals that count no more, steps that only ask, and what is told of them afterwards."""

from dataclasses import replace

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import touched
from bot.core.run.states import State
from bot.core.sealing.body import seal
from bot.core.sealing.people import People
from bot.core.views import forms
from bot.core.views.board import draw
from tests.core.approving import (
    DEE,
    EVE,
    KEY,
    TWO,
    ask,
    asking,
    board,
    plain,
    revoke,
    told,
    votes,
)
from tests.core.drawn import accepted_view, aloud
from tests.core.engine.test_ways import answer, asks, do, procedure, refused
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, CHO, Desk

# What makes it void. ----------------------------------------------------------------------------


def test_an_undo_makes_it_void_and_those_who_voted_hear_of_it() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO)
    desk.do(c.Take("revoke", ANA))
    desk.do(c.MarkDone("revoke", ANA))
    made = desk.do(c.Undo("revoke", EVE))
    assert [event.kind for event in made] == ["step_undone", "approval_voided"]
    said = told(desk, desk.run.seq)
    assert "counts no more: the step was undone by eve." in said
    assert "<@U0BEN>, <@U0CHO>: your vote on it is void." in said
    assert "2 people must approve it first" in refused(desk, c.Take("revoke", ANA))


def test_another_round_makes_it_void() -> None:
    step = revoke(approval=dict(TWO))
    well = asks("well", answer("yes"), answer("no", {"goto": "revoke"}))
    desk = Desk(procedure(step, well, inputs=KEY), key="k1")
    request = ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO)
    made = desk.do(c.Decide("well", EVE, "no"))
    assert [event.kind for event in made] == ["decided", "steps_reopened", "approval_voided"]
    assert "the step is done in another round" in told(desk, desk.run.seq)
    assert "2 people must approve" in refused(desk, c.Take("revoke~2", ANA))
    assert "does not count" in refused(desk, c.Vote("revoke~2", BEN, request))
    again = ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO)
    assert desk.facts[again - 1].event.model_dump()["round"] == 2
    desk.do(c.Take("revoke~2", ANA))


def changed(desk: Desk, key: str) -> Desk:
    """The same, with a value that reads otherwise from here on."""
    desk.run = replace(desk.run, inputs={"key": key})
    return desk


def test_a_vote_and_a_step_are_refused_when_what_would_be_run_is_not_what_was_asked() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN)
    with pytest.raises(Refused, match="has changed since it was asked for"):
        votes(changed(desk, "k2"), "revoke", CHO)
    changed(desk, "k1")
    votes(desk, "revoke", CHO)
    with pytest.raises(Refused, match="has changed since it was approved"):
        changed(desk, "k2").do(c.Take("revoke", ANA))
    ask(desk, "revoke")
    assert not desk.run.asked["revoke"].votes


def test_a_corrected_value_makes_it_void_and_takes_the_step_away() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO)
    desk.do(c.Take("revoke", DEE))
    made = desk.do(c.CorrectInput("key", EVE, "k2"))
    assert [event.kind for event in made] == [
        "input_corrected",
        "step_given_back",
        "approval_voided",
    ]
    said = told(desk, desk.run.seq)
    assert "counts no more: what it shows was changed by eve." in said
    assert "<@U0BEN>, <@U0CHO>: your vote on it is void." in said
    assert "<@U0ANA>, ask for it again on the board." in said
    assert "2 people must approve it first" in refused(desk, c.Take("revoke", DEE))
    request = ask(desk, "revoke")
    assert "revoke k2" in told(desk, request)


def test_a_corrected_value_opens_a_step_that_asked_about_it() -> None:
    desk = asking()
    ask(desk, "agree")
    votes(desk, "agree", BEN, CHO)
    made = desk.do(c.CorrectInput("key", EVE, "k2"))
    assert [event.kind for event in made] == ["input_corrected", "step_undone", "approval_voided"]
    assert "waits for the approval in step 1" in refused(desk, c.Take("revoke", ANA))


def test_what_is_asked_is_sealed_and_nothing_of_it_can_be_guessed_from_the_entry() -> None:
    desk = plain()
    event = desk.facts[ask(desk, "revoke") - 1].event
    salts = iter(f"{n:032x}" for n in range(9))
    sealed = seal(event, People(), lambda: next(salts))
    assert "revoke k1" not in sealed.body
    assert sealed.beside is not None
    assert "revoke k1" in sealed.beside
    other = seal(event, People(), lambda: next(salts))
    assert other.body != sealed.body, "the same commands twice are two commitments"


def test_a_step_that_was_skipped_has_no_request() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN)
    desk.do(c.Skip("revoke", ANA, "not needed"))
    assert not desk.run.asked
    assert "it was skipped" in told(desk, desk.run.seq) or "skipped" in told(desk, desk.run.seq)
    assert "<@U0BEN>: your vote on it is void." in told(desk, desk.run.seq)


# A step that asks. ------------------------------------------------------------------------------


def test_what_comes_after_an_approval_waits_for_it() -> None:
    desk = asking()
    assert "people vote on it" in refused(desk, c.Take("agree", ANA))
    assert refused(desk, c.Take("revoke", ANA)) == "Step 2 waits for the approval in step 1."
    desk.do(c.Take("tell", ANA))
    request = ask(desk, "agree")
    said = told(desk, request)
    assert "What comes next: *2* Revoke k1" in said
    assert "revoke k1" in said
    made = votes(desk, "agree", BEN, CHO)
    assert [event.kind for event in made] == ["approval_voted", "step_approved"]
    assert desk.run.steps["agree"].state is State.DONE
    assert "What comes next can be taken now." in told(desk, desk.run.seq - 1)
    assert "approved by <@U0BEN>, <@U0CHO>" in board(desk)
    assert "that vote is needed" in refused(desk, c.Take("revoke", BEN))
    desk.do(c.Take("revoke", ANA))


def test_an_approval_that_is_skipped_lets_nothing_through() -> None:
    desk = asking()
    desk.do(c.Skip("agree", ANA, "nobody is awake"))
    assert refused(desk, c.Take("revoke", ANA)) == (
        "Step 2 waits for the approval in step 1, which was skipped. Undo that, or skip step 2 too."
    )
    desk.do(c.Skip("revoke", ANA, "not approved"))


def test_it_lets_through_all_of_a_group_and_nothing_behind_it() -> None:
    group = {"id": "all", "title": "All", "steps": [do("one"), do("two")]}
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1}}
    desk = Desk(procedure(agree, group, do("out")))
    for step in ("one", "two"):
        assert "waits for the approval in step 1" in refused(desk, c.Take(step, ANA))
    desk.do(c.Take("out", ANA))
    ask(desk, "agree")
    votes(desk, "agree", BEN)
    desk.do(c.Take("two", ANA))


def test_an_approval_that_is_undone_takes_the_step_away_from_who_is_on_it() -> None:
    desk = asking()
    ask(desk, "agree")
    votes(desk, "agree", BEN, CHO)
    desk.do(c.Take("revoke", ANA))
    made = desk.do(c.Undo("agree", BEN))
    assert [event.kind for event in made] == ["step_undone", "step_given_back", "approval_voided"]
    assert "waits for the approval" in refused(desk, c.Take("revoke", ANA))


def test_what_is_done_again_is_asked_for_again_whatever_does_it() -> None:
    agree = {"id": "agree", "title": "Agree", "approve": dict(TWO)}
    well = asks("well", answer("yes"), answer("no", {"goto": "revoke"}))
    for again in (c.Undo("revoke", EVE), c.Decide("well", EVE, "no")):
        desk = Desk(procedure(agree, revoke(), well, inputs=KEY), key="k1")
        ask(desk, "agree")
        votes(desk, "agree", BEN, CHO)
        desk.do(c.Take("revoke", ANA))
        desk.do(c.MarkDone("revoke", ANA))
        made = desk.do(again)
        assert [event.kind for event in made][-2:] == ["step_undone", "approval_voided"]
        ref = desk.run.outline.by_id["revoke"].ref
        assert "waits for the approval in step 1" in refused(desk, c.Take(ref, ANA))


def test_what_was_done_as_it_was_approved_stays_approved() -> None:
    desk = asking()
    ask(desk, "agree")
    votes(desk, "agree", BEN, CHO)
    desk.do(c.Take("revoke", ANA))
    desk.do(c.MarkDone("revoke", ANA))
    assert desk.run.asked["agree"].is_approved
    assert desk.run.outline.by_id["agree"].finished


# Documents. -------------------------------------------------------------------------------------


def test_the_post_mortem_tells_all_votes() -> None:
    desk = plain(role="custodian")
    request = ask(desk, "revoke")
    desk.do(c.Vote("revoke", DEE, request, approves=False, reason="Wrong key."))
    desk.do(c.TakeVoteBack("revoke", DEE, request))
    votes(desk, "revoke", BEN, CHO)
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    for words in (
        "asked for approval of it by 2 people of custodian",
        "declined to approve it (on the list): Wrong key.",
        "took back their vote on it",
        "approved it (on the list)",
    ):
        assert words in document


def test_the_form_to_decline_is_drawn_and_says_what_it_is_about() -> None:
    desk = plain()
    request = ask(desk, "revoke")
    view = forms.of(desk.run, "decline", f"revoke/{request}", BEN)
    accepted_view(view)
    assert "revoke k1" in str(view)
    with pytest.raises(Refused):
        forms.of(desk.run, "decline", "revoke/99", BEN)


def test_a_run_without_approvals_has_no_trace_of_them() -> None:
    desk = Desk(procedure(do("one")))
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    assert not any("approv" in body for body in desk.bodies[1:])
    assert "approv" not in aloud(draw(desk.run).blocks)
    assert touched(desk.run, ()) == {}
