"""What people approved is what is done, whatever way somebody finds around it."""

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import State
from bot.core.views.board import draw
from tests.core.strategies import ANA, BEN, Desk

DANGER = "destructive"
ASKS = {"id": "ok", "title": "Agree", "approve": {"min": 1}}
WIPE = {"id": "wipe", "title": "Wipe", "run": ["wipe {{ node }}"], "danger": "destructive"}


def desk(*steps: object, **wipe: object) -> Desk:
    node = {"description": "The node", "pattern": "[a-z0-9-]+", "required": True}
    made = {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It is ill"],
        "inputs": {"node": node},
        "steps": [ASKS, {**WIPE, **wipe}, *steps],
        "verification": [{"confirm": "It is well"}],
    }
    return Desk(Procedure.model_validate(made), node="node-1")


def approve(desk: Desk) -> None:
    desk.do(c.AskApproval("ok", ANA))
    desk.do(c.Vote("ok", BEN, desk.run.asked["ok"].number))
    assert desk.run.steps["ok"].state is State.DONE


def test_what_was_skipped_and_reads_otherwise_since_is_approved_no_more() -> None:
    one = desk()
    approve(one)
    one.do(c.Skip("wipe", ANA, "Later."))
    one.do(c.CorrectInput("node", ANA, "node-2", "A slip."))
    made = one.do(c.Undo("wipe", ANA))
    assert [type(event) for event in made] == [e.StepUndone, e.StepUndone, e.ApprovalVoided]
    with pytest.raises(Refused, match="waits for the approval in step 1"):
        one.do(c.Take("wipe", ANA, "node-2"))


def test_what_was_skipped_and_reads_the_same_is_approved_still() -> None:
    one = desk()
    approve(one)
    one.do(c.Skip("wipe", ANA, "Later."))
    one.do(c.Undo("wipe", ANA))
    assert one.do(c.Take("wipe", ANA, "node-1"))


def test_what_opens_when_it_fails_is_approved_with_it() -> None:
    more = {"id": "nuke", "title": "Nuke", "run": ["nuke {{ node }}"], "danger": "destructive"}
    one = desk(on_failure=[more])
    approve(one)
    assert one.run.asked["ok"].commands == ("wipe node-1", "nuke node-1")
    one.do(c.Take("wipe", ANA, "node-1"))
    one.do(c.Fail("wipe", ANA, "It did not."))
    with pytest.raises(Refused, match="that vote is needed"):
        one.do(c.Take("nuke", BEN, "node-1"))
    one.do(c.CorrectInput("node", ANA, "node-2", "A slip."))
    with pytest.raises(Refused):
        one.do(c.Take("nuke", ANA, "node-2"))


def test_what_was_done_as_it_was_approved_stays_approved() -> None:
    more = {"id": "nuke", "title": "Nuke", "run": ["nuke {{ node }}"], "danger": "destructive"}
    one = desk(on_failure=[more])
    approve(one)
    one.do(c.Take("wipe", ANA, "node-1"))
    one.do(c.MarkDone("wipe", ANA))
    made = one.do(c.CorrectInput("node", ANA, "node-2", "A slip."))
    assert not any(isinstance(event, e.ApprovalVoided) for event in made)


def test_a_vote_on_members_whom_nobody_had_listed_counts_no_more_once_they_are() -> None:
    group = {
        "id": "all",
        "title": "All",
        "for_each": {"node": "nodes"},
        "steps": [{"id": "wipe", "title": "Wipe", "run": ["wipe {{ node }}"], "danger": DANGER}],
    }
    nodes = {"description": "The nodes", "pattern": "[a-z0-9-]+", "list": True, "required": True}
    made = {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It is ill"],
        "inputs": {"nodes": nodes},
        "steps": [{"id": "first", "title": "First", "do": "It."}, ASKS, group],
    }
    one = Desk(Procedure.model_validate(made), nodes="node-1")
    one.do(c.AskApproval("ok", ANA))
    one.do(c.Vote("ok", BEN, one.run.asked["ok"].number))
    one.do(c.CorrectInput("nodes", ANA, "prod", "A slip."))
    one.do(c.Take("first", ANA))
    done = one.do(c.MarkDone("first", ANA))
    assert any(isinstance(event, e.MembersListed) for event in done)
    assert any(isinstance(event, e.ApprovalVoided) for event in done)
    (wipe,) = [row for row in one.run.outline.rows if row.id.startswith("wipe")]
    with pytest.raises(Refused):
        one.do(c.Take(wipe.id, ANA, "prod"))


def test_what_waits_for_an_approval_that_was_skipped_says_so_and_can_be_skipped() -> None:
    one = desk()
    one.do(c.Skip("ok", ANA, "Nobody is here."))
    row = next(b for b in draw(one.run).blocks if "*2* Wipe" in str(b))
    assert "waits for the approval in step 1, which was skipped" in row["text"]["text"]
    assert row["accessory"]["text"]["text"] == "Skip…"
    assert one.do(c.Skip("wipe", BEN, "Then not."))
