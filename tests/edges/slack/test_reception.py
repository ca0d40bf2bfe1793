"""What is answered to a delivery, whichever replica it comes to, and what is measured of it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from bot.edges.store import SqlLog
from bot.ports.log import Unavailable
from tests.edges.slack.conftest import CHANNEL, Replica, Told
from tests.fakes import FakeLog

Two = tuple[Replica, Replica]


@pytest.fixture
async def two(log: SqlLog, session: aiohttp.ClientSession, told: Told) -> AsyncIterator[Two]:
    """Two replicas, each with a memory of its own, over one log."""
    made = Replica(log, session, told), Replica(log, session, told)
    yield made
    for replica in made:
        await replica.reception.drain()


async def kinds(log: SqlLog, run: str = "MI-1") -> list[str]:
    return [fact.event.kind for fact in await log.read(run)]


async def test_a_command_delivered_to_two_replicas_starts_one_run_and_says_nothing_twice(
    two: Two, log: SqlLog
) -> None:
    one, other = two
    both = await asyncio.gather(
        one.types("mend-it thing=lamp", "t1"), other.types("mend-it thing=lamp", "t1")
    )
    assert set(both) == {""}
    assert len(await log.runs()) == 1
    # A late repetition is not answered by what its first time did, either.
    assert await other.types("mend-it thing=lamp", "t1") == ""
    assert await one.types("mend-it thing=lamp", "t1") == ""
    assert len(await log.runs()) == 1
    assert one.seen == [("command", "done"), ("command", "duplicate")]


async def test_a_run_has_its_team_however_it_was_started(two: Two, log: SqlLog) -> None:
    one, _ = two
    await one.types("mend-it thing=lamp", "t1")
    asked = {"procedure": "mend-it", "inputs": {"thing": "lamp"}, "another": True}
    await one.clicks("start", json.dumps(asked), "t2")
    about = json.dumps({"procedure": "mend-it", "another": True, "channel": CHANNEL})
    await one.sends("start", about, {"thing": "lamp"}, "t3")
    await one.mentions("<@U0BOT> start mend-it thing=oven", "Ev1", channel="C0OTHER")
    for run in ("MI-1", "MI-2", "MI-3", "MI-4"):
        [fact] = await log.read(run)
        assert fact.event.kind == "run_started"
        assert fact.event.team == "T0", run


async def test_a_run_that_another_replica_opened_is_pointed_to(two: Two, log: SqlLog) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    assert "already open in this channel" in await other.types("mend-it thing=lamp", "t2", "ben")
    assert len(await log.runs()) == 1


async def test_two_starts_at_once_make_one_run_and_a_pointer(two: Two, log: SqlLog) -> None:
    one, other = two
    said = await asyncio.gather(
        one.types("mend-it thing=lamp", "t1"), other.types("mend-it thing=lamp", "t2", "ben")
    )
    assert sorted(bool(words) for words in said) == [False, True]
    assert len(await log.runs()) == 1


async def test_a_click_delivered_to_two_replicas_is_one_fact_and_silent(
    two: Two, log: SqlLog, told: Told
) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    clicks = [r.clicks("take", "MI-1/look", "t2") for r in (one, other, one, other)]
    assert await asyncio.gather(*clicks) == [""] * 4
    assert (await kinds(log)).count("step_taken") == 1
    # The next thing said is about the next thing done.
    await other.clicks("take", "MI-1/look", "t3", "ben")
    assert "ana" in (await told.next()).lower()
    assert other.seen[-1] == ("action", "refused")
    assert (await kinds(log)).count("step_taken") == 1


async def test_a_replica_that_knows_an_older_run_decides_on_the_newest(
    two: Two, log: SqlLog, told: Told
) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    await other.types("status MI-1", "t2")
    await one.clicks("take", "MI-1/look", "t3")
    await other.clicks("done", "MI-1/look", "t4")
    assert other.seen[-1] == ("action", "done")
    assert {"step_taken", "step_done"} <= set(await kinds(log))


async def test_a_form_delivered_to_two_replicas_is_one_note(two: Two, log: SqlLog) -> None:
    one, other = two
    await one.types("mend-it thing=lamp", "t1")
    sent = [r.notes("MI-1", "look here", "t2") for r in (one, other, other)]
    assert await asyncio.gather(*sent) == ["", "", ""]
    # The person pressed again, since the acknowledgement was lost: it is the same form.
    assert await other.notes("MI-1", "look here", "t3") == ""
    assert (await kinds(log)).count("note_added") == 1


class Doubtful(FakeLog):
    """A log whose writes are seen to begin, and not to end."""

    async def begin(self, *_: Any, **__: Any) -> Any:
        raise Unavailable("the end of the commit was not seen", in_doubt=True)

    append = begin


async def test_what_may_have_been_recorded_is_neither_denied_nor_confirmed(
    session: aiohttp.ClientSession, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    replica = Replica(Doubtful(), session, told)
    said = await replica.types("mend-it thing=lamp", "t1")
    assert said.startswith(
        "I do not know whether that was recorded: the database stopped answering in the middle. "
        "Look at the board before you try again. Reference "
    )
    assert "Nothing has changed" not in said
    assert replica.seen == [("command", "unavailable")]
    reference = said.removesuffix(".").rsplit(" ", 1)[1]
    logged = [r for r in caplog.records if reference in r.getMessage()]
    assert len(logged) == 1
    assert "the end of the commit was not seen" in logged[0].getMessage()


async def test_what_was_not_recorded_is_said_so(session: aiohttp.ClientSession, told: Told) -> None:
    log = FakeLog()
    replica = Replica(log, session, told)
    await replica.types("mend-it thing=lamp", "t1")
    log.down = True
    assert await replica.clicks("take", "MI-1/look", "t2") == ""
    assert (await told.next()).startswith("I could not record that")
    errors = (await replica.notes("MI-1", "look", "t3"))["errors"]
    assert errors["text"].startswith("I could not record that")
    log.down = False
    assert await replica.notes("MI-1", "look", "t4") == ""
    assert replica.seen == [
        ("command", "done"),
        ("action", "unavailable"),
        ("view", "unavailable"),
        ("view", "done"),
    ]


async def test_every_way_to_end_is_measured(
    session: aiohttp.ClientSession, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = Replica(FakeLog(), session, told)
    await replica.types("mend-it thing=lamp", "t1")
    await replica.clicks("take", "MI-9/1", "t2")
    await replica.clicks("take", "MI-9/1", "t2")
    await replica.clicks("explode", "MI-1", "t3")
    await replica.hears({"type": "message", "channel": CHANNEL, "user": "U0ANA", "text": "hm"})
    assert await replica.take({"type": "block_actions"}) == 400
    assert replica.seen == [
        ("command", "done"),
        ("action", "refused"),
        ("action", "duplicate"),
        ("action", "fault"),
        ("event", "done"),
        ("action", "refused"),
    ]
    assert all(0 < seconds < 5 for seconds in replica.seconds)


async def test_what_nobody_listens_to_is_left_to_bolt_and_not_measured(
    session: aiohttp.ClientSession, told: Told
) -> None:
    replica = Replica(FakeLog(), session, told)
    take: Callable[..., Any] = replica.reception.take
    for body in (
        {},
        {"type": "url_verification", "challenge": "c"},
        {"type": "event_callback", "event": {"type": "emoji_changed"}},
        {"type": "event_callback", "event": None},
        {"type": "view_closed", "view": {}},
        {"ssl_check": "1"},
    ):
        assert await take(body, time.perf_counter()) is None
    assert replica.seen == []
