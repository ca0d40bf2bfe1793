"""Episodes of alerts, kept: once each, whoever says it and how often; and their messages."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.alerts.crowd import MOST, Crowd
from bot.core.alerts.episodes import Opening
from bot.core.alerts.model import Alert, Episode, Notification
from bot.core.run.sendings import ALERT, ALERT_UPDATE
from bot.edges.store import SqlLog
from bot.ports.alerts import Heard, Shown
from tests.edges.store.conftest import Advance, mover
from tests.edges.store.making import begin

ZERO = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[SqlLog]:
    ready = "postgres_ready" if request.param == "postgres" else "file_ready"
    async with await SqlLog.open(request.getfixturevalue(ready)) as real:
        await real.serve("T1")
        yield real


@pytest.fixture
def advance(log: SqlLog) -> Advance:
    return mover(log)


def alert(fingerprint: str, begins: int, ends: int | None = None) -> Alert:
    start = ZERO + timedelta(minutes=begins)
    end = None if ends is None else ZERO + timedelta(minutes=ends)
    labels = {"alertname": f"Alert-{fingerprint}", "odd": "\0\N{SNOWMAN}"}
    return Alert(fingerprint, start, end, labels, {"summary": "s"}, "http://p.example/")


def heard(group: str, *alerts: Alert, channel: str = "C1") -> Heard:
    said = Notification("alertmanager", group, {}, alerts, "http://am.example/")
    return Heard(said, Opening("T1", channel))


def ids(made: Sequence[Sequence[Episode]]) -> list[list[str]]:
    return [[one.id for one in episodes] for episodes in made]


async def claimed(log: SqlLog) -> dict[str, Shown]:
    claims, _ = await log.episodes.claim(50)
    return {one.message.run_id: one for one in claims}


async def test_what_is_said_again_is_kept_once_and_read_as_it_was_said(log: SqlLog) -> None:
    both = heard("g", alert("a", 0), alert("b", 1, 2))
    assert ids(await log.episodes.take([both, both, heard("h", alert("a", 0))])) == [
        ["AL-1"],
        [],
        ["AL-2"],
    ]
    assert ids(await log.episodes.take([both])) == [[]]
    episode = await log.episodes.episode("AL-1")
    assert episode is not None
    assert (episode.alerts, episode.group) == (both.said.alerts, "g")
    assert (episode.team, episode.channel, episode.link) == ("T1", "C1", "http://am.example/")
    over = heard("g", alert("a", 0, 5), alert("b", 1, 2))
    assert ids(await log.episodes.take([over])) == [["AL-1"]]
    again = heard("g", alert("a", 9))
    assert ids(await log.episodes.take([again])) == [["AL-3"]]
    later = await log.episodes.episode("AL-3")
    assert later is not None
    assert (later.previous, later.ended) == ("AL-1", None)
    assert await log.episodes.episode("AL-9") is None


async def test_many_at_once_begin_one_episode_each(log: SqlLog) -> None:
    groups = [heard(f"g{number % 5}", alert(f"a{number % 5}", 0)) for number in range(40)]
    made = await asyncio.gather(*(log.episodes.take([one]) for one in groups))
    begun = sorted(one.id for answers in made for episodes in answers for one in episodes)
    assert begun == [f"AL-{number}" for number in range(1, 6)]


async def test_a_message_is_shown_by_one_until_its_lease_ends(
    log: SqlLog, advance: Advance
) -> None:
    await log.episodes.take([heard("g", alert("a", 0))])
    first = (await claimed(log))["AL-1"]
    assert (first.message.key, first.message.ts, first.message.unsure) == (
        "AL-1/alert",
        None,
        False,
    )
    assert await claimed(log) == {}
    assert ALERT.lease_s is not None
    await advance(ALERT.lease_s + 1)
    second = (await claimed(log))["AL-1"]
    assert (second.message.unsure, second.failures) == (True, 1)
    await log.episodes.shown(second, "17.1")
    assert (await log.episodes.waiting()).waiting == 0
    # Who was fenced off may have disturbed it.
    await log.episodes.shown(first, "17.2")
    await advance(5.0)
    third = (await claimed(log))["AL-1"]
    assert third.message.ts == "17.1"
    await log.episodes.shown(third, "17.1")
    await log.episodes.take([heard("g", alert("a", 0, 3))])
    await advance(5.0)
    last = (await claimed(log))["AL-1"]
    assert isinstance(last.shows, Episode)
    assert last.shows.ended == ZERO + timedelta(minutes=3)
    # Someone deleted it: it has ended, so nothing is posted again.
    await log.episodes.lost(last)
    await advance(5.0)
    assert await claimed(log) == {}


async def test_a_message_knows_where_the_one_before_it_stands(
    log: SqlLog, advance: Advance
) -> None:
    await log.episodes.take([heard("g", alert("a", 0, 1))])
    first = (await claimed(log))["AL-1"]
    assert first.before is None
    await log.episodes.shown(first, "17.1")
    await log.episodes.take([heard("g", alert("a", 5))])
    await advance(5.0)
    assert (await claimed(log))["AL-2"].before == ("C1", "17.1")


async def test_what_still_fires_is_posted_again_when_it_was_deleted(
    log: SqlLog, advance: Advance
) -> None:
    await log.episodes.take([heard("g", alert("a", 0))])
    await log.episodes.shown((await claimed(log))["AL-1"], "17.1")
    await log.episodes.take([heard("g", alert("a", 0), alert("b", 1))])
    await advance(5.0)
    await log.episodes.lost((await claimed(log))["AL-1"])
    await advance(5.0)
    again = (await claimed(log))["AL-1"].message
    assert (again.ts, again.generation, again.unsure) == (None, 1, False)


async def test_runs_go_first(log: SqlLog, advance: Advance) -> None:
    await log.episodes.take([heard("g", alert("a", 0)), heard("h", alert("b", 0), channel="C2")])
    await begin(log, channel="C1", touched={"board": 1}, team="T1")
    assert set(await claimed(log)) == {"AL-2"}
    claims, _ = await log.outbox.claim(5)
    assert [one.message.key for one in claims] == ["KC-1/board"]
    await log.outbox.shown(claims[0], "17.1", 1)
    assert await claimed(log) == {}, "a second lies between two posts"
    await advance(1.5)
    assert set(await claimed(log)) == {"AL-1"}


async def test_half_of_the_updates_are_left_to_runs(log: SqlLog, advance: Advance) -> None:
    channels = [f"C{number}" for number in range(40)]
    groups = [heard(c, alert("a", 0), channel=c) for c in channels]
    await log.episodes.take(groups)
    for one in (await claimed(log)).values():
        await log.episodes.shown(one, f"17.{one.message.run_id[3:]}")
    await advance(5.0)
    await log.episodes.take([heard(c, alert("a", 0), alert("b", 1), channel=c) for c in channels])
    updates = 0
    for _ in range(30):
        for one in (await claimed(log)).values():
            updates += 1
            await log.episodes.shown(one, one.message.ts or "")
        await advance(1.0)
    assert ALERT_UPDATE.pace is not None
    most = ALERT_UPDATE.pace.at_once + 30 / ALERT_UPDATE.pace.every_s
    assert most * 0.8 <= updates <= most + 1


async def test_too_many_for_a_channel_are_one_message(log: SqlLog, advance: Advance) -> None:
    many = [heard(f"g{n}", alert(f"f{n % 3}", 0)) for n in range(MOST + 10)]
    await log.episodes.take([*many, heard("other", alert("x", 0), channel="C2")])
    found = await claimed(log)
    [crowd] = [one for one in found.values() if isinstance(one.shows, Crowd)]
    assert len(found) == 2
    assert isinstance(crowd.shows, Crowd)
    assert (crowd.shows.groups, crowd.shows.firing) == (MOST + 10, MOST + 10)
    assert [(one.name, one.groups) for one in crowd.shows.counts] == [
        ("Alert-f0", 10),
        ("Alert-f1", 10),
        ("Alert-f2", 10),
    ]
    await log.episodes.shown(crowd, "17.1")
    # One of them ends, and more come: the same message counts them.
    await log.episodes.take([heard("g0", alert("f0", 0, 1))])
    await log.episodes.take([heard(f"h{n}", alert("f9", 0)) for n in range(MOST + 1)])
    await advance(5.0)
    [again] = (await claimed(log)).values()
    assert (again.message.run_id, again.message.ts) == (crowd.message.run_id, "17.1")
    assert isinstance(again.shows, Crowd)
    assert (again.shows.groups, again.shows.firing) == (2 * MOST + 11, 2 * MOST + 10)
    looked_at = await log.episodes.counted(again.message.run_id, MOST)
    assert [len(alerts) for alerts in looked_at] == [1] * MOST
    await log.episodes.shown(again, "17.1")
    assert (await log.episodes.waiting()).waiting == 1
    every = [await log.episodes.episode(f"AL-{number}") for number in range(1, MOST + 12)]
    assert sum(one is not None for one in every) >= MOST + 10, "each is recorded"


async def test_a_run_is_kept_with_the_episode_that_it_was_started_from(log: SqlLog) -> None:
    await log.episodes.take([heard("g", alert("a", 0))])
    await log.episodes.shown((await claimed(log))["AL-1"], "17.1")
    for _ in range(2):
        await log.episodes.stands("AL-1", "KC-7")
    await log.episodes.stands("AL-9", "KC-8")
    await log.episodes.take([heard("g", alert("a", 0), alert("b", 1))])
    episode = await log.episodes.episode("AL-1")
    assert episode is not None
    assert episode.runs == ("KC-7",)
    assert (await log.episodes.waiting()).waiting == 1


async def test_what_nobody_speaks_of_is_forgotten(log: SqlLog, advance: Advance) -> None:
    await log.episodes.take([heard("g", alert("a", 0)), heard("h", alert("b", 0))])
    await log.episodes.take([heard("i", alert("c", 0))])
    await advance(2 * 86_400.0)
    await log.episodes.take([heard("h", alert("b", 0))])
    await log.episodes.forget(1)
    there = [await log.episodes.episode(f"AL-{number}") is not None for number in (1, 2, 3)]
    assert there == [False, True, True], "the last one keeps its number"
