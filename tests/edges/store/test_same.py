"""Whatever is asked in whatever order, SQLite answers as the fake does."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import events as e
from bot.edges.store import SqlLog
from bot.ports import AlreadyOpen, Duplicate, Log, Stale
from tests.edges.store.making import ANA, append, begin, note
from tests.fakes import FakeLog

RUNS = st.sampled_from(["KC-1", "KC-2", "CR-1"])
KEYS = st.sampled_from(["KC-1/board", "KC-2/board", "KC-1/x"])
DELIVERIES = st.sampled_from([None, None, "d1", "d2", "d3"])
TOUCHED = st.dictionaries(st.sampled_from(["board", "x"]), st.integers(1, 5))
EVENTS = st.lists(
    st.one_of(
        st.text(max_size=5).map(note),
        st.just(e.RunClosed(by=ANA)),
        st.just(e.RunReopened(by=ANA, reason="r")),
    ),
    max_size=3,
)
CALLS = st.one_of(
    st.tuples(
        st.just("begin"),
        st.sampled_from(["KC", "CR"]),
        st.fixed_dictionaries(
            {"touched": TOUCHED, "delivery": DELIVERIES, "unless_open": st.booleans()}
        ),
    ),
    st.tuples(st.just("append"), RUNS, st.integers(1, 5), EVENTS, TOUCHED, DELIVERIES),
    st.tuples(st.sampled_from(["posting", "lost"]), KEYS),
    st.tuples(st.just("posted"), KEYS, st.sampled_from(["1.0", "2.0"]), st.integers(0, 5)),
    st.tuples(st.just("given_up"), KEYS, st.integers(1, 5)),
)


async def answer(log: Log, call: Sequence[Any]) -> Any:
    name, *rest = call
    try:
        if name == "begin":
            return await begin(log, rest[0], **rest[1])
        if name == "append":
            run_id, after, events, touched, delivery = rest
            return await append(log, run_id, after, events, touched=touched, delivery=delivery)
        return await getattr(log, name)(*rest)
    except (AlreadyOpen, Duplicate, KeyError, Stale) as refusal:
        return type(refusal)


async def state(log: Log) -> list[Any]:
    runs = await log.runs()
    return [
        runs,
        await log.runs(channel="C1", open_only=True),
        [await log.read(run.run_id) for run in runs],
        await log.dirty(),
        await log.find_message("C1", "1.0"),
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(CALLS, max_size=25))
def test_sqlite_and_the_fake_answer_alike(calls: list[Sequence[Any]]) -> None:
    async def compare(folder: str) -> None:
        fake = FakeLog()
        async with await SqlLog.open(f"sqlite:///{Path(folder) / 'r.db'}") as real:
            for call in calls:
                assert await answer(real, call) == await answer(fake, call), call
            assert await state(real) == await state(fake)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(folder))
