"""The lane at its own door: who shares a commit, who is undone alone, and who is told what."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from bot.edges.store.lane import Lane, Outcome
from bot.ports.log import Unavailable
from tests.edges.store.lanes import Open, at_once, ended, held, lost, said, says


async def test_all_that_waits_shares_a_commit_up_to_a_batch(opened: Open) -> None:
    told: list[tuple[int, float]] = []
    one = opened(batch=3, observe=lambda many, took: told.append((many, took)))
    begun = time.monotonic()
    assert await at_once(one, *(says(word) for word in "abcde")) == list("abcde")
    assert [many for many, _ in told] == [1, 3, 2]
    assert all(0 <= took <= time.monotonic() - begun for _, took in told)
    assert await said(one) == list("abcde")


async def test_what_is_refused_is_undone_alone_and_the_rest_stands(opened: Open) -> None:
    refusal = ValueError("no")
    one = opened()
    assert await at_once(one, says("a"), says("b", then=refusal), says("c")) == ["a", refusal, "c"]
    assert await said(one) == ["a", "c"]


async def test_a_lone_one_that_is_refused_is_undone_as_well(opened: Open) -> None:
    one = opened()
    with pytest.raises(ValueError, match="no"):
        await one.do(says("a", then=ValueError("no")))
    assert await said(one) == []


async def test_trouble_of_the_database_is_told_to_the_one_who_has_it(opened: Open) -> None:
    one = opened()
    await one.do(says("b"))
    first, again, last = await at_once(one, says("a"), says("b"), says("c"))
    assert (first, last) == ("a", "c")
    assert isinstance(again, Unavailable)
    assert str(again) == "the database does not work: UNIQUE constraint failed: said.word"
    assert not again.in_doubt
    assert await said(one) == ["a", "b", "c"]
    with pytest.raises(Unavailable, match="UNIQUE"):
        await one.do(says("a"))


@dataclass
class Listed:
    """Work that is done for many at once."""

    word: str
    asked: ClassVar[list[list[str]]] = []
    fault: ClassVar[Exception | None] = None

    @classmethod
    def together(cls, connection: Connection, works: Sequence["Listed"]) -> Sequence[Outcome]:
        cls.asked.append([work.word for work in works])
        if cls.fault is not None:
            raise cls.fault
        return [
            (False, KeyError(work.word))
            if work.word == "x"
            else (True, says(work.word)(connection))
            for work in works
        ]


class Others(Listed):
    """Work of another kind, which is done for many at once as well."""


async def test_what_can_be_done_together_is_and_each_hears_of_its_own(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Listed, "asked", [])
    one = opened()
    works = (Listed("a"), says("b"), Listed("x"), Others("c"), Listed("d"))
    ends = await at_once(one, *works)
    assert [str(end) for end in ends] == ["a", "b", "'x'", "c", "d"]
    assert isinstance(ends[2], KeyError)
    assert Listed.asked == [["a", "x", "d"], ["c"]]
    assert await one.do(Listed("e")) == "e"
    assert await said(one) == list("abcde")


async def test_a_fault_of_ours_ends_the_batch_and_not_the_lane(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = RuntimeError("a fault")
    monkeypatch.setattr(Listed, "fault", fault)
    one = opened()
    assert await at_once(one, Listed("a"), says("b")) == [fault, fault]
    assert await said(one) == []
    assert await one.do(says("c")) == "c"


async def test_a_connection_that_was_lost_is_opened_again_once(opened: Open) -> None:
    one, tries = opened(), [0]

    def twice(connection: Connection) -> int:
        tries[0] += 1
        if tries[0] == 1:
            raise lost()
        return tries[0]

    assert await one.do(twice) == 2

    def never(connection: Connection) -> None:
        tries[0] += 1
        raise lost()

    with pytest.raises(Unavailable) as gone:
        await one.do(never)
    assert str(gone.value) == "the database does not work: server closed the connection"
    assert not gone.value.in_doubt
    assert tries[0] == 4


async def test_a_commit_whose_answer_is_lost_is_in_doubt_unless_it_is_found_out(
    opened: Open, engine: Engine
) -> None:
    one, left = opened(), [0]

    def fail(connection: Connection) -> None:
        if left[0]:
            left[0] -= 1
            raise lost()

    event.listen(engine, "commit", fail)
    left[0] = 1
    assert await one.do(says("a")) == "a", "it was not durable, and is done once more"
    left[0] = 2
    with pytest.raises(Unavailable) as gone:
        await one.do(says("b"))
    assert gone.value.in_doubt
    event.remove(engine, "commit", fail)
    assert await one.do(says("c")) == "c"


async def test_of_a_batch_whose_commit_was_lost_what_fails_then_is_in_doubt(
    opened: Open, engine: Engine
) -> None:
    """Found out one by one, in which a connection is opened again as well."""
    one, left, again = opened(), [1], [0]

    def fail(connection: Connection) -> None:
        if left[0] and again[0]:
            left[0] -= 1
            raise lost()

    def flaky(connection: Connection) -> str:
        again[0] += 1
        if again[0] == 3:
            raise lost()
        return "flaky"

    def second_time(connection: Connection) -> None:
        if again[0] > 1:
            raise OperationalError("INSERT", {}, Exception("no room"))

    event.listen(engine, "commit", fail)
    came, failed = await at_once(one, flaky, second_time)
    event.remove(engine, "commit", fail)
    assert came == "flaky"
    assert isinstance(failed, Unavailable)
    assert failed.in_doubt


async def test_a_database_that_lets_nobody_begin_is_asked_once_for_all(
    opened: Open, engine: Engine
) -> None:
    one, begun = opened(), [0]

    def refuse(connection: Connection) -> None:
        begun[0] += 1
        raise OperationalError("BEGIN", {}, Exception("database is locked"))

    gate, first = await held(one)
    tasks = [asyncio.create_task(one.do(says(word))) for word in "abc"]
    await asyncio.sleep(0)
    event.listen(engine, "begin", refuse)
    gate.open.set()
    await first
    locked = "the database does not work: database is locked"
    assert [str(end) for end in await ended(tasks)] == [locked] * 3
    assert begun[0] == 1
    event.remove(engine, "begin", refuse)
    assert await said(one) == []


async def test_who_stopped_waiting_keeps_no_answer_from_the_others(opened: Open) -> None:
    one = opened()
    gate, first = await held(one)
    gone, there = (asyncio.create_task(one.do(says(word))) for word in "ab")
    await asyncio.sleep(0)
    gone.cancel()
    gate.open.set()
    await first
    assert await there == "b"
    assert await said(one) == ["a", "b"], "the work stands"


async def test_what_waits_is_done_before_the_lane_is_closed_and_nothing_after(
    engine: Engine,
) -> None:
    one = Lane(engine)
    gate, first = await held(one)
    waiting = asyncio.create_task(one.do(says("a")))
    await asyncio.sleep(0)
    closing = asyncio.create_task(one.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="closed"):
        await one.do(says("b"))
    gate.open.set()
    await first
    await closing
    assert await waiting == "a"
    await one.close()
    assert not one._thread.is_alive()
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
