"""Several requests of one look, in their order: what one keeps is in the path of the next.

Nothing here asks: who does, asks one after the other, and takes here what is kept. What is kept
goes to the same target, and nobody is shown it: a verdict has the path as the file has it.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.core.checks.arriving import meaning
from bot.core.checks.asking import Answer, Before, Question
from bot.core.checks.comparing import SEEN_LIMIT
from bot.core.checks.values import MISSING, line, parse, resolve
from bot.core.template import fill

LONGEST = 200
"""The longest value that is kept, in characters."""


def with_kept(path: str, kept: Mapping[str, str]) -> str:
    """The path with what was kept in it; no value leaves its place."""
    return fill(path, {name: quote(value, safe="") for name, value in kept.items()})


def kept_of(before: Before, answer: Answer) -> Mapping[str, str] | str:
    """What of an answer is kept; a text says why that cannot be, and the look ends with it."""
    if answer.error is not None:
        return answer.error
    status = answer.status or 0
    if not 200 <= status < 300:  # noqa: PLR2004 - HTTP
        meant = meaning(status, before.path, before.used)
        return f"HTTP {status}: {meant}" if meant else f"HTTP {status}"
    if not before.keep:
        return {}
    try:
        document = parse(answer.body or b"")
    except ValueError:
        return f"HTTP {status}, and the body is not JSON"
    kept: dict[str, str] = {}
    for name, pointer in before.keep.items():
        text, trouble = _text(resolve(pointer, document))
        if trouble:
            return f"{pointer or 'the answer'} {trouble}, and cannot be kept as {name}"
        kept[name] = text
    return kept


def _text(value: Any) -> tuple[str, str]:
    """A value as it stands in a path, or what is the matter with it."""
    if value is MISSING:
        return "", "is not there"
    if isinstance(value, bool):
        return str(value).lower(), ""
    # 1.10 and 1.1 are one number: which of them the system wrote is not known any more.
    if not isinstance(value, str | int):
        return "", "is no text, whole number, true or false"
    text = str(value)
    if not text:
        # Without it a path may ask for all there are.
        return "", "is empty"
    if len(text) > LONGEST:
        return "", f"is longer than {LONGEST} characters"
    return text, ""


def broken_off(question: Question, number: int, error: str, took: float) -> Answer:
    """The answer to *question* where the request of that *number* brought it no further."""
    named = f"request {number} of {len(question.before) + 1}"
    return Answer(named, error=line(error, SEEN_LIMIT), took=took)
