"""The form in which it is chosen what to erase: Slack takes it, and its answer comes back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.acting.asking import NO_PAGE, Page, Written
from bot.core.acting.erasures import ENTRY
from bot.core.acting.sealed import is_under_commitment
from bot.core.acts.erase import ON_A_PAGE
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.sealing.body import hows
from bot.core.sealing.table import SEALED
from bot.core.views import forms
from bot.core.views.clicks import Do, Form, Unreadable, clicked, submitted
from bot.core.views.written import LABELS, SHOWN, words_of, written
from tests.core.drawn import accepted_view, aloud, harmless, marked_up, submit
from tests.core.story import PROCEDURE
from tests.core.strategies import ANA, START, Desk, hostile
from tests.core.test_completeness import story
from tests.profiles import examples


def fresh() -> Desk:
    return Desk(PROCEDURE, key_id="key-a")


def page(entries: list[Written], **more: Any) -> Page:
    turns: dict[str, Any] = {"older": None, "newer": None, "anyone": False}
    return Page(entries, **{**turns, **more})


def test_every_kind_of_entry_with_words_has_a_name_for_them() -> None:
    with_words = {
        kind for kind, fields in SEALED.items() if any(map(is_under_commitment, hows(fields)))
    }
    assert set(LABELS) == with_words


def test_each_entry_of_a_run_is_told_from_the_others() -> None:
    desk = story()[0]
    made = [
        written(desk.run, fact.seq, fact.at, fact.event, names_who=True)
        for fact in desk.facts
        if any(words_of(fact.event))
    ]
    said = {one.seq: (one.label, one.opening) for one in made}
    assert said[1] == ("1 · 03:12 UTC · inputs · ana", "key = k1 · DiskFull")
    (noted,) = [one for one in said.values() if "note" in one[0]]
    assert noted[0].endswith("UTC · note, step 1 · ana")
    assert noted[1] == "It smokes."
    (skipped,) = [one for one in said.values() if "reason to skip" in one[0]]
    assert skipped[1] == "No time."
    assert any(one[1].startswith("/a exists") for one in said.values()), "what a check saw"
    later = written(
        desk.run, 2, START.replace(day=3), e.NoteAdded(by=ANA, text="x"), names_who=False
    )
    assert later.label == "2 · Nov 3, 03:12 UTC · note"


@given(st.lists(hostile, min_size=1, max_size=4), st.booleans())
@settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
def test_slack_takes_the_form_whatever_was_written(texts: list[str], many: bool) -> None:  # noqa: FBT001 - drawn
    desk = fresh()
    for text in texts * (ON_A_PAGE if many else 1):
        desk.do(c.AddNote(None, ANA, text))
    entries = [
        written(desk.run, fact.seq, fact.at, fact.event, names_who=True)
        for fact in desk.facts[::-1][:ON_A_PAGE]
    ]
    assert all(len(one.label) <= SHOWN and len(one.opening) <= SHOWN for one in entries)
    view = forms.of(desk.run, "erase", None, ANA, page(entries, older=3, newer=0))
    accepted_view(view)
    for text in marked_up(view["blocks"]):
        harmless(text)


def test_what_is_ticked_is_read_back_and_nothing_else() -> None:
    desk = fresh()
    entries = [Written(seq, f"{seq} · note", "x") for seq in range(25, 0, -1)]
    view = forms.of(desk.run, "erase", None, ANA, page(entries))
    fields = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    assert fields == ["erase:0", "erase:10", "erase:20", "sure"]
    told = submitted(submit(view, **{"erase:0": "25,16", "erase:20": "3", "sure": "sure"})).intent
    assert told == Do("KC-7", c.Erase(ANA, (3, 16, 25)))
    for nonsense in ("x", "-3", "٣", "1" * 20):
        with pytest.raises(Unreadable):
            submitted(submit(view, **{"erase:0": nonsense}))


def test_where_there_is_nothing_the_form_says_so_and_offers_nothing() -> None:
    view = forms.of(fresh().run, "erase", None, ANA, NO_PAGE)
    accepted_view(view)
    assert "submit" not in view
    assert aloud(view["blocks"]) == "There is nothing that you wrote to erase in KC-7."


def click(verb: str, value: str) -> dict[str, Any]:
    return {
        "user": {"id": ANA.id, "name": ANA.name},
        "trigger_id": "1.2",
        "actions": [{"action_id": verb, "value": value}],
    }


def test_a_button_elsewhere_erases_one_entry() -> None:
    assert clicked(click(ENTRY, "KC-7/12")).intent == Do("KC-7", c.Erase(ANA, (12,)))
    assert clicked(click("erase_older", "KC-7/30")).intent == Form(
        "KC-7", "erase", "30", turned=True
    )
    with pytest.raises(Unreadable):
        clicked(click(ENTRY, "KC-7/all"))
