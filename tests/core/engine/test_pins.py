"""The timeline of a run: a message is in it once, and out again by who put it there."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.acting.catchup import blocks
from bot.core.acting.pins import last
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import fold
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.pins import PINS_LIMIT, WORDS_LIMIT, Quote, find, time_of
from bot.core.views import forms, pinning
from tests.core.drawn import accepted_view
from tests.core.pin_story import LAMP
from tests.core.strategies import ANA, BEN, CHO, Desk, quotes, words

HERE = replace(LAMP, channel="C0TRUST")
ONE = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It is down"],
        "steps": [{"id": "one", "title": "One", "do": "It."}],
    }
)


def desk(*quotes: Quote) -> Desk:
    made = Desk(ONE)
    for one in quotes:
        made.do(c.PinMessage(ANA, one))
    return made


@given(st.lists(st.tuples(st.sampled_from([ANA, BEN, CHO]), quotes(words)), max_size=12))
def test_a_message_is_in_the_timeline_once_and_is_of_who_came_first(
    wanted: list[tuple[e.Person, Quote]],
) -> None:
    made = Desk(ONE)
    first: dict[tuple[str, str], e.Person] = {}
    for by, quote in wanted:
        try:
            made.do(c.PinMessage(by, quote, sure=True))
        except Refused:
            assert quote.own or not (quote.text or quote.files)
        else:
            first.setdefault((quote.channel, quote.ts), by)
    pins = made.run.pins.values()
    assert {(p.pinned.channel, p.pinned.ts): p.pinned.by for p in pins} == first
    assert sum(isinstance(f.event, e.MessagePinned) for f in made.facts) == len(first)
    assert all(p.at == time_of(p.pinned.ts) for p in pins)
    assert fold(made.facts) == made.run
    assert made.broken() is None


def test_from_another_channel_only_who_is_sure_that_others_may_read_it() -> None:
    made = desk()
    with pytest.raises(Refused, match="could read it") as refused:
        made.do(c.PinMessage(ANA, LAMP))
    assert refused.value.field == "sure"
    assert made.do(c.PinMessage(ANA, LAMP, sure=True))
    assert desk(HERE).run.pins


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"own": True}, "that message is mine"),
        ({"to_bot": True}, "was said to me"),
        ({"text": "", "files": ()}, "neither words nor files"),
    ],
)
def test_what_is_no_part_of_the_story_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        desk(replace(HERE, **changes))


def test_only_who_added_it_takes_it_out_and_then_it_can_be_added_again() -> None:
    made = desk(HERE)
    with pytest.raises(Refused, match="<@U0ANA> added it"):
        made.do(c.TakePinBack(BEN, 2))
    made.do(c.TakePinBack(ANA, 2))
    assert made.run.pins == {}
    with pytest.raises(Refused, match="is not in the timeline"):
        made.do(c.TakePinBack(ANA, 2))
    made.do(c.PinMessage(BEN, HERE))
    pin = find(made.run.pins, HERE.channel, HERE.ts)
    assert pin is not None
    assert (pin.number, pin.pinned.by) == (4, BEN)


def test_time_and_words_are_corrected_apart_and_the_first_version_stays() -> None:
    made = desk(HERE)
    minute = int(time_of(HERE.ts).timestamp()) // 60 * 60
    assert made.do(c.CorrectPin(BEN, 2, minute, "It fell.")) == (), "a form has no seconds"
    made.do(c.CorrectPin(BEN, 2, None, "It fell & broke <@U0CHO>, <b>"))
    pin = made.run.pins[2]
    assert pin.text == "It fell &amp; broke <@U0CHO>, &lt;b&gt;"
    assert (pin.at, pin.corrected) == (time_of(HERE.ts), BEN)
    made.do(c.CorrectPin(ANA, 2, minute - 3600, None))
    assert made.run.pins[2].at.timestamp() == minute - 3600
    assert made.run.pins[2].text == pin.text
    first = made.facts[1].event
    assert isinstance(first, e.MessagePinned)
    assert (first.text, first.ts) == ("It fell.", HERE.ts)


@pytest.mark.parametrize(
    ("command", "why", "field"),
    [
        (c.CorrectPin(ANA, 2, -1), "no time of this world", "when"),
        (c.CorrectPin(ANA, 2, None, "x" * (WORDS_LIMIT + 1)), "3,001 characters", "text"),
        (c.CorrectPin(ANA, 3, None, " "), "words are empty", "text"),
        (c.CorrectPin(ANA, 1, None, "x"), "is not in the timeline", None),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    command: c.Command, why: str, field: str | None
) -> None:
    made = desk(HERE, replace(HERE, ts="1793502601.000100", files=()))
    with pytest.raises(Refused, match=why) as refused:
        made.do(command)
    assert refused.value.field == field


def test_a_timeline_is_bounded_and_its_form_fits() -> None:
    many = (replace(HERE, ts=f"17935026{n:02d}.0", text="x" * WORDS_LIMIT) for n in range(60))
    made = desk(*many)
    accepted_view(forms.of(made.run, "timeline", None, ANA))
    accepted_view(forms.of(made.run, "pin_correct", "2", ANA))
    assert len(last(made.run)) == 1
    assert sum(len(str(one)) for one in blocks(made.run)) < 10_000
    made.run = replace(made.run, pins=dict.fromkeys(range(PINS_LIMIT), made.run.pins[2]))
    with pytest.raises(Refused, match="no more fit"):
        made.do(c.PinMessage(ANA, replace(HERE, ts="1793502699.9")))


@given(quotes(words))
def test_the_form_carries_a_message_there_and_back(quote: Quote) -> None:
    quote = replace(quote, own=False, text=quote.text.strip())
    runs = [pinning.Offered("KC-7", "Trouble", "C0TRUST", open=True)]
    view = pinning.form(quote, runs, None)
    accepted_view(view)
    about = json.loads(view["private_metadata"])
    run, command = pinning.pinned(about, view["blocks"], {"run": "KC-7", "sure": "sure"}, ANA)
    assert run == "KC-7"
    assert command == c.PinMessage(ANA, replace(quote, author=command.quote.author), sure=True)
    assert (command.quote.author is None) == (quote.author is None)


def test_where_it_stands_in_messages_people_are_named_and_not_notified() -> None:
    made = desk(replace(HERE, text="<@U0BEN> and <@U0DEE> saw <!channel> & it", author=ANA))
    (line,) = last(made.run)
    assert "ana: “@someone and @someone saw @channel &amp; it” 📎 lamp.png" in line
    made.do(c.PinMessage(BEN, replace(HERE, ts="1793502601.0")))
    assert "“@ben and @someone saw" in last(made.run)[0]
    assert "<@" not in last(made.run)[0]
