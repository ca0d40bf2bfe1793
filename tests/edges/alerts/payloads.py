"""What senders send, as their documentation shows it."""

import json
from typing import Any

ALERT: dict[str, Any] = {
    "status": "firing",
    "labels": {
        "alertname": "ProbeFailure",
        "instance": "https://a.example",
        "severity": "critical",
    },
    "annotations": {"summary": "It is down"},
    "startsAt": "2026-02-06T13:08:45.828123456Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus.example/graph?g0.expr=up",
    "fingerprint": "1a30ba71cca2921f",
}
GROUP: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}/{severity="critical"}:{alertname="ProbeFailure"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "runbook",
    "groupLabels": {"alertname": "ProbeFailure"},
    "commonLabels": {"alertname": "ProbeFailure", "severity": "critical"},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager.example",
    "alerts": [ALERT],
}
GRAFANA: dict[str, Any] = {
    **GROUP,
    "version": "1",
    "orgId": 3,
    "title": "[FIRING:1]",
    "state": "alerting",
    "message": "text",
    "alerts": [
        {**ALERT, "silenceURL": "", "dashboardURL": "", "panelURL": "", "values": {"B": 4.2}}
    ],
}
TRIGGER: dict[str, Any] = {
    "routing_key": "key-of-the-events",
    "event_action": "trigger",
    "dedup_key": "srv01/http",
    "client": "Monitor",
    "client_url": "https://monitor.example",
    "links": [],
    "images": [],
    "payload": {
        "summary": "PING OK - Packet loss = 0%",
        "timestamp": "2026-07-17T08:42:58.315+0000",
        "severity": "critical",
        "source": "monitor.example:cloudvz.org",
        "component": "postgres",
        "group": "prod-datapipe",
        "class": "disk",
        "custom_details": {"free space": "1%", "ping": 1500, "more": {"deep": 1}},
    },
}


def body(of: Any, **changes: Any) -> bytes:
    """A payload as it is sent; what is changed to None is left out."""
    return json.dumps({k: v for k, v in {**of, **changes}.items() if v is not None}).encode()


def group_of(*alerts: Any, **changes: Any) -> bytes:
    """Alertmanager's payload of these alerts."""
    return body(GROUP, alerts=list(alerts), **changes)
