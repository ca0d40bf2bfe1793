"""Blocks, views and small questions that several tests of the workspace share."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

Json = dict[str, Any]
Connect = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncSocketModeHandler]]

INCIDENTS = "C0INCIDENTS"
BUTTON: dict[str, Any] = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {
            "type": "button",
            "action_id": "done",
            "value": "step-1",
            "text": {"type": "plain_text", "text": "Done"},
        },
        {
            "type": "overflow",
            "action_id": "more",
            "options": [
                {"text": {"type": "plain_text", "text": "Undo"}, "value": "undo"},
                {"text": {"type": "plain_text", "text": "Show"}, "value": "show"},
            ],
        },
        {"type": "users_select", "action_id": "hand-over"},
    ],
}
NOTE: dict[str, Any] = {
    "type": "modal",
    "callback_id": "note",
    "private_metadata": "run-1",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "What happened?"},
            "element": {"type": "plain_text_input", "action_id": "text", "min_length": 3},
        }
    ],
}


def typed(text: str) -> dict[str, Any]:
    return {"note": {"text": {"type": "plain_text_input", "value": text}}}


async def present(value: object) -> bool:
    return bool(value)


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **fields}


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "a", **fields}


def actions(*elements: Json, **fields: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **fields}


def option(value: str = "v", **fields: Any) -> Json:
    return {"text": plain(), "value": value, **fields}


def select(**fields: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **fields}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def inputs(element: Json, **fields: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **fields}


TEXT_INPUT = {"type": "plain_text_input", "action_id": "t"}
CONFIRM = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
DIVIDER = {"type": "divider"}
MODAL: Json = {"type": "modal", "title": plain(), "submit": plain(), "blocks": [inputs(TEXT_INPUT)]}

GOOD: list[Json] = [
    section(fields=[plain(), mrkdwn()], accessory=button(style="danger", confirm=CONFIRM)),
    section(accessory={"type": "image", "image_url": "https://x/y.png", "alt_text": "y"}),
    section(accessory={"type": "overflow", "options": [option(url="https://x/y")]}),
    DIVIDER,
    {"type": "header", "text": plain("x" * 150)},
    {"type": "image", "alt_text": "x", "slack_file": {"id": "F1"}, "title": plain()},
    {"type": "context", "elements": [plain(), mrkdwn()]},
    {
        "type": "context_actions",
        "elements": [
            {"type": "icon_button", "icon": "trash", "text": plain()},
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain(), "value": "+"},
                "negative_button": {"text": plain(), "value": "-"},
            },
        ],
    },
    {"type": "markdown", "text": "# x"},
    {"type": "file", "external_id": "x", "source": "remote"},
    {
        "type": "video",
        "alt_text": "x",
        "title": plain(),
        "thumbnail_url": "https://x/y.png",
        "video_url": "https://x/y",
    },
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": ""}, rich({"type": "rich_text_section", "elements": []})]
        ],
        "column_settings": [{"align": "right", "is_wrapped": True}],
    },
    {
        "type": "plan",
        "title": "Recover",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "x", "status": "pending"}],
    },
    {
        "type": "task_card",
        "task_id": "1",
        "title": "x",
        "sources": [{"type": "url", "url": "https://x/y", "text": "y"}],
    },
    rich(
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "x", "style": {"bold": True, "code": True}},
                {"type": "link", "url": "https://x/y"},
                {"type": "emoji", "name": "eyes"},
                {"type": "user", "user_id": "U1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "broadcast", "range": "here"},
                {"type": "color", "value": "#fff"},
                {"type": "date", "timestamp": 1795385803, "format": "{time}", "fallback": "3:12"},
            ],
        },
        {
            "type": "rich_text_preformatted",
            "elements": [{"type": "text", "text": "ls"}],
            "border": 0,
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": []}],
        },
    ),
    inputs(TEXT_INPUT, hint=plain(), optional=True, dispatch_action=True),
    {"type": "alert", "text": mrkdwn(), "level": "error"},
    {"type": "card", "body": plain(), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn()}]},
    {"type": "container", "title": plain(), "child_blocks": [actions(button())]},
    {"type": "auth_provider", "value": "x", "name": plain(), "is_connected": False},
    {"type": "call", "call_id": "R1"},
]

PIECES: dict[str, Json] = {
    "static_select": select(initial_option=option()),
    "multi_static_select": {
        "type": "multi_static_select",
        "option_groups": [{"label": plain(), "options": [option()]}],
        "initial_options": [option()],
        "max_selected_items": 2,
    },
    "radio_buttons": {"type": "radio_buttons", "options": [option()]},
    "checkboxes": {"type": "checkboxes", "options": [option(description=plain())]},
    "overflow": {"type": "overflow", "options": [option()]},
    "button": button(accessibility_label="x", value="y"),
    "workflow_button": {
        "type": "workflow_button",
        "text": plain(),
        "workflow": {"trigger": {"url": "https://x/y"}},
    },
    "number_input": {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
    "datepicker": {"type": "datepicker", "initial_date": "2026-11-22"},
    "timepicker": {"type": "timepicker", "initial_time": "03:12", "timezone": "Europe/Berlin"},
    "datetimepicker": {"type": "datetimepicker", "initial_date_time": 1795385803},
    "conversations_select": {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": ["public"]},
    },
}
