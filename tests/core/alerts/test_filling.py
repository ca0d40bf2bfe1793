"""Inputs filled from alerts: what each says just so; the rest is asked for, never guessed."""

from typing import Any

import pytest

from bot.core.alerts.filling import Filled, filled
from bot.core.alerts.model import Alert
from tests.core.alerts.made import alert, asked, procedure, saying

INSTANCE = {"label": "instance", "pattern": "(node-[0-9]+):[0-9]+"}


def fill(*alerts: Alert, **inputs: Any) -> Filled:
    return filled(procedure("p", inputs=inputs), alerts)


def test_the_group_of_the_pattern_is_the_value() -> None:
    known = fill(alert(instance="node-2:9100"), node=asked(**{"from": INSTANCE}))
    assert known == Filled({"node": "node-2"}, {})
    assert known.known


def test_a_label_or_an_annotation_is_taken_whole_without_a_pattern() -> None:
    one = saying(alert(node="n1"), key="key-a")
    inputs = {
        "node": asked(**{"from": {"label": "node"}}),
        "key": asked(**{"from": {"annotation": "key"}}),
    }
    assert fill(one, **inputs).values == {"node": "n1", "key": "key-a"}


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({}, "the label instance is not there"),
        ({"instance": "db-1:9100"}, "the label instance is “db-1:9100”, which does not match"),
        ({"instance": "x node-1:9100"}, "the label instance is “x node-1:9100”, which does"),
        ({"instance": "node-1:9100\nnode-2:9100"}, "the label instance is “node-1:9100 node-2"),
    ],
)
def test_what_does_not_match_is_asked_for(labels: dict[str, Any], why: str) -> None:
    known = fill(alert(**labels), node=asked(**{"from": INSTANCE}))
    assert not known.values
    assert known.asked["node"].startswith(why)


def test_a_value_is_held_to_the_inputs_own_pattern() -> None:
    hostile = alert(node="$(reboot)")
    known = fill(hostile, node=asked(pattern="node-[0-9]+", **{"from": {"label": "node"}}))
    assert known == Filled({}, {"node": "“$(reboot)” must look like node-1"})


def test_alerts_that_differ_are_asked_about_and_a_list_takes_them_all() -> None:
    two = alert(instance="node-1:9100"), alert(instance="node-3:9100"), alert(instance="node-1:9")
    known = fill(
        *two,
        node=asked(**{"from": INSTANCE}),
        nodes=asked(list=True, **{"from": INSTANCE}),
    )
    assert known.values == {"nodes": "node-1,node-3"}
    assert known.asked == {"node": "the label instance is node-1, node-3"}


def test_a_list_is_not_filled_with_part_of_what_there_is() -> None:
    known = fill(
        alert(instance="node-1:9100"),
        alert(instance="db-1:9100"),
        nodes=asked(list=True, **{"from": INSTANCE}),
    )
    assert not known.values
    assert "nodes" in known.asked


def test_a_label_that_is_a_list_itself_gives_its_entries_each_once() -> None:
    source = {"from": {"label": "node"}}
    known = fill(alert(node="a, b"), alert(node="b"), nodes=asked(list=True, **source))
    assert known.values == {"nodes": "a,b"}


def test_only_those_that_fire_are_asked() -> None:
    known = fill(
        alert(instance="node-1:9100"),
        alert(instance="node-2:9100", ended=3),
        node=asked(**{"from": INSTANCE}),
    )
    assert known.values == {"node": "node-1"}


def test_a_default_is_no_guess_but_for_an_input_that_an_alert_should_fill() -> None:
    plain = {"description": "It", "default": "safe"}
    assert fill(alert(), mode=plain).known
    known = fill(alert(), mode={**plain, "from": {"label": "mode"}})
    assert known.asked == {"mode": "the label mode is not there"}


def test_what_must_differ_and_does_not_is_asked_for() -> None:
    source = {"from": {"label": "key"}}
    known = fill(
        alert(key="key-b"),
        key=asked(differs_from="new", **source),
        new={"description": "New", "default": "key-b"},
    )
    assert known.asked == {"key": "“key-b” must differ from new"}


def test_an_input_that_no_alert_says_is_asked_for() -> None:
    assert fill(alert(), node=asked()).asked == {"node": "no alert says it"}
    assert fill(alert(), node={"description": "It"}).known
