"""The painter and the thread: notices come under their board, and change and go on their own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.ports.messages import Gone, Mark, MessageRow, NotInChannel, Unsure
from tests.app.test_painter import Scene
from tests.edges.store.making import ANA, started


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    task = asyncio.create_task(made.painter.poller.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await made.painter.close()


async def taken(scene: Scene) -> str:
    """A run whose first step was taken, shown; the ts of its board."""
    run = await scene.start()
    await scene.passes(1)
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(2)
    (board,) = scene.board.messages
    return board


async def told(scene: Scene) -> MessageRow:
    """Such a run whose step failed then, and its notice, shown."""
    await taken(scene)
    await scene.desk.act("KC-1", c.Fail("revoke", ANA, "it broke"), delivery=None)
    await scene.passes(3)
    assert scene.shown()
    return scene.log.outbox.rows["KC-1/notice/3"]


async def replaced(scene: Scene) -> list[str]:
    facts = await scene.log.read("KC-1")
    return [f.event.board for f in facts if isinstance(f.event, e.BoardReplaced)]


async def test_a_notice_that_is_to_look_otherwise_is_updated(scene: Scene) -> None:
    notice = await told(scene)
    scene.board.calls.clear()
    await scene.desk.act("KC-1", c.AddNote(None, ANA, "n"), delivery=None)
    scene.log.outbox.want(notice, 4)
    await scene.passes(3)
    assert scene.board.calls == ["update", "update"], "the board's, and its own"
    assert scene.shown()


async def test_a_notice_that_someone_deleted_stays_deleted_and_its_board_stays(
    scene: Scene,
) -> None:
    notice = await told(scene)
    assert notice.ts is not None
    del scene.board.messages[notice.ts], scene.board.keys[notice.ts]
    scene.board.calls.clear()
    scene.log.outbox.want(notice, 4)
    await scene.passes(12)
    assert scene.board.calls == ["update"]
    assert scene.shown()
    assert await replaced(scene) == []


async def test_a_notice_that_lost_its_thread_was_not_posted_and_is_not_looked_for(
    scene: Scene,
) -> None:
    board = await taken(scene)
    scene.board.failing = [None, Gone("thread_not_found")]
    await scene.desk.act("KC-1", c.Fail("revoke", ANA, "it broke"), delivery=None)
    await scene.passes(10)
    assert scene.shown()
    assert await replaced(scene) == [board]
    assert "find" not in scene.board.calls


async def test_a_notice_that_may_have_been_posted_is_looked_for_in_its_thread(
    scene: Scene,
) -> None:
    board = await taken(scene)
    asked: list[str | None] = []

    async def find(row: MessageRow, thread: str | None, since: datetime) -> None:
        asked.append(thread)

    scene.board.find = find  # type: ignore[method-assign]
    scene.board.failing = [None, Unsure("cut off")]
    await scene.desk.act("KC-1", c.Fail("revoke", ANA, "it broke"), delivery=None)
    await scene.passes(10)
    assert scene.shown()
    assert asked == [board]


async def test_a_notice_waits_for_its_board_that_is_being_painted(scene: Scene) -> None:
    """It may be found gone, and an answer under it would stand in the channel."""
    board = await taken(scene)
    del scene.board.messages[board], scene.board.keys[board]
    update = scene.board.update

    async def slow(row: MessageRow, picture: Picture, mark: Mark) -> None:
        await scene.clock.sleep(2.0)
        await update(row, picture, mark)

    scene.board.update = slow  # type: ignore[method-assign]
    scene.board.calls.clear()
    await scene.desk.act("KC-1", c.Fail("revoke", ANA, "it broke"), delivery=None)
    await scene.passes(12)
    assert scene.shown()
    posts = [call for call in scene.board.calls if call in ("post", "update")]
    assert posts[:3] == ["update", "post", "post"]
    assert posts.count("post") == 2


# Of one workspace. ------------------------------------------------------------------------------


async def of_team(scene: Scene, team: str) -> None:
    await scene.start(started().model_copy(update={"team": team}))
    await scene.passes(2)


async def test_news_of_a_channel_is_of_one_workspace(scene: Scene) -> None:
    scene.board.failing = [NotInChannel("not_in_channel")]
    await of_team(scene, "T1")
    await scene.painter.joined("T2", "C1")
    await scene.passes(3)
    assert not scene.shown()
    await scene.painter.joined("T1", "C1")
    await scene.passes(3)
    assert scene.shown()
    (board,) = scene.board.messages
    for team, lost in (("T2", []), (None, []), ("T1", [board])):
        await scene.painter.deleted(team, "C1", board)
        assert await replaced(scene) == lost


async def test_the_earlier_board_is_linked_in_its_own_workspace(scene: Scene) -> None:
    scene.painter.canvas.link = lambda team, channel, ts: f"https://{team}/{channel}/{ts}"
    await of_team(scene, "T1")
    (board,) = scene.board.messages
    event = e.BoardReplaced(board=board, why="disagrees", entry=1, head="0" * 64)
    await scene.painter._replace("KC-1", event)
    await scene.passes(4)
    assert f"<https://T1/C1/{board}|The earlier board>" in scene.board.pictures[-1].text


# What is logged. --------------------------------------------------------------------------------


async def test_a_quiet_run_is_painted_without_a_word_in_the_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await told(scene)
    assert caplog.records == []


async def test_what_goes_wrong_is_logged_with_its_run(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def faulty(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(scene.painter.hindrances), "refused", faulty)
    scene.board.failing = [NotInChannel("not_in_channel"), Unsure("cut off")]
    await scene.start()
    await scene.passes(70)
    said = [(vars(r)["run"], r.getMessage().partition(" (")[0]) for r in caplog.records]
    assert said == [
        ("KC-1", "painting KC-1/board ended with a fault"),
        ("KC-1", "KC-1/board is not shown yet"),
    ]
