"""What a person typed after `/runbook` or after the bot's name, read into a request.

Slack escapes what people type, and their keyboards curl the quotes: both are undone here, so that
`key_id="key-a"` means the same however it was typed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.engine.decide import Refused
from bot.core.invisible import seen
from bot.core.text import escape, plain

LONGEST = 4_000
"""The longest text that is read, in characters."""

_STRAIGHT = str.maketrans("“”„‟«»‘’‚‛\u00a0", '"' * 6 + "'" * 4 + " ")
_ARGUMENT = re.compile(
    r"""([A-Za-z_]\w*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=]+))|=([^\s"']*))(?=\s|$)|(\S+)"""
)
"""`name=value`, with or without blanks around the sign; anything else is a stray word."""
_RUN_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*-[0-9]+")


class Stray(Refused):
    """Words that are no `name=value`: what was to be started, what was understood, and the rest.

    `said` is all that followed the name; `drill` says that an exercise was wanted.
    """

    drill = False

    def __init__(
        self, procedure: str, given: Mapping[str, str], words: Sequence[str], said: str
    ) -> None:
        self.procedure, self.given, self.words, self.said = procedure, given, words, said
        line = f"/runbook {escape(procedure[:80])} name=value"
        super().__init__(self.advice(line))

    def advice(self, line: str) -> str:
        """What was not understood, and the *line* to type instead."""
        return (
            f"I do not understand `{escape(self.words[0][:80])}`. Give values as `name=value` and "
            f"put quotes around spaces: `{line}`"
        )


@dataclass(frozen=True, slots=True)
class Help:
    """What can be typed."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing was typed: where are we?"""


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
    """Start a procedure with these inputs, as an exercise or in earnest."""

    procedure: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    drill: bool = False


Request = Nothing | Help | Listing | Search | Status | Export | Close | Start

_ALONE: Mapping[str, Nothing | Help | Listing] = {
    "": Nothing(),
    "help": Help(),
    "list": Listing(),
}
_ABOUT_A_RUN: Mapping[str, type[Status | Export | Close]] = {
    "status": Status,
    "export": Export,
    "close": Close,
}
WORDS = ("help", "list", "search", "drill", *_ABOUT_A_RUN)
"""What can be asked for beside a procedure."""
_LATER = frozenset({"new", "handoff", "update", "review"})


def read(text: str) -> Request:
    """Read what was typed; raises Refused, with what to type instead."""
    if len(text) > LONGEST:
        raise Refused("That is too long to read. Type `/runbook help` to see what can be asked.")
    word, rest = _first_word(seen(plain(text, {})).translate(_STRAIGHT))
    verb = word.lower()
    if verb in ("start", "drill") and (start := _start(verb, rest)) is not None:
        return start
    if verb in _ALONE:
        return _ALONE[verb]
    if verb == "search":
        if not rest:
            raise Refused("Search for what? Type some words, as in `/runbook search leaked key`.")
        return Search(rest)
    if verb in _ABOUT_A_RUN:
        return _ABOUT_A_RUN[verb](_run_id(verb, rest))
    if verb in _LATER:
        raise Refused(f"`/runbook {verb}` does not exist yet. See `/runbook help`.")
    if is_run(word) and word.upper() == word and not rest:
        return Status(word)
    return Start(verb, _arguments(verb, rest))


def _start(verb: str, rest: str) -> Start | None:
    """What starts after the word, or is drilled; None where the word is itself a procedure's id."""
    drill = verb == "drill"
    if drill and not rest:
        raise Refused("A drill of what? Type `/runbook drill PROCEDURE name=value …`.")
    if not drill and (not rest or "=" in _first_word(rest)[0]):
        return None
    word, rest = _first_word(rest)
    try:
        return Start(word.lower(), _arguments(word.lower(), rest), drill=drill)
    except Stray as stray:
        stray.drill = drill
        raise


def is_run(word: str) -> bool:
    """Whether *word* looks like the id of a run, in capitals or not."""
    return _RUN_ID.fullmatch(word) is not None


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
    strays: list[str] = []
    for match in _ARGUMENT.finditer(rest):
        name, *values, stray = match.groups()
        if stray is not None:
            strays.append(stray)
            continue
        if name in found:
            raise Refused(f"`{name[:80]}` is given twice. Give it once.")
        found[name] = next(value for value in values if value is not None)
    if strays:
        raise Stray(procedure, found, strays, rest)
    return found


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a message says to the bot; `passing`, when it does not begin with the bot's name."""

    words: str
    passing: bool


def names(text: str, user_id: str) -> bool:
    """Whether a message mentions the bot, whose user is *user_id*."""
    return _naming(text, user_id) is not None


def _naming(text: str, user_id: str) -> re.Match[str] | None:
    return re.search(rf"<@{re.escape(user_id)}(?:\|[^<>]*)?>", text)


def spoken(text: str, user_id: str) -> Spoken:
    """What follows the name of the bot, whose user is *user_id*, in a message that mentions it.

    People name each other with a colon, in the middle, and with a please; all that is passed over.
    """
    named = _naming(text, user_id)
    if named is None:
        return Spoken(_bare(text), passing=False)
    return Spoken(_bare(text[named.end() :]), passing=bool(_bare(text[: named.start()])))


def alone(text: str, user_id: str) -> Spoken:
    """What a message says to the bot alone, whose user is *user_id*: all of it, but its name."""
    named = _naming(text, user_id)
    rest = text if named is None else f"{text[: named.start()]} {text[named.end() :]}"
    return Spoken(_bare(rest), passing=False)


_AROUND = " \t\r\n\u00a0:,;.!?\u2013\u2014"
_PLEASE = "please"


def _bare(words: str) -> str:
    """*words* without the blanks, the punctuation and a please around them."""
    words = words.strip(_AROUND)
    low = words.casefold()
    if low == _PLEASE:
        return ""
    if low.startswith(_PLEASE) and words[len(_PLEASE)] in _AROUND:
        words = words[len(_PLEASE) :].lstrip(_AROUND)
    if low.endswith(_PLEASE) and words[: -len(_PLEASE)][-1:] in tuple(_AROUND):
        words = words[: -len(_PLEASE)].rstrip(_AROUND)
    return words
