"""What can be seen of the running bot: its metrics, its spans, whether it is ready.

Nothing here connects, serves or decides; the parts of the bot tell it what they did, and the edges
show it. It costs next to nothing while nobody looks: the library behind the metrics is imported
when they are made, and a span is a shared object that does nothing until somebody traces.
No label and no attribute ever holds what a person wrote.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Gauge

KINDS = ("command", "action", "view", "shortcut", "event")
"""What Slack delivers: `view` is a form that was submitted."""
OUTCOMES = ("done", "refused", "duplicate", "unavailable", "fault")
"""How a click ends; `unavailable` and `fault` are those that were not recorded."""
DOORS = ("alertmanager", "grafana", "events")
"""Through what alerts come."""
ANSWERS = ("kept", "refused", "again")
"""What a sender of alerts is told; `again` is to be said again."""
_REFUSED, _AGAIN = 400, 500
OTHER = "other"
"""The label of whatever is in neither list, so that no list can grow without end."""

_ACK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
_COMMIT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_CALL = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Value = str | int | float | bool
"""What a span may note."""


def version() -> str:
    """The bot's version, as it was installed; `unknown` when it was not."""
    from importlib import metadata  # noqa: PLC0415 - costly, and asked once

    try:
        return metadata.version("runbook-bot")
    except metadata.PackageNotFoundError:
        return "unknown"


def _of_rules(gauge: "Callable[..., Gauge]") -> "tuple[Gauge, Gauge]":
    """What says how well the rules of alerts are covered."""
    words = "Alerts of the rules that RUNBOOK_RULES names, by whether a procedure names them."
    alerts = gauge("runbook_alerts", words, ("procedure",))
    words = "What `runbook coverage` would tell of, by its kind."
    return alerts, gauge("runbook_coverage_gaps", words, ("kind",))


class Metrics:
    """Every instrument, on a registry of its own; safe to call from any thread.

    The methods say what happened. What is known only by asking (how long something waits, whether
    the socket is alive) is set by the self-audit, or asked when somebody scrapes.
    """

    registry: "CollectorRegistry"
    """What `GET /metrics` shows: the instruments here, and what the kernel knows of the process."""

    def __init__(self, version: str) -> None:
        import prometheus_client as p  # noqa: PLC0415 - costly, and not every command measures

        # A series that says when another one began is one that nobody asks for.
        p.disable_created_metrics()  # type: ignore[no-untyped-call]
        own = self.registry = p.CollectorRegistry()
        p.ProcessCollector(registry=own)
        counter = partial(p.Counter, registry=own)
        gauge = partial(p.Gauge, registry=own)
        histogram = partial(p.Histogram, registry=own)

        words = "Clicks, commands and forms taken from Slack, by what they were and how they ended."
        clicks = counter("runbook_clicks", words, ("kind", "outcome"))
        words = "Seconds from the receipt of a click to its acknowledgment."
        ack = histogram("runbook_ack_seconds", words, ("kind",), buckets=_ACK)
        # Looked up once: every click passes here. And a counter that appears with its first event
        # has no increase to see, so these begin at 0.
        kinds = (*KINDS, OTHER)
        self._clicks = {(k, o): clicks.labels(k, o) for k in kinds for o in (*OUTCOMES, OTHER)}
        self._ack = {kind: ack.labels(kind) for kind in kinds}

        words = "Requests that shared one commit."
        self._batch = histogram("runbook_commit_batch_size", words, buckets=_BATCH)
        words = "Seconds that one commit took, until it was durable."
        self._commit = histogram("runbook_commit_seconds", words, buckets=_COMMIT)

        words = (
            "Age in seconds of the oldest entry that Slack does not show yet; 0 when all is shown."
        )
        self._lag = gauge("runbook_painter_lag_seconds", words)
        words = "Messages that do not show the latest entries yet."
        self._waiting = gauge("runbook_messages_waiting", words)
        self._runs = gauge("runbook_runs_open", "Runs that are open and are no drills.")
        self._drills = gauge("runbook_drills_open", "Drills that are open.")

        words = "Files of procedures that are there and cannot be served."
        self._refused = gauge("runbook_procedures_refused", words)

        self._rules, self._gaps = _of_rules(gauge)
        words = "Calls to Slack's Web API, by method and how they ended."
        self._calls = counter("runbook_slack_calls", words, ("method", "outcome"))
        words = "Seconds that a call to Slack's Web API took."
        self._call = histogram("runbook_slack_call_seconds", words, ("method",), buckets=_CALL)
        words = "Calls that Slack answered with 429: slow down."
        self._throttled = counter("runbook_slack_throttled", words, ("method",))

        words = "Notifications of alerts, by door and by what was answered."
        notified = counter("runbook_alert_notifications", words, ("door", "outcome"))
        self._notified = {(d, o): notified.labels(d, o) for d in DOORS for o in ANSWERS}
        words = "Messages of alerts that do not show the latest yet."
        self._alerts = gauge("runbook_alert_messages_waiting", words)
        words = "Age in seconds of the oldest of them; 0 when all is shown."
        self._alerts_lag = gauge("runbook_alert_lag_seconds", words)

        checks = counter("runbook_checks", "Checks of a system, by verdict.", ("verdict",))
        self._checks = {True: checks.labels("green"), False: checks.labels("red")}

        words = "1 while Slack's deliveries can reach this process, 0 while they cannot."
        self._connected = gauge("runbook_slack_connected", words)
        words = "1 while this process can take clicks, 0 while it cannot."
        self._ready = gauge("runbook_ready", words)
        words = "Always 1; the label says which version."
        gauge("runbook_build_info", words, ("version",)).labels(version).set(1)

    def clicked(self, kind: str, outcome: str, seconds: float) -> None:
        """A click of *kind* was acknowledged *seconds* after it came, and ended with *outcome*."""
        kind = _within(KINDS, kind)
        self._clicks[kind, _within(OUTCOMES, outcome)].inc()
        self._ack[kind].observe(seconds)

    def committed(self, size: int, seconds: float) -> None:
        """*size* requests were made durable by one commit, in *seconds*."""
        self._batch.observe(size)
        self._commit.observe(seconds)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Slack's *method* was called; *outcome* is a word of the edge's own short list."""
        self._calls.labels(method, outcome).inc()
        self._call.labels(method).observe(seconds)
        # Also by nothing, so that the first 429 of a method is an increase.
        self._throttled.labels(method).inc(outcome == "throttled")

    def notified(self, door: str, status: int) -> None:
        """A *door* for alerts answered with an HTTP *status*."""
        kept, refused, again = ANSWERS
        outcome = kept if status < _REFUSED else refused if status < _AGAIN else again
        self._notified[door, outcome].inc()

    def alerts_wait(self, waiting: int, oldest: float) -> None:
        """So many messages of alerts are not shown yet, the oldest since *oldest* seconds."""
        self._alerts.set(waiting)
        self._alerts_lag.set(oldest)

    def looked(self, green: bool) -> None:  # noqa: FBT001 - the verdict is all there is to say
        """A check was looked at."""
        self._checks[green].inc()

    def behind(self, waiting: int, oldest: float) -> None:
        """*waiting* messages are not shown yet, the oldest since *oldest* seconds."""
        self._waiting.set(waiting)
        self._lag.set(oldest)

    def open(self, runs: int, drills: int) -> None:
        """So many runs are open, and so many drills beside them."""
        self._runs.set(runs)
        self._drills.set(drills)

    def refused(self, files: int) -> None:
        """So many files of procedures cannot be served."""
        self._refused.set(files)

    def covered(self, covered: int, alerts: int, gaps: Mapping[str, int]) -> None:
        """So many of the alerts have a procedure, and so many *gaps* of each kind are there."""
        self._rules.labels("yes").set(covered)
        self._rules.labels("no").set(alerts - covered)
        for kind, count in gaps.items():
            self._gaps.labels(kind).set(count)

    def not_covered(self) -> None:
        """It is not known which alerts have a procedure: no figure is shown."""
        self._rules.clear()
        self._gaps.clear()

    def unknown(self) -> None:
        """The database does not say: neither an old figure nor a made-up one is shown."""
        for gauge in (self._waiting, self._lag, self._runs, self._drills):
            gauge.set(float("nan"))

    def ready(self, ready: bool) -> None:  # noqa: FBT001 - it is the whole of the news
        """Whether the process can take clicks."""
        self._ready.set(float(ready))

    def connected_when(self, connected: Callable[[], bool]) -> None:
        """Ask *connected* at each scrape whether Slack can reach this process."""
        self._connected.set_function(lambda: float(connected()))


def _within(known: Sequence[str], word: str) -> str:
    return word if word in known else OTHER


# Spans. ------------------------------------------------------------------------------------------


class Span(Protocol):
    """A stretch of work that is being traced."""

    def note(self, **attributes: Value) -> None:
        """Add what became known meanwhile, such as the outcome; never a text of a person's."""


class Tracing(Protocol):
    """Whoever traces: makes spans, and knows the one that is under way."""

    def span(
        self, name: str, parent: str | None, attributes: dict[str, Value]
    ) -> AbstractContextManager[Span]:
        """A span, open as long as its block; what it raises is noted by name only."""

    def current(self) -> str | None:
        """The span under way, as a W3C traceparent."""


class _Untraced:
    """The span of one who does not trace; one object serves all."""

    __slots__ = ()

    def note(self, **attributes: Value) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass


_UNTRACED = _Untraced()
_tracing: Tracing | None = None


def trace_with(tracing: Tracing | None) -> None:
    """Trace this process with *tracing* from now on; None ends it.

    One for the process, as the context that it reads is: a span must not be handed through every
    call between a click and its commit.
    """
    global _tracing  # noqa: PLW0603 - as said above
    _tracing = tracing


def span(name: str, parent: str | None = None, **attributes: Value) -> AbstractContextManager[Span]:
    """Trace the work of a `with` block, which may note on the span what it learns.

    *parent* is a W3C traceparent from elsewhere; without it, the span under way is the parent.
    """
    if _tracing is None:
        return _UNTRACED
    return _tracing.span(name, parent, attributes)


def current_trace() -> str | None:
    """The span under way as a W3C traceparent, to be stored beside what will be done later."""
    return None if _tracing is None else _tracing.current()


# Readiness. --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Whether a part of the bot does its work, and a sentence about it."""

    ok: bool
    says: str


@dataclass(frozen=True, slots=True)
class Lag:
    """How far Slack is behind the facts; both figures are None while the database is silent."""

    ok: bool
    waiting: int | None
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """Whether what doors for alerts hear is kept and told, and a sentence about it."""

    ok: bool
    says: str
    waiting: int | None
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The truth about each part; `alerts` is None where no door for alerts is open.

    A painter that lags is told of, and is no reason to take no clicks: they are recorded all the
    same, and with every replica out of the load balancer, none would be. So it is with alerts.
    """

    database: Part
    slack: Part
    painter: Lag
    stopping: bool
    alerts: Told | None = None

    @property
    def ready(self) -> bool:
        """Whether clicks can be taken and recorded here."""
        return self.database.ok and self.slack.ok and not self.stopping

    def answer(self) -> tuple[int, dict[str, Any]]:
        """The HTTP status, and the JSON that goes with it."""
        parts = {name: value for name, value in asdict(self).items() if value is not None}
        return (200 if self.ready else 503), {"ready": self.ready, **parts}
