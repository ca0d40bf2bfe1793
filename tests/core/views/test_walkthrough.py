"""The whole procedure in a modal, page by page: nothing that the board folded is lost."""

import re

from bot.core.engine import commands as c
from bot.core.views import walkthrough
from bot.core.views.clicks import Do, Show
from tests.core import huge
from tests.core.drawn import accepted_view, aloud, harmless, marked_up, pressed
from tests.core.story import PROCEDURE, look
from tests.core.strategies import ANA, BEN, Desk


def pages(desk: Desk) -> list[str]:
    """Every page as it is read, turned as a person turns them."""
    read, first = [], 0
    while True:
        view = walkthrough.draw(desk.run, first)
        accepted_view(view)
        for text in marked_up(view["blocks"]):
            harmless(text)
        read.append(aloud(view["blocks"]))
        turn = [click.intent for label, click in pressed(view["blocks"]) if label == "Next"]
        if not turn:
            return read
        assert isinstance(turn[0], Show)
        first = turn[0].first


def test_every_step_of_the_largest_run_is_on_some_page() -> None:
    """Open, worked on, and closed; each page is a modal that Slack takes."""
    desk = huge.worked()
    closed = huge.worked()
    reasons = {item.key: "no need" for item in closed.run.verification()}
    closed.close(ANA, reasons)
    for one in (desk, closed, huge.desk()):
        read = "\n".join(pages(one))
        for placed in one.run.placed:
            assert f"*{placed.number}" in read


def test_every_button_on_every_page_means_a_step_of_it() -> None:
    desk = huge.worked()
    ids = {p.step.id for p in desk.run.placed}
    for first in range(0, 60, walkthrough.PER_PAGE):
        for _, click in pressed(walkthrough.draw(desk.run, first)["blocks"]):
            if isinstance(click.intent, Do):
                assert getattr(click.intent.command, "step", None) in ids


def test_a_page_beyond_the_end_is_the_last_one() -> None:
    desk = huge.desk()
    assert walkthrough.draw(desk.run, 999) == walkthrough.draw(desk.run, 56)
    assert walkthrough.draw(desk.run, -8) == walkthrough.draw(desk.run, 0)
    assert walkthrough.page_of(desk.run, desk.run.placed[13].step.id) == 13
    assert walkthrough.page_of(desk.run, "nope") == 0


def test_a_destructive_step_that_nobody_confirmed_shows_no_command() -> None:
    """Not even when it was left out, or when the run is closed."""
    desk = Desk(PROCEDURE, key_id="key-a")
    assert "keys revoke" not in str(walkthrough.draw(desk.run, 0))
    desk.do(c.Skip("revoke", ANA, "It was not the key."))
    assert "keys revoke" not in str(walkthrough.draw(desk.run, 0))
    desk.close(ANA, {item.key: "no need" for item in desk.run.verification()})
    assert "keys revoke" not in str(walkthrough.draw(desk.run, 0))


def test_a_closed_run_names_the_steps_that_were_never_done() -> None:
    desk = Desk(PROCEDURE, key_id="key-a")
    desk.close(ANA, {item.key: "no need" for item in desk.run.verification()})
    [read] = pages(desk)
    assert "*5* Notify the affected parties" in read
    assert "[Take]" not in read


def test_show_in_full_begins_with_the_step_and_has_its_notes_whole() -> None:
    desk = huge.desk()
    thirteenth = desk.run.placed[13]
    long = "doc-1 <b>\n" + "a line of output & more\n" * 60
    for text in ("short", long.strip()):
        desk.do(c.AddNote(thirteenth.step.id, ANA, text))
    view = walkthrough.draw(desk.run, walkthrough.page_of(desk.run, thirteenth.step.id))
    accepted_view(view)
    said = aloud(view["blocks"])
    assert re.search(r"^Steps? 14 ", said)
    assert f": {long.strip()}" in said
    assert "📝 : short" in said
    back = next(click.intent for label, click in pressed(view["blocks"]) if label == "Previous")
    assert isinstance(back, Show)
    assert back.first == 5


def test_many_long_notes_are_read_from_the_newest_on() -> None:
    desk = Desk(PROCEDURE, key_id="key-a")
    for n in range(40):
        desk.do(c.AddNote("find", ANA, f"note {n} " + "&" * 1_900))
    first = walkthrough.page_of(desk.run, "find")
    view = walkthrough.draw(desk.run, first)
    accepted_view(view)
    said = aloud(view["blocks"])
    assert ": note 39 &" in said
    assert "earlier notes: in the post-mortem" in said


def test_who_confirmed_a_line_and_how_is_in_the_full_view() -> None:
    desk = Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")
    assert "The affected parties have been told · a person confirms" in aloud(
        walkthrough.draw(desk.run, 4)["blocks"]
    )
    desk.do(c.Confirm("confirm:2", BEN, "by mail:\nall <14> holders"))
    view = walkthrough.draw(desk.run, 4)
    accepted_view(view)
    said = aloud(view["blocks"])
    assert "The affected parties have been told · confirmed by <@U0BEN> <!date^" in said
    assert "by mail:\nall <14> holders" in said


def test_a_step_whose_check_failed_is_no_finished_one_in_the_full_view() -> None:
    desk = Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")
    desk.do(c.Take("revoke", ANA, "key-a"))
    desk.do(c.MarkDone("revoke", ANA))
    desk.do(look("key-cannot-sign", ("/status equals revoked", None, False, "active"))(desk))
    said = aloud(walkthrough.draw(desk.run, 0)["blocks"])
    assert "⚠️ *1 Revoke the key immediately*" in said
    assert "expected `status` to be `revoked`, found `active`" in said
    assert "✅" not in said
