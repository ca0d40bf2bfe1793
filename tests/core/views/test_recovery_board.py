"""How the board says whether it is fixed: its title, and the verification, line by line."""

import re
from dataclasses import replace
from typing import Any

from bot.core.documents.printing import printed
from bot.core.engine import commands as c
from bot.core.markup.faces import TEXT
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.views import forms, notices
from bot.core.views.board import draw
from bot.core.views.recovery_board import sign
from tests.core.drawn import aloud
from tests.core.story import EXPORTED, look, render
from tests.core.strategies import ANA, BEN, Desk
from tests.core.views.test_board import finish, plain, read
from tests.facts import event


def proven(**more: Any) -> Desk:
    """A run of two steps, whose verification has a person's word between two checks."""
    checks = {
        name: {"title": f"{name} is up", "target": "t", "get": "/", "expect": [{"status": 200}]}
        for name in ("zoo", "bar")
    }
    lines = [{"check": "zoo"}, {"confirm": "They are told"}, {"check": "bar"}]
    steps = [{"id": f"s{n}", "title": f"Step {n}", "do": "It."} for n in (1, 2)]
    return Desk(plain(steps=steps, checks=checks, verification=lines, **more))


def looked(desk: Desk, *, green: bool = True) -> None:
    desk.do(c.Verify(ANA))
    for check in ("zoo", "bar"):
        desk.do(look(check, ("status 200", None, green, "HTTP 200" if green else "HTTP 500"))(desk))


def test_an_answer_about_a_run_has_the_color_of_its_board() -> None:
    desk = proven()
    seen = [sign(desk.run)]
    looked(desk)
    seen.append(sign(desk.run))
    assert read(desk).startswith(f"# {seen[-1]} ")
    reasons = {item.key: "no need" for item in desk.run.verification()}
    desk.close(ANA, reasons)
    seen.append(sign(desk.run))
    assert read(desk).startswith(f"# {seen[-1]} ")
    assert seen == ["🔴", "🟡", "🟠"]


def test_when_every_check_passed_the_title_is_not_red_though_steps_are_left() -> None:
    desk = proven()
    assert read(desk).startswith("# 🔴 Trouble\n")
    looked(desk)
    assert read(desk).startswith("# 🟡 Trouble · checks passed, not finished\n")
    assert draw(desk.run).text.endswith("Step 1; every check passed, not yet confirmed")
    desk.do(c.Confirm("confirm:1", BEN))
    assert read(desk).startswith("# 🟡 Trouble · checks passed, not finished\n")
    desk.do(c.Take("s1", ANA))
    desk.do(c.Fail("s1", ANA, "no"))
    assert read(desk).startswith("# 🟡 Trouble · checks passed, not finished\n")
    looked(desk, green=False)
    assert read(desk).startswith("# 🔴 Trouble\n")


def test_a_finished_step_whose_check_failed_keeps_the_title_red() -> None:
    steps = [{"id": "s", "title": "Do", "run": ["x"], "check": "c"}]
    checks = {
        name: {"title": name, "target": "t", "get": "/", "expect": [{"status": 200}]}
        for name in ("c", "v")
    }
    desk = Desk(plain(steps=steps, checks=checks, verification=[{"check": "v"}]))
    finish(desk, "s")
    desk.do(look("c", ("status 200", None, False, "HTTP 500"))(desk))
    desk.do(c.Verify(ANA))
    desk.do(look("v", ("status 200", None, True, "HTTP 200"))(desk))
    assert read(desk).startswith("# 🔴 Trouble\n")


def test_the_verification_has_the_order_of_the_page_everywhere() -> None:
    """On the board, in the message that a run stays open, and in the reasons of a closing."""

    def order(text: str) -> list[str]:
        return re.findall("zoo is up|They are told|bar is up", text)

    page = ["zoo is up", "They are told", "bar is up"]
    desk = proven()
    assert order(read(desk)) == page
    desk.do(c.Close(ANA, {"confirm:1": "later"}))
    for check in ("bar", "zoo"):
        desk.do(look(check, ("status 200", None, False, "HTTP 500"))(desk))
    [kept] = [f for f in desk.facts if isinstance(f.event, e.RunKeptOpen)]
    stored = e.RunKeptOpen(by=ANA, lacking=dict(sorted(event(kept, e.RunKeptOpen).lacking.items())))
    told = notices.draw(
        desk.run, [*desk.facts[:-1], replace(kept, event=stored)], f"notice/{kept.seq}"
    )
    assert order(aloud(told.blocks)) == page
    desk.close(ANA, dict.fromkeys(["check:bar", "check:zoo", "confirm:1"], "so"))
    assert order(read(desk)) == page


GROUPED = [
    {"check": "zoo"},
    {"group": "People of {{ key_id }}", "lines": [{"confirm": "Told"}, {"check": "bar"}]},
    {"confirm": "Posted"},
]


def grouped() -> Desk:
    procedure = proven().run.procedure.model_dump(mode="json", by_alias=True, exclude_unset=True)
    inputs = {"key_id": {"description": "The key", "pattern": "key-[a-z]", "required": True}}
    made = Procedure.model_validate({**procedure, "verification": GROUPED, "inputs": inputs})
    return Desk(made, key_id="key-a")


def test_lines_of_a_group_stand_under_its_title_with_its_count() -> None:
    desk = grouped()
    looked(desk)
    shown = read(desk)
    assert "*People of key-a* · 1 of 2\n" in shown
    assert re.search(
        r"🟢 zoo.*\n\*People of key-a\* · 1 of 2\n\u2003⚪ Told.*\n\u2003🟢 bar", shown
    )
    assert re.search(r"\n⚪ Posted", shown)
    desk.do(c.Confirm("confirm:1", BEN))
    assert "*People of key-a* · 2 of 2\n" in read(desk)
    assert [item.key for item in desk.run.verification()] == [
        "check:zoo",
        "confirm:1",
        "check:bar",
        "confirm:3",
    ]


def test_the_form_that_closes_names_the_group_of_a_line() -> None:
    desk = grouped()
    looked(desk, green=False)
    shown = aloud(forms.of(desk.run, "close", None, ANA)["blocks"])
    assert "Not verified: “People of key-a: bar is up”" in shown
    assert "Not verified: “zoo is up”" in shown


def test_documents_show_groups_with_their_counts() -> None:
    desk = grouped()
    looked(desk)
    told = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "### People of key-a · 1 of 2 lines\n\n#### ⚪ not known · Told" in told
    assert "### ⚪ not known · Posted" in told
    paper = printed(TEXT, desk.run.procedure)
    assert paper.index("zoo is up") < paper.index("People of {{ key_id }}") < paper.index("Told")


def enough(desk: Desk) -> None:
    """Both checks pass, and one member of `zoo` is not well."""
    desk.do(c.Verify(ANA))
    members = [("status 2xx", "n1", True, "HTTP 200"), ("status 2xx", "n2", False, "HTTP 503")]
    count = ("members min ok 2", None, True, "2 of 3 as expected")
    (asked,) = [r for r in desk.run.pending.values() if r.check == "zoo"]
    saw = look("zoo", *members, count)(desk)
    assert isinstance(saw, c.Observe)
    desk.do(c.Observe(saw.seen.model_copy(update={"green": True, "request": asked.id})))


def test_a_check_that_passed_with_a_failed_member_says_so_everywhere() -> None:
    desk = grouped()
    enough(desk)
    said = "2 of 3 as expected; n2: HTTP 503"
    assert f"🟢 zoo is up · {said} · " in read(desk)
    message = notices.draw(desk.run, desk.facts, "verify/v2")
    assert f"🟢 zoo is up ({said})" in str(message)
    told = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert told.count(f"({said})") == 2, "in the evidence, and in the timeline"
