"""What Slack sends over HTTP, decoded: JSON, or a form that may carry JSON in one of its fields.

It reads, and judges nothing. Slack percent-encodes a click, and the standard library takes most of
the time that a click has to undo that; the decoders here are fast ones, held to the same answers.
"""

import json
from typing import Any

from pydantic_core import from_json
from yarl import query_to_pairs

from bot.core.checks.values import clean


class Unreadable(Exception):
    """The body is neither of the two."""


def read(body: str, content_type: str, *, sound: bool = False) -> dict[str, Any]:
    """The request's parameters, or the payload that they carry; raises Unreadable.

    *content_type* is the header's value, with or without parameters. *sound* takes out of every
    text what no file and no database can hold: half a character, and NUL.
    """
    if body.startswith("{") or content_type.partition(";")[0].strip() == "application/json":
        return read_json(body, sound=sound)
    fields = read_form(body)
    payload = fields.get("payload")
    if payload is not None:
        return read_json(payload, sound=sound)
    return _sound(fields) if sound and ("%00" in body or "\0" in body) else fields


def read_form(body: str) -> dict[str, str]:
    """A form's fields, the last one where there are several of a name; empty ones are kept."""
    return dict(query_to_pairs(body))


def read_json(text: str, *, sound: bool = False) -> dict[str, Any]:
    """A JSON object; raises Unreadable. *sound* as in `read`."""
    try:
        found, doubtful = from_json(text), "u0000" in text
    except ValueError:
        # It refuses what Slack may well send: half a character, where a text was cut in the middle.
        found, doubtful = _slowly(text), True
    if not isinstance(found, dict):
        raise Unreadable("it is JSON, but no object")
    return _sound(found) if sound and doubtful else found


def _slowly(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no JSON: {type(error).__name__}") from None


def _sound(found: Any) -> Any:
    try:
        if isinstance(found, dict):
            return {_sound(key): _sound(value) for key, value in found.items()}
        if isinstance(found, list):
            return [_sound(one) for one in found]
        return clean(found).replace("\0", "") if isinstance(found, str) else found
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
