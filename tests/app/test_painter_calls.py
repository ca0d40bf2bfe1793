"""The painter's calls: how each of their ends is taken, and how many there are, and when."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.app import canvas
from bot.app import painter as painters
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.sendings import Sending
from bot.core.views import board
from bot.ports.messages import Gone, Mark, MessageRow, Rejected, Unfit, Unsure
from tests.app.test_painter import Scene
from tests.core import huge
from tests.edges.store.making import ANA, started
from tests.fakes import settle


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    task = asyncio.create_task(made.painter.poller.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await made.painter.close()


async def failed(scene: Scene) -> str:
    """A run whose first step failed, which a notice tells; the ts of its board."""
    run = await scene.start()
    await scene.passes(1)
    (board,) = scene.board.messages
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(2)
    await scene.desk.act(run.id, c.Fail("revoke", ANA, "it broke"), delivery=None)
    return board


def notice(scene: Scene) -> str:
    """The ts of the only notice."""
    (ts,) = [ts for ts, key in scene.board.keys.items() if "/notice/" in key]
    return ts


async def replaced(scene: Scene) -> list[e.BoardReplaced]:
    facts = await scene.log.read("KC-1")
    return [fact.event for fact in facts if isinstance(fact.event, e.BoardReplaced)]


def big(steps: int = 60) -> e.RunStarted:
    """A run of a procedure that fills a message."""
    given = {"key_id": "k", "place": "here", **{f"more_{n}": "m" for n in range(20)}}
    return e.RunStarted(
        procedure=huge.procedure(steps),
        source="",
        source_sha256="0" * 64,
        inputs=given,
        channel="C1",
        by=ANA,
    )


# What is gone. ----------------------------------------------------------------------------------


async def test_a_thread_that_is_found_gone_by_a_notice_gets_a_new_board(scene: Scene) -> None:
    """Slack may still take updates of a message whose thread it takes no more answers in."""
    old = await failed(scene)
    scene.board.failing = [None, Gone("thread_not_found")]
    await scene.passes(8)
    assert scene.shown()
    (event,) = await replaced(scene)
    assert (event.board, event.why) == (old, "deleted")
    (new,) = [ts for ts, k in scene.board.keys.items() if k == "KC-1/board" and ts != old]
    assert scene.board.threads[notice(scene)] == new


async def test_a_board_that_is_found_gone_is_recorded_as_deleted(scene: Scene) -> None:
    old = await failed(scene)
    await scene.passes(3)
    del scene.board.messages[old], scene.board.keys[old]
    await scene.desk.act("KC-1", c.AddNote(None, ANA, "n"), delivery=None)
    await scene.passes(5)
    assert scene.shown()
    (event,) = await replaced(scene)
    assert (event.board, event.why) == (old, "deleted")


async def test_only_a_lost_board_is_posted_again(scene: Scene) -> None:
    await failed(scene)
    await scene.passes(5)
    told = notice(scene)
    await scene.painter.deleted(None, "C1", told)
    await scene.painter.deleted(None, "C1", "99.0")
    await scene.painter.deleted(None, "C2", told)
    await scene.passes(5)
    assert await replaced(scene) == []
    assert scene.board.calls.count("post") == 2


# What may be there. -----------------------------------------------------------------------------


async def test_what_is_found_and_is_ahead_of_the_record_is_painted_over(scene: Scene) -> None:
    """A record that was put back: the message shows what is in it no more."""

    async def ahead(*_: Any) -> tuple[str, int]:
        scene.board.calls.append("find")
        (ts,) = scene.board.messages
        return ts, 99

    scene.board.find = ahead  # type: ignore[assignment]
    scene.board.after = [Unsure("cut off")]
    await scene.start()
    await scene.passes(8)
    assert scene.shown()
    assert [call for call in scene.board.calls if call != "read"] == ["post", "find", "update"]


async def test_what_may_be_there_is_looked_for_since_before_the_run_by_whichever_clock(
    scene: Scene,
) -> None:
    asked: list[datetime] = []

    async def find(row: MessageRow, thread: str | None, since: datetime) -> None:
        asked.append(since)

    scene.board.find = find  # type: ignore[method-assign]
    scene.board.failing = [Unsure("cut off")]
    run = await scene.start()
    await scene.passes(4)
    assert scene.shown()
    (since,) = asked
    assert run.started_at - since == timedelta(minutes=5)


async def test_what_slack_is_slow_to_show_is_tried_again_ever_more_seldom(scene: Scene) -> None:
    tried: list[float] = []
    post = scene.board.post

    async def timed(row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        tried.append(scene.clock.monotonic())
        return await post(row, thread, picture, mark)

    scene.board.post = timed  # type: ignore[method-assign]
    scene.board.find = _nothing  # type: ignore[assignment]
    scene.board.failing = [Unsure("cut off")] * 6
    await scene.start()
    await scene.passes(50)
    assert scene.shown()
    pauses = [round(then - before) for before, then in itertools.pairwise(tried)]
    assert pauses == [1, 2, 4, 8, 8, 8]
    assert scene.board.calls[-1] == "update", "Slack may have known it, and shown an older one"


async def _nothing(*_: Any) -> None:
    """Nothing is found."""


async def test_after_a_fault_a_post_is_looked_for_and_an_update_is_not(scene: Scene) -> None:
    scene.board.failing = [KeyError("a fault")]
    run = await scene.start()
    await scene.passes(7)
    assert scene.board.calls == ["post"], "not at once"
    await scene.passes(4)
    assert scene.board.calls[:3] == ["post", "find", "post"]
    assert scene.shown()
    scene.board.failing = [KeyError("a fault")] * 2
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(30)
    assert scene.shown()
    assert scene.board.calls.count("find") == 1


async def test_what_meets_a_fault_again_and_again_is_said_once_and_tried_ever_more_seldom(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as the board of a run that cannot be folded: it would fill the log for good."""
    tried: list[float] = []
    folding = type(scene.desk).run

    async def unfolded(desk: Any, run_id: str) -> Any:
        tried.append(scene.clock.monotonic())
        raise ValueError("step_done cannot follow")

    run = await scene.start()
    monkeypatch.setattr(type(scene.desk), "run", unfolded)
    await scene.passes(1_400)
    pauses = [round(then - before) for before, then in itertools.pairwise(tried)]
    assert pauses == [8, 16, 32, 64, 128, 256, 300, 300]
    [said] = [record.getMessage() for record in caplog.records]
    assert said == "KC-1/board cannot be painted; it is tried again, ever more seldom"
    monkeypatch.setattr(type(scene.desk), "run", folding)
    await scene.passes(301)
    assert scene.shown()
    monkeypatch.setattr(type(scene.desk), "run", unfolded)
    caplog.clear()
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(20)
    assert len(caplog.records) == 1, "what was over is news when it comes again"


async def test_the_board_of_a_record_that_was_changed_is_tried_ever_more_seldom_and_said_once(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    run = await scene.start()
    await scene.passes(2)
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    facts = await scene.log.read(run.id)
    nowhere = e.StepTaken(step="nowhere", by=ANA)
    scene.log.rewrite(run.id, [facts[0], replace(facts[1], event=nowhere)])
    scene.desk.forget(run.id)
    await scene.passes(100)
    assert [record.getMessage() for record in caplog.records] == [
        "the record of KC-1 makes no run any more (ValueError)"
    ]
    # A backup was restored.
    scene.log.rewrite(run.id, facts)
    await scene.passes(70)
    assert scene.shown()


# What Slack does not take. ----------------------------------------------------------------------


async def test_a_board_that_slack_never_takes_is_told_with_its_bare_error(scene: Scene) -> None:
    scene.board.failing = [Rejected("invalid_auth_kind; words of a person; and more")] * 9
    run = await scene.start()
    await scene.passes(30)
    assert scene.board.calls == ["post", "post"], "that it was refused is a change"
    refused = (await scene.desk.run(run.id)).showing.refused
    assert refused == e.PostingRefused(message="board", error="invalid_auth_kind")
    ((who, words),) = scene.told
    assert who == ANA.id
    assert "words of a person" not in words


async def test_a_notice_that_slack_never_takes_is_given_up_alone(scene: Scene) -> None:
    await failed(scene)
    scene.board.failing = [None, Rejected("too_odd")]
    await scene.passes(10)
    assert scene.shown()
    assert scene.told == []
    assert (await scene.desk.run("KC-1")).showing.refused is None


async def test_a_board_that_slack_finds_unfit_is_folded_to_half(scene: Scene) -> None:
    scene.board.failing = [Unfit("msg_blocks_too_long")]
    run = await scene.start(big())
    await scene.passes(3)
    assert scene.shown()
    whole, folded = scene.board.pictures
    assert folded == board.draw(run, budget=board.BUDGET // 2)
    assert len(str(folded.blocks)) < len(str(whole.blocks)) * 0.7


async def test_a_notice_that_slack_finds_unfit_is_not_drawn_as_a_board(scene: Scene) -> None:
    await failed(scene)
    scene.board.failing = [None, Unfit("msg_blocks_too_long")]
    await scene.passes(5)
    assert scene.board.calls.count("post") == 2, "the board's, and the notice's only one"


async def test_the_word_of_caution_has_room_on_a_board_that_is_full(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await scene.start(big())
    await scene.passes(2)
    full = len(scene.board.pictures[0].blocks)
    monkeypatch.setattr(board, "BLOCKS", full)
    event = e.BoardReplaced(board="1.0", why="disagrees", entry=1, head="0" * 64)
    await scene.painter._replace(run.id, event)
    await scene.passes(4)
    picture = scene.board.pictures[-1]
    assert len(picture.blocks) == full, "Slack takes no more"
    assert "The earlier board" in str(picture.blocks[0])
    assert picture.blocks[1:] == board.draw(await scene.desk.run(run.id)).blocks[: full - 1]
    assert picture.text.startswith("⚠️ The record of")


# When. ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["POST", "UPDATE"])
async def test_no_call_is_begun_when_its_claim_may_end_before_it(
    scene: Scene, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes before the call took long: a look-up, or reading the board back."""
    of_all: Sending = getattr(canvas, what)
    monkeypatch.setattr(canvas, what, replace(of_all, begin_s=3.0))
    slow = [4.0, 3.0]

    async def takes(*_: Any) -> None:
        scene.board.calls.append("read")
        await scene.clock.sleep(slow.pop(0) if slow else 0.0)

    if what == "POST":
        scene.board.find = takes  # type: ignore[assignment]
        scene.board.failing = [Unsure("cut off")]
        await scene.start()
    else:
        await scene.start()
        await scene.passes(2)
        scene.board.calls.clear()
        scene.painter.witness._shown.clear()
        scene.board.read = takes  # type: ignore[assignment]
        await scene.desk.act("KC-1", c.Take("revoke", ANA), delivery=None)
    await scene.passes(6 if what == "POST" else 4)
    call = what.lower()
    before = ["post", "read"] if what == "POST" else ["read"]
    assert scene.board.calls == before, f"it is too late for {call} then"
    await scene.passes(12)
    assert scene.shown()
    assert scene.board.calls.count(call) == (2 if what == "POST" else 1)


async def test_so_many_messages_are_painted_at_a_time_and_no_more(scene: Scene) -> None:
    gate = asyncio.Event()
    post = scene.board.post

    async def held(row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        await gate.wait()
        return await post(row, thread, picture, mark)

    scene.board.post = held  # type: ignore[method-assign]
    for n in range(painters.HANDS - 1):
        await scene.start(started(f"C{n}"))
    await scene.passes(2)
    for n in range(painters.HANDS, painters.HANDS + 5):
        await scene.start(started(f"C{n}"))
    await scene.passes(2)
    assert len(scene.painter._in_flight) == painters.HANDS
    gate.set()
    await scene.passes(3)
    assert scene.shown()


async def test_an_update_that_a_stop_cut_off_is_due_at_once_and_not_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(painters, "FAREWELL", 0.01)
    scene = Scene()

    async def hangs(row: MessageRow, picture: Picture, mark: Mark) -> None:
        await asyncio.Event().wait()

    scene.board.update = hangs  # type: ignore[method-assign]
    task = asyncio.create_task(scene.painter.poller.run())
    run = await scene.start()
    await scene.passes(2)
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(2)
    task.cancel()
    await asyncio.wait({task})
    await scene.painter.close()
    await settle()
    ((theirs,), _) = await scene.log.outbox.claim(9)
    assert not theirs.message.unsure


async def test_deletions_that_are_kept_in_mind_are_bounded(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painters, "REMEMBERED", 2)
    gate = asyncio.Event()

    async def held(*_: Any) -> str:
        await gate.wait()
        return "1.0"

    scene.board.post = held  # type: ignore[assignment]
    await scene.start()
    await scene.passes(1)
    for n in range(5):
        await scene.painter.deleted(None, "C9", f"{n}.0")
    assert [ts for _, _, ts in scene.painter._deleted] == ["3.0", "4.0"]
    gate.set()
    await scene.passes(1)
    assert not scene.painter._deleted
    await scene.painter.deleted(None, "C9", "5.0")
    assert not scene.painter._deleted, "nothing is under way that could forget it"
