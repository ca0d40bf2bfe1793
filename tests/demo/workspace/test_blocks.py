"""The judge of blocks: what Slack refuses, in its words and at its place; and what it takes."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as sdk
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace.blocks import complete, judge_message, judge_view
from bot.demo.workspace.blocks.elements import ELEMENTS, PLACES
from bot.demo.workspace.blocks.judge import BLOCKS

Json = dict[str, Any]


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
    ([inputs(button())], "unsupported type: button", "/0/element/type"),
    (
        [inputs({**TEXT_INPUT, "max_length": 3001})],
        "must be less than or equal to 3000",
        "/0/element/max_length",
    ),
    (
        [inputs({**TEXT_INPUT, "multiline": "yes"})],
        "must provide a boolean",
        "/0/element/multiline",
    ),
    (
        [inputs({**TEXT_INPUT, "min_length": True})],
        "must provide a number",
        "/0/element/min_length",
    ),
]


@pytest.mark.parametrize(("blocks", "words", "place"), BAD)
def test_slack_refuses(blocks: list[Any], words: str, place: str) -> None:
    verdict = judge_message(blocks)
    assert verdict.error == "invalid_blocks"
    assert f"{words} [json-pointer:/blocks{place}]" in verdict.problems


MODAL = {"type": "modal", "title": plain(), "submit": plain(), "blocks": [inputs(TEXT_INPUT)]}
BAD_VIEWS: list[tuple[Any, str, str]] = [
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


@pytest.mark.parametrize("block", GOOD)
def test_slack_takes(block: Json) -> None:
    assert judge_message([block]) == ("", [])


@pytest.mark.parametrize("kind", PLACES["actions"])
def test_slack_takes_the_element_among_actions(kind: str) -> None:
    assert judge_message([actions(PIECES.get(kind, {"type": kind}))]) == ("", [])


@pytest.mark.parametrize("kind", PLACES["input"])
def test_slack_takes_the_element_as_an_input(kind: str) -> None:
    assert judge_message([inputs(PIECES.get(kind, {"type": kind}))]) == ("", [])


def test_every_block_and_element_has_been_judged_good() -> None:
    """The tables hold nothing that these tests leave out, nor miss what the SDK can say."""
    assert {block["type"] for block in GOOD} | {"actions"} == set(BLOCKS)
    known = {name for places in PLACES.values() for name in places}
    assert known == set(ELEMENTS)
    newest = {"call", "alert", "card", "container", "carousel", "auth_provider"}
    kinds = [k for k in vars(sdk).values() if isinstance(k, type) and issubclass(k, sdk.Block)]
    said = {vars(kind).get("type") for kind in kinds} - {None}
    assert said - newest <= set(BLOCKS)


def test_too_much_in_all_is_too_long_though_each_block_is_good() -> None:
    block = section(text=mrkdwn("x" * 2900))
    assert judge_message([block] * 4) == ("", [])
    assert judge_message([block] * 5) == ("msg_blocks_too_long", [])
    size = 13_200 - len(json.dumps([section(text=mrkdwn(""))] * 5, separators=(",", ":")))
    fits = [section(text=mrkdwn("x" * 2500)) for _ in range(4)]
    fits.append(section(text=mrkdwn("x" * (size - 10_000))))
    assert judge_message(fits).error == ""
    fits[-1]["text"]["text"] += "x"
    assert judge_message(fits).error == "msg_blocks_too_long"


def test_what_slack_fills_in_is_still_good() -> None:
    filled = complete(GOOD)
    assert all("block_id" in block for block in filled)
    for block in filled:
        assert judge_message([block]) == ("", [])
    assert "block_id" not in DIVIDER


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, inner in items:
        found.append((*path, key))
        if isinstance(inner, dict | list):
            found += _places(inner, (*path, key))
    return found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
SAMPLES = [*GOOD, *(actions(piece) for kind, piece in PIECES.items() if kind in PLACES["actions"])]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_block_with_anything_in_any_place_gets_a_verdict(data: st.DataObject) -> None:
    """Whatever replaces whatever part, the judge says yes or no, and a yes can be completed."""
    block = copy.deepcopy(data.draw(st.sampled_from(SAMPLES)))
    *path, last = data.draw(st.sampled_from(_places(block)))
    inner: Any = block
    for key in path:
        inner = inner[key]
    inner[last] = data.draw(JSON)
    for verdict in (judge_message([block]), judge_view(MODAL | {"blocks": [block]})):
        assert verdict.error or complete([block])


@given(JSON)
def test_anything_at_all_gets_a_verdict(value: Any) -> None:
    assert judge_message([value]).error == "invalid_blocks"
    assert judge_view(value).error == "invalid_arguments"


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
