"""What Slack sends over HTTP, decoded: JSON, or a form that may carry JSON in one of its fields.

It reads, and judges nothing. Slack percent-encodes a click, and the standard library takes most of
the time that a click has to undo that; the decoders here are fast ones, held to the same answers.
"""

import json
from typing import Any

from pydantic_core import from_json
from yarl import query_to_pairs


class Unreadable(Exception):
    """The body is neither of the two."""


def read(body: str, content_type: str) -> dict[str, Any]:
    """The request's parameters, or the payload that they carry; raises Unreadable.

    *content_type* is the header's value, with or without parameters.
    """
    if body.startswith("{") or content_type.partition(";")[0].strip() == "application/json":
        return read_json(body)
    fields = read_form(body)
    payload = fields.get("payload")
    return fields if payload is None else read_json(payload)


def read_form(body: str) -> dict[str, str]:
    """A form's fields, the last one where there are several of a name; empty ones are kept."""
    return dict(query_to_pairs(body))


def read_json(text: str) -> dict[str, Any]:
    """A JSON object; raises Unreadable."""
    try:
        found = from_json(text)
    except ValueError:
        # It refuses what Slack may well send: half a character, where a text was cut in the middle.
        found = _slowly(text)
    if not isinstance(found, dict):
        raise Unreadable("it is JSON, but no object")
    return found


def _slowly(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no JSON: {error}") from error
