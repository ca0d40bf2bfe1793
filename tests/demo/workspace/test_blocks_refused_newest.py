"""The judge of blocks on the newest of them, and with all that Slack answers to a bad payload."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace.blocks import judge_message, judge_view
from tests.demo.workspace.samples import (
    DIVIDER,
    INCIDENTS,
    MODAL,
    actions,
    button,
    mrkdwn,
    option,
    plain,
    rich,
    section,
)

CELL = {"type": "raw_text", "text": "x"}
CARD = {"type": "card", "title": plain()}
VIDEO = {
    "type": "video",
    "alt_text": "x",
    "title": plain(),
    "thumbnail_url": "https://x/y.png",
    "video_url": "https://x/y",
}
CONTAINER = {"type": "container", "title": plain(), "child_blocks": [DIVIDER]}
TASK = {"type": "task_card", "task_id": "1", "title": "x"}
WHO = {"type": "auth_provider", "value": "x", "name": plain(), "is_connected": True}

# (a block, Slack's words, the place below /blocks/0)
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "alert"}, "missing required field: text", ""),
    ({"type": "alert", "text": plain(), "level": "loud"}, "must be a valid enum value", "/level"),
    ({"type": "card"}, "must define either `hero_image` or `title`", "/type"),
    ({"type": "card", "subtitle": plain()}, "must define either `hero_image`", "/type"),
    (
        {"type": "card", "title": mrkdwn("x" * 151)},
        "must be less than 151 characters",
        "/title/text",
    ),
    (
        {"type": "card", "body": mrkdwn("x" * 201)},
        "must be less than 201 characters",
        "/body/text",
    ),
    (
        CARD | {"actions": [{"type": "datepicker"}]},
        "unsupported type: datepicker",
        "/actions/0/type",
    ),
    (
        CARD | {"actions": [button(), button()]},
        '`action_id` "a" already exists',
        "/actions/1/action_id",
    ),
    ({"type": "carousel", "elements": []}, "no fewer than 1 items allowed", "/elements"),
    ({"type": "carousel", "elements": [CARD] * 11}, "no more than 10 items allowed", "/elements"),
    (
        {"type": "carousel", "elements": [DIVIDER]},
        "unsupported type: divider",
        "/elements/0/type",
    ),
    (CONTAINER | {"child_blocks": []}, "no fewer than 1 items allowed", "/child_blocks"),
    (
        CONTAINER | {"child_blocks": [DIVIDER] * 11},
        "no more than 10 items allowed",
        "/child_blocks",
    ),
    (
        {"type": "container", "child_blocks": [DIVIDER]},
        "must define either `title` or `rich_text_title`",
        "/type",
    ),
    (
        CONTAINER | {"is_collapsible": True, "has_header_divider": True},
        "cannot be set when `is_collapsible` is true",
        "/has_header_divider",
    ),
    (
        CONTAINER | {"child_blocks": [{"type": "header", "text": plain("x" * 151)}]},
        "must be less than 151 characters",
        "/child_blocks/0/text/text",
    ),
    (WHO | {"is_connected": "yes"}, "must provide a boolean", "/is_connected"),
    (WHO | {"accessory": button()}, "unsupported type: button", "/accessory/type"),
    (VIDEO | {"title": plain("x" * 200)}, "must be less than 200 characters", "/title/text"),
    (VIDEO | {"thumbnail_url": "x"}, "invalid image url", "/thumbnail_url"),
    ({"type": "file", "external_id": "x", "source": "local"}, "must be a valid enum", "/source"),
    ({"type": "file"}, "missing required field: external_id", ""),
    ({"type": "markdown", "text": ""}, "must be more than 0 characters", "/text"),
    ({"type": "markdown", "text": plain()}, "must provide a string", "/text"),
    (
        {"type": "context_actions", "elements": [button()]},
        "unsupported type: button",
        "/elements/0/type",
    ),
    (
        {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "star", "text": plain()}],
        },
        "must be a valid enum value",
        "/elements/0/icon",
    ),
    ({"type": "table", "rows": [["x"]]}, "must provide an object", "/rows/0/0"),
    (
        {"type": "table", "rows": [[{"type": "raw_number", "value": "1", "text": "1"}]]},
        "must provide a number",
        "/rows/0/0/value",
    ),
    (
        {"type": "table", "rows": [[CELL]], "column_settings": [{"align": "top"}]},
        "must be a valid enum value",
        "/column_settings/0/align",
    ),
    (TASK | {"status": "done"}, "must be a valid enum value", "/status"),
    (TASK | {"details": "x"}, "must provide an object", "/details"),
    (
        {"type": "plan", "title": "x", "tasks": [DIVIDER]},
        "unsupported type: divider",
        "/tasks/0/type",
    ),
    (
        actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]}),
        "no more than 5 items allowed",
        "/elements/0/options",
    ),
    (
        actions({"type": "static_select", "action_id": "s"}),
        "must define either `options` or `option_groups`",
        "/elements/0/type",
    ),
    (
        actions(
            {"type": "static_select", "options": [option()], "initial_option": option("other")}
        ),
        "must be one of the options",
        "/elements/0/initial_option",
    ),
    (
        actions({"type": "datepicker", "initial_date": "2026-13-01"}),
        "must be a valid date",
        "/elements/0/initial_date",
    ),
    (
        actions({"type": "timepicker", "initial_time": "25:00"}),
        "must be a valid time",
        "/elements/0/initial_time",
    ),
    (
        actions({"type": "users_select", "placeholder": plain("x" * 151)}),
        "must be less than 151 characters",
        "/elements/0/placeholder/text",
    ),
    (
        actions({"type": "checkboxes", "options": [option()] * 11}),
        "no more than 10 items allowed",
        "/elements/0/options",
    ),
    (section(accessory={"type": "image", "alt_text": "x"}), "must define either", "/accessory"),
    (
        rich({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": []}),
        "must be less than or equal to 8",
        "/elements/0/indent",
    ),
]


@pytest.mark.parametrize(("block", "words", "place"), BAD)
def test_slack_refuses(block: dict[str, Any], words: str, place: str) -> None:
    verdict = judge_message([block])
    assert verdict.error == "invalid_blocks"
    found = [problem for problem in verdict.problems if problem.startswith(words)]
    assert any(f"[json-pointer:/blocks/0{place}" in problem for problem in found), verdict


@pytest.mark.parametrize(
    "kind", ["markdown", "file", "table", "context_actions", "plan", "task_card", "call"]
)
def test_what_is_for_messages_has_no_place_in_a_view(kind: str) -> None:
    verdict = judge_view(MODAL | {"blocks": [{"type": kind}]})
    assert f"unsupported type: {kind} [json-pointer:/view/blocks/0/type]" in verdict.problems


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"blocks": "["}, "invalid_blocks_format"),
        ({"blocks": {"blocks": [DIVIDER]}}, "invalid_blocks_format"),
        ({"blocks": [section(text=mrkdwn("x" * 2990))] * 5}, "msg_blocks_too_long"),
        ({"blocks": [DIVIDER] * 51}, "invalid_blocks"),
        ({"blocks": []}, "no_text"),
        ({"attachments": "x["}, "invalid_attachments"),
    ],
)
async def test_each_way_to_be_wrong_has_its_error(
    slack: AsyncWebClient, sent: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await slack.api_call("chat.postMessage", json={"channel": INCIDENTS, **sent})
    assert refused.value.response["error"] == error
    lines = refused.value.response.get("errors", [])
    messages = (refused.value.response.get("response_metadata") or {}).get("messages", [])
    assert messages == [f"[ERROR] {line}" for line in lines]
    assert bool(lines) == (error == "invalid_blocks")
