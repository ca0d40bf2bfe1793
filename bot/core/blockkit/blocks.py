"""Block Kit, as plain data: the few blocks that the bot uses, inside Slack's limits.

Texts that come from people or procedures go in as plain text, or escaped by the caller.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.core.text import brief, cut, shorten

Block = dict[str, Any]

SECTION_LIMIT = 3_000
"""The longest text of a section, in characters."""
OPTIONS_LIMIT = 100
"""The most options of a select, or of a group of options in it."""
CHOICES_LIMIT = 500
"""The most options that a select offers in groups, so that a form stays well below 250 kB."""
TYPED_LIMIT = 3_000
"""The most characters that a field holds."""
_TEN_DIGITS = 10**9
"""The first time that Slack fills into a field: it takes ten digits, in seconds since 1970."""


def size(blocks: Sequence[Mapping[str, Any]]) -> int:
    """The length of *blocks* as compact JSON, in characters: what Slack's total limit counts."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def header(text: str) -> Block:
    """A headline; Slack holds 150 characters."""
    return {"type": "header", "text": plain_text(shorten(text, 150))}


def plain_text(text: str) -> Block:
    """Text without markup."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Block:
    """Text in Slack's markup; what people wrote in it is escaped already.

    Verbatim: a plain `@channel`, `#general` or address in it stays plain.
    """
    return {"type": "mrkdwn", "text": cut(text, SECTION_LIMIT), "verbatim": True}


def section(text: str, *, block_id: str | None = None, accessory: Block | None = None) -> Block:
    """A paragraph, with a button or a menu beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if block_id:
        block["block_id"] = block_id
    if accessory:
        block["accessory"] = accessory
    return block


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines, as few sections as hold them."""
    return [section(text) for text in _packed(lines)]


def contexts(lines: Iterable[str]) -> list[Block]:
    """Small, quiet lines, one under the other, in as few blocks as hold them."""
    return [context(text) for text in _packed(lines)]


def _packed(lines: Iterable[str]) -> list[str]:
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION_LIMIT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def context(*texts: str) -> Block:
    """Small, quiet lines."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def beside(*elements: Block) -> Block:
    """Small, quiet texts in one line."""
    return {"type": "context", "elements": list(elements)}


_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{7,}")
_CHANNEL_NAME = re.compile(r"#[^\s#@<>&|*_~`.,:;!?()]{1,80}")


def channel(place: str) -> str:
    """Where people are reached: a link where *place* is a channel's id, else its words."""
    return f"<#{place}>" if _CHANNEL_ID.fullmatch(place) else brief(place, 60)


def is_place(place: str) -> bool:
    """Whether *place* names a channel, by its id or as `#name`."""
    return bool(_CHANNEL_ID.fullmatch(place) or _CHANNEL_NAME.fullmatch(place))


def naming(text: str, place: str | None) -> Block:
    """Markup that names a *place*; a channel's name alone is left to Slack, which links it.

    Slack does so where a text is not verbatim, so nothing else in it may notify anyone.
    """
    by_name = place is not None and _CHANNEL_NAME.fullmatch(place) and "@" not in text
    return {**mrkdwn(text), "verbatim": not by_name}


def picture(file: str, says: str) -> Block:
    """A picture that is in Slack, by its id there; *says* is read aloud in its place."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": shorten(says, 2_000)}


def divider() -> Block:
    """A rule across the message."""
    return {"type": "divider"}


def rich(*elements: Block) -> Block:
    """Rich text: lines, lists and preformatted blocks."""
    return {"type": "rich_text", "elements": list(elements)}


def button(
    label: str,
    action: str,
    value: str,
    *,
    style: str | None = None,
    says: str | None = None,
) -> Block:
    """A button; *says* is read aloud in place of its label (at most 75 characters)."""
    made: Block = {
        "type": "button",
        "text": plain_text(shorten(label, 75)),
        "action_id": action,
        "value": value,
    }
    if style:
        made["style"] = style
    if says:
        made["accessibility_label"] = shorten(says, 75)
    return made


def asking_first(made: Block, title: str, text: str, yes: str) -> Block:
    """A button of which Slack asks whether it is meant, before it says that it was pressed."""
    question = {
        "title": plain_text(shorten(title, 100)),
        "text": plain_text(shorten(text, 300)),
        "confirm": plain_text(shorten(yes, 30)),
        "deny": plain_text("Back"),
    }
    return {**made, "confirm": question}


def overflow(action: str, options: Sequence[tuple[str, str]]) -> Block:
    """A ⋯ menu of (label, value); Slack shows at most five."""
    return {
        "type": "overflow",
        "action_id": action,
        "options": [{"text": plain_text(label), "value": value} for label, value in options],
    }


def actions(block_id: str, *elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(  # noqa: PLR0913 - the parts of an input
    block_id: str,
    label: str,
    *,
    multiline: bool = False,
    initial: str | None = None,
    hint: str | None = None,
    placeholder: str | None = None,
    optional: bool = False,
    limit: int | None = None,
) -> Block:
    """A line, or several, to type into; the element's action id is `value`."""
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": multiline}
    if initial and len(initial) <= (limit or TYPED_LIMIT):
        element["initial_value"] = initial
    if placeholder:
        element["placeholder"] = plain_text(shorten(placeholder, 150))
    if limit:
        element["max_length"] = limit
    return _input(block_id, label, element, hint=hint, optional=optional)


def select_input(
    block_id: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    initial: str | None = None,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """One of some (label, value) to choose; it says so when not all of them are listed."""
    listed = [
        {"text": plain_text(shorten(text, 75)), "value": value}
        for text, value in options[:CHOICES_LIMIT]
    ]
    element: Block = {"type": "static_select", "action_id": "value", **_in_groups(listed)}
    chosen = next((option for option in listed if option["value"] == initial), None)
    if chosen:
        element["initial_option"] = chosen
    if len(options) > len(listed):
        cut_off = f"Only the first {len(listed)} of {len(options):,} are listed."
        hint = f"{hint} {cut_off}" if hint else cut_off
    return _input(block_id, label, element, hint=hint, optional=optional)


def _in_groups(listed: Sequence[Block]) -> Block:
    """Options as Slack allows them: 100 in a list, and more of them in groups of 100."""
    if len(listed) <= OPTIONS_LIMIT:
        return {"options": listed}
    groups = [
        {
            "label": plain_text(f"{first + 1} to {min(first + OPTIONS_LIMIT, len(listed))}"),
            "options": listed[first : first + OPTIONS_LIMIT],
        }
        for first in range(0, len(listed), OPTIONS_LIMIT)
    ]
    return {"option_groups": groups}


def several_input(
    block_id: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    initial: Sequence[str] = (),
    most: int = OPTIONS_LIMIT,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """Some of several (label, value) to choose, *most* of them; of at most 100."""
    listed = [
        {"text": plain_text(shorten(text, 75)), "value": value}
        for text, value in options[:OPTIONS_LIMIT]
    ]
    element: Block = {
        "type": "multi_static_select",
        "action_id": "value",
        "options": listed,
        "max_selected_items": most,
    }
    if chosen := [option for option in listed if option["value"] in initial]:
        element["initial_options"] = chosen
    return _input(block_id, label, element, hint=hint, optional=optional)


def checkbox_input(block_id: str, label: str, text: str) -> Block:
    """One thing to tick, or not."""
    option = {"text": plain_text(shorten(text, 75)), "value": block_id}
    element: Block = {"type": "checkboxes", "action_id": "value", "options": [option]}
    return _input(block_id, label, element, optional=True)


def ticks_input(
    block_id: str,
    label: str,
    options: Sequence[tuple[str, str, str]],
    *,
    optional: bool = False,
) -> Block:
    """Some (label, value, what is said of it) to tick; Slack allows ten."""
    listed: list[Block] = []
    for text, value, said in options:
        listed.append({"text": plain_text(shorten(text, 75)), "value": value})
        if said:
            listed[-1]["description"] = plain_text(shorten(said, 75))
    element: Block = {"type": "checkboxes", "action_id": "value", "options": listed}
    return _input(block_id, label, element, optional=optional)


def moment_input(block_id: str, label: str, initial: datetime) -> Block:
    """A day and a time of day, in the zone of whoever looks."""
    element: Block = {"type": "datetimepicker", "action_id": "value"}
    if (seconds := int(initial.timestamp())) >= _TEN_DIGITS:
        element["initial_date_time"] = seconds
    return _input(block_id, label, element)


def day_input(
    block_id: str, label: str, *, initial: date | None = None, optional: bool = False
) -> Block:
    """A day to choose."""
    element: Block = {"type": "datepicker", "action_id": "value"}
    if initial is not None:
        element["initial_date"] = initial.isoformat()
    return _input(block_id, label, element, optional=optional)


def person_input(
    block_id: str, label: str, *, initial: str | None = None, optional: bool = False
) -> Block:
    """Someone of the workspace to choose; *initial* is the id of who is chosen already."""
    element: Block = {"type": "users_select", "action_id": "value"}
    if initial is not None:
        element["initial_user"] = initial
    return _input(block_id, label, element, optional=optional)


def channel_input(block_id: str, label: str, *, hint: str) -> Block:
    """A channel of the workspace to choose, public or private: one that the person sees."""
    element: Block = {
        "type": "conversations_select",
        "action_id": "value",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return _input(block_id, label, element, hint=hint)


def search_input(verb: str, label: str, *, hint: str, limit: int, said: str = "") -> Block:
    """A field in which something is looked for: Enter is a click, whose verb is the field's."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": verb,
        "max_length": limit,
        "placeholder": plain_text(shorten(hint, 150)),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    if said:
        element["initial_value"] = said
    return {**_input(verb, label, element, optional=True), "dispatch_action": True}


def file_input(block_id: str, label: str, *, most: int, hint: str, optional: bool = False) -> Block:
    """Files to choose; Slack takes each up, 10 MB at most, before the form is sent."""
    element: Block = {"type": "file_input", "action_id": "value", "max_files": most}
    return _input(block_id, label, element, hint=hint, optional=optional)


def _input(
    block_id: str,
    label: str,
    element: Block,
    *,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(shorten(label, 150)),
        "element": element,
    }
    if hint:
        block["hint"] = plain_text(shorten(hint, 150))
    if optional:
        block["optional"] = True
    return block
