"""Words for Slack: escaping, mentions, times, and the way back to plain text.

Nothing that a person or a runbook wrote may become markup: all of it goes through `escape`, or
into elements that hold plain text only.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from bot.core.person import Person

BACKTICK = "\N{MODIFIER LETTER GRAVE ACCENT}"
_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ENDS_AN_ADDRESS = re.compile(r"[\s|]")
_HALF = re.compile(r"<[^<>]*$|&[a-z]{0,3}$")
"""A token or an entity whose end was cut off."""


def escape(text: str) -> str:
    """Escape the three characters that Slack's text gives a meaning, and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mention(person: Person) -> str:
    """Name a person in Slack's text; in an answer to one person it notifies nobody."""
    if person.is_erased:
        return escape(person.name or "person (erased)")
    return f"<@{escape(person.id)}>{' (external)' if person.team else ''}"


def link(url: str, label: str) -> str:
    """A link in Slack's text; nothing in *url* can end it early."""
    address = _ENDS_AN_ADDRESS.sub(lambda match: quote(match[0]), url)
    return f"<{escape(address)}|{escape(label)}>"


def run_link(run_id: str | None, address: str | None) -> str:
    """Another run, as a link to its board where the address is known; nothing for none."""
    if run_id is None:
        return ""
    return link(address, run_id) if address else escape(run_id)


def clock(at: datetime, *, since: datetime | None = None) -> str:
    """A time in each reader's own zone, as Slack's date token; UTC where it is not drawn.

    With its date where it is not on the day of *since*, the start of what it belongs to: within
    one day each time of day comes once, so it needs no date.
    """
    if since is not None and at.astimezone(UTC).date() != since.astimezone(UTC).date():
        return dated(at)
    return _token(at, "{time}", f"{at.astimezone(UTC):%H:%M} UTC")


def dated(at: datetime) -> str:
    """A time with its date, in each reader's own zone."""
    utc = at.astimezone(UTC)
    return _token(at, "{date_short_pretty} {time}", f"{utc:%b} {utc.day}, {utc:%H:%M} UTC")


def _token(at: datetime, form: str, plainly: str) -> str:
    return f"<!date^{int(at.timestamp())}^{form}|{plainly}>"


def lasted(length: timedelta) -> str:
    """A length of time as people say it: `35 s`, `9 min 05 s`, `47 min`, `1 h 02 min`, `2 d 3 h`.

    What is left over is left out; the one way for boards and documents to say how long.
    """
    seconds = max(0, int(length.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60:02} min"
    if minutes >= _EXACT_MINUTES:
        return f"{minutes} min"
    return f"{minutes} min {seconds % 60:02} s" if minutes else f"{seconds} s"


_EXACT_MINUTES = 10
"""From so many minutes on, seconds say nothing more."""


def shorten(text: str, limit: int) -> str:
    """Cut *text* to at most *limit* characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def short_hash(head: str) -> str:
    """A hash as people compare it: its first and last characters."""
    return f"{head[:4]}…{head[-4:]}"


_HASH = re.compile(r"\b[0-9a-f]{20,}\b")


def abridged(text: str) -> str:
    """Show a hash as people compare it, by its two ends; the whole of it is in the post-mortem."""
    return _HASH.sub(lambda match: short_hash(match[0]), text)


def cut(markup: str, limit: int) -> str:
    """Cut text that is markup already to *limit* characters, never within a token or an entity."""
    if len(markup) <= limit:
        return markup
    kept = _HALF.sub("", markup[: limit - 1])
    return kept.rstrip() + "…"


def brief(text: str, limit: int) -> str:
    """Escape *text*, so that what comes out has at most *limit* characters."""
    return cut(escape(text), limit)


def briefly(text: str, limit: int) -> str:
    """Why something is so, with names and values as code: hashes abridged, no code left open."""
    shown = brief(abridged(text), limit - 1)
    return f"{shown}`" if shown.count("`") % 2 and shown.endswith("…") else shown


def span(text: str, limit: int) -> str:
    """Show *text* as code within a line; a backtick in it would end that, so it is another sign."""
    return f"`{brief(text.replace('`', BACKTICK), limit)}`"


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


_STARRED = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")


def unmarked(text: str) -> str:
    """Slack's text without the stars of what is bold: for where it is shown as it is written."""
    return _STARRED.sub(r"\1", text)


def counted(number: int, thing: str, things: str | None = None) -> str:
    """`1 step`, `2 steps`; *things* where an s does not make them: `2 entries`."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def sized(size: int) -> str:
    """How large something is, as people say it: `312 bytes`, `48 kB`, `2.1 MB`."""
    if size < _KB:
        return counted(size, "byte")
    return f"{size / _KB:,.0f} kB" if size < _KB * _KB else f"{size / (_KB * _KB):,.1f} MB"


_KB = 1_024
