"""Alerts, episodes and procedures that are made for tests of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.alerts.model import Alert, Episode
from bot.core.procedure import Procedure

BEGAN = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def alert(name: str = "NodeDown", ended: int | None = None, **labels: Any) -> Alert:
    """An alert of this name, with labels; it ended so many minutes after it began."""
    known = {"alertname": name, **labels}
    ends = None if ended is None else BEGAN + timedelta(minutes=ended)
    return Alert(",".join(known.values()), BEGAN, ends, known)


def saying(one: Alert, **annotations: str) -> Alert:
    """The alert, with annotations."""
    return Alert(one.fingerprint, one.starts_at, one.ends_at, one.labels, annotations, one.link)


def episode(*alerts: Alert, **more: Any) -> Episode:
    """An episode of these alerts."""
    ends = [one.ends_at for one in alerts]
    ended = None if None in ends else max(end for end in ends if end is not None)
    labels = {"alertname": alerts[0].name}
    whole = {"labels": labels, "channel": "C1", "previous": None, **more}
    return Episode("AL-2", "T1", "group", began=BEGAN, ended=ended, alerts=alerts, **whole)


def procedure(name: str, **keys: Any) -> Procedure:
    """A procedure with these keys."""
    whole: dict[str, Any] = {
        "schema": "procedure/v1",
        "id": name,
        "title": name.replace("-", " ").capitalize(),
        "symptoms": ["Trouble"],
        "steps": [{"id": "a", "title": "A", "do": "It."}],
        **keys,
    }
    return Procedure.model_validate(whole)


def asked(**keys: Any) -> dict[str, Any]:
    """An input."""
    return {"description": "It", "required": True, **keys}
