"""Whoever is outside of a run's private channel: messages, links, hand-offs and Homes lead nowhere.

What they may type and press stands in `tests.app.test_outside`; this is what they come upon.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.app.admission import Place
from bot.app.home import Homes
from bot.app.pinning import ELSEWHERE as ASK_BY_SHORTCUT
from bot.app.pinning import Pinning
from bot.core.acting.admission import Known
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.starting import Begun, started
from bot.core.run.pins import Quote
from bot.core.views import pinning
from bot.core.views.answers import Answer
from bot.core.views.clicks import submitted
from tests.app.test_outside import (
    AT,
    ELSEWHERE,
    NONE,
    PRIVATE,
    SECRET,
    THERE,
    Outside,
    _all_of,
    _without_ids,
    outside,
    typed,
)
from tests.core.strategies import ANA, BEN
from tests.fakes import FakeClock

__all__ = ["outside"]

POST = "2.000002"
"""Where the owner of its procedure was called, in a channel that she is in."""
LINK = f"https://acme.slack.example/archives/{PRIVATE}/p1000001"
"""What people copy of its board."""


def quote(channel: str, ts: str, thread: str | None = None, **more: Any) -> Quote:
    link = f"https://acme.slack.example/archives/{channel}/p{ts.replace('.', '')}"
    return Quote(channel, ts, link, "It began here", thread=thread, author=ANA, **more)


def pins(room: Outside) -> Pinning:
    return Pinning(room.talk.conversation, room.admission, None, "pushpin")


async def said(doing: Awaitable[Answer]) -> str:
    try:
        return _all_of(await doing)
    except Refused as refused:
        return str(refused)


async def posted(room: Outside) -> None:
    """The owner is called about it, in the channel that she is in."""
    run = await room.desk.run(THERE)
    await room.desk.act(THERE, c.Take("nine", BEN), delivery=None)
    await room.desk.act(THERE, c.Fail("nine", BEN, f"The {SECRET} broke."), delivery=None)
    await room.desk.act(THERE, c.CallOwner("nine", BEN), delivery=None)
    key = f"{THERE}/owner/{run.seq + 3}"
    row = room.log.outbox.rows[key]
    room.log.outbox.rows[key] = replace(row, channel=ELSEWHERE, ts=POST)


async def another(room: Outside) -> str:
    """A run in the channel that she is in."""
    event = started(room.loaded[0], {"thing": "lamp"}, Begun(ELSEWHERE), BEN)
    run = await room.desk.start(event, delivery=None, another=True)
    assert run is not None
    return run.id


# Links, and what stands elsewhere of it. --------------------------------------------------------


@pytest.mark.parametrize("words", ["{}", "status {}", "catch up {}", "take 3 {}", "export {}"])
@pytest.mark.parametrize("link", [LINK, f"<{LINK}>", f"<{LINK}|the board of FI-1>"])
async def test_a_link_to_its_board_opens_nothing(outside: Outside, words: str, link: str) -> None:
    before = await outside.facts()
    for number, channel in enumerate((ELSEWHERE, "D0ANA")):
        found = await typed(outside, words.format(link), channel, number, None)
        assert SECRET not in found
        assert "Do look" not in found
        assert "0 of" not in found
    assert await outside.facts() == before


@pytest.mark.parametrize("text", ["status", "catch up", "", "take 3", "export", "more", "note x"])
async def test_words_under_the_post_that_calls_its_owner_find_no_run(
    outside: Outside, text: str
) -> None:
    await posted(outside)
    before = await outside.facts()
    assert SECRET not in await typed(outside, text, ELSEWHERE, 1, POST)
    assert (await outside.facts())[THERE] == before[THERE]


# Messages for the timeline. ---------------------------------------------------------------------

WHERE = [(ELSEWHERE, None), (ELSEWHERE, AT), (ELSEWHERE, POST), ("D0ANA", None)]


@pytest.mark.parametrize(("channel", "thread"), WHERE)
@pytest.mark.parametrize("how", ["shortcut", "emoji", "asked again"])
async def test_no_message_of_hers_is_offered_its_timeline(
    outside: Outside, channel: str, thread: str | None, how: str
) -> None:
    await posted(outside)
    other = await another(outside)
    before = await outside.facts()
    made, one = pins(outside), quote(channel, "3.000003", thread)
    ways: dict[str, Callable[[], Awaitable[Answer]]] = {
        "shortcut": lambda: made.by_shortcut(
            ANA, one, direct=channel.startswith("D"), delivery="d1"
        ),
        "emoji": lambda: made.by_emoji(ANA, one, delivery="d1"),
        "asked again": lambda: made.asked_again(ANA, one, delivery="d1"),
    }
    found = await said(ways[how]())
    assert THERE not in found
    assert SECRET not in found
    after = await outside.facts()
    assert after[THERE] == before[THERE]
    if channel == ELSEWHERE and how != "asked again":
        assert len(after[other]) == len(before[other]) + 1


async def test_a_form_that_names_it_adds_nothing_to_its_timeline(outside: Outside) -> None:
    before = await outside.facts()
    found = []
    for run in (THERE, NONE):
        offered = [pinning.Offered(run, "x", PRIVATE, open=True)]
        form = pinning.form(quote(ELSEWHERE, "3.000003"), offered, run)
        sighting = outside.admission.seen(ELSEWHERE)
        view = outside.admission.sealed(form, ANA, sighting)
        values: dict[str, Any] = {"run": {"value": {"selected_option": {"value": run}}}}
        values |= {"sure": {"value": {"selected_options": [{"value": "sure"}]}}}
        sent = {"id": "V1", **view, "state": {"values": values}}
        click = submitted({"user": {"id": ANA.id}, "view": sent})
        assert click.intent.run == run  # type: ignore[union-attr]
        try:
            await outside.admission.admit(click, Place(form=json.loads(view["private_metadata"])))
            found.append(_all_of(await outside.talk.clicks.carry_out(click, direct=False)))
        except Refused as refused:
            found.append(str(refused))
    assert _without_ids(found[0]) == _without_ids(found[1])
    assert await outside.facts() == before


async def test_of_what_is_in_its_timeline_nobody_hears_where_it_was_written(
    outside: Outside,
) -> None:
    """Ben, who is in that channel, puts a message of a public one into its timeline."""
    one = quote(ELSEWHERE, "3.000003")
    await outside.desk.act(THERE, c.PinMessage(BEN, one, sure=True), delivery=None)
    before = await outside.facts()
    made = pins(outside)
    assert await made.known(ANA, ELSEWHERE, one.ts) is None
    assert await made.taken_back(ANA, ELSEWHERE, one.ts, delivery="d1") == Answer()
    assert await made.taken_back(BEN, ELSEWHERE, one.ts, delivery="d2") == Answer()
    assert (await outside.facts())[THERE] == before[THERE]


async def test_what_is_written_in_a_private_channel_leaves_it_only_after_asking(
    outside: Outside,
) -> None:
    """By the emoji it does not, and by the shortcut whoever does it ticks that others may read."""
    other = await another(outside)
    one = quote(PRIVATE, "3.000003", "4.000004")
    board = f"{other}/board"
    row = outside.log.outbox.rows[board]
    # A thread there, in which a message of the other run stands.
    outside.log.outbox.rows[board] = replace(row, channel=PRIVATE, ts="4.000004")
    before = await outside.facts()
    made = pins(outside)
    assert await said(made.by_emoji(BEN, one, delivery="d1")) == ASK_BY_SHORTCUT
    form = await said(made.by_shortcut(BEN, one, direct=False, delivery="d2"))
    assert "Everyone who sees the run may read it" in form
    with pytest.raises(Refused, match="it was written elsewhere"):
        await outside.admission.act(other, c.PinMessage(BEN, one), delivery="d3")
    assert await outside.facts() == before


# Whom something is given to. --------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        c.HandOff(BEN, ANA),
        c.HandOver("nine", BEN, ANA),
        c.AssignRole("operator", BEN, ANA),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_nothing_of_it_is_given_to_someone_outside(
    outside: Outside, command: c.Command
) -> None:
    await outside.desk.act(THERE, c.Take("nine", BEN), delivery=None)
    before = await outside.facts()
    with pytest.raises(Refused, match="that person is not in this channel"):
        await outside.admission.act(THERE, command, delivery="d1")
    assert await outside.facts() == before


# Homes. -----------------------------------------------------------------------------------------


MEMBER = Known(0.0, private=False, told=True)
GUEST = replace(MEMBER, guest=True)


@pytest.mark.parametrize(
    ("as_known", "sees"),
    [
        # A member of the workspace sees every public channel, a guest those that they are in.
        (MEMBER, {"it"}),
        (GUEST, set()),
        (replace(GUEST, asked=0.0, inside=True), {"it"}),
        (replace(GUEST, asked=0.0, inside=False), set()),
        # Whoever is not known yet may be a guest.
        (replace(MEMBER, told=False), set()),
    ],
    ids=["a member", "a guest", "a guest who is in it", "a guest who left", "not known"],
)
async def test_a_home_has_a_public_channels_run_for_a_guest_only_who_is_in_it(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, as_known: Known, sees: set[str]
) -> None:
    run = await another(outside)

    async def known(person: str, channel: str, bot: str) -> Known:
        private = replace(as_known, asked=0.0, inside=False, private=True)
        return private if channel == PRIVATE else as_known

    monkeypatch.setattr(outside.log.acquaintances, "known", known)
    nobody: Any = None
    homes = Homes(
        outside.desk,
        outside.log,
        outside.talk.conversation.library,
        outside.admission,
        nobody,
        FakeClock(),
        lambda *_: "",
        lambda: False,
    )
    shown = json.dumps(await homes._blocks(ANA, ""), ensure_ascii=False)
    assert ({"it"} if run in shown else set()) == sees
    assert THERE not in shown
    assert SECRET not in shown
