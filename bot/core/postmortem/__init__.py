"""A run as a post-mortem: Markdown that people finish, drawn from the facts alone.

Nothing here reads a clock, a thread or a name: all of them are passed in.
"""

from bot.core.postmortem.document import render
from bot.core.postmortem.model import Said, ids

__all__ = ["Said", "ids", "render"]
