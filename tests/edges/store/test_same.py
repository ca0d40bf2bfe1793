"""Whatever is asked in whatever order, SQLite answers as the fake does."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.run import events as e
from bot.edges.store import SqlLog
from bot.ports.log import AlreadyOpen, Duplicate, Stale
from tests.edges.store.conftest import Tested, mover
from tests.edges.store.making import ANA, append, begin, note
from tests.fakes import FakeLog
from tests.profiles import examples

RUNS = st.sampled_from(["KC-1", "KC-2", "CR-1"])
KEYS = st.sampled_from(["KC-1/board", "KC-2/board", "KC-1/notice/1"])
DELIVERIES = st.sampled_from([None, None, "d1", "d2", "d3"])
TOUCHED = st.dictionaries(st.sampled_from(["board", "notice/1"]), st.integers(1, 5))
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
    st.tuples(st.just("lost"), KEYS, st.sampled_from(["1.0", "2.0"])),
    st.tuples(st.just("paint"), st.sampled_from(["1.0", "2.0"]), st.integers(0, 5)),
    st.tuples(st.just("again"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("give_up")),
    st.tuples(st.just("advance"), st.integers(1, 15)),
)


async def paint(log: Tested, name: str, *how: Any) -> Any:
    """Claim one message and say how it ended; what was claimed."""
    claims, _ = await log.outbox.claim(1)
    for claim in claims:
        if name == "paint":
            await log.outbox.shown(claim, *how)
        elif name == "again":
            await log.outbox.again(claim, how[0], unsure=how[1])
        else:
            await log.outbox.give_up(claim)
    return claims


async def answer(
    log: Tested, advance: Callable[[float], Awaitable[None]], call: Sequence[Any]
) -> Any:
    name, *rest = call
    try:
        if name == "begin":
            return await begin(log, rest[0], **rest[1])
        if name == "append":
            run_id, after, events, touched, delivery = rest
            made = await append(log, run_id, after, events, touched=touched, delivery=delivery)
            return bare(made)
        if name == "advance":
            return await advance(*rest)
        if name == "lost":
            return await log.outbox.lost(*rest)
        return await paint(log, name, *rest)
    except (AlreadyOpen, Duplicate, KeyError, Stale) as refusal:
        return type(refusal)


def bare(facts: Sequence[e.Fact]) -> list[e.Fact]:
    """Facts without their hashes, which no two logs share: each has salts of its own."""
    return [replace(fact, hash="") for fact in facts]


async def state(log: Tested) -> list[Any]:
    runs = await log.runs()
    return [
        runs,
        await log.runs(channel="C1", open_only=True),
        [bare(await log.read(run.run_id)) for run in runs],
        [(await log.checked(run.run_id)).faults for run in runs],
        [await log.message(f"KC-{n}/{name}") for n in (1, 2) for name in ("board", "x")],
        await log.find_message(None, "C1", "1.0"),
    ]


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(CALLS, max_size=25))
def test_sqlite_and_the_fake_answer_alike(calls: list[Sequence[Any]]) -> None:
    async def compare(folder: str) -> None:
        fake = FakeLog()
        async with await SqlLog.open(f"sqlite:///{Path(folder) / 'r.db'}") as real:
            here, there = mover(real), mover(fake)
            for call in calls:
                assert await answer(real, here, call) == await answer(fake, there, call), call
            assert await state(real) == await state(fake)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(folder))
