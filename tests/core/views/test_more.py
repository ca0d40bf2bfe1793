"""What a board's menu has no room for: a table of acts, each of which can be done from one form."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.decide import Refused, decide
from bot.core.kinds import kind_of
from bot.core.kinds.controls import DONE_WITH
from bot.core.run import events as e
from bot.core.run.model import State
from bot.core.views import forms, notices, walkthrough
from bot.core.views.board import draw
from bot.core.views.clicks import Begin, Do, Form, attributed, submitted
from tests.core import huge
from tests.core.drawn import accepted, accepted_view, aloud, pressed, submit
from tests.core.story import NAMES, PROCEDURE, render
from tests.core.strategies import ANA, BEN, PEOPLE, START, Desk, commands, people, procedures, typed
from tests.profiles import examples


def fresh() -> Desk:
    return Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")


def closed() -> Desk:
    desk = fresh()
    desk.do(c.Mistake(ANA, "the wrong <key>", again="KC-8", again_at="https://h.example/p8"))
    return desk


def listed(desk: Desk, by: e.Person) -> list[tuple[str, Any]]:
    """What the form of everything offers *by*: each button's words, and what it means."""
    view = forms.of(desk.run, "more", None, by)
    accepted_view(view)
    return [(label, attributed(click, by).intent) for label, click in pressed(view["blocks"])]


def filled(desk: Desk, form: Form, by: e.Person) -> c.Command | None:
    """The command of a form that was filled in as it asks; None for one that only tells."""
    view = forms.of(desk.run, form.name, form.step, by)
    accepted_view(view)
    said = {}
    for block in view["blocks"]:
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input":
            asked = form.step if form.name == "take" else None
            said[block["block_id"]] = typed(desk.run, asked) if asked else "f9"
        elif block["type"] == "input" and block["element"]["type"] in (
            "static_select",
            "checkboxes",
        ):
            said[block["block_id"]] = block["element"]["options"][0]["value"]
        elif block["type"] == "input":
            chosen = {"file_input": "F0PANEL", "conversations_select": "C0OTHER"}
            said[block["block_id"]] = chosen.get(block["element"]["type"], "U0DEE")
    if not said or form.name == "again":
        return None
    click = attributed(submitted(submit(view, **said)), by)
    assert isinstance(click.intent, Do)
    return click.intent.command


@given(st.data())
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
def test_what_is_listed_can_be_done_by_that_person_and_changes_something(
    data: st.DataObject,
) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(0, 15))):
        with contextlib.suppress(Refused):
            desk.do(data.draw(commands(desk.run)))
    by = data.draw(people)
    for label, intent in listed(desk, by):
        if isinstance(intent, Do):
            assert decide(desk.run, intent.command, START), f"{label} would do nothing"
        elif isinstance(intent, Form) and (command := filled(desk, intent, by)):
            assert decide(desk.run, command, START), f"{label} would do nothing"


@given(st.data())
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
def test_what_the_board_and_the_full_view_offer_is_never_refused(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(0, 15))):
        with contextlib.suppress(Refused):
            desk.do(data.draw(commands(desk.run)))
    for blocks in (draw(desk.run).blocks, walkthrough.draw(desk.run, 0)["blocks"]):
        for label, click in pressed(blocks):
            # Whether a list has members by now, the run does not know.
            if isinstance(click.intent, Do) and not isinstance(click.intent.command, c.ListAgain):
                # A board is everyone's: who asked sees the button that others press.
                assert any(_may(desk, attributed(click, by).intent) for by in PEOPLE), label


def _may(desk: Desk, intent: Any) -> bool:
    assert isinstance(intent, Do)
    try:
        decide(desk.run, intent.command, START)
    except Refused:
        return False
    return True


@given(st.data())
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
def test_what_can_be_done_in_one_press_is_listed(data: st.DataObject) -> None:
    """With the steps that are in hand, and with every line: only the first dozen are many."""
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(0, 15))):
        with contextlib.suppress(Refused):
            desk.do(data.draw(commands(desk.run)))
    by = data.draw(people)
    offered = [intent for _, intent in listed(desk, by)]
    held = [p.step.id for p in desk.run.placed if desk.run.steps[p.step.id].state is State.TAKEN]
    tried: list[c.Command] = [c.Verify(by), c.Export(by)]
    kinds = (c.MarkDone, c.GiveBack, c.TakeOver, c.CheckAgain)
    tried += [kind(step, by) for step in held for kind in kinds if not asks(desk, step, kind)]
    tried += [c.Withdraw(item.key, by) for item in desk.run.verification()]
    for command in tried:
        try:
            would = decide(desk.run, command, START)
        except Refused:
            would = ()
        assert (Do("KC-7", command) in offered) is bool(would), command


def asks(desk: Desk, step_id: str, kind: type[c.Command]) -> bool:
    """Whether a form is opened for it first, so that one press does nothing yet."""
    placed = desk.run.find(step_id)
    assert placed is not None
    ends = kind_of(placed.step).ends(placed.step)
    return kind is c.MarkDone and DONE_WITH in ends


def test_the_list_is_another_for_the_one_who_is_on_the_step() -> None:
    desk = fresh()
    desk.do(c.Take("revoke", ANA, "key-a"))
    hers, his = ({label for label, _ in listed(desk, by)} for by in (ANA, BEN))
    assert "Take over" not in hers
    assert his - hers == {"Take over"}
    assert {"Done", "Failed…", "Skip…", "Hand over…", "Give back", "Check again"} <= hers
    assert "Undo…" not in hers, "nothing can be undone yet"
    desk.do(c.Confirm("confirm:2", BEN))
    assert {"Undo…", "Take back"} <= {label for label, _ in listed(desk, ANA)}


def test_what_was_done_in_the_list_is_seen_there() -> None:
    desk = fresh()
    said = aloud(forms.more(desk.run, ANA, done=True)["blocks"])
    assert said.startswith("Done. The board and its thread show what comes of it.")
    assert forms.more(desk.run, ANA)["close"]["text"] == "Back", "Close… ends the run"


def test_a_closed_run_offers_what_is_left() -> None:
    assert [label for label, _ in listed(closed(), ANA)] == [
        "Catch me up",
        "Show all steps",
        "Inputs and people",
        "Post-mortem",
        "Tell stakeholders…",
        "Write the post-mortem…",
        "Action items…",
        "Timeline…",
        "Reopen…",
        "Erase something…",
    ]


def test_the_largest_run_fits_into_one_form() -> None:
    desk = huge.worked()
    assert len(forms.of(desk.run, "more", None, ANA)["blocks"]) <= 100
    listed(desk, ANA)


def test_one_reason_closes_a_run_that_was_started_by_mistake() -> None:
    desk = fresh()
    view = forms.of(desk.run, "mistake", None, ANA)
    assert view["title"]["text"] == "Started by mistake", "it is not the form that closes"
    intent = submitted(submit(view, reason="wrong node")).intent
    assert intent == Do("KC-7", c.Mistake(ANA, "wrong node"))
    [event] = desk.do(c.Mistake(ANA, "wrong node"))
    assert event.mistake == "wrong node"  # type: ignore[union-attr]
    picture = draw(desk.run)
    accepted(picture)
    said = aloud(picture.blocks)
    assert said.startswith(
        "# 🟠 Key compromise recovery · closed: started by mistake: wrong node\n"
    )
    assert "\nSEV1 · key_id `key-a` · new_key_id `key-b`\n" in said
    assert "Started by mistake: wrong node" not in said, "the first line has all of it"
    assert "[⋯ Show all steps | Inputs and people | More…]" in said
    with pytest.raises(Refused, match="is empty"):
        fresh().do(c.Mistake(ANA, " "))
    with pytest.raises(Refused, match="was closed by"):
        desk.do(c.Mistake(ANA, "again"))


def test_what_the_first_line_of_a_mistake_cannot_hold_stands_below_it() -> None:
    for reason in ("two\nlines", "the wrong node; " * 20):
        desk = fresh()
        desk.do(c.Mistake(ANA, reason))
        assert f"\nStarted by mistake: {reason.strip()}\n" in aloud(draw(desk.run).blocks)


def test_the_notice_and_the_post_mortem_say_that_it_was_a_mistake() -> None:
    desk = closed()
    told = notices.draw(desk.run, desk.facts, "notice/2")
    accepted(told)
    assert told.text == (
        "🟠 ana closed KC-7: started by mistake: the wrong &lt;key&gt;. "
        "In its place: <https://h.example/p8|KC-8>"
    )
    assert "In its place: <https://h.example/p8|KC-8>" in aloud(draw(desk.run).blocks)
    text = render(desk.run, desk.facts, names=NAMES, said=(), exported_at=START)
    assert "# Post-mortem: Key compromise recovery (KC-7), started by mistake" in text
    assert "🟠 **Started by mistake.**" in text
    assert "In its place: KC-8" in text


def test_starting_again_asks_for_the_values_that_this_run_has() -> None:
    view = forms.of(fresh().run, "again", None, ANA)
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
    assert effects.touched(desk.run, desk.do(c.AddNote("find", ANA, "one"))) == {"board": 2}
    long = "doc-1\n" + "x" * 1_900
    before = desk.run
    made = desk.do(c.AddNote("find", ANA, long, shared=True))
    assert effects.touched(before, made) == {"board": 3, "notice/3": 3}
    told = notices.draw(desk.run, desk.facts, "notice/3")
    accepted(told)
    assert told.text.endswith(f"\n{long}")
    view = forms.of(desk.run, "note", "find", ANA)
    assert submitted(submit(view, text="t")).intent == Do("KC-7", c.AddNote("find", ANA, "t"))
    ticked = submit(view, text="t")
    values = ticked["view"]["state"]["values"]["shared"]["value"]
    values["selected_options"] = [{"value": "shared"}]
    shared = c.AddNote("find", ANA, "t", shared=True)
    assert submitted(ticked).intent == Do("KC-7", shared)
