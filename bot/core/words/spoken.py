"""What a message says to the bot that it names."""

import re
from dataclasses import dataclass

_AROUND = " \t\r\n\u00a0:,;.!?\u2013\u2014"
_GREETING = re.compile(r"(?:hey|hi|hello|ok|okay|so|yo|dear|please|pls)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a message says to the bot; `passing`, when it does not begin with the bot's name.

    A greeting before the name is none: who is greeted is spoken to.
    """

    words: str
    passing: bool


def names(text: str, user_id: str) -> bool:
    """Whether a message mentions the bot, whose user is *user_id*."""
    return _naming(text, user_id) is not None


def said_to(text: str, user_id: str) -> bool:
    """Whether words are said to the bot, whose user is *user_id*: no talk among people."""
    return names(text, user_id) and not spoken(text, user_id).passing


def _naming(text: str, user_id: str) -> re.Match[str] | None:
    return re.search(rf"<@{re.escape(user_id)}(?:\|[^<>]*)?>", text)


def spoken(text: str, user_id: str) -> Spoken:
    """What follows the name of the bot, whose user is *user_id*, in a message that mentions it.

    People name each other with a colon, and in the middle; all that is passed over.
    """
    named = _naming(text, user_id)
    if named is None:
        return Spoken(text.strip(_AROUND), passing=False)
    before = text[: named.start()].strip(_AROUND)
    # What follows may be somebody's own words: their end is theirs.
    return Spoken(text[named.end() :].lstrip(_AROUND).rstrip(), _GREETING.fullmatch(before) is None)


def alone(text: str, user_id: str) -> Spoken:
    """What a message says to the bot alone, whose user is *user_id*: all of it, but its name."""
    named = _naming(text, user_id)
    rest = text if named is None else f"{text[: named.start()]} {text[named.end() :]}"
    return Spoken(rest.strip().lstrip(_AROUND), passing=False)
