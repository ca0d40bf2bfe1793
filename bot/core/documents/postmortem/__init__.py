"""A run as a post-mortem: a document that people finish, drawn from the facts alone.

Nothing here reads a clock, a thread or a name: all of them are passed in.
"""

from bot.core.documents.postmortem.document import copied, document
from bot.core.documents.postmortem.model import NOTHING, LeftOut, Said, Talk, ids

__all__ = ["NOTHING", "LeftOut", "Said", "Talk", "copied", "document", "ids"]
