"""Runs in which steps are approved, and what is done and seen in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.views import notices, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import accepted, accepted_view, aloud
from tests.core.engine.test_ways import do, procedure
from tests.core.strategies import ANA, BEN, CHO, Desk

DEE, EVE = e.Person(id="U0DEE", name="dee"), e.Person(id="U0EVE", name="eve")
TWO: Mapping[str, Any] = {"min": 2, "timeout": "30m"}
LISTED: Mapping[str, Any] = {
    "custodian": {"description": "Keeps the keys", "people": [BEN.id, CHO.id, DEE.id]}
}
KEY: Mapping[str, Any] = {"key": {"description": "The key", "required": True}}


def revoke(**more: Any) -> dict[str, Any]:
    return {"id": "revoke", "title": "Revoke {{ key }}", "run": ["revoke {{ key }}"], **more}


def plain(**approval: Any) -> Desk:
    """A run whose first step can be taken only when two others have approved it."""
    step = revoke(approval={**TWO, **approval})
    return Desk(procedure(step, do("tell"), inputs=KEY, roles=LISTED), key="k1")


def asking(**approval: Any) -> Desk:
    """A run that begins with a step that asks for approval of the next one."""
    agree = {"id": "agree", "title": "Agree", "approve": {**TWO, **approval}}
    return Desk(procedure(agree, revoke(), do("tell"), inputs=KEY, roles=LISTED), key="k1")


def ask(desk: Desk, step: str, by: e.Person = ANA) -> int:
    """Ask for approval; the number of the request."""
    desk.do(c.AskApproval(desk.run.outline.by_id[step].ref, by))
    return desk.run.asked[step].number


def votes(desk: Desk, step: str, *people: e.Person) -> Sequence[e.Event]:
    """Each approves; what the last vote made."""
    made: Sequence[e.Event] = ()
    for person in people:
        row = desk.run.outline.by_id[step]
        made = desk.do(c.Vote(row.ref, person, desk.run.asked[step].number))
    return made


def told(desk: Desk, number: int) -> str:
    picture = notices.draw(desk.run, desk.facts, f"notice/{number}")
    accepted(picture)
    return aloud(picture.blocks)


def board(desk: Desk) -> str:
    accepted(draw(desk.run))
    accepted_view(walkthrough.draw(desk.run, 0))
    return aloud(draw(desk.run).blocks)
