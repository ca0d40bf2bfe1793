"""The messages beside the board: which facts change which, and that each stands alone."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import commands as c
from bot.core import events as e
from bot.core import notices
from bot.core.board import BUDGET
from bot.core.decide import Refused
from bot.core.procedure import Procedure
from tests.core import huge
from tests.core.drawn import accepted, aloud, harmless, marked_up, weight
from tests.core.story import ONE_SILENT, PROCEDURE, look
from tests.core.strategies import ANA, BEN, Desk, commands, hostile, hostile_lines, procedures

WAITING = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "p",
        "title": "Trouble",
        "symptoms": ["Down"],
        "checks": {
            "up": {
                "title": "It is up",
                "target": "t",
                "get": "/",
                "poll": {"every": "5s", "deadline": "10m"},
            }
        },
        "steps": [
            {"id": "wait", "title": "Wait for it", "wait": {"until": "up"}},
            {"id": "do", "title": "Do it", "do": "It.", "check": "up"},
        ],
        "verification": [{"check": "up"}],
    }
)


class Room:
    """A run and its messages, redrawn only when a fact is said to touch them, as the painter does.

    What stands in the room is therefore what people see.
    """

    def __init__(self, procedure: Procedure) -> None:
        self.desk = Desk(procedure, key_id="key-a", new_key_id="key-b")
        self.shown: dict[str, str] = {}

    def do(self, command: c.Command) -> dict[str, int]:
        before = self.desk.run
        made = self.desk.do(command)
        keys = notices.touched(before, made)
        for key in keys:
            if not key.startswith(notices.EXPORT):
                self.shown[key] = self.read(key)
        return keys

    def read(self, key: str) -> str:
        picture = notices.draw(self.desk.run, self.desk.facts, key)
        accepted(picture)
        return aloud(picture.blocks)

    def look(self, *, green: bool, final: bool, now: float | None = None) -> dict[str, int]:
        """A look at the wait, or at the latest request, that showed 7 where 9 was expected."""
        request = list(self.desk.run.pending.values())[-1]
        seen = e.Seen(expectation="/lsn gte 9", member="n3", held=green, seen="9" if green else "7")
        return self.do(
            c.Observe(
                e.CheckObserved(
                    request=request.id,
                    check=request.check,
                    green=green,
                    final=final,
                    reason="deadline" if final and not green else None,
                    seen=(seen,),
                    advance=None if now is None else e.Advance(now=now, goal=9),
                )
            )
        )

    def stale(self) -> list[str]:
        """The messages that say something else than what is so."""
        edited = [key for key in self.shown if not key.startswith("notice/")]
        return [key for key in edited if self.shown[key] != self.read(key)]


@given(st.data())
@settings(max_examples=50, suppress_health_check=list(HealthCheck))
def test_every_message_can_be_drawn_at_any_later_time_and_none_is_out_of_date(
    data: st.DataObject,
) -> None:
    """Whatever people do: Slack takes each message, and none shows what is no longer so."""
    room = Room(data.draw(procedures(hostile_lines)))
    for _ in range(data.draw(st.integers(1, 20))):
        try:
            room.do(data.draw(commands(room.desk.run, hostile)))
        except Refused:
            continue
    for key in room.shown:
        picture = notices.draw(room.desk.run, room.desk.facts, key)
        accepted(picture)
        for text in (picture.text, *marked_up(picture.blocks)):
            harmless(text)
        assert key == notices.BOARD or "KC-7" in picture.text
    assert room.stale() == []


def test_a_wait_is_one_message_that_is_edited_until_it_ends() -> None:
    room = Room(WAITING)
    assert room.do(c.Take("wait", ANA)) == {"board": 3, "wait/c3": 3}
    assert room.shown["wait/c3"] == "⏳ KC-7: step *1* Wait for it: waiting for “It is up”."
    assert room.look(green=False, final=False, now=7) == {"board": 4, "wait/c3": 4}
    assert "▓▓▓▓▓▓▓░░░ 7 of 9\nn3: 7, expected /lsn gte 9" in room.shown["wait/c3"]
    assert room.look(green=True, final=True, now=9) == {"board": 6, "wait/c3": 6}
    assert room.shown["wait/c3"].startswith(
        "🟢 KC-7: step *1* Wait for it: It is up. The wait is over.\n▓▓▓▓▓▓▓▓▓▓ 9 of 9"
    )


def test_a_wait_in_vain_says_what_can_be_done() -> None:
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.look(green=False, final=True)
    assert room.shown["wait/c3"].startswith(
        "🔴 KC-7: step *1* Wait for it: not reached (deadline). "
        "Check again from ⋯, or mark the step failed."
    )


@pytest.mark.parametrize(
    "ending",
    [
        c.GiveBack("wait", ANA),
        c.MarkDone("wait", ANA),
        c.Skip("wait", ANA, "no need"),
        c.Fail("wait", ANA, "in vain"),
        c.CheckAgain("wait", ANA),
        c.Close(ANA, {"check:up": "no need"}),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_wait_that_nobody_waits_for_any_more_says_so(ending: c.Command) -> None:
    """Given back, ended by hand, superseded by a newer look, or closed in the middle."""
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    assert "wait/c3" in room.do(ending)
    assert room.shown["wait/c3"] == "◽ KC-7: step *1* Wait for it: no longer waiting."
    assert room.stale() == []


@pytest.mark.parametrize("ending", [c.Verify(BEN), c.Close(BEN, {"check:up": "no need"})])
def test_a_verification_that_was_superseded_is_no_longer_looking(ending: c.Command) -> None:
    room = Room(WAITING)
    room.do(c.Verify(ANA))
    assert "⏳ It is up · looking" in room.shown["verify/v2"]
    assert "verify/v2" in room.do(ending)
    assert "◽ It is up · not looked at" in room.shown["verify/v2"]


def test_a_verification_shows_what_was_seen_and_first_what_was_off() -> None:
    room = Room(PROCEDURE)
    room.do(c.Verify(ANA))
    assert room.do(look("new-key-works", *ONE_SILENT)(room.desk)) == {"board": 5, "verify/v2": 5}
    said = room.shown["verify/v2"]
    assert "KC-7: verification, asked by <@U0ANA>: 0 of 2 checks green" in said
    assert "🔴 *key-b can sign*\n✗ node-3: an answer → `no answer within 3 s`\n✓ node-1:" in said


def test_a_verification_of_any_size_fits_and_names_every_check() -> None:
    desk = huge.desk()
    huge.verify(desk)
    picture = notices.draw(desk.run, desk.facts, "verify/v2")
    accepted(picture)
    assert weight(picture.blocks) <= BUDGET
    said = aloud(picture.blocks)
    assert all(f"*C{n} " in said for n in range(25))


def closed(reasons: dict[str, str]) -> tuple[str, str]:
    room = Room(WAITING)
    if not reasons:
        room.do(c.Verify(ANA))
        room.look(green=True, final=True)
    before = room.desk.run
    [key] = [k for k in room.do(c.Close(ANA, reasons)) if k.startswith("notice/")]
    assert key == f"notice/{before.seq + 1}"
    return room.shown[key], notices.draw(room.desk.run, room.desk.facts, key).text


def test_a_run_closed_without_verification_is_not_announced_as_recovered() -> None:
    words = "🟠 <@U0ANA> closed KC-7, not verified: vendor confirms tomorrow"
    assert closed({"check:up": "vendor confirms tomorrow"}) == (words, words)


def test_a_recovered_run_is_announced() -> None:
    words = "🟢 <@U0ANA> closed KC-7: recovered, verification green."
    assert closed({}) == (words, words)


def test_a_step_that_fails_and_one_that_changes_hands_are_told() -> None:
    room = Room(PROCEDURE)
    room.do(c.Take("revoke", ANA, "revoke"))
    assert room.do(c.HandOver("revoke", ANA, BEN)) == {"board": 3, "notice/3": 3}
    assert room.shown["notice/3"] == (
        "🤝 KC-7: <@U0ANA> handed step *1* Revoke the key immediately to <@U0BEN>."
    )
    assert room.do(c.BringBack("revoke", BEN.id, "outside")) == {"board": 4, "notice/4": 4}
    assert room.shown["notice/4"] == (
        "↩️ KC-7: step *1* Revoke the key immediately is back with <@U0ANA>: "
        "<@U0BEN> is not in this channel."
    )
    assert room.do(c.Fail("revoke", BEN, "no <quorum>")) == {"board": 5, "notice/5": 5}
    assert room.shown["notice/5"] == (
        "❌ KC-7: step *1* Revoke the key immediately failed · <@U0BEN>: no &lt;quorum&gt;"
    )


def test_a_check_is_told_when_it_turns_and_not_when_it_stays() -> None:
    """The first green is no news; a red is, and so is the green after it."""
    room = Room(WAITING)

    def told(*, green: bool) -> Sequence[str]:
        room.do(c.CheckAgain("do", ANA))
        keys = [k for k in room.look(green=green, final=True) if k != "board"]
        return [room.shown[key] for key in keys]

    red = "🔴 KC-7: the check is red: It is up (n3: 7, expected /lsn gte 9)"
    assert told(green=True) == []
    assert told(green=False) == [red]
    assert told(green=False) == []
    assert told(green=True) == ["🟢 KC-7: the check is green: It is up"]


def test_what_needs_nobodys_notice_changes_only_the_board() -> None:
    room = Room(PROCEDURE)
    assert room.do(c.Take("revoke", ANA, "revoke")) == {"board": 2}
    assert room.do(c.AddNote(None, ANA, "x")) == {"board": 3}
    assert room.do(c.GiveBack("revoke", ANA)) == {"board": 4}
    assert room.do(c.Skip("revoke", ANA, "no need")) == {"board": 5}
    assert room.do(c.Undo("revoke", ANA)) == {"board": 6}
    assert room.do(c.Confirm("confirm:2", ANA)) == {"board": 7}
    assert room.do(c.Export(ANA)) == {"board": 8, "export/8": 8}


def test_a_reopened_run_is_told_with_the_reason() -> None:
    room = Room(WAITING)
    room.do(c.Close(ANA, {"check:up": "no need"}))
    assert room.do(c.Reopen(BEN, "It is back.")) == {"board": 3, "notice/3": 3}
    assert room.shown["notice/3"] == "🔴 <@U0BEN> reopened KC-7: It is back."


def test_a_fact_without_a_notice_is_no_key() -> None:
    room = Room(WAITING)
    with pytest.raises(ValueError, match="has no notice"):
        room.read("notice/1")
