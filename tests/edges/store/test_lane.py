"""A database that goes away while it is asked: nobody waits for ever, and nothing is said twice."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from bot.edges.store import SqlLog, Unready, lane, postgres
from bot.edges.store.address import parse
from bot.edges.store.lane import Lane
from bot.ports.log import Unavailable
from tests.edges.store.making import append, begin, note
from tests.hanging import HANG_S
from tests.postgres import Cluster
from tests.proxy import Proxy


@pytest.fixture
async def server(postgres: Cluster) -> AsyncIterator[Cluster]:
    """The tests' server, running again afterwards."""
    yield postgres
    if not postgres.alive:
        postgres.start()


@pytest.fixture
async def log(postgres_ready: str) -> AsyncIterator[SqlLog]:
    async with await SqlLog.open(postgres_ready) as made:
        yield made


async def test_a_server_that_was_restarted_is_not_noticed(log: SqlLog, server: Cluster) -> None:
    run_id = await begin(log, touched={"board": 1})
    await asyncio.to_thread(server.stop, "immediate")
    with pytest.raises(Unavailable) as gone:
        await append(log, run_id, 1, [note("lost")])
    assert not gone.value.in_doubt
    await asyncio.to_thread(server.start)
    await append(log, run_id, 1, [note("taken")], delivery="d")
    assert (await log.read(run_id))[-1].event == note("taken")
    assert len((await log.outbox.claim(2))[0]) == 1


async def test_a_network_that_swallows_everything_is_told_of_in_time(
    impatient: None, log: SqlLog, postgres_ready: str, server: Cluster
) -> None:
    async with Proxy.to(lambda: [server.port]) as wire:
        far = postgres_ready.replace(f":{server.port}/", f":{wire.port}/")
        async with await SqlLog.open(far) as cut:
            run_id = await begin(cut)
            wire.hold()
            begun = time.monotonic()
            asked = [append(cut, run_id, 1, [note(f"n{n}")], delivery=f"d{n}") for n in range(3)]
            ended = await asyncio.gather(*asked, cut.read(run_id), return_exceptions=True)
            assert [type(end) for end in ended] == [Unavailable] * 4
            assert time.monotonic() - begun < HANG_S
            wire.release()
            assert len(await cut.read(run_id)) == 1
            await append(cut, run_id, 1, [note("again")], delivery="d0")
    # Whoever shares the database was not held up by what the silent one had begun.
    await append(log, run_id, 2, [note("meanwhile")])


async def test_a_commit_whose_answer_is_lost_is_found_out_by_asking_again(
    impatient: None, log: SqlLog, postgres_ready: str, server: Cluster
) -> None:
    async with Proxy.to(lambda: [server.port]) as wire:
        far = postgres_ready.replace(f":{server.port}/", f":{wire.port}/")
        async with await SqlLog.open(far) as cut:
            run_id = await begin(cut)
            # The server hears all that is asked, and nothing comes back from the commit on.
            wire.deaf_after = b"COMMIT"
            with pytest.raises(Unavailable) as gone:
                await append(cut, run_id, 1, [note("in doubt")], delivery="d")
            assert gone.value.in_doubt
            wire.deaf_after = None
            assert [f.seq for f in await cut.read(run_id)] == [1, 2]
            assert await cut.delivered("d")


async def test_who_waits_behind_one_that_hangs_is_told_without_being_tried(
    postgres_ready: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ANSWER_WITHIN_S", 0.5)
    slow = Lane(postgres.working(postgres.url_of(parse(postgres_ready))), batch=1)
    tried: list[int] = []
    goes_on = threading.Event()

    def hang(connection: Connection) -> None:
        assert goes_on.wait(HANG_S)

    def count(connection: Connection) -> None:
        tried.append(1)

    hangs = asyncio.create_task(slow.do(hang))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await slow.do(count)
    goes_on.set()
    await hangs
    assert await slow.do(lambda c: c.execute(text("SELECT 1")).scalar_one()) == 1
    assert tried == []
    await slow.close()


async def test_one_that_hangs_is_cut_off(
    postgres_ready: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ANSWER_WITHIN_S", 0.5)
    monkeypatch.setattr(postgres, "_WORKING", f"-c statement_timeout={HANG_S * 2000:.0f}")
    engine = postgres.working(postgres.url_of(parse(postgres_ready)))
    slow = Lane(engine, batch=1, interrupt=postgres.interrupt)

    def hang(connection: Connection) -> None:
        connection.execute(text("SELECT pg_sleep(:hangs)"), {"hangs": HANG_S * 2})

    begun = time.monotonic()
    with pytest.raises(Unavailable):
        await slow.do(hang)
    assert time.monotonic() - begun < HANG_S
    assert await slow.do(lambda c: c.execute(text("SELECT 1")).scalar_one()) == 1
    await slow.close()


async def test_a_server_that_is_not_there_is_unready_in_words_without_the_password() -> None:
    with pytest.raises(Unready) as refused:
        await SqlLog.open("postgresql://bot:hush@127.0.0.1:9/runbook")
    said = str(refused.value)
    assert "the database runbook on 127.0.0.1 cannot be reached" in said
    assert "hush" not in said
    assert "\n" not in said
