"""Calling the owner of a procedure that a step failed: once for each failure."""

import re

import pytest

from bot.core.acting.owner_call import post
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.views import notices
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.engine.test_ways import do, procedure
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk

OWNED = procedure(do("wipe"), do("tell"), owner={"team": "Storage", "slack": "#storage"})


def failed(made: Procedure = OWNED) -> Desk:
    desk = Desk(made)
    desk.do(c.Take("wipe", ANA))
    desk.do(c.Fail("wipe", ANA, "It is busy."))
    return desk


def shown(desk: Desk) -> str:
    return aloud(draw(desk.run).blocks)


def reached(desk: Desk, error: str | None = None) -> None:
    said = {} if error is None else {"error": error}
    desk.do(c.TellCalled(e.OwnerReached(step="wipe", request=desk.run.seq, **said)))


def test_it_is_offered_at_a_step_that_failed() -> None:
    desk = Desk(OWNED)
    desk.do(c.Take("wipe", ANA))
    assert "[Call the owner]" not in shown(desk)
    desk.do(c.Fail("wipe", ANA, "It is busy."))
    assert "[*Try again] [Skip…] [Call the owner] [Note…]" in shown(desk)
    assert "[Call the owner]" not in shown(failed(procedure(do("wipe"))))


def test_the_board_says_who_told_the_owner_and_when() -> None:
    desk = failed()
    made = desk.do(c.CallOwner("wipe", BEN))
    assert [event.kind for event in made] == ["owner_called"]
    assert "⏳ <@U0BEN> <!date^" in shown(desk)
    assert "has the owner called in #storage …" in shown(desk)
    assert "[Call the owner]" not in shown(desk)
    reached(desk)
    assert "🔔 The owner was called in #storage by <@U0BEN> <!date^" in shown(desk)
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert re.search(r"had the owner called in \\?#storage: (it|step 1 \(Wipe\)) failed", document)
    assert "the owner was called about this: step 1 (Wipe)" in document


def test_the_post_has_the_link_of_the_board_and_no_values() -> None:
    desk = failed()
    desk.do(c.CallOwner("wipe", BEN))
    assert post(desk.run, desk.run.seq, "https://slack/x").text == (
        "🆘 KC-7 (trouble): step 1 failed, and ben asks the owner for help. "
        "<https://slack/x|Open the board>"
    )


def test_once_is_enough_for_a_failure_and_the_next_one_may_be_told_again() -> None:
    desk = failed()
    desk.do(c.CallOwner("wipe", BEN))
    assert not desk.do(c.CallOwner("wipe", BEN))
    with pytest.raises(Refused, match=r"<@U0BEN> called the owner in #storage at .*once is enough"):
        desk.do(c.CallOwner("wipe", ANA))
    desk.do(c.Take("wipe", ANA))
    desk.do(c.Fail("wipe", ANA, "It is busy still."))
    assert desk.do(c.CallOwner("wipe", ANA))


def test_what_slack_refuses_is_told_to_who_asked_and_may_be_tried_again() -> None:
    desk = failed()
    desk.do(c.CallOwner("wipe", BEN))
    reached(desk, "not_in_channel")
    why = "I am not in that channel. Invite me there, and press *Call the owner* again."
    assert "The owner was not called in #storage, as <@U0BEN> <!date^" in shown(desk)
    assert why in shown(desk)
    said = str(notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}"))
    assert f"<@U0BEN>, the owner was not called in #storage (step 1 failed). {why}" in said
    assert "[Call the owner]" in shown(desk)
    assert desk.do(c.CallOwner("wipe", ANA))


def test_how_a_post_ended_is_said_once_and_changes_nothing_of_a_later_one() -> None:
    desk = failed()
    desk.do(c.CallOwner("wipe", BEN))
    asked = desk.run.seq
    reached(desk)
    assert not desk.do(c.TellCalled(e.OwnerReached(step="wipe", request=asked)))
    desk.do(c.Take("wipe", ANA))
    desk.do(c.Fail("wipe", ANA, "It is busy still."))
    desk.do(c.CallOwner("wipe", ANA))
    desk.do(c.TellCalled(e.OwnerReached(step="wipe", request=asked, error="late")))
    call = desk.run.steps["wipe"].call
    assert call is not None
    assert (call.by, call.reached, call.error) == (ANA, None, None)


@pytest.mark.parametrize(
    ("owner", "says"),
    [
        (None, "The procedure names no owner."),
        ({"team": "Storage"}, "The procedure names no channel of Storage."),
        ({"team": "Storage", "slack": "ask Bob"}, "The procedure names no channel of Storage."),
    ],
)
def test_where_no_channel_is_named_it_is_refused_in_words(owner: object, says: str) -> None:
    more = {} if owner is None else {"owner": owner}
    desk = failed(procedure(do("wipe"), **more))
    with pytest.raises(Refused, match=says):
        desk.do(c.CallOwner("wipe", BEN))


def test_a_step_that_has_not_failed_is_none_to_tell_of() -> None:
    with pytest.raises(Refused, match=r"Step 1 has not failed\."):
        Desk(OWNED).do(c.CallOwner("wipe", BEN))
