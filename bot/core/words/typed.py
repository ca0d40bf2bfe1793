"""A text as a person typed it, cut into words: each knows where it stands.

Slack escapes what people type, and their keyboards curl the quotes: both are undone here, so that
`key_id="key-a"` means the same however it was typed. One's own words keep the quotes they have.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.invisible import seen
from bot.core.text import plain

_CURLED = "“”„‟«»″＂"
_CURLED_ONE = "‘’‚‛′＇"
_STRAIGHT = str.maketrans(
    f"{_CURLED}{_CURLED_ONE}\u00a0", '"' * len(_CURLED) + "'" * len(_CURLED_ONE) + " "
)
_WORD = re.compile(r"\S+")
_AROUND = ".,:;!?()[]{}<>\"'`*_~…–—-#"
"""What stands around a word and is no part of it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as it stands there, what it is but for case and punctuation, and its place."""

    raw: str
    bare: str
    start: int
    end: int

    @property
    def ends(self) -> bool:
        """Whether a colon, a comma or a dash comes after it."""
        return self.raw[-1:] in ":,;–—-" and self.raw != self.bare


@dataclass(frozen=True, slots=True)
class Typed:
    """A text, readable: `text` has its quotes as they were typed, `straight` has plain ones.

    `people` are those whom it names, as they stand there -> as Slack writes it; nobody where two
    are written the same.
    """

    text: str
    straight: str
    words: tuple[Word, ...]
    people: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Typed":
        """A text of Slack's."""
        people = _people(text)
        text = seen(plain(text, {})).strip()
        straight = text.translate(_STRAIGHT)
        found = [Word(m[0], bare(m[0]), m.start(), m.end()) for m in _WORD.finditer(straight)]
        return cls(text, straight, tuple(found), people)

    def after(self, place: int) -> str:
        """All that follows the first so many words, as it was typed."""
        return self.text[self.words[place].start :] if place < len(self.words) else ""

    def naming_after(self, place: int) -> Sequence[str]:
        """The words that follow the first so many, each person as Slack writes them."""
        return _PIECE.findall(self.named_after(place))

    def named_after(self, place: int) -> str:
        """All that follows the first so many words, each person as Slack writes them."""
        rest = self.after(place)
        if 0 < len(self.people) <= _PEOPLE:
            known = "|".join(map(re.escape, sorted(self.people, key=len, reverse=True)))
            rest = re.sub(rf"(?:{known})(?!\w)", lambda m: self.people[m[0]] or m[0], rest)
        return _ID.sub(r"<@\1>", rest)

    def straight_after(self, place: int) -> str:
        """The same with plain quotes."""
        return self.straight[self.words[place].start :] if place < len(self.words) else ""


_MENTION = re.compile(r"<@([^<>|]+)(?:\|([^<>]*))?>")
_ID = re.compile(r"(?<![\w<])@([UW][A-Z0-9]{2,32})(?![\w|>])")
"""Someone by their id: as an answer shows them whose name it was not told."""
_PIECE = re.compile(r"<@[^<>]*>|\S+")
_PEOPLE = 5
"""Of how many people it is asked who is meant; more are never meant by one line."""


def _people(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for match in _MENTION.finditer(text):
        written = f"@{match[2] or match[1]}"
        found[written] = match[0] if found.get(written, match[0]) == match[0] else ""
    return found


def bare(word: str) -> str:
    """A word as it is compared: `I'm` is `im`, `post-mortem` stays as it is."""
    return word.strip(_AROUND).replace("'", "").casefold()


def says_nothing(word: Word) -> bool:
    """Whether a word has neither a letter nor a figure in it, or is an emoji by its name."""
    return not any(map(str.isalnum, word.raw)) or _EMOJI.fullmatch(word.raw) is not None


_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?")
