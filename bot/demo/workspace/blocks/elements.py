"""The table of block elements: what each holds, and where it may stand. It judges no block."""

import re
from typing import Any

from .richtext import rich_text_object
from .schema import (
    Found,
    Problem,
    Rule,
    anything,
    array,
    at_least_one,
    boolean,
    exactly_one,
    number,
    one_of,
    record,
    string,
    text,
    typed,
)

ACTION_ID = string(255)
MOST_OPTIONS = 100


def pattern(expression: str, words: str) -> Rule:
    """A string of that form; Slack's words for any other."""
    compiled = re.compile(expression)

    def rule(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, str):
            found.append(Problem("must provide a string", at))
        elif not compiled.fullmatch(value):
            found.append(Problem(words, at))

    return rule


URL = pattern(r"(https?|mailto|slack)://?[^\s]{1,2990}", "invalid url")
IMAGE_URL = pattern(r"https?://[^\s]{1,2990}", "invalid image url")
DATE = pattern(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a valid date")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "must be a valid time")

CONFIRM = record(
    {
        "title": text(100),
        "text": text(300, "plain_text", "mrkdwn"),
        "confirm": text(30),
        "deny": text(30),
    },
    {"style": one_of("primary", "danger")},
)
SLACK_FILE = record({}, {"id": string(255), "url": string(3000)}, exactly_one("id", "url"))
IMAGE_FIELDS = {"image_url": IMAGE_URL, "slack_file": SLACK_FILE}


def _option(*kinds: str, extra: dict[str, Rule] | None = None) -> Rule:
    return record(
        {"text": text(75, *kinds), "value": string(150)},
        {"description": text(75, *kinds), **(extra or {})},
    )


PLAIN_OPTION = _option("plain_text")
RICH_OPTION = _option("plain_text", "mrkdwn")
OPTIONS = array(PLAIN_OPTION, MOST_OPTIONS)
OPTION_GROUPS = array(record({"label": text(75), "options": OPTIONS}), MOST_OPTIONS)
FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
DISPATCH = record(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)}
)


def _records(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, of which other rules say what is wrong with it."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _initial_is_an_option(value: Any, at: str, found: Found) -> None:
    """What is chosen from the start must be one of the choices, word for word."""
    options = _records(value.get("options"))
    for group in _records(value.get("option_groups")):
        options += _records(group.get("options"))
    known = [o.get("value") for o in options]
    one = value.get("initial_option")
    if isinstance(one, dict) and one.get("value") not in known:
        found.append(Problem("must be one of the options", f"{at}/initial_option"))
    for index, one in enumerate(_records(value.get("initial_options"))):
        if one.get("value") not in known:
            found.append(Problem("must be one of the options", f"{at}/initial_options/{index}"))


def _lengths(value: Any, at: str, found: Found) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        found.append(Problem("must be less than or equal to `max_length`", f"{at}/min_length"))


def _element(
    required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None, *also: Rule
) -> Rule:
    return record(
        required or {}, {"action_id": ACTION_ID, "confirm": CONFIRM, **(optional or {})}, *also
    )


def _input(
    required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None, *also: Rule
) -> Rule:
    common = {"placeholder": text(150), "focus_on_load": boolean}
    return _element(required, {**common, **(optional or {})}, *also)


def _choice(initial: str, rule: Rule, **optional: Rule) -> Rule:
    return _input({}, {initial: rule, **optional})


_ONE_SOURCE = exactly_one("options", "option_groups")
_MANY = {"max_selected_items": number(1, MOST_OPTIONS)}
_IDS = array(string(255), MOST_OPTIONS)
_URLS = {"response_url_enabled": boolean}
_CONVERSATIONS = {"default_to_current_conversation": boolean, "filter": FILTER}
_SOURCES = {"options": OPTIONS, "option_groups": OPTION_GROUPS}
_TYPED_TEXT = {"initial_value": string(3000, 0), "dispatch_action_config": DISPATCH}
_FEEDBACK = record({"text": text(75), "value": string(2000)}, {"accessibility_label": string(75)})

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        {"text": text(75)},
        {
            "url": URL,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
            "agent_prompt": string(4000),
            "agent_prompt_display": string(255),
            "visible_to_user_ids": _IDS,
        },
    ),
    "workflow_button": _element(
        {"text": text(75), "workflow": record({"trigger": anything})},
        {"style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "icon_button": _element(
        {"icon": one_of("trash"), "text": text(75)},
        {
            "value": string(2000),
            "visible_to_user_ids": _IDS,
            "accessibility_label": string(75),
        },
    ),
    "feedback_buttons": _element({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}),
    "overflow": _element({"options": array(_option("plain_text", extra={"url": URL}), 5)}),
    "static_select": _input(
        {}, {**_SOURCES, "initial_option": PLAIN_OPTION}, _ONE_SOURCE, _initial_is_an_option
    ),
    "multi_static_select": _input(
        {}, {**_SOURCES, **_MANY, "initial_options": OPTIONS}, _ONE_SOURCE, _initial_is_an_option
    ),
    "external_select": _choice("initial_option", PLAIN_OPTION, min_query_length=number(0, 255)),
    "multi_external_select": _choice(
        "initial_options", OPTIONS, min_query_length=number(0, 255), **_MANY
    ),
    "users_select": _choice("initial_user", string(255)),
    "multi_users_select": _choice("initial_users", _IDS, **_MANY),
    "channels_select": _choice("initial_channel", string(255), **_URLS),
    "multi_channels_select": _choice("initial_channels", _IDS, **_MANY),
    "conversations_select": _choice("initial_conversation", string(255), **_URLS, **_CONVERSATIONS),
    "multi_conversations_select": _choice("initial_conversations", _IDS, **_MANY, **_CONVERSATIONS),
    "radio_buttons": _element(
        {"options": array(RICH_OPTION, 10)},
        {"initial_option": RICH_OPTION, "focus_on_load": boolean},
        _initial_is_an_option,
    ),
    "checkboxes": _element(
        {"options": array(RICH_OPTION, 10)},
        {"initial_options": array(RICH_OPTION, 10), "focus_on_load": boolean},
        _initial_is_an_option,
    ),
    "datepicker": _choice("initial_date", DATE),
    "timepicker": _choice("initial_time", TIME, timezone=string(255)),
    "datetimepicker": _element(
        {}, {"initial_date_time": number(10**9, 10**10 - 1), "focus_on_load": boolean}
    ),
    "plain_text_input": _input(
        {},
        {
            **_TYPED_TEXT,
            "multiline": boolean,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
        _lengths,
    ),
    "email_text_input": _input({}, _TYPED_TEXT),
    "url_text_input": _input({}, _TYPED_TEXT),
    "number_input": _input(
        {"is_decimal_allowed": boolean},
        {**_TYPED_TEXT, "min_value": string(255), "max_value": string(255)},
    ),
    "rich_text_input": _input(
        {},
        {
            "initial_value": rich_text_object,
            "dispatch_action_config": DISPATCH,
            "min_lines": number(1, 100),
            "max_lines": number(1, 100),
        },
    ),
    "file_input": _element({}, {"filetypes": array(string(255), 100), "max_files": number(1, 10)}),
    "url": record({"url": URL, "text": string(255)}, {"icon_url": IMAGE_URL}),
    "image": record(
        {"alt_text": string(2000)}, IMAGE_FIELDS, exactly_one("image_url", "slack_file")
    ),
    "plain_text": text(3000),
    "mrkdwn": text(3000, "mrkdwn"),
}

_SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
_PICKERS = ("datepicker", "timepicker", "datetimepicker")
_ONE_CLICK = ("button", "workflow_button", "overflow", "radio_buttons", "checkboxes")

# Where an element may stand.
PLACES: dict[str, tuple[str, ...]] = {
    "accessory": (*_ONE_CLICK, *_SELECTS, *_PICKERS[:2], "image"),
    "actions": (
        *_ONE_CLICK,
        *(name for name in _SELECTS if not name.startswith("multi_")),
        *(name for name in _SELECTS if name.startswith("multi_")),
        *_PICKERS,
    ),
    "context": ("image", "plain_text", "mrkdwn"),
    "context_actions": ("feedback_buttons", "icon_button"),
    "input": (
        *_SELECTS,
        *_PICKERS,
        "radio_buttons",
        "checkboxes",
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "rich_text_input",
        "file_input",
    ),
    "source": ("url",),
}


def element(place: str) -> Rule:
    """The rule for an element that stands in that place."""
    return typed(ELEMENTS, PLACES[place])
