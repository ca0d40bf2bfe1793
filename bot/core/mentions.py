"""How people are mentioned within words."""

import re

MENTION = re.compile(
    r"<@([^<>|\s][^<>|\n]*)(?:\|([^<>\n]*))?>"
    # An id that stands there without Slack's marks is one as well.
    r"|(?<![A-Za-z0-9])([UW][A-Z0-9]{8,})(?![A-Za-z0-9])"
)
_NAMELESS = re.compile(r"\bperson [0-9]+ \(erased\)")


def names_someone(text: str) -> bool:
    """Whether a text mentions people, be it that they were erased."""
    return bool(MENTION.search(text) or _NAMELESS.search(text))
