"""The witness and the troubles: what Slack shows is not painted over, and who must act is told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.ports.log import Unreadable
from bot.ports.messages import (
    Barred,
    Gone,
    Mark,
    MessageRow,
    NeedsPerson,
    NotInChannel,
    Throttled,
    Unfit,
    Unsure,
)
from tests.app.test_painter import Scene
from tests.edges.store.making import ANA, BEN, started


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    task = asyncio.create_task(made.painter.poller.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await made.painter.close()


def restart(scene: Scene) -> None:
    """Another process: it has seen no board and knows no run."""
    old = scene.painter
    scene.desk._cache.clear()
    old.witness._shown.clear()


async def acted(scene: Scene) -> str:
    """A run on whose board a step has been taken; the ts of its board."""
    run = await scene.start()
    await scene.passes(1)
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(3)
    (ts,) = scene.board.messages
    return ts


def by_ben(facts: list[e.Fact]) -> list[e.Fact]:
    """The same facts, but that it was not Ana who took the step."""
    return [
        replace(fact, event=fact.event.model_copy(update={"by": BEN})) if fact.seq == 2 else fact
        for fact in facts
    ]


def said(facts: list[e.Fact]) -> list[e.BoardReplaced]:
    return [fact.event for fact in facts if isinstance(fact.event, e.BoardReplaced)]


async def test_a_board_says_which_log_hash_it_shows(scene: Scene) -> None:
    ts = await acted(scene)
    facts = await scene.log.read("KC-1")
    assert scene.board.marks[ts] == Mark(2, facts[-1].hash)


async def test_a_board_is_read_once_by_each_process(scene: Scene) -> None:
    await acted(scene)
    assert scene.board.calls.count("read") == 0, "it has posted the board itself"
    restart(scene)
    for n in range(3):
        await scene.desk.act("KC-1", c.AddNote(None, ANA, f"n{n}"), delivery=None)
        await scene.passes(3)
    assert scene.board.calls.count("read") == 1
    assert scene.shown()


@pytest.mark.parametrize("how", ["changed", "put back", "changed under a running process"])
async def test_a_board_whose_log_hash_is_not_in_the_record_is_not_painted_over(
    scene: Scene, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    old = await acted(scene)
    before = scene.board.messages[old]
    mark = scene.board.marks[old]
    facts = list(await scene.log.read("KC-1"))
    scene.log.rewrite("KC-1", facts[:1] if how == "put back" else by_ben(facts))
    if how == "put back":
        rows = scene.log.outbox.rows
        rows["KC-1/board"] = replace(rows["KC-1/board"], wanted=1, shown=1)
    if how != "changed under a running process":
        restart(scene)
    else:
        scene.desk._cache.clear()
    await scene.desk.act("KC-1", c.AddNote(None, ANA, "we go on"), delivery=None)
    await scene.passes(6)
    assert scene.shown()
    assert scene.board.messages[old] == before, "the witness stays as it was"
    (new,) = set(scene.board.messages) - {old}
    assert f"<https://slack/C1/{old}|The earlier board> stays as it was." in str(
        scene.board.messages[new]
    )
    (event,) = said(await scene.log.read("KC-1"))
    assert (event.board, event.entry, event.head) == (old, mark.seq, mark.head)
    assert [r for r in caplog.records if "the record of KC-1 was changed" in r.getMessage()]
    await scene.desk.act("KC-1", c.AddNote(None, ANA, "and on"), delivery=None)
    restart(scene)
    await scene.passes(6)
    assert scene.shown()
    assert len(scene.board.messages) == 2, "it is told once, and the run goes on"


async def test_an_entry_that_does_not_follow_is_told_once(scene: Scene) -> None:
    old = await acted(scene)
    facts = list(await scene.log.read("KC-1"))
    scene.log._facts["KC-1"] = by_ben(facts)
    for _ in range(3):
        restart(scene)
        await scene.desk.act("KC-1", c.AddNote(None, ANA, "we go on"), delivery=None)
        await scene.passes(6)
    assert scene.shown()
    (event,) = said(await scene.log.read("KC-1"))
    assert (event.board, event.broken, event.head) == (old, 2, None)
    assert len(scene.board.messages) == 2


@pytest.mark.parametrize("trouble", [Barred("missing_scope"), Gone("thread_not_found"), None])
async def test_a_board_that_cannot_be_read_or_says_nothing_is_painted(
    scene: Scene, caplog: pytest.LogCaptureFixture, trouble: Exception | None
) -> None:
    ts = await acted(scene)
    restart(scene)
    if trouble is None:
        del scene.board.marks[ts]
    else:
        scene.board.failing = [trouble]
    await scene.desk.act("KC-1", c.AddNote(None, ANA, "n"), delivery=None)
    await scene.passes(3)
    assert scene.shown()
    told = [r for r in caplog.records if "cannot be read back" in r.getMessage()]
    assert len(told) == (0 if trouble is None else 1)


@pytest.mark.parametrize("trouble", [Throttled(2), Unsure("cut off")])
async def test_people_do_not_wait_for_a_board_that_is_never_to_be_read(
    scene: Scene, trouble: Exception
) -> None:
    await acted(scene)
    restart(scene)
    scene.board.failing = [trouble] * 4
    await scene.desk.act("KC-1", c.AddNote(None, ANA, "n"), delivery=None)
    await scene.passes(40)
    assert scene.shown()
    assert scene.board.calls.count("read") == 4


async def test_a_repost_that_slack_may_have_known_does_not_claim_to_show_the_newest(
    scene: Scene,
) -> None:
    """Slack answers with the message that it had, which shows what was known then."""
    post = scene.board.post
    first: list[str] = []

    async def recognised(row: MessageRow, thread: str | None, picture: Picture, mark: Mark) -> str:
        if first:
            scene.board.calls.append("post")
            return first[0]
        first.append(await post(row, thread, picture, mark))
        raise Unsure("cut off")

    async def not_yet(*_: Any) -> None:
        scene.board.calls.append("find")

    scene.board.post = recognised  # type: ignore[method-assign]
    scene.board.find = not_yet  # type: ignore[assignment]
    run = await scene.start()
    await scene.passes(1)
    await scene.desk.act(run.id, c.Take("revoke", ANA), delivery=None)
    await scene.passes(10)
    assert scene.shown()
    assert scene.board.calls[-1] == "update"
    assert scene.board.marks[first[0]].seq == 2


@pytest.mark.parametrize(
    "error", ["restricted_action_read_only_channel", "is_archived", "an_error_nobody_knows"]
)
async def test_what_needs_a_person_is_recorded_and_told_once_and_tried_again_seldom(
    scene: Scene, error: str
) -> None:
    scene.board.failing = [NeedsPerson(error)] * 3
    await scene.start()
    await scene.passes(400)
    assert scene.board.calls == ["post"] * 3
    ((who, words),) = scene.told
    assert who == ANA.id
    assert f"(`{error}`)" in words
    assert (await scene.desk.run("KC-1")).showing.refused == e.PostingRefused(
        message="board", error=error
    )
    await scene.painter.joined(None, "C1")
    await scene.passes(3)
    assert scene.shown()
    assert (await scene.desk.run("KC-1")).showing.refused is None


async def test_only_what_folding_can_answer_is_folded_tighter(scene: Scene) -> None:
    scene.board.failing = [Unfit("msg_blocks_too_long")]
    await scene.start()
    await scene.passes(2)
    assert scene.board.calls == ["post", "post"]
    assert scene.shown()
    assert not scene.told


@pytest.mark.parametrize("error", ["cant_update_message", "edit_window_closed"])
async def test_a_board_that_is_not_ours_to_edit_is_posted_anew(scene: Scene, error: str) -> None:
    old = await acted(scene)
    scene.board.failing = [Gone(error)]
    await scene.desk.act("KC-1", c.AddNote(None, ANA, "n"), delivery=None)
    await scene.passes(5)
    assert scene.shown()
    (event,) = said(await scene.log.read("KC-1"))
    assert (event.board, event.why) == (old, "not_editable")
    assert len(scene.board.messages) == 2


async def test_who_works_on_a_run_is_told_how_to_bring_back_a_bot_that_was_removed(
    scene: Scene,
) -> None:
    await acted(scene)
    await scene.desk.act("KC-1", c.GiveBack("revoke", ANA), delivery=None)
    await scene.desk.act("KC-1", c.Take("revoke", BEN), delivery=None)
    await scene.passes(3)
    scene.board.failing = [NotInChannel("not_in_channel")] * 9
    await scene.painter.hindrances.left(None, "C1", "not_in_channel")
    await scene.passes(10)
    assert [who for who, _ in scene.told] == [ANA.id, BEN.id]
    assert "I am not in this channel any more" in scene.told[0][1]
    scene.board.failing = []
    await scene.painter.joined(None, "C1")
    await scene.passes(3)
    assert scene.shown()
    assert (await scene.desk.run("KC-1")).showing.refused is None


async def test_of_runs_that_cannot_be_read_one_line_is_logged_and_the_others_are_told(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await acted(scene)
    for _ in range(3):
        await scene.desk.start(started(), delivery=None, another=True)
    await scene.passes(9)
    real = scene.log.read

    async def newer(run_id: str, after: int = 0) -> list[e.Fact]:
        if run_id in ("KC-2", "KC-3"):
            raise Unreadable(f"{run_id} has an entry of a newer version")
        return await real(run_id, after)

    scene.log.read = newer  # type: ignore[method-assign]
    await scene.painter.hindrances.left(None, "C1", "is_archived")
    assert {who for who, _ in scene.told} == {ANA.id}
    assert len(scene.told) == 2
    (said,) = [one.message for one in caplog.records if "is not told" in one.message]
    assert said == (
        "nothing can be shown in C1 any more (is_archived), and who works on KC-3, KC-2 is not "
        "told: 2 runs cannot be read"
    )
    assert not any(one.exc_info for one in caplog.records)


async def test_the_deleted_boards_are_remembered(scene: Scene) -> None:
    old = await acted(scene)
    del scene.board.messages[old], scene.board.keys[old]
    await scene.painter.deleted(None, "C1", old)
    await scene.painter.deleted(None, "C1", old)
    await scene.passes(4)
    assert scene.shown()
    (event,) = said(await scene.log.read("KC-1"))
    assert (event.board, event.why) == (old, "deleted")


async def test_nothing_is_posted_under_a_board_that_is_just_found_gone(scene: Scene) -> None:
    """Slack would put it into the channel."""
    old = await acted(scene)
    del scene.board.messages[old], scene.board.keys[old]
    scene.board.calls.clear()
    await scene.desk.act("KC-1", c.Fail("revoke", ANA, "it broke"), delivery=None)
    await scene.passes(8)
    assert scene.shown()
    assert scene.board.calls.count("post") == 2, "the board's and the notice's, and no other"
