"""Every question that the bot asks: Slack takes it, and what is answered comes back as meant."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.blockkit.blocks import select_input
from bot.core.blockkit.modal import modal
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure, options_of
from bot.core.run.events import Person
from bot.core.views import forms
from bot.core.views.clicks import Begin, Do, submitted
from tests.core import huge
from tests.core.drawn import accepted_view, aloud, harmless, marked_up, submit
from tests.core.story import ONE_SILENT, PROCEDURE, key_compromise, look
from tests.core.strategies import ANA, BEN, Desk, commands, hostile, hostile_lines, procedures
from tests.profiles import examples

ON_STEP = ("take", "skip", "fail", "hand_over", "note")
ON_RUN = (
    *("close", "close_anyway", "undo", "about", "note", "reopen", "mistake", "again", "more"),
    *("change_answer", "do_again", "severity", "write", "assign", "hand_off", "catch_up"),
)


def drawn(desk: Desk) -> list[dict[str, Any]]:
    """Every form that can be opened about a run."""
    asked: list[tuple[str, str | None]] = [(name, None) for name in ON_RUN]
    asked += [(name, row.ref) for name in ON_STEP for row in desk.run.outline.rows]
    asked += [("decide", row.ref) for row in desk.run.outline.rows if options_of(row.leaf)]
    asked += [("confirm", i.key) for i in desk.run.verification() if not (i.check or i.green)]
    if desk.run.closing:
        asked = [(name, step) for name, step in asked if not name.startswith("close")]
    if desk.run.closed:
        asked = [("about", None), ("more", None), ("reopen", None)]
    found = []
    for name, step in asked:
        try:
            found.append(forms.of(desk.run, name, step, ANA))
        except Refused:
            # Nobody types for nothing: of what cannot be taken now, the words say why.
            assert name == "take"
    return found


def judged(views: list[dict[str, Any]]) -> None:
    for view in views:
        accepted_view(view)
        for text in marked_up(view["blocks"]):
            harmless(text)


@given(st.data())
@settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
def test_slack_takes_every_form_of_any_run(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures(hostile_lines)), key_id=data.draw(hostile_lines))
    for _ in range(data.draw(st.integers(0, 10))):
        try:
            desk.do(data.draw(commands(desk.run, hostile)))
        except Refused:
            continue
    judged(drawn(desk))


def test_slack_takes_every_form_of_the_largest_run() -> None:
    judged(drawn(huge.worked()))


def test_slack_takes_the_form_that_starts_the_largest_procedure() -> None:
    given_ = {"key_id": "k" * 3_500, "more_1": "m" * 2_900}
    judged([forms.inputs(huge.procedure(), given_, channel="C0TRUST", another=True)])


def test_more_inputs_and_choices_than_slack_holds_are_still_a_form() -> None:
    """What a run cannot start without is asked first; too many choices are typed."""
    many: dict[str, dict[str, Any]] = {f"n{n}": {"description": "N"} for n in range(120)}
    many |= {"last": {"description": "L", "required": True, "enum": [f"v{n}" for n in range(101)]}}
    told = {**PROCEDURE.model_dump(mode="json", exclude_unset=True, by_alias=True), "inputs": many}
    told["checks"], told["verification"] = {}, []
    told["steps"] = [{"id": "s", "title": "S", "do": "It."}]
    view = forms.inputs(Procedure.model_validate(told), {}, channel="C1", another=False)
    accepted_view(view)
    first = next(block for block in view["blocks"] if block["type"] == "input")
    assert (first["block_id"], first["element"]["type"]) == ("last", "plain_text_input")


def test_a_title_that_a_form_has_no_room_for_is_read_in_full_above_its_fields() -> None:
    whole = PROCEDURE.model_copy(update={"title": "Restore the registry from a backup"})
    view = forms.inputs(whole, {}, channel="C1", another=False)
    assert view["title"]["text"] == "Restore the registry fr…"
    assert aloud(view["blocks"]).startswith("*Restore the registry from a backup*\n")
    short = PROCEDURE.model_copy(update={"title": "Restore the registry"})
    assert "*Restore" not in aloud(forms.inputs(short, {}, channel="C1", another=False)["blocks"])


def test_the_one_value_that_can_be_corrected_is_chosen_already() -> None:
    one = PROCEDURE.model_copy(update={"inputs": {"key_id": PROCEDURE.inputs["key_id"]}})
    view = forms.of(Desk(one, key_id="key-a").run, "correct_input", None, ANA)
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "key_id"


def test_an_empty_value_leaves_every_form_acceptable() -> None:
    judged(drawn(Desk(PROCEDURE, key_id="", new_key_id="")))


@pytest.mark.parametrize(
    ("form", "typed", "meant"),
    [
        ("take", {"typed": "key-a"}, c.Take("revoke", ANA, "key-a")),
        ("skip", {"reason": "no need"}, c.Skip("revoke", ANA, "no need")),
        ("fail", {"what": "no quorum\n<b> & more"}, c.Fail("revoke", ANA, "no quorum\n<b> & more")),
        ("hand_over", {"to": "U0BEN"}, c.HandOver("revoke", ANA, Person(id="U0BEN"))),
        ("note", {"text": "seen"}, c.AddNote("revoke", ANA, "seen")),
        ("skip", {}, c.Skip("revoke", ANA, "")),
    ],
)
def test_what_is_answered_about_a_step_is_read_back(
    form: str, typed: dict[str, str], meant: c.Command
) -> None:
    view = forms.of(Desk(PROCEDURE, key_id="key-a").run, form, "revoke", ANA)
    click = submitted(submit(view, **typed))
    assert click.intent == Do("KC-7", meant)
    assert click.delivery == "V1/1.a"


def test_what_is_answered_about_a_run_is_read_back() -> None:
    desk = Desk(PROCEDURE, key_id="key-a")
    view = forms.of(desk.run, "note", None, ANA)
    assert submitted(submit(view, text="x")).intent == Do("KC-7", c.AddNote(None, ANA, "x"))
    desk.do(c.Take("revoke", ANA, "key-a"))
    desk.do(c.MarkDone("revoke", ANA))
    view = forms.of(desk.run, "undo", None, ANA)
    assert submitted(submit(view, step="revoke")).intent == Do("KC-7", c.Undo("revoke", ANA))
    view = forms.of(desk.run, "close", None, ANA)
    fields = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    assert fields == ["reason:confirm:2"]
    told = submitted(submit(view, **dict.fromkeys(fields, "no need"))).intent
    assert told == Do("KC-7", c.Close(ANA, {"confirm:2": "no need"}))
    desk.close(ANA, {item.key: "no need" for item in desk.run.verification()})
    assert desk.run.closed is not None
    view = forms.of(desk.run, "reopen", None, ANA)
    assert submitted(submit(view, reason="back")).intent == Do("KC-7", c.Reopen(ANA, "back"))


@given(
    key=hostile_lines,
    place=st.sampled_from(["here", huge.line("there ")]),
    another=st.booleans(),
)
@settings(max_examples=examples(25))
def test_what_a_procedure_is_started_with_is_read_back(key: str, place: str, another: bool) -> None:  # noqa: FBT001 - drawn
    made = huge.procedure(2)
    view = forms.inputs(made, {"key_id": key, "place": place}, channel="C1", another=another)
    accepted_view(view)
    meant = Begin(made.id, {"key_id": key, "place": place}, another, "C1")
    assert submitted(submit(view)).intent == meant


def test_closing_says_what_is_not_done_and_asks_for_a_reason_each() -> None:
    said = aloud(forms.of(Desk(PROCEDURE, key_id="key-a").run, "close", None, ANA)["blocks"])
    assert "Steps not done: 1, 2.1, 2.2, 3, 4, 5." in said
    asked = "Not verified: “The affected parties have been told”. Why close anyway?: ____"
    assert asked in said


def _red() -> Desk:
    desk = Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")
    desk.do(c.Verify(ANA))
    desk.do(look("new-key-works", *ONE_SILENT)(desk))
    return desk


def _asked(desk: Desk, name: str) -> dict[str, bool]:
    """The fields of a form, and whether each may be left empty."""
    blocks = forms.of(desk.run, name, None, ANA)["blocks"]
    return {b["block_id"]: b.get("optional", False) for b in blocks if b["type"] == "input"}


def test_closing_asks_only_what_no_look_finds_out_and_without_proof_asks_for_what_failed() -> None:
    asked = {"reason:check:new-key-works": True, "reason:confirm:2": False}
    assert _asked(_red(), "close") == asked
    assert _asked(_red(), "close_anyway") == dict.fromkeys(asked, False)


def test_what_comes_of_a_line_that_fails_again_is_said_once() -> None:
    desk = _red()
    desk.do(look("key-cannot-sign", *ONE_SILENT)(desk))
    for name, words in (
        ("close", "without one, the run stays open."),
        ("close_anyway", "the run closes as not verified, with the reason you give."),
    ):
        blocks = forms.of(desk.run, name, None, ANA)["blocks"]
        assert aloud(blocks).count(words) == 1
        hints = [b["hint"]["text"] for b in blocks if "hint" in b]
        assert hints == ["Failed when last checked."] * 2
    untried = aloud(forms.of(Desk(PROCEDURE).run, "close", None, ANA)["blocks"])
    assert "fails again" not in untried, "no line has failed yet"


def test_a_reason_that_was_given_when_it_stayed_open_is_not_asked_for_again() -> None:
    desk = _red()
    desk.close(BEN, {"confirm:2": "by mail tomorrow"})
    assert desk.run.closed is None
    for name in ("close", "close_anyway"):
        view = forms.of(desk.run, name, None, ANA)
        reds = {f"check:{check}": "replaced" for check in ("key-cannot-sign", "new-key-works")}
        sent = submitted(submit(view, **{f"reason:{key}": words for key, words in reds.items()}))
        meant = c.Close(ANA, {**reds, "confirm:2": "by mail tomorrow"})
        assert sent.intent == Do("KC-7", meant)
    desk.do(c.Confirm("confirm:2", ANA))
    assert "by mail" not in str(forms.of(desk.run, "close", None, ANA))


def test_a_run_that_is_being_closed_has_no_second_form_for_it() -> None:
    desk = _red()
    desk.do(c.Close(BEN, {"confirm:2": "later"}))
    with pytest.raises(Refused, match="<@U0BEN> is closing KC-7"):
        forms.of(desk.run, "close", None, ANA)


def test_a_confirmation_is_asked_for_and_taken_back_in_forms() -> None:
    desk = Desk(PROCEDURE, key_id="key-a")
    view = forms.of(desk.run, "confirm", "confirm:2", ANA)
    meant = c.Confirm("confirm:2", ANA, "the registrar, by phone")
    click = submitted(submit(view, words="the registrar, by phone"))
    assert click.intent == Do("KC-7", meant)
    assert submitted(submit(view)).intent == Do("KC-7", c.Confirm("confirm:2", ANA))
    desk.do(meant)
    with pytest.raises(Refused, match="<@U0ANA> confirmed that at"):
        forms.of(desk.run, "confirm", "confirm:2", ANA)
    view = forms.of(desk.run, "undo", None, ANA)
    assert "Your system is not changed" in str(view["blocks"])
    click = submitted(submit(view, step="confirm:2"))
    assert click.intent == Do("KC-7", c.Withdraw("confirm:2", ANA))
    with pytest.raises(Refused, match="no such line"):
        forms.of(desk.run, "confirm", "check:new-key-works", ANA)


def test_a_form_about_a_closed_run_is_refused_and_names_the_way_back() -> None:
    with pytest.raises(Refused, match=r"KC-7 is closed\. Reopen it first, from its board"):
        forms.of(key_compromise().run, "skip", "revoke", ANA)


@pytest.mark.parametrize(
    ("name", "step"), [("skip", None), ("skip", "nope"), ("dance", "revoke"), ("note", "<nope>")]
)
def test_a_form_that_does_not_exist_is_refused(name: str, step: str | None) -> None:
    with pytest.raises(Refused) as refused:
        forms.of(Desk(PROCEDURE, key_id="key-a").run, name, step, ANA)
    harmless(str(refused.value))


def test_the_destructive_form_shows_what_it_is_about_and_asks_for_the_value_at_stake() -> None:
    view = forms.of(Desk(PROCEDURE, key_id="key-a").run, "take", "revoke", ANA)
    said = aloud(view["blocks"])
    assert "*Not to be run yet*:" in said
    assert "./civictrust keys revoke key-a --reason" in said
    assert "rich_text_preformatted" not in str(view), "nothing can be copied as a command"
    assert "*This cannot be undone.*" in said
    assert said.endswith("\nType key-a to confirm: ____")
    typed = view["blocks"][-1]
    assert "Take the step before you run anything" in typed["hint"]["text"]
    assert "placeholder" not in typed["element"], "the word that is wanted is not given away"


def test_the_destructive_form_says_where_its_commands_are_run() -> None:
    there = PROCEDURE.model_copy(update={"where": "ops-1, as root"})
    view = forms.of(Desk(there, key_id="key-a").run, "take", "revoke", ANA)
    assert "\nWhere: ops-1, as root\n" in aloud(view["blocks"])


def test_undoing_says_that_only_the_record_changes() -> None:
    desk = Desk(PROCEDURE, key_id="key-a")
    assert "No step has been finished, skipped or failed yet." in str(
        forms.of(desk.run, "undo", None, ANA)
    )
    desk.do(c.Skip("find", ANA, "no need"))
    assert "Your system is not changed." in str(forms.of(desk.run, "undo", None, ANA))


@pytest.mark.parametrize(("many", "listed"), [(100, 100), (101, 101), (501, 500)])
def test_more_choices_than_fit_in_a_list_come_in_groups_and_what_is_left_out_is_said(
    many: int, listed: int
) -> None:
    options = [(f"Part {number}", str(number)) for number in range(many)]
    ask = select_input("which", "Which?", options, hint="One of them.")
    accepted_view(modal("do_again", "Do it again", "Do it", [ask], run="KC-7"))
    element = ask["element"]
    groups = element.get("option_groups") or [element]
    offered = [one["value"] for group in groups for one in group["options"]]
    assert offered == [value for _, value in options[:listed]]
    said = ask["hint"]["text"]
    assert ("Only the first 500 of 501 are listed." in said) is (many > listed)


def test_each_of_many_groups_of_steps_can_be_done_again() -> None:
    steps = [
        {"id": f"g{n}", "title": f"G{n}", "steps": [{"id": f"s{n}", "title": "S", "do": "It."}]}
        for n in range(120)
    ]
    shape = {"schema": "procedure/v1", "id": "many", "title": "Many", "symptoms": ["Much"]}
    desk = Desk(Procedure.model_validate({**shape, "steps": steps}))
    for number in range(120):
        desk.do(c.Take(f"s{number}", ANA))
    view = forms.of(desk.run, "do_again", None, ANA)
    accepted_view(view)
    first, second = view["blocks"][0]["element"]["option_groups"]
    assert (first["label"]["text"], second["label"]["text"]) == ("1 to 100", "101 to 120")
    click = submitted(submit(view, group="g119", reason="once more"))
    assert isinstance(click.intent, Do)
    desk.do(click.intent.command)
