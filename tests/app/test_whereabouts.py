"""Who may know of a run, also where it cannot be read: nobody else hears that it is there."""

from typing import Any

import pytest

from bot.app.conversation import Answer, Asked
from bot.app.desk import ChangedRun, Desk, NoSuchRun, UnreadableRun
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.run.model import Run
from tests.app.talking import Shelf, answering
from tests.app.test_choosing import Counting, lines
from tests.edges.store.making import ANA, BEN, SUE, hidden, started
from tests.fakes import FakeClock


class Room:
    """A channel with runs, whose replica has folded none of them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.log = Counting(self.clock)
        self.began = Desk(self.log, self.clock)
        self.desk = Desk(self.log, self.clock)
        self.talk = answering(self.desk, self.log, Shelf([]))

    async def has(self, event: e.RunStarted, many: int = 1) -> Run:
        runs = [await self.began.start(event, delivery=None, another=True) for _ in range(many)]
        assert runs[-1] is not None
        return runs[-1]

    async def says(self, text: str, by: e.Person, channel: str = "C1") -> str:
        try:
            answer: Answer = await self.talk.ask(
                Asked(by, text, channel, None, text, can_open=False)
            )
        except Refused as refused:
            return str(refused)
        return lines(answer)


async def unreadable(room: Room, run: Run) -> None:
    """A newer program went on with it."""
    room.log.unknown.add(run.id)


async def damaged(room: Room, run: Run) -> None:
    """Not even what it began with can be read."""
    room.log.damaged.add(run.id)


async def changed(room: Room, run: Run) -> None:
    """Its entries make no run any more."""
    facts = await room.log.read(run.id)
    nobody = e.Fact(run.id, 2, facts[0].at, e.StepDone(step="revoke", by=ANA), "")
    room.log.rewrite(run.id, [*facts, nobody])


WORDS = ("status", "export", "close", "status VA-1", "export VA-1", "close VA-1", "va-1")


@pytest.mark.parametrize("what", [unreadable, damaged, changed])
@pytest.mark.parametrize("word", WORDS)
async def test_a_private_run_that_cannot_be_read_is_named_to_nobody_else(
    what: Any, word: str
) -> None:
    room = Room()
    run = await room.has(hidden())
    assert run.id == "VA-1"
    await what(room, run)
    said = await room.says(word, BEN)
    assert "cannot read" not in said
    assert "audit" not in said
    assert "Compromise" not in said
    if "1" not in word:
        assert "VA-1" not in said
    elif word != "va-1":
        assert "There is no run `VA-1` here" in said


@pytest.mark.parametrize(("what", "told"), [(unreadable, "cannot read"), (changed, "was changed")])
async def test_whom_it_names_hear_what_is_the_matter_in_its_own_channel(
    what: Any, told: str
) -> None:
    room = Room()
    await what(room, await room.has(hidden()))
    for word in ("status", "status VA-1", "close VA-1"):
        assert told in await room.says(word, SUE)
        assert "VA-1" not in (await room.says(word, SUE, "C2")).replace("`VA-1`", "")


@pytest.mark.parametrize("what", [unreadable, changed])
async def test_a_run_that_cannot_be_read_is_spoken_of_in_its_own_channel_alone(what: Any) -> None:
    room = Room()
    run = await room.has(started())
    await what(room, run)
    with pytest.raises(NoSuchRun):
        await room.desk.here(run.id, BEN, None, "C2")
    with pytest.raises(NoSuchRun):
        await room.desk.here(run.id, BEN, "T2", "C1")
    with pytest.raises((UnreadableRun, ChangedRun)):
        await room.desk.here(run.id, BEN, None, "C1")


async def test_what_a_run_began_with_says_it_where_its_row_does_not() -> None:
    room = Room()
    mine, everyones = await room.has(hidden()), await room.has(started("C2"))
    for run in (mine, everyones):
        room.log.says(run.id, private=None)
    assert [await room.desk.sees(run.id, BEN) for run in (mine, everyones)] == [False, True]
    assert await room.desk.sees(mine.id, SUE)


async def test_a_row_that_says_otherwise_than_its_run_shows_it_to_nobody() -> None:
    room = Room()
    run = await room.has(started())
    room.log.says(run.id, private=True)
    assert not await room.desk.sees(run.id, SUE)


async def test_who_sees_a_run_is_asked_without_folding_one() -> None:
    room = Room()
    for n in range(30):
        await room.has(hidden(), 1 + n % 2)
    assert "No run is open here" in await room.says("status", BEN)
    assert room.log.folded == []
