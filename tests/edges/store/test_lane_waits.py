"""Who waits for a lane for too long: what was not begun is dropped, and what hangs is cut off."""

import asyncio
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.edges.store import lane
from bot.ports.log import Unavailable
from tests.edges.store.lanes import Open, ended, held, lost, said, says


async def test_who_waits_for_too_long_is_told_so_and_is_never_tried(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ANSWER_WITHIN_S", 0.2)
    one = opened(batch=1)
    gate, first = await held(one)
    with pytest.raises(Unavailable, match="does not answer"):
        await one.do(says("a"))
    monkeypatch.undo()
    gate.open.set()
    await first  # nothing can cut it off, so it is waited for
    assert await said(one) == []


async def test_what_hangs_is_cut_off_and_the_next_one_is_done(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ANSWER_WITHIN_S", 0.4)
    cuts: list[Any] = []

    def cut(driver: Any) -> None:
        cuts.append(driver)
        driver.interrupt()

    one = opened(batch=1, interrupt=cut)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="does not answer in time"):
        await one.do(lambda connection: connection.execute(text(endless)).scalar())
    assert time.monotonic() - begun >= 0.4
    monkeypatch.undo()
    often = len(cuts)
    assert often >= 1, "once more while it has not ended"
    assert await one.do(says("a")) == "a"
    await asyncio.sleep(0.5)
    assert len(cuts) == often, "whoever has ended is not cut off"


async def test_who_waited_behind_others_has_its_own_time_before_it_is_cut_off(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ANSWER_WITHIN_S", 0.2)
    clock, cut = SimpleNamespace(now=100.0), threading.Event()
    monkeypatch.setattr(lane, "time", SimpleNamespace(monotonic=lambda: clock.now))
    one = opened(batch=1, interrupt=lambda _: cut.set())
    gate, first = await held(one)
    await asyncio.sleep(0.5)
    assert not cut.is_set(), "by the lane's clock it has just begun"
    clock.now += 0.11
    assert await asyncio.to_thread(cut.wait, 20)
    gate.open.set()
    await first


async def test_what_was_cut_off_is_not_tried_again(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ANSWER_WITHIN_S", 0.2)
    cut, tries = threading.Event(), [0]

    def hang(connection: Connection) -> None:
        tries[0] += 1
        assert cut.wait(20)
        raise lost()

    one = opened(batch=1, interrupt=lambda _: cut.set())
    with pytest.raises(Unavailable):
        await one.do(hang)
    assert tries == [1]


async def test_of_many_that_fail_nobody_waits_longer_than_one_may_take(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opened()
    await one.do(says("a"))

    def slow(connection: Connection) -> None:
        time.sleep(0.3)

    gate, first = await held(one)
    tasks = [asyncio.create_task(one.do(work)) for work in (slow, slow, slow, says("a"))]
    await asyncio.sleep(0)
    monkeypatch.setattr(lane, "ANSWER_WITHIN_S", 0.2)
    gate.open.set()
    await first
    done, *others = await ended(tasks)
    assert done is None
    assert [str(end) for end in others] == ["the database does not answer in time"] * 3
    assert not [end for end in others if end.in_doubt]
