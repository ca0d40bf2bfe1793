"""JSON from outside, read so that whatever was read can be kept, copied and sent on. Pure."""

import json
import math
from typing import Any, NoReturn

DEEPEST = 64
_HOLDERS = (dict, list)


def loads(raw: str | bytes) -> Any:
    """The value. Raises `ValueError` for what is no JSON, not finite, no Unicode or too deep."""
    text = raw if isinstance(raw, str) else raw.decode()
    try:
        value = json.loads(text, parse_float=_finite, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if _deeper(value, DEEPEST):
        raise ValueError("too deeply nested")
    # Half a surrogate pair passes the parser, yet nobody could be sent it.
    (json.dumps(value, ensure_ascii=False) if "\\u" in text else text).encode()
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is not finite")
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects lie in each other more than so many deep."""
    level = [value] if isinstance(value, _HOLDERS) else []
    for _ in range(levels):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, _HOLDERS)
        ]
        if not level:
            return False
    return bool(level)
