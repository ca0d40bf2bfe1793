"""A run that comes into a channel takes its board along, and what is not posted yet."""

from bot.core.engine.effects import effects
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.rooms import ChannelChosen, ChannelIdChanged, ChannelMade
from tests.edges.store.conftest import Tested
from tests.edges.store.making import ANA, AT, opening, started

MADE = ChannelMade(channel="C0OWN", name="inc-20261127-kc-1")


async def begun(log: Tested) -> str:
    """A run that waits for a channel of its own."""
    first = started().model_copy(update={"channel": "", "room": "public", "asked_in": "C0INC"})
    facts = await log.begin(
        "KC",
        lambda _: [first],
        opening=opening(first),
        at=AT,
        effects=effects(None, [first], AT),
        delivery=None,
        unless_open=False,
    )
    return facts[0].run_id


async def then(log: Tested, run_id: str, *events: e.Event) -> None:
    run = fold(await log.read(run_id))
    await log.append(
        run_id, run.seq, events, at=AT, effects=effects(run, events, AT), delivery=None
    )


async def test_a_board_waits_for_its_channel_and_comes_there(log: Tested) -> None:
    run_id = await begun(log)
    claims, _ = await log.outbox.claim(9)
    (making,) = [one for one in claims if one.message.key == f"{run_id}/room"]
    assert len(claims) == 1
    await then(log, run_id, MADE)
    # Who made it is not disturbed by what it did.
    await log.outbox.give_up(making)
    (claim,), _ = await log.outbox.claim(9)
    assert (claim.message.key, claim.message.channel) == (f"{run_id}/board", "C0OWN")
    row = await log.row(run_id)
    assert row is not None
    assert row.channel == "C0OWN"
    assert (await log.checked(run_id)).follows


async def test_who_posts_into_the_channel_that_is_left_is_fenced_off(log: Tested) -> None:
    run_id = await begun(log)
    await then(log, run_id, MADE)
    claims, _ = await log.outbox.claim(9)
    old = next(one for one in claims if one.message.key.endswith("/board"))
    await then(log, run_id, ChannelChosen(channel="C0NEXT", was="C0OWN", by=ANA))
    await log.outbox.shown(old, "1.0", 2)
    row = await log.message(f"{run_id}/board")
    assert row is not None
    assert (row.channel, row.ts, row.generation) == ("C0NEXT", None, 2)
    assert row.shown < row.wanted


async def test_what_stands_in_the_channel_that_is_left_stays_there(log: Tested) -> None:
    run_id = await begun(log)
    await then(log, run_id, MADE)
    claims, _ = await log.outbox.claim(9)
    board = next(one for one in claims if one.message.key.endswith("/board"))
    await log.outbox.shown(board, "1.0", 2)
    await then(log, run_id, e.NoteAdded(by=ANA, text="Look.", shared=True))
    note = await log.message(f"{run_id}/notice/3")
    assert note is not None
    assert note.channel == "C0OWN"
    await then(log, run_id, ChannelChosen(channel="C0NEXT", was="C0OWN", by=ANA))
    later = await log.message(f"{run_id}/notice/3")
    there = await log.message(f"{run_id}/board")
    assert later is not None
    assert there is not None
    assert (later.channel, there.channel, there.ts) == ("C0NEXT", "C0NEXT", None)


async def test_what_stands_in_a_channel_with_another_id_stands_there(log: Tested) -> None:
    run_id = await begun(log)
    await then(log, run_id, MADE)
    claims, _ = await log.outbox.claim(9)
    board = next(one for one in claims if one.message.key.endswith("/board"))
    await log.outbox.shown(board, "1.0", 2)
    await then(log, run_id, e.NoteAdded(by=ANA, text="Look.", shared=True))
    await then(log, run_id, ChannelIdChanged(channel="C0SHARED", was="C0OWN"))
    row, there = await log.row(run_id), await log.message(f"{run_id}/board")
    note = await log.message(f"{run_id}/notice/3")
    assert row is not None
    assert there is not None
    assert note is not None
    assert (row.channel, there.channel, there.ts) == ("C0SHARED", "C0SHARED", "1.0")
    assert (note.channel, there.generation) == ("C0SHARED", board.message.generation)
    found = await log.find_message(there.team, "C0SHARED", "1.0")
    assert found is not None
    assert found.key == f"{run_id}/board"
    assert (await log.checked(run_id)).follows
