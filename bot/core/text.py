"""Words for Slack: escaping, mentions and times.

Nothing that a person or a runbook wrote may become markup: all of it goes through `escape`, or
into elements that hold plain text only.
"""

from datetime import datetime

from bot.core.events import Person


def escape(text: str) -> str:
    """Escape the three characters that Slack's text gives a meaning, and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(person: Person) -> str:
    """Name a person in Slack's text; in an answer to one person it notifies nobody."""
    return f"<@{person.id}>"


def clock(at: datetime, form: str = "{time}") -> str:
    """A time in each reader's own zone, as Slack's date token; UTC where it is not drawn."""
    return f"<!date^{int(at.timestamp())}^{form}|{at:%H:%M} UTC>"


def shorten(text: str, limit: int) -> str:
    """Cut *text* to at most *limit* characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
