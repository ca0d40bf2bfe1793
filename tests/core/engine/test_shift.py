"""A hand-off moves what the other may have, and no more."""

import re

from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.views import notices
from tests.core.closing import checked
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk


def test_a_role_of_the_procedure_goes_only_to_who_may_hold_it() -> None:
    shape = checked().model_dump(by_alias=True, exclude_unset=True)
    shape["roles"] = {"keeper": {"description": "Keeps", "people": [ANA.id]}}
    desk = Desk(Procedure.model_validate(shape))
    desk.do(c.AssignRole("keeper", ANA, ANA))
    desk.do(c.AssignRole("commander", ANA, ANA))
    desk.do(c.HandOff(ANA, BEN))
    desk.do(c.AcceptHandoff(BEN, desk.run.seq))
    assert desk.run.cast == {"keeper": ANA, "commander": BEN}
    number = next(f.seq for f in desk.facts if f.event.kind == "handoff_accepted")
    told = notices.draw(desk.run, desk.facts, f"notice/{number}").text
    assert "has the role commander now." in told
    assert "Yours still: the role keeper, for which they are not named." in told


def test_a_role_keeps_its_place_whoever_has_it() -> None:
    """Whoever looks for the commander on the board finds them where they were."""
    desk = Desk(checked())
    for role in ("commander", "operator"):
        desk.do(c.AssignRole(role, ANA, ANA))
    desk.do(c.AssignRole("commander", ANA, BEN))
    assert [*desk.run.cast.items()] == [("commander", BEN), ("operator", ANA)]
    desk.do(c.AssignRole("commander", ANA))
    assert [*desk.run.cast.items()] == [("operator", ANA)]


def test_the_post_mortem_has_who_had_which_role_when() -> None:
    desk = Desk(checked())
    desk.do(c.AssignRole("commander", ANA, ANA))
    desk.do(c.HandOff(ANA, BEN))
    desk.do(c.AcceptHandoff(BEN, desk.run.seq))
    desk.do(c.AssignRole("operator", BEN, ANA))
    desk.do(c.AssignRole("operator", BEN))
    text = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    (ana, ben) = [line for line in text.splitlines() if re.match(r"\| (ana|ben) \| – \|", line)]
    when = "[0-9]{2}:[0-9]{2}:[0-9]{2}"
    assert re.search(f"was commander {when} to {when}, was operator {when} to {when}", ana)
    assert re.search(f"was commander from {when} on", ben)
