"""An intake for whatever can page: the events of PagerDuty's Events API v2.

Source: "Send an alert event" in PagerDuty's documentation of the Events API v2. An event has one
alert, known by its `dedup_key`; the time in it is that of the event, and not of the alert, so it
counts as it comes. An acknowledgment changes nothing here: who is on it is seen in Slack.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from bot.core.alerts.model import NAME, Alert, Notification
from bot.edges.alerts.reading import Payload, Texts, Unreadable, address, wrong

_LARGE = 10**18
_ENDED = datetime(1971, 1, 1, tzinfo=UTC)


class About(Payload):
    """What happened."""

    summary: Annotated[str, Field(min_length=1, max_length=1_024)]
    source: Annotated[str, Field(min_length=1, max_length=1_024)]
    severity: Literal["critical", "error", "warning", "info"]
    component: Annotated[str | None, Field(max_length=1_024)] = None
    group: Annotated[str | None, Field(max_length=1_024)] = None
    of_class: Annotated[str | None, Field(alias="class", max_length=1_024)] = None
    custom_details: Any = None


class Event(Payload):
    """An event; `routing_key` is the secret by which its sender is known."""

    routing_key: Annotated[str, Field(max_length=200)]
    event_action: Literal["trigger", "acknowledge", "resolve"]
    dedup_key: Annotated[str, Field(max_length=255)] = ""
    payload: About | None = None
    client_url: Annotated[str | None, Field(max_length=2_000)] = None


class _Texts(Payload):
    texts: Texts


@dataclass(frozen=True, slots=True)
class Read:
    """An event as it was read: what it says, None for nothing that is kept; and its key."""

    said: Notification | None
    dedup_key: str


def routing_key(body: bytes) -> str:
    """The secret in a body; nothing where there is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    key = said.get("routing_key") if isinstance(said, dict) else None
    return key if isinstance(key, str) else ""


def read(body: bytes) -> Read:
    """What an event says; raises Unreadable."""
    try:
        event = Event.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable("; ".join(wrong(error))) from None
    if event.event_action == "trigger":
        if event.payload is None:
            raise Unreadable("payload: a trigger needs one")
        key = event.dedup_key or uuid.uuid4().hex
        alert = _alert(key, event.payload, address(event.client_url or ""))
    elif not event.dedup_key:
        raise Unreadable(f"dedup_key: {event.event_action} needs one")
    elif event.event_action == "acknowledge":
        return Read(None, event.dedup_key)
    else:
        key = event.dedup_key
        alert = Alert(key, None, _ENDED, {})
    return Read(Notification("events", key, alert.labels, (alert,), alert.link), key)


def _alert(key: str, about: About, link: str) -> Alert:
    details = about.custom_details
    told: Mapping[str, Any] = details if isinstance(details, dict) else {}
    texts = {
        str(name): value if isinstance(value, str) else json.dumps(value)
        for name, value in told.items()
        if isinstance(value, str) or (isinstance(value, int | float) and abs(value) < _LARGE)
    }
    named = texts.get(NAME) or about.of_class or about.component or about.summary
    labels = {
        NAME: named,
        "severity": about.severity,
        "source": about.source,
        "component": about.component or "",
        "group": about.group or "",
        "class": about.of_class or "",
    }
    return Alert(
        fingerprint=key,
        starts_at=None,
        ends_at=None,
        labels=_Texts(texts={k: v for k, v in labels.items() if v}).texts,
        annotations=_Texts(texts={**texts, "summary": about.summary}).texts,
        link=link,
    )
