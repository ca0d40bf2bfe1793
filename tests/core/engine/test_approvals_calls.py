"""Whom a request calls: those who may vote on it, by group and by name, and nobody else."""

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from bot.core.engine import commands as c
from bot.core.procedure import Held
from bot.core.run import events as e
from bot.core.run.holding import Knows, Members
from bot.core.sealing.body import seal, unseal
from bot.core.sealing.people import People
from bot.core.views import notices
from tests.core.approving import DEE, KEY, LISTED, ask, revoke, told, votes
from tests.core.engine.test_ways import procedure
from tests.core.strategies import ANA, BEN, CHO, Desk

EVERY = tuple(f"U0MANY{n}" for n in range(15))


def desk(
    roles: Mapping[str, Any] = LISTED,
    knows: Knows | None = None,
    who: Mapping[str, Any] | None = None,
    **approval: Any,
) -> Desk:
    step = revoke(approval={"min": 1, **approval})
    more = {} if who is None else {"who": who}
    made = Desk(procedure(step, inputs=KEY, roles=roles, **more), key="k1")
    made.knows = knows or Knows()
    return made


def called(made: Desk, by: e.Person = ANA) -> str:
    """Who is called, as the first line of the message has it."""
    number = ask(made, "revoke", by)
    told(made, number)
    head = notices.draw(made.run, made.facts, f"notice/{number}").text
    return head.rpartition("Revoke k1")[2].strip(" .")


def group(*people: str, age: int = 60, known: str | None = "S0KEEP") -> Knows:
    return Knows(groups={"keepers": Members(frozenset(people), age, known)})


GROUP = {"custodian": {"description": "Keeps the keys", "slack_group": "keepers"}}
BOTH = {"custodian": {**GROUP["custodian"], "people": [BEN.id, CHO.id]}}


@pytest.mark.parametrize(
    ("roles", "knows", "says"),
    [
        (LISTED, Knows(), "<@U0BEN>, <@U0CHO>, <@U0DEE>"),
        (GROUP, group(BEN.id), "<!subteam^S0KEEP>"),
        (GROUP, group(BEN.id, known=None), ""),
        # Who is called with the group is not called twice, while it is known who that is.
        (BOTH, group(BEN.id), "<!subteam^S0KEEP> <@U0CHO>"),
        (BOTH, group(BEN.id, age=9_000), "<!subteam^S0KEEP> <@U0BEN>, <@U0CHO>"),
        (GROUP, Knows(held={"custodian": Held(people=("U0EVE",))}), "<@U0EVE>"),
    ],
)
def test_a_role_is_called_by_its_group_and_by_the_lists(
    roles: Mapping[str, Any], knows: Knows, says: str
) -> None:
    assert called(desk(roles, knows, role="custodian")) == says


def test_those_whom_who_names_are_called_where_the_step_names_no_role() -> None:
    assert called(desk(who={"approve": "custodian"})) == "<@U0BEN>, <@U0CHO>, <@U0DEE>"
    assert called(desk()) == "", "anyone may, and nobody is called"


def test_many_are_counted() -> None:
    knows = Knows(held={"custodian": Held(people=EVERY)})
    said = called(desk(GROUP, knows, role="custodian"))
    assert said == f"{', '.join(f'<@{one}>' for one in EVERY[:10])} and 5 others"


def test_who_cannot_vote_is_not_called() -> None:
    assert called(desk(role="custodian"), BEN) == "<@U0CHO>, <@U0DEE>"
    made = desk(role="custodian")
    number = ask(made, "revoke", CHO)
    made.do(c.Vote("revoke", DEE, number, approves=False, reason="No."))
    assert "<@U0CHO>" not in called(made, BEN), "who asked for exactly this before does not count"


def test_whoever_is_on_a_step_is_not_called() -> None:
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1, "role": "custodian"}}
    steps = {"id": "all", "title": "All", "steps": [revoke()]}
    made = Desk(procedure(agree, steps, inputs=KEY, roles=LISTED), key="k1")
    ask(made, "agree", ANA)
    votes(made, "agree", BEN)
    made.do(c.Take("revoke", CHO))
    made.do(c.Undo("agree", ANA))
    number = ask(made, "agree", ANA)
    event = made.facts[number - 1].event
    assert isinstance(event, e.ApprovalRequested)
    assert event.calls == ("<@U0BEN>", "<@U0CHO>", "<@U0DEE>"), "she gave it back by that"


def test_an_entry_of_before_calls_the_procedures_list_without_who_asked() -> None:
    made = desk(role="custodian")
    asked = e.ApprovalRequested(
        step="revoke", by=BEN, min=1, role="custodian", commands=("revoke k1",), says=("Revoke k1",)
    )
    made.append(asked)
    text = notices.draw(made.run, made.facts, f"notice/{len(made.facts)}").text
    assert text.endswith("<@U0CHO>, <@U0DEE>")


def names(event: e.Event, people: People, kept: Collection[str]) -> str:
    salts = iter(f"{n:032x}" for n in range(99))
    sealed = seal(event, people, lambda: next(salts))
    assert not [one for one in kept if one in sealed.body]
    assert unseal(sealed.body, sealed.beside, people) == event
    return sealed.body


def test_nobody_who_is_called_stands_open_in_the_record() -> None:
    made = desk(role="custodian")
    event = made.facts[ask(made, "revoke") - 1].event
    names(event, People(), (BEN.id, CHO.id, DEE.id))
