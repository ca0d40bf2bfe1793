"""Who may do what: where no rule names a role everyone may, and where one does, it is known who."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.acting.rights import may
from bot.core.acts.registry import ACTS
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, actor_of
from bot.core.procedure import RIGHTS, Held, Procedure, Role, Who
from bot.core.run import events as e
from bot.core.run.actor import Someone
from bot.core.run.holding import FRESH, Holding, Knows, Members
from bot.core.views import forms
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.engine.test_ways import do, procedure
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, CHO, PEOPLE, Desk, commands, procedures

GROUP = {"description": "approves", "slack_group": "@keepers"}
LIST = {"description": "approves", "people": [ANA.id]}
ANYONE = Holding("", holds=True, source="unnamed", age=0)
LISTED = Holding("keeper", holds=True, source="list", age=0)


def ruled(role: Mapping[str, object], *rights: str) -> Procedure:
    """A procedure in which only a keeper has some rights."""
    steps = [do("look"), {"id": "wipe", "title": "Wipe", "do": "It.", "danger": "destructive"}]
    made: dict[str, Any] = {"roles": {"keeper": role}, "who": dict.fromkeys(rights, "keeper")}
    return procedure(*steps, verification=[{"confirm": "It is well"}], **made)


def told(age: int, *people: e.Person) -> Knows:
    """What Slack told of the group, some seconds ago."""
    members = Members(frozenset(one.id for one in people), age, "S1")
    return Knows(groups={"keepers": members})


# Who holds a role. ------------------------------------------------------------------------------


def test_where_no_role_is_asked_for_anyone_holds_it() -> None:
    assert Knows().holding(procedure(do("look")), None, BEN.id) == ANYONE


@pytest.mark.parametrize(
    ("knows", "holds", "age"),
    [
        (told(5, ANA), True, 5),
        (told(5, BEN), False, 5),
        (told(FRESH, ANA), True, FRESH),
        (told(FRESH + 1, ANA), None, FRESH + 1),
        (told(-1), None, -1),
        (Knows(), None, -1),
    ],
)
def test_a_group_is_known_for_an_hour(*, knows: Knows, holds: bool | None, age: int) -> None:
    found = knows.holding(ruled(GROUP), "keeper", ANA.id)
    assert found == Holding("keeper", holds, "group", age)


def test_a_list_answers_whatever_slack_says() -> None:
    both = ruled({**GROUP, "people": [ANA.id]})
    for knows in (Knows(), told(5, BEN), told(FRESH + 1)):
        assert knows.holding(both, "keeper", ANA.id) == LISTED
    assert Knows().holding(both, "keeper", BEN.id).holds is None
    assert Knows().holding(ruled(LIST), "keeper", BEN.id) == replace(LISTED, holds=False)


def test_the_configuration_adds_people_and_its_group_counts() -> None:
    held = {"keeper": Held(people=(BEN.id,), slack_group="others")}
    knows = Knows(held, groups={"others": Members(frozenset({CHO.id}), 5)})
    assert all(knows.holding(ruled(GROUP), "keeper", one.id).holds for one in (BEN, CHO))
    assert knows.holding(ruled(LIST), "keeper", ANA.id).holds
    assert knows.holding(ruled(GROUP), "keeper", ANA.id).holds is False


def test_a_role_for_which_nobody_is_named_is_not_known_to_be_held() -> None:
    empty = ruled({"description": "approves"}, "work", "export")
    assert Knows().holding(empty, "keeper", ANA.id) == Holding("keeper", None, "unnamed", 0)
    desk = Desk(empty)
    desk.do(c.Take("look", ANA))
    with pytest.raises(Refused, match=r"Nobody is named for \*keeper\*.* Ask the people who run"):
        desk.do(c.Export(ANA))


def test_one_of_several_roles_will_do() -> None:
    two = procedure(
        do("look"),
        roles={"a": {"description": "x", "people": [BEN.id]}, "b": {"description": "x", **LIST}},
        who={"work": ["a", "b"]},
    )
    assert Knows().any_of(two, ("a", "b"), ANA.id).role == "b"
    assert Knows().any_of(two, ("a", "b"), CHO.id).holds is False


# What a rule refuses. ---------------------------------------------------------------------------


def everything(desk: Desk, by: e.Person) -> dict[str, c.Command]:
    """A command that needs each right."""
    return {
        "work": c.Take("look", by),
        "confirm": c.Confirm("confirm:0", by, "They were."),
        "close": c.Close(by, {"confirm:0": "no need"}),
        "export": c.Export(by),
    }


@pytest.mark.parametrize("right", ["work", "confirm", "close", "export"])
def test_a_rule_keeps_it_for_those_who_hold_the_role(right: str) -> None:
    for mine in everything(Desk(ruled(LIST)), ANA):
        desk = Desk(ruled(LIST, right))
        assert desk.do(everything(desk, ANA)[mine])
        desk = Desk(ruled(LIST, right))
        if mine != right:
            assert desk.do(everything(desk, BEN)[mine])
            continue
        with pytest.raises(Refused) as refused:
            desk.do(everything(desk, BEN)[mine])
        said = str(refused.value)
        assert said.startswith("Nothing was recorded: only *keeper* (approves) may ")
        assert "Known as keeper: <@U0ANA>." in said


def test_where_no_rule_names_a_role_everyone_may() -> None:
    for name in everything(Desk(ruled(GROUP)), BEN):
        desk = Desk(ruled(GROUP))
        made = desk.do(everything(desk, BEN)[name])
        assert made
        assert made[0].as_role is None


def test_the_configurations_rule_is_for_procedures_that_have_none() -> None:
    rule = Knows({"lead": Held(people=(BEN.id,))}, Who(work=("lead",), export=("lead",)))
    desk = Desk(ruled(LIST, "work"))
    desk.knows = rule
    assert desk.do(c.Take("look", ANA))
    with pytest.raises(Refused, match=r"only \*lead\* may have the post-mortem written"):
        desk.do(c.Export(ANA))
    assert desk.do(c.Export(BEN))


@pytest.mark.parametrize("knows", [Knows(), told(FRESH + 1, ANA)])
def test_what_is_not_known_refuses_only_what_cannot_be_taken_back(knows: Knows) -> None:
    desk = Desk(ruled(GROUP, *RIGHTS))
    desk.knows = knows
    for name in ("work", "confirm"):
        assert desk.do(everything(desk, BEN)[name])[0].as_role is None
    for command in (c.Take("wipe", ANA, "wipe"), c.Export(ANA)):
        with pytest.raises(Refused, match="user group `keepers`"):
            desk.do(command)
    assert desk.do(everything(desk, BEN)["close"])


def test_a_refusal_says_what_was_last_known_and_when() -> None:
    desk = Desk(ruled(GROUP, "export"))
    desk.knows = told(2 * FRESH, ANA)
    with pytest.raises(Refused) as refused:
        desk.do(c.Export(ANA))
    assert str(refused.value) == (
        "Nothing was recorded: only *keeper* (approves) may have the post-mortem written. It is "
        "not known who is in the user group `keepers` now: Slack last told 2 h 00 min ago, then it "
        "was <@U0ANA>. Ask one of them, or the people who run this bot."
    )


def test_nobody_fills_in_a_form_for_nothing() -> None:
    desk = Desk(ruled(LIST, "work", "close", "confirm"))
    for name, which in (("take", "wipe"), ("close", None), ("confirm", "confirm:0")):
        assert forms.of(desk.run, name, which, ANA)
        with pytest.raises(Refused, match=r"only \*keeper\*"):
            forms.of(desk.run, name, which, BEN)
    assert forms.of(desk.run, "note", None, BEN)
    desk = Desk(ruled(GROUP, "work"))
    assert forms.of(desk.run, "take", "look", BEN), "it destroys nothing"
    with pytest.raises(Refused, match="user group `keepers`"):
        forms.of(desk.run, "take", "wipe", BEN)


def test_a_destructive_step_goes_to_nobody_who_could_not_take_it() -> None:
    desk = Desk(ruled(LIST, "work"))
    desk.do(c.Take("wipe", ANA, "wipe"))
    with pytest.raises(Refused, match=r"only \*keeper\*"):
        desk.do(c.HandOver("wipe", ANA, BEN))
    with pytest.raises(Refused, match=r"only \*keeper\*"):
        desk.do(c.TakeOver("wipe", BEN))


def test_it_is_recorded_which_role_let_it_count_and_how_old_that_was() -> None:
    desk = Desk(ruled(GROUP, "work"))
    desk.knows = told(240, ANA)
    (taken,) = desk.do(c.Take("look", ANA))
    assert taken.as_role == e.AsRole(role="keeper", source="group", age=240)
    assert e.load(desk.bodies[-1]).as_role is None, "an older program reads it, too"
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "ana (as keeper) took" in document


def test_the_bot_itself_needs_no_role() -> None:
    own = {c.Fire, c.Observe, c.BringBack, c.Report, c.TellSecrets}
    assert {kind for kind in own if ACTS.known[kind].needs is not None} == set()


def test_a_step_says_whose_it_is_wherever_it_is_listed() -> None:
    steps = [do("look"), do("turn", role="keeper"), do("end")]
    desk = Desk(procedure(*steps, roles={"keeper": LIST}))
    assert "○ *2* Turn · for keeper" in aloud(draw(desk.run).blocks)
    desk.do(c.Take("look", ANA))
    desk.do(c.MarkDone("look", ANA))
    assert "Role: keeper" in aloud(draw(desk.run).blocks)


# A private procedure. ---------------------------------------------------------------------------


def test_a_private_procedure_is_seen_by_those_whom_it_names() -> None:
    hidden = ruled(GROUP, "start").model_copy(update={"private": True})
    assert told(5, ANA).sees(hidden, ANA.id)
    assert not told(5, ANA).sees(hidden, BEN.id)
    assert not told(FRESH + 1, ANA).sees(hidden, ANA.id), "what is not known is not shown"
    assert Knows().sees(ruled(GROUP, "start"), BEN.id)


def test_a_step_of_it_goes_to_nobody_who_does_not_see_it() -> None:
    desk = Desk(ruled(LIST, "start").model_copy(update={"private": True}))
    desk.do(c.Take("look", ANA))
    with pytest.raises(Refused, match="KC-7 is private, and <@U0BEN> is not known to have a role"):
        desk.do(c.HandOver("look", ANA, BEN))


def test_a_start_that_is_not_known_to_be_allowed_goes_on() -> None:
    assert may(ruled(GROUP, "start"), "start", BEN, Knows(), certain=False).holds is None
    with pytest.raises(Refused, match="may start this procedure"):
        may(ruled(LIST, "start"), "start", BEN, Knows(), certain=False)


# Whatever happens. ------------------------------------------------------------------------------


@st.composite
def ruled_at_random(draw: st.DrawFn) -> tuple[Procedure, Knows]:
    """Any procedure, in which rights are kept for two roles, and what is known of these."""
    some = st.sampled_from([None, ("a",), ("b",), ("a", "b")])
    who = Who.model_validate({right: draw(some) for right in RIGHTS})
    listed = draw(st.sampled_from([(), (ANA.id,), (ANA.id, BEN.id)]))
    roles = {
        "a": Role(description="x", people=listed),
        "b": Role(description="x", slack_group="keepers", people=listed[:1]),
    }
    members = frozenset(draw(st.sets(st.sampled_from([one.id for one in PEOPLE]))))
    groups = {"keepers": Members(members, draw(st.sampled_from([-1, 0, FRESH, FRESH + 1])))}
    made = draw(procedures()).model_copy(update={"roles": roles, "who": who})
    return made, Knows(groups=draw(st.sampled_from([{}, groups])))


@given(ruled_at_random(), st.data())
def test_nobody_does_what_is_kept_for_others_and_the_record_says_in_which_role(
    ruled: tuple[Procedure, Knows], data: st.DataObject
) -> None:
    made_of, knows = ruled
    desk = Desk(made_of, key_id="key-a")
    desk.knows = knows
    for _ in range(data.draw(st.integers(1, 12))):
        command = data.draw(commands(desk.run))
        needs = ACTS.of(command).needs
        try:
            made = desk.do(command)
        except Refused:
            continue
        actor = actor_of(command)
        if not made or needs is None or not isinstance(actor, Someone):
            assert all(event.as_role is None for event in made)
            continue
        roles = knows.kept(made_of, "work" if needs == "take" else needs)
        held = [knows.holding(made_of, role, actor.person.id) for role in roles]
        assert not held or any(one.holds is not False for one in held)
        mine = next((one for one in held if one.holds), None)
        assert (made[0].as_role is not None) is (mine is not None)
        step = desk.run.find(getattr(made[0], "step", None) or "")
        destroys = needs == "take" and step is not None and step.step.danger is not None
        assert mine or not (held and (destroys or needs == "export"))
