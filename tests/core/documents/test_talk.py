"""The thread in the post-mortem: whose words, when, under which board, and what was taken back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.documents.postmortem import Attached, Said
from bot.core.documents.postmortem.talk import Room, Talk
from bot.core.engine import commands as c
from bot.core.engine.effects import touched
from bot.core.run import events as e
from bot.core.run.events import Person
from bot.core.run.talk import MOST
from bot.core.run.uploads import brought, is_to_go
from tests.core.documents.test_postmortem import a_run, section, show
from tests.core.strategies import ANA, BEN, START, Desk

MINUTE = timedelta(minutes=1)


def taken(second: int, author: Person | None = BEN, **more: str) -> c.TellTakenBack:
    written = START + timedelta(seconds=second)
    event = e.MessageTakenBack(
        thread=more.pop("thread", "1.0"),
        message=f"{written.timestamp():.6f}",
        author=author and Person(id=author.id),
        deleted=START + 5 * MINUTE,
        **more,
    )
    return c.TellTakenBack(event)


def rows(text: str) -> list[str]:
    return [one for one in section(text, "Timeline").splitlines() if re.match(r"\| \d", one)]


def test_of_a_deleted_message_there_is_whose_and_when_where_it_stood() -> None:
    desk = a_run(taken(30))
    said = (Said(START, "U0ANA", "before"), Said(START + MINUTE, "U0ANA", "after"))
    told = rows(show(desk, said))
    assert [one.split(" | ")[1:] for one in told if "💬" in one] == [
        ["💬", "Ana Lima", "“before” |"],
        ["💬", "Ben Okoro", "a message, deleted at 03:17:05: entry 2 |"],
        ["💬", "Ana Lima", "“after” |"],
    ]
    (entry,) = [one for one in told if "| 2 |" in one]
    words = "a message that Ben Okoro wrote at 03:12:35 was deleted at 03:17:05"
    assert entry.split(" | ")[2:] == ["bot", f"{words} |"]


def test_it_is_told_once_and_of_so_many() -> None:
    desk = a_run(taken(30), taken(30), *(taken(second) for second in range(31, 31 + MOST)))
    assert len(desk.run.showing.taken_back) == MOST
    assert desk.run.seq == MOST + 1


def test_it_makes_nobody_a_responder_and_breaks_off_nothing() -> None:
    desk = a_run(taken(30, CHLOE))
    assert CHLOE.id not in desk.run.people
    assert desk.run.acted == desk.run.started_at


CHLOE = Person(id="U0CHLOE")


@pytest.mark.parametrize(
    ("author", "app", "who"),
    [
        (BEN, None, "Ben Okoro"),
        (BEN, "B0PHONE", "Ben Okoro, through Phone"),
        (None, "B0PHONE", "Phone"),
        (None, "B0GONE", "an app"),
        (CHLOE, None, "someone"),
        (None, None, "someone"),
        (Person(id="U0PHONE"), "B0PHONE", "Phone"),
        (Person(id="erased:1", name="person 2 (erased)"), None, "person 2 (erased)"),
    ],
)
def test_nobody_is_called_by_an_id(author: Person | None, app: str | None, who: str) -> None:
    command = taken(30, None, **({"app": app} if app else {}))
    desk = a_run(replace(command, event=command.event.model_copy(update={"author": author})))
    named = {"B0PHONE": "Phone", "U0PHONE": "Phone"}
    text = show(desk, (), **named)
    assert f"| 💬 | {who} | a message, deleted" in text
    assert not re.search(r"\b[UB]0(PHONE|GONE|CHLOE)", text)


def test_talk_under_an_earlier_board_is_marked_and_stands_in_its_time() -> None:
    desk = a_run(c.Report(e.BoardReplaced(board="1.0", why="deleted")), taken(90))
    said = (
        Said(START + 3 * MINUTE, "U0BEN", "there", earlier=True),
        Said(START + MINUTE, "U0BEN", "here"),
    )
    told = [one for one in rows(show(desk, said)) if "💬" in one]
    assert [one.split(" | ")[3] for one in told] == [
        "“here” |",
        "a message, deleted at 03:17:05: entry 3 (under an earlier board) |",
        "“there” (under an earlier board) |",
    ]


# A post-mortem that tells it. -------------------------------------------------------------------


def uploaded(desk: Desk, request: int, file: str) -> None:
    told = {"sha256": "a" * 64, "file": file, "link": None, "entry": request}
    desk.do(c.Report(e.FileUploaded(document="post_mortem", request=request, **told)), MINUTE)


def test_a_post_mortem_that_tells_a_deleted_message_goes_and_no_other() -> None:
    desk = a_run(c.Export(ANA))
    uploaded(desk, 2, "F1")
    desk.do(c.Export(ANA), MINUTE)
    uploaded(desk, 4, "F2")
    between = int((desk.at - START).total_seconds()) - 90
    before = desk.run
    made = desk.do(taken(between))
    assert set(touched(before, made)) == {"board", "notice/6", "export/4"}
    first, second = (brought(desk.facts, request, None) for request in (2, 4))
    assert first is not None
    assert second is not None
    assert [is_to_go(desk.facts, one) for one in (first, second)] == [False, True]
    desk.do(c.Report(e.FileDeleted(file="F2", error=None)))
    assert not is_to_go(desk.facts, second)
    before = desk.run
    assert set(touched(before, desk.do(taken(between + 1)))) == {"board"}


# Times. -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        # Over midnight, UTC: the day on which the run started is 2026-11-01.
        (datetime(2026, 11, 1, 23, 59, 59, tzinfo=UTC), "23:59:59"),
        (datetime(2026, 11, 2, 0, 0, 1, tzinfo=UTC), "2026-11-02 00:00:01"),
        # Both sides of the night in which clocks go back in New York, where one o'clock is twice.
        (datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-4))), "05:30:00"),
        (datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5))), "06:30:00"),
        # Clocks go forward in Berlin, months later: from two to three there is nothing.
        (datetime(2027, 3, 28, 1, 59, tzinfo=timezone(timedelta(hours=1))), "2027-03-28 00:59:00"),
        (datetime(2027, 3, 28, 3, 1, tzinfo=timezone(timedelta(hours=2))), "2027-03-28 01:01:00"),
        # Someone in Auckland writes on what is the next day there.
        (datetime(2026, 11, 2, 9, 0, tzinfo=timezone(timedelta(hours=13))), "20:00:00"),
    ],
)
def test_times_are_utc_wherever_people_are(at: datetime, shown: str) -> None:
    (row,) = [one for one in rows(show(a_run(), (Said(at, "U0BEN", "now"),))) if "💬" in one]
    assert row.startswith(f"| {shown} | 💬 ")


moments = st.datetimes(
    min_value=datetime(2026, 3, 1),  # noqa: DTZ001 - hypothesis wants it so
    max_value=datetime(2027, 4, 1),  # noqa: DTZ001
    timezones=st.sampled_from([timezone(timedelta(hours=h)) for h in (-8, 0, 1, 2, 13)]),
)


@given(st.lists(moments, max_size=9))
def test_talk_of_people_in_many_zones_stands_in_one_order_of_time(times: list[datetime]) -> None:
    said = tuple(Said(at, "U0BEN", f"n{n}") for n, at in enumerate(times))
    shown = [one for one in rows(show(a_run(), said)) if "💬" in one]
    order = [int(re.findall(r"“n(\d+)”", one)[0]) for one in shown]
    assert order == sorted(range(len(times)), key=lambda n: times[n])


# Much of it. ------------------------------------------------------------------------------------


def a_talk(many: int) -> Iterator[Said]:
    for n in range(many):
        files = (Attached(f"{n}.png", f"F{n}", 10, "b" * 64),) if n % 50 == 0 else ()
        yield Said(START + timedelta(seconds=n), f"U{n % 7}", f"message {n}", files=files)


def test_ten_thousand_messages_are_all_there() -> None:
    text = show(a_run(), tuple(a_talk(10_000)))
    assert len([one for one in rows(text) if "💬" in one]) == 10_000
    assert text.count("SHA-256 `bbbb") == 200


def test_what_was_read_leaves_that_much_less_room() -> None:
    talk = Talk(tuple(Said(START, "U1", "abc") for _ in range(4)))
    assert Room(10, 100).after(talk) == Room(6, 88)
    assert Room(3, 5).after(talk) == Room(0, 0)
