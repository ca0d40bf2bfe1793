"""The table of blocks: what each kind of them holds. It judges no message and no view."""

from typing import Any

from bot.demo.workspace import limits

from .elements import ELEMENTS, IMAGE_FIELDS, IMAGE_URL, URL, element
from .richtext import RICH_TEXT, rich_text_object
from .schema import (
    Found,
    Problem,
    Rule,
    anything,
    array,
    at_least_one,
    boolean,
    exactly_one,
    nullable,
    number,
    one_of,
    record,
    string,
    text,
    typed,
    union,
)

BLOCK_ID = string(255)


def _block(
    required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None, *also: Rule
) -> Rule:
    return record(required or {}, {"block_id": BLOCK_ID, **(optional or {})}, *also)


_CELL = typed(
    {
        "raw_text": record({"text": string(10_000, 0)}),
        "raw_number": record({"value": number(-1e300, 1e300)}, {"text": string(10_000)}),
        "rich_text": rich_text_object,
    }
)
_COLUMN = nullable(record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}))
_ANY_TEXT = ("plain_text", "mrkdwn")
_IMAGE = typed(ELEMENTS, ("image",))


def _child(value: Any, at: str, found: Found) -> None:
    """A block inside a block; it looks its rule up late, for it may hold itself."""
    typed(BLOCKS)(value, at, found)


def _collapsible(value: Any, at: str, found: Found) -> None:
    if value.get("is_collapsible") is True and value.get("has_header_divider") is True:
        words = "cannot be set when `is_collapsible` is true"
        found.append(Problem(words, f"{at}/has_header_divider"))


_TASK: dict[str, Rule] = {"task_id": string(255), "title": string(255)}
_TASK_MORE: dict[str, Rule] = {
    "status": one_of("pending", "in_progress", "complete", "error"),
    "details": rich_text_object,
    "output": rich_text_object,
    "sources": array(element("source"), 10, 0),
}

_CARD = _block(
    {},
    {
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "title": text(150, *_ANY_TEXT),
        "subtitle": text(150, *_ANY_TEXT),
        "body": text(200, *_ANY_TEXT),
        "actions": array(typed(ELEMENTS, ("button", "workflow_button")), 25),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)

BLOCKS: dict[str, Rule] = {
    "section": _block(
        {},
        {
            "text": union(text(3000, "plain_text", "mrkdwn")),
            "fields": array(union(text(2000, "plain_text", "mrkdwn")), 10),
            "accessory": element("accessory"),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "divider": _block(),
    "header": _block({"text": text(150)}, {"level": number(1, 4)}),
    "image": _block(
        {"alt_text": string(2000)},
        {**IMAGE_FIELDS, "title": text(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "context": _block({"elements": array(element("context"), 10)}),
    "actions": _block({"elements": array(element("actions"), 25)}),
    "context_actions": _block({"elements": array(element("context_actions"), 5)}),
    "input": _block(
        {"label": text(2000), "element": element("input")},
        {"hint": text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _block({"elements": RICH_TEXT}),
    "markdown": _block({"text": string(limits.MARKDOWN)}),
    "file": _block({"external_id": string(255), "source": one_of("remote")}),
    "video": _block(
        {
            "alt_text": string(2000),
            "title": text(199),
            "thumbnail_url": IMAGE_URL,
            "video_url": URL,
        },
        {
            "author_name": string(49),
            "description": text(199),
            "provider_icon_url": IMAGE_URL,
            "provider_name": string(255),
            "title_url": URL,
        },
    ),
    "table": _block(
        {"rows": array(array(_CELL, 20), 100)}, {"column_settings": array(_COLUMN, 20)}
    ),
    "task_card": _block(_TASK, _TASK_MORE),
    "plan": _block(
        {"title": string(255)},
        {"tasks": array(typed({"task_card": _block(_TASK, _TASK_MORE)}), 50, 0)},
    ),
    "alert": _block(
        {"text": text(3000, *_ANY_TEXT)},
        {"level": one_of("default", "info", "warning", "error", "success")},
    ),
    "card": _CARD,
    "carousel": _block({"elements": array(typed({"card": _CARD}), 10)}),
    "container": _block(
        {"child_blocks": array(_child, 10)},
        {
            "title": text(150),
            "rich_text_title": rich_text_object,
            "subtitle": text(150, *_ANY_TEXT),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": _IMAGE,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        at_least_one("title", "rich_text_title"),
        _collapsible,
    ),
    "auth_provider": _block(
        {"value": string(150), "name": text(75), "is_connected": boolean},
        {
            "description": text(150),
            "icon_url": IMAGE_URL,
            "auth_url": URL,
            "disconnect_url": URL,
            "connected_identity": text(75),
            "connected_context": text(75),
            "accessory": typed(ELEMENTS, ("overflow",)),
            "fallback": array(_child, 50),
        },
    ),
    "call": _block(
        {"call_id": string(255)}, {"api_decoration_available": boolean, "call": anything}
    ),
}
