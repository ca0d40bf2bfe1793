"""A vote is for all that a request covers: all of it can be read, and what is not shown is said."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.acts.show_request import parts
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.views import forms, notices
from bot.core.views.board import draw
from tests.core.approving import KEY, LISTED, ask, plain, revoke, told
from tests.core.drawn import accepted, accepted_view
from tests.core.engine.test_ways import do, procedure
from tests.core.strategies import ANA, BEN, CHO, Desk


def long(many: int, each: int) -> Desk:
    """A step whose commands are many, and long."""
    typed = [f"step{n} {'x' * each} {{{{ key }}}} end{n}" for n in range(many)]
    step = {**revoke(approval={"min": 1}), "do": "Mind the *gap*.", "run": typed}
    return Desk(procedure(step, do("tell"), inputs=KEY, roles=LISTED), key="k1")


def group(many: int) -> Desk:
    """A group of steps behind a step that asks."""
    steps = [{**do(f"one{n}"), "run": [f"first{n} {{{{ key }}}}", f"last{n}"]} for n in range(many)]
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1}, "do": "Look at all of it."}
    all_of_them = {"id": "all", "title": "All", "steps": steps}
    return Desk(procedure(agree, all_of_them, inputs=KEY, roles=LISTED), key="k1")


def texts(shown: Any) -> str:
    """All words of the rich text of a page, in their order."""
    if isinstance(shown, list):
        return "".join(map(texts, shown))
    if not isinstance(shown, dict):
        return ""
    if shown.get("type") == "text":
        return str(shown["text"])
    return texts(shown.get("elements"))


def pages(desk: Desk, step: str) -> list[Any]:
    """Every page, turned as people turn them."""
    where = f"{desk.run.outline.by_id[step].ref}/{desk.run.asked[step].number}"
    found: list[Any] = []
    while len(found) < 100:
        view = forms.of(desk.run, "request", where, BEN)
        accepted_view(view)
        found.append(view)
        turn = [b for block in view["blocks"] for b in block.get("elements", ())]
        on = next((b for b in turn if b.get("action_id") == "request_page_next"), None)
        if on is None:
            return found
        where = on["value"].partition("/")[2]
    raise AssertionError("it has no end")


def approve(blocks: Any) -> list[Any]:
    """The buttons that approve."""
    every = [
        one for block in blocks for one in (block.get("accessory"), *block.get("elements", ()))
    ]
    return [one for one in every if one and one.get("action_id") == "approve"]


@pytest.mark.parametrize(("many", "each"), [(9, 10), (24, 500), (3, 2_700), (40, 2_700)])
def test_every_word_of_it_is_shown_and_the_request_says_that_it_is_not(
    many: int, each: int
) -> None:
    desk = long(many, each)
    request = ask(desk, "revoke")
    said = told(desk, request)
    assert f"⚠️ A vote is for all of it, {many} commands and 1 text of the steps," in said
    assert "Show all" in said
    shown = "".join(texts(page["blocks"]) for page in pages(desk, "revoke"))
    for command in desk.run.asked["revoke"].commands:
        assert command in shown
    assert "Mind the gap" in shown
    picture = notices.draw(desk.run, desk.facts, f"notice/{request}")
    (button,) = approve(picture.blocks)
    assert "Not all of it is shown here." in button["confirm"]["text"]["text"]
    assert f"{many} commands" in button["confirm"]["text"]["text"]
    assert "Not all of it is shown here" in str(
        forms.of(desk.run, "decline", f"revoke/{request}", BEN)
    )


def test_where_a_message_has_all_of_it_a_vote_is_one_press() -> None:
    desk = plain()
    request = ask(desk, "revoke")
    picture = notices.draw(desk.run, desk.facts, f"notice/{request}")
    assert "A vote is for all of it" not in told(desk, request)
    for blocks in (picture.blocks, draw(desk.run).blocks):
        (button,) = approve(blocks)
        assert "confirm" not in button
    # Beside a line of the list of all that can be done, nothing of it is shown.
    (button,) = approve(forms.more(desk.run, BEN)["blocks"])
    assert "confirm" in button


def test_a_vote_on_a_group_from_the_board_says_that_nothing_of_it_is_shown_there() -> None:
    desk = group(30)
    request = ask(desk, "agree")
    said = told(desk, request)
    assert "60 commands" in said
    board = draw(desk.run)
    accepted(board)
    assert all("confirm" in button for button in approve(board.blocks))
    blocks = [block for page in pages(desk, "agree") for block in page["blocks"]]
    shown = "|".join(map(texts, blocks))
    words = [f"{w}|" for n in range(30) for w in (f"One{n}", f"first{n} k1", f"last{n}")]
    places = [shown.index(word) for word in words]
    assert places == sorted(places), "step by step, in the order of the page"


def test_it_is_shown_while_it_is_asked_for_and_no_longer() -> None:
    desk = long(9, 10)
    request = ask(desk, "revoke")
    desk.do(c.CorrectInput("key", ANA, "k2"))
    with pytest.raises(Refused, match="does not count any more"):
        forms.of(desk.run, "request", f"revoke/{request}", BEN)
    for odd in ("revoke", "revoke/x", "revoke/9/9/9", "", "/", "revoke/99999999999/1"):
        with pytest.raises(Refused):
            forms.of(desk.run, "request", odd, BEN)


@given(st.text(max_size=9_000))
def test_a_text_in_parts_is_the_text(text: str) -> None:
    made = parts(text)
    assert "".join(made) == text
    assert all(len(one) <= 2_500 for one in made)


def test_what_was_asked_before_is_drawn_as_it_was() -> None:
    desk = group(2)
    request = ask(desk, "agree")
    desk.do(c.CorrectInput("key", ANA, "k2"))
    said = told(desk, request)
    assert "first0 k1" in said
    assert re.search(r"This request is over:\** what it shows was changed", said)
    assert isinstance(desk.facts[request - 1].event, e.ApprovalRequested)


def test_what_comes_next_is_told_apart_from_what_a_failure_or_an_answer_opens() -> None:
    """A vote is for all of it, but only some of it is sure to come."""
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1}}
    answers = [{"id": "a", "title": "A", "then": [do("branch")]}, {"id": "b", "title": "B"}]
    inside = [
        {**do("first"), "on_failure": [do("page")]},
        {"id": "which", "title": "Which?", "decide": {"options": answers}},
        do("last"),
    ]
    desk = Desk(procedure(agree, {"id": "all", "title": "All", "steps": inside}))
    said = told(desk, ask(desk, "agree"))
    name = {row.id: f"*{row.number}* {row.title}" for row in desk.run.outline.rows}
    assert f"What comes next: {name['first']}, {name['which']}, {name['last']}\n" in said
    assert f"Only after a failure or an answer: {name['page']}, {name['branch']}\n" in said


def test_an_approval_within_the_steps_of_a_failure_tells_what_comes_next_there() -> None:
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1}}
    desk = Desk(procedure({**do("first"), "on_failure": [agree, do("page")]}))
    desk.do(c.Take("first", ANA))
    desk.do(c.Fail("first", ANA, "It hung."))
    said = told(desk, ask(desk, "agree"))
    assert "What comes next: *1f.2* " in said
    assert "Only after" not in said


def test_what_a_step_starts_is_part_of_what_is_approved() -> None:
    """Nobody agrees to another procedure without reading which one, and with what."""
    find = {**do("find"), "captures": {"node": {"description": "N", "pattern": "[a-z]+"}}}
    leads = {"id": "on", "title": "Go on", "starts": "wipe-it key={{ key }} node={{ node }}"}
    desk = Desk(procedure(find, {**leads, "approval": {"min": 1}}, inputs=KEY), key="k1")
    with pytest.raises(Refused, match="waits for node, from step 1"):
        ask(desk, "on")
    desk.do(c.CorrectValue("node", BEN, "ant"))
    number = ask(desk, "on")
    assert "wipe-it key=k1 node=ant" in told(desk, number)
    assert "wipe-it key=k1 node=ant" in str(forms.of(desk.run, "request", f"on/{number}", BEN))
    desk.do(c.Vote("on", BEN, number))
    made = desk.do(c.CorrectInput("key", ANA, "k2"))
    assert "approval_voided" in [one.kind for one in made]


@pytest.mark.parametrize(
    "step",
    [
        {**revoke(approval={"min": 1}), "run": ["revoke"], "title": "R", "where": "{{ key }}"},
        {
            "id": "group",
            "title": "G",
            "where": "{{ key }}",
            "steps": [{**do("revoke"), "approval": {"min": 1}}],
        },
    ],
    ids=["step", "group"],
)
def test_a_vote_is_for_where_it_is_done_as_well(step: dict[str, Any]) -> None:
    """The right command on the wrong host is the wrong command."""
    desk = Desk(procedure(step, inputs=KEY, roles=LISTED), key="k1")
    number = ask(desk, "revoke")
    desk.do(c.Vote("revoke", BEN, number))
    desk.do(c.Take("revoke", ANA))
    made = desk.do(c.CorrectInput("key", CHO, "k2"))
    assert [one.kind for one in made] == ["input_corrected", "step_given_back", "approval_voided"]
