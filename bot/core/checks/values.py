"""JSON values from outside: read strictly, selected, compared and shown. Nothing here judges.

Whatever bytes a system answers with, these functions return; they raise ValueError at most, and
only where they say so.
"""

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import re2
from jmespath.exceptions import JMESPathError

from bot.core.checks.query import CHARACTERS, EFFORT, Allowance, evaluate
from bot.core.text import shorten

DEPTH_LIMIT = 100
"""How deep a document may be nested: deeper ones exhaust the stack of whoever walks them."""
_LARGEST = 10**300
_NUMBER = re.compile(r"[-+]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,3})?", re.ASCII)
_PATTERN = 128
"""Steps of RE2 that take as long as one value."""
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


class Absent:
    """No value: there is none (`MISSING`), or none can be told (`UNREADABLE`)."""

    def __init__(self, words: str) -> None:
        self.words = words


MISSING: Final = Absent("missing")
UNREADABLE: Final = Absent("cannot be computed")


def parse(body: bytes, allowance: Allowance | None = None) -> Any:
    """Read a JSON document; raises ValueError for what is none, or none that can be trusted.

    Raises Heavy when that is more than the *allowance*.
    """
    allowance = allowance or Allowance()
    allowance.take(len(body) // CHARACTERS)
    try:
        document = json.loads(body, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not _sound(document, allowance):
        raise ValueError("nested too deeply, or text that is half a character")
    return document


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _sound(document: Any, allowance: Allowance) -> bool:
    """Whether a value is JSON of a bearable depth, and all its texts can be written again."""
    level = [document]
    seen = 0
    for _ in range(DEPTH_LIMIT):
        # A short expression can make a value that stands in itself a million times.
        many = len(level) + sum(len(one) // CHARACTERS for one in level if isinstance(one, str))
        allowance.take(many)
        seen += many
        if seen > EFFORT:
            return False
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value)
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            elif isinstance(value, str):
                if clean(value) != value:
                    return False
            elif not isinstance(value, int | float | bool | None):
                return False
        if not inner:
            return True
        level = inner
    return False


def clean(text: str) -> str:
    """*text* with a question mark for each half of a surrogate pair, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def resolve(pointer: str, document: Any) -> Any:
    """The value at an RFC 6901 pointer, or MISSING."""
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            return MISSING
    return value


def search(expression: str, document: Any, allowance: Allowance | None = None) -> Any:
    """What a JMESPath expression makes of *document*.

    MISSING for null, since JMESPath says null for what is not there; UNREADABLE when it cannot
    be computed, such as the length of nothing, or when that is too much work. Raises Heavy when
    it is more than the *allowance*.
    """
    allowance = allowance or Allowance()
    try:
        value = evaluate(expression, document, allowance)
    except (JMESPathError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return UNREADABLE
    except RecursionError:
        return UNREADABLE
    if value is None:
        return MISSING
    return value if _sound(value, allowance) else UNREADABLE


def same(left: Any, right: Any) -> bool:
    """JSON equality at every depth: true is not 1, and 1 is 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def number(value: Any) -> Fraction | None:
    """The exact number that a JSON number is, or a text that is one, as in headers; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int):
        return Fraction(value) if abs(value) < _LARGEST else None
    text = str(value)
    if _NUMBER.fullmatch(text) is None:
        return None
    exact = Fraction(text)
    return exact if abs(exact) < _LARGEST else None


def contains(value: Any, operand: Any) -> bool:
    """Whether a text has *operand* in it, or a list has it as a member."""
    if isinstance(value, str):
        return isinstance(operand, str) and operand in value
    return isinstance(value, list) and any(same(one, operand) for one in value)


def matches(value: Any, pattern: str, allowance: Allowance | None = None) -> bool:
    """Whether an RE2 *pattern* is found in a text; raises Heavy beyond the *allowance*."""
    if not isinstance(value, str):
        return False
    compiled = re2.compile(pattern)
    # RE2's time is linear in the text, and in the size of the pattern where that is a large one.
    (allowance or Allowance()).take(len(value) * compiled.programsize // _PATTERN)
    return compiled.search(clean(value)) is not None


def show(value: Any, limit: int) -> str:
    """A value as one line of at most *limit* characters that can be seen.

    A text stands without quotes unless it could be taken for another kind of value.
    """
    if isinstance(value, Absent):
        return value.words
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        text = _begun(value, limit)
    elif isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False) if _ambiguous(value) else value
    else:
        text = json.dumps(value)
    return line(text, limit)


def _begun(value: Any, limit: int) -> str:
    """The first characters of a value written out: a whole one may have megabytes."""
    text = ""
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        text += piece
        if len(text) > limit:
            break
    return text


def line(text: str, limit: int) -> str:
    """*text* as one line of at most *limit* characters, what cannot be seen written as escapes."""
    seen = clean(text[: limit + 1])
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in seen)
    return shorten(escaped, limit)


def _ambiguous(text: str) -> bool:
    words = ("true", "false", "null", MISSING.words, UNREADABLE.words)
    return not text.strip() or text in words or number(text) is not None
