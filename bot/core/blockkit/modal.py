"""A modal, as plain data: what it asks, and what the answer is for."""

import json
from typing import Any

from bot.core.blockkit.blocks import Block, plain_text
from bot.core.text import shorten

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
