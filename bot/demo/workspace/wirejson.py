"""JSON from outside, read so that whatever was read can be kept, copied and sent on. Pure."""

import json
from typing import Any

DEEPEST = 64


def loads(raw: str | bytes) -> Any:
    """The value. Raises `ValueError` for what is no JSON, not finite, no Unicode or too deep."""
    try:
        value = json.loads(raw)
        # Lone surrogates and infinities pass the parser, yet nobody could be sent them.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if _deeper(value, DEEPEST):
        raise ValueError("too deeply nested")
    return value


def _deeper(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(_deeper(item, levels - 1) for item in value)
