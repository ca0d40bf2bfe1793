"""What can be seen of the bot: each event moves its instrument, and nobody's words are a label."""

import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import watch
from bot.app.watch import Lag, Metrics, Part, Readiness
from bot.edges.slack import calls


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1.2.3")


def sample(metrics: Metrics, name: str, **labels: str) -> float:
    value = metrics.registry.get_sample_value(name, labels)
    assert value is not None, f"there is no {name} {labels}"
    return value


def test_importing_it_brings_neither_library_along() -> None:
    look = (
        "import sys, bot.app.watch\n"
        "print([n for n in ('prometheus_client', 'opentelemetry', 'asyncio') if n in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_click_is_counted_by_its_end_and_timed(metrics: Metrics) -> None:
    metrics.clicked("action", "done", 0.02)
    metrics.clicked("action", "unavailable", 2.0)
    assert sample(metrics, "runbook_clicks_total", kind="action", outcome="done") == 1
    assert sample(metrics, "runbook_clicks_total", kind="action", outcome="unavailable") == 1
    assert sample(metrics, "runbook_ack_seconds_sum", kind="action") == pytest.approx(2.02)
    assert sample(metrics, "runbook_ack_seconds_bucket", kind="action", le="1.5") == 1


def test_what_counts_begins_at_nothing_so_that_its_first_event_is_an_increase(
    metrics: Metrics,
) -> None:
    for kind in watch.KINDS:
        for outcome in watch.OUTCOMES:
            assert sample(metrics, "runbook_clicks_total", kind=kind, outcome=outcome) == 0
        assert sample(metrics, "runbook_ack_seconds_count", kind=kind) == 0
    assert sample(metrics, "runbook_checks_total", verdict="green") == 0


def test_no_word_from_outside_becomes_a_label(metrics: Metrics) -> None:
    for word in ("please", "help", "me"):
        metrics.clicked(word, word, 0.1)
    assert sample(metrics, "runbook_clicks_total", kind="other", outcome="other") == 3
    assert sample(metrics, "runbook_ack_seconds_count", kind="other") == 3


def test_a_commit_tells_its_size_and_its_time(metrics: Metrics) -> None:
    metrics.committed(16, 0.004)
    metrics.committed(2, 0.002)
    assert sample(metrics, "runbook_commit_batch_size_sum") == 18
    assert sample(metrics, "runbook_commit_seconds_count") == 2


def test_a_call_that_is_throttled_is_counted_as_such_too(metrics: Metrics) -> None:
    metrics.called("chat.update", "ok", 0.1)
    assert sample(metrics, "runbook_slack_throttled_total", method="chat.update") == 0
    metrics.called("chat.update", "throttled", 0.1)
    calls = "runbook_slack_calls_total"
    assert sample(metrics, calls, method="chat.update", outcome="ok") == 1
    assert sample(metrics, calls, method="chat.update", outcome="throttled") == 1
    assert sample(metrics, "runbook_slack_throttled_total", method="chat.update") == 1
    assert sample(metrics, "runbook_slack_call_seconds_count", method="chat.update") == 2


def test_verdicts_are_counted(metrics: Metrics) -> None:
    metrics.looked(green=True)
    metrics.looked(green=False)
    metrics.looked(green=False)
    assert sample(metrics, "runbook_checks_total", verdict="green") == 1
    assert sample(metrics, "runbook_checks_total", verdict="red") == 2


def test_gauges_say_what_is_and_nothing_when_nobody_knows(metrics: Metrics) -> None:
    metrics.behind(3, 12.5)
    metrics.open(2, 1)
    metrics.ready(ready=True)
    gauges = (
        "runbook_messages_waiting",
        "runbook_painter_lag_seconds",
        "runbook_runs_open",
        "runbook_drills_open",
    )
    assert [sample(metrics, name) for name in gauges] == [3, 12.5, 2, 1]
    metrics.unknown()
    assert all(math.isnan(sample(metrics, name)) for name in gauges)
    assert sample(metrics, "runbook_ready") == 1


def test_the_link_is_asked_when_somebody_scrapes(metrics: Metrics) -> None:
    alive = [True]
    metrics.connected_when(lambda: alive[0])
    assert sample(metrics, "runbook_slack_connected") == 1
    alive[0] = False
    assert sample(metrics, "runbook_slack_connected") == 0


def test_the_version_is_told(metrics: Metrics) -> None:
    assert sample(metrics, "runbook_build_info", version="1.2.3") == 1
    assert watch.version()[:1].isdigit()


def documented(metrics: Metrics) -> list[str]:
    """The rows of the page's table, as the registry has them."""
    metrics.called("chat.update", "throttled", 0.1)
    metrics.covered(1, 2, {"dead-link": 1})
    rows = []
    for family in metrics.registry.collect():
        if family.name.startswith("runbook_"):
            name = family.name + ("_total" if family.type == "counter" else "")
            labels = {label for sample in family.samples for label in sample.labels} - {"le"}
            words = ", ".join(f"`{label}`" for label in sorted(labels))
            rows.append(f"| `{name}` | {family.type} | {words} | {family.documentation} |")
    return rows


def test_every_metric_is_documented_as_it_is(metrics: Metrics) -> None:
    page = (Path(__file__).parents[2] / "docs/watch.md").read_text("utf-8")
    table = [line for line in page.splitlines() if line.startswith("| `runbook_")]
    assert table == documented(metrics)


def test_how_clicks_and_calls_end_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/watch.md").read_text("utf-8")
    for word in (*watch.KINDS, *watch.OUTCOMES, *calls._ENDS.values()):
        assert f"`{word}`" in page


def test_two_bots_in_one_process_do_not_count_for_each_other(metrics: Metrics) -> None:
    Metrics("2").looked(green=True)
    assert sample(metrics, "runbook_checks_total", verdict="green") == 0


def test_a_span_is_nothing_while_nobody_traces() -> None:
    with watch.span("click", kind="action") as one, watch.span("append") as other:
        one.note(outcome="ok")
        assert one is other
        assert watch.current_trace() is None
    with pytest.raises(LookupError), watch.span("click"):
        raise LookupError


def test_whoever_traces_is_given_the_spans() -> None:
    asked: list[object] = []

    class Tracing:
        @contextmanager
        def span(
            self, name: str, parent: str | None, attributes: dict[str, watch.Value]
        ) -> Iterator[watch.Span]:
            asked.append((name, parent, attributes))
            with watch._UNTRACED as none:
                yield none

        def current(self) -> str | None:
            return "here"

    watch.trace_with(Tracing())
    try:
        with watch.span("paint", parent="there", run="KC-7"):
            assert watch.current_trace() == "here"
    finally:
        watch.trace_with(None)
    assert asked == [("paint", "there", {"run": "KC-7"})]
    assert watch.current_trace() is None


WELL = Readiness(
    database=Part(ok=True, says="answers"),
    slack=Part(ok=True, says="connected"),
    painter=Lag(ok=True, waiting=0, oldest_seconds=0.0),
    stopping=False,
)
AWAY = Part(ok=False, says="away")


@pytest.mark.parametrize(
    ("readiness", "status"),
    [
        (WELL, 200),
        (
            replace(WELL, database=AWAY, painter=Lag(ok=False, waiting=None, oldest_seconds=None)),
            503,
        ),
        (replace(WELL, slack=AWAY), 503),
        (replace(WELL, painter=Lag(ok=False, waiting=9, oldest_seconds=90.0)), 200),
        (replace(WELL, stopping=True), 503),
    ],
    ids=["all is well", "no database", "no Slack", "a painter that lags", "stopping"],
)
def test_who_can_take_clicks_is_ready(readiness: Readiness, status: int) -> None:
    answered, said = readiness.answer()
    assert answered == status
    assert said == {
        "ready": status == 200,
        "database": {"ok": readiness.database.ok, "says": readiness.database.says},
        "slack": {"ok": readiness.slack.ok, "says": readiness.slack.says},
        "painter": {
            "ok": readiness.painter.ok,
            "waiting": readiness.painter.waiting,
            "oldest_seconds": readiness.painter.oldest_seconds,
        },
        "stopping": readiness.stopping,
    }
