"""What a message says, as people see it: the words of its blocks and attachments as well.

Slack draws blocks in place of the text beside them, which is for notifications; an older app has
its words in attachments alone. All are brought into the form of a text of Slack's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.core.text import escape

SHARED = "(a message from elsewhere was shared here)"
"""What is said of a message that somebody shared: who may read it is not known here."""
_DEEPEST = 8
"""How deep blocks are looked into; Slack's own are half as deep."""


def said(message: Mapping[str, Any]) -> str:
    """All that a message says, as a text of Slack's."""
    text = _string(message, "text")
    if message.get("bot_id") and (drawn := "\n".join(_blocks(message.get("blocks"), 0)).strip()):
        # What a person writes has blocks that say the same as its text.
        text = drawn
    lines = [text, *_attachments(message.get("attachments"))]
    return "\n".join(line for line in lines if line.strip())


def _attachments(found: Any) -> Iterator[str]:
    for one in _records(found):
        if one.get("is_msg_unfurl") or one.get("is_share"):
            yield SHARED
        elif not (one.get("from_url") or one.get("original_url")):
            # What Slack shows of a link that somebody wrote is nobody's word here.
            yield from _attachment(one)


def _attachment(one: Mapping[str, Any]) -> Iterator[str]:
    fields = [
        ": ".join(filter(None, (_string(field, "title"), _string(field, "value"))))
        for field in _records(one.get("fields"))
    ]
    names = ("pretext", "author_name", "title", "text")
    lines = [*(_string(one, name) for name in names), *fields, *_blocks(one.get("blocks"), 0)]
    lines.append(_string(one, "footer"))
    lines = [line for line in lines if line.strip()]
    yield from lines or [_string(one, "fallback")]


def _blocks(found: Any, deep: int) -> Iterator[str]:
    """The lines that blocks show."""
    if deep > _DEEPEST:
        return
    for block in _records(found):
        match block.get("type"):
            case "section" | "header":
                yield from filter(None, [_words(block.get("text"))])
                yield from filter(None, map(_words, _records(block.get("fields"))))
            case "context":
                yield " ".join(filter(None, map(_words, _records(block.get("elements")))))
            case "rich_text":
                yield from _rich(block.get("elements"), deep)
            case "markdown":
                yield escape(_string(block, "text"))
            case "image" | "video":
                yield from filter(None, [_titled(block)])
            case "table":
                yield from _rows(block.get("rows"), deep)
            case _:
                pass  # Buttons, fields to fill in and lines between say nothing of themselves.


def _titled(block: Mapping[str, Any]) -> str:
    """What is said of a picture."""
    return _words(block.get("title")) or escape(_string(block, "alt_text"))


def _words(found: Any) -> str:
    """A text object: plain text says what stands in it, without marks."""
    if not isinstance(found, dict):
        return ""
    if found.get("type") == "image":
        return escape(_string(found, "alt_text"))
    text = _string(found, "text")
    return text if found.get("type") == "mrkdwn" else escape(text)


def _rows(found: Any, deep: int) -> Iterator[str]:
    for row in found if isinstance(found, list) else ():
        cells = (
            " ".join(_rich(cell.get("elements"), deep))
            if cell.get("type") == "rich_text"
            else escape(_string(cell, "text"))
            for cell in _records(row)
        )
        yield " | ".join(cells)


def _rich(found: Any, deep: int) -> Iterator[str]:
    """The lines of rich text."""
    if deep > _DEEPEST:
        return
    for one in _records(found):
        if one.get("type") == "rich_text_list":
            yield from (f"• {line}" for line in _rich(one.get("elements"), deep + 1))
            continue
        text = "".join(_element(part) for part in _records(one.get("elements")))
        yield f"```\n{text}\n```" if one.get("type") == "rich_text_preformatted" else text


def _element(one: Mapping[str, Any]) -> str:
    """A part of a line of rich text, as Slack's text has it."""
    match one.get("type"):
        case "text":
            return escape(_string(one, "text"))
        case "link":
            url, text = escape(_string(one, "url")), escape(_string(one, "text"))
            return f"<{url}|{text}>" if text else f"<{url}>"
        case "user":
            return f"<@{escape(_string(one, 'user_id'))}>"
        case "channel":
            return f"<#{escape(_string(one, 'channel_id'))}>"
        case "usergroup":
            return f"<!subteam^{escape(_string(one, 'usergroup_id'))}>"
        case "broadcast":
            return f"<!{escape(_string(one, 'range'))}>"
        case "emoji":
            return f":{escape(_string(one, 'name'))}:"
        case "date":
            return escape(_string(one, "fallback"))
        case "color":
            return escape(_string(one, "value"))
        case _:
            return ""


def _string(of: Mapping[str, Any], name: str) -> str:
    found = of.get(name)
    return found if isinstance(found, str) else ""


def _records(found: Any) -> Sequence[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
