"""Deliveries that are almost right: valid samples of every kind, with something wrong in them.

The same seed gives the same deliveries.
"""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

MARK = "zebra-crossing"
"""A word that people write here and that nobody else does."""

Seal = Callable[[str], str]

RUN, STEP = "MI-1", "look"
_MESSAGE = {
    "ts": "1.5",
    "link": "https://x.example/p15",
    "author": "U0BEN",
    "files": [{"name": "a"}],
}
_ABOUTS = {
    "pin": json.dumps({"channel": "C0INCIDENTS", **_MESSAGE}),
    "pin_correct": json.dumps({"run": RUN, "channel": "C0INCIDENTS", "pin": 2}),
}
_ABOUT = json.dumps({"run": RUN, "step": STEP, "channel": "C0INCIDENTS"})
_START = {"procedure": "mend-it", "another": True, "channel": "C0INCIDENTS"}

_COMMON: dict[str, Any] = {
    "token": "t",
    "team": {"id": "T0", "domain": "x", "enterprise_id": None},
    "user": {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0"},
    "api_app_id": "A0BOT",
    "enterprise": None,
    "is_enterprise_install": False,
    "trigger_id": "1.2.3",
}
_ON_STEP = (
    "take",
    "done",
    "give_back",
    "undo",
    "check",
    "skip",
    "fail",
    "note",
    "hand_over",
    "show",
)
_ON_RUN = (
    "timeline",
    "verify",
    "export",
    "about",
    "close",
    "reopen",
    "undo_ask",
    "note",
    "page_next",
)
_FORMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("take", {"typed": {"value": "x"}}),
    ("skip", {"reason": {"value": f"no need, {MARK}"}}),
    ("fail", {"what": {"value": MARK}}),
    ("note", {"text": {"value": MARK}}),
    ("hand_over", {"to": {"type": "users_select", "selected_user": "U0BEN"}}),
    ("undo", {"step": {"selected_option": {"value": STEP, "text": {"text": "1"}}}}),
    ("close", {"reason:confirm:1": {"value": MARK}}),
    ("reopen", {"reason": {"value": MARK}}),
    ("start", {"thing": {"value": "lamp"}}),
    ("pin", {"run": {"selected_option": {"value": RUN}}}),
    ("pin_correct", {"when": {"selected_date_time": 1793502000}, "text": {"value": MARK}}),
)


def _command(text: str) -> dict[str, Any]:
    return {
        "token": "t",
        "team_id": "T0",
        "team_domain": "x",
        "channel_id": "C0INCIDENTS",
        "channel_name": "incidents",
        "user_id": "U0ANA",
        "user_name": "ana",
        "command": "/runbook",
        "text": text,
        "api_app_id": "A0BOT",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/",
        "trigger_id": "1.2.3",
    }


def _click(control: dict[str, Any]) -> dict[str, Any]:
    message = {"type": "message", "message_ts": "1.5", "channel_id": "C0INCIDENTS"}
    return _COMMON | {
        "type": "block_actions",
        "container": message | {"is_ephemeral": False},
        "channel": {"id": "C0INCIDENTS", "name": "incidents"},
        "message": {"type": "message", "user": "U0BOT", "ts": "1.5", "text": "Mend it"},
        "response_url": "http://127.0.0.1:9/",
        "state": {"values": {}},
        "actions": [control | {"block_id": "b", "action_ts": "1.6"}],
    }


def _form(name: str, values: dict[str, Any], seal: Seal) -> dict[str, Any]:
    view = {
        "id": "V1",
        "hash": "h",
        "type": "modal",
        "callback_id": name,
        "private_metadata": seal(
            json.dumps(_START) if name == "start" else _ABOUTS.get(name, _ABOUT)
        ),
        "previous_view_id": None,
        "root_view_id": "V1",
        "app_id": "A0BOT",
        "blocks": [
            {"type": "section", "block_id": "words", "text": {"type": "mrkdwn", "text": MARK}},
            *({"type": "input", "block_id": block} for block in values),
        ],
        "state": {"values": {block: {"e": held} for block, held in values.items()}},
    }
    return _COMMON | {"type": "view_submission", "view": view, "response_urls": []}


def _shortcut() -> dict[str, Any]:
    file = {"id": "F0LAMP", "name": "lamp.png", "mimetype": "image/png"}
    seen = {"name": "pushpin", "users": ["U0ANA"], "count": 1}
    message = {"type": "message", "user": "U0BEN", "ts": "1.5", "text": MARK, "thread_ts": "1.4"}
    return _COMMON | {
        "type": "message_action",
        "callback_id": "add_to_timeline",
        "channel": {"id": "C0INCIDENTS", "name": "incidents"},
        "message": message | {"files": [file], "reactions": [seen]},
        "message_ts": "1.5",
        "action_ts": "1.6",
        "response_url": "http://127.0.0.1:9/",
    }


def _event(**event: Any) -> dict[str, Any]:
    return {
        "token": "t",
        "type": "event_callback",
        "team_id": "T0",
        "api_app_id": "A0BOT",
        "event_id": "Ev1",
        "event_time": 1,
        "authorizations": [{"team_id": "T0", "enterprise_id": None, "user_id": "U0BOT"}],
        "is_ext_shared_channel": False,
        "event": {"channel": "C0INCIDENTS", "event_ts": "1.7", "ts": "1.7", **event},
    }


def samples(seal: Seal = str) -> list[dict[str, Any]]:
    """A valid delivery of each kind; *seal* makes what a form carries into what the bot wrote."""
    texts = ("list", "status", f"search {MARK}", "mend-it thing=lamp", f"export {RUN}", "close")
    shown = _click({"action_id": "page_next", "value": f"{RUN}/1", "type": "button"})
    about = {"run": RUN, "first": 0}
    view = {"id": "V1", "callback_id": "show", "private_metadata": seal(json.dumps(about))}
    menu = {"value": f"skip/{RUN}/{STEP}", "text": {"type": "plain_text", "text": "Skip…"}}
    asked = json.dumps({"procedure": "mend-it", "inputs": {"thing": MARK}, "another": True})
    mention = {"type": "app_mention", "user": "U0ANA", "team": "T0", "thread_ts": "1.5"}
    stone = {"subtype": "tombstone", "ts": "1.5", "user": "U0BOT"}
    return [
        *(_command(text) for text in texts),
        *(_click({"action_id": v, "value": f"{RUN}/{STEP}", "type": "button"}) for v in _ON_STEP),
        *(_click({"action_id": v, "value": RUN, "type": "button"}) for v in _ON_RUN),
        _click({"action_id": "step_menu", "type": "overflow", "selected_option": menu}),
        _click({"action_id": "start", "value": asked, "type": "button"}),
        {k: v for k, v in shown.items() if k not in ("channel", "message")} | {"view": view},
        *(_form(name, values, seal) for name, values in _FORMS),
        _shortcut(),
        *(_event(**mention, text=f"<@U0BOT> {text}") for text in texts),
        _event(type="member_joined_channel", user="U0BOT", team="T0", inviter="U0ANA"),
        _event(type="message", subtype="message_deleted", deleted_ts="1.5"),
        _event(type="message", subtype="message_changed", message=stone),
        _event(type="message", user="U0ANA", text=MARK),
    ]


ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", [], {}, [[]], [None], {"id": None}),
    *("null", "/", "U0ANA", ["U0ANA"], {"id": "U0BEN"}, "C0INCIDENTS", ["C0INCIDENTS"], "T0", "V1"),
    *("<!channel>", "<@U0BEN>", "U0ANA|x", "u0ana", "U" * 300, "KC-1/revoke", "/../", "1.5", "B0B"),
    *(MARK, MARK * 5000, f"{MARK}\0", f"\ud83d{MARK}", f"{MARK}\n\x1b[31m\u202e", "9" * 400),
    *({MARK: {MARK: MARK}}, [MARK] * 3, "{", '{"run": 7}', "[" * 50 + "]" * 50),
)


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*way, key)
            yield from _places(value[key], (*way, key))


def _at(value: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        value = value[key]
    return value


def _json(held: Any) -> Any:
    """What a text holds that is an object in JSON; None for anything else."""
    try:
        found = json.loads(held) if isinstance(held, str) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _spoil(made: Any, dice: random.Random) -> None:
    """Put something else in one place, take it away, or swap two."""
    places = list(_places(made))
    if not places:
        return
    *way, last = dice.choice(places)
    inner = _at(made, tuple(way))
    held = inner[last]
    match dice.randrange(8):
        case 0:
            del inner[last]
        case 1:
            inner[last] = copy.deepcopy(_at(made, dice.choice(places)))
        case 2:
            inner[last] = [held]
        case 3 if (about := _json(held)) is not None:
            _spoil(about, dice)
            inner[last] = json.dumps(about)
        case 4 if isinstance(held, str):
            inner[last] = held[: dice.randrange(len(held) + 1)] + str(dice.choice(ODD))[:300]
        case _:
            inner[last] = copy.deepcopy(dice.choice(ODD))


def mutants(count: int, seed: int, seal: Seal = str) -> Iterator[dict[str, Any]]:
    """*count* deliveries, each with one to three things wrong, under names of their own."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    valid = samples(seal)
    for number in range(count):
        made = copy.deepcopy(valid[number % len(valid)])
        # Each is a delivery of its own, or nothing but the first would be worked on.
        for name in ("trigger_id", "event_id"):
            if name in made:
                made[name] = f"{seed}.{number}"
        if "view" in made:
            made["view"]["id"] = f"V{number}"
        for _ in range(dice.choice((1, 1, 2, 3))):
            _spoil(made, dice)
        yield made


def wire(body: dict[str, Any]) -> tuple[bytes, str]:
    """A delivery as HTTP carries it: its bytes, and what they are."""
    if "event" in body:
        return json.dumps(body).encode(), "application/json"
    form = "application/x-www-form-urlencoded"
    if "command" in body:
        fields = {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
        return urlencode(fields, errors="replace").encode(), form
    return urlencode({"payload": json.dumps(body)}).encode(), form
