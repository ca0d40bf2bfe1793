"""The Web API's methods. Importing this package fills the table."""

from . import (
    bookmarks,
    channels,
    chat,
    conversations,
    files,
    groups,
    people,
    reactions,
    schedule,
    views,
)
from .conversations import KINDS
from .table import TABLE, TRUE, Call, Method

__all__ = [
    "KINDS",
    "TABLE",
    "TRUE",
    "Call",
    "Method",
    "bookmarks",
    "channels",
    "chat",
    "conversations",
    "files",
    "groups",
    "people",
    "reactions",
    "schedule",
    "views",
]
