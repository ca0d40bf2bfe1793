"""What a process remembers of the boards: each is read once, and held against the record since."""

from dataclasses import dataclass, replace

import pytest

from bot.app import witness
from bot.app.witness import OutOfDate, Witness
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.sealing.record import Followed
from bot.ports.messages import Barred, Gone, Mark, MessageRow
from tests.app.test_painter import FakeBoard, Scene
from tests.edges.store.making import ANA, BEN
from tests.fakes import FakeLog


class Asked(FakeLog):
    """A log that says from which entries on a run was followed."""

    def __init__(self, of: FakeLog) -> None:
        super().__init__(of.clock)
        self.of = of
        self.since: list[int] = []

    async def followed(self, run_id: str, since: int) -> Followed:
        self.since.append(since)
        return await self.of.followed(run_id, since)


@dataclass
class Held:
    """A witness, the run that it watches, and what it asks."""

    scene: Scene
    log: Asked
    witness: Witness

    @property
    def board(self) -> FakeBoard:
        return self.scene.board

    async def run(self) -> Run:
        self.scene.desk._cache.clear()
        return await self.scene.desk.run("KC-1")

    async def objection(self, ts: str = "1.0") -> e.BoardReplaced | None:
        return await self.witness.objection(row(ts), await self.run(), 0)

    async def notes(self, text: str) -> Mark:
        run = await self.scene.desk.act("KC-1", c.AddNote(None, ANA, text), delivery=None)
        return Mark(run.seq, run.head)

    async def change(self, *, every_hash: bool) -> None:
        """Entry 2 was by someone else, says whoever can write the database."""
        facts = [
            replace(fact, event=fact.event.model_copy(update={"by": BEN}))
            if fact.seq == 2
            else fact
            for fact in await self.scene.log.read("KC-1")
        ]
        self.scene.log.rewrite("KC-1", facts)
        if not every_hash:
            fitting = await self.scene.log.read("KC-1")
            self.scene.log._facts["KC-1"] = [fitting[0], replace(fitting[1], hash="0" * 64)]


def row(ts: str) -> MessageRow:
    return MessageRow("KC-1/board", "KC-1", "C1", ts, wanted=2, shown=1, unsure=False)


@pytest.fixture
async def held() -> Held:
    scene = Scene()
    log = Asked(scene.log)
    await scene.start()
    return Held(scene, log, Witness(log, scene.board))


async def test_what_was_read_once_is_held_against_the_record_from_then_on(held: Held) -> None:
    shown = await held.notes("one")
    held.board.marks.update({"1.0": shown})
    assert await held.objection() is None
    await held.change(every_hash=True)
    objection = await held.objection()
    assert objection is not None
    assert (objection.entry, objection.head) == (shown.seq, shown.head)
    assert held.board.calls == ["read"]


async def test_an_objection_says_which_entry_does_not_follow(held: Held) -> None:
    shown = await held.notes("one")
    held.board.marks.update({"1.0": shown})
    run = await held.run()
    await held.change(every_hash=False)
    objection = await held.witness.objection(row("1.0"), run, 0)
    assert objection is not None
    assert (objection.entry, objection.head, objection.broken) == (shown.seq, shown.head, 2)


async def test_a_board_that_this_process_showed_asks_for_what_came_since_alone(held: Held) -> None:
    for text in ("one", "two"):
        held.witness.showed("KC-1/board", "1.0", await held.notes(text))
    await held.notes("three")
    assert await held.objection() is None
    assert held.log.since == [3]
    held.board.marks.update({"2.0": Mark(3, (await held.run()).head)})
    await held.objection("2.0")
    assert held.log.since == [3, 1], "the first time, the whole record is followed"


async def test_a_run_that_is_not_what_the_record_says_any_more_is_read_anew(held: Held) -> None:
    """Also where the board says nothing, and from the first entry on."""
    known = await held.run()
    facts = await held.scene.log.read("KC-1")
    other = facts[0].event.model_copy(update={"by": BEN})
    held.scene.log.rewrite("KC-1", [replace(facts[0], event=other)])
    with pytest.raises(OutOfDate):
        await held.witness.objection(row("1.0"), known, 0)


async def test_of_too_many_boards_the_one_that_was_shown_longest_ago_is_read_again(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "REMEMBERED", 2)
    mark = await held.notes("one")
    held.board.marks.update(dict.fromkeys(("1.0", "2.0", "3.0"), mark))
    for ts in ("1.0", "2.0", "1.0", "3.0"):
        held.witness.showed("KC-1/board", ts, mark)
    for ts in ("1.0", "3.0"):
        await held.objection(ts)
    assert held.board.calls == []
    await held.objection("2.0")
    assert held.board.calls == ["read"]


async def test_each_reason_for_which_boards_cannot_be_read_is_told_once(
    held: Held, caplog: pytest.LogCaptureFixture
) -> None:
    for n, trouble in enumerate((Barred("missing_scope"), Gone("gone"), Barred("missing_scope"))):
        held.board.failing = [trouble]
        assert await held.objection(f"{n}.0") is None
    told = [r.getMessage() for r in caplog.records if "cannot be read back" in r.getMessage()]
    assert len(told) == 2
    assert "missing_scope" in told[0]
    assert "gone" in told[1]
