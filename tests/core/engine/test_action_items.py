"""Action items: what will be done, by whom and by when, and what the record suggests."""

from datetime import date, timedelta

import pytest

from bot.core.acting.item_forms import DUE_IN, TEXT_LIMIT, in_words
from bot.core.acting.suggested import suggested
from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.run.items import ITEMS_LIMIT
from bot.core.views import forms, notices
from bot.core.words.grammar import read
from bot.core.words.requests import Wish
from tests.core.drawn import accepted, accepted_view
from tests.core.engine.test_ways import do, procedure
from tests.core.story import render
from tests.core.strategies import ANA, BEN, CHO, START, Desk

XMAS = date(2026, 12, 24)
SHAPE = procedure(
    do("look"),
    do("mend"),
    do("clean"),
    prevention=["Buy a second *pump*"],
    verification=[{"confirm": "The water is clear"}],
)


def desk() -> Desk:
    return Desk(SHAPE)


def written(made: Desk) -> str:
    at = START + timedelta(hours=1)
    return render(made.run, made.facts, names={}, said=(), exported_at=at)


def names(made: Desk) -> list[str]:
    return [one.name for one in suggested(made.run)]


def test_an_item_has_words_an_owner_and_a_day_and_can_be_changed_and_ended() -> None:
    made = desk()
    made.do(c.AddItem(ANA, " Buy a pump. ", BEN, XMAS))
    number = made.run.seq
    item = made.run.items[number]
    assert (item.text, item.owner, item.due, item.state) == ("Buy a pump.", BEN, XMAS, "open")
    made.do(c.EditItem(CHO, number, "Buy two pumps."))
    item = made.run.items[number]
    assert (item.text, item.owner, item.due) == ("Buy two pumps.", None, None)
    assert made.do(c.EditItem(BEN, number, "Buy two pumps.")) == ()
    made.do(c.MarkItem(BEN, number, "done"))
    assert made.do(c.MarkItem(ANA, number, "done")) == ()
    item = made.run.items[number]
    assert (item.state, item.marked_by) == ("done", BEN)
    made.do(c.MarkItem(ANA, number, "open"))
    assert made.run.items[number].is_open


def test_what_cannot_be_an_item_is_refused_with_what_to_do() -> None:
    made = desk()
    with pytest.raises(Refused, match="the action item is empty"):
        made.do(c.AddItem(ANA, " \n"))
    with pytest.raises(Refused, match="takes 500 characters, and this has 501"):
        made.do(c.AddItem(ANA, "x" * (TEXT_LIMIT + 1)))
    for command in (c.EditItem(ANA, 1, "It."), c.MarkItem(ANA, 1, "done")):
        with pytest.raises(Refused, match="has no such action item"):
            made.do(command)
    for number in range(ITEMS_LIMIT):
        made.do(c.AddItem(ANA, f"Number {number}."))
    with pytest.raises(Refused, match="has 100 action items already"):
        made.do(c.AddItem(ANA, "One more."))
    accepted_view(forms.of(made.run, "items", None, ANA))


def test_one_press_takes_up_a_suggestion_once() -> None:
    made = desk()
    (event,) = made.do(c.AcceptItem(BEN, "prevention 1"))
    assert isinstance(event, e.ActionItemAdded)
    assert (event.text, event.owner) == ("Buy a second *pump*", BEN)
    assert event.due == (made.facts[-1].at + DUE_IN).date()
    assert names(made) == []
    assert made.do(c.AcceptItem(ANA, "prevention 1")) == ()
    assert made.do(c.AcceptItem(ANA, "no such")) == ()


def test_the_record_suggests_what_went_otherwise_than_the_procedure() -> None:
    made = desk()
    made.do(c.Take("look", ANA))
    made.do(c.Fail("look", ANA, "The lamp is broken."))
    made.do(c.Skip("mend", BEN, "No time."))
    assert names(made) == ["failed look", "skipped mend", "prevention 1"]
    made.do(c.Close(ANA, {"confirm:0": "It is night."}))
    assert names(made) == [
        *("proof confirm:0", "failed look", "skipped mend", "left clean"),
        "prevention 1",
    ]
    # What somebody wrote is not said a second time: it may have to be erased.
    texts = " ".join(one.text for one in suggested(made.run))
    assert "lamp" not in texts
    assert "night" not in texts
    page = written(made)
    assert "- [ ] Say in the procedure when this is not needed: step 2, “Mend”" in page
    made.do(c.AddItem(BEN, "Ask for more time.", idea="skipped mend"))
    assert "skipped mend" not in names(made)


def test_a_run_that_should_not_have_been_suggests_nothing() -> None:
    made = desk()
    made.do(c.Mistake(ANA, "A false alarm."))
    assert names(made) == []


def test_the_document_has_them_and_marks_what_is_not_known() -> None:
    made = desk()
    assert "✍️ To write: what will be done" in written(made)
    made.do(c.AddItem(ANA, "Buy | a <b>pump</b>.", BEN, XMAS))
    made.do(c.AddItem(ANA, "Ask."))
    page = written(made)
    assert "To write: what will be done" not in page
    assert "| Action | Owner | Due |\n" in page
    assert "| ben | 2026-12-24 |" in page
    assert "| Ask. | ✍️ | ✍️ |" in page
    made.do(c.MarkItem(BEN, made.run.seq, "done"))
    page = written(made)
    assert "| Ask. | – | – | ✅ done |" in page


def test_whoever_is_to_do_it_hears_of_it_and_nobody_else() -> None:
    made = desk()

    def told(command: c.Command) -> str | None:
        before = made.run
        keys = effects.touched(before, made.do(command))
        key = f"notice/{made.run.seq}"
        if key not in keys:
            return None
        picture = notices.draw(made.run, made.facts, key)
        accepted(picture)
        return picture.text

    assert told(c.AddItem(ANA, "Mine.", ANA)) is None
    assert told(c.AddItem(ANA, "Nobody's.")) is None
    said = told(c.AddItem(ANA, "For <@U0CHO> as well.", BEN, XMAS))
    assert said is not None
    assert said.startswith("📋 KC-7: <@U0BEN>, ana gave you an action item, due 2026-12-24:")
    assert "<@U0CHO>" not in said
    number = made.run.seq
    assert told(c.EditItem(ANA, number, "In other words.", BEN, XMAS)) is None
    assert told(c.EditItem(ANA, number, "In other words.", CHO, XMAS)) is not None
    assert told(c.MarkItem(CHO, number, "done")) is None


def test_a_person_who_is_named_in_a_line_is_known_by_the_line() -> None:
    for line in ("action ask <@U0BEN|ben> for a pump", "MI-7 action item: ask <@U0BEN> for a pump"):
        wish = read(line, ())
        assert isinstance(wish, Wish)
        text, owner, due = in_words(wish.words)
        assert (text, owner and owner.id, due) == ("ask for a pump", "U0BEN", None)
        assert "<" not in wish.line("MI-7")


@pytest.mark.parametrize(
    ("typed", "text", "owner", "due"),
    [
        ("Buy a pump", "Buy a pump", None, None),
        ("Buy a pump <@U0BEN|ben> by 2026-12-24", "Buy a pump", "U0BEN", XMAS),
        ("<@U0BEN> buys a pump, due 2026-12-24.", "buys a pump.", "U0BEN", XMAS),
        ("Buy by 2026-13-45", "Buy by 2026-13-45", None, None),
        ("<@U0BEN> and <@U0ANA> talk", "<@U0BEN> and <@U0ANA> talk", None, None),
    ],
)
def test_words_say_who_and_by_when(
    typed: str, text: str, owner: str | None, due: date | None
) -> None:
    said, who, day = in_words(typed)
    assert (said, who.id if who else None, day) == (text, owner, due)
