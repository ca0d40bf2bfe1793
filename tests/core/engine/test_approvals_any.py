"""Whatever people try about approvals: nothing is begun that enough others did not agree to."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.polling import alarms
from bot.core.views import notices
from tests.core.approving import DEE, KEY, LISTED, TWO, board, revoke
from tests.core.drawn import accepted, aloud
from tests.core.engine.test_ways import answer, asks, do, procedure
from tests.core.strategies import ANA, BEN, CHO, Desk
from tests.core.tallying import approved_by_others, tally

NIGHT = procedure(
    {"id": "agree", "title": "Agree", "approve": {**TWO, "role": "custodian"}},
    revoke(approval={"min": 1}),
    do("tell", approval=dict(TWO)),
    asks("well", answer("yes"), answer("no", {"goto": "revoke"}), answer("all", {"goto": "agree"})),
    inputs=KEY,
    roles=LISTED,
)
STEPS = ("agree", "revoke", "tell")
PEOPLE = (ANA, BEN, CHO, DEE)


@st.composite
def tried(draw: st.DrawFn, desk: Desk) -> c.Command:
    """Something about a step that needs approval, of the present round or of another."""
    run, by = desk.run, draw(st.sampled_from(PEOPLE))
    name = draw(st.sampled_from(STEPS))
    step = draw(st.sampled_from([run.outline.by_id[name].ref] * 5 + [name]))
    asked = run.asked.get(name)
    number = draw(st.sampled_from([asked.number if asked else run.seq] * 5 + [1, run.seq]))
    no: Any = {"approves": False, "reason": "No."}
    timers = alarms(run)
    likely: list[c.Command] = [
        *[c.AskApproval(step, by)] * 3,
        *[c.Vote(step, by, number)] * 9,
        *[c.Take(step, by)] * 4,
        *[c.MarkDone(step, by)] * 2,
    ]
    other: list[c.Command] = [
        c.Vote(step, by, number, **no),
        c.TakeVoteBack(step, by, number),
        c.CancelApproval(step, by),
        c.HandOver(step, by, draw(st.sampled_from(PEOPLE))),
        c.TakeOver(step, by),
        c.GiveBack(step, by),
        c.Fail(step, by, "It broke."),
        c.Undo(step, by),
        c.Skip(step, by, "No need."),
        c.Decide(run.outline.by_id["well"].ref, by, draw(st.sampled_from(["no", "all"]))),
        c.CorrectInput("key", by, draw(st.sampled_from(["k1", "k2"]))),
        *(c.Fire(timer, due) for timer, due in timers.items()),
    ]
    return draw(st.sampled_from(likely if draw(st.integers(0, 5)) else other))


@given(st.data())
def test_nothing_is_begun_that_enough_others_did_not_approve(data: st.DataObject) -> None:
    desk = Desk(NIGHT, key="k1")
    for _ in range(data.draw(st.integers(5, 60))):
        command = data.draw(tried(desk))
        before = desk.run
        later = data.draw(st.sampled_from([1, 1, 1, 1, 1_200]))
        try:
            made = desk.do(command, timedelta(seconds=later))
        except Refused:
            continue
        approved_by_others(desk.facts, before, made)
        for n, event in enumerate(made, start=before.seq + 1):
            if isinstance(event, e.ApprovalVoided):
                _all_hear_of_it(desk, n, event)
        for step, asked in desk.run.asked.items():
            said, _ = tally(desk.facts, step, asked.round)
            if not asked.lapsed:
                assert {one.by.id: one.approves for one in asked.votes.values()} == said
    board(desk)
    assert fold(desk.facts) == desk.run


def _all_hear_of_it(desk: Desk, number: int, event: e.ApprovalVoided) -> None:
    """Everyone whose vote counts no more is named in a message of its own."""
    said, _ = tally(desk.facts[: number - 1], event.step, event.round)
    if said:
        picture = notices.draw(desk.run, desk.facts, f"notice/{number}")
        accepted(picture)
        assert all(f"<@{who}>" in aloud(picture.blocks) for who in said)
