"""Pages of a list, by the cursor that Slack hands out. Knows no method."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError

from .table import Call

T = TypeVar("T")


def page(call: Call, items: Sequence[T], default: int) -> tuple[Sequence[T], str]:
    """The page that the call asks for, and the cursor of the next one or ""."""
    size = call.whole("limit", default, limits.PAGE_SIZE) if call.args.get("limit") else default
    start = 0
    if cursor := call.text("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise SlackError("invalid_cursor") from None
        if not 0 <= start <= len(items):
            raise SlackError("invalid_cursor")
    end = start + size
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], following
