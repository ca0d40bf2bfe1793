"""Telling of groups of alerts, as Alertmanager's webhook does, version 4.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.demo.alerting.rules import Firing, Labels

BY = "component"
"""The label by which alerts are grouped."""
_NEVER = "0001-01-01T00:00:00Z"


@dataclass(slots=True)
class Groups:
    """What was told of each group, and so what is still to be told.

    *link* makes the address of what an alert was seen in.
    """

    receiver: str
    link: Callable[[str], str]
    _ended: dict[str, dict[Labels, Firing]] = field(default_factory=dict)
    _told: dict[str, str] = field(default_factory=dict)

    def look(self, alerts: Iterable[Firing]) -> list[dict[str, Any]]:
        """The payload of every group that is not as it was told."""
        groups: dict[str, list[Firing]] = {}
        for one in alerts:
            key = dict(one.labels).get(BY, "")
            if one.until is not None:
                self._ended.setdefault(key, {})[one.labels] = one
            else:
                groups.setdefault(key, []).append(one)
        payloads = []
        for key in sorted({*groups, *self._ended}):
            firing = groups.get(key, [])
            again = {one.labels for one in firing}
            ended = [o for at, o in self._ended.get(key, {}).items() if at not in again]
            payload = self._payload(key, [*firing, *ended])
            if self._told.get(key) != json.dumps(payload, sort_keys=True):
                payloads.append(payload)
        return payloads

    def told(self, payload: Mapping[str, Any]) -> None:
        """A group was told so: what has ended in it need not be said again."""
        key = payload["groupLabels"].get(BY, "")
        ends = {one["fingerprint"] for one in payload["alerts"] if one["status"] == "resolved"}
        left = {at: o for at, o in self._ended.pop(key, {}).items() if _fingerprint(at) not in ends}
        if left:
            self._ended[key] = left
        firing = [one for one in payload["alerts"] if one["status"] == "firing"]
        if firing:
            self._told[key] = json.dumps(self._whole(key, firing), sort_keys=True)
        else:
            self._told.pop(key, None)

    def _payload(self, key: str, alerts: list[Firing]) -> dict[str, Any]:
        return self._whole(key, [self._alert(one) for one in alerts])

    def _whole(self, key: str, alerts: list[dict[str, Any]]) -> dict[str, Any]:
        fires = any(one["status"] == "firing" for one in alerts)
        return {
            "version": "4",
            "groupKey": f'{{}}:{{{BY}="{key}"}}',
            "truncatedAlerts": 0,
            "status": "firing" if fires else "resolved",
            "receiver": self.receiver,
            "groupLabels": {BY: key},
            "commonLabels": _common([one["labels"] for one in alerts]),
            "commonAnnotations": _common([one["annotations"] for one in alerts]),
            "externalURL": "",
            "alerts": alerts,
        }

    def _alert(self, one: Firing) -> dict[str, Any]:
        labels = dict(one.labels)
        return {
            "status": "resolved" if one.until else "firing",
            "labels": labels,
            "annotations": dict(one.annotations),
            "startsAt": _said(one.since),
            "endsAt": _said(one.until) if one.until else _NEVER,
            "generatorURL": self.link(labels["alertname"]),
            "fingerprint": _fingerprint(one.labels),
        }


def _common(some: list[dict[str, str]]) -> dict[str, str]:
    first, *others = some
    return {k: v for k, v in first.items() if all(other.get(k) == v for other in others)}


def _said(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _fingerprint(labels: Labels) -> str:
    return hashlib.sha256(json.dumps(labels).encode()).hexdigest()[:16]
