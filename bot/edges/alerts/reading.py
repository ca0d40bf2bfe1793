"""What every payload has: bounded texts, times that may be missing, and words for what is wrong."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

TEXTS = 40
"""The most labels, or annotations, that are kept of an alert."""
NAME = 100
"""The most characters of a label's name."""
VALUE = 500
"""The most characters of a label's value, or of an annotation's."""
_FIRST_YEAR, _LAST_YEAR = 1971, 9000
_LINK = 2_000
_TOLD = 3


class Unreadable(Exception):
    """A body that is not what its sender's documentation says; the message says where."""


class Payload(BaseModel):
    """A part of what a sender sends; what it has beside is let be, since senders add to it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def _bounded(value: Any) -> Any:
    """Labels or annotations, not too many of them, and none too long."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        return value
    some = sorted(value.items())[:TEXTS]
    return {
        _cut(str(name), NAME): _cut(text, VALUE) if isinstance(text, str) else text
        for name, text in some
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


Texts = Annotated[Mapping[str, str], BeforeValidator(_bounded)]
"""Labels, or annotations."""


def known(at: datetime | None) -> datetime | None:
    """A time; None for one that says that there is none, as Go's first one does.

    Raises Unreadable for one that is no time of anything that fires.
    """
    if at is None or at.year < _FIRST_YEAR:
        return None
    if at.tzinfo is None or at.year > _LAST_YEAR:
        raise Unreadable("a time has no zone, or is thousands of years away")
    return at.astimezone(UTC)


def address(text: str) -> str:
    """A link that Slack may show; nothing for what is none."""
    fits = len(text) <= _LINK and text.startswith(("http://", "https://"))
    return text if fits and text.isprintable() and " " not in text else ""


def wrong(error: ValidationError) -> list[str]:
    """What is wrong with a payload, without a word of what stands in it."""
    return [
        f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}"
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ][:_TOLD]
