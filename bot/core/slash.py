"""What a person typed after `/runbook` or after the bot's name, read into a request.

Slack escapes what people type, and their keyboards curl the quotes: both are undone here, so that
`key_id="key-a"` means the same however it was typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.decide import Refused
from bot.core.invisible import seen
from bot.core.text import escape, plain

LONGEST = 4_000
"""The longest text that is read, in characters."""

_STRAIGHT = str.maketrans("“”„‟«»‘’‚‛\u00a0", '"' * 6 + "'" * 4 + " ")
_ARGUMENT = re.compile(r"""([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s"']*))(?=\s|$)|(\S+)""")
_RUN_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*-[0-9]+")


@dataclass(frozen=True, slots=True)
class Help:
    """What can be typed."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Every procedure."""


@dataclass(frozen=True, slots=True)
class Search:
    """The procedures that fit some words."""

    words: str


@dataclass(frozen=True, slots=True)
class Status:
    """How a run is, or every open run of the channel."""

    run: str | None


@dataclass(frozen=True, slots=True)
class Export:
    """The post-mortem of a run."""

    run: str | None


@dataclass(frozen=True, slots=True)
class Close:
    """End a run."""

    run: str | None


@dataclass(frozen=True, slots=True)
class Start:
    """Start a procedure with these inputs."""

    procedure: str
    inputs: Mapping[str, str] = field(default_factory=dict)


Request = Help | Listing | Search | Status | Export | Close | Start

_ABOUT_A_RUN: Mapping[str, type[Status | Export | Close]] = {
    "status": Status,
    "export": Export,
    "close": Close,
}
WORDS = ("help", "list", "search", *_ABOUT_A_RUN)
"""What can be asked for beside a procedure."""
_LATER = frozenset({"new", "drill", "handoff", "update", "review"})


def read(text: str) -> Request:
    """Read what was typed; raises Refused, with what to type instead."""
    if len(text) > LONGEST:
        raise Refused("That is too long to read. Type `/runbook help` to see what can be asked.")
    word, rest = _first_word(seen(plain(text, {})).translate(_STRAIGHT))
    verb = word.lower()
    if verb == "start" and rest and "=" not in _first_word(rest)[0]:
        word, rest = _first_word(rest)
        return Start(word.lower(), _arguments(word.lower(), rest))
    if verb in ("", "help"):
        return Help()
    if verb == "list":
        return Listing()
    if verb == "search":
        if not rest:
            raise Refused("Search for what? Type some words, as in `/runbook search leaked key`.")
        return Search(rest)
    if verb in _ABOUT_A_RUN:
        return _ABOUT_A_RUN[verb](_run_id(verb, rest))
    if verb in _LATER:
        raise Refused(f"`/runbook {verb}` is not there yet. `/runbook help` shows what is.")
    if _RUN_ID.fullmatch(word) and word.upper() == word and not rest:
        return Status(word)
    return Start(verb, _arguments(verb, rest))


def _first_word(text: str) -> tuple[str, str]:
    """The first word and what follows it, without the blanks around either."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, "".join(rest).strip()


def _run_id(verb: str, rest: str) -> str | None:
    if not rest:
        return None
    if _RUN_ID.fullmatch(rest) is None:
        raise Refused(
            f"`{escape(rest[:80])}` is not a run. Type `/runbook {verb} KC-7`, with the id from "
            f"the foot of its board, or `/runbook {verb}` alone."
        )
    return rest.upper()


def _arguments(procedure: str, rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ARGUMENT.finditer(rest):
        name, double, single, bare, stray = match.groups()
        if stray is not None:
            raise Refused(
                f"`{escape(stray[:80])}` is not an argument. Write each with its name, as in "
                f"`/runbook {escape(procedure[:80])} name=value`; put quotes around spaces."
            )
        if name in found:
            raise Refused(f"`{name[:80]}` is given twice. Give it once.")
        found[name] = next(value for value in (double, single, bare) if value is not None)
    return found
