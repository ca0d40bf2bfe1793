"""The messages of the thread, read alone as a notification is: who did what, and what is next."""

import pytest

from bot.core.engine import commands as c
from bot.core.engine.fold import begin, evolve
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.views import notices
from tests.core.room import WAITING, Room
from tests.core.strategies import ANA, BEN, CHO


def changed(**more: object) -> Procedure:
    told = WAITING.model_dump(by_alias=True, exclude_unset=True)
    return Procedure.model_validate({**told, **more})


CONFIRMED = changed(verification=[{"check": "up"}, {"confirm": "They are told"}])


@pytest.mark.parametrize(
    ("before", "meanwhile", "words"),
    [
        ((), c.Take("do", BEN), "ben took step *2* Do it"),
        ((c.Take("do", BEN),), c.MarkDone("do", BEN), "ben finished step *2* Do it"),
        ((), c.Skip("do", BEN, "no need"), "ben skipped step *2* Do it"),
        ((c.Take("do", BEN),), c.Fail("do", BEN, "no"), "ben marked as failed step *2* Do it"),
        ((c.Skip("do", BEN, "no"),), c.Undo("do", BEN), "ben undid step *2* Do it"),
        (
            (c.Confirm("confirm:1", BEN),),
            c.Withdraw("confirm:1", BEN),
            "ben took a confirmation back",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whoever_wanted_to_close_is_told_what_was_done_meanwhile(
    before: tuple[c.Command, ...], meanwhile: c.Command, words: str
) -> None:
    room = Room(CONFIRMED)
    for command in before:
        room.do(command)
    room.do(c.Close(ANA, {"confirm:1": "at noon"}))
    keys = [key for key in room.do(meanwhile) if key.startswith("notice/")]
    assert room.shown[keys[-1]] == (
        f"🔴 KC-7: <@U0ANA>, it stays open. {words} while the checks were running. "
        "Press *Close…* again when that is finished."
    )


def test_of_many_lines_that_lack_the_first_are_listed_and_the_rest_counted() -> None:
    lines = [{"check": "up"}, *({"confirm": f"Line {n}"} for n in range(1, 15))]
    room = Room(changed(verification=lines))
    room.do(c.Close(ANA, {f"confirm:{n}": "at noon" for n in range(1, 15)}))
    room.look(green=False, final=True)
    said = room.shown["notice/5"].splitlines()
    assert said[1].startswith("🔴 It is up: n3: expected")
    assert said[2:13] == [f"🟠 Line {n}: not confirmed yet (reason given)" for n in range(1, 12)]
    assert said[13:] == ["… 3 more, on the board", "[Close without proof…]"]


def test_a_step_that_its_check_finished_says_what_is_next() -> None:
    said = "🟢 KC-7: <@U0ANA>, step *1* Wait for it finished."
    room = Room(WAITING)
    room.do(c.Take("wait", ANA))
    room.look(green=True, final=True)
    assert room.shown["notice/5"] == f"{said} Next: step *2* Do it."
    room.do(c.Skip("do", BEN, "no need"))
    last = "No step is open any more: *Verify now*, then *Close…*, on the board."
    assert room.read("notice/5") == f"{said} {last}"
    room.desk.close(ANA, {}, green=True)
    assert room.read("notice/5") == f"{said} The run is closed."


def test_a_step_that_is_handed_on_says_from_whom_to_whom_and_by_whom_it_came_back() -> None:
    room = Room(WAITING)
    room.do(c.Take("do", ANA))
    room.do(c.HandOver("do", CHO, BEN))
    assert room.shown["notice/3"] == (
        "🤝 KC-7: <@U0CHO> handed step *2* Do it from <@U0ANA> to <@U0BEN>."
    )
    room.do(c.BringBack("do", BEN.id, "bot"))
    said = room.shown["notice/4"]
    assert said.startswith("↩️ KC-7: step *2* Do it is back with <@U0ANA>: ben ")
    assert said.endswith(". Handed over by <@U0CHO>.")
    room.do(c.TakeOver("do", BEN))
    assert room.shown["notice/5"] == "🤝 KC-7: ben took step *2* Do it over from <@U0ANA>."


def test_a_note_for_the_thread_says_what_it_is_about_and_stands_there_whole() -> None:
    room = Room(WAITING)
    assert room.do(c.AddNote("do", ANA, "hidden")) == {"board": 2}
    room.do(c.AddNote("do", ANA, "first line\n<second> line", shared=True))
    assert room.shown["notice/3"] == (
        "📝 KC-7: step *2* Do it · ana:\nfirst line\n&lt;second&gt; line"
    )
    room.do(c.AddNote(None, BEN, "all is slow", shared=True))
    assert room.shown["notice/4"] == "📝 KC-7: a note · ben:\nall is slow"


def test_a_run_started_by_mistake_says_so_and_links_the_one_in_its_place() -> None:
    room = Room(WAITING)
    room.do(c.Mistake(BEN, "the wrong node"))
    assert room.shown["notice/2"] == "🟠 ben closed KC-7: started by mistake: the wrong node"
    closed = room.desk.facts[-1].event.model_copy(
        update={"again": "KC-8", "again_at": "https://slack/p8"}
    )
    first, last = room.desk.facts
    facts = [first, e.Fact(last.run_id, 2, last.at, closed, last.hash)]
    run = evolve(begin(first), facts[1])
    assert notices.draw(run, facts, "notice/2").text == (
        "🟠 ben closed KC-7: started by mistake: the wrong node. "
        "In its place: <https://slack/p8|KC-8>"
    )


def seen(member: str, *, held: bool, what: str = "/lsn gte 9", found: str = "7") -> e.Seen:
    return e.Seen(expectation=what, member=member, held=held, seen=found)


def observe(room: Room, *shown: e.Seen, green: bool = False, **more: object) -> str:
    request = list(room.desk.run.pending.values())[-1]
    made = e.CheckObserved.model_validate(
        {
            "request": request.id,
            "check": request.check,
            "green": green,
            "final": True,
            "seen": shown,
            **more,
        }
    )
    room.do(c.Observe(made))
    return room.shown["verify/v2"]


def test_a_verification_tells_what_was_seen_of_six_things_and_counts_the_rest() -> None:
    room = Room(WAITING)
    room.do(c.Verify(ANA))
    members = [seen(f"n{n}", held=n != 5, found="9" if n != 5 else "7") for n in range(9)]
    off = "✗ n5: expected `lsn` to be at least `9`, found `7`"
    held = [f"✓ n{n}: `lsn` is at least `9`" for n in range(5)]
    assert observe(room, *members).splitlines() == [
        "🔴 KC-7: verification requested by ana: 0 of 1 checks passed",
        "🔴 *It is up*",
        off,
        *held,
        "… 3 more in the post-mortem",
    ]


def test_that_an_answer_came_as_it_should_is_no_news_beside_what_it_said() -> None:
    room = Room(WAITING)
    room.do(c.Verify(ANA))
    said = observe(
        room,
        seen("n1", held=True, what="status 2xx", found="200"),
        seen("n1", held=False),
        reason="no progress for 5 min",
        advance={"now": 7, "goal": 9},
    ).splitlines()
    assert said[1].startswith("🔴 *It is up* · no progress for 5 min · ")
    assert said[2:] == ["✗ n1: expected `lsn` to be at least `9`, found `7`"]


def test_a_verification_that_is_looked_at_for_a_while_says_that_it_is_not_over() -> None:
    room = Room(WAITING)
    room.do(c.Verify(ANA))
    assert room.shown["verify/v2"].splitlines() == [
        "⏳ KC-7: verification requested by ana: 0 of 1 checks passed",
        "⏳ It is up · checking",
    ]
    said = observe(room, seen("n1", held=False), final=False).splitlines()
    assert said[0].startswith("⏳ ")
    assert said[1] == "🔴 *It is up* · checking again"
    said = observe(room, seen("n1", held=True), green=True).splitlines()
    assert said == [
        "🟢 KC-7: verification requested by ana: 1 of 1 checks passed",
        "🟢 It is up",
    ]
