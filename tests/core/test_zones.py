"""Moments as people in three zones read them, over midnight and over both changes of the clock."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.acting import catchup
from bot.core.acting.catchup import catch_up
from bot.core.engine import commands as c
from bot.core.engine.decide import decide
from bot.core.engine.fold import begin, evolve
from bot.core.markup.faces import FACES, HTML
from bot.core.run import events as e
from bot.core.run.holding import Knows
from bot.core.run.model import Run
from bot.core.text import clock, dated, lasted
from bot.core.views import home, notices
from bot.core.views.board import at_a_glance, draw
from tests.core.room import WAITING
from tests.core.story import render
from tests.core.strategies import ANA, BEN, Desk
from tests.core.views.test_home import NO_OFFER

TOKYO, BERLIN, NEW_YORK = map(ZoneInfo, ("Asia/Tokyo", "Europe/Berlin", "America/New_York"))
_TOKEN = re.compile(r"<!date\^(\d+)\^([^|>]*)\|([^>]*)>")


def read(text: str, zone: ZoneInfo) -> str:
    """What Slack shows to someone in a zone, in place of each of its tokens for a time."""

    def one(match: re.Match[str]) -> str:
        at = datetime.fromtimestamp(int(match[1]), zone)
        shown = match[2].replace("{time}", f"{at:%H:%M}")
        return shown.replace("{date_short_pretty}", f"{at:%b} {at.day}")

    return _TOKEN.sub(one, text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "moment", "tokyo", "berlin", "new_york", "plain"),
    [
        # Within one day of the start no two moments read the same, so there is no date.
        ("2026-11-27T21:50", "2026-11-27T23:10", "08:10", "00:10", "18:10", "23:10 UTC"),
        # Over midnight: each reads their own day.
        (
            *("2026-11-27T23:50", "2026-11-28T00:10"),
            *("Nov 28 09:10", "Nov 28 01:10", "Nov 27 19:10", "Nov 28, 00:10 UTC"),
        ),
        # Clocks go forward: in Berlin on March 29 at 01:00 UTC, in New York on March 8 at 07:00.
        ("2026-03-29T00:50", "2026-03-29T00:59", "09:59", "01:59", "20:59", "00:59 UTC"),
        ("2026-03-29T00:50", "2026-03-29T01:00", "10:00", "03:00", "21:00", "01:00 UTC"),
        ("2026-03-08T06:50", "2026-03-08T07:00", "16:00", "08:00", "03:00", "07:00 UTC"),
        # And back: in Berlin on October 25 at 01:00 UTC, in New York on November 1 at 06:00.
        ("2026-10-25T00:20", "2026-10-25T00:30", "09:30", "02:30", "20:30", "00:30 UTC"),
        ("2026-10-25T00:20", "2026-10-25T01:30", "10:30", "02:30", "21:30", "01:30 UTC"),
        ("2026-11-01T05:20", "2026-11-01T06:30", "15:30", "07:30", "01:30", "06:30 UTC"),
    ],
)
def test_a_moment_reads_as_the_time_of_whoever_reads_it(
    since: str, moment: str, tokyo: str, berlin: str, new_york: str, plain: str
) -> None:
    token = clock(at(moment), since=at(since))
    assert [read(token, zone) for zone in (TOKYO, BERLIN, NEW_YORK)] == [tokyo, berlin, new_york]
    assert _TOKEN.sub(lambda match: match[3], token) == plain


@pytest.mark.parametrize("start", ["2026-03-29T00:30", "2026-10-25T00:30", "2026-11-27T23:30"])
def test_how_long_something_lasted_knows_no_change_of_the_clock(start: str) -> None:
    begun = at(start)
    for zone in (TOKYO, BERLIN, NEW_YORK):
        ended = (begun + timedelta(hours=2, minutes=5)).astimezone(zone)
        assert lasted(ended - begun) == "2 h 05 min"
        # The same moment is the same token, in whatever zone it was given.
        assert dated(ended) == dated(begun + timedelta(hours=2, minutes=5))


def over_midnight() -> tuple[Run, datetime]:
    """A run that began ten minutes before midnight, and a step that was taken ten after it."""
    begun = at("2026-11-27T23:50")
    started = e.RunStarted(
        procedure=WAITING, source="x", source_sha256="0" * 64, inputs={}, channel="C1", by=ANA
    )
    run = begin(e.Fact("KC-7", 1, begun, started, "1" * 64))
    taken = begun + timedelta(minutes=20)
    step = run.outline.next_steps[0].id
    for number, event in enumerate(decide(run, c.Take(step, ANA), taken), start=2):
        run = evolve(run, e.Fact("KC-7", number, taken, event, "2" * 64))
    return run, taken


@pytest.mark.parametrize(
    ("zone", "started", "taken"),
    [
        (TOKYO, "08:50", "Nov 28 09:10"),
        (BERLIN, "00:50", "Nov 28 01:10"),
        (NEW_YORK, "18:50", "Nov 27 19:10"),
    ],
    ids=str,
)
def test_the_board_and_the_catch_up_say_it_to_each_in_their_own_day(
    zone: ZoneInfo, started: str, taken: str
) -> None:
    run, _ = over_midnight()
    told = "\n".join(read(one.text, zone) for one in catch_up(run))
    assert f"since {taken}" in told
    assert f"started it {started}" in told
    assert taken in read(str(draw(run).blocks), zone)


# What changes hands, wherever it is told. -------------------------------------------------------

MOMENTS = [
    # It began, the step was taken 20 min later and handed off 5 min after that, until 10 min later:
    # from when, and until when, in three zones.
    (
        "2026-11-27T23:50",
        {
            TOKYO: ("Nov 28 09:10", "Nov 28 09:25"),
            BERLIN: ("Nov 28 01:10", "Nov 28 01:25"),
            NEW_YORK: ("Nov 27 19:10", "Nov 27 19:25"),
        },
        ("2026-11-28 00:10:00", "2026-11-28 00:15:00"),
    ),
    # Clocks go forward in between: in Berlin, in New York.
    (
        "2026-03-29T00:50",
        {TOKYO: ("10:10", "10:25"), BERLIN: ("03:10", "03:25"), NEW_YORK: ("21:10", "21:25")},
        ("01:10:00", "01:15:00"),
    ),
    (
        "2026-03-08T06:50",
        {TOKYO: ("16:10", "16:25"), BERLIN: ("08:10", "08:25"), NEW_YORK: ("03:10", "03:25")},
        ("07:10:00", "07:15:00"),
    ),
    # And back.
    (
        "2026-10-25T00:50",
        {TOKYO: ("10:10", "10:25"), BERLIN: ("02:10", "02:25"), NEW_YORK: ("21:10", "21:25")},
        ("01:10:00", "01:15:00"),
    ),
    (
        "2026-11-01T05:50",
        {TOKYO: ("15:10", "15:25"), BERLIN: ("07:10", "07:25"), NEW_YORK: ("01:10", "01:25")},
        ("06:10:00", "06:15:00"),
    ),
]


def handed_off(start: str) -> Desk:
    """A run with a step that ana has, and asks ben to take over."""
    desk = Desk(WAITING)
    begun = at(start)
    desk.facts = [replace(desk.facts[0], at=begun)]
    desk.run = begin(desk.facts[0])
    step = desk.run.outline.next_steps[0].id
    for minutes, command in ((20, c.Take(step, ANA)), (25, c.HandOff(ANA, BEN))):
        desk.at = begun + timedelta(minutes=minutes)
        for event in decide(desk.run, command, desk.at):
            desk.run = evolve(desk.run, desk.append(event))
    return desk


def shown(desk: Desk) -> dict[str, list[Any]]:
    """What tells of it in Slack, and whether it tells since when and until when."""
    run = desk.run
    homes = [home.draw(who, [home.Placed(run, None, Knows())], NO_OFFER) for who in (ANA, BEN)]
    asked = notices.draw(run, desk.facts, f"notice/{run.seq}")
    return {
        "home": [home.view(one, desk.at)["blocks"] for one in homes],
        "status": [at_a_glance(run, run.id), catchup.blocks(run)],
        "hand-off": [asked.text, asked.blocks],
    }


@pytest.mark.parametrize(("start", "zones", "utc"), MOMENTS, ids=[one[0] for one in MOMENTS])
def test_home_status_and_hand_off_are_read_in_ones_own_time(
    start: str, zones: dict[ZoneInfo, tuple[str, str]], utc: tuple[str, str]
) -> None:
    desk = handed_off(start)
    for view, drawn in shown(desk).items():
        text = str(drawn)
        for zone, (since, until) in zones.items():
            told = read(text, zone)
            assert f"since {since}" in told, view
            assert f"until {until}" in told or view == "status", view
        # Nothing but Slack's tokens says a time of day, and each has what is said without Slack.
        assert not re.search(r"\d\d:\d\d", _TOKEN.sub("", text)), view
        assert all(match[3].endswith(" UTC") for match in _TOKEN.finditer(text)), view


@pytest.mark.parametrize(("start", "zones", "utc"), MOMENTS, ids=[one[0] for one in MOMENTS])
def test_a_post_mortem_is_in_utc_and_its_lengths_know_no_change_of_the_clock(
    start: str, zones: dict[ZoneInfo, tuple[str, str]], utc: tuple[str, str]
) -> None:
    desk = handed_off(start)
    ended = desk.at + timedelta(hours=1)
    for face in FACES:
        text = render(desk.run, desk.facts, names={}, said=(), exported_at=ended, face=face)
        assert "UTC" in text, face
        for moment in utc:
            assert moment in text, face
        bare = re.sub(r"<[^>]+>", " ", text) if face == HTML else text
        assert re.search(r"started to first step taken\)[ |]+20 min", bare), face
        assert "<!date" not in text, face
