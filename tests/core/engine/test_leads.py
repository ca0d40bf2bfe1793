"""What starts another procedure from a step is held to that step, however old it is."""

import pytest

from bot.core.acts.lead import leads
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.views.board import draw
from tests.core.approving import LISTED, ask, votes
from tests.core.drawn import aloud
from tests.core.engine.test_ways import answer, asks, do, procedure
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk

ON = {"id": "ways", "title": "Ways", "starts": "which-way"}
LEADS = procedure(asks("cause", answer("belt", [ON]), answer("other")), do("tell"))


def at_the_belt() -> Desk:
    desk = Desk(LEADS)
    desk.do(c.Decide("cause", ANA, "belt"))
    return desk


def ref(desk: Desk) -> str:
    return desk.run.outline.by_id["ways"].ref


def refused(desk: Desk, said: str, procedure: str = "which-way") -> str:
    with pytest.raises(Refused) as told:
        leads(desk.run, said, procedure, BEN)
    return str(told.value)


def test_it_starts_from_a_step_that_is_to_be_done() -> None:
    desk = at_the_belt()
    assert leads(desk.run, ref(desk), "which-way", BEN) == "ways"
    desk.do(c.Take("ways", ANA))
    assert leads(desk.run, ref(desk), "which-way", BEN) == "ways"


def test_nothing_starts_from_a_step_that_is_not() -> None:
    desk = Desk(LEADS)
    assert "waits for" in refused(desk, "ways")
    desk = at_the_belt()
    desk.do(c.Skip("ways", ANA, "no need"))
    assert "marked step 1a.1 skipped" in refused(desk, ref(desk))
    desk.do(c.ChangeAnswer("cause", ANA, "other", "I looked again."))
    assert "is not needed" in refused(desk, ref(desk))
    assert "has no step `nowhere`" in refused(desk, "nowhere")
    assert "Step 2 does not lead to `which-way`" in refused(desk, "tell")
    assert "Step 1a.1 does not lead to `other`" in refused(at_the_belt(), "ways", "other")


def test_nothing_starts_from_an_earlier_round() -> None:
    desk = at_the_belt()
    old = ref(desk)
    for option in ("other", "belt"):
        cause = desk.run.outline.by_id["cause"].ref
        desk.do(c.ChangeAnswer(cause, ANA, option, "I looked again."))
    assert ref(desk) != old
    assert "is of an earlier round" in refused(desk, old)
    assert leads(desk.run, ref(desk), "which-way", BEN) == "ways"


def test_one_is_open_at_a_time() -> None:
    desk = at_the_belt()
    desk.do(c.TellStarted("ways", ANA, "WW-1", "https://slack.example/p1"))
    assert "already, and it is open. Nothing was started." in refused(desk, ref(desk))
    desk.do(c.TellClosed(ANA, "WW-1", "recovered"))
    told = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    # Who closed it stands before these words.
    assert "ana closed WW-1, which was started from it, as recovered" in told
    assert leads(desk.run, ref(desk), "which-way", BEN) == "ways"


def test_to_start_it_is_to_do_it_so_people_approve_it_first() -> None:
    step = {**ON, "approval": {"min": 1}}
    desk = Desk(procedure(step, do("tell"), roles=LISTED))
    assert "Start which-way" not in aloud(draw(desk.run).blocks)
    assert "must approve it first" in refused(desk, ref(desk))
    ask(desk, "ways", ANA)
    votes(desk, "ways", e.Person(id="U0CHO"))
    assert "Start which-way" in aloud(draw(desk.run).blocks)
    assert leads(desk.run, ref(desk), "which-way", BEN) == "ways"
