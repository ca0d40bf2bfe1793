"""How many alerts have a procedure: worked out in a process, shown as figures and in a line."""

import logging
from functools import partial
from pathlib import Path

import pytest

from bot.app.covering import Covering
from bot.app.watch import Metrics
from bot.core.procedure import Loaded, Procedure
from bot.edges.press import Press
from bot.edges.rules import counts
from tests.core.room import WAITING
from tests.fakes import FakeClock
from tests.hanging import HANG_S

RULES = """\
groups:
  - name: nodes
    rules:
      - {alert: NodeDown, expr: up == 0, annotations: {runbook_url: docs/gone.md}}
      - {alert: Slow, expr: up == 0}
"""


class Shelf:
    """One procedure, for an alert that the rules have."""

    def all(self) -> list[Loaded]:
        procedure: Procedure = WAITING.model_copy(update={"alerts": ("NodeDown",)})
        return [Loaded(procedure, "", "5" * 64, "procedures/p.yaml")]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "rules.yaml").write_text(RULES)
    return tmp_path / "rules.yaml"


def covering(rules: Path, metrics: Metrics) -> Covering:
    count = partial(counts, [rules])
    return Covering(Shelf(), Press(HANG_S), FakeClock(), metrics, count, {"t": 1}.keys())  # type: ignore[arg-type]


async def test_the_figures_are_those_of_the_report(rules: Path) -> None:
    metrics = Metrics("1")
    one = covering(rules, metrics)
    assert one.words() == ""
    await one.look()
    assert one.words() == "Alerts with a procedure: 1 of 2"
    sample = metrics.registry.get_sample_value
    assert sample("runbook_alerts", {"procedure": "yes"}) == 1
    assert sample("runbook_alerts", {"procedure": "no"}) == 1
    assert sample("runbook_coverage_gaps", {"kind": "dead-link"}) == 1
    assert sample("runbook_coverage_gaps", {"kind": "no-target"}) == 0


async def test_where_the_rules_are_gone_there_is_no_figure_and_the_log_says_why_once(
    rules: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics("1")
    one = covering(rules, metrics)
    await one.look()
    rules.unlink()  # noqa: ASYNC240 - of the test's own
    with caplog.at_level(logging.WARNING):
        await one.look()
        await one.look()
    assert one.words() == ""
    assert metrics.registry.get_sample_value("runbook_alerts", {"procedure": "yes"}) is None
    assert [r.getMessage() for r in caplog.records] == [
        f"it is not known which alerts have a procedure: there is no file or folder {rules}"
    ]
