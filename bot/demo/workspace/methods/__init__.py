"""The Web API's methods. Importing this package fills the table."""

from . import channels, chat, conversations, files, people, views
from .conversations import KINDS
from .table import TABLE, TRUE, Call, Method

__all__ = [
    "KINDS",
    "TABLE",
    "TRUE",
    "Call",
    "Method",
    "channels",
    "chat",
    "conversations",
    "files",
    "people",
    "views",
]
