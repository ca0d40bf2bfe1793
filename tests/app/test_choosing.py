"""Lists of runs: bounded, the newest first, and they say how many more there are."""

from datetime import timedelta

import pytest

from bot.app.choosing import LISTED
from bot.app.conversation import Answer, Asked
from bot.app.desk import Desk
from bot.core.engine import commands as c
from bot.core.run.events import Fact, Person
from bot.ports.log import MOST, RunRow, every
from tests.app.talking import Shelf, answering
from tests.edges.store.making import ANA, BEN, SUE, begin, hidden, started
from tests.fakes import FakeClock, FakeLog


class Counting(FakeLog):
    """A log that notes how many runs were brought at most, and which were read to be folded."""

    most = 0

    def __init__(self, clock: FakeClock | None = None) -> None:
        super().__init__(clock)
        self.folded: list[str] = []

    async def read(self, run_id: str, after: int = 0) -> list[Fact]:
        self.folded.append(run_id)
        return await super().read(run_id, after)

    async def runs(self, **asked: object) -> list[RunRow]:
        rows = await super().runs(**asked)  # type: ignore[arg-type]
        self.most = max(self.most, len(rows))
        return rows


class Room:
    """A channel with runs, of which the oldest may be open."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.log = Counting(self.clock)
        self.desk = Desk(self.log, self.clock)
        self.talk = answering(self.desk, self.log, Shelf([]))

    async def begun(self, many: int, *, closed: int) -> None:
        for n in range(many):
            event = started()
            run = await self.desk.start(event, delivery=None, another=True)
            assert run is not None
            if n >= many - closed:
                end = c.Mistake(ANA, "by mistake")
                await self.desk.act(run.id, end, delivery=None)
        await self.clock.advance(timedelta(hours=1) / timedelta(seconds=1))

    async def types(self, text: str, by: Person = ANA) -> Answer:
        return await self.talk.ask(Asked(by, text, "C1", None, text, can_open=False))


def lines(answer: Answer) -> str:
    return answer.text + str(answer.blocks)


@pytest.mark.parametrize(
    ("word", "many", "closed", "more"),
    [
        ("postmortem", 57, 57, 37),
        ("postmortem", 57, 50, 37),
        ("close", 57, 0, 37),
        ("close", 57, 20, 17),
        ("status", 57, 0, 37),
        ("postmortem", LISTED, LISTED, 0),
        ("status", LISTED, 0, 0),
    ],
)
async def test_a_list_says_how_many_more_there_are(
    word: str, many: int, closed: int, more: int
) -> None:
    room = Room()
    await room.begun(many, closed=closed)
    room.log.most = 0
    said = lines(await room.types(word))
    assert (f"… {more} more: `/runbook {word} RUN-ID` takes any of them." in said) is (more > 0)
    assert (" more: " in said) is (more > 0)
    assert room.log.most <= LISTED


async def test_the_one_that_is_open_is_found_however_many_are_newer() -> None:
    room = Room()
    await room.begun(57, closed=56)
    room.log.most = 0
    assert "will be in its thread" in (await room.types("export")).text
    assert room.log.most <= LISTED


async def test_all_open_runs_are_asked_for_in_pages() -> None:
    log = Counting()
    ids = [await begin(log) for _ in range(2 * MOST + 1)]
    log.most = 0
    assert [row.run_id async for row in every(log, open_only=True)] == ids[::-1]
    assert log.most == MOST
    assert await log.count(open_only=True) == 2 * MOST + 1


@pytest.mark.parametrize(("word", "closed"), [("postmortem", 60), ("close", 0), ("status", 0)])
async def test_what_is_counted_is_what_the_one_who_asks_may_see(word: str, closed: int) -> None:
    room = Room()
    await room.begun(25, closed=closed)
    for _ in range(130):
        run = await room.desk.start(hidden(), delivery=None, another=True)
        assert run is not None
        if closed:
            await room.desk.act(run.id, c.Mistake(ANA, "by mistake"), delivery=None)
    room.log.folded.clear()
    said = lines(await room.types(word, BEN))
    assert "… 5 more: " in said
    assert "VA-" not in said
    assert not [run for run in room.log.folded if run.startswith("VA-")], "nothing hidden is folded"
    # What is looked through has a bound; who sees these is told that there may be more.
    said = lines(await room.types(word, SUE))
    assert "VA-130" in said
    assert "… at least 105 more: " in said
