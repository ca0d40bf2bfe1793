"""What is typed before a destructive step is taken: what it acts on, so that a wrong one shows."""

from typing import Any

import pytest

from bot.core.procedure import Procedure
from bot.core.run.stake import to_type
from tests.core.strategies import Desk

INPUTS: dict[str, Any] = {
    "node": {"description": "The node", "pattern": ".*", "required": True},
    "why": {"description": "The reason", "pattern": ".*"},
}


@pytest.mark.parametrize(
    ("run", "given", "wanted"),
    [
        (["drop {{ node }}"], {"node": "node-2"}, "node-2"),
        (["stop {{ node }}", "drop {{node}} --why {{ why }}"], {"node": "n-2", "why": "x"}, "n-2"),
        (["note {{ why }}"], {"node": "n-2", "why": "leak"}, "leak"),
        (["drop all"], {"node": "node-2"}, "wipe"),
        (["drop {{ node }}"], {"node": ""}, "wipe"),
        (["drop {{ node }}"], {"node": " node-2"}, "wipe"),
        (["drop {{ node }}"], {"node": "a\u200bb"}, "wipe"),
        (["drop {{ node }}"], {"node": "n" * 200}, "wipe"),
    ],
)
def test_it_is_the_value_that_the_commands_act_on_or_the_steps_id(
    run: list[str], given: dict[str, str], wanted: str
) -> None:
    step = {"id": "wipe", "title": "Wipe it", "danger": "destructive", "run": run}
    procedure = Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "p",
            "title": "Trouble",
            "symptoms": ["Down"],
            "inputs": INPUTS,
            "steps": [step],
        }
    )
    desk = Desk(procedure, **given)
    assert to_type(desk.run, desk.run.placed[0].step) == wanted
