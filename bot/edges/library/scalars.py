"""What an unquoted word of YAML means, where YAML 1.1 and 1.2 agree, and a refusal where not.

`yes`, `010`, `1_000` and `10:30` are values to one reader and words to another. A procedure is
read by this bot, by editors and by people, so such a word is refused until it is quoted.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import yaml

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_NUMBER_12 = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)
_RESOLVER = yaml.resolver.Resolver()
_KINDS_11 = {
    "tag:yaml.org,2002:bool": "a truth value",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:value": "a special word",
}


class Meaning(NamedTuple):
    """A plain scalar's value, and what else some readers take it for, if they disagree."""

    value: str | int | float | bool | None
    doubt: str | None = None


@lru_cache(maxsize=4_096)  # the same few keys stand in every file
def meaning(text: str) -> Meaning:
    """Tell what the unquoted *text* means; a date stays a text."""
    if _NULL.fullmatch(text):
        return Meaning(None)
    if _BOOL.fullmatch(text):
        return Meaning(text.lower() == "true")
    if _INT.fullmatch(text):
        return Meaning(int(text))
    if _FLOAT.fullmatch(text):
        return Meaning(float(text))
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    number = "a number" if _NUMBER_12.fullmatch(text) else None
    return Meaning(text, _KINDS_11.get(tag, number))


def instead(text: str) -> str:
    """Say what to write in place of the doubtful *text*."""
    word = text.lower()
    if word in {"yes", "on"}:
        return f'"{text}" for the word, true for the truth value'
    if word in {"no", "off"}:
        return f'"{text}" for the word, false for the truth value'
    return f'"{text}", in quotes'
