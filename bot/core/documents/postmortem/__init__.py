"""A run as a post-mortem: a document that people finish, drawn from the facts alone.

Nothing here reads a clock, a thread or a name: all of them are passed in.
"""

from bot.core.documents.postmortem.document import copied, document
from bot.core.documents.postmortem.model import ids
from bot.core.documents.postmortem.talk import NOTHING, WHOLE, Attached, LeftOut, Room, Said, Talk

__all__ = [
    "NOTHING",
    "WHOLE",
    "Attached",
    "LeftOut",
    "Room",
    "Said",
    "Talk",
    "copied",
    "document",
    "ids",
]
