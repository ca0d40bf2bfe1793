"""What is wanted in Slack, shared out: one painter at a time, and nobody starves."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.edges.store import outbox
from bot.ports.messages import Claim
from tests.edges.store.conftest import Advance, Tested, real
from tests.edges.store.making import append, begin, note


async def claimed(log: Tested, limit: int = 16) -> Sequence[Claim]:
    claims, _ = await log.outbox.claim(limit)
    return claims


async def keys(log: Tested, limit: int = 16) -> list[str]:
    return [claim.message.key for claim in await claimed(log, limit)]


async def one(log: Tested) -> Claim:
    (claim,) = await claimed(log)
    return claim


async def shown(log: Tested, key: str = "KC-1/board") -> int:
    row = await log.message(key)
    assert row is not None
    return row.shown


async def test_a_fact_makes_its_message_wanted_and_painting_makes_it_clean(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    claim = await one(log)
    row = claim.message
    assert (row.key, row.run_id, row.channel, row.ts) == ("KC-1/board", run_id, "C1", None)
    assert (row.wanted, row.shown, row.unsure, row.generation) == (1, 0, False, 0)
    assert (claim.thread, claim.failures) == (None, 0)
    await append(log, run_id, 1, [note("meanwhile")], touched={"board": 2})
    await log.outbox.shown(claim, "17.1", 1)
    await advance(2)
    claim = await one(log)
    assert (claim.message.ts, claim.message.wanted, claim.message.shown) == ("17.1", 2, 1)
    await log.outbox.shown(claim, "17.1", 2)
    await advance(60)
    assert await claimed(log) == []
    assert await log.find_message(None, "C1", "17.1") == await log.message("KC-1/board")
    assert await log.find_message(None, "C2", "17.1") is None


async def test_a_wish_never_sinks(log: Tested) -> None:
    run_id = await begin(log, touched={"board": 5})
    await append(log, run_id, 1, [note("a smaller wish")], touched={"board": 2})
    assert (await one(log)).message.wanted == 5


async def test_a_claim_is_one_painters_until_its_lease_ends(log: Tested, advance: Advance) -> None:
    await begin(log, touched={"board": 1})
    await one(log)
    await advance(11)
    assert await claimed(log) == []
    await advance(2)
    claim = await one(log)
    assert claim.message.unsure, "whoever had it may have posted"


async def test_attempts_whose_end_nobody_wrote_down_are_counted(
    log: Tested, advance: Advance
) -> None:
    await begin(log, touched={"board": 1})
    claim = await one(log)
    assert claim.failures == 0
    for count in (1, 2):
        await advance(13)
        claim = await one(log)
        assert claim.failures == count
    await advance(13)
    await log.outbox.again(claim, 3, unsure=True)
    await advance(13)
    claim = await one(log)
    assert claim.failures == 3, "who comes late has failed once"
    await log.outbox.again(claim, 3, unsure=True, failed=False)
    await advance(4)
    claim = await one(log)
    assert claim.failures == 3
    await log.outbox.hold(claim, 3)
    await advance(4)
    claim = await one(log)
    assert claim.failures == 3
    await log.outbox.shown(claim, "17.1", 1)
    await append(log, "KC-1", 1, [note("more")], touched={"board": 2})
    await advance(2)
    claim = await one(log)
    assert claim.failures == 0


async def test_of_painters_that_ask_at_once_each_message_goes_to_one(log: Tested) -> None:
    for channel in range(8):
        await begin(log, channel=f"C{channel}", touched={"board": 1})
    shares = await asyncio.gather(*(keys(log, 3) for _ in range(6)))
    taken = [key for share in shares for key in share]
    assert sorted(taken) == sorted({*taken})
    assert len(taken) == 8


async def test_who_comes_late_is_fenced_off_and_the_message_painted_anew(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    await log.outbox.shown(await one(log), "17.1", 1)
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    await advance(2)
    slow = await one(log)
    await advance(13)
    quick = await one(log)
    await log.outbox.shown(quick, "17.1", 2)
    await log.outbox.shown(slow, "17.1", 2)
    assert await shown(log) < 2
    await advance(7)
    await log.outbox.shown(await one(log), "17.1", 2)
    assert await shown(log) == 2


async def test_who_comes_late_fences_off_whoever_paints_just_then(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    await log.outbox.shown(await one(log), "17.1", 1)
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    await advance(2)
    slow = await one(log)
    await advance(13)
    quick = await one(log)
    await log.outbox.shown(slow, "17.1", 2)
    await log.outbox.shown(quick, "17.1", 2)
    assert await shown(log) < 2, "what the late one showed may have come after"


async def test_a_post_that_is_tried_again_is_marked_as_unsure_or_not(
    log: Tested, advance: Advance
) -> None:
    await begin(log, touched={"board": 1})
    for unsure in (True, False, True):
        claim = await one(log)
        await log.outbox.again(claim, 3, unsure=unsure)
        assert await claimed(log) == []
        await advance(4)
        row = await log.message("KC-1/board")
        assert row is not None
        assert row.unsure is unsure
    assert (await one(log)).failures == 3


async def test_a_lost_message_is_wanted_as_a_new_post(log: Tested, advance: Advance) -> None:
    await begin(log, touched={"board": 1})
    await log.outbox.shown(await one(log), "17.1", 1)
    await log.outbox.lost("KC-1/board", "17.1")
    await advance(2)
    row = (await one(log)).message
    assert (row.ts, row.shown, row.unsure, row.generation) == (None, 0, False, 1)
    assert await log.find_message(None, "C1", "17.1") is None


async def test_who_finds_it_gone_late_does_not_lose_the_new_one(
    log: Tested, advance: Advance
) -> None:
    await begin(log, touched={"board": 1})
    await log.outbox.shown(await one(log), "17.1", 1)
    await log.outbox.lost("KC-1/board", "17.1")
    await advance(2)
    await log.outbox.shown(await one(log), "18.1", 1)
    await log.outbox.lost("KC-1/board", "17.1")
    row = await log.message("KC-1/board")
    assert row is not None
    assert (row.ts, row.generation) == ("18.1", 1)


async def test_whoever_paints_what_is_lost_meanwhile_does_not_bring_it_back(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    await log.outbox.shown(await one(log), "17.1", 1)
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    await advance(2)
    claim = await one(log)
    await log.outbox.lost("KC-1/board", "17.1")
    await log.outbox.shown(claim, "17.1", 2)
    await advance(2)
    assert (await one(log)).message.ts is None


async def test_a_message_given_up_waits_until_a_later_fact_wants_it(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    await log.outbox.give_up(await one(log))
    await advance(60)
    assert await claimed(log) == []
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    assert not (await one(log)).message.unsure


async def test_what_stands_under_a_board_waits_for_it(log: Tested, advance: Advance) -> None:
    await begin(log, touched={"board": 1, "notice/1": 1})
    claim = await one(log)
    assert claim.message.key == "KC-1/board"
    await log.outbox.shown(claim, "17.1", 1)
    await advance(2)
    claim = await one(log)
    assert (claim.message.key, claim.thread) == ("KC-1/notice/1", "17.1")


async def test_a_channel_takes_a_post_a_second_and_the_others_do_not_wait_for_it(
    log: Tested, advance: Advance
) -> None:
    for channel in ("C1", "C1", "C2"):
        await begin(log, channel=channel, touched={"board": 1})
        await advance(0.1)
    assert sorted(await keys(log)) == ["KC-2/board", "KC-3/board"]
    claims, pause = await log.outbox.claim(16)
    assert (claims, 0 < pause <= 1) == ([], True)
    await advance(1.1)
    assert await keys(log) == ["KC-1/board"]


@real
async def test_a_channel_that_is_held_takes_no_post_until_then(
    log: Tested, advance: Advance
) -> None:
    for _ in range(2):
        await begin(log, touched={"board": 1})
    await log.outbox.hold(await one(log), 10)
    await advance(9)
    assert await claimed(log) == []
    await advance(2)
    assert len(await claimed(log)) == 1


async def test_the_boards_that_people_acted_on_last_come_first_and_boards_before_the_rest(
    log: Tested, advance: Advance
) -> None:
    for channel in ("C1", "C2", "C3"):
        await begin(log, channel=channel, touched={"board": 1})
    for claim in await claimed(log):
        await log.outbox.shown(claim, f"{claim.message.run_id}.1", 1)
    await advance(60)
    for run_id, touched in (
        ("KC-2", {"board": 2}),
        ("KC-3", {"board": 2}),
        ("KC-1", {"board": 2, "notice/2": 2}),
    ):
        await append(log, run_id, 1, [note("more")], touched=touched)
        await advance(1)
    assert await keys(log) == ["KC-1/board", "KC-3/board", "KC-2/board", "KC-1/notice/2"]


async def test_whoever_was_just_painted_goes_behind_those_that_were_not(
    log: Tested, advance: Advance
) -> None:
    for channel in ("C1", "C2"):
        await begin(log, channel=channel, touched={"board": 1})
    for claim in await claimed(log):
        await log.outbox.shown(claim, f"{claim.message.run_id}.1", 1)
    await advance(60)
    await append(log, "KC-2", 1, [note("quiet")], touched={"board": 2})
    await append(log, "KC-1", 1, [note("busy")], touched={"board": 2})
    await advance(1)
    (first,) = await claimed(log, 1)
    await log.outbox.shown(first, "1.1", 2)
    busy = first.message.run_id
    await advance(2)
    await append(log, busy, 2, [note("busy still")], touched={"board": 3})
    (second,) = await claimed(log, 1)
    assert second.message.run_id != busy


async def test_an_invitation_makes_what_waits_for_a_channel_due(log: Tested) -> None:
    await begin(log, touched={"board": 1})
    await log.outbox.again(await one(log), 60, unsure=False)
    await log.outbox.invited(None, "C2")
    assert await claimed(log) == []


@real
async def test_updates_come_in_a_burst_and_then_at_slacks_rate(
    log: Tested, advance: Advance
) -> None:
    for number in range(30):
        await begin(log, channel=f"C{number}", touched={"board": 1})
    while claims := await claimed(log):
        for claim in claims:
            await log.outbox.shown(claim, f"{claim.message.run_id}.1", 1)
    for number in range(30):
        await append(log, f"KC-{number + 1}", 1, [note("more")], touched={"board": 2})
    await advance(60)
    assert len(await keys(log, 40)) == 20
    await advance(6.1)
    assert len(await keys(log, 40)) == 5


async def test_what_waits_is_told_with_its_age(log: Tested, advance: Advance) -> None:
    run_id = await begin(log, touched={"board": 1})
    await advance(50)
    await append(log, run_id, 1, [note("more")], touched={"board": 2, "notice/2": 2})
    await advance(20)
    backlog = await log.outbox.backlog(60)
    assert (backlog.waiting, round(backlog.oldest)) == (2, 70)
    assert list(backlog.late) == ["KC-1/board"]
    await log.outbox.shown(await one(log), "17.1", 1)
    await advance(5)
    assert round((await log.outbox.backlog(60)).oldest) == 25


@real
async def test_of_very_many_that_wait_the_oldest_are_named_and_all_are_counted(
    log: Tested, advance: Advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_LATE", 3)
    for number in range(5):
        await begin(log, channel=f"C{number}", touched={"board": 1})
        await advance(1)
    await advance(60)
    backlog = await log.outbox.backlog(60)
    assert (backlog.waiting, round(backlog.oldest)) == (5, 65)
    assert backlog.late == ["KC-1/board", "KC-2/board", "KC-3/board"]


@real
async def test_what_was_updated_after_an_unseen_end_is_painted_once_more(
    log: Tested, advance: Advance
) -> None:
    run_id = await begin(log, touched={"board": 1})
    await log.outbox.shown(await one(log), "17.1", 1)
    await append(log, run_id, 1, [note("more")], touched={"board": 2})
    await advance(2)
    await log.outbox.again(await one(log), 1, unsure=False)
    await advance(2)
    await log.outbox.shown(await one(log), "17.1", 2)
    await advance(5)
    assert await claimed(log) == []
    await advance(2)
    await log.outbox.shown(await one(log), "17.1", 2)
    await advance(60)
    assert await claimed(log) == []
