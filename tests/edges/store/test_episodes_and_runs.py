"""Runs that were started from alerts: what fires again goes to them, and they hear of it."""

import asyncio

import pytest

from bot.core.run import events as e
from bot.core.run.polling import ALERT_HEARD, ALERT_SHOWN
from bot.edges.store import SqlLog
from bot.ports.log import Duplicate
from bot.ports.work import Due
from tests.edges.store.conftest import Advance, mover
from tests.edges.store.making import append, begin, note
from tests.edges.store.test_episodes import alert, claimed, heard
from tests.edges.store.test_episodes import log as log  # noqa: PLC0414 - a fixture


@pytest.fixture
def advance(log: SqlLog) -> Advance:
    return mover(log)


@pytest.fixture
async def run(log: SqlLog) -> str:
    """A run that was started from AL-1, which fires."""
    await log.episodes.take([heard("g", alert("a", 0))])
    run_id = await begin(log)
    await log.episodes.stands("AL-1", run_id)
    await taken(log)
    return run_id


async def due(log: SqlLog) -> list[Due]:
    ready, _ = await log.timers.due(50)
    return [one for one in ready if one.name in (ALERT_HEARD, ALERT_SHOWN)]


async def taken(log: SqlLog) -> int:
    """Take the timers that are due, as whoever fires them does; how many there were."""
    found = await due(log)
    for one in found:
        facts = await log.read(one.run_id)
        await append(log, one.run_id, len(facts), [], fires=one)
    return len(found)


async def runs(log: SqlLog, number: int) -> tuple[str, ...]:
    episode = await log.episodes.episode(f"AL-{number}")
    assert episode is not None
    return episode.runs


async def test_what_fires_again_goes_to_the_run_that_is_open(log: SqlLog, run: str) -> None:
    await log.episodes.take([heard("g", alert("a", 0, 5))])
    assert await taken(log) == 1
    await log.episodes.take([heard("g", alert("a", 0, 5)), heard("h", alert("a", 0, 5))])
    assert await taken(log) == 0, "it is what was told"
    # Of three in one batch, each goes where the one before it goes.
    await log.episodes.take([heard("g", alert("a", 9, 10)), heard("g", alert("a", 11))])
    assert [await runs(log, number) for number in (1, 2, 3, 4)] == [(run,), (), (run,), (run,)]
    assert await taken(log) == 1
    told = await log.episodes.of_run("AL-1", run)
    assert [one.episode.id for one in told] == ["AL-1", "AL-3", "AL-4"]
    assert [one.place for one in told] == [None] * 3
    assert all(one.waits is not None for one in told)
    assert await log.episodes.of_run("AL-9", run) == []
    closed = e.RunClosed(by=e.Person(id="U0ANA"), reasons={})
    await append(log, run, len(await log.read(run)), [closed])
    await log.episodes.stands("AL-1", run)
    await log.episodes.take([heard("g", alert("a", 11, 12)), heard("g", alert("a", 20))])
    assert await runs(log, 5) == ()
    assert await taken(log) == 0, "what is closed hears nothing"


async def test_what_began_before_its_run_was_known_goes_to_it_too(log: SqlLog) -> None:
    await log.episodes.take([heard("g", alert("a", 0, 1))])
    run_id = await begin(log)
    await log.episodes.take([heard("g", alert("a", 2)), heard("h", alert("a", 2))])
    for _ in range(2):
        await log.episodes.stands("AL-1", run_id)
    assert [await runs(log, number) for number in (1, 2, 3)] == [(run_id,), (run_id,), ()]
    assert await taken(log) == 1


async def test_two_episodes_that_are_one_have_the_runs_of_both(log: SqlLog, run: str) -> None:
    await log.episodes.take([heard("g", alert("a", 0, 5))])
    await log.episodes.take([heard("g", alert("b", 9))])
    other = await begin(log)
    await log.episodes.stands("AL-2", other)
    await taken(log)
    await log.episodes.take([heard("g", alert("c", 1, 10))])
    joined = await log.episodes.episode("AL-2")
    assert joined is not None
    assert joined.joined == "AL-1"
    assert set(await runs(log, 1)) == {run, other}
    assert await taken(log) == 2


async def test_who_read_it_before_it_changed_says_nothing(log: SqlLog, run: str) -> None:
    await log.episodes.take([heard("g", alert("a", 0, 5))])
    (early,) = await due(log)
    await log.episodes.take([heard("g", alert("a", 0, 5), alert("b", 1))])
    (late,) = await due(log)
    assert late.at > early.at
    with pytest.raises(Duplicate):
        await append(log, run, len(await log.read(run)), [note("old")], fires=early)
    await append(log, run, len(await log.read(run)), [note("new")], fires=late)
    assert await due(log) == []


async def test_the_message_shows_how_its_run_stands(
    log: SqlLog, run: str, advance: Advance
) -> None:
    for claim in (await claimed(log)).values():
        await log.episodes.shown(claim, "17.1")
    assert (await log.episodes.waiting()).waiting == 0
    await log.episodes.stands("AL-1", run)
    await advance(30.0)
    assert (await claimed(log)).keys() == {"AL-1"}


async def test_alerts_and_clicks_at_once_wait_for_nobody_for_ever(log: SqlLog, run: str) -> None:
    async def clicks() -> None:
        for number in range(20):
            await append(log, run, len(await log.read(run)), [note(f"{number}")])

    async def alerts(of: str) -> None:
        for number in range(20):
            said = heard("g", alert(of, number * 10, number * 10 + 3))
            await log.episodes.take([said, heard(f"h{of}", alert(of, number))])
            await log.episodes.stands("AL-1", run)

    async with asyncio.timeout(30):
        await asyncio.gather(clicks(), *(alerts(of) for of in "xyz"))
    await taken(log)
    assert await due(log) == []
