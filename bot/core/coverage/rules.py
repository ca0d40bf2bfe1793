"""Alerting rules, as far as coverage looks at them.

The shape is Prometheus's own: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """Where something stands: a file, or a server, and the line and column, which begin at 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that alerts: its name, the labels that it sets, and where it stands.

    `runbook` is its link to what is to be done, empty where it has none, and `runbook_at` the
    place of that link.
    """

    alert: str
    at: Place
    labels: Mapping[str, str] = field(default_factory=dict)
    runbook: str = ""
    runbook_at: Place | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules that were read, and why some were not: each place with the reason, in words."""

    rules: tuple[Rule, ...] = ()
    unread: tuple[tuple[Place, str], ...] = ()
