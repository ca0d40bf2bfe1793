"""The messages beside the board: which facts change which, and that each stands alone."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.procedure import VerifyByPerson
from bot.core.views import notices
from bot.core.views.board import BUDGET
from tests.core import huge
from tests.core.drawn import accepted, aloud, harmless, marked_up, weight
from tests.core.room import WAITING, Room, drawn
from tests.core.story import ONE_SILENT, PROCEDURE, look
from tests.core.strategies import ANA, BEN, commands, hostile, hostile_lines, procedures
from tests.profiles import examples


@given(st.data())
@settings(max_examples=examples(50), suppress_health_check=list(HealthCheck))
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
        picture = drawn(room.desk, key)
        accepted(picture)
        for text in (picture.text, *marked_up(picture.blocks)):
            harmless(text)
        assert key == effects.BOARD or "KC-7" in picture.text
    assert room.stale() == []


def test_a_wait_is_one_message_that_is_edited_until_it_ends() -> None:
    room = Room(WAITING)
    assert room.do(c.Take("wait", ANA)) == {"board": 3, "wait/c3": 3}
    said = "⏳ KC-7: step *1* Wait for it: waiting for “It is up”. Gives up <!date^"
    assert room.shown["wait/c3"].startswith(said)
    assert room.look(green=False, final=False, now=7) == {"board": 4, "wait/c3": 4}
    assert (
        "▓▓▓▓▓▓▓░░░ 7 of 9\nn3: expected `lsn` to be at least `9`, found `7`"
        in room.shown["wait/c3"]
    )
    ended = {"board": 6, "wait/c3": 6, "notice/6": 6}
    assert room.look(green=True, final=True, now=9) == ended
    assert room.shown["wait/c3"].startswith(
        "🟢 KC-7: step *1* Wait for it: It is up. Step finished.\n▓▓▓▓▓▓▓▓▓▓ 9 of 9"
    )
    assert room.shown["notice/6"] == (
        "🟢 KC-7: <@U0ANA>, step *1* Wait for it finished. Next: step *2* Do it."
    )


def test_a_wait_in_vain_names_who_is_on_it_and_what_can_be_done() -> None:
    """In a message of its own: an edited one notifies nobody. And nothing promises a look."""
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.do(c.HandOver("wait", ANA, BEN))
    assert room.look(green=False, final=True) == {"board": 5, "wait/c3": 5, "notice/5": 5}
    assert room.shown["wait/c3"].startswith("🔴 KC-7: step *1* Wait for it: gave up: deadline.")
    assert room.shown["notice/5"] == (
        "🔴 KC-7: <@U0BEN>, step *1* Wait for it: gave up: deadline. "
        "It is up: n3: expected `lsn` to be at least `9`, found `7`. "
        "The bot has stopped checking: *Look again*, or *Failed…*.\n[Look again] [Failed…]"
    )
    board = room.shown["board"]
    assert "🔴 Stopped checking <!date^" not in board
    assert "🔴 Stopped checking at <!date^" in board
    assert "[*Look again] [Done]" in board
    assert "Done by itself" not in board
    room.do(c.CheckAgain("wait", BEN))
    assert (
        "Done by itself when the check passes: It is up · gives up <!date^" in room.shown["board"]
    )


def test_a_wait_that_another_look_ended_was_not_canceled() -> None:
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.look(green=False, final=False, now=7)
    room.do(c.Verify(BEN))
    assert {"wait/c3", "notice/8"} <= set(room.look(green=True, final=True))
    assert room.shown["wait/c3"] == "🟢 KC-7: step *1* Wait for it: It is up. Step finished."
    assert room.stale() == []


def test_a_verification_that_went_on_ends_in_a_message_of_its_own() -> None:
    """An edited message notifies nobody: who asked has long looked away."""
    for green, sign, words in (
        (True, "🟢", "1 of 1 checks passed."),
        (False, "🔴", "0 of 1 checks passed. Failed: It is up."),
    ):
        room = Room(WAITING)
        room.do(c.Verify(BEN))
        assert room.look(green=False, final=False) == {"board": 4, "verify/v2": 4}
        ended = room.look(green=green, final=True)
        assert ended == {"board": 5, "verify/v2": 5, "notice/5": 5}
        said = f"{sign} KC-7: <@U0BEN>, the verification has ended: {words}"
        assert room.shown["notice/5"] == said
        assert room.stale() == []


def test_a_verification_that_ends_at_once_has_one_message() -> None:
    room = Room(WAITING)
    room.do(c.Verify(BEN))
    assert room.look(green=True, final=True) == {"board": 4, "verify/v2": 4}


def test_verify_now_ends_a_wait_that_had_given_up() -> None:
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.look(green=False, final=True)
    room.do(c.Verify(BEN))
    room.look(green=True, final=True)
    assert "<@U0ANA>, step *1* Wait for it finished." in room.shown["notice/8"]
    assert "✅ *1* Wait for it · finished by its check" in room.shown["board"]


@pytest.mark.parametrize(
    "ending",
    [
        c.GiveBack("wait", ANA),
        c.MarkDone("wait", ANA),
        c.Skip("wait", ANA, "no need"),
        c.Fail("wait", ANA, "in vain"),
        c.CheckAgain("wait", ANA),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_wait_that_nobody_waits_for_any_more_says_so(ending: c.Command) -> None:
    """Given back, ended by hand, superseded by a newer look, or closed in the middle."""
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    assert "wait/c3" in room.do(ending)
    assert room.shown["wait/c3"] == "◽ KC-7: step *1* Wait for it: wait canceled."
    assert room.stale() == []


def test_a_wait_and_a_verification_end_when_the_run_is_closed() -> None:
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.do(c.Verify(ANA))
    room.do(c.Close(ANA, {"check:up": "no need"}))
    assert "⏳ KC-7" in room.shown["wait/c3"]
    made = room.look(green=False, final=True)
    assert {"wait/c3", "verify/v4"} <= set(made)
    assert room.shown["wait/c3"] == "◽ KC-7: step *1* Wait for it: wait canceled."
    assert room.stale() == []


def test_a_verification_that_was_superseded_is_no_longer_looking() -> None:
    ending = c.Verify(BEN)
    room = Room(WAITING)
    room.do(c.Verify(ANA))
    assert "⏳ It is up · checking" in room.shown["verify/v2"]
    assert "verify/v2" in room.do(ending)
    shown = room.shown["verify/v2"]
    assert shown.startswith("◽ KC-7: verification requested"), "nothing has failed"
    assert "\n◽ It is up · not checked" in shown


def test_a_verification_shows_what_was_seen_and_first_what_was_off() -> None:
    room = Room(PROCEDURE)
    room.do(c.Verify(ANA))
    assert room.do(look("new-key-works", *ONE_SILENT)(room.desk)) == {"board": 5, "verify/v2": 5}
    said = room.shown["verify/v2"]
    assert "KC-7: verification requested by ana: 0 of 2 checks passed" in said
    assert (
        "🔴 *key-b can sign*\n✗ node-3: no answer within 3 s\n✓ node-1: `can_sign` is `true`\n"
        in said
    )


def test_what_passed_is_one_line_of_a_verification() -> None:
    room = Room(PROCEDURE)
    room.do(c.Verify(ANA))
    room.do(look("new-key-works", *ONE_SILENT)(room.desk))
    room.do(look("key-cannot-sign", ("/status equals revoked", None, True, "revoked"))(room.desk))
    said = room.shown["verify/v2"]
    assert said.endswith("✓ node-2: `can_sign` is `true`\n🟢 key-a cannot sign")


def test_a_verification_of_any_size_fits_and_names_every_check() -> None:
    desk = huge.desk()
    huge.verify(desk)
    picture = notices.draw(desk.run, desk.facts, "verify/v2")
    accepted(picture)
    assert weight(picture.blocks) <= BUDGET
    said = aloud(picture.blocks)
    assert all(f"C{n} " in said for n in range(25))


CONFIRMED = WAITING.model_copy(
    update={
        "verification": (
            *WAITING.verification,
            VerifyByPerson(confirm="They are told"),
            VerifyByPerson(confirm="It is posted"),
        )
    }
)


def closed(reasons: dict[str, str]) -> tuple[str, str]:
    room = Room(WAITING)
    room.do(c.Close(ANA, reasons))
    made = room.look(green=not reasons, final=True)
    [key] = [k for k in made if k.startswith("notice/")]
    assert key == "notice/5"
    return room.shown[key], notices.draw(room.desk.run, room.desk.facts, key).text


def test_a_run_that_stays_open_tells_who_wanted_to_close_it_and_why() -> None:
    room = Room(WAITING)
    room.do(c.Close(ANA))
    board = room.shown["board"]
    assert board.startswith("# 🟡 Trouble · closing: checking once more …")
    assert "[Close…]" not in board
    assert room.look(green=False, final=True) == {"board": 5, "notice/5": 5}
    assert room.shown["notice/5"] == (
        "🔴 KC-7: <@U0ANA>, it stays open. Checked once more just now:\n"
        "🔴 It is up: n3: expected `lsn` to be at least `9`, found `7`\n[Close without proof…]"
    )
    assert "[Close…]" in room.shown["board"]


def test_a_run_that_was_worked_on_meanwhile_says_by_whom() -> None:
    room = Room(WAITING)
    room.do(c.Close(ANA))
    room.do(c.Take("do", BEN))
    assert room.shown["notice/5"] == (
        "🔴 KC-7: <@U0ANA>, it stays open. ben took step *2* Do it while the checks were "
        "running. Press *Close…* again when that is finished."
    )


def test_a_run_closed_without_verification_is_not_announced_as_recovered() -> None:
    words = "🟠 ana closed KC-7, not verified: vendor confirms tomorrow"
    assert closed({"check:up": "vendor confirms tomorrow"}) == (words, words)


def test_one_reason_for_several_lines_is_said_once() -> None:
    reasons = dict.fromkeys(["check:up", "confirm:1", "confirm:2"], "the vendor says tomorrow")
    room = Room(CONFIRMED)
    room.do(c.Close(ANA, reasons | {"confirm:2": "by mail"}))
    room.look(green=False, final=True)
    assert room.shown["notice/5"] == (
        "🟠 ana closed KC-7, not verified: the vendor says tomorrow; by mail"
    )


def test_a_line_that_has_a_reason_is_told_apart_when_the_run_stays_open() -> None:
    room = Room(CONFIRMED)
    room.do(c.Close(ANA, {"confirm:1": "they are told at noon", "confirm:2": "by mail"}))
    room.look(green=False, final=True)
    assert room.shown["notice/5"] == (
        "🔴 KC-7: <@U0ANA>, it stays open. Checked once more just now:\n"
        "🔴 It is up: n3: expected `lsn` to be at least `9`, found `7`\n"
        "🟠 They are told: not confirmed yet (reason given)\n"
        "🟠 It is posted: not confirmed yet (reason given)\n"
        "[Close without proof…]"
    )


def test_a_recovered_run_is_announced() -> None:
    words = "🟢 ana closed KC-7: recovered, verification passed."
    assert closed({}) == (words, words)


def test_a_step_that_fails_and_one_that_changes_hands_are_told() -> None:
    room = Room(PROCEDURE)
    room.do(c.Take("revoke", ANA, "key-a"))
    assert room.do(c.HandOver("revoke", ANA, BEN)) == {"board": 3, "notice/3": 3}
    assert room.shown["notice/3"] == (
        "🤝 KC-7: ana handed step *1* Revoke the key immediately to <@U0BEN>."
    )
    assert room.do(c.BringBack("revoke", BEN.id, "outside")) == {"board": 4, "notice/4": 4}
    assert room.shown["notice/4"] == (
        "↩️ KC-7: step *1* Revoke the key immediately is back with <@U0ANA>: "
        "ben is not in this channel."
    )
    assert room.do(c.Fail("revoke", BEN, "no <quorum>")) == {"board": 5, "notice/5": 5}
    assert room.shown["notice/5"] == (
        "❌ KC-7: step *1* Revoke the key immediately failed · ben: no &lt;quorum&gt;"
    )


def test_a_step_whose_check_failed_stays_in_its_place_with_its_command() -> None:
    room = Room(PROCEDURE)
    room.do(c.Take("find", ANA))
    room.do(c.Take("generate", BEN))
    room.do(c.MarkDone("generate", BEN))
    room.do(look("new-key-works", *ONE_SILENT)(room.desk))
    board = room.shown["board"]
    assert "⚠️ *2.1 Generate and register a new key* · <@U0BEN> <!date^" in board
    assert "🔴 key-b can sign: node-3: no answer within 3 s." in board
    assert "./civictrust keys register key-b" in board
    assert "[*Check again] [Note…]" in board
    assert board.count("[*") == 1
    assert "✅" not in board


def test_a_step_that_is_taken_over_names_both() -> None:
    room = Room(PROCEDURE)
    room.do(c.Take("find", BEN))
    room.do(c.TakeOver("find", ANA))
    said = room.shown["notice/3"]
    assert said.startswith("🤝 KC-7: ana took step *3* Identify")
    assert said.endswith(" over from <@U0BEN>.")


def test_what_needs_nobodys_notice_changes_only_the_board() -> None:
    room = Room(PROCEDURE)
    assert room.do(c.Take("revoke", ANA, "key-a")) == {"board": 2}
    assert room.do(c.AddNote(None, ANA, "x")) == {"board": 3}
    assert room.do(c.GiveBack("revoke", ANA)) == {"board": 4}
    assert room.do(c.Skip("revoke", ANA, "no need")) == {"board": 5}
    assert room.do(c.Undo("revoke", ANA)) == {"board": 6}
    assert room.do(c.Confirm("confirm:2", ANA)) == {"board": 7}
    assert room.do(c.Export(ANA)) == {"board": 8, "export/8": 8}


def test_a_reopened_run_is_told_with_the_reason_and_its_board_says_so() -> None:
    room = Room(WAITING)
    room.desk.close(ANA, {"check:up": "no need"})
    assert room.do(c.Reopen(BEN, "It is back.")) == {"board": 6, "notice/6": 6}
    assert room.shown["notice/6"] == "🔴 ben reopened KC-7: It is back."
    assert "\n↩️ Reopened by <@U0BEN> <!date^" in room.shown["board"]
    assert ": It is back.\n" in room.shown["board"]


def test_a_fact_without_a_notice_is_no_key() -> None:
    room = Room(WAITING)
    with pytest.raises(ValueError, match="has no notice"):
        room.read("notice/1")


def test_a_check_passed_now_only_if_it_had_failed_for_the_step() -> None:
    """One that failed in a verification before anyone was on the step is no failure of it."""
    room = Room(WAITING)
    room.do(c.Verify(ANA))
    room.look(green=False, final=True)
    room.do(c.Take("do", BEN))
    room.do(c.MarkDone("do", BEN))
    [key] = [k for k in room.look(green=True, final=True) if k.startswith("notice/")]
    assert room.shown[key].startswith(
        "🟢 KC-7, step *2* Do it (done by <@U0BEN>): the check passed. It is up."
    )
