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
    ("run", "given", "wanted", "confirm"),
    [
        *(
            (["drop {{ node }}"], {"node": "n-2", "why": "x"}, wanted, confirm)
            for wanted, confirm in (
                ("x", "{{ why }}"),
                ("n-2/x", "{{ node }}/{{ why }}"),
                ("lose it", "lose it"),
                ("wipe", "l" * 61),
            )
        ),
        (["drop {{ node }}"], {"node": "node-2"}, "node-2", None),
        (
            ["stop {{ node }}", "drop {{node}} --why {{ why }}"],
            {"node": "n-2", "why": "x"},
            "n-2",
            None,
        ),
        (["note {{ why }}"], {"node": "n-2", "why": "leak"}, "leak", None),
        (["drop all"], {"node": "node-2"}, "wipe", None),
        (["drop {{ node }}"], {"node": ""}, "wipe", None),
        (["drop {{ node }}"], {"node": " node-2"}, "wipe", None),
        (["drop {{ node }}"], {"node": "a\u200bb"}, "wipe", None),
        (["drop {{ node }}"], {"node": "n" * 200}, "wipe", None),
    ],
)
def test_it_is_the_value_that_the_commands_act_on_or_the_steps_id(
    run: list[str], given: dict[str, str], wanted: str, confirm: str | None
) -> None:
    step: dict[str, Any] = {"id": "wipe", "title": "Wipe it", "danger": "destructive", "run": run}
    if confirm is not None:
        step["confirm"] = confirm
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
