"""What was drawn, as others see it: the judge of Block Kit, one who reads, one who clicks.

The judge is the local workspace's own; it knows nothing of the bot.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.core.blockkit.picture import Picture
from bot.core.views import clicks
from bot.demo.workspace.blocks.judge import interactive, judge_message, judge_view

Json = dict[str, Any]

TOKEN = re.compile(r"<[^<>]*>")
OURS = re.compile(
    r"<(@U0(ANA|BEN|CHO)|#C0[A-Z]+|!date\^\d+\^[^|<>]*\|[^<>]*|https?://[^\s<>|]+\|[^<>]*)>"
)
"""The only markup in angle brackets that the bot makes: people, channels, times, and links."""


def weight(blocks: Sequence[Mapping[str, Any]]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def accepted(picture: Picture) -> None:
    """A message that Slack takes, with a text that can be an update's."""
    verdict = judge_message([dict(block) for block in picture.blocks])
    assert verdict == ("", []), verdict
    assert 1 <= len(picture.blocks) <= 50
    assert 1 <= len(picture.text) <= 3_900


def accepted_view(view: Mapping[str, Any]) -> None:
    """A modal that Slack takes."""
    assert judge_view(view) == ("", []), judge_view(view)
    assert len(view["private_metadata"]) <= 3_000


def marked_up(value: Any) -> Iterator[str]:
    """Every text that Slack reads as markup."""
    if isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from marked_up(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from marked_up(inner)


def harmless(text: str) -> None:
    """Nothing in *text* is markup but what the bot wrote itself, and none of that is broken."""
    tokens = TOKEN.findall(text)
    assert [t for t in tokens if OURS.fullmatch(t) is None] == []
    bare = TOKEN.sub("", text)
    assert "<" not in bare
    assert ">" not in bare
    assert re.search(r"&(?!(amp|lt|gt);)", bare) is None, text


def press(element: Mapping[str, Any], option: Mapping[str, Any] | None = None) -> Json:
    """The payload of a click, as Slack sends it."""
    action = {k: element[k] for k in ("type", "action_id", "value") if k in element}
    if option is not None:
        action["selected_option"] = option
    return {
        "type": "block_actions",
        "user": {"id": "U0ANA", "username": "ana"},
        "trigger_id": "1.2.3",
        "channel": {"id": "C0TRUST"},
        "response_url": "http://127.0.0.1/answer",
        "actions": [action],
    }


def pressed(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, clicks.Click]]:
    """Click everything there is to click: its words, and what the bot reads."""
    for _, element, _ in interactive([dict(block) for block in blocks]):
        if element["type"] == "overflow":
            for option in element["options"]:
                yield option["text"]["text"], clicks.clicked(press(element, option))
        elif element["type"] == "button":
            yield element["text"]["text"], clicks.clicked(press(element))


def buttons(blocks: Sequence[Mapping[str, Any]]) -> list[Json]:
    return [e for _, e, _ in interactive([dict(b) for b in blocks]) if e["type"] == "button"]


def submit(view: Mapping[str, Any], **typed: str) -> Json:
    """The payload of a form that was filled in; what is not typed keeps its first value."""
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, block_id = block["element"], block["block_id"]
        kind = element["type"]
        first = element.get("initial_option", {}).get("value") or element.get("initial_value")
        value = typed.get(block_id, first)
        state: Json = {"type": kind}
        if kind == "users_select":
            state["selected_user"] = value
        elif kind == "conversations_select":
            state["selected_conversation"] = value
        elif kind == "static_select":
            groups = element.get("option_groups") or [element]
            known = {o["value"]: o for group in groups for o in group["options"]}
            state["selected_option"] = known[value] if value is not None else None
        elif kind == "file_input":
            of = {"id": value, "name": "panel.txt", "size": 7, "mimetype": "text/plain"}
            state["files"] = [of] if value else []
        else:
            state["value"] = value
        values[block_id] = {element["action_id"]: state}
    return {
        "type": "view_submission",
        "user": {"id": "U0ANA", "name": "ana"},
        "trigger_id": "1.2.3",
        "view": {
            "id": "V1",
            "hash": "1.a",
            "callback_id": view["callback_id"],
            "private_metadata": view["private_metadata"],
            "blocks": view["blocks"],
            "state": {"values": values},
        },
    }


def aloud(blocks: Sequence[Mapping[str, Any]]) -> str:
    """A message as a person reads it, one block after another."""
    return "\n".join(line for block in blocks for line in _read(block))


def _read(block: Mapping[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {block['text']['text']}"
        case "context":
            yield from (element["text"] for element in block["elements"])
        case "divider":
            yield "----"
        case "section":
            accessory = block.get("accessory")
            yield block["text"]["text"] + (f"   {_control(accessory)}" if accessory else "")
        case "actions":
            yield " ".join(_control(element) for element in block["elements"])
        case "rich_text":
            for paragraph in block["elements"]:
                yield from _paragraph(paragraph)
        case "input":
            yield f"{block['label']['text']}: ____"


def _paragraph(paragraph: Mapping[str, Any]) -> Iterator[str]:
    if paragraph["type"] == "rich_text_list":
        for n, line in enumerate(paragraph["elements"], start=1 + paragraph.get("offset", 0)):
            sign = "•" if paragraph["style"] == "bullet" else f"{n}."
            yield f"{'  ' * paragraph.get('indent', 0)} {sign} {_words(line)}"
        return
    before = {"rich_text_preformatted": "    $ ", "rich_text_quote": "> "}
    yield before.get(paragraph["type"], "") + _words(paragraph).rstrip("\n")


def _words(paragraph: Mapping[str, Any]) -> str:
    return "".join(element.get("text", "") for element in paragraph["elements"])


def _control(element: Mapping[str, Any]) -> str:
    if element["type"] == "overflow":
        return "[⋯ " + " | ".join(o["text"]["text"] for o in element["options"]) + "]"
    loud = {"primary": "*", "danger": "!"}.get(element.get("style", ""), "")
    return f"[{loud}{element['text']['text']}]"
