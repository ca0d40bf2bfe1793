"""The table of rich text: inline pieces and four kinds of paragraph. It judges nothing else."""

from typing import Any

from .schema import (
    Found,
    Problem,
    Rule,
    anything,
    array,
    boolean,
    number,
    one_of,
    record,
    string,
    typed,
)

_MANY = 10_000
_STYLE_NAMES = (
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "client_highlight",
    "unlink",
)
_STYLE: dict[str, Rule] = {
    "style": record({}, dict.fromkeys(_STYLE_NAMES, boolean)),
}

INLINE: dict[str, Rule] = {
    "text": record({"text": string(_MANY)}, _STYLE),
    "link": record({"url": string(3000)}, {"text": string(_MANY, 0), "unsafe": boolean, **_STYLE}),
    "emoji": record(
        {"name": string(100)},
        {"unicode": string(255), "skin_tone": number(1, 6), "url": anything, **_STYLE},
    ),
    "user": record({"user_id": string(255)}, _STYLE),
    "usergroup": record({"usergroup_id": string(255)}, _STYLE),
    "team": record({"team_id": string(255)}, _STYLE),
    "channel": record({"channel_id": string(255)}, _STYLE),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}, _STYLE),
    "color": record({"value": string(255)}, _STYLE),
    "date": record(
        {"timestamp": number(0, 10**10), "format": string(255)},
        {"url": string(3000), "fallback": string(255), **_STYLE},
    ),
}

_BORDER: dict[str, Rule] = {"border": number(0, 1)}
_SECTION = record({"elements": array(typed(INLINE), _MANY, 0)})

PARAGRAPHS: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_preformatted": record(
        {"elements": array(typed(INLINE, ("text", "link")), _MANY)},
        {**_BORDER, "language": string(255)},
    ),
    "rich_text_quote": record({"elements": array(typed(INLINE), _MANY)}, _BORDER),
    "rich_text_list": record(
        {
            "style": one_of("bullet", "ordered"),
            "elements": array(typed({"rich_text_section": _SECTION}), _MANY, 0),
        },
        {"indent": number(0, 8), "offset": number(0, _MANY), **_BORDER},
    ),
}

RICH_TEXT = array(typed(PARAGRAPHS), _MANY)


def rich_text_object(value: Any, at: str, found: Found) -> None:
    """A whole `rich_text` block in a place that holds one, such as a cell of a table."""
    if isinstance(value, dict) and value.get("type") != "rich_text":
        found.append(Problem(f"unsupported type: {value.get('type')}", f"{at}/type"))
        return
    record({"elements": RICH_TEXT}, {"block_id": string(255)})(value, at, found)
