"""Steps that are done for each member, as they read: whose a value is, and when all is over."""

import pytest

from bot.core.engine import commands as c
from bot.core.views import forms, notices, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import accepted, accepted_view, aloud
from tests.core.engine.test_each import CHECKS, each, night
from tests.core.engine.test_ways import answer, asks, do, does, procedure, refused
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk

LIST = {"description": "Which", "pattern": "[a-z]+", "list": True, "required": True}
FIND = do("find", captures={"disk": {"description": "Which disk?", "pattern": "sd[a-z]"}})
USE = {"id": "use", "title": "Use it", "run": ["use {{ disk }} of {{ node }}"]}
ONLY = do("only", when="{{ node }} is shop")
SHAPE = procedure(
    each(FIND, USE, ONLY, for_each={"node": "those"}),
    do("last"),
    checks=CHECKS,
    inputs={"those": LIST},
)


def services() -> Desk:
    return night(SHAPE, those="billing,shop")


def board(desk: Desk) -> str:
    accepted(draw(desk.run))
    return aloud(draw(desk.run).blocks)


def found(desk: Desk) -> None:
    desk.do(c.Take("find@2", ANA))
    desk.do(c.MarkDone("find@2", ANA, {"disk@2": "sdb"}))


@pytest.fixture
def desk() -> Desk:
    return services()


def test_a_condition_on_the_member_names_no_member_and_no_number(desk: Desk) -> None:
    assert desk.run.outline.need.spare == {"only@1": "only if node is shop"}


def test_a_value_is_said_to_be_its_members(desk: Desk) -> None:
    desk.do(c.Take("find@2", ANA))
    assert "*Done…* asks for disk: Which disk?" in board(desk)
    form = forms.of(desk.run, "done", "find@2", ANA)
    assert form["blocks"][1]["hint"]["text"].endswith("Shown from now on where it says disk")
    said = refused(desk, c.MarkDone("find@2", ANA, {"disk@2": "sdB"}))
    assert said.startswith("disk must look like"), said
    found(desk)
    assert "Found: disk of shop `sdb` (step 1.2.1)" in board(desk)
    assert "NOT COMPLETE: disk of billing comes from step 1.1.1" in desk.run.command(
        "use {{ disk@1 }}", "use@1"
    )


def test_a_correction_says_whose_value_it_is(desk: Desk) -> None:
    found(desk)
    view = forms.of(desk.run, "correct_value", None, BEN)
    accepted_view(view)
    options = [one["text"]["text"] for one in view["blocks"][0]["element"]["options"]]
    assert options == ["disk of billing", "disk of shop (now sdb)"]
    assert "initial_option" not in view["blocks"][0]["element"], "which one is for people to say"
    assert "disk of shop must look like" in refused(desk, c.CorrectValue("disk@2", BEN, "sdB"))
    desk.do(c.CorrectValue("disk@2", BEN, "sdc"))
    told = notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}")
    assert "corrected disk of shop" in told.text
    assert "disk of shop is `sdc` now (was `sdb`)." in told.text


def test_documents_and_forms_say_whose_value_it_is(desk: Desk) -> None:
    found(desk)
    desk.do(c.CorrectValue("disk@2", BEN, "sdc"))
    text = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    full = aloud(walkthrough.draw(desk.run, 0)["blocks"])
    about = aloud(forms.of(desk.run, "about", None, ANA)["blocks"])
    assert "disk of shop (found): `sdc`" in about
    assert "corrected disk of shop = `sdc` (was disk of shop = `sdb`)" in text
    for shown in (text, full, about, board(desk)):
        assert "disk@" not in shown


def test_members_are_lines_until_all_is_over_and_one_line_then(desk: Desk) -> None:
    found(desk)
    does(desk, "use@2", "only@2")
    lines = board(desk).splitlines()
    assert "✅ *1.2* shop · 3 of 3 done" in lines
    assert any("Drain the nodes* · for each node: 1 of 2 done" in line for line in lines)
    desk.do(c.Take("find@1", ANA))
    desk.do(c.MarkDone("find@1", ANA, {"disk@1": "sda"}))
    does(desk, "use@1")
    lines = board(desk).splitlines()
    assert "✅ *1* Drain the nodes · for each node: 2 of 2 done" in lines
    assert not any("shop" in line and "✅" in line for line in lines)
    does(desk, "last")
    assert "✅ *1* Drain the nodes · for each node: 2 of 2 done" in board(desk).splitlines()


def test_members_of_whom_nothing_is_needed_are_one_line() -> None:
    shape = procedure(
        each(do("only", when="{{ node }} is none"), for_each={"node": "those"}),
        do("last"),
        checks=CHECKS,
        inputs={"those": LIST},
    )
    lines = board(night(shape, those="billing,shop")).splitlines()
    assert "➖ *1* Drain the nodes · not needed" in lines


def test_a_group_that_is_not_needed_and_whose_members_nobody_asked_for_is_one_line() -> None:
    mode = {"description": "How", "enum": ["full", "quick"], "default": "full"}
    of_each = (do("see", title="See {{ node }}"), do("write", title="Write {{ node }} down"))
    group = each(*of_each, for_each={"node": "those"}, when="{{ mode }} is quick")
    shape = procedure(group, do("last"), checks=CHECKS, inputs={"those": LIST, "mode": mode})
    lines = board(night(shape, those="billing,shop")).splitlines()
    assert "➖ *1* Drain the nodes · only if mode is quick" in lines
    assert not any("{{" in line for line in lines)
    # What a condition of its own leaves out is no line either: the group has no steps yet.
    first = asks("why", answer("yes"), answer("no"), called="why")
    group = each(
        do("see", title="See {{ node }}"),
        do("write", title="Write {{ node }} down", when="{{ mode }} is quick"),
        for_each={"node": "those"},
        when="{{ why }} is yes",
    )
    shape = procedure(first, group, checks=CHECKS, inputs={"those": LIST, "mode": mode})
    assert "{{" not in board(night(shape, those="billing,shop"))
