"""A valid delivery of each kind, and the door that reads it."""

import copy
from typing import Any

from bot.core.run.events import Person
from bot.edges.slack.connection import Identity
from bot.edges.slack.inbound.door import Door

ME = Identity("U0BOT", "B0BOT", "runbook", "T0HOME", "https://x.slack.com/", "E0ORG", "A0RUNBOOK")
ANA = Person(id="U0ANA", name="ana")

COMMAND: dict[str, Any] = {
    "command": "/runbook",
    "text": "status",
    "team_id": "T0HOME",
    "channel_id": "C0INCIDENTS",
    "channel_name": "incidents",
    "user_id": "U0ANA",
    "user_name": "ana",
    "api_app_id": "A0RUNBOOK",
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/commands/1",
}
CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0HOME"},
    "team": {"id": "T0HOME", "domain": "x"},
    "api_app_id": "A0RUNBOOK",
    "container": {"type": "message", "message_ts": "1.5", "channel_id": "C0INCIDENTS"},
    "channel": {"id": "C0INCIDENTS", "name": "incidents"},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/actions/1",
    "actions": [{"action_id": "take", "value": "KC-1/look", "block_id": "b"}],
}
FORM: dict[str, Any] = {
    "type": "view_submission",
    "user": {"id": "U0ANA", "username": "ana", "team_id": "T0HOME"},
    "team": {"id": "T0HOME"},
    "api_app_id": "A0RUNBOOK",
    "trigger_id": "1.2.3",
    "view": {
        "id": "V1",
        "hash": "h",
        "callback_id": "hand_over",
        "private_metadata": '{"run": "KC-1", "step": "look", "channel": "C0INCIDENTS"}',
        "previous_view_id": None,
        "blocks": [{"type": "input", "block_id": "to"}],
        "state": {"values": {"to": {"to": {"type": "users_select", "selected_user": "U0BEN"}}}},
    },
}
MENTION: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T0HOME",
    "api_app_id": "A0RUNBOOK",
    "event_id": "Ev1",
    "event": {
        "type": "app_mention",
        "user": "U0ANA",
        "team": "T0HOME",
        "channel": "C0INCIDENTS",
        "ts": "1.2",
        "thread_ts": "1.1",
        "text": "<@U0BOT> status",
    },
}


def event(**fields: Any) -> dict[str, Any]:
    return MENTION | {"event": fields}


def put(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of *body* with another value at *path*, whose parts are joined by dots."""
    made = copy.deepcopy(body)
    *way, last = path.split(".")
    inner: Any = made
    for name in way:
        inner = inner[int(name) if name.isdigit() else name]
    inner[last] = value
    return made


def read(body: dict[str, Any]) -> Any:
    return Door(ME).read(body)
