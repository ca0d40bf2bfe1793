"""A run as a post-mortem: Markdown that people finish, drawn from the facts alone.

Nothing here reads a clock, a thread or a name: all of them are passed in.
"""

from bot.core.postmortem.document import render
from bot.core.postmortem.model import NOTHING, LeftOut, Said, Talk, ids

__all__ = ["NOTHING", "LeftOut", "Said", "Talk", "ids", "render"]
