"""Every block, element and object that the SDK can build, with legal values, is taken."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks import basic_components, block_elements
from slack_sdk.models.blocks import blocks as block_classes
from slack_sdk.models.blocks.block_elements import RichTextElementParts as Part

from bot.demo.workspace.blocks import complete, judge_message, judge_view
from tests.demo.workspace.samples import MODAL, Json

CONFIRM = sdk.ConfirmObject(title="t", text="t", confirm="y", deny="n", style="danger")
OPTION = sdk.Option(value="v", text="t", description="d")
GROUP = sdk.OptionGroup(label="l", options=[OPTION])
DISPATCH = basic_components.DispatchActionConfig(trigger_actions_on=["on_enter_pressed"])
FILTER = sdk.ConversationFilter(include=["public"], exclude_bot_users=True)
TRIGGER = basic_components.WorkflowTrigger(
    url="https://slack.com/shortcuts/Ft1/x",
    customizable_input_parameters=[{"name": "n", "value": "v"}],
)
WORKFLOW = basic_components.Workflow(trigger=TRIGGER)
PICTURE = "https://example.com/a.png"
LINK = "https://example.com/a"
STYLE = Part.TextStyle(bold=True, italic=True, strike=True, code=True, underline=True)
IMAGE = sdk.ImageElement(alt_text="a", image_url=PICTURE)
RICH = sdk.RichTextBlock(
    elements=[
        sdk.RichTextSectionElement(
            elements=[
                Part.Text(text="t", style=STYLE),
                Part.Channel(channel_id="C1"),
                Part.User(user_id="U1"),
                Part.Emoji(name="wave", skin_tone=2, unicode="1f44b"),
                Part.Link(url=LINK, text="t"),
                Part.Team(team_id="T1"),
                Part.UserGroup(usergroup_id="S1"),
                Part.Date(timestamp=1795385803, format="{date}", url=LINK, fallback="f"),
                Part.Broadcast(range="here"),
                Part.Color(value="#fff"),
            ]
        ),
        sdk.RichTextListElement(
            style="bullet",
            indent=1,
            offset=1,
            border=1,
            elements=[sdk.RichTextSectionElement(elements=[Part.Text(text="t")])],
        ),
        sdk.RichTextPreformattedElement(elements=[Part.Text(text="t")], border=1),
        sdk.RichTextQuoteElement(elements=[Part.Text(text="t")]),
    ]
)

CLICKED: list[Any] = [
    sdk.ButtonElement(
        text="t",
        action_id="a",
        url=LINK,
        value="v",
        style="primary",
        confirm=CONFIRM,
        accessibility_label="l",
        agent_prompt="p",
        agent_prompt_display="d",
        visible_to_user_ids=["U1"],
    ),
    sdk.LinkButtonElement(text="t", url=LINK, action_id="a", style="danger"),
    sdk.OverflowMenuElement(action_id="a", options=[OPTION, OPTION], confirm=CONFIRM),
    block_elements.WorkflowButtonElement(
        text="t", action_id="a", workflow=WORKFLOW, style="primary", accessibility_label="l"
    ),
]
CHOSEN: list[Any] = [
    sdk.StaticSelectElement(
        action_id="a", placeholder="p", options=[OPTION], initial_option=OPTION, confirm=CONFIRM
    ),
    sdk.SelectElement(action_id="a", placeholder="p", option_groups=[GROUP]),
    sdk.StaticMultiSelectElement(
        action_id="a", option_groups=[GROUP], initial_options=[OPTION], max_selected_items=2
    ),
    sdk.ExternalDataSelectElement(action_id="a", initial_option=OPTION, min_query_length=0),
    sdk.ExternalDataMultiSelectElement(
        action_id="a", initial_options=[OPTION], min_query_length=1, max_selected_items=2
    ),
    sdk.UserSelectElement(action_id="a", initial_user="U1", focus_on_load=True),
    sdk.UserMultiSelectElement(action_id="a", initial_users=["U1"], max_selected_items=2),
    sdk.ConversationSelectElement(action_id="a", initial_conversation="C1", filter=FILTER),
    sdk.ConversationMultiSelectElement(
        action_id="a", default_to_current_conversation=True, filter=FILTER, max_selected_items=2
    ),
    sdk.ChannelSelectElement(action_id="a", initial_channel="C1", confirm=CONFIRM),
    sdk.ChannelMultiSelectElement(action_id="a", initial_channels=["C1"], max_selected_items=2),
    sdk.CheckboxesElement(action_id="a", options=[OPTION], initial_options=[OPTION]),
    sdk.RadioButtonsElement(action_id="a", options=[OPTION], initial_option=OPTION),
    sdk.DatePickerElement(action_id="a", placeholder="p", initial_date="2026-11-22"),
    sdk.TimePickerElement(action_id="a", initial_time="03:12", timezone="Europe/Berlin"),
    sdk.DateTimePickerElement(action_id="a", initial_date_time=1795385803),
]
TYPED: list[Any] = [
    sdk.PlainTextInputElement(
        action_id="a",
        placeholder="p",
        initial_value="v",
        multiline=True,
        min_length=1,
        max_length=3000,
        dispatch_action_config=DISPATCH,
        focus_on_load=True,
    ),
    sdk.EmailInputElement(action_id="a", initial_value="a@example.com", placeholder="p"),
    sdk.UrlInputElement(action_id="a", initial_value=LINK, dispatch_action_config=DISPATCH),
    sdk.NumberInputElement(
        action_id="a", is_decimal_allowed=True, initial_value=2, min_value=1, max_value="3"
    ),
    sdk.RichTextInputElement(
        action_id="a", initial_value=RICH, placeholder="p", min_lines=1, max_lines=9
    ),
    block_elements.FileInputElement(action_id="a", filetypes=["pdf"], max_files=10),
]
FEEDBACK = sdk.FeedbackButtonsElement(
    action_id="a",
    positive_button=basic_components.FeedbackButtonObject(
        text="y", accessibility_label="l", value="+"
    ),
    negative_button=basic_components.FeedbackButtonObject(text="n", value="-"),
)
CARD = sdk.CardBlock(
    hero_image=IMAGE, icon=IMAGE, title="t", subtitle="s", body="b", actions=CLICKED[:1]
)
ALONE: list[Any] = [
    sdk.SectionBlock(text="*t*", fields=["f", "g"], accessory=IMAGE, expand=True, block_id="b"),
    sdk.SectionBlock(text=sdk.PlainTextObject(text="t", emoji=True)),
    sdk.SectionBlock(text=sdk.MarkdownTextObject(text="t", verbatim=True)),
    sdk.DividerBlock(),
    sdk.ImageBlock(alt_text="a", image_url=PICTURE, title="t"),
    sdk.ImageBlock(alt_text="a", slack_file=basic_components.SlackFile(id="F1")),
    sdk.ContextBlock(elements=[IMAGE, sdk.MarkdownTextObject(text="t")]),
    sdk.ContextActionsBlock(
        elements=[
            FEEDBACK,
            sdk.IconButtonElement(
                action_id="b",
                icon="trash",
                text="t",
                accessibility_label="l",
                value="v",
                visible_to_user_ids=["U1"],
                confirm=CONFIRM,
            ),
        ]
    ),
    sdk.FileBlock(external_id="e"),
    sdk.CallBlock(call_id="R1", api_decoration_available=True, call={"v1": {"id": "R1"}}),
    sdk.HeaderBlock(text="t"),
    sdk.MarkdownBlock(text="# t"),
    sdk.VideoBlock(
        alt_text="a",
        video_url=LINK,
        thumbnail_url=PICTURE,
        title="t",
        title_url=LINK,
        description="d",
        provider_icon_url=PICTURE,
        provider_name="p",
        author_name="a",
    ),
    RICH,
    sdk.TableBlock(
        rows=[
            [
                basic_components.RawTextObject(text="t"),
                basic_components.RawNumberObject(value=1.5, text="1.5"),
                RICH,
            ]
        ],
        column_settings=[
            basic_components.TableBlockColumnSettings(align="right", is_wrapped=True),
            None,
        ],
    ),
    sdk.PlanBlock(
        title="t",
        tasks=[
            sdk.TaskCardBlock(
                task_id="1",
                title="t",
                details=RICH,
                output=RICH,
                status="in_progress",
                sources=[sdk.UrlSourceElement(url=LINK, text="t")],
            )
        ],
    ),
    sdk.AlertBlock(text="t", level="warning"),
    CARD,
    sdk.CarouselBlock(elements=[CARD, CARD]),
    sdk.ContainerBlock(
        child_blocks=[sdk.DividerBlock(), CARD],
        title="t",
        rich_text_title=RICH,
        subtitle="s",
        width="wide",
        icon=IMAGE,
        is_collapsible=True,
        default_collapsed=True,
    ),
    sdk.AuthProviderBlock(
        value="v",
        name="n",
        is_connected=True,
        description="d",
        icon_url=PICTURE,
        auth_url=LINK,
        disconnect_url=LINK,
        connected_identity="i",
        connected_context="c",
        accessory=CLICKED[2],
        fallback=[sdk.DividerBlock()],
    ),
]
BLOCKS: list[Any] = [
    *ALONE,
    *(sdk.ActionsBlock(elements=[one]) for one in (*CLICKED, *CHOSEN)),
    *(sdk.InputBlock(label="l", element=one, hint="h") for one in (*CHOSEN, *TYPED)),
]


def wire(value: Any) -> Json:
    shown: Json = value.to_dict()
    return shown


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(wire(block).get("type")))
def test_what_the_sdk_builds_is_taken(block: Any) -> None:
    for shown in ([wire(block)], complete([wire(block)])):
        if block.type == "input":
            assert judge_view(MODAL | {"blocks": shown}) == ("", [])
        else:
            assert judge_message(shown) == ("", [])


def test_an_accessory_of_any_kind_is_taken() -> None:
    for one in (*CLICKED, *(c for c in CHOSEN if c.type != "datetimepicker"), IMAGE):
        assert judge_message([wire(sdk.SectionBlock(text="t", accessory=one))]) == ("", [])


def test_views_that_the_sdk_builds_are_taken() -> None:
    from slack_sdk.models.views import View  # noqa: PLC0415  # another View than ours

    everywhere = [b for b in ALONE if b.type not in MESSAGES_ONLY]
    inputs = [sdk.InputBlock(label="l", element=one) for one in TYPED[1:]]
    modal = View(
        type="modal",
        title=sdk.PlainTextObject(text="t"),
        submit=sdk.PlainTextObject(text="s"),
        close=sdk.PlainTextObject(text="c"),
        callback_id="c",
        external_id="e",
        private_metadata="p",
        clear_on_close=True,
        notify_on_close=True,
        submit_disabled=True,
        blocks=[*everywhere, *inputs],
    )
    assert judge_view(wire(modal)) == ("", [])
    home = View(type="home", callback_id="c", private_metadata="p", blocks=everywhere)
    assert judge_view(wire(home)) == ("", [])


# Slack says of these that they are for messages.
MESSAGES_ONLY = ("markdown", "file", "table", "context_actions", "plan", "task_card", "call")


def _used(value: Any) -> Iterator[type]:
    """The classes of the SDK's objects in this one and in all that it holds."""
    yield type(value)
    if isinstance(value, list | tuple):
        held: list[Any] = list(value)
    elif isinstance(value, dict):
        held = list(value.values())
    else:
        held = list(vars(value).values()) if hasattr(value, "__dict__") else []
    for one in held:
        yield from _used(one)


def test_no_class_of_the_sdk_is_left_out() -> None:
    bases = {
        "Block",
        "BlockElement",
        "InteractiveElement",
        "InputInteractiveElement",
        "RichTextElement",
        "RichTextElementParts",
        "TextObject",
    }
    there = {
        one
        for module in (block_classes, block_elements, basic_components)
        for name, one in vars(module).items()
        if inspect.isclass(one) and one.__module__ == module.__name__ and name not in bases
    }
    there |= {one for one in vars(Part).values() if inspect.isclass(one)}
    tried = {kind for block in BLOCKS for kind in _used(block)}
    assert {one.__name__ for one in there - tried} == set()
