"""Groups that are done for each member: who the members are, since when, and for how long."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.core.documents.printing import printed
from bot.core.engine import commands as c
from bot.core.engine.fold import fold
from bot.core.markup.faces import TEXT
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.states import State
from bot.core.views import forms, more, notices, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import accepted, accepted_view, aloud
from tests.core.engine.test_ways import answer, asks, do, does, following, procedure, refused, says
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk

NODES = ("node-1", "node-2", "node-3")
UP = {"title": "{{ node }} is up", "target": "it", "get": "/nodes/{{ node }}/health"}


def each(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "drain",
        "title": "Drain the nodes",
        "for_each": {"node": "nodes"},
        "steps": list(steps),
        **more,
    }


STOP = {"id": "stop", "title": "Stop {{ node }}", "run": ["stop {{ node }}"], "check": "one-up"}
ASK = asks("fine", answer("yes"), answer("no", {"goto": "stop"}), called="fine")
CHECKS = {"one-up": UP, "up": {"title": "It is up", "target": "it", "get": "/"}}
NIGHT = procedure(do("look"), each(STOP, ASK), do("end"), checks=CHECKS)


def night(shape: Procedure = NIGHT, *, nodes: Sequence[str] | None = NODES, **given: str) -> Desk:
    desk = _Desk.__new__(_Desk)
    desk.sets = {} if nodes is None else {"nodes": nodes}
    desk.__init__(shape, **given)  # type: ignore[misc]  # sets are asked for as it begins
    return desk


class _Desk(Desk):
    """A desk whose sets are its own."""


def ids(run: Run) -> list[str]:
    return [one.step.id for one in run.placed]


def board(desk: Desk) -> str:
    accepted(draw(desk.run))
    return aloud(draw(desk.run).blocks)


# When the members are taken, and which they are. -------------------------------------------------


def test_the_members_are_listed_when_what_comes_before_is_finished() -> None:
    desk = night()
    assert ids(desk.run) == ["look", "stop", "fine", "end"]
    assert "*2 Drain the nodes* · for each node of nodes" in board(desk)
    desk.do(c.Take("look", ANA))
    assert following(desk) == []
    desk.sets = {"nodes": ("node-4",)}
    taken, listed = desk.do(c.MarkDone("look", ANA))
    assert isinstance(taken, e.StepDone)
    assert isinstance(listed, e.MembersListed)
    assert (listed.members, listed.keys) == (("node-4",), ("node-4",))
    assert following(desk) == ["stop@node-4"]
    # What is configured later changes nothing.
    desk.sets = {"nodes": NODES}
    does(desk, "stop@node-4")
    assert fold(desk.facts) == desk.run
    assert ids(desk.run) == ["look", "stop@node-4", "fine@node-4", "end"]


def test_at_the_start_they_are_listed_where_nothing_comes_before() -> None:
    desk = night(procedure(each(STOP), checks=CHECKS))
    assert [fact.event.kind for fact in desk.facts] == ["run_started", "members_listed"]
    assert following(desk) == ["stop@node-1"]


def test_the_steps_of_a_group_cannot_be_touched_before() -> None:
    desk = night()
    for command in (
        c.Take("stop", ANA),
        c.Skip("stop", ANA, "why"),
        c.AddNote("stop", ANA, "text"),
        c.Decide("fine", ANA, "yes"),
    ):
        assert "is done for each member, and its members are listed when" in refused(desk, command)


def test_the_full_view_shows_them_and_offers_nothing() -> None:
    shown = aloud(walkthrough.draw(night().run, 0)["blocks"])
    before, _, group = shown.partition("*2 Drain the nodes*")
    assert "Skip…" in before
    group, _, _ = group.partition("*3 End*")
    assert "Stop {{ node }}" in group
    assert "Take" not in group
    assert "Skip…" not in group


def test_the_variable_is_filled_in_and_a_check_asks_for_its_member() -> None:
    desk = night()
    does(desk, "look")
    row = desk.run.outline.by_id["stop@node-2"]
    assert (row.number, row.title) == ("2.2.1", "Stop node-2")
    desk.do(c.Take("stop@node-2", ANA))
    _, asked = desk.do(c.MarkDone("stop@node-2", ANA))
    assert isinstance(asked, e.CheckRequested)
    check = desk.run.procedure.checks[asked.check]
    assert (check.title, check.path) == ("node-2 is up", "/nodes/node-2/health")


def test_names_with_signs_are_what_they_are_and_no_placeholders() -> None:
    desk = night(nodes=("{{ key }}", "a/b ~2", "x" * 90))
    does(desk, "look")
    assert ids(desk.run)[1:7:2] == ["stop@1", "stop@2", "stop@3"]
    titles = [row.title for row in desk.run.outline.rows]
    assert titles[1:7:2] == ["Stop {{ key }}", "Stop a/b ~2", f"Stop {'x' * 90}"]
    assert desk.run.procedure.checks["one-up@2"].path == "/nodes/a%2Fb%20~2/health"


def test_an_answer_is_its_members_and_leads_within_its_member() -> None:
    steps = (
        STOP,
        ASK,
        do("mend", when="{{ fine }} is yes"),
        do("first", when="{{ node }} is node-1"),
    )
    desk = night(procedure(do("look"), each(*steps), checks=CHECKS))
    does(desk, "look", "stop@node-1", "stop@node-2")
    says(desk, "fine@node-2", "no")
    assert desk.run.steps["stop@node-2"].round == 2
    assert desk.run.steps["stop@node-1"].round == 1
    says(desk, "fine@node-1", "yes")
    need = desk.run.outline.need
    assert need.awaited["mend@node-2"] == "the answer to step 2.2.2"
    assert "mend@node-1" not in need.awaited
    assert need.spare["first@node-3"] == "only if node is node-1"
    assert "first@node-1" not in need.spare


def test_what_is_found_is_its_members() -> None:
    find = do("find", captures={"disk": {"description": "Which disk?", "pattern": "sd[a-z]"}})
    use = {"id": "use", "title": "Use {{ disk }}", "run": ["use {{ disk }} on {{ node }}"]}
    desk = night(procedure(each(find, use), checks=CHECKS))
    desk.do(c.Take("find@node-2", ANA))
    desk.do(c.MarkDone("find@node-2", ANA, {"disk@node-2": "sdb"}))
    rows = desk.run.outline.by_id
    assert rows["use@node-2"].title == "Use sdb"
    assert rows["use@node-1"].title == "Use ⟨disk of node-1?⟩"
    assert "Found: disk of node-2 `sdb` (step 1.2.1)" in board(desk)


def test_a_member_is_typed_to_confirm_what_cannot_be_undone() -> None:
    wipe = {"id": "wipe", "title": "Wipe", "run": ["wipe {{ node }}"], "danger": "destructive"}
    desk = night(procedure(each(wipe), checks=CHECKS))
    assert "type “node-2” to confirm" in refused(desk, c.Take("wipe@node-2", ANA, "node-1"))
    desk.do(c.Take("wipe@node-2", ANA, "node-2"))


LIST = {"description": "Which", "pattern": "[a-z]+", "list": True, "required": True}


def test_the_entries_of_a_list_are_members_and_stand_in_no_id() -> None:
    shape = procedure(each(STOP, for_each={"node": "those"}), checks=CHECKS, inputs={"those": LIST})
    desk = night(shape, those="billing,shop")
    assert ids(desk.run) == ["stop@1", "stop@2"]
    assert [row.title for row in desk.run.outline.rows] == ["Stop billing", "Stop shop"]
    assert "billing" not in desk.bodies[1]


def test_members_are_listed_before_people_are_asked_whether_they_approve() -> None:
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1}}
    desk = night(procedure(do("look"), agree, each(STOP), checks=CHECKS))
    assert "stop" in desk.run.steps
    does(desk, "look")
    assert following(desk) == ["agree"]
    (asked,) = desk.do(c.AskApproval("agree", ANA))
    assert isinstance(asked, e.ApprovalRequested)
    assert asked.commands == ("stop node-1", "stop node-2", "stop node-3")
    assert "waits for the approval in step 2" in refused(desk, c.Take("stop@node-1", ANA))


# What is in the way. ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        (None, "the configuration has no set nodes of it"),
        ((), "the set nodes of it has no members"),
        (
            tuple(f"n{n}" for n in range(200)),
            "with 200 members it makes 402 steps, and a run has 300 at most",
        ),
    ],
)
def test_what_is_in_the_way_is_said_and_can_be_left(
    nodes: Sequence[str] | None, words: str
) -> None:
    desk = night(nodes=nodes)
    does(desk, "look")
    assert f"🔴 Nobody to do it for: {words}   [List again]" in board(desk)
    told = aloud(notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").blocks)
    assert f"🔴 KC-7: step 2 has nobody to be done for: {words}." in told
    assert following(desk) == ["end"]
    assert refused(desk, c.ListAgain("drain", ANA)) == f"Nothing has changed: {words}."
    assert "Step 2.1 waits for its members" in refused(desk, c.Take("stop", ANA))
    assert any("List members again" in str(block) for block in more.choices(desk.run, ANA))
    accepted_view(forms.of(desk.run, "list_members", None, ANA))
    desk.do(c.Skip("stop", ANA, "No nodes."))
    desk.do(c.Skip("fine", ANA, "No nodes."))
    does(desk, "end")
    assert desk.run.outline.is_over


def test_it_is_tried_again_once_it_was_put_right() -> None:
    desk = night(nodes=None)
    does(desk, "look")
    assert not desk.run.outline.is_over
    desk.do(c.Skip("stop", ANA, "No nodes."))
    desk.sets = {"nodes": NODES}
    (listed,) = desk.do(c.ListAgain("drain", BEN))
    assert isinstance(listed, e.MembersListed)
    assert "stop" not in desk.run.steps
    assert desk.run.steps["stop@node-1"].state is State.OPEN
    assert "Nothing is in the way" in refused(desk, c.ListAgain("drain", BEN))
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "listed the members of step 2 (nodes): node\\-1, node\\-2, node\\-3" in document.replace(
        "node-", "node\\-"
    )
    assert "No nodes." in document


# Rounds. ----------------------------------------------------------------------------------------

BACK = asks(
    "well", answer("good"), answer("bad", {"goto": "look"}), answer("some", {"goto": "drain"})
)


def whole() -> Desk:
    desk = night(procedure(do("look"), each(STOP), BACK, checks=CHECKS))
    does(desk, "look", *(f"stop@{node}" for node in NODES))
    return desk


def test_a_jump_to_before_the_group_lists_its_members_again() -> None:
    desk = whole()
    desk.sets = {"nodes": ("node-3", "node-4")}
    says(desk, "well", "bad")
    assert "its members are listed" in refused(desk, c.Take("stop@node-1~2", ANA))
    does(desk, "look")
    assert ids(desk.run) == ["look", "stop@node-3", "stop@node-4", "well"]
    assert desk.run.steps["stop@node-3"].round == 2
    assert desk.run.steps["stop@node-4"].round == 1
    assert "has no step `stop@node-1`" in refused(desk, c.Take("stop@node-1~2", ANA))
    # The record and every view still tell of who is none any more.
    for fact in desk.facts:
        for key in (f"notice/{fact.seq}",):
            if isinstance(fact.event, e.StepsReopened):
                accepted(notices.draw(desk.run, desk.facts, key))
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "Stop node-1" in document.replace("\\", "")
    # One that comes back is in another round than an old button.
    desk.sets = {"nodes": NODES}
    does(desk, "stop@node-3", "stop@node-4")
    says(desk, "well", "bad")
    does(desk, "look")
    assert desk.run.steps["stop@node-1"].round == 3
    assert fold(desk.facts) == desk.run


def test_a_jump_to_the_group_keeps_its_members() -> None:
    desk = whole()
    desk.sets = {"nodes": ("node-9",)}
    says(desk, "well", "some")
    assert following(desk) == ["stop@node-1"]
    assert desk.run.outline.by_id["stop@node-1"].ref == "stop@node-1~2"
    desk.do(c.Take("stop@node-1~2", ANA))
    desk.do(c.Again("drain@node-1", ANA, "Once more."))
    assert desk.run.outline.by_id["stop@node-1"].ref == "stop@node-1~3"


def test_who_is_on_a_step_of_a_member_does_not_lose_it_by_the_configuration() -> None:
    fine = asks("fine", answer("yes"), answer("no", {"goto": "look"}))
    desk = night(procedure(do("look"), each(STOP, fine), checks=CHECKS))
    does(desk, "look", "stop@node-1")
    desk.do(c.Take("stop@node-3", BEN))
    desk.sets = {"nodes": ("node-1",)}
    says(desk, "fine@node-1", "no")
    does(desk, "look")
    assert ids(desk.run)[1::2] == ["stop@node-1", "stop@node-3"]
    assert desk.run.steps["stop@node-3"].holder == BEN
    desk.do(c.MarkDone("stop@node-3", BEN))


# What is seen of it. ----------------------------------------------------------------------------


def test_the_board_has_a_line_for_each_member_and_unfolds_the_one_in_hand() -> None:
    nodes = tuple(f"node-{n}" for n in range(1, 6))
    desk = night(procedure(each(STOP, ASK, do("mend")), do("end"), checks=CHECKS), nodes=nodes)
    does(desk, "stop@node-1")
    says(desk, "fine@node-1", "yes")
    does(desk, "mend@node-1")
    desk.do(c.Take("stop@node-2", BEN))
    shown = board(desk)
    assert "*1 Drain the nodes* · for each node: 1 of 5 done" in shown
    assert "✅ *1.1* node-1 · 3 of 3 done" in shown
    assert "*1.2 node-2* · 0 of 3 done" in shown
    assert "▶️ *1.2.1 Stop node-2*" in shown
    assert "○ *1.3* node-3 · 0 of 3 done · next *1.3.1* Stop node-3   [Take]" in shown
    assert "1.3.2" not in shown
    assert "1.1.2" not in shown


def test_the_board_of_many_members_and_steps_stays_within_slacks_limits() -> None:
    nodes = tuple(f"node-{n}" for n in range(1, 11))
    long = [do(f"s{n}", expected="x" * 2_000, warnings=["w" * 2_000]) for n in range(1, 7)]
    before = [do(f"b{n}") for n in range(30)]
    for order in (False, True):
        shape = procedure(*before, each(*long, any_order=order), *[do("end")], checks=CHECKS)
        desk = night(shape, nodes=nodes)
        does(desk, *(f"b{n}" for n in range(30)))
        accepted(draw(desk.run))
        for n, node in enumerate(nodes):
            desk.do(c.Take(f"s{1 + n % 6}@{node}", (ANA, BEN)[n % 2]))
            accepted(draw(desk.run))
        for first in range(0, len(desk.run.placed), 8):
            accepted_view(walkthrough.draw(desk.run, first))


def test_paper_has_the_steps_once() -> None:
    page = printed(TEXT, NIGHT)
    assert "2. Drain the nodes: for each node of nodes\n" in page
    assert "$ stop {{ node }}" in page
    assert page.count("Stop {{ node }}") == 1


def test_the_post_mortem_has_the_steps_of_each_member() -> None:
    desk = night()
    does(desk, "look", "stop@node-1")
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    plain = document.replace("\\", "")
    assert "2 · Drain the nodes, for each node of nodes" in plain
    assert "2.1 · node-1" in plain
    assert "2.1.1 · Stop node-1 · ✅ done" in plain
    assert "2.3.1 · Stop node-3 · ⚪ not done" in plain


@pytest.mark.parametrize("manner", ["in order", "in any order"])
def test_members_come_in_order_or_in_any(manner: str) -> None:
    desk = night(procedure(each(STOP, any_order=manner != "in order"), checks=CHECKS))
    all_of_them = ["stop@node-1", "stop@node-2", "stop@node-3"]
    assert following(desk) == (all_of_them[:1] if manner == "in order" else all_of_them)


def test_a_failure_of_a_members_step_is_of_its_alternative() -> None:
    page = {"id": "page", "title": "Page {{ node }}", "do": "It."}
    ways = {"id": "ways", "title": "Ways", "one_of": True}
    ways |= {"steps": [{**STOP, "on_failure": [page]}, do("wait")]}
    desk = night(procedure(each(ways), checks=CHECKS), nodes=("node.1", "node.1-b"))
    assert [row.number for row in desk.run.outline.rows][:3] == ["1.1.1.1", "1.1.1.1f.1", "1.1.1.2"]
    desk.do(c.Take("stop@node.1", ANA))
    desk.do(c.Fail("stop@node.1", ANA, "It hangs."))
    assert desk.run.outline.by_id["page@node.1-b"].unless
    desk.do(c.Take("page@node.1", ANA))
    desk.do(c.MarkDone("page@node.1", ANA))
    assert not desk.run.outline.by_id["stop@node.1"].ruled_out
    assert desk.run.outline.by_id["wait@node.1"].spare == "not chosen"
