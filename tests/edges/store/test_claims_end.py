"""How the claim of a message ends: what is kept of it, and when it is due again."""

from bot.edges.store import SqlLog
from bot.ports.messages import Backlog, MessageRow
from tests.edges.store.conftest import Advance, Tested, real
from tests.edges.store.making import append, begin, note
from tests.edges.store.test_outbox import claimed, keys, one


async def row(log: Tested, key: str = "KC-1/board") -> MessageRow:
    found = await log.message(key)
    assert found is not None
    return found


async def test_what_is_put_off_comes_at_its_time_and_not_before(
    log: Tested, advance: Advance
) -> None:
    await begin(log, touched={"board": 1})
    await log.outbox.again(await one(log), 60, unsure=False)
    await advance(59)
    assert await claimed(log) == []
    await advance(1)
    assert await keys(log) == ["KC-1/board"]


async def test_whoever_is_invited_to_a_channel_posts_there_what_was_put_off(
    log: Tested, advance: Advance
) -> None:
    for channel in ("C1", "C2"):
        await begin(log, channel=channel, touched={"board": 1})
    for claim in await claimed(log):
        await log.outbox.again(claim, 600, unsure=False)
    await advance(2)
    await log.outbox.invited(None, "C1")
    assert await keys(log) == ["KC-1/board"]


async def test_what_slack_held_back_was_not_begun_and_is_due_when_slack_said(
    log: Tested, advance: Advance
) -> None:
    await begin(log, touched={"board": 1})
    await log.outbox.hold(await one(log), 3)
    assert not (await row(log)).unsure
    await advance(2.9)
    assert await claimed(log) == []
    await advance(0.2)
    claim = await one(log)
    assert (claim.message.unsure, claim.failures) == (False, 0)


@real
async def test_an_update_that_slack_held_back_holds_back_all_updates_and_no_post(
    log: Tested, advance: Advance
) -> None:
    for channel in ("C1", "C2"):
        await begin(log, channel=channel, touched={"board": 1})
    for claim in await claimed(log):
        await log.outbox.shown(claim, f"{claim.message.run_id}.1", 1)
    await advance(60)
    await append(log, "KC-1", 1, [note("more")], touched={"board": 2})
    await log.outbox.hold(await one(log), 30)
    await append(log, "KC-2", 1, [note("more")], touched={"board": 2, "notice/2": 2})
    await advance(29)
    assert await keys(log) == ["KC-2/notice/2"]
    await advance(2)
    assert "KC-1/board" in await keys(log) + await keys(log)


async def test_a_message_is_painted_once_a_second_at_the_most(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    await log.outbox.shown(await one(log), "17.1", 1)
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    await advance(0.9)
    assert await claimed(log) == []
    await advance(0.1)
    claim = await one(log)
    assert (claim.message.ts, claim.message.unsure, claim.thread) == ("17.1", False, None)


async def test_what_must_wait_for_its_channel_does_not_hold_up_what_comes_behind_it(
    log: Tested, advance: Advance
) -> None:
    for channel in ("C2", "C1", "C1"):
        await begin(log, channel=channel, touched={"board": 1})
        await advance(0.1)
    assert await keys(log) == ["KC-3/board", "KC-1/board"]


async def test_what_was_given_up_begins_again_with_the_next_fact_at_once(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    await log.outbox.again(await one(log), 1, unsure=False)
    await advance(2)
    claim = await one(log)
    assert claim.failures == 1
    await log.outbox.give_up(claim)
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    await advance(2)
    claim = await one(log)
    assert (claim.failures, claim.message.unsure) == (0, False)


async def test_what_is_shown_is_sure_and_waits_no_more(log: Tested, advance: Advance) -> None:
    assert await log.outbox.backlog(60) == Backlog(0, 0.0, [])
    await begin(log, touched={"board": 1})
    assert (await log.outbox.backlog(60)) == Backlog(1, 0.0, [])
    claim = await one(log)
    assert (await row(log)).unsure, "it may be posted by now, whatever becomes of the painter"
    await advance(1)
    await log.outbox.shown(claim, "17.1", 1)
    assert not (await row(log)).unsure
    assert await log.outbox.backlog(60) == Backlog(0, 0.0, [])


async def test_a_painter_that_finds_nothing_is_told_when_something_is_due(
    log: Tested, advance: Advance
) -> None:
    await begin(log, touched={"board": 1})
    await log.outbox.again(await one(log), 0.25, unsure=False)
    await advance(1.5)
    await log.outbox.again(await one(log), 0.25, unsure=False)
    none, pause = await log.outbox.claim(4)
    assert (none, round(pause, 3)) == ([], 0.25)


async def test_an_attempt_that_ended_the_bot_counts_when_it_is_back(url: str) -> None:
    for failures in range(3):
        async with await SqlLog.open(url) as log:
            if not failures:
                await begin(log, touched={"board": 1})
            ((claim,), _) = await log.outbox.claim(1)
            assert claim.failures == failures
