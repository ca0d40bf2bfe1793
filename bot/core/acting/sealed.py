"""How a field of a fact is stored: open, as a token, or under the entry's commitment.

What each kind of fact says of its fields stands with its meaning, in its act.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeGuard


class How(Enum):
    """How a field is stored.

    OPEN: in the body, for good. PERSON: as a token. The rest goes under the entry's commitment:
    WORDS that somebody wrote or typed, INPUTS of the run, what was SEEN in an answer (a text, or
    the values of a mapping or a list), and FIGURES seen, which leave nothing in their place when
    they go.
    """

    OPEN = "open"
    PERSON = "person"
    WORDS = "words"
    INPUTS = "inputs"
    SEEN = "seen"
    FIGURES = "figures"


OPEN, PERSON, WORDS, INPUTS, SEEN, FIGURES = How

Fields = Mapping[str, "How | Fields"]
"""A field's name -> how it is stored; for a list of records, how each field of one is."""

OWN: Fields = {"kind": OPEN, "v": OPEN, "via": OPEN, "on_behalf_of": PERSON, "as_role": OPEN}
ASKED: Fields = {**OWN, "by": PERSON}
ABOUT: Fields = {**ASKED, "step": OPEN}
STEP: Fields = {**ABOUT, "round": OPEN}
"""What facts of the bot's own, of a run, about a step, and of its life have in common."""


def is_under_commitment(how: "How | Fields") -> TypeGuard[How]:
    """Whether a field's values go under the entry's commitment."""
    return how in (WORDS, INPUTS, SEEN, FIGURES)
