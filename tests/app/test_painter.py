"""The painter: what is wanted is shown, however the calls end, and it stops when asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.app import painter as painters
from bot.app.desk import Desk
from bot.app.hindrances import Hindrances
from bot.app.painter import Painter
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.ports.messages import (
    Gone,
    Mark,
    MessageRow,
    NotInChannel,
    Shared,
    Throttled,
    Unsure,
    Upload,
)
from tests.edges.store.making import ANA, started
from tests.fake_rooms import NoRooms, everywhere
from tests.fakes import FakeClock, FakeLog, settle
from tests.hanging import HANG_S


class FakeBoard:
    """Messages in memory; `failing` are raised by the next calls, one each."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.marks: dict[str, Mark] = {}
        self.threads: dict[str, str | None] = {}
        self.failing: list[Exception | None] = []
        self.after: list[Exception] = []
        self.calls: list[str] = []
        self.pictures: list[Picture] = []

    def _fail(self, call: str) -> None:
        self.calls.append(call)
        if self.failing and (error := self.failing.pop(0)) is not None:
            raise error

    async def post(self, row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        self.pictures.append(picture)
        self._fail("post")
        if thread is not None and thread not in self.messages:
            raise Gone("thread_not_found")
        ts = f"{len(self.calls)}.0"
        self.messages[ts], self.keys[ts], self.threads[ts] = picture.text, row.key, thread
        self.marks[ts] = mark
        if self.after:
            raise self.after.pop()
        return ts

    async def update(self, row: MessageRow, picture: Picture, mark: Mark) -> None:
        self._fail("update")
        if row.ts is None or row.ts not in self.messages:
            raise Gone("message_not_found")
        self.messages[row.ts], self.marks[row.ts] = picture.text, mark

    async def read(self, row: MessageRow) -> Mark | None:
        self._fail("read")
        return self.marks.get(row.ts or "")

    async def find(
        self, row: MessageRow, thread: str | None, since: datetime
    ) -> tuple[str, int] | None:
        self._fail("find")
        return next(
            ((ts, self.marks[ts].seq) for ts, key in self.keys.items() if key == row.key), None
        )

    async def upload(self, row: MessageRow, thread: str, file: Upload) -> Shared:
        raise AssertionError("nothing is exported here")

    async def find_upload(self, row: MessageRow, thread: str, name: str) -> Shared | None:
        raise AssertionError("nothing is exported here")

    async def delete_file(self, row: MessageRow, file: str) -> None:
        raise AssertionError("nothing is exported here")

    async def take_back(self, row: MessageRow, thread: str, file: str) -> None:
        raise AssertionError("nothing is exported here")


class Scene:
    """A painter at work on a fake board; its pauses are real, and short."""

    def __init__(self, board: FakeBoard | None = None) -> None:
        self.clock, self.board = FakeClock(), board or FakeBoard()
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock)
        self.told: list[tuple[str, str]] = []
        self.painter = Painter(
            self.desk,
            self.log,
            self.log.outbox,
            self.board,
            self.clock,
            self._document,
            self._tell,
            lambda _team, channel, ts: f"https://slack/{channel}/{ts}",
            Hindrances(self.desk, self.log, self._tell, "runbook"),
            NoRooms(),
            everywhere,
        )
        self.desk.woken.append(self.painter.poller.wake)

    async def _document(self, run_id: str, seq: int) -> Upload:
        raise AssertionError("nothing is exported here")

    async def _tell(self, by: e.Person, team: str | None, channel: str, text: str) -> None:
        self.told.append((by.id, text))

    async def start(self, event: e.RunStarted | None = None) -> Run:
        run = await self.desk.start(event or started(), delivery=None)
        assert run is not None
        return run

    async def passes(self, seconds: float) -> None:
        """Let time pass for the painter, which sleeps on no clock that can be moved."""
        await settle()
        for _ in range(int(seconds)):
            await self.clock.advance(1)
            self.painter.poller.wake()
            await settle(40)

    def shown(self) -> bool:
        return self.log.outbox.dirty == []


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    task = asyncio.create_task(made.painter.poller.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await made.painter.close()


async def test_a_board_is_posted_once_and_then_updated(scene: Scene) -> None:
    run = await scene.start()
    await scene.passes(1)
    for n in range(5):
        await scene.desk.act(run.id, c.AddNote(None, ANA, f"n{n}"), delivery=None)
    await scene.passes(2)
    assert scene.shown()
    assert scene.board.calls[0] == "post"
    assert scene.board.calls.count("post") == 1
    assert scene.board.calls.count("update") <= 2


async def test_a_post_that_may_have_come_through_is_looked_for_first(scene: Scene) -> None:
    scene.board.after = [Unsure("cut off")]
    await scene.start()
    await scene.passes(4)
    assert scene.board.calls == ["post", "find"], "it says itself what it shows"
    assert len(scene.board.messages) == 1
    assert scene.shown()


async def test_a_notice_whose_thread_is_gone_waits_for_the_new_board(scene: Scene) -> None:
    run = await scene.start()
    await scene.passes(1)
    (old,) = scene.board.messages
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(2)
    del scene.board.messages[old], scene.board.keys[old]
    await scene.desk.act(run.id, c.Fail("revoke", ANA, "it broke"), delivery=None)
    await scene.passes(8)
    assert scene.shown()
    notice = next(ts for ts, key in scene.board.keys.items() if "notice" in key)
    board = next(ts for ts, key in scene.board.keys.items() if key.endswith("/board"))
    assert scene.board.threads[notice] == board != old


async def test_a_deletion_that_is_heard_during_a_call_is_not_forgotten(scene: Scene) -> None:
    run = await scene.start()
    await scene.passes(1)
    (old,) = scene.board.messages
    gate = asyncio.Event()
    update = scene.board.update

    async def slow(row: MessageRow, picture: Picture, mark: Mark) -> None:
        await update(row, picture, mark)
        await gate.wait()

    scene.board.update = slow  # type: ignore[method-assign]
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(2)
    del scene.board.messages[old], scene.board.keys[old]
    await scene.painter.deleted(None, "C1", old)
    gate.set()
    await scene.passes(3)
    assert scene.shown()
    assert len(scene.board.messages) == 1


async def test_who_finds_an_old_board_gone_late_leaves_the_new_one_alone(scene: Scene) -> None:
    run = await scene.start()
    await scene.passes(1)
    (old,) = scene.board.messages
    gate = asyncio.Event()
    update = scene.board.update

    async def slow(row: MessageRow, picture: Picture, mark: Mark) -> None:
        await gate.wait()
        await update(row, picture, mark)

    scene.board.update = slow  # type: ignore[method-assign]
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(2)
    del scene.board.messages[old], scene.board.keys[old]
    await scene.painter.deleted(None, "C1", old)
    await scene.passes(2)
    assert len(scene.board.messages) == 1, "it is posted again while the update is under way"
    gate.set()
    await scene.passes(15)
    assert scene.shown()
    assert len(scene.board.messages) == 1


async def test_no_update_is_tried_while_slack_asks_to_wait(scene: Scene) -> None:
    run = await scene.start()
    await scene.passes(2)
    scene.board.failing = [Throttled(10)]
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(8)
    assert scene.board.calls == ["post", "update"]
    await scene.passes(6)
    assert scene.board.calls == ["post", "update", "update"]


async def test_the_one_who_started_is_told_once_that_the_bot_is_not_invited(scene: Scene) -> None:
    scene.board.failing = [NotInChannel("not_in_channel")] * 2
    await scene.start()
    await scene.passes(190)
    ((who, words),) = scene.told
    assert who == ANA.id
    assert words.startswith("KC-1 has started, but I am not in this channel")
    assert "/invite @runbook" in words
    assert scene.shown()


async def test_an_invitation_is_acted_on_at_once(scene: Scene) -> None:
    scene.board.failing = [NotInChannel("not_in_channel")]
    await scene.start()
    await scene.passes(2)
    await scene.painter.joined(None, "C1")
    await scene.passes(3)
    assert scene.shown()


async def test_nothing_is_remembered_of_what_is_at_rest(scene: Scene) -> None:
    run = await scene.start()
    scene.board.failing = [Unsure("cut off")]
    for n in range(5):
        await scene.desk.act(run.id, c.AddNote(None, ANA, f"n{n}"), delivery=None)
        await scene.passes(3)
    await scene.passes(5)
    assert scene.shown()
    assert not scene.painter._in_flight
    assert not scene.painter._deleted


async def test_a_log_that_is_down_stops_no_painter(scene: Scene) -> None:
    await scene.start()
    await scene.passes(1)
    scene.log.down = True
    await scene.passes(2)
    scene.log.down = False
    await scene.desk.act("KC-1", c.Take("revoke", ANA), delivery=None)
    await scene.passes(2)
    assert scene.shown()


async def test_a_painter_that_is_woken_as_it_is_cancelled_ends() -> None:
    scene = Scene()
    task = asyncio.create_task(scene.painter.poller.run())
    await settle()
    scene.painter.poller.wake()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=HANG_S)
    assert done
    assert task.cancelled()


async def test_a_stop_does_not_wait_for_a_call_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painters, "FAREWELL", 0.01)
    scene = Scene()

    async def hangs(row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        await asyncio.Event().wait()
        return ""

    scene.board.post = hangs  # type: ignore[method-assign]
    task = asyncio.create_task(scene.painter.poller.run())
    await scene.start()
    await scene.passes(1)
    assert scene.painter._in_flight
    task.cancel()
    await asyncio.wait({task})
    await scene.painter.close()
    row = await scene.log.message("KC-1/board")
    assert row is not None
    assert row.unsure


async def test_what_could_not_be_written_down_is_painted_as_soon_as_it_can(scene: Scene) -> None:
    post = scene.board.post

    async def fails(row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        ts = await post(row, thread, picture, mark)
        scene.log.down = True
        return ts

    scene.board.post = fails  # type: ignore[method-assign]
    run = await scene.start()
    await scene.passes(2)
    scene.log.down = False
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(5)
    assert scene.shown()
    assert len(scene.board.messages) == 1


async def test_a_run_that_cannot_be_read_is_given_back_and_not_taken_again(scene: Scene) -> None:
    run = await scene.start()
    await scene.passes(3)
    assert scene.shown()
    await scene.desk.act(run.id, c.AddNote(None, ANA, "more"), delivery=None)
    scene.log.unknown.add(run.id)
    calls = len(scene.board.calls)
    await scene.passes(20)
    assert scene.desk.unreadable == {run.id}
    assert len(scene.board.calls) == calls
    ((theirs,), _) = await scene.log.outbox.claim(9)
    assert (theirs.message.key, theirs.failures) == (f"{run.id}/board", 1), "it was tried once"
