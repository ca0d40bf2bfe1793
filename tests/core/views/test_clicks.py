"""From what is drawn to what is meant: every control does what its label says."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.run.rounds import referred
from bot.core.views import board, clicks, notices, walkthrough
from bot.core.views.clicks import Begin, Do, Form, Show, Unreadable
from tests.core.drawn import Json, press, pressed, submit
from tests.core.strategies import ANA, Desk, commands, hostile, hostile_lines, procedures
from tests.profiles import examples

STEP = {
    "Take": c.Take,
    "Try again": c.Take,
    "Done": c.MarkDone,
    "Give back": c.GiveBack,
    "Undo": c.Undo,
    "Undo (record only)": c.Undo,
    "Take over": c.TakeOver,
    "Check again": c.CheckAgain,
    "Look again": c.CheckAgain,
    "Call the owner": c.CallOwner,
    "Ask for approval": c.AskApproval,
    "Take the request back": c.CancelApproval,
    "Approve": c.Vote,
    "Take my vote back": c.TakeVoteBack,
}
FORMS = {
    "Done…": "done",
    "Decline…": "decline",
    "Show all": "request",
    "Take…": "take",
    "Try again…": "take",
    "Skip…": "skip",
    "Failed…": "fail",
    "Hand over…": "hand_over",
    "Note…": "note",
    "Answer…": "decide",
}
DOES = {
    "Verify now": c.Verify(ANA),
    "Post-mortem": c.Export(ANA),
    "Take command": c.AssignRole("commander", ANA, ANA),
}
"""What is done to the run at once."""
RUN_FORMS = {
    "Add a note…": "note",
    "Undo…": "undo",
    "Inputs and people": "about",
    "More…": "more",
    "Close…": "close",
    "Close without proof…": "close_anyway",
    "Reopen…": "reopen",
}


def as_labelled(label: str, intent: Any, steps: set[str], items: set[str]) -> None:
    """What a control says is what the bot reads, about this run and a step that it has."""
    if label == "Call the owner" and intent.command.step is None:
        assert intent == Do("KC-7", c.CallOwner(None, ANA))
    elif label in STEP:
        assert isinstance(intent, Do)
        assert type(intent.command) is STEP[label]
        assert referred(getattr(intent.command, "step", ""))[0] in steps
    elif label == "List again":
        assert isinstance(intent, Do)
        assert type(intent.command) is c.ListAgain
    elif label.startswith("Way "):
        _answers(label, intent, steps)
    elif label == "Start other":
        assert isinstance(intent, Begin)
        assert (intent.procedure, intent.led_from) == ("other", "KC-7")
        assert intent.inputs.keys() == {"key"}
        assert referred(intent.led_step or "")[0] in steps
    elif label in FORMS:
        assert intent == Form("KC-7", FORMS[label], intent.step)
        # What is voted on is named behind the step.
        assert referred((intent.step or "").partition("/")[0])[0] in steps
    elif label in RUN_FORMS:
        assert intent == Form("KC-7", RUN_FORMS[label])
    elif label == "Confirm…":
        assert isinstance(intent, Form)
        assert intent.name == "confirm"
        assert intent.step in items
    elif label in DOES:
        assert intent == Do("KC-7", DOES[label])
    else:
        assert label in ("Show", "Show all steps", "Show in full", "Next", "Previous"), label
        assert isinstance(intent, Show)
        assert intent.step is None or referred(intent.step)[0] in steps


def _answers(label: str, intent: Any, steps: set[str]) -> None:
    """The button of an answer gives it, or opens the form that asks why, if it has to."""
    wanted = f"o{label.removesuffix('…')[-1]}"
    if label.endswith("…"):
        assert isinstance(intent, Form)
        step, _, option = (intent.step or "").rpartition("/")
        assert intent.name == "decide"
    else:
        assert isinstance(intent, Do)
        step, option = intent.command.step, intent.command.option
    assert referred(step)[0] in steps
    assert option == wanted


@given(st.data())
@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
def test_whatever_is_drawn_is_read_back_as_its_label_says(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures(hostile_lines)), key_id="key-a")
    told = []
    for _ in range(data.draw(st.integers(0, 12))):
        before = desk.run
        try:
            made = desk.do(data.draw(commands(desk.run, hostile)))
        except Refused:
            continue
        keys = [key for key in effects.touched(before, made) if key.startswith("notice/")]
        told += [notices.draw(desk.run, desk.facts, key).blocks for key in keys]
    steps = {p.step.id for p in desk.run.placed}
    items = {item.key for item in desk.run.verification()}
    drawn = (
        board.draw(desk.run).blocks,
        board.draw(desk.run, budget=0).blocks,
        walkthrough.draw(desk.run, 0)["blocks"],
        *told,
    )
    for blocks in drawn:
        for label, click in pressed(blocks):
            assert (click.by, click.channel, click.delivery) == (ANA, "C0TRUST", "1.2.3")
            as_labelled(label, click.intent, steps, items)


def test_a_click_in_the_walkthrough_knows_its_page() -> None:
    payload = press({"action_id": "done", "value": "KC-7/revoke"})
    payload["view"] = {"id": "V1", "callback_id": "show", "private_metadata": '{"first": 6}'}
    del payload["channel"], payload["response_url"]
    click = clicks.clicked(payload)
    assert (click.page, click.view, click.channel) == (6, "V1", None)


def test_a_start_button_carries_the_procedure_and_what_was_typed() -> None:
    value = '{"procedure":"key-compromise","inputs":{"key_id":"key-a"},"another":true}'
    meant = Begin("key-compromise", {"key_id": "key-a"}, another=True)
    assert clicks.clicked(press({"action_id": "start", "value": value})).intent == meant


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
GOOD_CLICK = press({"action_id": "take", "value": "KC-7/revoke"})
GOOD_FORM: Json = submit(
    {
        "callback_id": "skip",
        "private_metadata": '{"run":"KC-7","step":"revoke"}',
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "element": {"type": "plain_text_input", "action_id": "value"},
            }
        ],
    },
    reason="no need",
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, dict | list):
        for key, one in inner:
            found += places(one, (*path, key))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


@given(st.data())
def test_a_payload_of_any_other_shape_is_unreadable_and_nothing_else(data: st.DataObject) -> None:
    read, good = data.draw(
        st.sampled_from([(clicks.clicked, GOOD_CLICK), (clicks.submitted, GOOD_FORM)])
    )
    path = data.draw(st.sampled_from(places(good)))
    try:
        click = read(changed(good, path, data.draw(json_values)))
    except Unreadable:
        return
    assert isinstance(click.delivery, str)
    if isinstance(click.intent, Do):
        step = getattr(click.intent.command, "step", None)
        assert step is None or isinstance(step, str)


@given(json_values)
def test_any_json_at_all_is_unreadable(value: Any) -> None:
    for read in (clicks.clicked, clicks.submitted):
        with pytest.raises(Unreadable):
            read(value)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("dance", "KC-7/revoke"),
        ("take", ""),
        ("take", "/revoke"),
        ("page", "KC-7/six"),
        ("start", "{}"),
        ("start", '"key-compromise"'),
        ("start", '{"procedure":5}'),
        ("start", '{"procedure":"p","inputs":{"a":1}}'),
        ("start", "[" * 100_000),
        ("step_menu", "take/KC-7/revoke"),
    ],
)
def test_a_click_on_what_the_bot_never_drew_is_unreadable(action: str, value: str) -> None:
    with pytest.raises(Unreadable):
        clicks.clicked(press({"action_id": action, "value": value}))


@pytest.mark.parametrize("kind", ["dance", "hand_over", "undo", "start"])
def test_a_form_without_its_answer_is_unreadable(kind: str) -> None:
    with pytest.raises(Unreadable):
        clicks.submitted(changed(GOOD_FORM, ("view", "callback_id"), kind))
