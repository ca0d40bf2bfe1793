"""Approvals: who may vote, what counts, what makes a request void, and who hears of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.engine.effects import effects
from bot.core.engine.fold import evolve
from bot.core.run import events as e
from bot.core.run.holding import Knows, Members
from bot.core.run.states import State
from bot.core.views import forms, notices, walkthrough
from bot.core.views.board import draw
from tests.core.approving import (
    DEE,
    EVE,
    KEY,
    LISTED,
    TWO,
    ask,
    asking,
    board,
    plain,
    revoke,
    told,
    votes,
)
from tests.core.engine.test_ways import answer, asks, procedure, refused
from tests.core.strategies import ANA, BEN, CHO, Desk

# A step that needs approval. --------------------------------------------------------------------


def test_a_step_is_taken_only_when_enough_others_have_approved_it() -> None:
    desk = plain()
    assert refused(desk, c.Take("revoke", ANA)) == (
        "Step 1 was not taken: 2 people must approve it first. Press *Ask for approval* on the "
        "board."
    )
    # Nor is the form opened that asks whether it is meant.
    with pytest.raises(Refused, match="2 people must approve it first"):
        forms.of(desk.run, "take", "revoke", ANA)
    request = ask(desk, "revoke")
    assert "asked for approval at" in refused(desk, c.Take("revoke", ANA))
    votes(desk, "revoke", BEN)
    assert "1 of 2 approve" in refused(desk, c.Take("revoke", ANA))
    votes(desk, "revoke", CHO)
    desk.do(c.Take("revoke", ANA))
    assert desk.run.steps["revoke"].holder == ANA
    assert desk.run.asked["revoke"].number == request


def test_the_request_shows_what_would_be_run_and_that_it_is_not_to_be_run_yet() -> None:
    desk = plain(role="custodian")
    request = ask(desk, "revoke")
    said = told(desk, request)
    assert "ana asks 2 people (role: custodian) to approve step *1* Revoke k1" in said
    assert "<@U0BEN>, <@U0CHO>, <@U0DEE>" in said, "those who can approve are notified"
    assert "*Not to be run yet*" in said
    assert "revoke k1" in said
    assert "0 of 2" in said
    blocks = notices.draw(desk.run, desk.facts, f"notice/{request}").blocks
    assert "rich_text_preformatted" not in str(blocks), "nothing there can be copied as a command"
    assert "rich_text_preformatted" not in str(walkthrough.draw(desk.run, 0)["blocks"][:4])


def test_the_commands_are_shown_to_be_run_once_it_is_approved() -> None:
    desk = plain()
    assert "rich_text_preformatted" not in str(draw(desk.run).blocks)
    ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO)
    assert "rich_text_preformatted" in str(draw(desk.run).blocks)


def test_the_board_says_how_far_an_approval_is() -> None:
    desk = plain()
    assert "not approved yet: 2 needed" in board(desk)
    assert "Ask for approval" in board(desk)
    ask(desk, "revoke")
    votes(desk, "revoke", BEN)
    said = board(desk)
    assert "approval: 1 of 2, asked by <@U0ANA>, until " in said
    assert "Approve" in said
    assert "Decline…" in said
    votes(desk, "revoke", CHO)
    assert "approved by <@U0BEN>, <@U0CHO>" in board(desk)


def test_nobody_is_asked_while_a_value_is_missing() -> None:
    step = {"id": "one", "title": "One", "run": ["go {{ answer }}"], "approval": dict(TWO)}
    which = asks("which", answer("a"), answer("b"), called="answer")
    desk = Desk(procedure(which, step))
    assert refused(desk, c.AskApproval("one", ANA)) == "Step 2 waits for the answer to step 1."
    assert "Ask for approval" not in board(desk)
    desk.do(c.Decide("which", ANA, "a"))
    ask(desk, "one")


# Whose vote counts. -----------------------------------------------------------------------------


def test_who_asked_cannot_approve() -> None:
    desk = plain()
    ask(desk, "revoke")
    said = refused(desk, c.Vote("revoke", ANA, desk.run.seq))
    assert "You asked for this approval, so your own vote does not count" in said


def test_one_person_counts_once() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN)
    assert not votes(desk, "revoke", BEN), "a double click is silent"
    assert len(desk.run.asked["revoke"].approvals) == 1


def test_whose_vote_is_needed_cannot_have_the_step() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO)
    for by in (BEN, CHO):
        assert "that vote is needed" in refused(desk, c.Take("revoke", by))
    desk.do(c.Take("revoke", ANA))
    assert "that vote is needed" in refused(desk, c.HandOver("revoke", ANA, BEN))
    assert "that vote is needed" in refused(desk, c.TakeOver("revoke", CHO))
    desk.do(c.HandOver("revoke", ANA, DEE))
    assert desk.run.steps["revoke"].holder == DEE


def test_whose_vote_is_not_needed_can_have_it() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO, DEE)
    desk.do(c.Take("revoke", DEE))
    assert desk.run.steps["revoke"].state is State.TAKEN


def test_only_who_holds_the_role_approves_and_the_record_says_by_what_it_was_known() -> None:
    desk = plain(role="custodian")
    ask(desk, "revoke")
    said = refused(desk, c.Vote("revoke", EVE, desk.run.seq))
    assert "Only *custodian* (Keeps the keys) may approve this." in said
    assert "Known as custodian: <@U0BEN>, <@U0CHO>, <@U0DEE>." in said
    (event,) = votes(desk, "revoke", BEN)
    assert event.as_role == e.AsRole(role="custodian", source="list", age=0)


def test_a_user_group_lets_a_vote_count_only_while_what_is_known_is_young() -> None:
    group = {"custodian": {"description": "Keeps the keys", "slack_group": "keepers"}}
    step = revoke(approval={"min": 1, "role": "custodian"})
    desk = Desk(procedure(step, inputs=KEY, roles=group), key="k1")
    ask(desk, "revoke")
    vote = c.Vote("revoke", BEN, desk.run.seq)

    def knows(age: int, *people: str) -> Knows:
        return Knows(groups={"keepers": Members(frozenset(people), age)})

    for old in (Knows(), knows(4_000, BEN.id)):
        with pytest.raises(Refused, match="may approve this"):
            decide(desk.run, vote, desk.at, knows=old)
    with pytest.raises(Refused, match="may approve this"):
        decide(desk.run, vote, desk.at, knows=knows(10, CHO.id))
    (event,) = decide(desk.run, vote, desk.at, knows=knows(70, BEN.id))
    assert event.as_role == e.AsRole(role="custodian", source="group", age=70)


def test_a_procedure_says_who_approves_where_a_step_names_no_role() -> None:
    who = {"approve": "custodian"}
    step = revoke(approval={"min": 1})
    desk = Desk(procedure(step, inputs=KEY, roles=LISTED, who=who), key="k1")
    ask(desk, "revoke")
    assert "only *custodian*" in refused(desk, c.Vote("revoke", EVE, desk.run.seq))
    votes(desk, "revoke", BEN)


def test_a_vote_that_is_too_late_counts_for_nothing_whether_the_timer_fired_or_not() -> None:
    desk = plain()
    ask(desk, "revoke")
    votes(desk, "revoke", BEN)
    request = desk.run.asked["revoke"]
    late = timedelta(minutes=31)
    with pytest.raises(Refused, match="it is too late"):
        decide(desk.run, c.Vote("revoke", CHO, request.number), desk.at + late)
    # Nor if one were in the record.
    vote = e.ApprovalVoted(step="revoke", by=CHO, request=request.number, approves=True)
    fact = e.Fact("KC-7", desk.run.seq + 1, desk.at + late, vote, "")
    assert not evolve(desk.run, fact).asked["revoke"].is_approved


def test_a_vote_on_another_request_is_refused() -> None:
    desk = plain()
    first = ask(desk, "revoke")
    desk.do(c.CancelApproval("revoke", ANA))
    ask(desk, "revoke")
    assert "does not count any more" in refused(desk, c.Vote("revoke", BEN, first))
    vote = e.ApprovalVoted(step="revoke", by=BEN, request=first, approves=True)
    fact = e.Fact("KC-7", desk.run.seq + 1, desk.at, vote, "")
    assert not evolve(desk.run, fact).asked["revoke"].votes


# Declining, and taking back. --------------------------------------------------------------------


def test_who_declines_says_why_and_who_asked_hears_it() -> None:
    desk = plain()
    request = ask(desk, "revoke")
    no = c.Vote("revoke", BEN, request, approves=False)
    assert "the reason is empty" in refused(desk, no)
    desk.do(replace(no, reason="It is the wrong key."))
    said = told(desk, desk.run.seq)
    assert "<@U0ANA>, ben declines to approve step *1* Revoke k1: It is the wrong key." in said
    assert "declined by <@U0BEN>: It is the wrong key." in board(desk)
    votes(desk, "revoke", CHO, DEE)
    assert "<@U0BEN> declined it" in refused(desk, c.Take("revoke", ANA))
    assert "It is the wrong key." in told(desk, request)


def test_a_vote_can_be_taken_back_and_changed() -> None:
    desk = plain()
    request = ask(desk, "revoke")
    desk.do(c.Vote("revoke", BEN, request, approves=False, reason="Wait."))
    votes(desk, "revoke", CHO, DEE)
    desk.do(c.TakeVoteBack("revoke", BEN, request))
    assert desk.run.asked["revoke"].is_approved
    assert "<@U0ANA>, step *1* Revoke k1 is approved by <@U0CHO>, dee" in told(desk, desk.run.seq)
    desk.do(c.TakeVoteBack("revoke", CHO, request))
    assert "took their vote back" in told(desk, desk.run.seq)
    assert "1 of 2 approve" in refused(desk, c.Take("revoke", ANA))
    assert "You have not voted" in refused(desk, c.TakeVoteBack("revoke", CHO, request))


def test_once_someone_has_the_step_votes_stand() -> None:
    desk = plain()
    request = ask(desk, "revoke")
    votes(desk, "revoke", BEN, CHO)
    desk.do(c.Take("revoke", ANA))
    assert "was taken by now" in refused(desk, c.TakeVoteBack("revoke", BEN, request))
    desk.do(c.GiveBack("revoke", ANA))
    desk.do(c.TakeVoteBack("revoke", BEN, request))


def test_what_was_declined_can_be_asked_for_once_more() -> None:
    desk = plain()
    request = ask(desk, "revoke")
    desk.do(c.Vote("revoke", BEN, request, approves=False, reason="Wait."))
    made = desk.do(c.AskApproval("revoke", CHO))
    assert [event.kind for event in made] == ["approval_voided", "approval_requested"]
    assert desk.run.asked["revoke"].by == CHO
    assert "<@U0BEN>: your vote on it is void." in told(desk, desk.run.seq - 1)
    assert "it was asked for once more" in told(desk, request)


def test_only_who_asked_takes_the_request_back() -> None:
    desk = plain()
    ask(desk, "revoke")
    assert "only they can take that back" in refused(desk, c.CancelApproval("revoke", BEN))
    assert "<@U0ANA> asked for that at" in refused(desk, c.AskApproval("revoke", BEN))
    assert not desk.do(c.AskApproval("revoke", ANA))
    desk.do(c.CancelApproval("revoke", ANA))
    ask(desk, "revoke", BEN)


# Its time. --------------------------------------------------------------------------------------


def test_a_request_that_lapses_is_told_and_can_be_made_again() -> None:
    desk = plain()
    before = desk.run
    made = desk.do(c.AskApproval("revoke", ANA))
    request = desk.run.asked["revoke"]
    name = f"approval {request.number}"
    assert effects(before, made, desk.at).timers == {name: request.until}
    votes(desk, "revoke", BEN)
    assert request.until is not None
    (lapsed,) = desk.do(c.Fire(name, request.until), timedelta(minutes=30))
    assert lapsed == e.ApprovalLapsed(step="revoke", request=request.number, via="timer")
    said = told(desk, desk.run.seq)
    assert "<@U0ANA>, step *1* Revoke k1 was not approved in time: 1 approved (ben)" in said
    assert "Ask for approval" in said
    assert "ask again" in board(desk)
    assert "too late" in refused(desk, c.Vote("revoke", CHO, request.number))
    ask(desk, "revoke", BEN)
    assert not desk.run.asked["revoke"].votes


@pytest.mark.parametrize("behind", [timedelta(microseconds=1), timedelta(milliseconds=80)])
def test_a_request_lapses_though_the_clock_of_whoever_says_so_is_behind(behind: timedelta) -> None:
    """The timer is gone with what it fires, so it has to say so then."""
    desk = plain()
    ask(desk, "revoke")
    number, until = desk.run.seq, desk.run.asked["revoke"].until
    assert until is not None
    (lapsed,) = desk.do(c.Fire(f"approval {number}", until), until - behind - desk.at)
    assert lapsed.kind == "approval_lapsed"
    assert "too late" in refused(desk, c.Vote("revoke", CHO, number))
    assert "Ask for approval" in board(desk)


def test_the_timer_is_stopped_when_enough_have_approved_and_set_again_when_not() -> None:
    desk = plain()
    ask(desk, "revoke")
    name = f"approval {desk.run.seq}"
    votes(desk, "revoke", BEN)
    before = desk.run
    made = votes(desk, "revoke", CHO)
    assert effects(before, made, desk.at).timers == {name: None}
    assert not desk.do(c.Fire(name, desk.at), timedelta(hours=1)), "it was approved in time"
    desk.do(c.Take("revoke", ANA))


def test_the_board_shows_what_is_asked_about_beside_the_buttons_that_approve_it() -> None:
    desk = asking(role="custodian")
    assert "revoke k1" not in board(desk)
    ask(desk, "agree")
    shown = board(desk)
    assert "🔒 *Not to be run yet*:" in shown
    assert "revoke k1" in shown.partition("[*Approve]")[0]
