"""Rules, and what fires: `expr` compares one metric with a number, `for` is how long it must.

The file is Prometheus's own; what of its language is not needed here is refused when it is read:
https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LABEL = re.compile(r"\{\{\s*\$labels\.(\w+)\s*\}\}")

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""


class RulesError(Exception):
    """The file has a rule that cannot be evaluated here; the message names it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: which samples it looks at, how they compare, and what an alert of it says."""

    alert: str
    metric: str
    wanted: Mapping[str, str]
    fires: Callable[[float], bool]
    lasts: timedelta
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    def matches(self, samples: Iterable[Sample]) -> Iterator[Mapping[str, str]]:
        """The labels of each sample for which it is true now."""
        for one in samples:
            of_it = one.name == self.metric and self.wanted.items() <= one.labels.items()
            if of_it and self.fires(one.value):
                yield one.labels


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that fires since a time, or did until another."""

    labels: Labels
    annotations: Mapping[str, str]
    since: datetime
    until: datetime | None = None


def load(path: Path) -> tuple[Rule, ...]:
    """Read a file of rules; raises RulesError."""
    document = yaml.safe_load(path.read_text("utf-8"))
    return tuple(_rule(one) for group in document["groups"] for one in group["rules"])


def _rule(told: Mapping[str, Any]) -> Rule:
    name = told["alert"]
    expression = promql.parse(told["expr"])
    if not (
        isinstance(expression, promql.BinaryExpr)
        and isinstance(expression.lhs, promql.VectorSelector)
        and isinstance(expression.rhs, promql.NumberLiteral)
        and str(expression.op) in _COMPARE
    ):
        raise RulesError(f"{name}: only `metric{{…}} > number` and its like are evaluated here")
    matchers = expression.lhs.matchers.matchers
    if any(one.op != promql.MatchOp.Equal for one in matchers):
        raise RulesError(f'{name}: only `label="value"` is evaluated here')
    compare, bound = _COMPARE[str(expression.op)], float(expression.rhs.val)
    return Rule(
        alert=name,
        metric=expression.lhs.name or "",
        wanted={one.name: one.value for one in matchers},
        fires=lambda value: compare(value, bound),
        lasts=_duration(told.get("for", "0s")),
        labels=told.get("labels", {}),
        annotations=told.get("annotations", {}),
    )


def _duration(text: str) -> timedelta:
    return timedelta(seconds=int(text[:-1]) * _SECONDS[text[-1]])


@dataclass(slots=True)
class Evaluation:
    """What is true since when, and what fires; the time is the caller's."""

    rules: tuple[Rule, ...]
    _true: dict[Labels, datetime] = field(default_factory=dict)
    _firing: dict[Labels, Firing] = field(default_factory=dict)

    def look(self, samples: Iterable[Sample], now: datetime) -> tuple[Firing, ...]:
        """Evaluate every rule; all that fires, and what has just ended, with its end."""
        some = list(samples)
        true: dict[Labels, Rule] = {}
        for rule in self.rules:
            for found in rule.matches(some):
                said = {**found, **rule.labels, "alertname": rule.alert}
                true[tuple(sorted(said.items()))] = rule
        self._true = {labels: self._true.get(labels, now) for labels in true}
        for labels, rule in true.items():
            if labels not in self._firing and now - self._true[labels] >= rule.lasts:
                words = {k: _filled(v, dict(labels)) for k, v in rule.annotations.items()}
                self._firing[labels] = Firing(labels, words, now)
        ended = [one for labels, one in self._firing.items() if labels not in true]
        for one in ended:
            del self._firing[one.labels]
        over = (Firing(one.labels, one.annotations, one.since, now) for one in ended)
        return (*self._firing.values(), *over)


def _filled(text: str, labels: Mapping[str, str]) -> str:
    return _LABEL.sub(lambda found: labels.get(found[1], ""), text)
