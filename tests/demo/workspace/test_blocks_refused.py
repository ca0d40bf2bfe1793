"""The judge of blocks: what Slack refuses, in its words and at its place."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace.blocks import judge_message, judge_view
from tests.demo.workspace.samples import (
    CONFIRM,
    DIVIDER,
    MODAL,
    TEXT_INPUT,
    actions,
    button,
    inputs,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    select,
)

# (the blocks, Slack's words, the place below /blocks)
BAD: list[tuple[list[Any], str, str]] = [
    ([DIVIDER] * 51, "no more than 50 items allowed", ""),
    ([section(text=mrkdwn("x" * 3001))], "must be less than 3001 characters", "/0/text/text"),
    ([section(text=mrkdwn("x" * 3001))], "failed to match all allowed schemas", "/0/text"),
    ([section(text=mrkdwn(""))], "must be more than 0 characters", "/0/text/text"),
    ([section(text="x")], "must provide an object", "/0/text"),
    ([section(text={"type": "html", "text": "x"})], "unsupported type: html", "/0/text/type"),
    ([section(text={"text": "x"})], "missing required field: type", "/0/text"),
    ([section(text={"type": "mrkdwn"})], "missing required field: text", "/0/text"),
    ([section(text=mrkdwn(5))], "must provide a string", "/0/text/text"),  # type: ignore[arg-type]
    ([section(text={**mrkdwn(), "emoji": True})], "invalid additional property: emoji", "/0/text"),
    ([{"type": "section"}], "must define either `text` or `fields`", "/0/type"),
    ([section(fields=[mrkdwn()] * 11)], "no more than 10 items allowed", "/0/fields"),
    ([section(fields=[])], "no fewer than 1 items allowed", "/0/fields"),
    (
        [section(fields=[mrkdwn("x" * 2001)])],
        "must be less than 2001 characters",
        "/0/fields/0/text",
    ),
    ([section(colour="red")], "invalid additional property: colour", "/0"),
    ([section(block_id="x" * 256)], "must be less than 256 characters", "/0/block_id"),
    ([section(block_id="")], "must be more than 0 characters", "/0/block_id"),
    (
        [section(block_id="b"), section(block_id="b")],
        '`block_id` "b" already exists',
        "/1/block_id",
    ),
    ([section(accessory=TEXT_INPUT)], "unsupported type: plain_text_input", "/0/accessory/type"),
    ([section(accessory=[])], "must provide an object", "/0/accessory"),
    ([{"type": "header", "text": mrkdwn()}], "unsupported type: mrkdwn", "/0/text/type"),
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters",
        "/0/text/text",
    ),
    ([{"type": "header"}], "missing required field: text", "/0"),
    ([{"type": "shout"}], "unsupported type: shout", "/0/type"),
    ([{}], "missing required field: type", "/0"),
    (["divider"], "must provide an object", "/0"),
    ([{"type": 5}], "must provide a string", "/0/type"),
    ([{"type": "context", "elements": []}], "no fewer than 1 items allowed", "/0/elements"),
    (
        [{"type": "context", "elements": [mrkdwn()] * 11}],
        "no more than 10 items allowed",
        "/0/elements",
    ),
    (
        [{"type": "context", "elements": [button()]}],
        "unsupported type: button",
        "/0/elements/0/type",
    ),
    ([actions()], "no fewer than 1 items allowed", "/0/elements"),
    ([{"type": "actions"}], "missing required field: elements", "/0"),
    (
        [actions(*[button(action_id=str(n)) for n in range(26)])],
        "no more than 25 items allowed",
        "/0/elements",
    ),
    ([actions(button(), button())], '`action_id` "a" already exists', "/0/elements/1/action_id"),
    ([actions(TEXT_INPUT)], "unsupported type: plain_text_input", "/0/elements/0/type"),
    (
        [actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters",
        "/0/elements/0/text/text",
    ),
    ([actions(button(text=mrkdwn()))], "unsupported type: mrkdwn", "/0/elements/0/text/type"),
    (
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters",
        "/0/elements/0/value",
    ),
    ([actions(button(value=""))], "must be more than 0 characters", "/0/elements/0/value"),
    ([actions(button(value=7))], "must provide a string", "/0/elements/0/value"),
    ([actions(button(style="default"))], "must be a valid enum value", "/0/elements/0/style"),
    (
        [actions(button(action_id="x" * 256))],
        "must be less than 256 characters",
        "/0/elements/0/action_id",
    ),
    ([actions(button(url="ftp"))], "invalid url", "/0/elements/0/url"),
    (
        [actions(button(confirm={**CONFIRM, "title": plain("x" * 101)}))],
        "must be less than 101 characters",
        "/0/elements/0/confirm/title/text",
    ),
    (
        [actions(button(confirm={"title": plain()}))],
        "missing required field: deny",
        "/0/elements/0/confirm",
    ),
    ([actions(select(options=[]))], "no fewer than 1 items allowed", "/0/elements/0/options"),
    (
        [actions(select(options=[option(str(n)) for n in range(101)]))],
        "no more than 100 items allowed",
        "/0/elements/0/options",
    ),
    (
        [actions(select(options=[{"text": plain("x" * 76), "value": "v"}]))],
        "must be less than 76 characters",
        "/0/elements/0/options/0/text/text",
    ),
    (
        [actions(select(options=[option("x" * 151)]))],
        "must be less than 151 characters",
        "/0/elements/0/options/0/value",
    ),
    (
        [actions(select(options=[{**option(), "type": "option", "url": ""}]))],
        "invalid additional property: url",
        "/0/elements/0/options/0",
    ),
    (
        [actions(select(option_groups=[]))],
        "must define either `options` or `option_groups`",
        "/0/elements/0/type",
    ),
    (
        [actions(select(initial_option=option("w")))],
        "must be one of the options",
        "/0/elements/0/initial_option",
    ),
    (
        [actions(select(initial_option=None))],
        "must provide an object",
        "/0/elements/0/initial_option",
    ),
    (
        [actions(select(placeholder=plain("x" * 151)))],
        "must be less than 151 characters",
        "/0/elements/0/placeholder/text",
    ),
    (
        [actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})],
        "no more than 5 items allowed",
        "/0/elements/0/options",
    ),
    (
        [actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})],
        "no more than 10 items allowed",
        "/0/elements/0/options",
    ),
    (
        [actions({"type": "datepicker", "initial_date": "22.11.2026"})],
        "must be a valid date",
        "/0/elements/0/initial_date",
    ),
    ([{"type": "image", "image_url": "https://x/y.png"}], "missing required field: alt_text", "/0"),
    (
        [{"type": "image", "alt_text": "x"}],
        "must define either `image_url` or `slack_file`",
        "/0/type",
    ),
    (
        [{"type": "image", "alt_text": "x", "image_url": "y.png"}],
        "invalid image url",
        "/0/image_url",
    ),
    ([{"type": "markdown", "text": "x" * 12_001}], "must be less than 12001 characters", "/0/text"),
    ([rich()], "no fewer than 1 items allowed", "/0/elements"),
    (
        [rich({"type": "rich_text_paragraph", "elements": []})],
        "unsupported type: rich_text_paragraph",
        "/0/elements/0/type",
    ),
    (
        [rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})],
        "must be more than 0 characters",
        "/0/elements/0/elements/0/text",
    ),
    (
        [
            rich(
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "x", "style": {"loud": True}}],
                }
            )
        ],
        "invalid additional property: loud",
        "/0/elements/0/elements/0/style",
    ),
    (
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        "unsupported type: user",
        "/0/elements/0/elements/0/type",
    ),
    (
        [rich({"type": "rich_text_list", "style": "roman", "elements": []})],
        "must be a valid enum value",
        "/0/elements/0/style",
    ),
    (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
        "no more than 20 items allowed",
        "/0/rows/0",
    ),
    (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}],
        "no more than 100 items allowed",
        "/0/rows",
    ),
    (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
        "only one table allowed",
        "/1",
    ),
    ([inputs(TEXT_INPUT)], "unsupported type: input", "/0/type"),
]


@pytest.mark.parametrize(("blocks", "words", "place"), BAD)
def test_slack_refuses(blocks: list[Any], words: str, place: str) -> None:
    verdict = judge_message(blocks)
    assert verdict.error == "invalid_blocks"
    assert f"{words} [json-pointer:/blocks{place}]" in verdict.problems


BAD_VIEWS: list[tuple[Any, str, str]] = [
    (MODAL | {"blocks": [inputs(button())]}, "unsupported type: button", "/blocks/0/element/type"),
    (
        MODAL | {"blocks": [inputs({**TEXT_INPUT, "max_length": 3001})]},
        "must be less than or equal to 3000",
        "/blocks/0/element/max_length",
    ),
    (
        MODAL | {"blocks": [inputs({**TEXT_INPUT, "multiline": "yes"})]},
        "must provide a boolean",
        "/blocks/0/element/multiline",
    ),
    (
        MODAL | {"blocks": [inputs({**TEXT_INPUT, "min_length": True})]},
        "must provide a number",
        "/blocks/0/element/min_length",
    ),
    (MODAL | {"title": plain("x" * 25)}, "must be less than 25 characters", "/title/text"),
    (MODAL | {"close": plain("x" * 25)}, "must be less than 25 characters", "/close/text"),
    (
        MODAL | {"private_metadata": "x" * 3001},
        "must be less than 3001 characters",
        "/private_metadata",
    ),
    (MODAL | {"callback_id": "x" * 256}, "must be less than 256 characters", "/callback_id"),
    (MODAL | {"blocks": [DIVIDER] * 101}, "no more than 100 items allowed", "/blocks"),
    (MODAL | {"blocks": [rich()]}, "no fewer than 1 items allowed", "/blocks/0/elements"),
    (
        MODAL | {"blocks": [{"type": "markdown", "text": "x"}]},
        "unsupported type: markdown",
        "/blocks/0/type",
    ),
    (
        {key: MODAL[key] for key in ("type", "title", "blocks")},
        "must define `submit` to use an `input` block in modals",
        "/blocks/0/input",
    ),
    ({"type": "modal", "blocks": []}, "missing required field: title", ""),
    (
        {"type": "home", "blocks": [DIVIDER], "title": plain()},
        "invalid additional property: title",
        "",
    ),
    ({"type": "window"}, "unsupported type: window", "/type"),
    ("modal", "must provide an object", ""),
    (
        MODAL
        | {"blocks": [inputs({**TEXT_INPUT, "focus_on_load": True}, block_id=b) for b in "ab"]},
        "only one element may have `focus_on_load`",
        "/blocks/1/element",
    ),
]


@pytest.mark.parametrize(("view", "words", "place"), BAD_VIEWS)
def test_slack_refuses_the_view(view: Any, words: str, place: str) -> None:
    verdict = judge_view(view)
    assert verdict.error == "invalid_arguments"
    assert f"{words} [json-pointer:/view{place}]" in verdict.problems
    assert "failed to match all allowed schemas [json-pointer:/view]" in verdict.problems


async def test_the_error_has_slacks_form(slack: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="C0INCIDENTS", text="x", blocks=[actions()])
    words = "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"
    assert refused.value.response.data == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [words],
        "response_metadata": {"messages": [f"[ERROR] {words}"]},
    }
    with pytest.raises(SlackApiError) as view:
        await slack.views_open(trigger_id="1.2.3", view={"type": "window"})
    assert view.value.response["error"] == "invalid_arguments"
    assert "errors" not in view.value.response
