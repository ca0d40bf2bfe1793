"""A message to show, as plain data: what the core draws and the painter puts up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BUDGET = 10_500
"""The largest message, in characters of compact JSON; Slack refuses from about 11,000 on."""
BLOCKS = 50
"""The most blocks that a message may hold."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A message: the sentence for notifications and screen readers, and the blocks."""

    text: str
    blocks: Sequence[Mapping[str, Any]]
