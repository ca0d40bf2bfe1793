"""A message to show, as plain data: what the core draws and the painter puts up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Picture:
    """A message: the sentence for notifications and screen readers, and the blocks."""

    text: str
    blocks: Sequence[Mapping[str, Any]]
