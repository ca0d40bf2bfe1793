"""What operators import: each rule and panel asks for what the bot really measures."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

from bot.app import watch
from bot.edges.slack import calls
from tests.test_docs import anchors

ROOT = Path(__file__).parents[1]
SCRAPED = {"job", "instance"}
"""The labels that Prometheus adds to whatever it scrapes."""
HEARD_BY_SCOPE = {"app_mention", "message.channels", "message.groups"}
"""The events whose loss is that of the scope which they need."""
DURATION = re.compile(r"[1-9]\d*[smh]")
OUTCOMES: Mapping[str, set[str]] = {
    "runbook_clicks_total": {*watch.OUTCOMES},
    "runbook_slack_calls_total": {"ok", *calls._ENDS.values()},
}


def series() -> dict[str, set[str]]:
    """The name of every series that can be asked for, with its labels."""
    metrics = watch.Metrics("1")
    metrics.called("chat.update", "throttled", 0.1)
    metrics.covered(1, 2, {"dead-link": 1})
    found: dict[str, set[str]] = {"up": set()}
    for family in metrics.registry.collect():
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


SERIES = series()
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
TARGETS = [
    (f"{panel['title']}, {target['refId']}", target["expr"])
    for panel in PANELS
    for target in panel.get("targets", ())
]
EXPRESSIONS = [(rule["alert"], rule["expr"]) for rule in ALERTS] + TARGETS


def parsed(expression: str) -> promql.Expr:
    """An expression, with Grafana's own variables filled in as it fills them."""
    filled = expression.replace("$__rate_interval", "5m").replace("$job", "runbook")
    assert "$" not in filled
    return promql.parse(filled)


def nodes(node: Any) -> Iterator[Any]:
    """A node and all that stands in it."""
    yield node
    for name in ("lhs", "rhs", "expr", "param", "vector_selector"):
        if (inner := getattr(node, name, None)) is not None:
            yield from nodes(inner)
    for inner in getattr(node, "args", ()):
        yield from nodes(inner)


def selectors(expression: str) -> list[Any]:
    every = nodes(parsed(expression))
    return [node for node in every if isinstance(node, promql.VectorSelector)]


def test_each_scope_is_explained_and_what_is_lost_without_it() -> None:
    manifest = yaml.safe_load((ROOT / "deploy/slack-manifest.yaml").read_text("utf-8"))
    guide = (
        (ROOT / "docs/connect-slack.md").read_text("utf-8").split("## What each scope is for")[1]
    )
    purposes, losses = guide.split("| Without | Is lost |")
    for scope in [*manifest["oauth_config"]["scopes"]["bot"], "connections:write"]:
        first = rf"^\|[^|]*`{scope}`[^|]*\| \S"  # in the first column, and something in the second
        assert re.search(first, purposes, re.MULTILINE), scope
        assert re.search(first, losses, re.MULTILINE), scope
    for event in set(manifest["settings"]["event_subscriptions"]["bot_events"]) - HEARD_BY_SCOPE:
        assert f"`{event}`" in losses, event


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS, ids=lambda value: value[:40])
def test_each_expression_asks_for_what_is_measured(name: str, expression: str) -> None:
    used = selectors(expression)
    assert used
    known = set(SCRAPED)
    for selector in used:
        assert selector.name in SERIES, f"{name} asks for {selector.name}"
        labels = SERIES[selector.name] | SCRAPED
        known |= labels
        for matcher in selector.matchers.matchers:
            assert matcher.name in labels, f"{name}: {selector.name} has no {matcher.name}"
            if matcher.name == "outcome":
                assert {*matcher.value.split("|")} <= OUTCOMES[selector.name]
    for node in nodes(parsed(expression)):
        if isinstance(node, promql.AggregateExpr) and node.modifier is not None:
            assert {*node.modifier.labels} <= known, f"{name} groups by what is not there"


def test_an_expression_that_asks_for_something_else_is_found() -> None:
    [one] = selectors('sum(rate(runbook_clicks_totals{job="x"}[5m]))')
    assert one.name not in SERIES
    with pytest.raises(ValueError, match=r"."):
        parsed("sum(rate(runbook_clicks_total[5m])")


@pytest.mark.parametrize("rule", ALERTS, ids=[rule["alert"] for rule in ALERTS])
def test_each_alert_says_how_long_how_bad_what_and_where_to_read(rule: dict[str, Any]) -> None:
    assert {*rule} == {"alert", "expr", "for", "labels", "annotations"}
    assert DURATION.fullmatch(rule["for"])
    assert rule["labels"]["severity"] in ("critical", "warning")
    said = rule["annotations"]
    assert {*said} == {"summary", "description", "guide"}
    assert all(said.values())
    page, _, anchor = said["guide"].partition("#")
    assert page == "docs/bot-runbook.md"
    assert anchor in anchors(ROOT / page)
    kept = set(re.findall(r"\$labels\.(\w+)", said["summary"] + said["description"]))
    assert kept <= {"instance"} | set().union(*(SERIES[s.name] for s in selectors(rule["expr"])))


def test_alerts_are_the_known_ones() -> None:
    names = [rule["alert"] for rule in ALERTS]
    assert len({*names}) == len(names)
    assert {*names} == {
        "RunbookDown",
        "RunbookNotReady",
        "RunbookClicksNotRecorded",
        "RunbookAckSlow",
        "RunbookCommitSlow",
        "RunbookBoardsBehind",
        "RunbookSlackDisconnected",
        "RunbookSlackThrottled",
        "RunbookProcedureRefused",
    }


def test_the_dashboard_shows_every_instrument() -> None:
    shown = {selector.name for _, expression in TARGETS for selector in selectors(expression)}
    bases = {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown}
    ours = {name for name in SERIES if name.startswith("runbook_")}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in ours} <= bases


def test_the_dashboard_can_be_imported_beside_any_data_source() -> None:
    assert DASHBOARD["uid"]
    assert DASHBOARD["schemaVersion"] >= 36
    variables = {one["name"]: one for one in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["title"]
        for holder in (panel, *panel.get("targets", ())):
            if panel["type"] != "row":
                assert holder["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        refs = [target["refId"] for target in panel.get("targets", ())]
        assert len({*refs}) == len(refs)


def test_panels_lie_side_by_side_and_the_first_row_is_for_the_one_on_call() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in PANELS:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies over {taken.get((x, y))}"
                taken[x, y] = panel["title"]
    first = [panel["title"] for panel in PANELS if panel["gridPos"]["y"] == 1]
    for words in ("Clicks not recorded", "Ack, p99", "Painter lag", "Slack 429s", "Runs open"):
        assert any(title.startswith(words) for title in first), words
