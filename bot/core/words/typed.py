"""A text as a person typed it, cut into words: each knows where it stands.

Slack escapes what people type, and their keyboards curl the quotes: both are undone here, so that
`key_id="key-a"` means the same however it was typed. One's own words keep the quotes they have.
"""

import re
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
    """A text, readable: `text` has its quotes as they were typed, `straight` has plain ones."""

    text: str
    straight: str
    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str) -> "Typed":
        """A text of Slack's."""
        text = seen(plain(text, {})).strip()
        straight = text.translate(_STRAIGHT)
        found = [Word(m[0], _bare(m[0]), m.start(), m.end()) for m in _WORD.finditer(straight)]
        return cls(text, straight, tuple(found))

    def after(self, place: int) -> str:
        """All that follows the first so many words, as it was typed."""
        return self.text[self.words[place].start :] if place < len(self.words) else ""

    def straight_after(self, place: int) -> str:
        """The same with plain quotes."""
        return self.straight[self.words[place].start :] if place < len(self.words) else ""


def _bare(word: str) -> str:
    """A word as it is compared: `I'm` is `im`, `post-mortem` stays as it is."""
    return word.strip(_AROUND).replace("'", "").casefold()


def says_nothing(word: Word) -> bool:
    """Whether a word has neither a letter nor a figure in it, or is an emoji by its name."""
    return not any(map(str.isalnum, word.raw)) or _EMOJI.fullmatch(word.raw) is not None


_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?")
