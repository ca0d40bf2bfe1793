"""What a log is asked beside its runs: the time, what follows, what is missing, what to forget."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import watch
from bot.edges.store import SqlLog
from bot.edges.store import log as logs
from tests.edges.store.conftest import Advance, Tested, real
from tests.edges.store.making import AT, append, begin, note
from tests.edges.store.test_outbox import claimed, one


def put(url: str, statement: str) -> None:
    """What who can write the database can do."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute(statement)
    connection.commit()
    connection.close()


@real
async def test_the_time_is_the_databases_in_utc(log: Tested) -> None:
    assert isinstance(log, SqlLog)
    now = await log.now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_chain_is_followed_from_an_entry_on(log: Tested) -> None:
    run_id = await begin(log)
    made = await append(log, run_id, 1, [note("one"), note("two")])
    assert (await log.followed(run_id, 2)).hashes == {fact.seq: fact.hash for fact in made}
    whole = await log.followed(run_id, 1)
    assert (sorted(whole.hashes), whole.broken) == ([1, 2, 3], None)
    assert (await log.followed("KC-9", 1)).hashes == {}


async def test_an_entry_that_does_not_follow_is_named_wherever_one_begins(
    store: SqlLog, url: str
) -> None:
    run_id = await begin(store)
    await append(store, run_id, 1, [note(text) for text in ("one", "two", "three")])
    put(url, "UPDATE facts SET at = replace(at, '03:12', '03:13') WHERE seq = 3")
    assert [(await store.followed(run_id, since)).broken for since in (1, 2, 3, 4)] == [
        3,
        3,
        None,
        None,
    ], "the entry that one begins with is trusted"


async def test_every_run_is_there_and_those_that_are_not_any_more_are_missing(
    store: SqlLog, url: str
) -> None:
    for prefix in ("KC", "KC", "CR", "KC"):
        await begin(store, prefix)
    assert list(await store.every()) == ["KC-1", "KC-2", "CR-1", "KC-3"]
    assert list(await store.missing()) == []
    put(url, "DELETE FROM facts WHERE run_id = 'KC-1'")
    put(url, "DELETE FROM runs WHERE run_id IN ('KC-1', 'CR-1')")
    assert list(await store.every()) == ["KC-2", "KC-3", "CR-1"], "entries without a run, last"
    assert sorted(await store.missing()) == ["CR-1", "KC-1"]
    put(url, "DELETE FROM runs WHERE run_id = 'KC-3'")
    assert "KC-3" in await store.missing(), "the newest as well"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE runs SET title = 'Another'", "title"),
        ("UPDATE runs SET channel = 'C9'", "channel"),
        ("UPDATE runs SET started_by = 'U9'", "another starter"),
        ("UPDATE runs SET started_at = '2020-01-01T00:00:00.000000Z'", "another start "),
        ("UPDATE runs SET procedure_id = 'another'", "procedure"),
        ("UPDATE runs SET open = 0", "open"),
        ("UPDATE runs SET facts = 7", "7"),
        ("UPDATE facts SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 2", "2"),
        ("UPDATE facts SET kind = 'step_taken' WHERE seq = 2", "2"),
        ("UPDATE facts SET body = CAST(body AS BLOB) WHERE seq = 2", "2"),
        ("DELETE FROM facts WHERE seq = 2", "2"),
        ("DELETE FROM runs", "not in the table of runs"),
    ],
)
async def test_an_audit_finds_whatever_was_changed(
    store: SqlLog, url: str, change: str, fault: str
) -> None:
    run_id = await begin(store)
    await append(store, run_id, 1, [note("one"), note("two")])
    sound = await store.checked(run_id)
    assert (sound.follows, sound.faults) == (True, ())
    put(url, change)
    checked = await store.checked(run_id)
    assert not checked.follows
    assert fault in " ".join(checked.faults), checked.faults


async def test_of_a_run_that_nobody_began_an_audit_finds_nothing(store: SqlLog) -> None:
    checked = await store.checked("KC-9")
    assert (checked.follows, checked.head) == (True, (await store.checked("KC-8")).head)


@real
async def test_a_delivery_is_forgotten_after_its_time_and_few_at_once(
    log: Tested, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(log, SqlLog)
    monkeypatch.setattr(logs, "FORGOTTEN", 2)
    for n in range(4):
        await begin(log, delivery=f"d{n}", at=AT + timedelta(hours=n))
    await log.forget_deliveries(AT + timedelta(hours=3))
    kept = [n for n in range(4) if await log.delivered(f"d{n}")]
    assert len(kept) == 2, "a click does not wait for a long deletion"
    await log.forget_deliveries(AT + timedelta(hours=3))
    assert [n for n in range(4) if await log.delivered(f"d{n}")] == [3]


async def test_each_commit_is_told_with_what_it_held(url: str) -> None:
    told: list[int] = []
    async with await SqlLog.open(url, observe=lambda many, _seconds: told.append(many)) as log:
        run_id = await begin(log)
        told.clear()
        await append(log, run_id, 1, [note("one")])
    assert told == [1]


@real
async def test_a_message_has_the_trace_of_what_made_it_wanted_last(
    log: Tested, advance: Advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces = iter(("00-begun", "00-clicked"))
    monkeypatch.setattr(watch, "current_trace", lambda: next(traces))
    run_id = await begin(log, touched={"board": 1})
    claim = await one(log)
    assert claim.trace == "00-begun"
    await log.outbox.shown(claim, "17.1", 1)
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    await advance(2)
    (claim,) = await claimed(log)
    assert claim.trace == "00-clicked"


async def test_what_waits_is_told_by_the_log_too(store: SqlLog) -> None:
    await begin(store, touched={"board": 1})
    assert list((await store.backlog(-1)).late) == ["KC-1/board"]
    assert list((await store.backlog(60)).late) == []
