"""Alertmanager's webhook, version 4, and Grafana's, which speaks the same.

Sources: "webhook_config" in Prometheus' documentation of Alertmanager's configuration, and
"Configure webhook notifications" in Grafana's of alerting. Alertmanager says again what it was
answered with 5xx, and lets be what it was answered with 4xx.
"""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, ValidationError

from bot.core.alerts.episodes import MOST
from bot.core.alerts.model import Alert, Door, Notification
from bot.edges.alerts.reading import Payload, Texts, Unreadable, address, known, wrong


class OneAlert(Payload):
    """An alert of a group. `fingerprint` is there since Alertmanager 0.19."""

    status: Literal["firing", "resolved"]
    labels: Texts
    annotations: Texts = Field(default_factory=dict)
    starts_at: Annotated[AwareDatetime | None, Field(alias="startsAt")] = None
    ends_at: Annotated[AwareDatetime | None, Field(alias="endsAt")] = None
    generator_url: Annotated[str, Field(alias="generatorURL")] = ""
    fingerprint: Annotated[str, Field(max_length=200)] = ""


class Group(Payload):
    """A group of alerts, those that fire and those that have ended since it was last told."""

    group_key: Annotated[str, Field(alias="groupKey", min_length=1, max_length=20_000)]
    alerts: tuple[OneAlert, ...]
    common_labels: Annotated[Texts, Field(alias="commonLabels")] = Field(default_factory=dict)
    group_labels: Annotated[Texts, Field(alias="groupLabels")] = Field(default_factory=dict)
    external_url: Annotated[str, Field(alias="externalURL")] = ""
    truncated: Annotated[int, Field(alias="truncatedAlerts", ge=0)] = 0


class Version4(Group):
    """Alertmanager's own."""

    version: Literal["4"]


class OfGrafana(Group):
    """Grafana's, whose organizations have groups of the same keys."""

    org_id: Annotated[int, Field(alias="orgId")] = 0


def read(body: bytes) -> Notification:
    """What Alertmanager says; raises Unreadable."""
    try:
        group = Version4.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable("; ".join(wrong(error))) from None
    return _notification("alertmanager", group, group.group_key)


def read_grafana(body: bytes) -> Notification:
    """What Grafana says; raises Unreadable."""
    try:
        group = OfGrafana.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable("; ".join(wrong(error))) from None
    return _notification("grafana", group, f"{group.org_id}/{group.group_key}")


def _notification(door: Door, group: Group, key: str) -> Notification:
    alerts = sorted((_alert(one) for one in group.alerts), key=_worth)
    return Notification(
        door=door,
        group=key,
        labels={**group.common_labels, **group.group_labels},
        alerts=tuple(alerts[:MOST]),
        link=address(group.external_url),
        left_out=group.truncated + max(0, len(alerts) - MOST),
    )


def _alert(one: OneAlert) -> Alert:
    starts, ends = known(one.starts_at), None
    if one.status == "resolved":
        # An end that is before the beginning, or not told, is as early as it can be.
        told = known(one.ends_at)
        ends = max((at for at in (starts, told) if at is not None), default=_EPOCH)
    return Alert(
        fingerprint=one.fingerprint or _fingerprint(one),
        starts_at=starts,
        ends_at=ends,
        labels=one.labels,
        annotations=one.annotations,
        link=address(one.generator_url),
    )


_EPOCH = datetime.fromisoformat("1971-01-01T00:00:00+00:00")
"""The end of what has no times: it counts as it comes."""


def _fingerprint(one: OneAlert) -> str:
    """What stands for the labels where the sender gives nothing that does."""
    said = json.dumps(sorted(one.labels.items()))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _worth(alert: Alert) -> tuple[bool, float, str]:
    """What is kept first: what fires, and what ended last."""
    end = alert.ends_at
    return end is not None, 0.0 if end is None else -end.timestamp(), alert.fingerprint
