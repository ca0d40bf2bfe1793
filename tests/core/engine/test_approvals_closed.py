"""An approval ends with its run: one that goes on later is asked for again."""

from typing import Any

import pytest

from bot.core.engine import commands as c
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.polling import alarms
from bot.core.run.states import State
from tests.core.approving import (
    DEE,
    EVE,
    KEY,
    LISTED,
    ask,
    asking,
    plain,
    revoke,
    told,
    votes,
)
from tests.core.engine.test_ways import do, procedure, refused
from tests.core.strategies import ANA, BEN, CHO, Desk


def close(desk: Desk) -> list[str]:
    """The run is closed; what that made."""
    return [event.kind for event in desk.do(c.Mistake(EVE, "by mistake"))]


def reopen(desk: Desk) -> list[str]:
    return [event.kind for event in desk.do(c.Reopen(EVE, "It is not over."))]


def waiting(desk: Desk, step: str) -> None:
    votes(desk, step, BEN)


def approved(desk: Desk, step: str) -> None:
    votes(desk, step, BEN, CHO)


@pytest.mark.parametrize("how", [waiting, approved])
def test_what_nobody_began_counts_no_more_once_the_run_is_closed(how: Any) -> None:
    desk = plain()
    request = ask(desk, "revoke")
    how(desk, "revoke")
    assert close(desk) == ["run_closed", "approval_voided"]
    said = told(desk, desk.run.seq)
    assert "the approval of step *1* Revoke k1 counts no more: the run was closed by eve." in said
    assert "<@U0BEN>" in said
    assert "your vote on it is void." in said
    assert "If the run is reopened, it is asked for again." in said
    assert "*This request is over:* the run was closed by eve" in told(desk, request)
    assert not [name for name in alarms(desk.run) if name.startswith("approval")]
    assert reopen(desk) == ["run_reopened"]
    assert "2 people must approve it first" in refused(desk, c.Take("revoke", ANA))
    assert "does not count any more" in refused(desk, c.Vote("revoke", DEE, request))
    ask(desk, "revoke")
    assert fold(desk.facts) == desk.run


def test_who_is_on_a_step_gives_it_back_when_the_run_goes_on() -> None:
    desk = plain()
    ask(desk, "revoke")
    approved(desk, "revoke")
    desk.do(c.Take("revoke", ANA))
    assert close(desk) == ["run_closed"]
    assert reopen(desk) == ["run_reopened", "step_given_back", "approval_voided"]
    assert desk.run.steps["revoke"].state is State.OPEN
    said = told(desk, desk.run.seq)
    assert "the run was closed" in said
    assert "<@U0ANA>, ask for it again on the board." in said
    assert "2 people must approve it first" in refused(desk, c.Take("revoke", ANA))


def test_a_step_that_asked_asks_again() -> None:
    desk = asking()
    ask(desk, "agree")
    approved(desk, "agree")
    assert close(desk) == ["run_closed"]
    assert desk.run.asked["agree"].is_approved, "who approved stands on the closed board"
    assert reopen(desk) == ["run_reopened", "step_undone", "approval_voided"]
    assert "waits for the approval in step 1" in refused(desk, c.Take("revoke", ANA))


def test_what_was_done_as_it_was_approved_stays_so() -> None:
    for desk, step in ((plain(), "revoke"), (asking(), "agree")):
        ask(desk, step)
        approved(desk, step)
        desk.do(c.Take("revoke", ANA))
        desk.do(c.MarkDone("revoke", ANA))
        assert close(desk) == ["run_closed"]
        assert reopen(desk) == ["run_reopened"]
        assert desk.run.asked[step].is_approved
        assert desk.run.steps["revoke"].state is State.DONE


@pytest.mark.parametrize("end", [c.Reopen(EVE, "Not over."), c.CorrectInput("key", EVE, "k2")])
def test_a_step_that_two_approvals_are_about_is_given_back_once(end: Any) -> None:
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1}}
    step = revoke(approval={"min": 1})
    desk = Desk(procedure(agree, step, do("tell"), inputs=KEY, roles=LISTED), key="k1")
    for one in ("agree", "revoke"):
        ask(desk, one)
        votes(desk, one, BEN)
    desk.do(c.Take("revoke", ANA))
    if isinstance(end, c.Reopen):
        close(desk)
    made = [event.kind for event in desk.do(end)]
    assert sorted(made[1:]) == [
        "approval_voided",
        "approval_voided",
        "step_given_back",
        "step_undone",
    ]
    assert "waits for the approval in step 1" in refused(desk, c.Take("revoke", ANA))


def test_a_vote_against_stands_over_a_closing() -> None:
    desk = plain()
    number = ask(desk, "revoke")
    desk.do(c.Vote("revoke", BEN, number, approves=False, reason="Wrong key."))
    close(desk)
    reopen(desk)
    assert "<@U0BEN> declined exactly this" in refused(desk, c.AskApproval("revoke", ANA))
    request = ask(desk, "revoke", CHO)
    assert "Declined before by <@U0BEN>" in told(desk, request)


def test_a_run_that_a_version_before_closed_is_held_to_it_when_it_goes_on() -> None:
    desk = plain()
    ask(desk, "revoke")
    approved(desk, "revoke")
    closed = e.RunClosed(by=EVE, mistake="by mistake")
    desk.facts.append(e.Fact("KC-7", desk.run.seq + 1, desk.at, closed, ""))
    desk.run = fold(desk.facts)
    assert desk.run.asked
    assert reopen(desk) == ["run_reopened", "approval_voided"]
    assert "2 people must approve it first" in refused(desk, c.Take("revoke", ANA))
