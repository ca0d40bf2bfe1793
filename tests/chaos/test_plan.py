"""The hour fits what is played in it, and each scenario has its share."""

import time

import pytest

from tests.chaos import plan
from tests.chaos.plan import Boxes, Cost, unit


def test_what_is_left_of_the_hour_is_dealt_out_by_weight() -> None:
    costs = [Cost(0.0, 600.0), Cost(1.0, 16.0), Cost(2.0, 16.0), *[Cost(1.0, 16.0)] * 30]
    of_one = unit(costs, workers=1)
    taken = sum(one.seconds + one.weight * of_one for one in costs)
    assert taken == pytest.approx(plan.HOUR)
    assert unit(costs, workers=2) > of_one


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ([Cost(2.0, 16.0)], plan.MOST),
        ([Cost(0.0, 16.0)], plan.MOST),
        ([], plan.MOST),
        ([Cost(0.0, 10_000.0), Cost(1.0, 16.0)], plan.LEAST),
    ],
)
def test_no_box_is_without_an_end_or_too_short_to_show_anything(
    costs: list[Cost], expected: float
) -> None:
    assert unit(costs, workers=1) == expected


def test_a_scenario_has_its_weight_and_none_goes_far_beyond_the_hour() -> None:
    boxes = Boxes(time.monotonic(), unit=40.0)
    boxes.begins(1.0)
    assert boxes.box == 40.0
    boxes.begins(2.0)
    assert boxes.box == 80.0
    boxes.begins(20.0)
    assert boxes.box == plan.MOST
    late = Boxes(time.monotonic() - plan.HOUR - 60.0, unit=40.0)
    late.begins(2.0)
    assert late.box == plan.LEAST


def test_a_box_that_is_given_is_that_of_every_scenario() -> None:
    boxes = Boxes(time.monotonic(), given=5.0, unit=40.0)
    for weight in (0.0, 1.0, 2.0):
        boxes.begins(weight)
        assert boxes.box == 5.0
