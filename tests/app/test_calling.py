"""Posts into the channel of a procedure's owner: there once, or it is recorded why not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.procedure import Owner
from bot.core.run import events as e
from bot.core.run.calling import Call
from bot.core.run.model import Run
from bot.ports.messages import Gone, Mark, MessageRow, NotInChannel, Rejected, Throttled, Unsure
from tests.app.test_painter import FakeBoard, Scene
from tests.edges.store.making import ANA, BEN, started


class Two(FakeBoard):
    """The run's channel, and the owner's, where `trouble` is in the way of each post."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: list[Exception] = []
        self.lost = False
        self.hidden = False
        self.there: list[tuple[str, str]] = []
        self.changed: list[str] = []

    async def post(self, row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        if row.place != "#owners":
            return await super().post(row, thread, picture, mark)
        assert thread is None
        if self.trouble:
            raise self.trouble.pop(0)
        # Slack need not recognise a post that it has.
        self.there.append((row.key, picture.text))
        if self.lost:
            self.lost = False
            raise Unsure("cut off")
        return "7.7"

    async def update(self, row: MessageRow, picture: Picture, mark: Mark) -> None:
        if row.place != "#owners":
            await super().update(row, picture, mark)
            return
        if self.trouble:
            raise self.trouble.pop(0)
        assert row.ts == "7.7"
        self.changed.append(picture.text)

    async def find(
        self, row: MessageRow, thread: str | None, since: datetime
    ) -> tuple[str, int] | None:
        if row.place != "#owners":
            return await super().find(row, thread, since)
        if self.hidden:
            raise Rejected("missing_scope")
        return ("7.7", 1) if row.key in dict(self.there) else None


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene(Two())
    task = asyncio.create_task(made.painter.poller.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await made.painter.close()


async def asks(scene: Scene, *trouble: Exception, lost: bool = False) -> tuple[Run, Two]:
    """A step failed, and its owner is to be told."""
    board = scene.board
    assert isinstance(board, Two)
    board.trouble, board.lost = list(trouble), lost
    event = started()
    owner = Owner(team="The owners", slack="#owners")
    whose = event.procedure.model_copy(update={"owner": owner})
    run = await scene.start(event.model_copy(update={"procedure": whose}))
    await scene.passes(1)
    for command in (
        c.Take("revoke", ANA),
        c.Fail("revoke", ANA, "It broke."),
        c.CallOwner("revoke", ANA),
    ):
        await scene.desk.act(run.id, command, delivery=None)
    await scene.passes(20)
    return await scene.desk.run(run.id), board


def call(run: Run) -> Call:
    told = run.steps["revoke"].call
    assert told is not None
    return told


async def test_the_post_is_there_once_and_the_record_says_so(scene: Scene) -> None:
    run, board = await asks(scene)
    ((key, text),) = board.there
    assert key.startswith(f"{run.id}/owner/")
    assert "<https://slack/C1/" in text
    assert call(run).reached is True
    assert scene.shown()


async def test_a_post_whose_end_nobody_saw_is_there_once(scene: Scene) -> None:
    run, board = await asks(scene, lost=True)
    assert len(board.there) == 1
    assert call(run).reached is True
    assert scene.shown()


async def test_where_nobody_can_look_it_is_posted_once_and_said_that_it_is_not_known(
    scene: Scene,
) -> None:
    assert isinstance(scene.board, Two)
    scene.board.hidden = True
    run, board = await asks(scene, lost=True)
    assert len(board.there) == 1
    assert (call(run).reached, call(run).error) == (False, "answer_lost")
    (told,) = [
        text for text in board.messages.values() if "whether it arrived is not known" in text
    ]
    assert "Look there; if nothing is there, press *Call the owner* again." in told
    assert scene.shown()
    board.hidden = False
    await scene.desk.act(run.id, c.CallOwner("revoke", ANA), delivery=None)
    await scene.passes(5)
    assert len(board.there) == 2


async def test_slack_may_ask_to_wait(scene: Scene) -> None:
    run, board = await asks(scene, Throttled(3.0))
    assert len(board.there) == 1
    assert call(run).reached is True


@pytest.mark.parametrize(
    "trouble", [NotInChannel("not_in_channel"), Rejected("msg_too_long; shorter")]
)
async def test_what_slack_refuses_is_recorded_and_told_in_the_thread(
    scene: Scene, trouble: Exception
) -> None:
    run, board = await asks(scene, trouble)
    assert board.there == []
    assert call(run).reached is False
    assert call(run).error == str(trouble).partition(";")[0]
    assert any("the owner was not called" in text for text in board.messages.values())
    assert scene.shown()
    facts = await scene.log.read(run.id)
    assert sum(isinstance(fact.event, e.OwnerReached) for fact in facts) == 1
    # Whoever brought the bot there asks once more.
    await scene.desk.act(run.id, c.CallOwner("revoke", ANA), delivery=None)
    await scene.passes(5)
    assert len(board.there) == 1


def entry(run: Run) -> int:
    """The last call of the owner."""
    return [*run.calls][-1]


async def test_the_post_says_who_comes_and_that_it_is_over(scene: Scene) -> None:
    run, board = await asks(scene)
    await scene.desk.act(run.id, c.OwnerComes(BEN, entry(run)), delivery=None)
    await scene.passes(5)
    assert "ben is on it since" in board.changed[-1]
    await scene.desk.act(run.id, c.Mistake(ANA, "Nothing broke."), delivery=None)
    await scene.passes(5)
    assert "nobody need come any more" in board.changed[-1]
    assert "ben was on it since" in board.changed[-1]
    assert len(board.there) == 1
    assert scene.shown()


async def test_what_slack_never_took_is_not_posted_when_it_is_over(scene: Scene) -> None:
    run, board = await asks(scene, NotInChannel("not_in_channel"))
    await scene.desk.act(run.id, c.Mistake(ANA, "Nothing broke."), delivery=None)
    await scene.passes(10)
    assert board.there == []
    assert scene.shown()


async def test_a_post_of_which_nobody_knew_is_found_once_somebody_answers_it(scene: Scene) -> None:
    assert isinstance(scene.board, Two)
    scene.board.hidden = True
    run, board = await asks(scene, lost=True)
    assert call(run).error == "answer_lost"
    board.hidden = False
    await scene.desk.act(run.id, c.OwnerComes(BEN, entry(run)), delivery=None)
    await scene.passes(10)
    assert len(board.there) == 1
    assert "ben is on it since" in board.changed[-1]
    assert scene.shown()


async def test_a_post_that_somebody_deleted_stays_away_and_nobody_hears_of_it(scene: Scene) -> None:
    run, board = await asks(scene)
    board.trouble = [Gone("message_not_found")]
    await scene.desk.act(run.id, c.OwnerComes(BEN, entry(run)), delivery=None)
    await scene.passes(5)
    assert len(board.there) == 1
    kinds = [fact.event.kind for fact in await scene.log.read(run.id)]
    assert kinds.count("owner_reached") == 1
    assert scene.shown()
