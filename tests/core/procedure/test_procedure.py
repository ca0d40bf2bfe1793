"""The models: what they take, what they refuse, and what can be asked of them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.core.procedure import Expectation, Group, Input, Procedure, Task, Wait, show_duration
from bot.edges.library import read

BASE = Path(__file__).parents[1] / "lint_base.yaml"


def base(**changes: Any) -> Procedure:
    document = read(BASE.read_bytes(), "base.yaml").document
    assert document is not None
    return Procedure.model_validate({**document.data, **changes})


def test_the_kind_of_a_step_is_told_from_its_keys() -> None:
    assert [type(step) for step in base().steps] == [Task, Group, Wait]


def test_leaves_are_numbered_as_on_the_page_and_know_their_groups() -> None:
    placed = base().leaves()
    assert [(p.number, p.step.id) for p in placed] == [
        ("1", "restart"),
        ("2.1", "logs"),
        ("2.2", "disk"),
        ("3", "settle"),
    ]
    assert [group.id for group in placed[1].groups] == ["tidy"]
    leaf = base().leaf("disk")
    assert leaf is not None
    assert leaf.number == "2.2"
    assert base().leaf("tidy") is None, "a group is nothing to take"


@pytest.mark.parametrize("expected", [{"equals": None}, {"in": (1, None)}, {"exists": False}])
def test_a_procedure_survives_its_own_json(expected: dict[str, Any]) -> None:
    """A null that is expected must stay, and a comparison that is not there must not appear."""
    check = {"title": "x", "target": "x", "get": "/", "expect": [{"pointer": "/a", **expected}]}
    procedure = base(checks={"node-up": check})
    assert procedure.checks["node-up"].expect[0].given == {"pointer": "/a", **expected}
    assert Procedure.model_validate(json.loads(procedure.model_dump_json())) == procedure
    assert Procedure.model_validate_json(procedure.model_dump_json()) == procedure


@pytest.mark.parametrize(
    ("written", "meant"),
    [("90s", "90s"), ("60s", "1m"), ("600s", "10m"), ("120m", "2h"), ("48h", "2d"), ("90d", "90d")],
)
def test_a_duration_is_said_in_the_largest_unit_that_divides_it(written: str, meant: str) -> None:
    estimate = base(estimate=written).estimate
    assert estimate is not None
    assert show_duration(estimate) == meant


@pytest.mark.parametrize("written", ["0s", "5", "5 m", "-5m", "1.5h", "5min", "999999d", "٣m", 5])
def test_other_durations_are_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        base(estimate=written)


def test_a_wait_is_not_bounded_by_a_century() -> None:
    assert base(estimate="99999d").estimate == timedelta(days=99_999)


def test_an_input_says_why_a_value_cannot_be_used() -> None:
    known = Input(description="x", pattern="key-[a-z]+")
    assert known.refusal("key-a") is None
    assert known.refusal("key-a; ls") == "must match key-[a-z]+"
    assert known.refusal("my key-a") == "must match key-[a-z]+"
    assert Input(description="x", enum=("a", "b")).refusal("c") == "must be one of a, b"
    assert Input(description="x").refusal("a\nb") == "must be one line"


def test_an_expectation_knows_what_it_compares() -> None:
    whole = Expectation.model_validate({"pointer": "/a", "equals": None})
    assert whole.selector == ("pointer", "/a")
    assert whole.comparison == ("equals", None)
    assert Expectation.model_validate({"status": [200, 204]}).statuses == (200, 204)


def test_a_string_where_a_step_belongs_is_refused_and_raises_nothing_else() -> None:
    with pytest.raises(ValidationError):
        base(steps=["restart it"])
    with pytest.raises(ValidationError):
        base(verification=["it works"])
