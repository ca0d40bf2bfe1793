"""Words for Slack: escaping, mentions, times, and the way back to plain text.

Nothing that a person or a runbook wrote may become markup: all of it goes through `escape`, or
into elements that hold plain text only.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from bot.core.events import Person

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def escape(text: str) -> str:
    """Escape the three characters that Slack's text gives a meaning, and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mention(person: Person) -> str:
    """Name a person in Slack's text; in an answer to one person it notifies nobody."""
    return f"<@{person.id}>"


def clock(at: datetime, form: str = "{time}") -> str:
    """A time in each reader's own zone, as Slack's date token; UTC where it is not drawn."""
    return f"<!date^{int(at.timestamp())}^{form}|{at:%H:%M} UTC>"


def shorten(text: str, limit: int) -> str:
    """Cut *text* to at most *limit* characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plain(text: str, names: Mapping[str, str]) -> str:
    """Write Slack's text as a person reads it: names for mentions, labels for links, no entities.

    *names* maps ids to display names; a mention of someone else keeps its label, or its id.
    """

    def one(match: re.Match[str]) -> str:
        sigil, target, label = match.groups()
        if sigil == "@":
            return f"@{names.get(target) or label or target}"
        if sigil == "#":
            return f"#{label or target}"
        if sigil == "!":
            return label or f"@{target.split('^')[0]}"
        return label or target

    return unescape(_TOKEN.sub(one, text))
