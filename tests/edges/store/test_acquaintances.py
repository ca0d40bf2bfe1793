"""What is known of people: with its age, shared by all, asked for at the pace that Slack allows."""

import asyncio
from dataclasses import replace

from bot.core.acting.admission import FRESH, GUEST, Standing, admits, sees
from bot.edges.store import SqlLog
from bot.edges.store.acquaintances import A_MINUTE, BURST, REFRESH
from tests.edges.store.conftest import Advance, real

BOT, ROOM, PUBLIC = "U0BOT", "C0KEYROOM", "C0INCIDENTS"


async def learn(log: SqlLog, **channels: set[str]) -> None:
    """Ask about all who are due, and be told these private channels."""
    asked, _ = await log.acquaintances.claim(10)
    for one in asked:
        told = Standing(team="T0", channels=frozenset(channels.get(one.person, set())))
        if one.person == BOT:
            told = replace(told, public=frozenset(channels.get("public", {PUBLIC, "C0RANDOM"})))
        await log.acquaintances.learned(one, told)
        await log.acquaintances.done(one)


async def due(log: SqlLog) -> list[str]:
    return [one.person for one in (await log.acquaintances.claim(10))[0]]


@real
async def test_who_appears_is_asked_about_and_then_known(log: SqlLog, advance: Advance) -> None:
    await log.acquaintances.met([BOT, "U0DEE", "U0BEN"])
    await learn(log, U0BOT={ROOM}, U0DEE={ROOM})
    await advance(5)
    dee = await log.acquaintances.known("U0DEE", ROOM, BOT)
    assert (dee.inside, dee.private, dee.team, dee.fresh) == (True, True, "T0", True)
    ben = await log.acquaintances.known("U0BEN", ROOM, BOT)
    assert (ben.inside, ben.private) == (None, True)
    assert ben.absent_since() == ben.asked
    public = await log.acquaintances.known("U0BEN", "C0INCIDENTS", BOT)
    assert public.private is False
    nobody = await log.acquaintances.known("U0ELI", ROOM, BOT)
    assert (nobody.asked, nobody.absent_since()) == (None, None)


@real
async def test_a_guest_sees_only_the_channels_that_they_are_in(
    log: SqlLog, advance: Advance
) -> None:
    known = log.acquaintances.known
    await log.acquaintances.met([BOT, "U0GIL", "U0BEN"])
    assert not sees(PUBLIC, await known("U0GIL", PUBLIC, BOT)), "they may be one"
    await learn(log, U0BOT={ROOM}, U0GIL={GUEST, PUBLIC})
    gil, ben = await known("U0GIL", PUBLIC, BOT), await known("U0BEN", PUBLIC, BOT)
    assert (gil.told, gil.guest, gil.private) == (True, True, False)
    assert (ben.told, ben.guest) == (True, False)
    assert sees(PUBLIC, gil)
    assert sees(PUBLIC, ben)
    other = await known("U0GIL", "C0RANDOM", BOT)
    assert not sees("C0RANDOM", other)
    assert not admits(None, "C0RANDOM", other)
    assert sees("C0RANDOM", await known("U0BEN", "C0RANDOM", BOT))
    await advance(5)
    await log.acquaintances.joined("U0GIL", "C0RANDOM")
    assert sees("C0RANDOM", await known("U0GIL", "C0RANDOM", BOT))
    # What is known of a guest grows old as of anybody; that they are one stays.
    await advance(FRESH + 1)
    assert not sees(PUBLIC, await known("U0GIL", PUBLIC, BOT))
    # Who is made a member sees what members see, once Slack was asked again.
    await log.acquaintances.met(["U0GIL", BOT])
    await learn(log, U0BOT={ROOM})
    assert sees(PUBLIC, await known("U0GIL", PUBLIC, BOT))


@real
async def test_who_is_known_is_asked_about_again_before_that_is_too_old(
    log: SqlLog, advance: Advance
) -> None:
    await log.acquaintances.met(["U0DEE"])
    await learn(log, U0DEE={ROOM})
    await log.acquaintances.met(["U0DEE"])
    assert await due(log) == []
    await advance(REFRESH + 1)
    assert REFRESH < FRESH
    assert await due(log) == ["U0DEE"]
    assert await due(log) == [], "it is one process's"


@real
async def test_who_appears_no_more_is_left_in_peace_and_forgotten(
    log: SqlLog, advance: Advance
) -> None:
    await log.acquaintances.met(["U0DEE"])
    await advance(25 * 3_600)
    await learn(log, U0DEE={ROOM})
    await advance(2 * FRESH)
    assert await due(log) == []
    await log.acquaintances.met(["U0DEE"])
    assert await due(log) == ["U0DEE"], "who comes back is asked about at once"
    await advance(31 * 24 * 3_600)
    await log.acquaintances.forget()
    assert (await log.acquaintances.known("U0DEE", ROOM, BOT)).inside is None


@real
async def test_who_comes_and_goes_is_known_at_once_and_asked_about(
    log: SqlLog, advance: Advance
) -> None:
    await log.acquaintances.met([BOT, "U0DEE"])
    await learn(log, U0BOT={ROOM}, U0DEE={ROOM})
    await advance(60)
    await log.acquaintances.left("U0DEE", ROOM)
    gone = await log.acquaintances.known("U0DEE", ROOM, BOT)
    assert (gone.inside, gone.absent_since()) == (False, gone.now)
    (asking,), _ = await log.acquaintances.claim(10)
    await advance(1)
    await log.acquaintances.joined("U0DEE", ROOM)
    # What was asked before is older than what an event says.
    await log.acquaintances.learned(asking, Standing(channels=frozenset()))
    await log.acquaintances.done(asking)
    assert (await log.acquaintances.known("U0DEE", ROOM, BOT)).inside is True
    assert await due(log) == ["U0DEE"], "the event came after the question"


@real
async def test_a_channel_is_everyones_only_where_the_bot_saw_so(
    log: SqlLog, advance: Advance
) -> None:
    known = log.acquaintances.known
    for one in (BOT, "U0DEE", "U0BEN"):
        await log.acquaintances.met([one])
    await learn(log, U0BOT={ROOM}, U0DEE={ROOM})
    never = await known("U0BEN", "C0NEVER", BOT)
    assert (never.private, sees("C0NEVER", never)) == (None, False)
    # The bot is put out of all of them, and nobody can be learned to be there.
    for _ in range(2):
        await advance(REFRESH + 1)
        await learn(log, public=set())
    public = await known("U0BEN", PUBLIC, BOT)
    assert (public.private, sees(PUBLIC, public)) == (False, True)
    dee, ben = await known("U0DEE", ROOM, BOT), await known("U0BEN", ROOM, BOT)
    assert (dee.private, dee.inside, dee.was, sees(ROOM, dee)) == (None, None, True, True)
    assert (ben.private, ben.inside, ben.was, sees(ROOM, ben)) == (None, None, False, False)


@real
async def test_who_left_before_the_bot_was_put_out_is_not_said_to_have_been_there(
    log: SqlLog, advance: Advance
) -> None:
    await log.acquaintances.met([BOT, "U0DEE", "U0EVE"])
    await learn(log, U0BOT={ROOM}, U0DEE={ROOM}, U0EVE={ROOM})
    await advance(60)
    await log.acquaintances.left("U0EVE", ROOM)
    # Of who left while Slack could not tell, the next answers tell.
    for own in ({ROOM}, {ROOM}, set[str]()):
        await advance(REFRESH + 1)
        await learn(log, U0BOT=own)
    await advance(30 * 3_600)
    await log.acquaintances.forget()
    await log.acquaintances.met([BOT, "U0DEE", "U0EVE"])
    await learn(log)
    for one in ("U0DEE", "U0EVE"):
        known = await log.acquaintances.known(one, ROOM, BOT)
        assert (known.inside, known.was) == (None, False)


@real
async def test_a_public_channel_that_was_made_private_is_not_everyones(
    log: SqlLog, advance: Advance
) -> None:
    await log.acquaintances.met([BOT])
    await learn(log, U0BOT=set())
    assert (await log.acquaintances.known("U0BEN", PUBLIC, BOT)).private is False
    await advance(REFRESH + 1)
    await learn(log, U0BOT={PUBLIC}, public=set())
    assert (await log.acquaintances.known("U0BEN", PUBLIC, BOT)).private is True
    await advance(REFRESH + 1)
    await learn(log, public=set())
    assert (await log.acquaintances.known("U0BEN", PUBLIC, BOT)).private is None


@real
async def test_what_is_known_is_void_once_the_bot_is_in_another_channel(
    log: SqlLog, advance: Advance
) -> None:
    await log.acquaintances.met([BOT, "U0DEE"])
    await learn(log)
    await advance(60)
    await log.acquaintances.shared(BOT)
    known = await log.acquaintances.known("U0DEE", ROOM, BOT)
    assert (known.asked, known.private, known.absent_since()) == (None, None, None)
    assert sorted(await due(log)) == [BOT, "U0DEE"]


@real
async def test_whoever_was_handed_a_step_comes_first_and_until_it_is_seen_to(
    log: SqlLog, advance: Advance
) -> None:
    await log.acquaintances.met([f"U0{number}" for number in range(5)])
    await advance(1)
    await log.acquaintances.awaited("U0NEW")
    (first, *_), _ = await log.acquaintances.claim(3)
    assert first.person == "U0NEW"
    await log.acquaintances.learned(first, Standing(kind="bot", channels=frozenset()))
    await advance(61)
    (again, *_), _ = await log.acquaintances.claim(1)
    assert (again.person, again.awaited) == ("U0NEW", first.awaited), "nobody said that it is done"
    await log.acquaintances.learned(again, Standing(kind="bot", channels=frozenset()))
    await log.acquaintances.done(again)
    await advance(61)
    assert "U0NEW" not in await due(log)


@real
async def test_no_more_are_asked_about_than_slack_allows(log: SqlLog, advance: Advance) -> None:
    await log.acquaintances.met([f"U0{number:03}" for number in range(100)])
    asked, pause = await log.acquaintances.claim(100)
    assert len(asked) == BURST
    assert 0 < pause <= 60 / A_MINUTE
    assert (await log.acquaintances.claim(100))[0] == []
    await advance(60 / A_MINUTE)
    (one,), _ = await log.acquaintances.claim(100)
    await log.acquaintances.hold(one, 30)
    await advance(29)
    assert (await log.acquaintances.claim(100))[0] == []
    await advance(2)
    assert (await log.acquaintances.claim(100))[0]


@real
async def test_a_claim_that_is_too_late_changes_nothing(log: SqlLog, advance: Advance) -> None:
    await log.acquaintances.met(["U0DEE"])
    (late,), _ = await log.acquaintances.claim(1)
    await advance(61)
    await learn(log, U0DEE=set())
    await log.acquaintances.learned(late, Standing(channels=frozenset({ROOM})))
    await log.acquaintances.done(late)
    assert (await log.acquaintances.known("U0DEE", ROOM, BOT)).inside is None


@real
async def test_many_at_once_wait_for_nobody_in_a_ring(log: SqlLog) -> None:
    crowd = [f"U0{number:03}" for number in range(20)]

    async def stir(number: int) -> None:
        await log.acquaintances.met(crowd[number:] + crowd[:number])
        await log.acquaintances.left(crowd[number], ROOM)
        await log.acquaintances.shared(BOT)
        await learn(log)

    await asyncio.gather(*(stir(number) for number in range(10)))
