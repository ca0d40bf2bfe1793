"""What the thread is told of the check of a step: whoever asked for a look hears what it showed."""

from collections.abc import Sequence

from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from tests.core.room import WAITING, Room
from tests.core.strategies import ANA, BEN


def told(room: Room, *, green: bool, final: bool = True) -> Sequence[str]:
    """The new messages after a look."""
    before = set(room.shown)
    return [room.shown[k] for k in room.look(green=green, final=final) if k not in before]


FOUND = "It is up: n3: expected `lsn` to be at least `9`, found `7`."
RUN_AGAIN = (
    "Run the step again and press *Check again*, or undo the step (in the record only).\n"
    "[Check again] [Undo]"
)


def test_a_check_is_told_when_it_fails_and_when_it_passes_after_that() -> None:
    """The first green is no news; a red is, and so is the green after it; the next is not."""
    room = Room(WAITING)
    room.do(c.Take("do", BEN))
    room.do(c.MarkDone("do", BEN))
    assert told(room, green=True) == []
    room.do(c.CheckAgain("do", BEN))
    by_ben = "KC-7, step *2* Do it (done by <@U0BEN>)"
    assert told(room, green=False) == [f"🔴 {by_ben}: the check failed. {FOUND} {RUN_AGAIN}"]
    room.do(c.CheckAgain("do", BEN))
    assert told(room, green=True) == [f"🟢 {by_ben}: the check passed now. It is up."]
    room.do(c.CheckAgain("do", BEN))
    assert told(room, green=True) == []


def test_whoever_asks_for_a_check_that_fails_again_is_told_by_name() -> None:
    room = Room(WAITING)
    room.do(c.Take("do", BEN))
    room.do(c.MarkDone("do", BEN))
    room.look(green=False, final=True)
    room.do(c.CheckAgain("do", ANA))
    step = "KC-7: <@U0ANA>, step *2* Do it (done by <@U0BEN>)"
    assert told(room, green=False) == [f"🔴 {step}: the check failed again. {FOUND} {RUN_AGAIN}"]
    room.do(c.CheckAgain("do", ANA))
    by_name = step.replace("<@U0BEN>", "ben")
    assert told(room, green=True) == [f"🟢 {by_name}: the check passed now. It is up."]


def test_a_check_that_is_looked_at_for_a_while_is_told_at_first_and_in_the_end() -> None:
    room = Room(WAITING)
    room.do(c.Take("do", BEN))
    room.do(c.MarkDone("do", BEN))
    assert [text.partition(". ")[0][-12:] for text in told(room, green=False, final=False)] == [
        "check failed"
    ]
    assert told(room, green=False, final=False) == []
    [last] = told(room, green=False)
    assert "the check failed again. " in last


def test_a_check_of_a_step_in_hand_is_told_whatever_it_shows_and_says_nothing_of_done() -> None:
    room = Room(WAITING)
    room.do(c.Take("do", BEN))
    room.do(c.MarkDone("do", BEN))
    room.look(green=True, final=True)
    room.do(c.Undo("do", BEN))
    room.do(c.Take("do", BEN))
    step = "KC-7: <@U0ANA>, step *2* Do it"
    room.do(c.CheckAgain("do", ANA))
    assert told(room, green=True) == [f"🟢 {step}: the check passed. It is up."]
    room.do(c.CheckAgain("do", ANA))
    assert told(room, green=False) == [
        f"🔴 {step}: the check failed. {FOUND} Work on it and press *Check again*.\n[Check again]"
    ]


def test_each_of_two_steps_with_one_check_hears_that_it_failed() -> None:
    steps = [{"id": i, "title": i, "do": "It.", "check": "up"} for i in ("one", "two")]
    shared = WAITING.model_dump(by_alias=True, exclude_unset=True) | {"steps": steps}
    room = Room(Procedure.model_validate(shared))
    for name in ("one", "two"):
        room.do(c.Take(name, BEN))
    for name in ("one", "two"):
        room.do(c.MarkDone(name, BEN))
        [said] = told(room, green=False)
        assert f" {name} (done by <@U0BEN>): the check failed" in said


def test_a_check_that_passes_leaves_the_buttons_of_another_that_failed() -> None:
    told = WAITING.model_dump(by_alias=True, exclude_unset=True)
    checks = {n: {"title": n, "target": "t", "get": "/"} for n in ("one", "two")}
    steps = [{"id": n, "title": n, "do": "It.", "check": n} for n in ("one", "two")]
    verification = [{"check": "one"}]
    more = {"checks": checks, "steps": steps, "verification": verification}
    room = Room(Procedure.model_validate({**told, **more}))
    for name, green in (("one", False), ("two", True)):
        room.do(c.Take(name, BEN))
        room.do(c.MarkDone(name, BEN))
        room.look(green=green, final=True)
    assert room.offering() == ["notice/5"]
    assert "[Check again]" in room.shown["notice/5"]
    room.do(c.CheckAgain("one", BEN))
    room.look(green=True, final=True)
    assert room.offering() == []


def test_of_a_step_in_hand_the_first_failure_is_the_first() -> None:
    room = Room(WAITING)
    room.do(c.Take("do", ANA))
    room.do(c.CheckAgain("do", ANA))
    [said] = told(room, green=False)
    assert said.startswith("🔴 KC-7: <@U0ANA>, step *2* Do it: the check failed. ")


def test_what_a_look_shows_offers_nothing_for_a_step_that_nobody_is_on_any_more() -> None:
    room = Room(WAITING)
    room.do(c.Take("do", BEN))
    room.do(c.CheckAgain("do", ANA))
    room.do(c.GiveBack("do", BEN))
    assert told(room, green=False) == [
        f"🔴 KC-7: <@U0ANA>, step *2* Do it: the check failed. {FOUND}"
    ]
    assert room.offering() == []
