"""Which messages have buttons: only the newest about each thing, while it is not over."""

from bot.core.engine import commands as c
from tests.core.room import WAITING, Room
from tests.core.strategies import ANA, BEN


def test_a_wait_that_goes_on_or_ends_takes_the_buttons_of_its_last_message_away() -> None:
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.look(green=False, final=True)
    assert room.offering() == ["notice/4"]
    assert room.do(c.CheckAgain("wait", BEN)) == {"board": 5, "wait/c5": 5, "notice/4": 5}
    assert room.offering() == []
    assert room.shown["notice/4"] == (
        "🔴 KC-7: <@U0ANA>, step *1* Wait for it: gave up: deadline. "
        "It is up: n3: expected `lsn` to be at least `9`, found `7`."
    )
    room.look(green=False, final=True)
    assert room.offering() == ["notice/6"]
    room.do(c.GiveBack("wait", ANA))
    assert room.offering() == []


def test_a_wait_that_was_over_before_another_passed_did_not_end_the_step() -> None:
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.do(c.Mistake(BEN, "wrong run"))
    room.do(c.Reopen(BEN, "it was right"))
    room.look(green=True, final=True)
    assert room.shown["wait/c3"] == "◽ KC-7: step *1* Wait for it: wait canceled."
    assert room.stale() == []


def test_a_check_that_passes_or_a_step_that_is_undone_takes_the_buttons_away() -> None:
    for over in ("passed", "undone", "verified", "closed"):
        room = Room(WAITING)
        room.do(c.Take("do", ANA))
        room.do(c.MarkDone("do", ANA))
        room.look(green=False, final=True)
        assert room.offering() == ["notice/5"]
        room.do(c.CheckAgain("do", BEN))
        room.look(green=False, final=True)
        assert room.offering() == ["notice/7"], "red again: only the newest offers what to do"
        if over == "passed":
            room.do(c.CheckAgain("do", BEN))
            room.look(green=True, final=True)
        elif over == "undone":
            room.do(c.Undo("do", BEN))
        elif over == "verified":
            room.do(c.Verify(BEN))
            room.look(green=True, final=True)
        else:
            room.do(c.Mistake(BEN, "wrong run"))
        assert room.offering() == [], over
        assert "press" not in room.shown["notice/5"] + room.shown["notice/7"]


def test_only_the_newest_message_about_a_run_that_stays_open_offers_to_close_it() -> None:
    room = Room(WAITING)
    for _ in range(2):
        room.do(c.Close(ANA))
        assert room.offering() == []
        room.look(green=False, final=True)
        assert room.offering() == [f"notice/{room.desk.run.seq}"]
    room.do(c.Close(ANA, {"check:up": "later"}))
    room.look(green=False, final=True)
    assert room.desk.run.closed is not None
    assert room.offering() == []
