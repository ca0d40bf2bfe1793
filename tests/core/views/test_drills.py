"""A drill says that it is one wherever it shows, and is as any other run in all else."""

import re
from collections.abc import Sequence

import pytest

from bot.core.acting.intents import Begin
from bot.core.acting.start_form import inputs, start_value
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.views import board, clicks, forms, more, notices, walkthrough
from tests.core.closing import checked
from tests.core.drawn import accepted_view, aloud
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk, Drill

MARK = re.compile(r"(?i)\bdrill\b")


def told(desk: Desk) -> Sequence[str]:
    """The keys of the messages beside the board that have something to say."""
    keys: dict[str, None] = {}
    for fact in desk.facts:
        if isinstance(fact.event, e.StepFailed | e.RunClosed | e.NoteAdded):
            keys[f"notice/{fact.seq}"] = None
    return list(keys)


def played(*, drill: bool) -> Desk:
    desk = Drill(checked()) if drill else Desk(checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.AddNote("one", ANA, "It smokes.", shared=True))
    desk.do(c.Fail("one", ANA, "It broke."))
    return desk


def test_every_message_about_it_says_so() -> None:
    desk = played(drill=True)
    assert "Drill: " in board.draw(desk.run).text
    assert "This is a drill" in aloud(board.draw(desk.run).blocks)
    keys = told(desk)
    assert len(keys) == 2
    for key in keys:
        shown = notices.draw(desk.run, desk.facts, key)
        assert MARK.search(shown.text), key
        assert MARK.search(aloud(shown.blocks)), key
    desk.do(c.Mistake(ANA, "Enough."))
    closed = board.draw(desk.run)
    assert "Drill: " in closed.text
    assert "Drill: " in aloud(closed.blocks)
    assert MARK.search(notices.draw(desk.run, desk.facts, told(desk)[-1]).text)


def test_of_an_incident_nothing_says_so() -> None:
    desk = played(drill=False)
    pictures = [board.draw(desk.run)]
    pictures += [notices.draw(desk.run, desk.facts, key) for key in told(desk)]
    for shown in pictures:
        assert not MARK.search(shown.text + aloud(shown.blocks))
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert not MARK.search(document)
    assert "What was learned" not in document


def test_every_form_says_so_and_so_does_the_full_view() -> None:
    desk = played(drill=True)
    names = ("more", "note", "close", "mistake", "write", "about")
    for view in (*(forms.of(desk.run, name, None, BEN) for name in names),):
        accepted_view(view)
        assert MARK.search(aloud(view["blocks"])), view["callback_id"]
    page = walkthrough.draw(desk.run, 0)
    accepted_view(page)
    assert MARK.search(aloud(page["blocks"]))
    after = forms.more(desk.run, BEN, done=True)
    assert MARK.search(aloud(after["blocks"]))
    assert more.choices(desk.run, BEN) == after["blocks"][2:]


def test_the_document_says_so_in_title_and_summary_and_has_what_was_learned() -> None:
    desk = played(drill=True)
    before = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "# Post-mortem: Drill: " in before
    assert "an exercise, and no incident" in before
    assert "### What was learned\n\n> ✍️ To write: what this drill showed" in before
    reasons = {item.key: "It was not tried." for item in desk.run.verification()}
    desk.do(c.Close(BEN, reasons, {"learned": "Nobody had the key."}))
    assert desk.run.narrative["learned"].text == "Nobody had the key."
    after = render(desk.run, desk.facts, names={"U0BEN": "Ben"}, said=(), exported_at=EXPORTED)
    assert "Nobody had the key." in after
    assert "Written by Ben at " in after


def test_the_form_that_closes_it_asks_what_was_learned() -> None:
    view = forms.of(played(drill=True).run, "close", None, BEN)
    assert "What was learned" in aloud(view["blocks"])
    view = forms.of(played(drill=False).run, "close", None, BEN)
    assert "What was learned" not in aloud(view["blocks"])


@pytest.mark.parametrize("drill", [True, False])
def test_buttons_and_forms_carry_it(*, drill: bool) -> None:
    value = start_value(Begin("p", {"a": "x"}, drill=drill))
    payload = {
        "user": {"id": "U0ANA", "username": "ana"},
        "trigger_id": "1.2",
        "actions": [{"action_id": "start", "value": value}],
        "container": {},
    }
    meant = clicks.clicked(payload).intent
    assert isinstance(meant, Begin)
    assert meant.drill is drill
    view = inputs(checked(), {}, channel="C1", another=False, drill=drill)
    assert ("This starts a drill" in aloud(view["blocks"])) is drill
    assert view["submit"]["text"] == ("Start drill" if drill else "Start")
