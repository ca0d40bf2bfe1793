"""What fires, and what is told of it, second by second."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.coverage import Known, gaps
from bot.demo.alerting.rules import Evaluation, RulesError, Sample, load
from bot.demo.alerting.telling import Groups
from bot.edges.alerts import alertmanager
from bot.edges.library import Library
from bot.edges.rules import read_files

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "deploy" / "civictrust-alerts.yaml"
AT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def down(*nodes: str) -> list[Sample]:
    names = ("node-1", "node-2")
    return [Sample("civictrust_node_up", {"node": one}, float(one not in nodes)) for one in names]


class Night:
    """The shipped rules, a second a look; every group is told as soon as it is another."""

    def __init__(self) -> None:
        self.evaluation = Evaluation(load(SHIPPED))
        self.groups = Groups("runbook", lambda alert: f"http://127.0.0.1:9/{alert}")
        self.second = 0

    def look(self, samples: list[Sample], *, answered: bool = True) -> list[dict[str, Any]]:
        fired = self.evaluation.look(samples, AT + timedelta(seconds=self.second))
        self.second += 1
        payloads = self.groups.look(fired)
        for one in payloads if answered else ():
            self.groups.told(one)
        return payloads


def states(payload: dict[str, Any]) -> dict[str, str]:
    return {one["labels"]["node"]: one["status"] for one in payload["alerts"]}


def test_an_alert_fires_once_it_has_lasted_and_is_told_once() -> None:
    night = Night()
    assert night.look(down("node-1")) == night.look(down("node-1")) == []
    (payload,) = night.look(down("node-1"))
    assert states(payload) == {"node-1": "firing"}
    assert payload["alerts"][0]["annotations"]["summary"] == "The process of node-1 is gone."
    assert night.look(down("node-1")) == []


def test_what_does_not_last_is_not_told() -> None:
    night = Night()
    for nodes in (("node-1",), (), ("node-1",), ("node-1",)):
        assert night.look(down(*nodes)) == []


def test_the_end_is_told_with_what_still_fires_and_then_no_more() -> None:
    night = Night()
    told = [night.look(down("node-1", "node-2")) for _ in range(3)][-1]
    assert states(told[0]) == {"node-1": "firing", "node-2": "firing"}
    (payload,) = night.look(down("node-2"))
    assert states(payload) == {"node-1": "resolved", "node-2": "firing"}
    assert night.look(down("node-2")) == []
    (last,) = night.look(down())
    assert (last["status"], states(last)) == ("resolved", {"node-2": "resolved"})
    assert night.look(down()) == []


def test_what_was_not_taken_is_told_again_as_it_is_then() -> None:
    night = Night()
    for _ in range(3):
        night.look(down("node-1"), answered=False)
    (again,) = night.look(down("node-1"), answered=False)
    assert states(again) == {"node-1": "firing"}
    (over,) = night.look(down())
    assert states(over) == {"node-1": "resolved"}
    assert over["alerts"][0]["startsAt"] == "2026-11-28T03:00:02Z"


def test_what_fires_again_began_anew() -> None:
    night = Night()
    for nodes in (*3 * [("node-1",)], (), *2 * [("node-1",)]):
        night.look(down(*nodes))
    (again,) = night.look(down("node-1"))
    assert again["alerts"][0]["startsAt"] == "2026-11-28T03:00:06Z"


def test_the_bot_reads_what_is_told() -> None:
    night = Night()
    told = [night.look(down("node-1")) for _ in range(3)][-1]
    read = alertmanager.read(json.dumps(told[0]).encode())
    assert (read.group, read.labels["component"]) == ('{}:{component="nodes"}', "nodes")
    assert [(one.name, one.ends_at) for one in read.alerts] == [("CivicTrustNodeDown", None)]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("sum(up) > 1", "only `metric{…} > number`"),
        ('up{node!="x"} > 1', 'only `label="value"`'),
        ("up", "only `metric{…} > number`"),
    ],
)
def test_what_is_not_evaluated_here_is_refused(tmp_path: Path, expression: str, told: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(f"groups: [{{name: x, rules: [{{alert: Odd, expr: '{expression}'}}]}}]\n")
    with pytest.raises(RulesError, match=f"Odd: {told}".replace("{", r"\{").replace("}", r"\}")):
        load(file)


def test_every_alert_of_the_system_has_a_procedure_and_every_procedure_its_alerts() -> None:
    library = Library(ROOT / "procedures")
    library.refresh()
    shelf = {one.path: one.procedure for one in library.all()}
    found = gaps(read_files([SHIPPED]), shelf, Known(), AT.date())
    assert [(gap.kind.name, gap.about, gap.message) for gap in found] == []
