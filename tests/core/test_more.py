"""What a board's menu has no room for: a table of acts, each of which can be done from one form."""

import pytest

from bot.core import commands as c
from bot.core import forms, notices
from bot.core.board import draw
from bot.core.clicks import Act, Begin, Form, Show, submitted
from bot.core.decide import Refused
from bot.core.more import ACTS
from bot.core.postmortem import render
from tests.core.drawn import accepted, accepted_view, aloud, pressed, submit
from tests.core.story import NAMES, PROCEDURE
from tests.core.strategies import ANA, START, Desk


def fresh() -> Desk:
    return Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")


def closed() -> Desk:
    desk = fresh()
    desk.do(c.Mistake(ANA, "the wrong <key>", again="KC-8", again_at="https://h.example/p8"))
    return desk


@pytest.mark.parametrize("made", [fresh, closed])
def test_each_act_that_is_listed_opens_its_form_or_page(made: object) -> None:
    desk = fresh() if made is fresh else closed()
    view = forms.of(desk.run, "more", None)
    accepted_view(view)
    meant = {label: click.intent for label, click in pressed(view["blocks"])}
    assert set(meant) == {act.label for act in ACTS if act.when(desk.run)}
    for intent in meant.values():
        if isinstance(intent, Form):
            accepted_view(forms.of(desk.run, intent.name, intent.step))
        else:
            assert isinstance(intent, Show)
    assert ("Started by mistake…" in meant) is (desk.run.closed is None)


def test_one_reason_closes_a_run_that_was_started_by_mistake() -> None:
    desk = fresh()
    view = forms.of(desk.run, "mistake", None)
    intent = submitted(submit(view, reason="wrong node")).intent
    assert intent == Act("KC-7", c.Mistake(ANA, "wrong node"))
    [event] = desk.do(c.Mistake(ANA, "wrong node"))
    assert event.reasons == {"mistake": "wrong node"}  # type: ignore[union-attr]
    picture = draw(desk.run)
    accepted(picture)
    said = aloud(picture.blocks)
    assert said.startswith(
        "# 🟠 Key compromise recovery · closed: started by mistake: wrong node\n"
    )
    assert "\nSEV1 · key_id `key-a` · new_key_id `key-b`\n" in said
    assert "\nStarted by mistake: wrong node\n" in said
    assert "[⋯ Show all steps | Inputs and people | More…]" in said
    with pytest.raises(Refused, match="is empty"):
        fresh().do(c.Mistake(ANA, " "))
    with pytest.raises(Refused, match="was closed by"):
        desk.do(c.Mistake(ANA, "again"))


def test_the_notice_and_the_post_mortem_say_that_it_was_a_mistake() -> None:
    desk = closed()
    told = notices.draw(desk.run, desk.facts, "notice/2")
    accepted(told)
    assert told.text == (
        "🟠 <@U0ANA> closed KC-7: started by mistake: the wrong &lt;key&gt; "
        "In its place: <https://h.example/p8|KC-8>"
    )
    assert "In its place: <https://h.example/p8|KC-8>" in aloud(draw(desk.run).blocks)
    text = render(desk.run, desk.facts, names=NAMES, said=(), exported_at=START)
    assert "# Post-mortem: Key compromise recovery (KC-7), started by mistake" in text
    assert "🟠 **Started by mistake.**" in text
    assert "In its place: KC-8" in text


def test_starting_again_asks_for_the_values_that_this_run_has() -> None:
    view = forms.of(fresh().run, "again", None)
    accepted_view(view)
    intent = submitted(submit(view, key_id="key-c")).intent
    assert intent == Begin(
        "key-compromise",
        {"key_id": "key-c", "new_key_id": "key-b"},
        another=True,
        channel="C0TRUST",
        instead="KC-7",
    )


def test_a_note_goes_into_the_thread_only_when_its_writer_says_so() -> None:
    desk = fresh()
    assert notices.touched(desk.run, desk.do(c.AddNote("find", ANA, "one"))) == {"board": 2}
    long = "doc-1\n" + "x" * 1_900
    before = desk.run
    made = desk.do(c.AddNote("find", ANA, long, shared=True))
    assert notices.touched(before, made) == {"board": 3, "notice/3": 3}
    told = notices.draw(desk.run, desk.facts, "notice/3")
    accepted(told)
    assert told.text.endswith(f"\n{long}")
    view = forms.of(desk.run, "note", "find")
    assert submitted(submit(view, text="t")).intent == Act("KC-7", c.AddNote("find", ANA, "t"))
    ticked = submit(view, text="t")
    values = ticked["view"]["state"]["values"]["shared"]["value"]
    values["selected_options"] = [{"value": "shared"}]
    shared = c.AddNote("find", ANA, "t", shared=True)
    assert submitted(ticked).intent == Act("KC-7", shared)
