"""The board of a run that has ended: what it counts, and what it says of how it ended."""

from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.strategies import ANA, BEN, Desk


def procedure(*steps: dict[str, object]) -> Procedure:
    told = {"schema": "procedure/v1", "id": "p", "title": "Trouble", "symptoms": ["Down"]}
    checks = {"up": {"title": "It is up", "target": "t", "get": "/"}}
    return Procedure.model_validate({**told, "checks": checks, "steps": steps})


def step(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "title": name, "do": "It.", **more}


def closed(desk: Desk) -> str:
    desk.close(ANA, {"verification": "the vendor says so"})
    return aloud(draw(desk.run).blocks)


def test_a_failed_alternative_that_was_not_chosen_in_the_end_is_not_counted_as_failed() -> None:
    ways = {"id": "ways", "title": "Ways", "one_of": True, "steps": [step("a"), step("b")]}
    desk = Desk(procedure(ways))
    desk.do(c.Take("a", ANA))
    desk.do(c.Fail("a", ANA, "no quorum"))
    desk.do(c.Take("b", BEN))
    desk.do(c.MarkDone("b", BEN))
    assert " · 1 done\n" in closed(desk)


def test_one_that_failed_and_is_still_needed_is() -> None:
    desk = Desk(procedure(step("a"), step("b")))
    desk.do(c.Take("a", ANA))
    desk.do(c.Fail("a", ANA, "no quorum"))
    assert " · 0 done, 1 failed, 1 not done\n" in closed(desk)


def test_a_step_whose_check_failed_is_not_counted_as_done() -> None:
    desk = Desk(procedure(step("a"), step("b", check="up")))
    for name in ("a", "b"):
        desk.do(c.Take(name, ANA))
        desk.do(c.MarkDone(name, ANA))
    [asked] = desk.run.pending.values()
    seen = e.CheckObserved(request=asked.id, check="up", green=False, final=True, seen=())
    desk.do(c.Observe(seen))
    assert " · 1 done, 1 whose check failed\n" in closed(desk)
