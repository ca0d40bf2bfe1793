"""A modal, as plain data: what it asks, and what the answer is for."""

import json
from collections.abc import Mapping
from typing import Any

from bot.core.blockkit.blocks import Block, context, plain_text, text_input
from bot.core.text import escape, shorten

View = dict[str, Any]

FIELDS = 90
"""How many fields one form holds; Slack allows 100 blocks."""


def modal(kind: str, name: str, submit: str | None, blocks: list[Block], **about: Any) -> View:
    """A form of this *kind*; *about* comes back with the answer. Without *submit* it only tells."""
    view: View = {
        "type": "modal",
        "callback_id": kind,
        "title": plain_text(shorten(name, 24)),
        "close": plain_text("Cancel" if submit else "Back"),
        "blocks": blocks,
        "private_metadata": json.dumps(about, separators=(",", ":")),
    }
    if submit:
        view["submit"] = plain_text(shorten(submit, 24))
    return view


def choosing(view: View, people: Mapping[str, str]) -> View:
    """The form with these people chosen in it, by field; none goes where there is no such field."""

    def chosen(block: Block) -> Block:
        who = people.get(block.get("block_id", ""))
        element = block.get("element", {})
        if who is None or element.get("type") != "users_select":
            return block
        return {**block, "element": {**element, "initial_user": who}}

    return {**view, "blocks": [chosen(block) for block in view["blocks"]]} if people else view


INSTEAD = "_instead"
"""What the name of a field ends in that stands where a file cannot be given."""
_NO_FILES = "The bot may not read files here (its app lacks files:read): say where to find it."


def asks_for_files(view: View) -> bool:
    """Whether a form has a field for a file."""
    return any(_is_file(block) for block in view.get("blocks", ()))


def without_files(view: View) -> View:
    """The form with a line to write in the place of each file, for where Slack takes no files."""
    blocks = [
        text_input(
            block["block_id"] + INSTEAD,
            block["label"]["text"],
            hint=_NO_FILES,
            optional=block.get("optional", False),
        )
        if _is_file(block)
        else block
        for block in view["blocks"]
    ]
    return {**view, "blocks": blocks}


def _is_file(block: Block) -> bool:
    return bool(block.get("element", {}).get("type") == "file_input")


def shows_pictures(view: View) -> bool:
    """Whether a page shows a picture."""
    return any(block["type"] == "image" for block in view.get("blocks", ()))


def without_pictures(view: View) -> View:
    """The page with words in the place of each picture: Slack refuses all of it for one."""
    blocks = [
        context(f"🖼️ {escape(block['alt_text'])}: Slack does not show the picture here.")
        if block["type"] == "image"
        else block
        for block in view["blocks"]
    ]
    return {**view, "blocks": blocks}
