"""The words of all acts, as the grammar finds them: by the registry, and by nothing beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.acting.inwords import InWords, opens_in_words
from bot.core.acts.registry import ACTS

_MORE: InWords[Any] = InWords(
    said=("more", "menu"),
    after="",
    runs="any",
    step=None,
    lacking="",
    means=opens_in_words("more"),
    control=("More…", "more"),
    told="",
)
"""Everything that can be done, which is drawn of all acts and is none."""

WORDED: Sequence[InWords[Any]] = [
    *(one for asking in ACTS.askings for one in asking.words),
    _MORE,
]
"""All that can be asked for in words, in the order in which *More…* lists it."""


def phrase(words: str) -> tuple[str, ...]:
    """Words as they are compared: a dash within one counts as a blank."""
    return tuple(words.replace("-", " ").split())


VERBS: Mapping[tuple[str, ...], InWords[Any]] = {
    phrase(said): one for one in WORDED for said in one.said
}
LONGEST = max(map(len, VERBS))
"""How many words the longest of them has."""
FIRST = frozenset(said for one in WORDED for said in one.said if " " not in said)
"""The single words: a procedure that is named by one is started by `start`."""
