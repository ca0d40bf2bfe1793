"""The courier: a file is brought, or the one who asked for it hears that it will not come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import bringing, courier
from bot.app.bringing import Document
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.run.sendings import UPLOAD
from bot.core.run.uploads import Imprint
from bot.ports.messages import MessageRow, NotInChannel, Rejected, Shared, Throttled, Unsure, Upload
from bot.ports.world import TooMuch, Unwritten
from tests.app.test_painter import FakeBoard, Scene
from tests.edges.store.making import ANA

IMPRINT = Imprint(2, "a" * 64)
FILE = Upload("MI-1-post-mortem.md", "MI-1", "Here", b"text", IMPRINT)


class Shelf(FakeBoard):
    """A board that takes files, unless `trouble` is in the way of each."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: Exception | None = None
        self.uploads = 0

    async def upload(self, row: MessageRow, thread: str, file: Upload) -> Shared:
        self.uploads += 1
        if self.trouble is not None:
            raise self.trouble
        return Shared("F1", None, IMPRINT)

    async def find_upload(self, row: MessageRow, thread: str, name: str) -> Shared | None:
        return None


class Room(Scene):
    """A scene in which a post-mortem is asked for; `unwritten` is what becomes of its text.

    `instead` writes it, where that is set.
    """

    unwritten: Exception | None = None
    instead: Document | None = None
    written = 0

    def __init__(self) -> None:
        self.shelf = Shelf()
        super().__init__(self.shelf)

    async def _document(self, run_id: str, seq: int) -> Upload:
        if self.instead is not None:
            return await self.instead(run_id, seq)
        self.written += 1
        if self.unwritten is not None:
            raise self.unwritten
        return FILE

    async def ask(self) -> None:
        run = await self.start()
        await self.passes(1)
        await self.desk.act(run.id, c.Export(ANA), delivery=None)

    def ends(self) -> list[str]:
        return [text for text in self.board.messages.values() if "There is no post-mortem" in text]


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    made = Room()
    task = asyncio.create_task(made.painter.poller.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await made.painter.close()


async def test_a_file_is_brought_and_told(room: Room) -> None:
    await room.ask()
    await room.passes(2)
    assert room.shelf.uploads == 1
    assert "in its thread" in room.told[-1][1]
    assert room.ends() == []


@pytest.mark.parametrize(
    "trouble", [Unwritten("it was not done"), bringing.TooOld(), KeyError("a")]
)
async def test_what_is_never_written_is_tried_five_times_and_told_once(
    room: Room, trouble: Exception
) -> None:
    room.unwritten = trouble
    await room.ask()
    await room.passes(120)
    assert room.written == courier.GIVEN_UP
    (end,) = room.ends()
    assert f"<@{ANA.id}>" in end
    assert room.shown()


async def test_what_is_too_much_for_its_process_is_told_with_the_bound(room: Room) -> None:
    room.unwritten = TooMuch("it takes more than 1024 MiB of memory")
    await room.ask()
    await room.passes(120)
    (end,) = room.ends()
    assert "It could not be written: it takes more than 1024 MiB of memory." in end


@pytest.mark.parametrize("trouble", [Throttled(5), Unsure("no answer")])
@pytest.mark.parametrize("where", ["document", "upload"])
async def test_what_passes_is_tried_for_half_an_hour_and_has_an_end(
    room: Room, trouble: Exception, where: str
) -> None:
    if where == "document":
        room.unwritten = trouble
    else:
        room.shelf.trouble = trouble
    await room.ask()
    await room.passes(60)
    assert room.ends() == []
    await room.clock.advance(courier.PASSING / timedelta(seconds=1))
    await room.passes(60)
    (end,) = room.ends()
    assert "30 minutes" in end
    assert room.shown()


async def test_slack_that_comes_back_in_time_gets_the_file(room: Room) -> None:
    room.shelf.trouble = Unsure("no answer")
    await room.ask()
    await room.passes(120)
    room.shelf.trouble = None
    await room.passes(20)
    assert room.ends() == []
    assert "in its thread" in room.told[-1][1]


async def test_a_file_that_slack_rejects_is_told_with_its_word(room: Room) -> None:
    room.shelf.trouble = Rejected("malware_<detected>")
    await room.ask()
    await room.passes(120)
    assert room.shelf.uploads == courier.GIVEN_UP
    assert "`malware_&lt;detected&gt;`" in room.ends()[0]


async def test_a_refusal_in_words_is_told_at_once(room: Room) -> None:
    room.unwritten = Refused("The record was changed.")
    await room.ask()
    await room.passes(3)
    assert room.written == 1
    assert "The record was changed." in room.ends()[0]


async def test_an_end_whose_telling_nobody_saw_is_told_once(room: Room) -> None:
    room.unwritten = Refused("The record was changed.")
    await room.ask()
    room.shelf.after = [Unsure("no answer")]
    await room.passes(20)
    assert len(room.ends()) == 1
    assert room.written == 1
    assert room.shown()


async def test_that_slack_takes_the_file_is_recorded_only_when_it_did(room: Room) -> None:
    room.shelf.trouble = NotInChannel("not_in_channel")
    await room.ask()
    await room.passes(5)
    room.unwritten = Unwritten("it was not done")
    await room.painter.joined(None, "C1")
    await room.passes(10)
    run = await room.desk.run("KC-1")
    assert room.written > 1
    assert run.showing.refused is not None
    room.unwritten = room.shelf.trouble = None
    await room.passes(20)
    assert (await room.desk.run("KC-1")).showing.refused is None
    assert room.ends() == []


async def changed(room: Room, *, hidden: bool = False) -> None:
    """Ask for a file; then someone who can write the database changes the record."""
    run = await room.start()
    await room.passes(1)
    await room.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await room.passes(3)
    await room.desk.act(run.id, c.Export(ANA), delivery=None)
    first, _, asks = await room.log.read(run.id)
    gone = e.StepTaken(step="nowhere", by=ANA)
    last = replace(asks, event=gone) if hidden else asks
    room.log.rewrite(run.id, [first, replace(asks, seq=2, event=gone), last])
    room.desk._cache.clear()


def settled(room: Room) -> bool:
    """Whether no file is waited for; the board of such a record cannot be drawn."""
    return [row.key for row in room.log.outbox.dirty] == ["KC-1/board"]


@pytest.mark.parametrize("hidden", [False, True])
async def test_a_record_that_makes_no_run_any_more_ends_its_export_with_a_word(
    room: Room, *, hidden: bool
) -> None:
    room.unwritten = Refused("The record of KC-1 was changed and makes no run any more.")
    await changed(room, hidden=hidden)
    await room.passes(120)
    (end,) = room.ends()
    assert "makes no run any more" in end
    assert (f"<@{ANA.id}>" in end) is not hidden, "as long as it says who asked"
    assert room.written == 1
    assert settled(room)


async def test_what_is_left_of_a_changed_record_is_brought(room: Room) -> None:
    await changed(room)
    await room.passes(5)
    assert room.shelf.uploads == 1
    assert "in its thread" in room.told[-1][1]
    assert settled(room)


async def test_a_record_that_hides_who_asked_is_not_tried_for_half_an_hour(room: Room) -> None:
    room.shelf.trouble = Unsure("no answer")
    await changed(room, hidden=True)
    await room.passes(120)
    assert room.shelf.uploads == courier.GIVEN_UP
    assert len(room.ends()) == 1
    assert settled(room)


async def test_a_file_whose_writing_ends_the_bot_each_time_is_given_up_and_told_once(
    room: Room,
) -> None:
    async def never(run_id: str, seq: int) -> Upload:
        room.written += 1
        await asyncio.Event().wait()
        return FILE

    room.instead = never
    await room.ask()
    # Nobody hears of an attempt again, and its claim ends by itself.
    await room.passes(10 * (UPLOAD.lease_s or 0))
    assert room.written == courier.GIVEN_UP
    (end,) = room.ends()
    assert f"<@{ANA.id}> There is no post-mortem of KC-1 here. It was begun 5 times" in end
    assert room.shown()
    assert room.shelf.uploads == 0


async def test_what_passes_does_not_count_among_the_times_that_the_bot_stopped(room: Room) -> None:
    async def never(run_id: str, seq: int) -> Upload:
        room.instead = None
        return await asyncio.Future()

    room.shelf.trouble = Unsure("no answer")
    await room.ask()
    await room.passes(120)
    room.shelf.trouble = None
    room.instead = never
    await room.passes(12 + (UPLOAD.lease_s or 0))
    assert room.ends() == []
    assert "in its thread" in room.told[-1][1]
