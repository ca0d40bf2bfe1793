"""What people say around what they ask for: a please, a thank-you, and how they ask how it stands.

Kept apart from the grammar, since it grows by what people type.
"""

from bot.core.words.verbs import phrase


def _set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


def _phrases(*said: str) -> tuple[tuple[str, ...], ...]:
    return tuple(map(phrase, said))


POLITE = _set(
    "please pls plz hey hi hello ok okay so then now just can could would will you we i id ill im",
    "ive am want wants need to lets let me us like have got mark set step go and bot runbook",
    "thanks thank ty thx cheers for the /runbook",
)
"""Words before a verb that say nothing."""
AFTER = _set(
    "please pls plz thanks thank you ty thx cheers now it this that the run me myself too all",
    "right away as is for",
)
"""Words after all that is meant that say nothing."""
THANKS = _set(
    "thanks thank you ty thx cheers great cool nice perfect awesome ok okay good job well done so",
    "much very please bot runbook hey hi hello yes no yay lol wow for the",
)
"""Words of which a text consists that asks for nothing."""
LINKING = _set("is as was has are its now")
"""Words between a step and what was done with it: `3 is done`."""
OF_RUN = _set("in for of on at")
"""Words before the id of a run."""
AND = _set("and & + - to or through")
"""Words between two steps."""
BECAUSE = _set("because since as cause coz cos bc why")
"""Words before a reason."""

HELPS = _phrases("help", "usage", "commands", "what can you do", "how do i use", "how does this")
"""How people ask what can be typed."""
STATE = _phrases(
    *("what now", "now what", "what do", "what should", "what next", "what is next", "whats next"),
    *("next", "where are we", "where do we stand", "how far", "how is it going", "hows it going"),
    *("who has", "who is on", "whos on", "state", "progress", "whats going on", "whats open"),
    *("what is open", "what is going on", "what is left", "whats left", "whats up", "how are we"),
    *("whats the status", "what is the status", "open runs", "runs", "whats happening"),
)
"""How people ask where a run stands."""
