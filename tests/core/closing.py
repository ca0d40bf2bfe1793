"""A run with a step, a wait and a line to confirm, and what a look at its check shows."""

from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from tests.core.strategies import Desk


def checked() -> Procedure:
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "trouble",
            "title": "Trouble",
            "symptoms": ["It is down"],
            "checks": {
                "up": {
                    "title": "It is up",
                    "target": "it",
                    "get": "/",
                    "poll": {"every": "5s", "deadline": "10m"},
                }
            },
            "steps": [
                {"id": "one", "title": "One", "do": "It.", "check": "up"},
                {"id": "wait", "title": "Wait", "wait": {"until": "up"}},
            ],
            "verification": [{"check": "up"}, {"confirm": "People were told"}],
        }
    )


def look(desk: Desk, *, green: bool, final: bool = True) -> c.Observe:
    request = list(desk.run.pending)[-1]
    return c.Observe(
        e.CheckObserved(request=request, check="up", green=green, final=final, seen=())
    )
