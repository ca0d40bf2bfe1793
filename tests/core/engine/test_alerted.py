"""A run hears how its alert stands: each change once, whatever is told, and how often."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.acting.catchup import blocks as caught_up
from bot.core.engine import commands as c
from bot.core.engine.effects import effects, touched
from bot.core.run import events as e
from bot.core.run.polling import ALERT_SHOWN
from bot.core.views import board, forms, notices
from bot.core.views.alerted import ended
from tests.core.closing import checked
from tests.core.drawn import aloud
from tests.core.story import render
from tests.core.strategies import ANA, BEN, START, Desk

MINUTE = timedelta(minutes=1)


class Alerted(Desk):
    """A run that was started from an alert, which fires."""

    first: Mapping[str, Any] = {
        "episode": "AL-1",
        "episode_at": "https://slack.example/p1",
        "alerts": ("DiskFull",),
        "detected_at": START - MINUTE,
        "via": "alert",
    }


def desk() -> Alerted:
    return Alerted(checked(), key="k1")


def al(number: int, begins: int, ends: int | None = None, **more: Any) -> e.AlertChanged:
    end = None if ends is None else START + ends * MINUTE
    more = {"names": (f"Name{number}",), "told_at": f"https://slack.example/p{number}"} | more
    return e.AlertChanged(episode=f"AL-{number}", since=START + begins * MINUTE, ended=end, **more)


def hears(on: Desk, *said: e.AlertChanged) -> list[str]:
    """The keys in the thread of what is told of it."""
    before = on.run
    made = on.do(c.HearAlerts(said))
    return [key for key in touched(before, made) if key != "board"]


def of(on: Desk) -> list[tuple[str, bool]]:
    return [
        (fact.event.episode, fact.event.ended is None)
        for fact in on.facts
        if isinstance(fact.event, e.AlertChanged)
    ]


def test_each_change_is_told_once_and_only_that_it_fires_again_is_news() -> None:
    on = desk()
    assert hears(on, al(1, -1)) == [], "it fires, as it did"
    assert "fires since" in aloud(board.draw(on.run).blocks)
    for _ in range(2):
        assert hears(on, al(1, -1, 5)) == []
    assert of(on) == [("AL-1", False)]
    assert "(DiskFull): resolved" in aloud(board.draw(on.run).blocks)
    (key,) = hears(on, al(1, -1, 5), al(2, 9))
    assert hears(on, al(1, -1, 5), al(2, 8)) == [], "that it began a little earlier is no news"
    said = aloud(notices.draw(on.run, on.facts, key).blocks)
    assert "alert <https://slack.example/p2|AL-2> (Name2) fires again, since" in said
    shown = aloud(board.draw(on.run).blocks)
    assert "(DiskFull): fires again as <https://slack.example/p2|AL-2> since" in shown
    assert "fires again as" in aloud(caught_up(on.run))
    assert of(on) == [("AL-1", False), ("AL-2", True)]


def test_what_was_told_to_have_resolved_and_fires_still_is_news_too() -> None:
    on = desk()
    hears(on, al(1, -1, 5))
    assert len(hears(on, al(1, -1))) == 1
    assert on.run.alert is not None
    assert on.run.alert.fires


def test_two_episodes_that_are_one_are_one_here() -> None:
    on = desk()
    hears(on, al(1, -1, 5), al(2, 9))
    assert hears(on, al(1, -1, 5), al(2, 9, 9, joined="AL-1")) == []
    assert on.run.alert is not None
    assert not on.run.alert.fires
    assert hears(on, al(3, 3, joined="AL-2")) == [], "it never was one of its own here"
    assert on.run.alert.later.keys() == {"AL-1", "AL-2"}


def test_it_is_closed_with_a_word_while_it_fires() -> None:
    on = desk()
    assert "alert <https://slack.example/p1|AL-1> (DiskFull) fires since" in closes(on)
    hears(on, al(1, -1, 5))
    assert "alert" not in closes(on)
    hears(on, al(1, -1, 5), al(2, 9))
    assert "AL-2> since" in closes(on)
    on.close(ANA, {"confirm:1": "Nobody is in.", "check:up": "It is old."})
    assert on.run.closed is not None
    assert "Closed while the alert fired" in written(on)
    assert ", which fired still" in aloud(board.draw(on.run).blocks)
    assert hears(on, al(2, 9, 11)) == []
    assert of(on)[-1] == ("AL-2", True), "what is closed hears nothing"


def closes(on: Desk) -> str:
    return aloud(forms.of(on.run, "close", None, ANA)["blocks"])


def written(on: Desk) -> str:
    return render(on.run, on.facts, names={}, said=(), exported_at=on.at + MINUTE)


def test_the_post_mortem_says_when_it_fired() -> None:
    on = desk()
    hears(on, al(1, -1, 5), al(2, 9))
    hears(on, al(1, -1, 5), al(2, 9, 12))
    page = written(on)
    assert "bot, through an alert | heard that the alert AL-1 has resolved, 2026-11-01" in page
    assert "heard that the alert AL-2 (Name2) fires again, since" in page
    assert "| Alert resolved | 2026-11-01 03:24:05 |" in page
    assert "Closed while the alert fired" not in page


def test_the_message_of_the_alert_is_wanted_as_often_as_the_run_stands_otherwise() -> None:
    on = desk()

    def wanted(command: c.Command) -> bool:
        before = on.run
        made = on.do(command)
        return ALERT_SHOWN in effects(before, made, on.at).timers

    first = on.facts[0].event
    assert effects(None, [first], on.at).timers == {ALERT_SHOWN: on.at}
    assert ended(on.run) == "; open"
    assert not wanted(c.AddNote(None, ANA, "It smokes."))
    assert not wanted(c.HearAlerts((al(1, -1, 5),)))
    assert wanted(c.Mistake(BEN, "A false alarm."))
    assert "; closed: it was started by mistake" in ended(on.run)
    assert wanted(c.Reopen(BEN, "It was none."))
    bare = Desk(checked(), key="k1")
    before = bare.run
    made = bare.do(c.Mistake(BEN, "A false alarm."))
    assert ALERT_SHOWN not in effects(before, made, bare.at).timers
    assert not bare.do(c.HearAlerts((al(1, -1, 5),)))


@given(st.lists(st.integers(0, 4), max_size=12))
def test_told_however_often_it_ends_as_it_is(told: list[int]) -> None:
    on = desk()
    states = [
        (al(1, -1),),
        (al(1, -1, 5),),
        (al(1, -1, 5), al(2, 6)),
        (al(1, -1, 5), al(2, 6, 7)),
        (al(1, -1, 8), al(2, 6, 6, joined="AL-1")),
    ]
    for number in sorted(told):
        hears(on, *states[number])
        again = len(on.facts)
        hears(on, *states[number])
        assert len(on.facts) == again
    for number in (3, 4):
        hears(on, *states[number])
    assert on.run.alert is not None
    assert on.run.alert.resolved_at == START + 8 * MINUTE
