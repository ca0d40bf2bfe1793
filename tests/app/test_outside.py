"""Whoever is outside of a run's private channel: to them there is no such run, whatever they try.

What they may type and press is taken from the registry of acts, so one that is added is tried as
well. An answer must be the one that an id gets which there is not, but for the id.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.app import pointing
from bot.app.admission import Admission, Place
from bot.app.conversation import Answer, Asked
from bot.app.home import Homes
from bot.core.acting.admission import Known
from bot.core.acting.intents import OTHERS, Begin
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.starting import Begun, started
from bot.core.views import forms
from bot.core.views.clicks import _VERBS, Unreadable, clicked, submitted
from bot.core.words.grammar import WORDS
from bot.core.words.verbs import WORDED
from tests.app.test_answering import FIX_IT, Room
from tests.core.strategies import ANA, BEN
from tests.fakes import FakeClock

PRIVATE, ELSEWHERE, ALONE = "C0SECRET", "C0OTHER", "D0ANA"
THERE, NONE = "FI-1", "FI-99"
SECRET = "crown"
"""What only the run's people are to read: a value of its, and so a word of its title."""
AT = "1.000001"
"""Where its board stands."""


class Outside(Room):
    """Ana, and a run in a channel that she is not in."""

    def __init__(self) -> None:
        super().__init__(())

    async def opened(self) -> None:
        event = started(self.loaded[0], {"thing": SECRET}, Begun(PRIVATE), BEN)
        run = await self.desk.start(event, delivery=None)
        assert run is not None
        await self.desk.act(run.id, c.Take("look", BEN), delivery=None)
        await self.desk.act(run.id, c.MarkDone("look", BEN), delivery=None)
        await self.desk.act(run.id, c.AddNote(None, BEN, f"The {SECRET} is gone."), delivery=None)
        item = c.AddItem(BEN, f"Buy a second {SECRET}.", ANA)
        await self.desk.act(run.id, item, delivery=None)
        # She has a step and a role in it, from when she was in that channel.
        await self.desk.act(run.id, c.Take("heal", ANA), delivery=None)
        await self.desk.act(run.id, c.AssignRole("commander", ANA, ANA), delivery=None)
        row = self.log.outbox.rows[f"{run.id}/board"]
        self.log.outbox.rows[f"{run.id}/board"] = replace(row, ts=AT)

    @property
    def admission(self) -> Admission:
        return self.talk.clicks.admission


@pytest.fixture
async def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    room = Outside()
    await room.opened()

    async def known(person: str, channel: str, bot: str) -> Known:
        inside = channel != PRIVATE or person == BEN.id
        return Known(0.0, asked=0.0, inside=inside, private=channel == PRIVATE)

    monkeypatch.setattr(room.log.acquaintances, "known", known)
    # Nobody posts a board here, so none is waited for.
    monkeypatch.setattr(pointing, "_UNTIL_POSTED", ())
    return room


async def typed(room: Outside, text: str, channel: str, number: int, thread: str | None) -> str:
    """What comes of it, in words and blocks."""
    asked = Asked(
        by=ANA,
        text=text,
        channel=channel,
        team=None,
        delivery=f"d{number}",
        can_open=channel == ELSEWHERE and thread is None,
        thread=thread,
        named=channel != ELSEWHERE,
        direct=channel == ALONE,
    )
    try:
        return _all_of(await room.talk.ask(asked))
    except Refused as refused:
        return str(refused)


def _all_of(answer: Answer) -> str:
    shown = {"text": answer.text, "blocks": list(answer.blocks), "view": answer.view}
    return json.dumps(shown, ensure_ascii=False)


def lines(run: str) -> Iterator[str]:
    """Everything that can be typed about a run, by its id in any case."""
    words = sorted({said for one in WORDED for said in one.said} | {*WORDS})
    for one in (run, run.lower(), run.capitalize()):
        yield one
        for word in words:
            yield f"{word} {one}"
            yield f"{one} {word}"
            yield f"{one} {word} 3 because it is so"
            yield f"{word} 3 {one}"
            yield f"{word} <@U0BEN|ben> {one}"


BARE = (
    *("", "status", "list", "help", "search crown", "crown", "where are we", "fix it", "take 3"),
    *("catch up", "handoff <@U0BEN> all", "handoff <@U0BEN>", "done", "export", "postmortem"),
    *(
        "review",
        "review fix-it",
        "action items",
        "more",
        "show",
        "drill",
        "drill fix-it thing=lamp",
        "note it is so",
        "close",
        "roles",
    ),
    *(said for one in WORDED for said in one.said),
)
"""What is typed without an id: it is not to find it."""


@pytest.mark.parametrize("channel", [ELSEWHERE, ALONE])
async def test_what_is_typed_is_answered_as_for_an_id_that_there_is_not(
    outside: Outside, channel: str
) -> None:
    before = await outside.facts()
    for number, (here, none) in enumerate(zip(lines(THERE), lines(NONE), strict=True)):
        found = await typed(outside, here, channel, 2 * number, None)
        other = await typed(outside, none, channel, 2 * number + 1, None)
        assert _without_ids(found) == _without_ids(other), here
        assert SECRET not in found, here
    assert await outside.facts() == before


@pytest.mark.parametrize(("channel", "thread"), [(ELSEWHERE, None), (ELSEWHERE, AT), (ALONE, None)])
async def test_what_is_typed_without_an_id_does_not_find_it(
    outside: Outside, channel: str, thread: str | None
) -> None:
    before = await outside.facts()
    for number, text in enumerate(BARE):
        found = await typed(outside, text, channel, number, thread)
        assert THERE not in found, text
        assert SECRET not in found.replace("crown", "", text.count(SECRET) * 4), text
    after = await outside.facts()
    assert after[THERE] == before[THERE]


def _without_ids(text: str) -> str:
    return text.casefold().replace(NONE.casefold(), "RUN").replace(THERE.casefold(), "RUN")


RESTS = ("", "look", "heal~1", "confirm:1", "1", "4", "6", "look/7", "0")


def payload(verb: str, value: str, view: dict[str, Any] | None = None) -> dict[str, Any]:
    """A click as Slack tells of it."""
    action = {"action_id": verb, "value": value}
    body = {"user": {"id": ANA.id}, "trigger_id": "t", "actions": [action]}
    return body if view is None else {**body, "view": view}


async def pressed(room: Outside, body: dict[str, Any], place: Place) -> str:
    """What comes of a click; nothing that cannot be read is taken."""
    try:
        click = clicked(body)
    except Unreadable:
        return "unreadable"
    try:
        await room.admission.admit(click, place)
        return _all_of(await room.talk.clicks.carry_out(click, direct=False))
    except Refused as refused:
        return str(refused)


PLACES = {
    "a message elsewhere": Place(ELSEWHERE, AT),
    "a message alone with the bot": Place(ALONE, AT),
    "no message": Place(None, None),
    "a form of no seal": Place(form={"run": THERE}),
    "a form of a false seal": Place(form={"at": 0.0, "seen": PRIVATE, "seal": "0" * 32}),
    "a home": Place(form={}),
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("verb", sorted(_VERBS))
async def test_a_button_with_its_id_is_that_of_no_run(
    outside: Outside, verb: str, where: str
) -> None:
    before = await outside.facts()
    for rest in RESTS:
        found = await pressed(outside, payload(verb, f"{THERE}/{rest}"), PLACES[where])
        other = await pressed(outside, payload(verb, f"{NONE}/{rest}"), PLACES[where])
        assert _without_ids(found) == _without_ids(other), rest
        assert SECRET not in found
        # The answer says that nothing was done.
        assert found == "unreadable" or "no run" in found or "opened too long ago" in found
    assert await outside.facts() == before


@pytest.mark.parametrize("kind", sorted({*forms.QUESTIONS, "more", "show"}))
async def test_a_form_with_its_id_is_that_of_no_run(outside: Outside, kind: str) -> None:
    before = await outside.facts()
    said = {"to": ANA.id, "text": "x", "reason": "x", "what": "x", "role": "commander"}
    state = {name: {"value": {"value": value}} for name, value in said.items()}
    found = []
    for run in (THERE, NONE):
        about = {"run": run, "step": "heal", "item": "confirm:1", "request": 6}
        view = {
            "id": "V1",
            "callback_id": kind,
            "private_metadata": json.dumps(about),
            "state": {"values": state},
        }
        try:
            click = submitted({"user": {"id": ANA.id}, "view": view})
            await outside.admission.admit(click, Place(form=about))
            found.append(_all_of(await outside.talk.clicks.carry_out(click, direct=False)))
        except (Unreadable, Refused) as refused:
            found.append(str(refused))
    assert _without_ids(found[0]) == _without_ids(found[1])
    assert await outside.facts() == before


@pytest.mark.parametrize("name", OTHERS)
async def test_a_start_that_names_it_is_one_that_names_no_run(outside: Outside, name: str) -> None:
    before = await outside.facts()
    found = []
    for run in (THERE, NONE):
        begin = Begin("fix-it", {"thing": "lamp"}, channel=ELSEWHERE)
        about = {"procedure": begin.procedure, "inputs": dict(begin.inputs), name: run}
        body = payload("start", json.dumps(about)) | {"channel": {"id": ELSEWHERE}}
        found.append(await pressed(outside, body, Place(ELSEWHERE, AT)))
    assert _without_ids(found[0]) == _without_ids(found[1])
    assert (await outside.facts())[THERE] == before[THERE]


async def test_nobody_hears_of_it_who_is_handed_something_off(outside: Outside) -> None:
    """Who is in it and hands off all that they have asks nobody outside, and is told so."""
    await outside.desk.act(THERE, c.Take("nine", BEN), delivery=None)
    said = await outside.talk.clicks.shift.hand_off(BEN, ANA, None, PRIVATE, "d1")
    assert f"{THERE}: not asked: that person is not in this channel." in said


async def test_a_home_has_nothing_of_it(outside: Outside) -> None:
    class Slack:
        async def publish(self, person: str, view: Any) -> None:
            raise AssertionError("it is only drawn")

    homes = Homes(
        outside.desk,
        outside.log,
        outside.talk.conversation.library,
        outside.admission,
        Slack(),
        FakeClock(),
        lambda *_: "",
        lambda: False,
    )
    for words in ("", SECRET):
        shown = json.dumps(await homes._blocks(ANA, words), ensure_ascii=False)
        assert THERE not in shown
        assert SECRET not in shown.replace(f"“{SECRET}”", "")
        assert FIX_IT.title in shown or words
